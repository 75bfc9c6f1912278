"""A threshold for a wanted false match rate, and the refusal to promise one that the data cannot support.

A promise is kept where the upper end of the rate's 95 % interval is at most what is wanted, not where the rate
happens to be so on the people at hand. How small a rate can be promised depends on how many different pairs of people
were compared: after no false match among n independent pairs, rates up to 3.7/n remain within the interval (Clopper and
Pearson; the rule of three of ISO/IEC 19795-1:2021 is its one-sided sister). n people make n (n - 1) / 2 pairs; more
pictures of the same people add no pair. Pairs that share a person are not quite independent, so even this count is
generous.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from consentry.core.errors import ConsentryError
from consentry.evaluation.bootstrap import REPLICATES, Estimate, false_match, false_non_match
from consentry.evaluation.comparisons import Comparisons
from consentry.evaluation.intervals import binomial_interval

_STEP, _MARGIN = 1e-3, 1e-4
"""A chosen score is rounded up to thousandths, and lies this much above the score that it must not let through: the
same network on another machine gives scores that differ in the sixth digit."""


class TooFewSubjectsError(ConsentryError):
    """The data cannot support the rate that is wanted: names what they do support, and what it would take."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A threshold with what was measured at it, on the data it was chosen on."""

    score: float
    """From which a comparison is a match: the lowest at which the interval's upper end is at most what is wanted, in
    thousandths."""
    barely: float
    """The lowest score at which the rate itself is at most what is wanted. From here to ``score`` it depends on who
    happened to be measured."""
    wanted: float
    """False match rate for which it was chosen, 0-1."""
    fmr: Estimate
    fnmr: Estimate


def smallest_fmr(subjects: int) -> float:
    """The smallest false match rate that comparing so many people with each other can support; 1 for fewer than two.

    >>> round(smallest_fmr(50), 5), round(smallest_fmr(1000), 8)
    (0.00301, 7.39e-06)
    """
    pairs = subjects * (subjects - 1) // 2
    return binomial_interval(0, pairs)[1] if pairs else 1.0


def subjects_for(fmr: float) -> int:
    """How many people it takes to support a false match rate.

    Raises:
        ValueError: it is not between 0 and 1.

    >>> subjects_for(0.001), subjects_for(0.0001)
    (87, 273)
    """
    if not 0 < fmr < 1:
        raise ValueError(f"expected a false match rate between 0 and 1, came {fmr}")
    count = 2
    while smallest_fmr(count) > fmr:
        count = max(count + 1, int(count * 0.99 * sqrt(smallest_fmr(count) / fmr)))
    return count


def score_for(comparisons: Comparisons, fmr: float) -> float:
    """The lowest score whose false match rate on these comparisons is at most the wanted one.

    Raises:
        ValueError: there is no non-mated comparison.

    >>> table = Comparisons.of([0.1, 0.2, 0.3, 0.4, 0.9], [1, 1, 2, 3, 1], [2, 3, 3, 4, 1])
    >>> score_for(table, 0.25)  # one of four may match
    0.4
    """
    others = np.sort(comparisons.scores[~comparisons.mated])[::-1]
    if not len(others):
        raise ValueError("expected at least one non-mated comparison, came none")
    allowed = int(np.floor(fmr * len(others) + 1e-9))  # 0.29 of 100 are 29, though float says 28.999999999999996
    if allowed == len(others):
        return float(others[-1])
    above = others[:allowed][others[:allowed] > others[allowed]]  # of equal scores all match or none
    return float(above[-1]) if len(above) else float(np.nextafter(others[allowed], np.inf))


def choose(comparisons: Comparisons, fmr: float, seed: int, replicates: int = REPLICATES) -> Chosen:
    """The threshold for a wanted false match rate, with what it does to both kinds of comparisons.

    Args:
        comparisons: both kinds.
        fmr: wanted, 0-1.
        seed: of the bootstrap.
        replicates: of the bootstrap.

    Raises:
        TooFewSubjectsError: these people cannot support the rate.
    """
    others = comparisons.where(~comparisons.mated)
    count = len(others.subjects)
    least = smallest_fmr(count)
    refusal = f"a false match rate of {fmr:g} was wanted, and {count} people support none below {_rounded_up(least):g}"
    if fmr < least:
        raise TooFewSubjectsError(
            f"{refusal}: even no error among their {count * (count - 1) // 2:,} pairs would not exclude a higher one. "
            f"Ask for {_rounded_up(least):g} or more, or bring pictures of {subjects_for(fmr)} people"
        )
    barely = score_for(comparisons, fmr)
    levels = np.unique(others.scores[others.scores >= barely])
    levels = np.append(levels, np.nextafter(max(barely, float(others.scores.max())), np.inf))
    low, high = 0, len(levels) - 1  # the interval's upper end falls as the threshold rises: the draws are the same
    while low < high:
        middle = (low + high) // 2
        kept = false_match(others, float(levels[middle]), seed, replicates).high <= fmr
        low, high = (low, middle) if kept else (middle + 1, high)
    score = round(float(np.ceil((levels[low] + _MARGIN) / _STEP)) * _STEP, 3)
    found = false_match(others, score, seed, replicates)
    if found.high > fmr:
        raise TooFewSubjectsError(f"{refusal.replace('none below', 'at best')}: not every two of them were compared")
    return Chosen(score, barely, fmr, found, false_non_match(comparisons, score, seed, replicates))


@dataclass(frozen=True, slots=True)
class Transfer:
    """What became of thresholds on people on whom they were not chosen."""

    wanted: float
    """False match rate for which each was chosen, 0-1."""
    median: float
    """Of the false match rates on the other half of the people."""
    low: float
    high: float
    """Between them lie 95 % of the halves."""
    splits: int


def transfer(comparisons: Comparisons, fmr: float, seed: int, splits: int = 200) -> Transfer:
    """Choose on one half of the people, look at the other half, many times: how far a promise carries.

    Args:
        comparisons: non-mated ones are used.
        fmr: wanted of each half, 0-1.
        seed: of the halves.
        splits: how many halves.

    Raises:
        ValueError: there are fewer than four people.
    """
    others = comparisons.where(~comparisons.mated)
    subjects = others.subjects
    if len(subjects) < 4:
        raise ValueError(f"expected at least four people to halve, came {len(subjects)}")
    probes, references = np.searchsorted(subjects, others.probes), np.searchsorted(subjects, others.references)
    rng = np.random.default_rng(seed)
    rates = np.empty(splits)
    for number in range(splits):
        mine = np.zeros(len(subjects), np.bool_)
        mine[rng.permutation(len(subjects))[: len(subjects) // 2]] = True
        score = score_for(others.where(mine[probes] & mine[references]), fmr)
        theirs = others.scores[~mine[probes] & ~mine[references]]
        rates[number] = np.count_nonzero(theirs >= score) / len(theirs)
    low, middle, high = np.quantile(rates, (0.025, 0.5, 0.975))
    return Transfer(fmr, float(middle), float(low), float(high), splits)


def _rounded_up(rate: float) -> float:
    """Two figures, never below: what may be asked for must be granted."""
    step = 10.0 ** (np.floor(np.log10(rate)) - 1)
    return float(np.ceil(rate / step - 1e-9) * step)
