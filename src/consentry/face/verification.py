"""One against one: a score meets a threshold whose error rate was measured, and several frames must say the same.

The rule for one comparison: at or above ``Threshold.surely`` it is a match, below ``Threshold.barely`` a non-match, and
between them inconclusive. From ``surely`` on the whole interval of the false match rate keeps below the wanted one;
from ``barely`` on the measured rate does, and only its interval reaches above. Between them the answer would depend on
who happened to be measured, so a person decides.

The rule for a passage (``agreed``), which does not depend on the order of frames:

1. A frame of quality 0 does not count, nor one whose score is no number.
2. The score of the passage is the median of the frames' scores, each with its quality as weight: one blurred or one
   strangely good frame moves it no further than to its neighbour.
3. Match: that score is one, and at least two frames more say match than say non-match, the first and the last of them
   at least ``APART_S`` apart. Non-match likewise. Whatever else is inconclusive.

So a single frame never passes, and a single frame never turns one answer into the other: it changes the difference by
one, and the answers lie four apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from consentry.core.errors import ModelMismatchError
from consentry.face.template import Template, comparison_score

AGREEING = 2
"""How many frames more must say one thing than the other. Two is the least that is more than one."""
APART_S = 0.2
"""s between the first and the last frame that agree: a camera's neighbouring pictures (0.03 s) share their blur, their
blink (0.1 to 0.4 s: Schiffman, Sensation and Perception, 2001) and their errors: one witness heard twice."""


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
    barely: float | None = None
    """Score from which the measured false match rate is as wanted, its interval's end not yet; None: ``score``."""
    surely: float | None = None
    """Score from which the interval's end is; None: ``score``."""

    @property
    def band(self) -> tuple[float, float]:
        """Scores between which nothing is decided: below the first non-match, from the second on match."""
        barely = self.score if self.barely is None else min(self.barely, self.score)
        return barely, self.score if self.surely is None else max(self.surely, self.score)

    def __str__(self) -> str:
        """As it is printed beside a decision."""
        return (
            f"{self.score:.3f} for a false match rate of {self.fmr:g} "
            f"(measured {self.low:.2g} to {self.high:.2g}, 95 %, {self.data}, {self.date})"
        )


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


@dataclass(frozen=True, slots=True)
class Look:
    """One frame's score against the reference."""

    at: float
    """Time of capture, s UTC."""
    score: float
    quality: int
    """Unified score, 0-100: its weight."""


def decide(score: float, threshold: Threshold) -> Decision:
    """What one score says; a score that is no number is inconclusive.

    >>> rule = Threshold(0.5, 1e-3, 5e-4, 2e-3, "m", "a test", "2026-11-25", barely=0.45, surely=0.55)
    >>> [decide(score, rule).value for score in (0.44, 0.45, 0.5, 0.55, float("nan"))]
    ['non-match', 'inconclusive', 'inconclusive', 'match', 'inconclusive']
    """
    barely, surely = threshold.band
    if score >= surely:
        return Decision.MATCH
    return Decision.NON_MATCH if score < barely else Decision.INCONCLUSIVE


def compare(probe: Template, reference: Template, threshold: Threshold) -> Comparison:
    """Two templates, once.

    Raises:
        ModelMismatchError: the templates are of two models, or the threshold was measured with another one.
    """
    check_model(probe, threshold)
    score = comparison_score(probe, reference)
    return Comparison(score, threshold, decide(score, threshold), why=_one(score, threshold))


def check_model(template: Template, threshold: Threshold) -> None:
    """Whether a threshold speaks of a template's model.

    Raises:
        ModelMismatchError: it was measured with another one.
    """
    if template.model != threshold.model:
        raise ModelMismatchError(
            f"expected a threshold measured with {template.model}, came one of {threshold.model}; "
            "calibrate this model: consentry face calibrate"
        )


def agreed(looks: Sequence[Look], threshold: Threshold) -> Comparison:
    """What all frames say together, by the rule above."""
    counted = [look for look in looks if look.quality > 0 and isfinite(look.score)]
    if not counted:
        return Comparison(0.0, threshold, Decision.INCONCLUSIVE, 0, "no frame was good enough to be compared")
    score = _median(counted)
    saying = {word: [look.at for look in counted if decide(look.score, threshold) is word] for word in Decision}
    for word, other in ((Decision.MATCH, Decision.NON_MATCH), (Decision.NON_MATCH, Decision.MATCH)):
        times = saying[word]
        if (
            decide(score, threshold) is word
            and len(times) - len(saying[other]) >= AGREEING
            and max(times) - min(times) >= APART_S
        ):
            return Comparison(score, threshold, word, len(counted), _several(score, threshold, saying))
    return Comparison(score, threshold, Decision.INCONCLUSIVE, len(counted), _several(score, threshold, saying))


def _median(looks: Sequence[Look]) -> float:
    """The least score such that frames of at least half of all weight have no higher one."""
    ordered = sorted(looks, key=lambda look: look.score)
    half, weight = sum(look.quality for look in ordered) / 2, 0.0
    for look in ordered:
        weight += look.quality
        if weight >= half:
            return look.score
    return ordered[-1].score


def _one(score: float, threshold: Threshold) -> str:
    return f"score {score:.3f}, threshold {threshold}"


def _several(score: float, threshold: Threshold, saying: dict[Decision, list[float]]) -> str:
    told = ", ".join(f"{len(times)} {word.value}" for word, times in saying.items() if times)
    frames = sum(map(len, saying.values()))
    return f"score {score:.3f} over {frames} frame{'s' if frames != 1 else ''} ({told}), threshold {threshold}"
