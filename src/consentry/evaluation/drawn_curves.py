"""The DET and the EER with what drawing people anew makes of them.

The band around the DET is from drawing alone: it marks spread, not what was never seen. The EER's interval is never
narrower than the exact one over people, as in ``bootstrap``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consentry.evaluation.bootstrap import REPLICATES, TAILS, Draws, Rates, draw
from consentry.evaluation.comparisons import Comparisons
from consentry.evaluation.intervals import binomial_interval
from consentry.evaluation.rates import curve, equal_error

_TAIL, _BODY = 1024, 512
"""Thresholds at which drawn curves are known: the highest non-mated scores one by one, for there the low rates are, and
so many quantiles of either kind."""


@dataclass(frozen=True, slots=True, eq=False)
class DrawnCurves:
    """The EER and the DET with what drawing subjects anew makes of them."""

    eer: float
    eer_low: float
    eer_high: float
    """95 % interval."""
    fmr: Rates
    """float64 (g,): false match rates, rising."""
    fnmr: Rates
    """float64 (g,): FNMR at each of them."""
    low: Rates
    high: Rates
    """float64 (g,): 95 % interval of the FNMR at each, from drawing alone: it marks spread, not what was never seen."""


def drawn_curves(comparisons: Comparisons, fmr: Rates, seed: int, replicates: int = REPLICATES) -> DrawnCurves:
    """The EER's interval and a band around the DET.

    Args:
        comparisons: both kinds.
        fmr: float64 (g,), rising: false match rates at which the band is wanted.
        seed: of the draws.
        replicates: draws.
    """
    whole = curve(comparisons)
    levels = _levels(comparisons)
    draws = draw(len(comparisons.subjects), seed, replicates)
    others, mated = (_drawn_shares(comparisons.where(kind), comparisons.subjects, levels, draws)
                     for kind in (~comparisons.mated, comparisons.mated))  # fmt: skip
    eers = equal_error(others, 1 - mated)
    drawn = np.stack(
        [(1 - mine)[np.argmax(his[:, None] <= fmr, axis=0)] for his, mine in zip(others, mated, strict=True)]
    )
    eer = float(equal_error(whole.fmr, whole.fnmr))
    people = len(comparisons.subjects)
    least, most = binomial_interval(eer * people, people)
    low, high = np.quantile(eers, TAILS)
    low_band, high_band = np.quantile(drawn, TAILS, axis=0)
    points = np.array([whole.fnmr_at(rate) for rate in fmr])
    return DrawnCurves(eer, min(least, float(low)), max(most, float(high)), fmr, points, low_band, high_band)


def _levels(comparisons: Comparisons) -> Rates:
    """Thresholds, rising, from the lowest score to above the highest."""
    others = np.sort(comparisons.scores[~comparisons.mated])
    mated = np.sort(comparisons.scores[comparisons.mated])
    quantiles = [part[np.linspace(0, len(part) - 1, _BODY).round().astype(np.int64)] for part in (others, mated)]
    above = [np.nextafter(others[-1], np.inf), np.nextafter(mated[-1], np.inf)]
    return np.unique(np.concatenate([others[-_TAIL:], *quantiles, above]))


def _drawn_shares(chosen: Comparisons, subjects: NDArray[np.int64], levels: Rates, draws: Draws) -> Rates:
    """float64 (replicates, t): share of the drawn comparisons at or above each level."""
    probes, references = np.searchsorted(subjects, chosen.probes), np.searchsorted(subjects, chosen.references)
    above = np.searchsorted(levels, chosen.scores, "right")
    same = np.array_equal(probes, references)  # mated: one subject, which counts as often as it was drawn
    shares = np.empty((len(draws), len(levels)))
    for row, times in zip(shares, draws, strict=True):
        weights = times[probes] if same else times[probes] * times[references]
        counts = np.bincount(above, weights, len(levels) + 1)
        row[:] = counts[::-1].cumsum()[::-1][1:] / max(float(counts.sum()), 1.0)
    return shares
