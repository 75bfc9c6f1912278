"""A threshold keeps what it promises, or is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.evaluation.comparisons import Comparisons
from consentry.evaluation.intervals import binomial_interval
from consentry.evaluation.rates import false_match_rate
from consentry.evaluation.thresholds import TooFewSubjectsError, choose, score_for, smallest_fmr, subjects_for, transfer
from evaluation.score_tables import faces, tables


@given(tables(), st.floats(0, 1))
def test_the_lowest_score_that_keeps_the_rate(table: Comparisons, fmr: float) -> None:
    score = score_for(table, fmr)
    assert false_match_rate(table, score) <= fmr + 1e-9
    lower = table.scores[~table.mated & (table.scores < score)]
    if len(lower):
        assert false_match_rate(table, float(lower.max())) > fmr - 1e-9, "no lower score keeps it"


@pytest.mark.parametrize("fmr", [0.5, 0.1, 0.03, 0.012])
def test_a_promise_is_kept_to_the_end_of_its_interval(fmr: float) -> None:
    table = faces(30)
    chosen = choose(table, fmr, seed=1)
    assert chosen.fmr.high <= fmr
    assert chosen.barely <= chosen.score
    assert false_match_rate(table, chosen.barely) <= fmr
    assert chosen.fmr.rate == pytest.approx(false_match_rate(table, chosen.score))


def test_stricter_promises_have_higher_thresholds() -> None:
    table = faces(40)
    scores = [choose(table, fmr, 1).score for fmr in (0.2, 0.1, 0.05, 0.02, 0.006)]
    assert scores == sorted(scores)


def test_what_so_few_people_cannot_support_is_refused_with_what_they_can() -> None:
    table = faces(20)
    with pytest.raises(TooFewSubjectsError, match=r"20 people support none below 0\.02.*190 pairs.*87 people"):
        choose(table, 0.001, seed=1)
    chosen = choose(table, 0.02, seed=1)
    assert chosen.fmr.errors == 0, "what the refusal offers is granted"


def test_pairs_that_were_not_compared_support_nothing() -> None:
    table = faces(20)
    half = table.where((table.probes + table.references) % 2 == 0)
    with pytest.raises(TooFewSubjectsError, match="not every two of them were compared"):
        choose(half, 0.02, seed=1)


@given(st.floats(1e-7, 0.9))
@settings(max_examples=40)
def test_as_many_people_as_are_asked_for_are_enough_and_no_fewer(fmr: float) -> None:
    people = subjects_for(fmr)
    assert smallest_fmr(people) <= fmr
    assert people == 2 or smallest_fmr(people - 1) > fmr


def test_the_smallest_rate_is_the_exact_limit_after_none() -> None:
    assert smallest_fmr(50) == binomial_interval(0, 1225)[1]
    assert smallest_fmr(50) == pytest.approx(3.689 / 1225, rel=2e-3), "Garwood's limit, as Poisson has it"
    assert smallest_fmr(1) == 1


def test_how_far_a_threshold_carries() -> None:
    told = transfer(faces(60), 0.05, seed=1, splits=100)
    assert told.low < 0.05 < told.high
    assert told.median == pytest.approx(0.05, abs=0.015)
    rng = np.random.default_rng(1)
    scores = rng.random((40, 40))
    plain = transfer(Comparisons.within(scores + scores.T, np.arange(40)), 0.2, seed=1, splits=100)
    assert plain.high - plain.low < 0.2, "scores that do not depend on people carry well"
