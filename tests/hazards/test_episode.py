"""The state machine of an episode, a rule's time, and the memory that forgets."""

import pytest

from consentry.core.scene import Scene, StreamState
from consentry.hazards.rule import BLIND_KEEP_S, Danger, Episode, HazardSettings, Phase, Sight, TrackMemory
from hazards.walks import CAMERA

TIMING = HazardSettings(clear_s=3.0, cooldown_s=30.0)


def play(stretches: list[tuple[float, float]], end: float, rate: float = 5.0, confirm_s: float = 0.0) -> list[str]:
    """What an episode tells when the danger is there in some stretches of seconds."""
    episode = Episode("h", CAMERA, "p", TIMING, confirm_s=confirm_s)
    told = []
    for step in range(int(end * rate) + 1):
        at = step / rate
        there = any(a <= at <= b for a, b in stretches)
        told += episode.step(at, Danger((), 1.0, "seen") if there else None)
    return [f"{a.state.value} {a.at:.1f} {a.episode.rsplit('-', 1)[1]}" for a in told]


@pytest.mark.parametrize(
    ("stretches", "confirm_s", "expected"),
    [
        pytest.param([(1, 5)], 0, ["opened 1.0 1000", "cleared 8.0 1000"], id="opened, and cleared 3 s after the last"),
        pytest.param([(1, 5)], 2, ["opened 3.0 3000", "cleared 8.0 3000"], id="confirmed first"),
        pytest.param([(1, 2)], 2, [], id="too short to be confirmed"),
        pytest.param([(1, 2), (3.6, 5)], 2, ["opened 3.6 3600", "cleared 8.0 3600"], id="a blink of 1.6 s is bridged"),
        pytest.param([(1, 2), (4.4, 5)], 2, [], id="a gap of 2.4 s begins anew"),
        pytest.param([(1, 5), (7, 9)], 0, ["opened 1.0 1000", "cleared 12.0 1000"], id="back before it clears: one"),
        pytest.param(
            [(1, 5), (20, 22)],
            0,
            ["opened 1.0 1000", "cleared 8.0 1000", "opened 20.0 1000", "cleared 25.0 1000"],
            id="back within the cooldown: the same episode resumes",
        ),
        pytest.param(
            [(1, 5), (39, 40)],
            0,
            ["opened 1.0 1000", "cleared 8.0 1000", "opened 39.0 39000", "cleared 43.0 39000"],
            id="back after the cooldown: a new episode",
        ),
    ],
)
def test_an_episode(stretches: list[tuple[float, float]], confirm_s: float, expected: list[str]) -> None:
    assert play(stretches, 50, confirm_s=confirm_s) == expected


def test_finish_clears_what_is_open_and_forgets_what_is_pending() -> None:
    episode = Episode("h", CAMERA, "p", TIMING, confirm_s=2.0)
    danger = Danger((3,), 0.7, "seen")
    assert not episode.step(0, danger)
    assert episode.finish(1, "end") == ()
    assert episode.phase is Phase.QUIET
    assert not episode.step(2, danger), "pending began anew"
    (opened,) = episode.step(4, danger)
    (cleared,) = episode.finish(5, "the watch ended")
    assert (opened.episode, opened.tracks, opened.score) == (cleared.episode, cleared.tracks, cleared.score)
    assert cleared.why == "the watch ended, 1 s after it was told; last: seen"


@pytest.mark.parametrize("option", ["clear_s", "cooldown_s"])
@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf")])
def test_settings_refuse_what_is_no_time(option: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{option}: expected a number of 0 or more"):
        HazardSettings(**{option: value})


def test_a_rules_time_stands_still_while_the_camera_is_blind() -> None:
    sight = Sight()
    live = [Scene.empty(CAMERA, at) for at in (0, 1, 101, 102)]
    times = [sight.step(live[0]), sight.step(live[1]), sight.step(Scene.empty(CAMERA, 6, StreamState.STALLED))]
    times += [sight.step(live[2])]
    assert sight.blind_s == 100 > BLIND_KEEP_S
    times += [sight.step(live[3])]
    assert times == [0, 1, None, 1, 2]
    assert sight.blind_s == 0


def test_a_rules_time_never_runs_backwards() -> None:
    sight = Sight()
    assert [sight.step(Scene.empty(CAMERA, at)) for at in (5.0, 4.0, 6.0)] == [5.0, 5.0, 6.0]


def test_track_memory_forgets_the_ended_and_the_stale() -> None:
    memory: TrackMemory[str] = TrackMemory(keep_s=10)
    memory.forget(0, frozenset())
    memory.update({1: "a", 2: "b"})
    memory.forget(9, frozenset({1}))
    assert dict(memory) == {2: "b"}
    memory[2] = "b"
    memory.forget(15, frozenset())
    assert dict(memory) == {2: "b"}, "writing renews"
    memory.forget(20, frozenset())
    assert not memory
