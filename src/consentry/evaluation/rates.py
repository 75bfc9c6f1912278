"""Error rates of one against one, in the terms of ISO/IEC 19795-1:2021.

FMR and FNMR are of the algorithm, per comparison. FAR and FRR are of a whole transaction, with those whose face could
not be acquired: they follow from FMR, FNMR and FTA. The generalised rates also hold those who could not be enrolled.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consentry.evaluation.comparisons import Comparisons, Scores


def match_rate(scores: Scores, threshold: float) -> float:
    """Share of scores at or above a threshold: of non-mated comparisons the FMR.

    Raises:
        ValueError: there are none.

    >>> match_rate(np.array([0.1, 0.2, 0.3, 0.4]), 0.3)
    0.5
    """
    if not len(scores):
        raise ValueError("expected at least one comparison, came none")
    return float(np.count_nonzero(scores >= threshold) / len(scores))


def false_match_rate(comparisons: Comparisons, threshold: float) -> float:
    """FMR: share of the non-mated comparisons at or above the threshold."""
    return match_rate(comparisons.scores[~comparisons.mated], threshold)


def false_non_match_rate(comparisons: Comparisons, threshold: float) -> float:
    """FNMR: share of the mated comparisons below the threshold."""
    return 1 - match_rate(comparisons.scores[comparisons.mated], threshold)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Both rates at rising thresholds: the points of a DET plot."""

    thresholds: Scores
    """float64 (t,), rising; the last is above every score."""
    fmr: NDArray[np.float64]
    """float64 (t,), 0-1, falling from 1 to 0."""
    fnmr: NDArray[np.float64]
    """float64 (t,), 0-1, rising from 0 to 1."""

    def fnmr_at(self, fmr: float) -> float:
        """FNMR at the lowest threshold whose FMR is at most the one given."""
        return float(self.fnmr[int(np.argmax(self.fmr <= fmr))])


def curve(comparisons: Comparisons) -> Curve:
    """Both rates at every score that occurs: between two of them nothing changes.

    Raises:
        ValueError: there are no mated or no non-mated comparisons.

    >>> both = curve(Comparisons.of([0.9, 0.4, 0.5, 0.1], [1, 2, 1, 1], [1, 2, 2, 3]))
    >>> both.fmr.tolist(), both.fnmr.tolist()
    ([1.0, 0.5, 0.5, 0.0, 0.0], [0.0, 0.0, 0.5, 0.5, 1.0])
    """
    mated = np.sort(comparisons.scores[comparisons.mated])
    others = np.sort(comparisons.scores[~comparisons.mated])
    if not len(mated) or not len(others):
        raise ValueError(f"expected both kinds of comparisons, came {len(mated)} mated and {len(others)} non-mated")
    levels = np.unique(comparisons.scores)
    thresholds = np.append(levels, np.nextafter(levels[-1], np.inf))
    fmr = 1 - np.searchsorted(others, thresholds, "left") / len(others)
    fnmr = np.searchsorted(mated, thresholds, "left") / len(mated)
    return Curve(thresholds, fmr, fnmr)


def equal_error(fmr: NDArray[np.float64], fnmr: NDArray[np.float64]) -> NDArray[np.float64]:
    """EER: where the two rates cross, on the straight line between the two points around the crossing.

    Args:
        fmr: float64 (..., t), falling to 0.
        fnmr: float64 (..., t), rising to 1.

    >>> float(equal_error(np.array([1, 0.5, 0.5, 0, 0]), np.array([0, 0, 0.5, 0.5, 1])))
    0.5
    """
    gap = fmr - fnmr
    after = np.argmax(gap <= 0, axis=-1)[..., None]
    before = np.maximum(after - 1, 0)
    left, right = np.take_along_axis(gap, before, -1), np.take_along_axis(gap, after, -1)
    share = np.divide(left, left - right, out=np.zeros_like(left), where=left != right)
    low, high = np.take_along_axis(fmr, before, -1), np.take_along_axis(fmr, after, -1)
    crossing: NDArray[np.float64] = (low + share * (high - low))[..., 0]
    return crossing


@dataclass(frozen=True, slots=True)
class Transaction:
    """What a whole transaction of one attempt does, from the rates of its parts (ISO/IEC 19795-1:2021)."""

    fmr: float
    fnmr: float
    fta: float
    """Failure to acquire: share of attempts that gave no probe."""
    fte: float = 0.0
    """Failure to enrol: share of subjects of whom no reference could be made."""

    def __post_init__(self) -> None:
        """Refuse what is no rate.

        Raises:
            ValueError: one of the four is not within 0 and 1.
        """
        rates = (self.fmr, self.fnmr, self.fta, self.fte)
        if not all(0 <= rate <= 1 for rate in rates):
            raise ValueError(f"expected four rates between 0 and 1, came {rates}")

    @property
    def far(self) -> float:
        """False accept rate: acquired, and falsely matched.

        >>> round(Transaction(fmr=0.001, fnmr=0.02, fta=0.1).far, 6)
        0.0009
        """
        return self.fmr * (1 - self.fta)

    @property
    def frr(self) -> float:
        """False reject rate: not acquired, or acquired and not matched.

        >>> round(Transaction(fmr=0.001, fnmr=0.02, fta=0.1).frr, 6)
        0.118
        """
        return self.fta + (1 - self.fta) * self.fnmr

    @property
    def gfar(self) -> float:
        """Generalised false accept rate: the one whose name is claimed was also enrolled."""
        return (1 - self.fte) * self.far

    @property
    def gfrr(self) -> float:
        """Generalised false reject rate: not enrolled, or enrolled and rejected."""
        return self.fte + (1 - self.fte) * self.frr
