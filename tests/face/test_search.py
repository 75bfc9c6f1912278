"""The search of one among many, and the threshold that a gallery's size asks for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.backends.calibrations import load_thresholds
from consentry.core.errors import ModelMismatchError, RefusedError
from consentry.face.search_exact import ExactSearch
from consentry.face.search_threshold import CHECK, fmr_needed, largest_size, threshold_for
from consentry.face.template import Template, comparison_score
from consentry.face.verification import Threshold


def template(seed: int, numbers: int = 32, model: str = "m") -> Template:
    vector = np.random.default_rng(seed).normal(size=numbers).astype(np.float32)
    return Template(model, vector / np.float32(np.linalg.norm(vector)))


def filled(count: int) -> ExactSearch:
    search = ExactSearch()
    for seed in range(count):
        search.add(template(seed))
    return search


def threshold(score: float, fmr: float) -> Threshold:
    return Threshold(score, fmr, 0.0, fmr, "m", "a test", "2026-11-25")


LADDER = (threshold(0.6, 1e-6), threshold(0.5, 1e-4), threshold(0.4, 1e-2))


@pytest.mark.parametrize("count", [1, 2, 64, 65, 300])
def test_the_best_two_are_those_of_comparing_one_by_one(count: int) -> None:
    search, probe = filled(count), template(10_001)
    scores = [comparison_score(probe, template(seed)) for seed in range(count)]
    order = sorted(range(count), key=lambda row: -scores[row])
    found = search.best(probe)
    assert [row for row, _ in found] == order[:2]
    assert [score for _, score in found] == pytest.approx([scores[row] for row in order[:2]], abs=1e-6)


def test_nobody_is_found_among_nobody() -> None:
    assert ExactSearch().best(template(1)) == ()


@given(st.lists(st.integers(0, 8), max_size=40))
def test_after_any_removals_the_rows_are_those_that_are_left(removals: list[int]) -> None:
    search, left = filled(9), list(range(9))
    for place in removals:
        if place < len(left):
            search.remove(place)
            left[place] = left[-1]
            left.pop()
    assert len(search) == len(left)
    for row, seed in enumerate(left):
        assert search.best(template(seed))[0] == (row, pytest.approx(1, abs=1e-6))


def test_what_is_removed_or_wiped_is_overwritten_and_no_scores_stay() -> None:
    search = filled(3)
    rows, scores = search._rows, search._scores
    search.best(template(1))
    assert not scores.any()
    search.remove(2)
    assert not rows[2:].any()
    assert rows[:2].any()
    search.wipe()
    assert not rows.any()
    assert search.best(template(1)) == ()


def test_what_grows_leaves_nothing_behind() -> None:
    search = filled(64)
    before = search._rows
    search.add(template(64))
    assert not before.any()
    assert search.best(template(63))[0][0] == 63


def test_other_models_are_refused() -> None:
    search = filled(1)
    for other in (template(1, model="n"), template(1, numbers=31)):
        with pytest.raises(ModelMismatchError):
            search.best(other)
        with pytest.raises(ModelMismatchError):
            search.add(other)


@given(st.floats(1e-6, 0.5), st.integers(1, 100_000))
def test_the_rate_needed_gives_the_rate_wanted(fpir: float, size: int) -> None:
    assert 1 - (1 - fmr_needed(fpir, size)) ** size == pytest.approx(fpir, rel=1e-6, abs=1e-11)


def test_the_threshold_rises_with_the_size() -> None:
    sizes = {1: 0.4, 2: 0.5, 100: 0.5, 101: 0.6, 10_000: 0.6}
    assert {size: threshold_for(0.01, size, LADDER).score for size in sizes} == sizes
    assert threshold_for(0.01, 0, LADDER).score == 0.4


@given(st.floats(1e-5, 0.3), st.floats(1e-6, 0.3))
def test_the_largest_size_is_the_last_that_is_not_refused(fpir: float, fmr: float) -> None:
    ladder = (threshold(0.5, fmr),)
    most = largest_size(fpir, ladder)
    if most:
        assert threshold_for(fpir, most, ladder) is ladder[0]
    with pytest.raises(RefusedError) as refused:
        threshold_for(fpir, most + 1, ladder)
    assert refused.value.check == CHECK


def test_a_size_that_is_not_supported_is_refused_in_words() -> None:
    thresholds = load_thresholds("face-reidentification-retail-0095")
    with pytest.raises(RefusedError, match=r"needs a false match rate of 2e-06; .* none below 0\.0031 .* 3 at most"):
        threshold_for(0.01, 5_000, thresholds)
    assert largest_size(0.05, thresholds) == 16, "fifty people tell so much and no more"
    with pytest.raises(RefusedError, match="came none"):
        threshold_for(0.01, 1, ())
