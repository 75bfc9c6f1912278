"""Who stands in the lane, picture by picture: tables of times and faces."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.face.acquisition import Asked
from consentry.face.sample import FaceSample
from consentry.touchpoints.egate_lane import ABSENT_S, TOGETHER_S, Lane, LaneWatch


def face(left: float = 100, width: float = 100) -> FaceSample:
    box = np.array([left, 50, left + width, 50 + width], np.float32)
    return FaceSample(0.0, np.zeros((4, 4, 3), np.uint8), box, np.zeros((5, 2), np.float32), 0.9)


ONE, FAR, BEHIND = (face(),), (face(width=30),), (face(), face(left=10, width=20))
TWO = (face(left=0), face(left=200))

WALKS = {
    "nobody": [(0.0, (), Lane.NOBODY)],
    "one": [(0.0, ONE, Lane.ONE), (0.1, ONE, Lane.ONE)],
    "too far": [(0.0, FAR, Lane.TOO_FAR)],
    "behind": [(0.0, BEHIND, Lane.ONE)],
    "missed for a moment": [(0.0, ONE, Lane.ONE), (0.2, (), Lane.NOBODY), (ABSENT_S, ONE, Lane.ONE)],
    "away": [(0.0, ONE, Lane.ONE), (0.2, (), Lane.NOBODY), (ABSENT_S + 0.1, ONE, Lane.AGAIN), (0.7, ONE, Lane.ONE)],
    "silence": [(0.0, ONE, Lane.ONE), (5.0, ONE, Lane.AGAIN)],
    "a leap": [(0.0, ONE, Lane.ONE), (0.1, (face(left=300),), Lane.AGAIN)],
    "a step": [(0.0, ONE, Lane.ONE), (0.1, (face(left=150),), Lane.ONE)],
    "passing": [(0.0, TWO, Lane.SEVERAL), (0.5, TWO, Lane.SEVERAL), (0.55, ONE, Lane.ONE), (0.7, TWO, Lane.SEVERAL)],
    "together": [(0.0, TWO, Lane.SEVERAL), (TOGETHER_S, TWO, Lane.TOGETHER)],
    "away behind others": [(0.0, ONE, Lane.ONE), (0.1, TWO, Lane.SEVERAL), (0.65, ONE, Lane.AGAIN)],
}


@pytest.mark.parametrize("name", WALKS)
def test_what_each_picture_shows(name: str) -> None:
    watch = LaneWatch(Asked())
    assert [watch.see(at, found)[0] for at, found, _ in WALKS[name]] == [lane for *_, lane in WALKS[name]]


@given(st.lists(st.tuples(st.floats(0, 0.4), st.sampled_from([(), ONE, TWO, FAR, BEHIND]))))
def test_a_face_comes_back_exactly_where_there_is_one(walk: list[tuple[float, tuple[FaceSample, ...]]]) -> None:
    watch, at = LaneWatch(Asked()), 0.0
    for step, found in walk:
        at += step
        lane, sample = watch.see(at, found)
        assert (sample is not None) is (lane in (Lane.ONE, Lane.AGAIN))
        assert (lane in (Lane.SEVERAL, Lane.TOGETHER)) is (found is TWO)
        assert watch.why
