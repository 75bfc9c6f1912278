"""Legal profiles: what each one lets be constructed (R1). One installation has one, fixed in its settings and logged.

A profile is one place where travellers' templates live; the notice that a traveller reads says which. Hence what is
milder is forbidden as well as what is more: under ``gallery`` no passes are made, for the notice would not be true.

Whatever must not be constructible takes a ``Permit`` and gives it to ``check_permit``. ``Installation.permit`` alone
makes permits.
"""

from dataclasses import InitVar, dataclass
from enum import StrEnum
from weakref import WeakSet

from consentry.consent.persons import two_persons
from consentry.core.errors import RefusedError


class Profile(StrEnum):
    """Where templates live."""

    WALLET = "wallet"
    """With the traveller alone, in a signed and sealed pass."""
    SEALED = "sealed"
    """At the airport as ciphertext; the key with the traveller alone."""
    GALLERY = "gallery"
    """At the airport, in the gallery of a journey."""
    LAB = "lab"
    """In evaluation data sets; no camera."""


class Construction(StrEnum):
    """What a profile may forbid."""

    PASS = "pass"  # noqa: S105 - a journey pass, no password
    """Issuing journey passes and opening them."""
    SEALED_REFERENCE = "sealed_reference"
    """Keeping a template as ciphertext, to be released by its traveller."""
    GALLERY = "gallery"
    """Holding references of many travellers and searching them, 1:N."""
    CAMERA_LANE = "camera_lane"
    """Making probes from a camera at a touchpoint."""
    EVALUATION = "evaluation"
    """Making templates from data sets of pictures."""


_HANDS = "the template lives with the traveller alone (EDPB Opinion 11/2024, scenario 1)"
_KEYS = "the template lies at the airport under a key that only the traveller has (EDPB Opinion 11/2024, scenario 2)"
_MANY = (
    "the template lives in the gallery of one journey and nowhere else (EDPB Opinion 11/2024, scenario 3; a statute)"
)
_NOBODY = "this profile measures on data sets; it sees no traveller and no camera"
_NO_SETS = "pictures without a consent receipt become no templates where travellers are identified; use profile lab"

FORBIDDEN: dict[tuple[Profile, Construction], str] = {
    (Profile.WALLET, Construction.SEALED_REFERENCE): _HANDS,
    (Profile.WALLET, Construction.GALLERY): _HANDS,
    (Profile.WALLET, Construction.EVALUATION): _NO_SETS,
    (Profile.SEALED, Construction.PASS): _KEYS,
    (Profile.SEALED, Construction.GALLERY): _KEYS,
    (Profile.SEALED, Construction.EVALUATION): _NO_SETS,
    (Profile.GALLERY, Construction.PASS): _MANY,
    (Profile.GALLERY, Construction.SEALED_REFERENCE): _MANY,
    (Profile.GALLERY, Construction.EVALUATION): _NO_SETS,
    (Profile.LAB, Construction.PASS): _NOBODY,
    (Profile.LAB, Construction.SEALED_REFERENCE): _NOBODY,
    (Profile.LAB, Construction.GALLERY): _NOBODY,
    (Profile.LAB, Construction.CAMERA_LANE): _NOBODY,
}
"""What each profile forbids, and why."""

_SEAL = object()
"""Proof that a permit went through ``Installation.permit``; it is never handed out."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Permit:
    """That this installation may construct something. ``Installation.permit`` alone makes one."""

    construction: Construction
    profile: Profile
    confirmed_by: tuple[str, ...]
    """Names of the staff who confirmed it, as they gave them; empty where nobody needs to."""
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        """Refuse whatever does not come from ``Installation.permit``.

        Raises:
            RefusedError: somebody else made it.
        """
        if seal is not _SEAL:
            raise RefusedError("expected a permit of Installation.permit(); nothing else permits", "permit")
        _MADE.add(self)


_MADE: WeakSet[Permit] = WeakSet()
"""The permits that were made; a copy, an unpickled or otherwise forged one is not among them."""


@dataclass(frozen=True, slots=True)
class Installation:
    """The profile that an installation runs under, and who confirmed what needs confirming."""

    profile: Profile
    confirmed_by: tuple[str, ...] = ()
    """Names of staff; a gallery needs two."""

    def permit(self, construction: Construction) -> Permit:
        """The permit to construct something.

        Raises:
            RefusedError: the profile forbids it, or fewer than two persons confirmed a gallery.
        """
        reason = FORBIDDEN.get((self.profile, construction))
        if reason is not None:
            raise RefusedError(f"profile {self.profile} forbids {construction}: {reason}", "profile")
        if construction is Construction.GALLERY:
            two_persons(self.confirmed_by, "a gallery")
        return Permit(construction, self.profile, self.confirmed_by, _SEAL)


def check_permit(permit: object, construction: Construction) -> None:
    """Check that a permit is genuine and of the right kind.

    Raises:
        RefusedError: it is not.
    """
    if type(permit) is not Permit or permit not in _MADE:
        raise RefusedError(
            f"expected a permit for {construction} from this installation, came another object", "permit"
        )
    if permit.construction is not construction:
        raise RefusedError(f"expected a permit for {construction}, came one for {permit.construction}", "permit")
