"""What came of looking for one traveller's face in a picture. Several faces are an outcome, never a guess."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from consentry.face.sample import FaceSample


class Outcome(StrEnum):
    """What came of it."""

    ACQUIRED = "acquired"
    """One face, large enough: the sample of the traveller."""
    NONE = "no face"
    SEVERAL = "several faces"
    """Whose face it is that should be compared cannot be known."""
    SMALL = "too small"
    """One face, too few pixels wide."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a face that is to be compared."""

    width: float = 48.0
    """Of the face, px. Measured on 50 people, reference 230 px wide: with probes from 48 px up the lowest mated score
    of face-reidentification-retail-0095 stays between 0.76 and 0.79, at 40 px it is 0.75, at 32 px 0.72, at 24 px 0.52,
    at 16 px 0.22; the highest non-mated one is between 0.38 and 0.51 throughout."""
    beside: float = 0.25
    """Another face counts if it is at least this wide as a share of the largest. A face looks as many times smaller as
    its owner stands further away: beside a traveller at 0.7 m a quarter is at 2.8 m, which is the next in the queue."""


@dataclass(frozen=True, slots=True)
class Acquisition:
    """What came of looking once (FTA counts those that are not ``ACQUIRED``: ISO/IEC 19795-1)."""

    outcome: Outcome
    sample: FaceSample | None
    """Of the traveller; None unless ``ACQUIRED``."""
    faces: int
    """Faces in view that count."""
    width: float
    """Of the largest face, px; 0 where there is none."""
    why: str
    """In words and numbers, for an officer."""


def acquire(found: Sequence[FaceSample], asked: Asked | None = None) -> Acquisition:
    """Take the one face of a picture, or say why there is none to take.

    Args:
        found: every face of the picture, in any order.
        asked: what is asked of it; None: as ``Asked`` says.

    >>> acquire(()).why
    'no face in view'
    """
    asked = asked or Asked()
    if not found:
        return Acquisition(Outcome.NONE, None, 0, 0.0, "no face in view")
    largest = max(found, key=lambda one: one.width)
    width = largest.width
    faces = sum(one.width >= asked.beside * width for one in found)
    if faces > 1:
        why = f"{faces} faces in view, one is expected"
        return Acquisition(Outcome.SEVERAL, None, faces, width, why)
    if width < asked.width:
        why = f"the face is {width:.0f} px wide, {asked.width:.0f} px are needed"
        return Acquisition(Outcome.SMALL, None, 1, width, why)
    return Acquisition(Outcome.ACQUIRED, largest, 1, width, f"one face, {width:.0f} px wide")


def failures(looked: Iterable[Acquisition]) -> tuple[int, int]:
    """How often nothing was acquired, and how often it was tried: the failure-to-acquire rate is their quotient.

    >>> failures([acquire(()), acquire(())])
    (2, 2)
    """
    tried = failed = 0
    for one in looked:
        tried += 1
        failed += one.outcome is not Outcome.ACQUIRED
    return failed, tried
