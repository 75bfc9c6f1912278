"""Do the errors fall on some groups of people more than on others (ISO/IEC 19795-10:2024), at the one threshold in use.

The FMR of a group is of comparisons within it: impostors of a like kind are the likeliest. It is higher than that of
strangers at random, who differ in more; so both are told, within groups and across them. Two aggregates: the Gini
coefficient of the groups' rates (GARBE, Howard and others, ICPR 2022: 0 all alike, 1 one group carries all), and MXOG,
the largest rate over the geometric mean of all (the ratio that NIST's reports give). Both are undefined where no group
shows an error, MXOG already where one group shows none; then they are not given.

A group of few people is marked and takes no part in the aggregates: its rate is chance. Groups are told in the order of
their names, never ranked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from consentry.evaluation.bootstrap import (
    REPLICATES,
    Estimate,
    draw,
    false_match,
    false_non_match,
    pair_sums,
    tally,
)
from consentry.evaluation.comparisons import Comparisons

FEWEST = 20
"""People in a group from which its rates say something: of 20 who showed no error, up to 17 in 100 may still have one
(exact 95 % interval); of 5, up to 52."""


@dataclass(frozen=True, slots=True)
class GroupRates:
    """One group at the threshold."""

    name: str
    subjects: int
    fmr: Estimate | None
    """Of comparisons within the group; None where there are none."""
    fnmr: Estimate | None
    """None where there are no mated comparisons."""

    @property
    def enough(self) -> bool:
        """Whether so many people say anything."""
        return self.subjects >= FEWEST


@dataclass(frozen=True, slots=True)
class Aggregate:
    """How unequal one rate is over groups."""

    gini: float | None
    """0-1; None where no group shows an error."""
    gini_interval: tuple[float, float] | None
    """95 %, by drawing people anew; biased upwards where groups are small: chance alone makes groups differ."""
    mxog: float | None
    """1 or more; None where a group shows no error."""
    mxog_interval: tuple[float, float] | None
    """95 %, of the draws in which every group showed an error; None where under nine in ten did."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How far two groups' rates lie apart, and what the data cannot exclude."""

    rate: str
    """``FMR`` or ``FNMR``."""
    one: str
    other: str
    difference: float
    """Rate of the one minus rate of the other."""
    low: float
    high: float
    """95 % interval, from the two groups' own intervals (square and add: Newcombe, Statistics in Medicine 17, 1998)."""

    @property
    def seen(self) -> bool:
        """Whether the data exclude that the two are alike."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Differentials:
    """One way of grouping people."""

    column: str
    """What they were grouped by."""
    groups: tuple[GroupRates, ...]
    """In the order of their names."""
    left_out: int
    """People of whom the group is not known."""
    within: Estimate | None
    """FMR of strangers of one group, all groups together; None where there are none."""
    across: Estimate | None
    """FMR of strangers of two groups; None where there are none."""
    fmr: Aggregate | None
    """Over the groups of enough people; None where fewer than two are."""
    fnmr: Aggregate | None
    differences: tuple[Difference, ...]
    """Of every two groups of enough people."""


def differentials(
    column: str, comparisons: Comparisons, groups: Mapping[int, str], threshold: float, seed: int
) -> Differentials:
    """Rates of each group at one threshold.

    Args:
        column: what the groups are of.
        comparisons: both kinds.
        groups: of each subject's number; who is missing is left out and counted.
        threshold: the one in use for everybody.
        seed: of the bootstrap.
    """
    here = set(comparisons.subjects.tolist())
    members = {name: [s for s in sorted(here) if groups.get(s) == name] for name in sorted(set(groups.values()))}
    members = {name: mine for name, mine in members.items() if mine}
    rows = tuple(_rates(name, mine, comparisons, threshold, seed) for name, mine in members.items())
    enough = [row for row in rows if row.enough]
    drawn = _drawn({row.name: members[row.name] for row in enough}, comparisons, threshold, seed)
    differences = [
        difference
        for one, other in combinations(enough, 2)
        for difference in (_apart("FMR", one, other), _apart("FNMR", one, other))
        if difference is not None
    ]
    return Differentials(
        column,
        rows,
        len(here - set(groups)),
        *_strangers(comparisons, groups, threshold, seed),
        _aggregate([row.fmr for row in enough], drawn[0]),
        _aggregate([row.fnmr for row in enough], drawn[1]),
        tuple(differences),
    )


def gini(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gini coefficient with the correction for few groups, so that 1 can be reached; nan where all rates are 0.

    Args:
        rates: float64 (..., g), of two or more groups.

    >>> float(gini(np.array([0.1, 0.1, 0.1]))), float(gini(np.array([0.0, 0.0, 0.3])))
    (0.0, 1.0)
    """
    count = rates.shape[-1]
    apart = np.abs(rates[..., :, None] - rates[..., None, :]).sum(axis=(-2, -1))
    total = 2 * count * (count - 1) * rates.mean(axis=-1)
    return np.asarray(np.divide(apart, total, out=np.full(np.shape(apart), np.nan), where=total > 0))


def mxog(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Maximum over geometric mean; nan where a rate is 0.

    >>> round(float(mxog(np.array([0.001, 0.004, 0.002]))), 6)
    2.0
    """
    positive = (rates > 0).all(axis=-1)
    logs = np.log(np.where(rates > 0, rates, 1.0)).mean(axis=-1)
    return np.asarray(np.where(positive, rates.max(axis=-1) / np.exp(logs), np.nan))


def _rates(name: str, mine: Sequence[int], comparisons: Comparisons, threshold: float, seed: int) -> GroupRates:
    chosen = comparisons.among(mine)
    mated = bool(chosen.mated.any())
    others = bool((~chosen.mated).any())
    return GroupRates(
        name,
        len(mine),
        false_match(chosen, threshold, seed) if others else None,
        false_non_match(chosen, threshold, seed) if mated else None,
    )


def _strangers(
    comparisons: Comparisons, groups: Mapping[int, str], threshold: float, seed: int
) -> tuple[Estimate | None, Estimate | None]:
    """FMR within groups and across them."""
    known = comparisons.among(groups.keys())
    sides = [np.array([groups[number] for number in side.tolist()]) for side in (known.probes, known.references)]
    same = sides[0] == sides[1] if len(known) else np.zeros(0, np.bool_)
    parts = (known.where(~known.mated & same), known.where(~known.mated & ~same))
    within, across = (false_match(part, threshold, seed) if len(part) else None for part in parts)
    return within, across


def _drawn(
    members: Mapping[str, Sequence[int]], comparisons: Comparisons, threshold: float, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """FMR and FNMR (replicates, groups) of groups whose people are drawn anew, each group on its own."""
    rng = np.random.default_rng(seed)
    fmr, fnmr = [np.zeros((REPLICATES, 0))], [np.zeros((REPLICATES, 0))]
    for mine in members.values():
        table = tally(comparisons.among(mine), threshold)
        draws = draw(len(table.subjects), int(rng.integers(1 << 32)))
        errors, trials = table.non_mated()
        fmr.append(_shares(pair_sums(errors, draws), pair_sums(trials, draws)))
        errors, trials = table.mated()
        fnmr.append(_shares(draws @ errors, draws @ trials))
    return np.concatenate(fmr, axis=1), np.concatenate(fnmr, axis=1)


def _shares(errors: NDArray[np.float64], trials: NDArray[np.float64]) -> NDArray[np.float64]:
    """(replicates, 1): 0 where a draw holds no trial."""
    return np.divide(errors, trials, out=np.zeros_like(errors), where=trials > 0)[:, None]


def _aggregate(estimates: Sequence[Estimate | None], drawn: NDArray[np.float64]) -> Aggregate | None:
    if len(estimates) < 2 or any(one is None for one in estimates):
        return None
    rates = np.array([one.rate for one in estimates if one is not None])
    unequal, ratio = float(gini(rates)), float(mxog(rates))
    return Aggregate(
        None if np.isnan(unequal) else unequal,
        None if np.isnan(unequal) else _middle(gini(drawn)),
        None if np.isnan(ratio) else ratio,
        None if np.isnan(ratio) else _middle(mxog(drawn)),
    )


def _middle(values: NDArray[np.float64]) -> tuple[float, float] | None:
    known = values[~np.isnan(values)]
    if len(known) < 0.9 * len(values):
        return None
    low, high = np.quantile(known, (0.025, 0.975))
    return float(low), float(high)


def _apart(rate: str, one: GroupRates, other: GroupRates) -> Difference | None:
    a, b = (one.fmr, other.fmr) if rate == "FMR" else (one.fnmr, other.fnmr)
    if a is None or b is None:
        return None
    apart = a.rate - b.rate
    low = apart - sqrt((a.rate - a.low) ** 2 + (b.high - b.rate) ** 2)
    high = apart + sqrt((a.high - a.rate) ** 2 + (b.rate - b.low) ** 2)
    return Difference(rate, one.name, other.name, apart, low, high)
