"""Highlights that go along with a face, and highlights that stay."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.face.attack import Cue
from consentry.face.attack_specular import Highlight, SpecularCue

MARKS = np.array([[265, 200], [335, 200], [300, 240], [272, 280], [328, 280]], np.float32)
UNIT = 70.0
LAMP = np.array([310, 165], np.float32)


def told(lag: float, shifts: list[float], *, area: float = 0.03, grows: float = 1.0, turns: float = 0.0) -> Cue:
    """A face that shifts by so many distances between the eyes, and a patch that is left behind by ``lag`` of it."""
    cue = SpecularCue()
    for number, shift in enumerate(shifts):
        by = np.array([shift * UNIT, 0], np.float32)
        marks = MARKS + by
        marks[2, 0] += turns * UNIT * number
        cue.see(Highlight(LAMP + by * (1 - lag), area * grows**number), marks)
    return cue.cue()


SWAY = [0.0, 0.05, 0.15, 0.25, 0.3]


@pytest.mark.parametrize(("lag", "loud"), [(1.0, True), (2.5, True), (-1.0, True), (0.07, False), (0.3, False)])
def test_what_is_left_behind_lies_on_flat_gloss(lag: float, loud: bool) -> None:  # noqa: FBT001
    cue = told(lag, SWAY)
    assert cue.score is not None, cue.why
    assert (cue.score >= 0.5) == loud, cue.why
    assert cue.score <= 0.85


def test_without_a_highlight_it_says_so() -> None:
    cue = SpecularCue()
    for _ in range(20):
        cue.see(None, MARKS)
    assert (cue.cue().score, cue.cue().why) == (None, "there is no highlight in the face")


@pytest.mark.parametrize(
    "changed",
    [{"grows": 3.0}, {"turns": 0.05}, {"shifts": [0.0, 0.02, 0.05, 0.1]}, {"shifts": [0.0, 0.3]}],
    ids=["another patch each time", "the head turns", "it hardly shifts", "two frames"],
)
def test_what_cannot_be_compared_says_nothing(changed: dict) -> None:
    asked = {"lag": 1.0, "shifts": SWAY} | changed
    assert told(**asked).score is None


def test_what_a_small_turn_explains_is_no_attack() -> None:
    # Turning by 0.01 a frame: 0.03 at most between frames that are compared, which explains 0.06 of 0.15 to 0.3.
    assert told(0.4, SWAY, turns=0.01).score < told(0.4, SWAY).score


@given(
    st.lists(st.floats(-1, 1), min_size=2, max_size=30),
    st.floats(-3, 3),
    st.floats(0, 6.28),
    st.floats(-500, 500),
)
def test_where_in_the_picture_and_which_way_do_not_matter(
    shifts: list[float], lag: float, way: float, elsewhere: float
) -> None:
    """A face that goes another way, somewhere else, is judged alike; every score is one."""
    cues = (SpecularCue(), SpecularCue())
    for shift in shifts:
        for cue, angle, far in zip(cues, (0.0, way), (0.0, elsewhere), strict=True):
            by = UNIT * shift * np.array([np.cos(angle), np.sin(angle)])
            marks = np.asarray(MARKS + by + far, np.float32)
            cue.see(Highlight(np.asarray(LAMP + by * (1 - lag) + far, np.float32), 0.03), marks)
    first, second = (cue.cue().score for cue in cues)
    if first is not None and second is not None:
        assert second == pytest.approx(first, abs=0.02)
        assert 0.05 <= first <= 0.85


@given(st.lists(st.floats(0.1, 1), min_size=5, max_size=30), st.floats(0, 0.12))
def test_a_patch_that_goes_along_is_never_an_attack(steps: list[float], lag: float) -> None:
    score = told(lag, [0.0, *steps]).score
    assert score is None or score < 0.5


@given(st.lists(st.floats(0.3, 2), min_size=4, max_size=30))
def test_a_patch_that_stays_is_always_one(shifts: list[float]) -> None:
    assert told(1.0, [0.0, *shifts]).score >= 0.5
