"""Who stands in the lane: exactly one face, the same one without a break, or a stated reason why not.

A pure state machine over times and faces::

    nobody ──one face──> one ──it goes on──> one
       ^                  │ away for ABSENT_S, or another place at once: everything begins again
       └──────────────────┘
    any ──two or more faces for TOGETHER_S──> together: to the manual lane

Everything begins again when the face was away, so that a photograph cannot be shown for the comparison and a face for
the rest. What counts as a face in one picture, and who stands behind the lane, ``face.acquisition`` says; of whoever
does not count nothing is computed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from consentry.face.acquisition import Asked, Outcome, acquire
from consentry.face.sample import FaceSample

ABSENT_S = 0.5
"""s: a picture or three in which the finder misses a face are no absence; whoever swaps a photograph for a face takes
longer, or is seen to leap."""
TOGETHER_S = 0.6
"""s of two faces before a family is sent on: somebody who passes behind the traveller is seen for less."""


class Lane(StrEnum):
    """What one picture shows."""

    NOBODY = "nobody"
    TOO_FAR = "too far"
    """There is a face, and it is too small to be asked who it is."""
    SEVERAL = "several"
    ONE = "one"
    AGAIN = "again"
    """One face, after a break: what was seen before does not belong to it."""
    TOGETHER = "together"
    """Several faces for so long that they belong together."""


_LANES = {Outcome.NONE: Lane.NOBODY, Outcome.SMALL: Lane.TOO_FAR, Outcome.SEVERAL: Lane.SEVERAL}


@dataclass(slots=True)
class LaneWatch:
    """Follows the lane from picture to picture."""

    asked: Asked
    """Of a face, so that it counts."""
    several_since: float | None = None
    """s UTC."""
    last: tuple[float, tuple[float, ...]] | None = None
    """When there was one face, s UTC, and its box."""
    why: str = "no picture came"
    """What the last picture showed, in words."""

    def see(self, at: float, faces: Sequence[FaceSample]) -> tuple[Lane, FaceSample | None]:
        """Take the next picture's faces; returns what it shows, and the one face where there is one.

        Args:
            at: when it was taken, s UTC.
            faces: all that were found, in any order.
        """
        acquired = acquire(faces, self.asked)
        self.why = acquired.why
        if acquired.outcome is Outcome.SEVERAL:
            self.several_since = at if self.several_since is None else self.several_since
            return (Lane.TOGETHER if at - self.several_since >= TOGETHER_S else Lane.SEVERAL), None
        self.several_since = None
        if acquired.sample is None:
            return _LANES[acquired.outcome], None
        box = tuple(map(float, acquired.sample.box))
        before, self.last = self.last, (at, box)
        broken = before is not None and (at - before[0] > ABSENT_S or not _overlap(before[1], box))
        return (Lane.AGAIN if broken else Lane.ONE), acquired.sample


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether two boxes share anything: a head does not leap by its own width from picture to picture."""
    (left, top, right, bottom), (to_left, to_top, to_right, to_bottom) = one, other
    return left < to_right and to_left < right and top < to_bottom and to_top < bottom
