"""Running: who is too fast for long enough, in metres or body heights, and what only looks like it."""

from dataclasses import replace

import numpy as np
import pytest

from consentry.core.events import Alarm
from consentry.core.geometry import View
from consentry.core.scene import Scene, Signals
from hazards.walks import FLAT, METRIC, Story, Walk, brief, make, run, stand

WIDTH_M, HEIGHT_M = 16.0, 9.0
"""What the picture shows of the floor (``walks.PLAN``)."""


def run_at(speed: float, track: int = 1, begin: float = 0.0, y: float = 0.6, ahead: float = 0.0) -> Walk:
    """From left to right through the hall at a speed in m/s."""
    length = 0.9 * WIDTH_M / speed
    return Walk(track, ((begin, 0.02 + ahead / WIDTH_M, y), (begin + length, 0.92 + ahead / WIDTH_M, y)))


def told(story: Story, view: View = METRIC, rate: float = 5.0, **options: object) -> list[Alarm]:
    return run(make("running", view, **options), story.scenes(rate, view))


def one(*walks: Walk) -> Story:
    return Story(walks, length=max(w.points[-1][0] for w in walks) + 5)


CASES = {
    "a stroll": (one(run_at(0.8)), METRIC, {}, False),
    "a walk": (one(run_at(1.4)), METRIC, {}, False),
    "a hurry": (one(run_at(2.2)), METRIC, {}, False),
    "a jog": (one(run_at(2.8)), METRIC, {}, True),
    "a run": (one(run_at(3.5)), METRIC, {}, True),
    "a sprint": (one(run_at(6.0)), METRIC, {"seconds": 1.0}, True),
    "a dash of 1 s": (one(Walk(1, ((0, 0.4, 0.6), (5, 0.4, 0.6), (6, 0.6, 0.6), (15, 0.6, 0.6)))), METRIC, {}, False),
    "standing": (one(stand(1, 0, 20)), METRIC, {}, False),
    "a run outside the zone": (one(run_at(3.5, y=0.1)), METRIC, {}, False),
    "two side by side": (one(run_at(3.5), run_at(3.5, 2, y=0.68)), METRIC, {}, False),
    "three side by side": (one(run_at(3.5), run_at(3.5, 2, y=0.68), run_at(3.5, 3, y=0.76)), METRIC, {}, False),
    "two side by side, asked for": (one(run_at(3.5), run_at(3.5, 2, y=0.68)), METRIC, {"together": True}, True),
    "one behind the other": (one(run_at(3.5), run_at(3.5, 2, ahead=-1.9)), METRIC, {}, True),
    "two who run towards each other and past": (
        one(
            Walk(1, ((0, 0.34, 0.6), (3, 0.34, 0.6), (5, 0.82, 0.6))),
            Walk(2, ((0, 0.66, 0.6), (3, 0.66, 0.6), (5, 0.18, 0.6))),
        ),
        METRIC, {"seconds": 1.0}, True,
    ),
    "a run beside a walker": (one(run_at(3.5), run_at(1.3, 2, y=0.65)), METRIC, {}, True),
    "towards the gates": (one(run_at(3.5)), METRIC, {"towards": (1.0, 0.2)}, False),
    "away from the gates": (one(run_at(3.5)), METRIC, {"towards": (-1.0, 0.0)}, True),
    "across the picture, no plan": (one(run_at(3.5)), FLAT, {"heights": 0.8}, True),
    "a walk across the picture, no plan": (one(run_at(1.4)), FLAT, {}, False),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("rate", [2.0, 20.0])
def test_running(name: str, rate: float) -> None:
    story, view, options, expected = CASES[name]
    assert bool(told(story, view, rate, **options)) is expected


def test_a_sprinter_is_gone_before_two_seconds_in_the_zone_are_over_and_told_all_the_same() -> None:
    """What counts is that he is in the zone when he has run for long enough, not where he began."""
    alarms = told(one(run_at(4.0)))
    assert brief(alarms)[0] == ("opened", 2.0)
    assert alarms[0].tracks == (1,)
    assert alarms[0].why == "1 person ran in hall at up to 4.0 m/s over 2 s, limit 2.6"
    assert alarms[0].score == pytest.approx(4.0 / 6.6, abs=0.01)


def leap(scenes: list[Scene], at: float, metres: float) -> list[Scene]:
    """Everybody's box leaps sideways at a moment, as a track that changes its person does."""
    return [
        replace(
            s,
            feet=s.feet + np.array([metres / WIDTH_M, 0], np.float32),
            floor=None if s.floor is None else s.floor + np.array([metres, 0], np.float32),
        )
        if s.at >= at
        else s
        for s in scenes
    ]


@pytest.mark.parametrize("rate", [2.0, 5.0, 30.0])
@pytest.mark.parametrize("metres", [3.0, 5.0])
def test_a_leap_of_a_track_is_no_run(rate: float, metres: float) -> None:
    walker = one(Walk(1, ((0, 0.3, 0.6), (10, 0.6, 0.6))))
    scenes = leap(walker.scenes(rate, METRIC), 4.1, metres)
    assert run(make("running", METRIC), scenes) == []


@pytest.mark.parametrize(("taller", "told"), [(0.02, 2), (0.12, 0)])
def test_a_box_that_is_suddenly_taller_begins_anew(taller: float, told: int) -> None:
    """As where a walker is cut off by a bench every 0.8 s: his feet seem to leap by metres, again and again."""
    scenes = [
        replace(
            s, boxes=s.boxes + np.array([0, 0, 0, taller], np.float32) if int(s.at / 0.8) % 2 and len(s) else s.boxes
        )
        for s in one(run_at(3.5)).scenes(5, METRIC)
    ]
    assert len(run(make("running", METRIC), scenes)) == told


def test_far_away_a_foot_s_place_is_doubted() -> None:
    """The same speed on the floor, told where a tenth of a body is 0.2 m and not where it is 0.9 m."""
    near, far = (one(replace(run_at(2.9), height=height)) for height in (0.2, 1.0))
    assert told(near) != []
    assert told(far) == []


def test_jitter_of_a_box_is_no_run_and_hides_none() -> None:
    """Feet off by 5 cm (a twentieth of 1 m), drawn anew at each of 10 looks a second."""
    noise = np.random.default_rng(3)

    def shaky(scenes: list[Scene]) -> list[Scene]:
        return [replace(s, floor=s.floor + noise.normal(0, 0.05, s.floor.shape)) for s in scenes if s.floor is not None]

    assert run(make("running", METRIC), shaky(one(run_at(1.5)).scenes(10, METRIC))) == []
    assert run(make("running", METRIC), shaky(one(run_at(3.2)).scenes(10, METRIC))) != []


@pytest.mark.parametrize("missing", [0.3, 0.7, 1.1, 1.7])
def test_one_look_without_him_loses_nothing(missing: float) -> None:
    runner = replace(run_at(3.5), hidden=((missing, missing + 0.15),))
    assert brief(told(one(runner)))[0] == ("opened", 2.0)


def test_mirrored_moved_and_renumbered_it_is_the_same_run() -> None:
    plain = told(one(run_at(3.5), run_at(1.2, 2, y=0.5)))
    mirrored = one(
        *(replace(w, points=tuple((t, 1 - x, y) for t, x, y in w.points)) for w in (run_at(3.5), run_at(1.2, 2, y=0.5)))
    )
    lower = one(run_at(3.5, y=0.75), run_at(1.2, 2, y=0.65))
    renumbered = one(run_at(3.5, track=77), run_at(1.2, 5, y=0.5))
    for story in (mirrored, lower, renumbered):
        assert brief(told(story)) == brief(plain)
    assert told(renumbered)[0].tracks == (77,)


def test_a_camera_that_turns_makes_nobody_run() -> None:
    """For 4 s the picture slides by a fifth of its width a second: as a pan shows standing people."""
    standing = Story(tuple(stand(k, 0, 20, x=0.3 + k / 20) for k in range(6)), length=20)
    scenes = [
        replace(
            s,
            floor=s.floor + np.array([3.2 * min(max(s.at - 5, 0), 4), 0], np.float32),
            signals=Signals(shift=0.2 * min(max(s.at - 5, 0), 4)),
        )
        for s in standing.scenes(5, METRIC)
        if s.floor is not None
    ]
    assert run(make("running", METRIC), scenes) == []
    assert run(make("panic", METRIC), scenes) == []
    assert run(make("panic", METRIC), [replace(s, signals=Signals()) for s in scenes]) != [], "the shift is what tells"


@pytest.mark.parametrize("name", ["speed", "heights", "seconds"])
def test_limits_are_above_zero(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name}: expected a number above 0"):
        make("running", **{name: 0.0})


def test_an_arrow_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="towards: expected two numbers, not both 0"):
        make("running", towards=(0.0, 0.0))
