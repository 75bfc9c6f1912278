"""Which networks look in this run, and why: the settings' wish, or what is at hand."""

from dataclasses import dataclass

from consentry.app.settings_tables import ModelsTable
from consentry.backends.manifest import MOTION, model_sets, supply
from consentry.backends.supplies import MIRROR_VARIABLE, at_hand


@dataclass(frozen=True, slots=True)
class Networks:
    """The networks of one run."""

    person: str
    """Name of the detector of persons: in the manifest, or ``motion``."""
    face: str
    """Name of the face finder in the manifest. It knows nobody: what it finds is made unrecognisable."""
    why: str
    """Which set that makes and why, in words for a person."""
    pose: str = ""
    """Name of the network for second looks in the manifest; empty: none is at hand, or the settings want the basic
    set. Hazards that look twice then go without joints."""

    def record(self) -> str:
        """The networks with the hashes of their files, for the record of the watch."""
        names = (name for name in (self.person, self.face, self.pose) if name)
        return f"{self.why}; {', '.join(_with_hashes(name) for name in names)}"


def choose_networks(wish: ModelsTable) -> Networks:
    """Choose by the settings, else by what is at hand; a wish that cannot be met is told when it is loaded.

    Persons and faces are chosen one by one: a machine that has one of the standard networks uses it.

    Args:
        wish: the table ``[models]`` of the settings.
    """
    standard, basic = (model_sets()[name] for name in ("standard", "basic"))
    person = wish.person or standard.persons
    if wish.set == "basic":
        chosen = wish.person or basic.persons
        return Networks(chosen, basic.faces, f"basic ({_in_words(chosen, basic.faces)}), as the settings say")
    face = standard.faces if wish.set == "standard" or at_hand(standard.faces) else basic.faces
    pose = standard.poses if at_hand(standard.poses) else ""
    if wish.set == "standard" or person == MOTION or at_hand(person):
        return Networks(person, face, f"standard ({_in_words(person, face)})", pose)
    return Networks(
        basic.persons,
        face,
        f"basic ({_in_words(basic.persons, face)}): {person} is not at hand; "
        f"get it with consentry models pull, or set {MIRROR_VARIABLE}",
        pose,
    )


def _in_words(person: str, face: str) -> str:
    persons = "motion instead of a person network" if person == MOTION else person
    return f"{persons}; faces by {face}"


def _with_hashes(name: str) -> str:
    if name == MOTION:
        return name
    return f"{name} (SHA-256 {', '.join(file.sha256[:16] for file in supply(name).files)})"
