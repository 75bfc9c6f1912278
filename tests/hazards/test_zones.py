"""Intrusion and loitering: who is inside, for how long, through gaps and blindness."""

from dataclasses import replace

import pytest

from hazards.walks import METRIC, Story, Walk, brief, make, run, stand

ACROSS = Walk(1, ((0, 0.1, 0.5), (10, 0.9, 0.5)))
"""In the zone (0.3-0.7) from 2.5 to 7.5 s."""


@pytest.mark.parametrize(
    ("walks", "options", "expected"),
    [
        pytest.param((ACROSS,), {"seconds": 1.0}, [("opened", 3.6), ("cleared", 10.4)], id="walks through"),
        pytest.param((ACROSS,), {"seconds": 6.0}, [], id="is through before the limit"),
        pytest.param((stand(1, 0, 20, x=0.1),), {"seconds": 0.0}, [], id="stands outside"),
        pytest.param((stand(1, 2, 20),), {"seconds": 5.0}, [("opened", 7.0), ("cleared", 23.0)], id="appears inside"),
        pytest.param(
            (stand(1, 0, 4), stand(2, 5, 9)), {"seconds": 5.0}, [], id="two who follow each other are not one who stays"
        ),
    ],
)
def test_intrusion(walks: tuple[Walk, ...], options: dict[str, float], expected: list[tuple[str, float]]) -> None:
    assert brief(run(make("intrusion", **options), Story(walks).scenes(5))) == expected


def test_one_episode_for_a_zone_with_all_its_tracks_and_numbers_in_words() -> None:
    story = Story((stand(1, 0, 30), stand(2, 5, 30, x=0.6), stand(3, 5, 30, x=0.1)))
    alarms = run(make("intrusion", seconds=20.0), story.scenes(5))
    assert brief(alarms) == [("opened", 20.0), ("cleared", 33.0)]
    assert alarms[0].why == "1 person in hall for 20 s, limit 20 s"
    assert (alarms[0].tracks, alarms[0].score) == ((1,), 0.5)
    assert alarms[1].why == "over for 3 s, 13 s after it was told; last: 2 persons in hall for up to 30 s, limit 20 s"
    assert alarms[1].tracks == (1, 2)


@pytest.mark.parametrize(
    ("hidden", "opened"),
    [
        pytest.param((), 20.0, id="seen throughout"),
        pytest.param(((5, 9.5),), 20.0, id="hidden for 4.5 s: dwell goes on"),
        pytest.param(((5, 11),), 31.0, id="hidden for 6 s: dwell begins anew"),
        pytest.param(((19, 22),), 22.0, id="hidden when it would be told: told when seen again"),
        pytest.param(((3, 7), (8, 12), (13, 17)), 20.0, id="hidden again and again behind columns"),
    ],
)
def test_loitering_through_occlusion(hidden: tuple[tuple[float, float], ...], opened: float) -> None:
    walk = Walk(7, ((0, 0.5, 0.5), (60, 0.5, 0.5)), hidden=hidden)
    alarms = run(make("loitering", seconds=20.0), Story((walk,)).scenes(5))
    assert alarms[0].at == pytest.approx(opened, abs=0.25)


@pytest.mark.parametrize(
    ("outside_s", "told"), [(3.0, True), (4.8, True), (5.4, False)], ids=["3 s out", "4.8 s out", "5.4 s out"]
)
def test_loitering_survives_a_short_step_outside(outside_s: float, *, told: bool) -> None:
    # Over the right edge (0.7) and back: half the way inside 0.6-0.8.
    back = 12 + outside_s
    walk = Walk(
        1, ((0, 0.6, 0.5), (11, 0.6, 0.5), (13, 0.8, 0.5), (back - 1, 0.8, 0.5), (back + 1, 0.6, 0.5), (30, 0.6, 0.5))
    )
    alarms = run(make("loitering", seconds=25.0), Story((walk,)).scenes(5))
    assert bool(alarms) is told


def test_who_ended_for_the_tracker_has_no_dwell_left() -> None:
    scenes = Story((Walk(1, ((0, 0.5, 0.5), (25, 0.5, 0.5)), hidden=((10, 12),)),)).scenes(5)
    ended = [replace(s, ended=frozenset({1})) if s.at == 11.0 else s for s in scenes]
    assert brief(run(make("loitering", seconds=20.0), scenes))[0] == ("opened", 20.0)
    assert not run(make("loitering", seconds=20.0), ended)


@pytest.mark.parametrize("hazard", ["intrusion", "loitering"])
def test_blindness_neither_clears_nor_lets_dwell_grow(hazard: str) -> None:
    story = Story((stand(1, 0, 100),), length=100, blind=((10, 50),))
    alarms = run(make(hazard, seconds=20.0), story.scenes(5))
    assert brief(alarms)[0] == ("opened", pytest.approx(60, abs=0.3)), "40 s of blindness do not count"
    story = Story((stand(1, 0, 100),), length=100, blind=((30, 70),))
    alarms = run(make(hazard, seconds=20.0), story.scenes(5))
    assert brief(alarms) == [("opened", 20.0), ("cleared", 100.0)], "and do not clear"


def test_after_a_long_blindness_numbers_of_tracks_mean_nothing() -> None:
    story = Story((stand(1, 0, 200),), length=200, blind=((10, 150),))
    alarms = run(make("loitering", seconds=20.0), story.scenes(5))
    assert alarms[0].at == pytest.approx(170, abs=0.3)


def test_the_reading_is_of_the_stretch_since_the_last() -> None:
    rule = make("loitering", view=METRIC)
    scenes = Story((stand(1, 0, 100), stand(2, 5, 10)), length=30).scenes(5)
    for scene in scenes[:51]:
        rule.step(scene)
    first = rule.reading(10.0)
    assert first.dwell_s == pytest.approx(10, abs=0.01)
    assert first.people == pytest.approx(1.5, abs=0.05)
    for scene in scenes[51:101]:
        rule.step(scene)
    assert rule.reading(20.0).people == pytest.approx(1.0, abs=0.05)


def test_a_scene_of_another_camera_is_refused() -> None:
    with pytest.raises(ValueError, match="for camera 'cam' was given a scene of camera 'other'"):
        make("intrusion").step(Story(length=1).scenes(1, camera="other")[0])
