"""Where each class of data lies, how long, and what falls due when; a legal hold, and what it does not reach.

Nothing here counts down: what is due is asked of the times at which things end, so that a system that was switched off
over that time finds the same when it starts again.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from consentry.consent.persons import two_persons
from consentry.consent.profile import Profile
from consentry.consent.purposes import DataClass


class Place(StrEnum):
    """Where something lies."""

    NOWHERE = "not kept: in memory until the decision"
    TRAVELLER = "with the traveller alone"
    SEALED = "airport, encrypted; the key with the traveller alone"
    GALLERY = "airport, gallery of the journey"
    AIRPORT = "airport, encrypted under a key of this receipt"


_TEMPLATE = {
    Profile.WALLET: Place.TRAVELLER,
    Profile.SEALED: Place.SEALED,
    Profile.GALLERY: Place.GALLERY,
    Profile.LAB: Place.NOWHERE,
}
RECEIPT = "receipt"
"""The kind of the signed receipt itself and its salt, beside the classes of data."""
WITHDRAWN = "withdrawn"
"""The kind of the item that marks a withdrawn receipt which a legal hold keeps readable."""
HOLDABLE = frozenset({RECEIPT, WITHDRAWN, DataClass.PASSAGES.value, DataClass.JOURNEY.value})
"""What a legal hold may keep (Art. 17(3)(e) GDPR: claims): what was done, never what somebody looks like."""


def place_of(profile: Profile, kind: DataClass) -> Place:
    """Where a class of data lies under a profile.

    >>> place_of(Profile.WALLET, DataClass.FEATURE_TEMPLATE).value
    'with the traveller alone'
    """
    if kind in {DataClass.DOCUMENT_PORTRAIT, DataClass.FACE_IMAGE}:
        return Place.NOWHERE
    return _TEMPLATE[profile] if kind is DataClass.FEATURE_TEMPLATE else Place.AIRPORT


@dataclass(frozen=True, slots=True)
class HeldItem:
    """Something that is held on a traveller, sealed under his receipt's key."""

    receipt_id: str
    kind: str
    """``RECEIPT`` or the value of a ``DataClass``."""
    number: str
    """16 hexadecimal digits, random: one of several of a kind."""
    until: int
    """s UTC, not included; bound into the seal."""
    sealed: bytes
    """As ``consentry.consent.erasure.seal`` gives it."""

    def __repr__(self) -> str:
        """No ciphertext."""
        return f"HeldItem({self.kind!r}, until={self.until}, {len(self.sealed)} bytes)"


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold on what is held under a receipt."""

    receipt_id: str
    reason: str
    """Which claim or order; for the record, and told to the traveller."""
    confirmed_by: tuple[str, ...]
    """Two persons of the staff."""
    since: int
    """s UTC."""

    def __post_init__(self) -> None:
        """Refuse one that fewer than two persons confirmed.

        Raises:
            RefusedError: fewer did, or nobody says why.
        """
        two_persons(self.confirmed_by if self.reason.strip() else (), "a legal hold with a reason")


@dataclass(frozen=True, slots=True)
class Due:
    """What must go now."""

    items: tuple[HeldItem, ...]
    """To be dropped, those that ended first before."""
    keys: tuple[str, ...]
    """Receipts under which nothing is left then: their keys are to be destroyed."""
    held_back: tuple[HeldItem, ...]
    """Ended, and kept by a legal hold."""
    late: float
    """s by which the most overdue item is late: more than the rhythm of clearing after a downtime."""


def due(items: Iterable[HeldItem], holds: Collection[Hold], at: float, keys: Iterable[str] = ()) -> Due:
    """What falls due.

    Args:
        items: everything that is held.
        holds: in force.
        at: now, s UTC.
        keys: receipts that have a key; those under which nothing is held lose it. One just made must not be told yet.
    """
    held = {hold.receipt_id for hold in holds}
    everything = sorted(items, key=lambda item: (item.until, item.receipt_id, item.number))
    ended = [item for item in everything if item.until <= at]
    back = tuple(item for item in ended if item.receipt_id in held and item.kind in HOLDABLE)
    going = tuple(item for item in ended if item.receipt_id not in held or item.kind not in HOLDABLE)
    left = {item.receipt_id for item in everything if not item.until <= at} | {item.receipt_id for item in back}
    empty = ({item.receipt_id for item in going} | set(keys)) - left
    return Due(going, tuple(sorted(empty)), back, max((at - item.until for item in going), default=0.0))
