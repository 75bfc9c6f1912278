"""How far a rate may be off, by drawing subjects anew, not comparisons: a face that is hard once is hard again.

Subjects are drawn with replacement; a comparison then counts as often as the product of how often its two subjects were
drawn (the vertex bootstrap of Snijders and Borgatti, Connections 22, 1999). Two copies of one subject give no
non-mated comparison. The interval holds the middle 95 % of the rates drawn so.

Drawing anew cannot bring errors that the set does not hold, so from few errors it comes out too narrow and from none at
all empty. Hence no interval here is narrower than the exact one (Clopper and Pearson) would be if subjects, or pairs of
subjects, were independent looks; several pictures of one subject are one look. Correlation only widens it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consentry.evaluation.comparisons import Comparisons
from consentry.evaluation.intervals import binomial_interval

REPLICATES = 1000
"""Draws: the ends of a 95 % interval then rest on 25 draws each. Ten times as many moved the limits on 50 people (two
embedders, four thresholds, three seeds) by up to a twentieth of the interval's width."""
TAILS = (0.025, 0.975)

Rates = NDArray[np.float64]
Draws = NDArray[np.float64]
"""float64 (replicates, subjects): how often each subject was drawn."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A rate with what it rests on."""

    rate: float
    """0-1."""
    low: float
    high: float
    """95 % interval."""
    errors: int
    trials: int
    """Comparisons, searches or presentations."""
    subjects: int
    """Different people behind them."""

    def __str__(self) -> str:
        """For a person.

        >>> str(Estimate(0.0, 0.0, 0.0711, 0, 50, 50))
        '0 % (0-7.1 %), 0 of 50'
        """
        return (
            f"{percent(self.rate)} % ({percent(self.low)}-{percent(self.high)} %), {self.errors:,} of {self.trials:,}"
        )


def percent(rate: float) -> str:
    """A rate in percent with two figures that count.

    >>> percent(0.0), percent(0.071), percent(0.00012), percent(0.5), percent(1.0)
    ('0', '7.1', '0.012', '50', '100')
    """
    if rate <= 0:
        return "0"
    if rate >= 0.0995:
        return f"{100 * rate:.0f}"
    return f"{100 * rate:.{max(0, 1 - int(np.floor(np.log10(100 * rate))))}f}"


def draw(subjects: int, seed: int, replicates: int = REPLICATES) -> Draws:
    """How often each subject comes when as many as there are are drawn with replacement.

    >>> draw(4, seed=1, replicates=3).sum(axis=1).tolist()
    [4.0, 4.0, 4.0]
    """
    rng = np.random.default_rng(seed)
    return rng.multinomial(subjects, np.full(subjects, 1 / subjects), replicates).astype(np.float64)


def over_subjects(errors: Rates, trials: Rates, draws: Draws) -> Estimate:
    """A rate whose trials belong to one subject each.

    Args:
        errors: float64 (s,), of each subject.
        trials: float64 (s,), of each subject; 0 for one who gave none.
        draws: float64 (replicates, s).

    Raises:
        ValueError: nobody gave a trial.
    """
    who = trials > 0
    count = int(np.count_nonzero(who))
    if not count:
        raise ValueError("expected at least one trial, came none")
    return _estimate(errors, trials, draws @ errors, draws @ trials, looks=count, subjects=count)


def over_pairs(errors: Rates, trials: Rates, draws: Draws) -> Estimate:
    """A rate whose trials belong to two different subjects each.

    Args:
        errors: float64 (s, s), of probes of the row's subject against references of the column's; 0 on the diagonal.
        trials: float64 (s, s), likewise.
        draws: float64 (replicates, s).

    Raises:
        ValueError: there is no trial.
    """
    pairs = int(np.count_nonzero(np.triu(trials + trials.T, 1)))
    if not pairs:
        raise ValueError("expected at least one comparison of two subjects, came none")
    subjects = int(np.count_nonzero(trials.any(axis=0) | trials.any(axis=1)))
    drawn, of = pair_sums(errors, draws), pair_sums(trials, draws)
    return _estimate(errors, trials, drawn, of, looks=pairs, subjects=subjects)


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Errors at a threshold, by the two subjects compared: mated comparisons on the diagonal, non-mated beside it."""

    subjects: NDArray[np.int64]
    """int64 (s,): their numbers, sorted."""
    errors: Rates
    """float64 (s, s): rows are the probes' subjects, columns the references'."""
    trials: Rates
    """float64 (s, s)."""

    def non_mated(self) -> tuple[Rates, Rates]:
        """Errors and trials with an empty diagonal, (s, s) each."""
        beside = ~np.eye(len(self.subjects), dtype=np.bool_)
        return self.errors * beside, self.trials * beside

    def mated(self) -> tuple[Rates, Rates]:
        """Errors and trials of each subject, (s,) each."""
        return self.errors.diagonal(), self.trials.diagonal()


def tally(comparisons: Comparisons, threshold: float) -> Tally:
    """Count errors by the two subjects: several comparisons of the same two come into one cell."""
    subjects = comparisons.subjects
    count = len(subjects)
    cells = np.searchsorted(subjects, comparisons.probes) * count + np.searchsorted(subjects, comparisons.references)
    wrong = ((comparisons.scores >= threshold) != comparisons.mated).astype(np.float64)
    errors, trials = (counted(cells, weights, count**2) for weights in (wrong, np.ones(len(wrong))))
    return Tally(subjects, errors.reshape(count, count), trials.reshape(count, count))


def counted(cells: NDArray[np.intp], weights: Rates, count: int) -> Rates:
    """float64 (count,): the sum of the weights that fall into each cell."""
    return np.asarray(np.bincount(cells, weights, count), np.float64)


def false_match(comparisons: Comparisons, threshold: float, seed: int, replicates: int = REPLICATES) -> Estimate:
    """FMR at a threshold, over the non-mated comparisons."""
    table = tally(comparisons, threshold)
    return over_pairs(*table.non_mated(), draw(len(table.subjects), seed, replicates))


def false_non_match(comparisons: Comparisons, threshold: float, seed: int, replicates: int = REPLICATES) -> Estimate:
    """FNMR at a threshold, over the mated comparisons."""
    table = tally(comparisons, threshold)
    return over_subjects(*table.mated(), draw(len(table.subjects), seed, replicates))


def pair_sums(table: Rates, draws: Draws) -> Rates:
    """float64 (replicates,): what a table over pairs adds up to when its subjects are drawn."""
    return np.asarray(((draws @ table) * draws).sum(axis=1))


def _estimate(errors: Rates, trials: Rates, drawn: Rates, of: Rates, *, looks: int, subjects: int) -> Estimate:
    rate = float(errors.sum() / trials.sum())
    able = of > 0  # a draw that happens to hold no trial says nothing
    low, high = np.quantile(drawn[able] / of[able], TAILS) if able.any() else (0.0, 1.0)
    least, most = binomial_interval(min(rate * looks, looks), looks)
    return Estimate(
        rate=rate,
        low=min(float(low), least, rate),
        high=max(float(high), most, rate),
        errors=round(float(errors.sum())),
        trials=round(float(trials.sum())),
        subjects=subjects,
    )
