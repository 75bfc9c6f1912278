"""A challenge is met by who does what is asked, in time and without a jump, and by nobody else."""

import random
from collections import Counter
from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.face.challenge import GAP_S, LIMIT_S, Challenge, Progress
from consentry.face.challenge_actions import LIMITS, SENTENCES, Action, Held, Stage, choose, moved
from face.heads import FLAT, landmarks

STEP = 0.08
Traveller = Callable[[float, Progress | None], np.ndarray | None]
"""Landmarks at a time, s, given what the screen says."""
PAIR = (Action.TURN_LEFT, Action.NOD)


def there_and_back(seconds: float, lasts: float = 1.4) -> float:
    """From 0 to 1 and back, as a head moves."""
    return float(np.interp(seconds / lasts, [0, 0.35, 0.65, 1], [0, 1, 1, 0]))


def pose(action: Action | None, share: float) -> np.ndarray:
    """Landmarks of a head that has made so much of a generous movement."""
    if action is Action.COME_CLOSER:
        return landmarks(size=60 * (1 + 0.3 * share))
    yaw = {Action.TURN_LEFT: 22.0, Action.TURN_RIGHT: -22.0}.get(action, 0.0)
    return landmarks(yaw=yaw * share, pitch=20 * share if action is Action.NOD else 0)


class Obeying:
    """Somebody who does what the screen says, a little later."""

    def __init__(self, does: Callable[[Action], Action] = lambda action: action, lasts: float = 1.4) -> None:
        self._does, self._lasts = does, lasts
        self._doing: tuple[float, Action] | None = None

    def __call__(self, at: float, told: Progress | None) -> np.ndarray:
        if told is not None and told.action is not None and self._doing is None:
            self._doing = (at + 0.4, self._does(told.action))
        if self._doing is None:
            return landmarks()
        begin, action = self._doing
        if at > begin + self._lasts:
            self._doing = None
        return pose(action, there_and_back(at - begin, self._lasts))


def recorded(action: Action, begin: float) -> Traveller:
    """A video in which somebody made one movement after so many seconds, whatever the screen says."""
    return lambda at, _told: pose(action, there_and_back(at - begin))


def run(challenge: Challenge, traveller: Traveller, seconds: float = 30, step: float = STEP) -> Progress:
    told = None
    for number in range(int(seconds / step)):
        told = challenge.see(traveller(number * step, told), number * step)
        if told.stage in (Stage.DONE, Stage.FAILED):
            break
    return told


@pytest.mark.parametrize(("first", "second"), list(permutations(Action, 2)))
def test_who_does_what_is_asked_is_done(first: Action, second: Action) -> None:
    challenge = Challenge((first, second))
    told = run(challenge, Obeying())
    assert (told.stage, told.done) == (Stage.DONE, 2)
    assert challenge.cue().score == 0.05


@pytest.mark.parametrize(("asked", "shown"), list(permutations(Action, 2)))
def test_a_replayed_video_of_another_movement_fails(asked: Action, shown: Action) -> None:
    challenge = Challenge((asked,))
    told = run(challenge, recorded(shown, begin=1.5))
    assert told.stage is Stage.FAILED
    assert challenge.cue().score is None  # travellers mix up left and right too


def test_a_replayed_video_of_the_first_movement_fails_at_the_second() -> None:
    told = run(Challenge(PAIR), recorded(Action.TURN_LEFT, begin=1.5))
    assert (told.stage, told.done) == (Stage.FAILED, 1)


def test_a_movement_that_was_under_way_before_it_was_asked_speaks_of_an_attack() -> None:
    challenge = Challenge((Action.TURN_LEFT,))
    told = run(challenge, lambda at, _told: landmarks(yaw=float(np.clip((at - 0.42) * 250, 0, 22))))
    assert told.stage is Stage.FAILED
    assert "after it was asked" in told.why
    assert challenge.cue().score == 0.8


def test_a_cut_to_the_right_pose_fails_and_accuses_nobody() -> None:
    challenge = Challenge((Action.TURN_LEFT,))
    told = run(challenge, lambda at, _told: landmarks(yaw=24 if at > 2 else 0))
    assert (told.stage, challenge.cue().score) == (Stage.FAILED, None)
    assert "without a way" in told.why


def test_a_face_that_jumps_across_the_picture_speaks_of_an_attack() -> None:
    challenge = Challenge((Action.TURN_LEFT,))
    told = run(challenge, lambda at, _told: landmarks(yaw=24, at=(340, 200)) if at > 2 else landmarks())
    assert (told.stage, challenge.cue().score) == (Stage.FAILED, 0.8)
    assert "jumped" in told.why


@pytest.mark.parametrize(("yaw", "pitch"), [(25, 0), (-25, 0), (0, 25), (0, -25), (18, 18)])
def test_a_tilted_photograph_neither_turns_nor_nods(yaw: float, pitch: float) -> None:
    before, now = Held.of(landmarks(space=FLAT)), Held.of(landmarks(yaw, pitch, space=FLAT))
    assert max(moved(action, before, now) for action in Action if action is not Action.COME_CLOSER) < 0.6


def test_a_tilted_photograph_runs_out_of_time() -> None:
    challenge = Challenge(PAIR)
    told = run(challenge, lambda at, _told: landmarks(25 * there_and_back(at - 2), space=FLAT))
    assert told.stage is Stage.FAILED
    assert told.why == f"turn left was not seen within {LIMIT_S:.0f} s"
    assert challenge.cue().score is None


def test_a_photograph_can_come_closer_which_is_why_that_is_never_asked_alone() -> None:
    near = Challenge((Action.COME_CLOSER,))
    told = run(near, lambda at, _told: landmarks(size=60 + 20 * there_and_back(at - 1.5, 3), space=FLAT))
    assert told.stage is Stage.DONE
    assert all(choose(random.Random(seed).randrange, 1) != (Action.COME_CLOSER,) for seed in range(200))


def test_nobody_for_longer_than_the_gap_fails_and_shorter_does_not() -> None:
    for gap, stage in ((GAP_S + 0.2, Stage.FAILED), (GAP_S - 0.2, Stage.DONE)):
        obeying = Obeying()
        told = run(Challenge(PAIR), lambda at, told, gap=gap, o=obeying: None if 0.1 < at < 0.1 + gap else o(at, told))
        assert told.stage is stage, (gap, told)


def test_time_runs_out_while_nobody_holds_still() -> None:
    told = run(Challenge(PAIR), lambda at, _told: landmarks(yaw=15 * np.sin(5 * at)))
    assert (told.stage, told.why) == (Stage.FAILED, f"holding still was not seen within {LIMIT_S:.0f} s")


def test_it_says_how_much_time_is_left() -> None:
    challenge = Challenge(PAIR)
    assert challenge.see(landmarks(), 0.0).left == LIMIT_S
    assert challenge.see(landmarks(yaw=9), 0.3).left == pytest.approx(LIMIT_S - 0.3)


def test_it_ends_once_and_stays_there() -> None:
    challenge = Challenge((Action.NOD,))
    run(challenge, Obeying())
    assert challenge.see(landmarks(yaw=40), 100.0).stage is Stage.DONE
    assert challenge.see(None, 200.0).left == 0


def test_a_challenge_that_asks_for_nothing_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="asks for nothing"):
        Challenge(())


@given(st.integers(0, 2**32), st.integers(1, 4))
def test_choices_are_different_and_as_many_as_wanted(seed: int, count: int) -> None:
    chosen = choose(random.Random(seed).randrange, count, tuple(Action))
    assert len(set(chosen)) == len(chosen) == count


def test_every_pair_is_chosen_about_as_often() -> None:
    draw = random.Random(1).randrange
    counts = Counter(choose(draw, 2, tuple(Action)) for _ in range(6000))
    assert len(counts) == 12
    assert min(counts.values()) > 390  # 500 expected, 5 standard deviations are 107


def test_a_nod_is_not_drawn_unless_it_is_wanted() -> None:
    draw = random.Random(2).randrange
    drawn = {action for _ in range(200) for action in choose(draw)}
    assert drawn == set(Action) - {Action.NOD}
    with pytest.raises(ValueError, match="expected 1 to 3 actions, came 4"):
        choose(draw, 4)


@given(st.floats(-30, 30), st.floats(-20, 20), st.floats(30, 200), st.floats(-40, 40))
def test_turn_and_nod_do_not_depend_on_size_or_roll(yaw: float, pitch: float, size: float, roll: float) -> None:
    marks = landmarks(yaw, pitch, 60)
    angle = np.deg2rad(roll)
    spin = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    one, other = Held.of(marks), Held.of((marks @ spin.T * (size / 60)).astype(np.float32))
    assert (one.turn, one.nod) == pytest.approx((other.turn, other.nod), abs=2e-3)


@pytest.mark.parametrize("step", [0.04, 0.08, 0.16])
def test_the_rate_of_frames_does_not_matter(step: float) -> None:
    assert run(Challenge(PAIR), Obeying(), step=step).stage is Stage.DONE


def test_every_action_and_stage_has_a_sentence_in_two_languages() -> None:
    assert set(SENTENCES) == {*Action, *Stage} - {Stage.ASKED}
    assert set(LIMITS) == set(Action)
    for sentence in SENTENCES.values():
        assert sentence.english.isascii()
        assert any("가" <= letter <= "힣" for letter in sentence.korean)


def test_forget_overwrites_the_landmarks() -> None:
    challenge = Challenge(PAIR)
    challenge.see(landmarks(), 0.0)
    kept = challenge._last[1]
    challenge.forget()
    assert not kept.any()
