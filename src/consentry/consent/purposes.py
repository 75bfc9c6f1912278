"""What a face may be used for, at what kind of touchpoint, and what of a traveller is needed for it.

EDPB Opinion 11/2024 (paragraphs 1-3) looks at security checkpoints, baggage drop-off, boarding and access to a lounge.
Border control rests on a statute, not on consent: a traveller's consent there covers the choice of the automated lane.
"""

from collections.abc import Iterable
from enum import StrEnum


class Purpose(StrEnum):
    """What a traveller may agree to, each by itself."""

    BAG_DROP = "bag_drop"
    """Handing over luggage."""
    SECURITY = "security"
    """Entering the security control."""
    LOUNGE = "lounge"
    """Entering a lounge."""
    BOARDING = "boarding"
    """Boarding an aircraft."""
    BORDER = "border"
    """Choosing the automated lane of a border control."""


class TouchpointKind(StrEnum):
    """What stands at a touchpoint."""

    BAG_DROP = "bag_drop"
    SECURITY_LANE = "security_lane"
    LOUNGE_DOOR = "lounge_door"
    BOARDING_GATE = "boarding_gate"
    BORDER_GATE = "border_gate"
    WALK_THROUGH = "walk_through"
    """A lane that is walked through without stopping, before a security control, a gate or a border."""


ALLOWED: dict[TouchpointKind, frozenset[Purpose]] = {
    TouchpointKind.BAG_DROP: frozenset({Purpose.BAG_DROP}),
    TouchpointKind.SECURITY_LANE: frozenset({Purpose.SECURITY}),
    TouchpointKind.LOUNGE_DOOR: frozenset({Purpose.LOUNGE}),
    TouchpointKind.BOARDING_GATE: frozenset({Purpose.BOARDING}),
    TouchpointKind.BORDER_GATE: frozenset({Purpose.BORDER}),
    TouchpointKind.WALK_THROUGH: frozenset({Purpose.SECURITY, Purpose.BOARDING, Purpose.BORDER}),
}
"""Which kind of touchpoint may serve which purpose; whatever is not here is refused with the settings."""


class DataClass(StrEnum):
    """What of a traveller is used, each with a consent of its own."""

    DOCUMENT_PORTRAIT = "document_portrait"
    """Portrait of the travel document, read at enrolment, not kept."""
    FACE_IMAGE = "face_image"
    """Pictures of the live face, at enrolment and at touchpoints, not kept."""
    FEATURE_TEMPLATE = "feature_template"
    """Numbers made from a face: biometric data in the sense of Art. 9 GDPR, an item of its own."""
    JOURNEY = "journey"
    """Flight and day."""
    PASSAGES = "passages"
    """When which touchpoint was passed, under the receipt's number."""


NEEDED = frozenset({
    DataClass.DOCUMENT_PORTRAIT, DataClass.FACE_IMAGE, DataClass.FEATURE_TEMPLATE, DataClass.JOURNEY,
})  # fmt: skip
"""Without these nobody can be enrolled. Passages may be refused: they are then counted without the receipt's number."""
BIOMETRIC = frozenset({DataClass.FEATURE_TEMPLATE})
"""Special categories of data (Art. 9 GDPR): pictures become one only where a template is made from them."""


def lacking(classes: Iterable[DataClass]) -> tuple[DataClass, ...]:
    """What else a traveller would have to agree to before he can be enrolled, in order of the list.

    >>> [one.value for one in lacking(set(DataClass) - {DataClass.FEATURE_TEMPLATE, DataClass.PASSAGES})]
    ['feature_template']
    """
    agreed = frozenset(classes)
    return tuple(one for one in DataClass if one in NEEDED and one not in agreed)
