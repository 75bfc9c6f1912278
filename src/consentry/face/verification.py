"""One against one: a score meets a threshold whose error rate was measured."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Threshold:
    """A score, and what is known of the errors made with it."""

    score: float
    """From which two templates are called one person's."""
    fmr: float
    """False match rate for which it was chosen, 0-1."""
    low: float
    high: float
    """95 % interval of the false match rate at this score, by bootstrap over subjects, or exact where none was seen."""
    model: str
    """Of the templates that may be compared with it."""
    data: str
    """Which data set it was measured on, with how many subjects and non-mated comparisons."""
    date: str
    """When, ISO 8601."""


class Decision(StrEnum):
    """What a comparison says."""

    MATCH = "match"
    NON_MATCH = "non-match"
    INCONCLUSIVE = "inconclusive"
    """Too near the threshold for what is known of it, or the frames do not agree: a person decides."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A score beside its threshold."""

    score: float
    threshold: Threshold
    decision: Decision
    frames: int = 1
    """How many frames of the live face it rests on."""
    why: str = ""
    """In words, for an officer."""
