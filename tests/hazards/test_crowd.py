"""Crowd levels and the signs of a crush, on numbers by hand and on real trajectories."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from consentry.core.scene import Signals
from hazards.trajectories import BOTTLENECK, CORRIDOR, ONE_WAY, Crowd, Recording
from hazards.walks import FLAT, METRIC, Story, brief, crowd, make, run, series


def told(hazard: str, signals: Callable[[float], Signals], length: float = 60, **options: object) -> list[str]:
    view = FLAT if "people" in options else METRIC
    scenes = Story(length=length, signals=signals).scenes(5, view)
    return [f"{a.state.value} {a.at:.0f}" for a in run(make(hazard, view, **options), scenes)]


@pytest.mark.parametrize(
    ("density", "options", "expected"),
    [
        pytest.param(series((0, 2)), {}, [], id="2/m2 throughout: slowed, no alarm"),
        pytest.param(
            series((0, 2), (20, 2), (20.1, 3.3), (40, 3.3), (40.1, 2)), {}, ["opened 24", "cleared 52"], id="3.3"
        ),
        pytest.param(series((0, 2), (20, 2), (20.1, 4), (22, 4), (22.1, 2)), {}, [], id="a group passes for 2 s"),
        pytest.param(
            series((0, 3.1), (15, 2.8), (30, 3.1)), {}, ["opened 5", "cleared 60"], id="ebbs by 10 %: one episode"
        ),
        pytest.param(series((0, 9)), {}, ["opened 5"] * 3 + ["cleared 60"] * 3, id="every band at once"),
    ],
)
def test_levels(density: Callable[[float], float], options: dict[str, object], expected: list[str]) -> None:
    assert told("crowd", crowd(density=density), **options) == expected


def test_each_band_reached_is_told_in_words_as_its_own_episode() -> None:
    scenes = Story(length=100, signals=crowd(density=series((0, 2), (80, 8)))).scenes(5)
    opened = [a for a in run(make("crowd", METRIC), scenes) if a.state == "opened"]
    assert [round(a.at) for a in opened] == [16, 50, 71], "3.57 is too near to the limit of 3 to be told on its own"
    assert len({a.episode for a in opened}) == 3
    assert opened[0].why == (
        "3.0 persons/m2 in hall, limit 3: walking is slowed (mean of 5 s, measured by detector, about 32)"
    )
    assert "level 5.55: forces in the crowd become dangerous" in opened[1].why
    assert "level 7.1: nobody can move of his own will: critical" in opened[2].why


def test_without_a_floor_plan_the_number_counts() -> None:
    numbers = crowd(people=series((0, 12)), density=series((0, 0)))
    assert told("crowd", numbers, people=10.0) == ["opened 5", "cleared 60"]
    assert told("crowd", numbers, people=13.0) == []


FREE, STUCK, CALM = series((0, 1.2)), series((0, 1.0), (10, 1.0), (15, 0.15)), series((0, 0.03))
RISES = series((0, 0.02), (20, 0.02), (30, 0.06))


@pytest.mark.parametrize(
    ("density", "speed", "variance", "expected"),
    [
        pytest.param(series((0, 5)), STUCK, RISES, True, id="dense, slow, pressure rises"),
        pytest.param(series((0, 5)), FREE, RISES, False, id="dense and rising, but it moves"),
        pytest.param(series((0, 2)), STUCK, RISES, False, id="slow and rising, but not dense"),
        pytest.param(series((0, 5)), STUCK, CALM, False, id="dense and slow, pressure level: a patient queue"),
        pytest.param(series((0, 2)), FREE, series((0, 1)), False, id="pressure alone is no alarm"),
    ],
)
def test_a_crush_needs_all_three(
    density: Callable[[float], float],
    speed: Callable[[float], float],
    variance: Callable[[float], float],
    *,
    expected: bool,
) -> None:
    assert bool(told("crush", crowd(density=density, speed=speed, variance=variance))) is expected


def test_the_rise_need_not_be_asked_for_and_the_reason_says_so() -> None:
    signals = crowd(density=series((0, 5)), speed=STUCK, variance=CALM)
    (opened, _) = run(make("crush", METRIC, rise=0.0), Story(length=40, signals=signals).scenes(5))
    assert opened.why == "5.0 persons/m2 in hall (limit 3.5) move at 0.40 m/s (limit 0.4); its rise is not asked for"


def test_a_scene_without_a_reading_changes_nothing() -> None:
    for hazard in ("crowd", "crush"):
        assert not run(make(hazard, METRIC), Story(length=20).scenes(5))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("recorded", "densest", "expected"),
    [
        pytest.param(BOTTLENECK, 4.7, {"crowd", "crush"}, id="bottleneck"),
        pytest.param(CORRIDOR, 1.5, set(), id="bidirectional corridor"),
        pytest.param(ONE_WAY, 1.0, set(), id="one-way corridor"),
    ],
)
def test_real_crowds(shared: Path, recorded: Crowd, densest: float, expected: set[str]) -> None:
    recording = Recording(shared / "data" / "crowd" / recorded.file, recorded)
    scenes = recording.scenes()
    assert max(r.density or 0 for _, r in recording.readings) == pytest.approx(densest, abs=0.1)
    alarms = [a for hazard in ("crowd", "crush") for a in run(make(hazard, METRIC), scenes)]
    assert {a.hazard for a in alarms} == expected
    if recorded is CORRIDOR:
        assert {a.hazard for a in run(make("crowd", METRIC, density=1.2), scenes)} == {"crowd"}, "a lower limit is told"
    opened = {a.hazard: a.at for a in reversed(alarms) if a.state == "opened"}
    if expected:
        assert opened["crowd"] < opened["crush"] < 20, "long before the worst is over (45 s)"


@pytest.mark.shared
def test_pressure_alone_would_cry_wolf_and_in_a_jam_it_falls(shared: Path) -> None:
    """Why the rise is asked for once and not throughout: in a real jam the pressure is highest when it forms."""
    recording = Recording(shared / "data" / "crowd" / BOTTLENECK.file, BOTTLENECK)
    pressure = np.array([(at, (r.density or 0) * (r.variance or 0)) for at, r in recording.readings])
    forms, stuck = (
        pressure[pressure[:, 0] < 5, 1].mean(),
        pressure[(pressure[:, 0] > 20) & (pressure[:, 0] < 40), 1].mean(),
    )
    assert forms > 1.3 * stuck
    assert brief(run(make("crush", METRIC, rise=0.0), recording.scenes()))[0][1] < 10
