"""One embedder's part of an evaluation: everything that follows from its scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from consentry.app.face_evaluation_gathering import FULL, Gathered
from consentry.app.face_evaluation_values import Histogram, ModelResult, Operating
from consentry.evaluation.bootstrap import false_match, false_non_match
from consentry.evaluation.comparisons import Comparisons
from consentry.evaluation.differentials import differentials
from consentry.evaluation.drawn_curves import drawn_curves
from consentry.evaluation.identification import Searched, Searches, search
from consentry.evaluation.rates import Transaction
from consentry.evaluation.thresholds import Chosen, TooFewSubjectsError, choose, smallest_fmr, transfer
from consentry.face.verification import Threshold

_BINS = 60
"""Of the score plot: at most 0.03 wide, finer than two thresholds lie apart."""
_CARRIED = (0.05, 0.01)
"""False match rates whose thresholds are carried from one half of the people to the other."""
_POINTS = 61
"""Of a DET plot: a dozen for each factor of ten."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What every model is asked."""

    seed: int
    date: str
    """ISO 8601."""
    fmrs: Sequence[float]
    """For which thresholds are chosen on these pictures."""
    groups: Mapping[str, Mapping[int, str]]
    """By column: the group of each subject's number."""
    fta: float
    fte: float


def result_of(gathered: Gathered, compared: Comparisons, used: Operating, asked: Asked) -> ModelResult:
    """All figures of one model.

    Args:
        gathered: templates, for searching.
        compared: every two pictures once.
        used: the threshold in use with what it does.
        asked: seed, rates, groups.
    """
    model, score = used.threshold.model, used.threshold.score
    chosen, refused = [], []
    for fmr in sorted(asked.fmrs):
        try:
            chosen.append(at_chosen(model, choose(compared, fmr, asked.seed), compared, asked))
        except TooFewSubjectsError as error:
            refused.append(str(error))
    people = len(compared.where(~compared.mated).subjects)
    grid = np.geomspace(smallest_fmr(people) / 10, 1.0, _POINTS)
    return ModelResult(
        model=model,
        mated=int(np.count_nonzero(compared.mated)),
        non_mated=int(np.count_nonzero(~compared.mated)),
        scores=_histogram(compared),
        curves=drawn_curves(compared, grid, asked.seed),
        in_use=used,
        chosen=tuple(chosen),
        refused=tuple(refused),
        transfers=tuple(transfer(compared, fmr, asked.seed) for fmr in _CARRIED if people >= 4),
        searched=_searched(gathered, model, score, asked.seed),
        differentials=tuple(
            differentials(column, compared, groups, score, asked.seed) for column, groups in asked.groups.items()
        ),
    )


def at_threshold(threshold: Threshold, compared: Comparisons, asked: Asked, *, same: bool) -> Operating:
    """What a threshold does on these pictures.

    Args:
        threshold: of the model.
        compared: every two pictures once.
        asked: seed and failures.
        same: whether it was chosen on these very pictures.
    """
    fmr = false_match(compared, threshold.score, asked.seed)
    fnmr = false_non_match(compared, threshold.score, asked.seed)
    return Operating(threshold, fmr, fnmr, Transaction(fmr.rate, fnmr.rate, asked.fta, asked.fte), same)


def at_chosen(model: str, chosen: Chosen, compared: Comparisons, asked: Asked) -> Operating:
    """The same of a threshold that was chosen here."""
    threshold = Threshold(
        score=chosen.score,
        fmr=chosen.wanted,
        low=chosen.fmr.low,
        high=chosen.fmr.high,
        model=model,
        data=f"these pictures: {len(compared.subjects)} people, {chosen.fmr.trials:,} non-mated comparisons",
        date=asked.date,
        barely=chosen.barely,
        surely=chosen.score,
    )
    rates = Transaction(chosen.fmr.rate, chosen.fnmr.rate, asked.fta, asked.fte)
    return Operating(threshold, chosen.fmr, chosen.fnmr, rates, same=True)


def gallery_sizes(people: int) -> Sequence[int]:
    """Sizes of galleries up to half of the people, so that as many are left who are not enrolled.

    >>> list(gallery_sizes(50)), list(gallery_sizes(3))
    ([2, 5, 10, 20, 25], [1])
    """
    most = max(1, people // 2)
    return sorted({size for size in (2, 5, 10, 20, 50, 100, 200, 500) if size <= most} | {most})


def _histogram(compared: Comparisons) -> Histogram:
    edges = np.linspace(min(-0.2, float(compared.scores.min())), max(1.0, float(compared.scores.max())), _BINS + 1)
    mated, others = (np.histogram(compared.scores[kind], edges)[0] for kind in (compared.mated, ~compared.mated))
    return Histogram(edges, mated.astype(np.int64), others.astype(np.int64))


def _searched(gathered: Gathered, model: str, score: float, seed: int) -> tuple[Searched, ...]:
    """Each subject's first picture is enrolled, the others search."""
    there = np.flatnonzero(gathered.acquired())
    references = there[np.unique(gathered.whose[there], return_index=True)[1]]
    probes = np.setdiff1d(there, references)
    if len(references) < 2 or not len(probes):
        return ()
    vectors = gathered.vectors[model, FULL].astype(np.float64)
    searches = Searches(vectors[probes] @ vectors[references].T, gathered.whose[probes], gathered.whose[references])
    return search(searches, gallery_sizes(len(references)), score, seed)
