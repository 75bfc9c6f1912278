"""One against one, and several frames that must agree."""

from random import Random

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from consentry.core.errors import ModelMismatchError
from consentry.face.template import Template
from consentry.face.verification import (
    APART_S,
    Comparison,
    Decision,
    Look,
    Threshold,
    agreed,
    compare,
    decide,
)

RULE = Threshold(0.5, 1e-3, 4e-4, 3e-3, "m", "a test of 50 people", "2026-11-25", barely=0.45, surely=0.55)
OPPOSITE = {Decision.MATCH: Decision.NON_MATCH, Decision.NON_MATCH: Decision.MATCH}

looks = st.builds(
    Look,
    at=st.integers(0, 100).map(lambda tenth: tenth / 10),
    score=st.floats(-1, 1),
    quality=st.integers(0, 100),
)
telling = st.builds(
    Look,
    at=st.integers(0, 20).map(lambda tenth: tenth / 10),
    score=st.sampled_from((0.1, 0.44, 0.5, 0.56, 0.9)),
    quality=st.integers(1, 100),
)
"""Near and far on both sides."""
leaning = st.tuples(st.lists(telling, max_size=5), st.sampled_from((0.1, 0.9)), st.integers(2, 8)).map(
    lambda drawn: [*drawn[0], *(Look(k / 4, drawn[1], 90) for k in range(drawn[2]))]
)
"""Frames most of which say one thing, so that answers are not rare."""


def answer(*told: tuple[float, float, int]) -> Comparison:
    return agreed([Look(at, score, quality) for at, score, quality in told], RULE)


@pytest.mark.parametrize(
    ("told", "decision"),
    [
        ((), Decision.INCONCLUSIVE),
        (((0, 0.9, 90),), Decision.INCONCLUSIVE),
        (((0, 0.9, 90), (1, 0.8, 80)), Decision.MATCH),
        (((0, 0.1, 90), (1, 0.2, 80)), Decision.NON_MATCH),
        (((0, 0.9, 90), (1, 0.1, 80)), Decision.INCONCLUSIVE),
        (((0, 0.9, 90), (1, 0.8, 80), (2, 0.1, 100)), Decision.INCONCLUSIVE),
        (((0, 0.9, 90), (1, 0.8, 80), (2, 0.1, 100), (3, 0.7, 50)), Decision.MATCH),
        (((0, 0.9, 90), (0.05, 0.8, 80)), Decision.INCONCLUSIVE),
        (((0, 0.9, 90), (0, 0.9, 90), (0, 0.9, 90)), Decision.INCONCLUSIVE),
        (((0, 0.5, 90), (1, 0.5, 80)), Decision.INCONCLUSIVE),
        (((0, 0.9, 0), (1, 0.8, 80)), Decision.INCONCLUSIVE),
        (((0, float("nan"), 90), (1, float("nan"), 80)), Decision.INCONCLUSIVE),
        (((0, 0.9, 1), (1, 0.9, 1), (2, 0.5, 100), (3, 0.5, 100)), Decision.INCONCLUSIVE),
    ],
    ids=[
        "nothing",
        "a single frame",
        "two agree",
        "two agree on no",
        "two differ",
        "one more is not two more",
        "two more",
        "too close in time",
        "one moment thrice",
        "within the band",
        "the second has no quality",
        "no number",
        "poor frames do not outweigh good ones",
    ],
)
def test_frames_together(told: tuple[tuple[float, float, int], ...], decision: Decision) -> None:
    came = answer(*told)
    assert came.decision is decision
    assert came.why


@given(st.lists(looks, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_frames_does_not_matter(seen: list[Look], chance: Random) -> None:
    shuffled = list(seen)
    chance.shuffle(shuffled)
    assert agreed(shuffled, RULE) == agreed(seen, RULE)


@given(looks)
def test_a_single_frame_never_decides(look: Look) -> None:
    assert agreed([look], RULE).decision is Decision.INCONCLUSIVE


@given(leaning, looks)
def test_one_frame_never_turns_an_answer_into_the_other(seen: list[Look], outlier: Look) -> None:
    """However strong it is."""
    before = agreed(seen, RULE).decision
    assume(before is not Decision.INCONCLUSIVE)
    assert agreed([*seen, outlier], RULE).decision is not OPPOSITE[before]


@given(st.lists(looks, max_size=8), st.floats(-1, 1), st.floats(0, 10))
def test_a_frame_of_quality_0_changes_nothing(seen: list[Look], score: float, at: float) -> None:
    assert agreed([*seen, Look(at, score, 0)], RULE) == agreed(seen, RULE)


@given(leaning)
def test_a_match_rests_on_two_frames_apart_that_are_matches_alone(seen: list[Look]) -> None:
    came = agreed(seen, RULE)
    assume(came.decision is Decision.MATCH)
    alone = [look.at for look in seen if decide(look.score, RULE) is Decision.MATCH]
    assert max(alone) - min(alone) >= APART_S
    assert came.score >= RULE.band[1]


@given(st.lists(looks, min_size=1, max_size=8))
def test_the_score_is_one_that_a_frame_had(seen: list[Look]) -> None:
    assume(any(look.quality for look in seen))
    assert agreed(seen, RULE).score in {look.score for look in seen if look.quality}


def test_templates_of_two_models_and_thresholds_of_another_are_refused() -> None:
    one = Template("m", np.array([1, 0], np.float32))
    other = Template("n", np.array([1, 0], np.float32))
    assert compare(one, one, RULE).decision is Decision.MATCH
    with pytest.raises(ModelMismatchError, match="templates of one model, came m and n"):
        compare(one, other, RULE)
    with pytest.raises(ModelMismatchError, match="measured with n, came one of m; calibrate"):
        compare(other, other, RULE)


def test_what_is_printed_beside_a_decision_says_rate_interval_and_origin() -> None:
    told = compare(Template("m", np.array([1, 0], np.float32)), Template("m", np.array([1, 0], np.float32)), RULE).why
    for words in ("1.000", "0.500", "0.001", "0.0004 to 0.003", "95 %", "50 people", "2026-11-25"):
        assert words in told


@given(st.floats(-1, 1), st.none() | st.floats(-1, 1), st.none() | st.floats(-1, 1))
def test_a_band_always_holds_its_threshold(score: float, barely: float | None, surely: float | None) -> None:
    rule = Threshold(score, 1e-3, 0.0, 1e-3, "m", "a test", "2026-11-25", barely, surely)
    low, high = rule.band
    assert low <= score <= high
    assert decide(score, rule) is not Decision.NON_MATCH


def test_without_a_band_the_threshold_alone_decides() -> None:
    rule = Threshold(0.5, 1e-3, 0.0, 1e-3, "m", "a test", "2026-11-25")
    assert [decide(score, rule) for score in (0.4999, 0.5)] == [Decision.NON_MATCH, Decision.MATCH]
