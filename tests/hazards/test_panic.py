"""Panic: many at once, by tracks and by the crowd's flow; calm crowds of real people raise none.

The fright in the stories is made up (synthetic); so are the frightened crowds below, which are real trajectories up to
a moment and invented after it.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from consentry.core.events import Alarm
from consentry.core.geometry import FloorPlan, View, Zone
from consentry.core.scene import CrowdReading, Label, Scene, Signals
from consentry.hazards.panic import usual_speed
from hazards.trajectories import BOTTLENECK, CORRIDOR, ONE_WAY, Crowd, Recording
from hazards.walks import CAMERA, FLAT, METRIC, ZONE, Story, Walk, brief, crowd, make, run, series

CENTRE = (0.5, 0.6)
SPREAD_M = 16.0


def fright(count: int, speed: float, *, way: str = "apart", at: float = 8.0, calm: float = 0.3) -> tuple[Walk, ...]:
    """People who drift for some seconds and then run: apart, one way, or to one place."""
    walks = []
    for k in range(count):
        angle = 2 * np.pi * k / count
        out = np.array([np.cos(angle), np.sin(angle)])
        start = np.array(CENTRE) + out * (0.09, 0.16) * (1 if way != "together" else 3.5)
        drift = start + np.array([calm * at / SPREAD_M * np.cos(k), 0])
        head = {"apart": out, "one way": np.array([1.0, 0.0]), "together": -out}[way]
        length = {"together": 4.5}.get(way, 6.0)
        end = drift + head * length * np.array([1 / 16, 1 / 9])
        walks.append(Walk(k, ((0, *start), (at, *drift), (at + length / speed, *end))))
    return tuple(walks)


def ring(count: int, radius: float = 4.0, speed: float = 3.2) -> tuple[Walk, ...]:
    """Children who stand in a ring and then run around it."""
    times = (0.0, *np.arange(8.0, 18.0, 0.1))

    def where(k: int, at: float) -> tuple[float, float, float]:
        angle = 2 * np.pi * k / count + max(at - 8, 0) * speed / radius
        return at, 0.5 + radius / 16 * float(np.cos(angle)), 0.5 + radius / 9 * float(np.sin(angle))

    return tuple(Walk(k, tuple(where(k, at) for at in times)) for k in range(count))


def told(walks: tuple[Walk, ...], view: View = METRIC, rate: float = 5.0, **options: object) -> list[Alarm]:
    place = Zone("hall", ((-2, -2), (3, -2), (3, 3), (-2, 3)))
    return run(make("panic", view, place=place, **options), Story(walks, length=20).scenes(rate, view))


STANDING = tuple(Walk(100 + k, ((0, 0.1 + k / 20, 0.2), (20, 0.1 + k / 20, 0.2))) for k in range(12))
CASES = {
    "eight run apart": (fright(8, 3.2), {}, "go apart"),
    "eight run one way": (fright(8, 3.2, way="one way"), {}, "go one way"),
    "eight run to one place": (fright(8, 3.0, way="together"), {}, "go to one place"),
    "eight run in a ring": (ring(8), {}, ""),
    "four are too few": (fright(4, 3.2), {}, ""),
    "four, asked for": (fright(4, 3.2), {"people": 4.0}, "go apart"),
    "eight walk off": (fright(8, 1.4), {}, ""),
    "eight hurry off": (fright(8, 2.0), {}, ""),
    "eight run among twelve who stand": ((*fright(8, 3.2), *STANDING), {}, ""),
    "the same, a third suffices": ((*fright(8, 3.2), *STANDING), {"share": 0.33}, "go apart"),
    "eight who come running into view": (
        tuple(Walk(k, ((0, -0.9, 0.4 + k / 20), (12, 1.5, 0.4 + k / 20))) for k in range(8)), {}, "not seen earlier",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("rate", [2.0, 20.0])
def test_panic_by_tracks(name: str, rate: float) -> None:
    walks, options, expected = CASES[name]
    alarms = told(walks, rate=rate, **options)
    assert bool(alarms) is bool(expected), alarms
    if expected:
        assert expected in alarms[0].why


def test_the_reason_says_which_signal_and_its_numbers() -> None:
    (opened, cleared) = told(fright(8, 3.2))
    assert 8.5 <= opened.at <= 9.5
    assert opened.why.startswith("by tracks: 8 of 8 persons run in hall at ")
    assert "m/s (median; 0.2 3 s earlier; limit 2.2) and go apart (" in opened.why
    assert opened.why.endswith("; limit 5 persons and 50%")
    assert opened.score == pytest.approx(8 / 13)
    assert cleared.state == "cleared"


def test_without_a_floor_plan_in_body_heights() -> None:
    alarms = told(fright(8, 3.2), FLAT, heights=0.7)
    assert "body heights/s" in alarms[0].why


@pytest.mark.parametrize("lost", range(0, 8, 3))
def test_one_look_without_one_of_them_and_other_numbers_change_nothing(lost: int) -> None:
    plain = brief(told(fright(8, 3.2)))
    walks = tuple(replace(w, hidden=((8.4, 8.7),)) if w.track == lost else w for w in fright(8, 3.2))
    assert brief(told(walks)) == plain
    assert brief(told(tuple(replace(w, track=900 - 7 * w.track) for w in fright(8, 3.2)))) == plain


def test_mirrored_or_elsewhere_it_is_the_same_panic() -> None:
    plain = brief(told(fright(8, 3.2)))
    mirrored = tuple(replace(w, points=tuple((t, 1 - x, y) for t, x, y in w.points)) for w in fright(8, 3.2))
    moved = tuple(replace(w, points=tuple((t, x - 0.04, y - 0.03) for t, x, y in w.points)) for w in fright(8, 3.2))
    assert brief(told(mirrored)) == brief(told(moved)) == plain


FLOWS = {
    "a jump": ((0, 1.0), (20, 1.0), (21, 2.2), (30, 2.2), True),
    "a slow rise": ((0, 1.0), (60, 2.2), (70, 2.2), (71, 1.0), False),
    "a jump of people who walk": ((0, 0.4), (20, 0.4), (21, 1.2), (30, 1.2), False),
    "a jam that loosens": ((0, 0.1), (20, 0.1), (21, 0.7), (30, 0.7), False),
    "fast from the first": ((0, 2.2), (30, 2.2), (31, 2.2), (32, 2.2), False),
}


@pytest.mark.parametrize("name", FLOWS)
@pytest.mark.parametrize("rate", [2.0, 12.0])
def test_panic_by_crowd_flow(name: str, rate: float) -> None:
    *points, expected = FLOWS[name]
    story = Story(signals=crowd(density=series((0, 1.0)), speed=series(*points), people=series((0, 30.0))), length=75)
    alarms = run(make("panic", METRIC), story.scenes(rate, METRIC))
    assert bool(alarms) is expected
    if expected:
        assert brief(alarms)[0][1] <= 23.5
        assert alarms[0].why.startswith("by crowd flow: about 30 persons in hall at 1.0/m2 move at ")


def test_a_thin_or_small_crowd_is_left_to_the_tracks() -> None:
    speed = series((0, 1.0), (20, 1.0), (21, 3.0), (30, 3.0))
    for density, people in ((0.3, 30.0), (1.0, 4.0)):
        story = Story(signals=crowd(density=series((0, density)), speed=speed, people=series((0, people))), length=40)
        assert run(make("panic", METRIC), story.scenes(5, METRIC)) == []


def test_usual_speed_falls_with_density() -> None:
    speeds = [usual_speed(d) for d in np.arange(0.0, 7.0, 0.25)]
    assert speeds == sorted(speeds, reverse=True)
    assert speeds[0] == 1.34
    assert speeds[-1] == 0


# Real people (Juelich pedestrian archive), calm; and the same people with an invented fright.

PLAN = FloorPlan(((0, 0), (1, 0), (1, 1), (0, 1)), ((-10, -10), (10, -10), (10, 10), (-10, 10)))
EVERYWHERE = Zone(ZONE.name, ((0, 0), (1, 0), (1, 1), (0, 1)))


def scenes_of(
    recording: Recording, *, rate: float = 5.0, frightened: float | None = None, way: str = ""
) -> list[Scene]:
    """Scenes with numbers of tracks and the zone's reading; the frightened run from a moment on, at 3 m/s."""
    readings = recording.readings
    scenes = []
    for at, reading in readings[:: max(1, round(5 / rate))]:
        there = [(k, w) for k, w in enumerate(recording.ways) if w[0][0] <= (frightened or at) <= w[0][-1]]
        there = [(k, w) for k, w in there if w[0][0] <= at and (frightened is not None or at <= w[0][-1])]
        until = at if frightened is None else min(at, frightened)
        places = np.array([[np.interp(until, w[0], w[1][:, a]) for a in (0, 1)] for _, w in there]).reshape(-1, 2)
        if frightened is not None and at > frightened and len(places):
            from_middle = places - places.mean(axis=0)
            out = from_middle / np.maximum(np.hypot(*from_middle.T), 0.1)[:, None]
            heading = out if way == "apart" else np.array([[0.0, 1.0]])
            places = places + heading * 3.0 * (at - frightened)
        floor = places.astype(np.float32)
        feet = PLAN.to_picture(floor) if len(floor) else floor
        half = np.array([[0.02, 0.08]], np.float32)
        scenes.append(
            Scene(
                camera=CAMERA,
                at=at,
                ids=np.array([k for k, _ in there], np.int64),
                labels=np.full(len(there), Label.PERSON, np.int16),
                boxes=np.hstack([feet - half, feet + half * (1, 0)]).astype(np.float32),
                feet=feet.astype(np.float32),
                drift=np.zeros_like(feet),
                floor=floor,
                velocity=np.zeros_like(floor),
                signals=Signals(crowd=(reading,)) if frightened is None else Signals(),
            )
        )
    return scenes


@pytest.fixture(scope="module")
def recordings(shared: Path) -> dict[str, Recording]:
    return {c.name: Recording(shared / "data" / "crowd" / c.file, c) for c in (BOTTLENECK, CORRIDOR, ONE_WAY)}


@pytest.mark.shared
@pytest.mark.parametrize("calm", [BOTTLENECK, CORRIDOR, ONE_WAY], ids=lambda c: c.name)
def test_calm_crowds_of_real_people_raise_neither(calm: Crowd, recordings: dict[str, Recording]) -> None:
    """By their tracks and by their readings: 65, 128 and 79 s."""
    scenes = scenes_of(recordings[calm.name])
    view = View(floor=PLAN)
    assert run(make("panic", view, place=EVERYWHERE), scenes) == []
    assert run(make("running", view, place=EVERYWHERE), scenes) == []


@pytest.mark.shared
@pytest.mark.parametrize("way", ["apart", "one way"])
@pytest.mark.parametrize("calm", [BOTTLENECK, CORRIDOR, ONE_WAY], ids=lambda c: c.name)
def test_the_same_people_with_an_invented_fright(calm: Crowd, way: str, recordings: dict[str, Recording]) -> None:
    """Synthetic: real up to the middle of the recording, then everybody runs at 3 m/s."""
    recording = recordings[calm.name]
    middle = (recording.begin + recording.end) / 2
    alarms = run(make("panic", View(floor=PLAN), place=EVERYWHERE), scenes_of(recording, frightened=middle, way=way))
    assert 0 < alarms[0].at - middle <= 2.0
    assert alarms[0].why.startswith("by tracks: ")


def test_a_reading_without_metres_is_not_used() -> None:
    reading = CrowdReading(ZONE.name, 30.0)
    story = Story(signals=lambda _at: Signals(crowd=(reading,)), length=10)
    assert run(make("panic", FLAT), story.scenes(5)) == []


@pytest.mark.parametrize(("name", "value", "why"), [("people", 0.0, "above 0"), ("share", 1.5, "0 to 1")])
def test_options_that_mean_nothing_are_refused(name: str, value: float, why: str) -> None:
    with pytest.raises(ValueError, match=f"{name}: expected .*{why}"):
        make("panic", **{name: value})
