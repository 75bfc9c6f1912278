"""Groups at one threshold: by hand, by the papers' properties, and small groups kept out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from consentry.evaluation.bootstrap import Estimate
from consentry.evaluation.comparisons import Comparisons
from consentry.evaluation.differentials import FEWEST, GroupRates, differentials, gini, mxog
from consentry.evaluation.differentials import _apart as apart
from consentry.evaluation.intervals import wilson_interval
from evaluation.score_tables import faces, sphere


@pytest.mark.parametrize(
    ("rates", "unequal", "ratio"),
    [
        pytest.param([0.1, 0.1, 0.1], 0.0, 1.0, id="all alike"),
        pytest.param([0.0, 0.0, 0.2], 1.0, None, id="one carries all"),
        pytest.param([0.1, 0.3], 0.5, 0.3 / 0.03**0.5, id="two"),
        pytest.param([0.001, 0.002, 0.004], 3 / 7, 2.0, id="three"),
        pytest.param([0.0, 0.0], None, None, id="no error in any"),
    ],
)
def test_aggregates_by_hand(rates: list[float], unequal: float | None, ratio: float | None) -> None:
    """Three: sum of |differences| over ordered pairs 2 (1 + 3 + 2) = 12, over 2 * 3 * 2 * 7/3 = 28, in thousandths."""
    found = [float(aggregate(np.array(rates))) for aggregate in (gini, mxog)]
    for value, wanted in zip(found, (unequal, ratio), strict=True):
        assert np.isnan(value) if wanted is None else value == pytest.approx(wanted)


@given(arrays(np.float64, st.integers(2, 6), elements=st.floats(1e-6, 1)), st.floats(0.01, 1))
def test_aggregates_know_no_unit_and_no_order(rates: np.ndarray, scale: float) -> None:
    """Howard and others ask of an aggregate that it does not depend on the error's size."""
    assert 0 <= float(gini(rates)) <= 1 + 1e-9
    assert float(mxog(rates)) >= 1 - 1e-9
    for aggregate in (gini, mxog):
        assert float(aggregate(rates * scale)) == pytest.approx(float(aggregate(rates)), rel=1e-6, abs=1e-9)
        assert float(aggregate(rates[::-1])) == pytest.approx(float(aggregate(rates)), rel=1e-9, abs=1e-12)


def test_a_difference_as_printed() -> None:
    """Newcombe (Statistics in Medicine 17, 1998, 873), method 10: 56 of 70 less 48 of 80 is 0.2, 0.0524 to 0.3339."""
    one, other = (
        GroupRates(name, n, None, Estimate(hits / n, *wilson_interval(hits, n), hits, n, n))
        for name, hits, n in (("a", 56, 70), ("b", 48, 80))
    )
    found = apart("FNMR", one, other)
    assert found is not None
    assert (found.difference, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert found.seen
    assert apart("FMR", one, other) is None


def test_small_groups_are_marked_and_kept_out() -> None:
    table = faces(50, spread=1.2)
    groups = {number: "many" if number < 25 else "more" if number < 46 else "few" for number in range(49)}
    told = differentials("kind", table, groups, 0.35, seed=1)
    assert [(group.name, group.subjects, group.enough) for group in told.groups] == [
        ("few", 3, False),
        ("many", 25, True),
        ("more", 21, True),
    ]
    assert told.left_out == 1
    assert {name for one in told.differences for name in (one.one, one.other)} == {"many", "more"}
    alone = differentials("kind", table, {k: v for k, v in groups.items() if v != "few"}, 0.35, seed=1)
    assert (alone.fmr, alone.fnmr) == (told.fmr, told.fnmr), "the few change no aggregate"


def test_a_group_that_fares_worse_is_seen_and_one_that_does_not_is_not() -> None:
    vectors, whose = sphere(120, 2, 0.4, seed=6)
    vectors[whose < 60, 0] += 1.0  # half of the people look alike
    vectors /= np.linalg.norm(vectors, axis=1)[:, None]
    table = Comparisons.within(vectors @ vectors.T, whose)
    alike = differentials("half", table, {k: "alike" if k < 60 else "other" for k in range(120)}, 0.5, seed=1)
    seen = [one for one in alike.differences if one.seen]
    assert [(one.rate, one.one) for one in seen] == [("FMR", "alike")]
    assert seen[0].difference > 0
    assert alike.fmr is not None
    assert alike.fmr.gini is not None
    assert alike.fmr.gini > 0.8
    assert alike.within is not None
    assert alike.across is not None
    assert alike.within.low > alike.across.high, "strangers of one kind match more often than strangers at random"
    chance = differentials("parity", table, {k: "odd" if k % 2 else "even" for k in range(120)}, 0.5, seed=1)
    assert not any(one.seen for one in chance.differences)
    assert chance.fmr is not None
    assert chance.fmr.gini_interval is not None
    assert chance.fmr.gini_interval[0] < 0.2


def test_people_of_one_group_are_compared_with_each_other_alone() -> None:
    table = Comparisons.of([0.9, 0.9, 0.1], [1, 1, 3], [2, 3, 4])
    told = differentials("side", table, {1: "left", 2: "left", 3: "right", 4: "right"}, 0.5, seed=1)
    rates = {group.name: group.fmr for group in told.groups}
    assert [(name, rate and (rate.errors, rate.trials)) for name, rate in rates.items()] == [
        ("left", (1, 1)),
        ("right", (0, 1)),
    ]
    assert told.fmr is None, "two groups of two say nothing together"
    assert told.within is not None
    assert (told.within.errors, told.within.trials) == (1, 2)
    assert told.across is not None
    assert (told.across.errors, told.across.trials) == (1, 1)
    assert FEWEST > 2
