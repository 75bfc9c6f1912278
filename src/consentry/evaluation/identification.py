"""One against many: errors that grow with the gallery (ISO/IEC 19795-1:2021, open-set identification).

A search is answered with the best reference if it reaches the threshold, else with nobody. FNIR: share of searches of
enrolled people that were not answered with them. FPIR: share of searches of people who are not enrolled that were
answered at all. Both at a gallery size and a threshold; galleries are drawn from the people at hand, many times.

Intervals are over the people who search. Which others are enrolled is averaged over the galleries.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consentry.evaluation.bootstrap import Estimate, draw, over_subjects
from consentry.evaluation.comparisons import Numbers, Scores

GALLERIES = 200
"""Draws of a gallery for each size."""

_Sums = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Searches:
    """Scores of every probe against one reference of each person."""

    scores: Scores
    """float64 (p, r)."""
    probes: Numbers
    """int64 (p,): the number of the subject of each probe."""
    references: Numbers
    """int64 (r,): the number of the subject of each reference, each once."""

    def __post_init__(self) -> None:
        """Refuse what does not belong together.

        Raises:
            ValueError: shapes differ, or a person has two references.
        """
        if self.scores.shape != (len(self.probes), len(self.references)):
            raise ValueError(
                f"expected scores of shape {(len(self.probes), len(self.references))}, came {self.scores.shape}"
            )
        if len(np.unique(self.references)) != len(self.references):
            raise ValueError("expected one reference for each person, came two for one")


@dataclass(frozen=True, slots=True)
class Searched:
    """What searching galleries of one size gives."""

    size: int
    """People enrolled."""
    fnir: Estimate
    fpir: Estimate
    rank1: Estimate
    """Share of the searches of enrolled people whose best reference was theirs, whatever its score."""


def search(
    searches: Searches, sizes: Sequence[int], threshold: float, seed: int, galleries: int = GALLERIES
) -> tuple[Searched, ...]:
    """Search galleries of several sizes.

    Args:
        searches: probes and references.
        sizes: people enrolled, each below the number of people at hand, so that somebody is left who is not.
        threshold: score from which a search is answered.
        seed: of galleries and intervals.
        galleries: how many are drawn for each size.

    Raises:
        ValueError: a gallery would be empty or hold everybody.
    """
    rng = np.random.default_rng(seed)
    subjects = np.unique(np.concatenate([searches.probes, searches.references]))
    whose = np.searchsorted(subjects, searches.probes)
    draws = draw(len(subjects), seed)
    found = []
    for size in sizes:
        if not 0 < size < len(searches.references):
            raise ValueError(f"expected a gallery of 1 to {len(searches.references) - 1} people, came {size}")
        sums = np.zeros((5, len(subjects)))
        for _ in range(galleries):
            sums += _searched(
                searches, rng.permutation(len(searches.references))[:size], threshold, whose, len(subjects)
            )
        mated, missed, first, others, wrong = sums
        fnir, fpir, rank1 = (
            over_subjects(errors, trials, draws)
            for errors, trials in ((missed, mated), (wrong, others), (first, mated))
        )
        found.append(Searched(size, fnir, fpir, rank1))
    return tuple(found)


def _searched(searches: Searches, gallery: NDArray[np.intp], threshold: float, whose: Numbers, count: int) -> _Sums:
    """Per subject: mated searches, those missed, those first; non-mated searches, those answered."""
    scores = searches.scores[:, gallery]
    best = np.argmax(scores, axis=1)
    answered = scores[np.arange(len(scores)), best] >= threshold
    mated = np.isin(searches.probes, searches.references[gallery])
    right = searches.references[gallery][best] == searches.probes
    kinds = (mated, mated & ~(right & answered), mated & right, ~mated, ~mated & answered)
    return np.stack([np.bincount(whose, kind, count) for kind in kinds])
