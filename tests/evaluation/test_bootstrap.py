"""Intervals over subjects: by hand, by printed tables, and by how often they hold the truth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.evaluation.bootstrap import (
    draw,
    false_match,
    false_non_match,
    over_pairs,
    over_subjects,
    tally,
)
from consentry.evaluation.comparisons import Comparisons
from consentry.evaluation.drawn_curves import drawn_curves
from consentry.evaluation.intervals import beta_cdf, binomial_interval
from consentry.evaluation.rates import curve, equal_error, false_match_rate, false_non_match_rate
from evaluation.score_tables import faces, shuffled, tables


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [
        pytest.param(81, 263, 0.2527, 0.3676, id="Newcombe 1998, table I"),
        pytest.param(15, 148, 0.0578, 0.1617, id="Newcombe 1998, table I, second"),
        pytest.param(0, 20, 0.0, 0.1684, id="Newcombe 1998, table I, none"),
        pytest.param(1, 29, 0.0009, 0.1776, id="Newcombe 1998, table I, one"),
        pytest.param(29, 29, 0.8806, 1.0, id="all"),
    ],
)
def test_exact_limits_are_those_printed(hits: int, trials: int, low: float, high: float) -> None:
    """Limits of Newcombe (Statistics in Medicine 17, 1998), method 5."""
    assert binomial_interval(hits, trials) == pytest.approx((low, high), abs=6e-5)


@given(st.floats(0.001, 0.999), st.floats(0.5, 400), st.floats(0.5, 400))
def test_the_beta_distribution_mirrors_itself(share: float, a: float, b: float) -> None:
    assert beta_cdf(share, a, b) == pytest.approx(1 - beta_cdf(1 - share, b, a), abs=1e-9)


@given(st.integers(1, 60), st.integers(0, 59), st.floats(0.01, 0.99))
def test_the_beta_distribution_is_the_binomial_one(trials: int, hits: int, share: float) -> None:
    """P(more than k of n) is the beta distribution's at (k + 1, n - k) (Abramowitz and Stegun 26.5.24)."""
    hits %= trials
    chances = np.array([share, 1 - share])
    ways, more = 1.0, 0.0
    for k in range(trials + 1):
        more += ways * chances[0] ** k * chances[1] ** (trials - k) * (k > hits)
        ways = ways * (trials - k) / (k + 1)
    assert beta_cdf(share, hits + 1, trials - hits) == pytest.approx(more, abs=1e-9)


def test_one_table_by_hand() -> None:
    """Two subjects: one drawn twice takes all its comparisons along; both drawn once are the set itself."""
    draws = np.array([[1.0, 1.0], [2.0, 0.0]])
    found = over_subjects(np.array([1.0, 0.0]), np.array([2.0, 2.0]), draws)
    assert (found.rate, found.errors, found.trials, found.subjects) == (0.25, 1, 4, 2)
    assert found.high >= 0.25 + 0.975 * 0.25 - 1e-9, "the second draw has a rate of 0.5"
    pairs = over_pairs(np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([[0.0, 1.0], [1.0, 0.0]]), draws)
    assert (pairs.rate, pairs.trials, pairs.subjects) == (0.5, 2, 2)
    assert (pairs.low, pairs.high) == pytest.approx(binomial_interval(0.5, 1)), "one pair of subjects is one look"


def test_a_subject_is_never_its_own_stranger() -> None:
    table = tally(Comparisons.of([0.9, 0.8, 0.1], [1, 1, 2], [1, 2, 1]), 0.5)
    errors, trials = table.non_mated()
    assert errors.tolist() == [[0, 1], [0, 0]]
    assert trials.tolist() == [[0, 1], [1, 0]]
    assert [part.tolist() for part in table.mated()] == [[0, 0], [1, 0]]


@given(tables(), st.floats(-1, 1))
def test_an_interval_holds_its_rate_and_the_rate_is_the_plain_one(table: Comparisons, threshold: float) -> None:
    for found, plain in (
        (false_match(table, threshold, 1, 50), false_match_rate(table, threshold)),
        (false_non_match(table, threshold, 1, 50), false_non_match_rate(table, threshold)),
    ):
        assert found.rate == pytest.approx(plain)
        assert 0 <= found.low <= found.rate <= found.high <= 1


def test_the_same_seed_gives_the_same_whatever_the_order() -> None:
    table = faces(20)
    found = false_match(table, 0.2, 7)
    assert false_match(shuffled(table, 3), 0.2, 7) == found
    assert false_match(table, 0.2, 8) != found


def test_pictures_of_one_subject_are_one_look() -> None:
    """Ten pictures of each of five people, without an error: as little is known as from five looks."""
    table = faces(5, pictures=10, spread=0.1)
    assert false_non_match(table, 0.5, 1).high == pytest.approx(binomial_interval(0, 5)[1])
    assert false_match(table, 0.99, 1).high == pytest.approx(binomial_interval(0, 10)[1])


def test_the_interval_of_pairs_holds_the_truth_as_often_as_it_says() -> None:
    """Strangers of whom some look alike to all: the truth from 2,000 people, intervals from 30 of them, 120 times."""
    population = faces(2000, pictures=1, spread=0.0, seed=5)
    threshold = float(np.quantile(population.scores, 0.97))
    held = sum(
        found.low <= 0.03 <= found.high
        for found in (
            false_match(faces(30, pictures=1, spread=0.0, seed=100 + k), threshold, k, 400) for k in range(120)
        )
    )
    assert held >= 110, "95 of 100 are meant; fewer than 110 of 120 come once in 30 tries"


def test_the_interval_of_subjects_holds_the_truth_as_often_as_it_says() -> None:
    """People with four looks each, of whom one in ten is hard throughout: rate 0.1."""
    rng, held = np.random.default_rng(2), 0
    for k in range(150):
        hard = rng.random(60) < 0.1
        found = over_subjects(4.0 * hard, np.full(60, 4.0), draw(60, k, 400))
        held += found.low <= 0.1 <= found.high
    assert held >= 137


def test_drawing_comparisons_instead_of_people_would_promise_too_much() -> None:
    """What this module is for: the spread of the rate over sets is that of people, not that of comparisons."""
    rates = [false_match_rate(faces(30, spread=0.3, seed=k), 0.35) for k in range(60)]
    one = false_match(faces(30, spread=0.3, seed=99), 0.35, 1)
    spread, naive = float(np.std(rates)), float(np.sqrt(np.mean(rates) * (1 - np.mean(rates)) / one.trials))
    told = (one.high - one.low) / 3.92
    assert naive < 0.75 * spread
    assert told > 0.75 * spread


def test_drawn_curves() -> None:
    table = faces(40, spread=1.2)
    grid = np.geomspace(1e-3, 1, 20)
    drawn = drawn_curves(table, grid, 1, 200)
    both = curve(table)
    assert drawn.eer == pytest.approx(float(equal_error(both.fmr, both.fnmr)))
    assert drawn.eer_low < drawn.eer < drawn.eer_high
    assert drawn.fnmr.tolist() == [both.fnmr_at(rate) for rate in grid]
    assert (drawn.low <= drawn.high).all()
    assert (drawn.low <= drawn.fnmr + 1e-9).all()
    assert (np.diff(drawn.fnmr) <= 0).all()


def test_nothing_to_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one trial"):
        over_subjects(np.zeros(3), np.zeros(3), draw(3, 1, 5))
    with pytest.raises(ValueError, match="two subjects"):
        false_match(Comparisons.of([0.5], [1], [1]), 0.1, 1)
