"""What each cue says of numbers, and what they say together."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.face.attack import Cue, Verdict
from consentry.face.attack_blink import BlinkCue
from consentry.face.attack_fusion import ALIVE, ATTACK, CUES, FRAMES, SECONDS, fused_score, judged, with_challenge
from consentry.face.attack_motion import MotionCue, Tracks, homography_residual, similarity
from consentry.face.attack_network import NetworkCue
from consentry.face.attack_replay import ALIKE, ReplayCue
from consentry.face.attack_screen import Bands, PatternCue, RefreshCue
from face.heads import FLAT, SPACE

NONE = np.zeros((0, 2), np.float32)
HEAD = np.array(
    [
        [x, y, 0.55 * max(0.0, 1 - (x / 0.6) ** 2 - (y / 0.8) ** 2) + 0.16 * np.exp(-((x**2 + y**2) / 0.01))]
        for x in np.linspace(-0.4, 0.4, 7)
        for y in np.linspace(-0.5, 0.5, 7)
    ]
)
"""Points on a head with a nose, widths of the face."""


def seen(points: np.ndarray, yaw: float = 0, pitch: float = 0, right: float = 0, noise: float = 0) -> np.ndarray:
    """Where a camera sees points of a head or a plane, from four widths of the face; float32 (n, 2)."""
    about_y, about_x = np.deg2rad([yaw, pitch])
    x, y, z = points.T
    x, z = x * np.cos(about_y) + z * np.sin(about_y), z * np.cos(about_y) - x * np.sin(about_y)
    y, z = y * np.cos(about_x) + z * np.sin(about_x), z * np.cos(about_x) - y * np.sin(about_x)
    flat = np.stack([x, y], axis=1) * (4 / (4 - z))[:, None] + [right, 0]
    return (flat + np.random.default_rng(0).normal(0, noise, flat.shape)).astype(np.float32)


def motion(points: np.ndarray, around: tuple[np.ndarray, np.ndarray] = (NONE, NONE), **held: float) -> MotionCue:
    """The cue after 1.2 s in which the points came to be held so."""
    cue = MotionCue()
    for number in range(16):
        share = number / 15
        now = seen(points, **{name: value * share for name, value in held.items() if name != "noise"}, noise=0.001)
        cue.see(Tracks(number * 0.08, seen(points), now, *around))
    return cue


@pytest.mark.parametrize(("yaw", "pitch"), [(12, 0), (0, 15), (-14, 6), (20, 0)])
def test_a_plane_that_turns_is_flat_and_a_head_that_turns_is_not(yaw: float, pitch: float) -> None:
    flat, _, _ = motion(HEAD * [1, 1, 0], yaw=yaw * 1.6, pitch=pitch * 1.6).cues()
    head, _, _ = motion(HEAD, yaw=yaw, pitch=pitch).cues()
    assert flat.score >= 0.6
    assert head.score <= 0.2


def test_a_plane_that_only_shifts_says_nothing_of_its_depth_and_neither_does_a_head() -> None:
    for points in (HEAD, HEAD * [1, 1, 0]):
        flat, _, _ = motion(points, right=0.2).cues()
        assert flat.score is None
        assert "are needed" in flat.why


@given(st.lists(st.floats(-0.15, 0.15), min_size=8, max_size=8))
def test_no_homography_leaves_a_residual(numbers: list[float]) -> None:
    matrix = np.eye(3) + np.array([*numbers, 0.0]).reshape(3, 3)
    before = (HEAD[:, :2]).astype(np.float32)
    mapped = np.c_[before, np.ones(len(before))] @ matrix.T
    after = (mapped[:, :2] / mapped[:, 2:]).astype(np.float32)
    assert homography_residual(before, after) < 1e-4


@given(st.floats(0.5, 2), st.floats(-3, 3), st.floats(-1, 1))
def test_a_similarity_is_found_again(scale: float, turn: float, shift: float) -> None:
    before = HEAD[:, :2].astype(np.float32)
    spin = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    after = (before @ spin.T + shift).astype(np.float32)
    assert similarity(before, after)(before) == pytest.approx(after, abs=1e-4)


RING = np.array([[side * x, y, 0] for side in (-1, 1) for x in (1.1, 1.3) for y in (-0.8, -0.4, -0.1)])


@pytest.mark.parametrize(
    ("moves", "least", "most"),
    [((True, True), 0.9, 1), ((False, False), 0, 0.1), ((True, False), 0.3, 0.45)],
    ids=["a photograph", "a wall", "hair on one side"],
)
def test_surroundings(moves: tuple[bool, bool], least: float, most: float) -> None:
    was, shifted = seen(RING), seen(RING, right=0.1)
    left = RING[:, 0] < 0
    now = np.where(np.where(left, moves[0], moves[1])[:, None], shifted, was)
    _, around, _ = motion(HEAD, (was, now.astype(np.float32)), right=0.1).cues()
    assert least <= around.score <= most


def test_nothing_is_said_of_surroundings_while_the_face_rests() -> None:
    _, around, _ = motion(HEAD, (seen(RING), seen(RING))).cues()
    assert around.score is None


def test_no_living_head_is_still() -> None:
    assert motion(HEAD).cues()[2].score > 0.7
    assert motion(HEAD, right=0.02).cues()[2].score < 0.1


def test_too_few_points_say_nothing() -> None:
    assert [cue.score for cue in motion(SPACE, yaw=10).cues()] == [None, None, None]
    assert len(FLAT) == len(SPACE) == 5


@given(st.lists(st.floats(2 * ALIKE, 50), min_size=5, max_size=60))
def test_frames_that_differ_are_no_replay(differences: list[float]) -> None:
    cue = ReplayCue()
    for difference in (None, *differences):
        cue.see(difference)
    assert cue.cue().score == 0


@given(st.integers(5, 60), st.integers(2, 12))
def test_a_loop_is_a_replay_however_long_it_lasts(frames: int, period: int) -> None:
    cue = ReplayCue()
    for number in range(frames + period):
        cue.see(None if number == 0 else 0.0 if number >= period else 10.0)
    share = frames / (frames + period - 1)
    assert (cue.cue().score >= 0.5) == (share >= 0.3)


def test_a_driver_that_gives_a_frame_twice_now_and_then_is_no_replay() -> None:
    cue = ReplayCue()
    for number in range(30):
        cue.see(0.0 if number % 5 == 0 else 8.0)
    assert 0 < cue.cue().score < 0.5


@pytest.mark.parametrize(
    ("agreement", "room", "score"),
    [(0.05, 0.0, 0.083), (0.9, 0.0, 0.98), (0.9, 0.9, None), (0.05, 0.9, 0.083)],
    ids=["live", "a display", "lamps on mains", "quiet"],
)
def test_refresh(agreement: float, room: float, score: float | None) -> None:
    cue = RefreshCue()
    for _ in range(5):
        cue.see(Bands(0.01, agreement, room))
    assert cue.cue().score == (None if score is None else pytest.approx(score, abs=1e-3))


def test_one_frame_with_a_pattern_is_a_collar_and_all_of_them_a_screen() -> None:
    once, always = PatternCue(), PatternCue()
    for number in range(9):
        once.see(3.5 if number == 4 else 1.4)
        always.see(3.5)
    assert once.cue().score < 0.1
    assert always.cue().score > 0.9


@pytest.mark.parametrize(
    ("likeness", "blinks"),
    [
        ([1, 0.97, 1, 0.98, 0.3, 0.2, 0.95, 1, 1], 1),
        ([1, 0.97, 1, 0.98, 0.3, 0.9, 0.95, 0.2, 1], 2),
        ([1] * 9, 0),
        ([0.2] * 3 + [1] * 9, 0),  # shut from the beginning: nobody saw them close
        ([1] * 9 + [0.2] * 12 + [1] * 9, 0),  # a second is no blink
        ([1] * 9 + [0.2] * 3, 0),  # not open again yet
    ],
    ids=["one", "two", "none", "shut at first", "too long", "still shut"],
)
def test_blinks(likeness: list[float], blinks: int) -> None:
    cue = BlinkCue()
    for number, one in enumerate(likeness):
        cue.see(number * 0.08, one)
    assert cue.blinks() == blinks
    assert cue.cue().score == (0.15 if blinks else None)


def test_staring_for_long_says_a_little() -> None:
    cue = BlinkCue()
    for number in range(120):
        cue.see(number * 0.08, 1.0)
    assert cue.cue().score == 0.4


def test_the_networks_need_three_frames() -> None:
    cue = NetworkCue()
    for live in (0.1, 0.2):
        cue.see(live)
        assert cue.cue().score is None
    cue.see(0.3)
    assert cue.cue().score == pytest.approx(0.8)


SCORES = st.lists(st.one_of(st.none(), st.floats(0, 1)), min_size=1, max_size=8)


def named(scores: list[float | None]) -> tuple[Cue, ...]:
    names = ("flat_motion", "minifasnet", "fine_pattern", "screen_refresh", "stillness", "blink", "surroundings", "a")
    return tuple(Cue(name, score, "") for name, score in zip(names, scores, strict=False))


@given(SCORES)
def test_the_order_of_cues_does_not_matter(scores: list[float | None]) -> None:
    cues = named(scores)
    wanted = judged(cues, 20, 2.0)
    for order in itertools.islice(itertools.permutations(cues), 24):
        found = judged(order, 20, 2.0)
        assert (found.score, found.verdict) == (wanted.score, wanted.verdict)


@given(SCORES, st.integers(0, 7), st.floats(0, 1))
def test_a_louder_cue_never_makes_it_quieter(scores: list[float | None], which: int, louder: float) -> None:
    which %= len(scores)
    raised = [*scores]
    raised[which] = max(scores[which] or 0.0, louder)
    before, after = fused_score(named(scores)), fused_score(named(raised))
    assert 0 <= before <= after <= 1


@given(SCORES)
def test_a_loud_cue_cannot_be_outvoted(scores: list[float | None]) -> None:
    assert judged((Cue("loud", ATTACK, ""), *named(scores)), 20, 2.0).verdict is Verdict.ATTACK


@given(SCORES, st.integers(0, 40), st.floats(0, 4))
def test_nothing_is_bona_fide_without_enough(scores: list[float | None], frames: int, seconds: float) -> None:
    cues = named(scores)
    if judged(cues, frames, seconds).verdict is Verdict.BONA_FIDE:
        assert frames >= FRAMES
        assert seconds >= SECONDS
        assert sum(cue.score is not None for cue in cues) >= CUES
        assert any(cue.name in ALIVE and cue.score is not None and cue.score <= 0.2 for cue in cues)


def test_a_blink_alone_is_no_sign_of_life_and_a_challenge_is() -> None:
    cues = (Cue("minifasnet", 0.0, ""), Cue("stillness", 0.05, ""), Cue("blink", 0.15, ""))
    result = judged(cues, 20, 2.0)
    assert result.verdict is Verdict.UNDETERMINED
    assert with_challenge(result, Cue("challenge", 0.05, ""), 6.0).verdict is Verdict.BONA_FIDE
    assert with_challenge(result, Cue("challenge", None, ""), 6.0).verdict is Verdict.UNDETERMINED
    assert with_challenge(result, Cue("challenge", 0.8, ""), 6.0).verdict is Verdict.ATTACK


def test_the_result_says_which_cue_spoke_the_loudest_first() -> None:
    result = judged((Cue("a", 0.1, "quiet"), Cue("b", None, "blind"), Cue("c", 0.9, "loud")), 20, 2.0)
    assert [cue.name for cue in result.spoke] == ["c", "a"]
