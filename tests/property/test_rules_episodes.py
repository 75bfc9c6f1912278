"""Whatever happens before a camera, episodes are orderly."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consentry.core.events import Alarm
from consentry.core.scene import Signals
from consentry.hazards.catalogue import CATALOGUE
from hazards.walks import FLAT, METRIC, Story, Walk, crowd, make, run, series

CLEAR_S, COOLDOWN_S = 2.5, 10.0
QUICK = {
    "intrusion": {"seconds": 0.5},
    "loitering": {"seconds": 3.0, "gap_s": 2.0},
    "counter_flow": {"direction": (1.0, 0.0), "seconds": 1.0, "metres": 0.5},
    "running": {"speed": 0.5, "seconds": 1.0},
    "panic": {"people": 1.0, "speed": 0.3, "seconds": 1.0},
    "tailgating": {"seconds": 4.0},
    "fall": {"seconds": 0.5},
    "crowd": {"density": 2.0, "seconds": 1.0},
    "crush": {"density": 2.0, "speed": 1.0, "seconds": 1.0},
    "queue": {"people": 1.0, "wait_s": 3.0, "seconds": 1.0},
    "tampering": {"seconds": 1.0, "dark_s": 1.0, "frozen_s": 1.0},
}
place = st.tuples(st.floats(0, 1), st.floats(0, 1))
numbers = st.lists(st.floats(0, 8), min_size=8, max_size=8)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    walks = []
    for track in range(draw(st.integers(1, 4))):
        at, points = draw(st.floats(0, 30)), []
        for _ in range(draw(st.integers(2, 6))):
            points.append((at, *draw(place)))
            at += draw(st.floats(0.2, 8))
        walks.append(Walk(track, tuple(points), hidden=((points[0][0] + 2, points[0][0] + draw(st.floats(2, 8))),)))
    density, other = (series(*[(8 * k, v) for k, v in enumerate(draw(numbers))]) for _ in range(2))
    lost = draw(st.floats(5, 50))
    full = crowd(density=density, speed=lambda at: other(at) / 5, variance=lambda at: other(at) / 20)
    return Story(
        tuple(walks),
        60.0,
        lambda at: Signals(
            brightness=15 * density(at), sharpness=other(at) / 8, edges=density(at) / 8, crowd=full(at).crowd
        ),
        blind=((lost, lost + draw(st.floats(0, 9))),),
    )


def episodes(alarms: list[Alarm]) -> dict[str, list[Alarm]]:
    told: dict[str, list[Alarm]] = {}
    for alarm in alarms:
        told.setdefault(alarm.episode, []).append(alarm)
    return told


@pytest.mark.parametrize("hazard", sorted(CATALOGUE))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(story=stories(), rate=st.sampled_from([2.0, 5.0, 12.0]))
def test_every_opened_is_cleared_and_a_cooldown_holds(hazard: str, story: Story, rate: float) -> None:
    view = METRIC if CATALOGUE[hazard].needs_floor or hazard in ("crowd", "counter_flow") else FLAT
    timing = {"clear_s": CLEAR_S, "cooldown_s": COOLDOWN_S}
    alarms = run(make(hazard, view, **timing, **QUICK.get(hazard, {})), story.scenes(rate, view))
    told = episodes(alarms)
    for own in told.values():
        # Opened and cleared take turns, and finish() leaves nothing open.
        assert [a.state.value for a in own] == ["opened", "cleared"] * (len(own) // 2)
        # One danger is one episode: back within the cooldown it resumes under its number, never later.
        assert all(b.at - a.at < COOLDOWN_S + story.blind[0][1] for a, b in zip(own[1::2], own[2::2], strict=False))
    assert [a.at for a in alarms] == sorted(a.at for a in alarms)
    if hazard == "crowd":
        return  # each band is an episode of its own, so several are open at once
    ordered = sorted(told.values(), key=lambda own: own[0].at)
    for first, second in pairwise(ordered):
        assert second[0].at - first[-1].at >= COOLDOWN_S - 0.01, "a new episode waits for the cooldown"
