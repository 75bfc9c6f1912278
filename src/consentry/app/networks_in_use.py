"""Which networks look in this run, and why: the settings' wish, or what is at hand."""

from dataclasses import dataclass

from consentry.app.settings_tables import ModelsTable
from consentry.backends.manifest import supply
from consentry.backends.supplies import MIRROR_VARIABLE, at_hand

STANDARD_PERSON = "person-detection-retail-0013"
"""Chosen by measuring: docs/adr/0002-person-network.md."""
STANDARD_FACE = "yunet"
BASIC_PERSON = "motion"
BASIC_FACE = "centerface"


@dataclass(frozen=True, slots=True)
class Networks:
    """The networks of one run."""

    person: str
    """Name of the detector of persons: in the manifest, or ``motion``."""
    face: str
    """Name of the face finder in the manifest. It knows nobody: what it finds is made unrecognisable."""
    why: str
    """Which set that makes and why, in words for a person."""

    def record(self) -> str:
        """The networks with the hashes of their files, for the record of the watch."""
        return f"{self.why}; {', '.join(_with_hashes(name) for name in (self.person, self.face))}"


def choose_networks(wish: ModelsTable) -> Networks:
    """Choose by the settings, else by what is at hand; a wish that cannot be met is told when it is loaded.

    Args:
        wish: the table ``[models]`` of the settings.
    """
    person = wish.person or STANDARD_PERSON
    if wish.set == "basic":
        chosen = wish.person or BASIC_PERSON
        return Networks(chosen, BASIC_FACE, f"basic ({_in_words(chosen)}), as the settings say")
    face = STANDARD_FACE if wish.set == "standard" or at_hand(STANDARD_FACE) else BASIC_FACE
    if wish.set == "standard" or person == BASIC_PERSON or at_hand(person):
        return Networks(person, face, f"standard ({_in_words(person)}; faces by {face})")
    return Networks(
        BASIC_PERSON,
        face,
        f"basic ({_in_words(BASIC_PERSON)}; faces by {face}): {person} is not at hand; "
        f"get it with consentry models pull, or set {MIRROR_VARIABLE}",
    )


def _in_words(person: str) -> str:
    return "motion instead of a person network" if person == BASIC_PERSON else person


def _with_hashes(name: str) -> str:
    if name == BASIC_PERSON:
        return name
    return f"{name} (SHA-256 {', '.join(file.sha256[:16] for file in supply(name).files)})"
