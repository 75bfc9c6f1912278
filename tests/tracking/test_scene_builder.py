"""Scenes from tracks: velocities in seconds, numbers through occlusion, nothing that grows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.core.geometry import FloorPlan, View
from consentry.core.scene import Detections, Label, Scene, Signals
from consentry.tracking.scene_builder import SceneBuilder
from consentry.tracking.stitch import BODY_M

HALL = FloorPlan(((0, 0), (1, 0), (1, 1), (0, 1)), ((0, 0), (16, 0), (16, 9), (0, 9)))
"""Seen from straight above, 16 m x 9 m: a metre is the same everywhere, so that expected figures are plain."""
Seen = dict[int, tuple[float, float]]
"""Feet, m on the floor of the hall, by the tracker's number."""


def boxes_of(seen: Seen, height: float = 0.19) -> Detections:
    rows = [[x / 16 - 0.02, y / 9 - height, x / 16 + 0.02, y / 9] for x, y in seen.values()]
    return Detections.of(Label.PERSON, np.array(rows, np.float32))


def build(builder: SceneBuilder, at: float, seen: Seen, ended: set[int] | None = None) -> Scene:
    ids = np.array(list(seen), np.int64)
    return builder.build(at, boxes_of(seen), ids, frozenset(ended or ()), Signals())


@pytest.fixture
def hall() -> SceneBuilder:
    return SceneBuilder("hall", View(16 / 9, HALL))


def test_an_empty_picture_is_an_empty_scene(hall: SceneBuilder) -> None:
    scene = hall.build(5.0, Detections.none(), np.zeros(0, np.int64), frozenset(), Signals(motion=0.5))
    assert (len(scene), scene.camera, scene.at, scene.signals.motion) == (0, "hall", 5.0, 0.5)
    assert scene.feet.shape == scene.drift.shape == (0, 2)
    assert scene.floor is not None
    assert scene.floor.shape == (0, 2)


def test_without_a_floor_plan_there_are_no_metres() -> None:
    scene = build(SceneBuilder("gate", View(16 / 9)), 0.0, {0: (8, 4)})
    assert scene.floor is None
    assert scene.velocity is None
    np.testing.assert_allclose(scene.feet, [[0.5, 4 / 9]], atol=1e-6)


@settings(deadline=None, max_examples=60)
@given(
    rate=st.floats(1.0, 30.0),
    speed=st.floats(-2.0, 2.0),
    offset=st.floats(0, 1.8e9),
    drops=st.lists(st.booleans(), min_size=60, max_size=60),
)
def test_the_velocity_is_the_same_at_every_rate(rate: float, speed: float, offset: float, drops: list[bool]) -> None:
    """Seconds, never frames: the same walk at 1 and at 30 pictures a second, with pictures dropped, is as fast."""
    builder = SceneBuilder("hall", View(16 / 9, HALL))
    scene = None
    for step, dropped in enumerate(drops[: int(2 + 2 * rate)]):
        at = step / rate
        if step < 2 or not dropped or rate < 3:
            scene = build(builder, offset + at, {3: (8 + speed * at, 4)})
    assert scene is not None
    assert scene.velocity is not None
    np.testing.assert_allclose(scene.velocity, [[speed, 0]], atol=0.01)
    np.testing.assert_allclose(scene.drift, [[speed / 16, 0]], atol=0.001)


def test_a_velocity_forgets_what_is_older_than_a_second(hall: SceneBuilder) -> None:
    for step in range(11):  # walks at 1.5 m/s for a second, then stands
        build(hall, step / 10, {0: (4 + 0.15 * step, 4)})
    for step in range(11, 21):
        scene = build(hall, step / 10, {0: (5.5, 4)})
    assert scene.velocity is not None
    assert np.abs(scene.velocity).max() < 0.02


OCCLUSIONS = {
    "walks on behind a pillar": (((4, 4), 1.3), (2.0, (4 + 1.3 * 2.0, 4.2)), True),
    "stops behind a pillar and comes out where he went in": (((4, 4), 1.3), (3.0, (4.3, 4)), True),
    "too far for a walk": (((4, 4), 1.3), (1.0, (9, 4)), False),
    "aside of his way": (((4, 4), 1.3), (1.0, (5.3, 6)), False),
    "back where he came from": (((4, 4), 1.3), (2.0, (2.0, 4)), False),
    "after too long": (((4, 4), 0.0), (4.5, (4, 4)), False),
}


@pytest.mark.parametrize("metric", [True, False], ids=["floor plan", "no floor plan"])
@pytest.mark.parametrize(("walk", "again", "same"), OCCLUSIONS.values(), ids=OCCLUSIONS)
def test_who_comes_back_keeps_his_number(
    walk: tuple[tuple[float, float], float], again: tuple[float, tuple[float, float]], *, same: bool, metric: bool
) -> None:
    # Without a floor plan a body's height is the measure: 0.19 of the picture's 9 m are 1.7 m.
    builder = SceneBuilder("hall", View(16 / 9, HALL if metric else None))
    (x, y), speed = walk
    gap, place = again
    for step in range(-10, 1):
        first = build(builder, step / 5, {7: (x + speed * step / 5, y)})
    build(builder, 0.2, {})
    scene = build(builder, gap, {9: place})
    assert (scene.ids[0] == first.ids[0]) is np.bool_(same)


def stand(builder: SceneBuilder, seen: Seen, until: float = 1.0) -> Scene:
    scene = build(builder, 0.0, seen)
    for step in range(1, round(until * 5) + 1):
        scene = build(builder, step / 5, seen)
    return scene


def test_two_who_could_have_come_back_are_both_somebody_new(hall: SceneBuilder) -> None:
    old = set(stand(hall, {0: (5, 4)}).ids.tolist())
    build(hall, 1.2, {})
    assert not old & set(build(hall, 2.0, {1: (4.8, 4), 2: (5.2, 4)}).ids.tolist())


def test_one_who_could_be_either_of_two_is_somebody_new(hall: SceneBuilder) -> None:
    old = set(stand(hall, {0: (5, 4), 1: (5.4, 4)}).ids.tolist())
    build(hall, 1.2, {})
    assert not old & set(build(hall, 2.0, {2: (5.2, 4)}).ids.tolist())


def test_who_was_there_before_the_other_was_lost_is_somebody_else(hall: SceneBuilder) -> None:
    """A track is told at its second box: at its first the other one was still seen."""
    old = stand(hall, {0: (5, 4)}).ids[0]
    assert build(hall, 1.2, {1: (5.3, 4)}).ids[0] != old


def test_at_the_pictures_edge_people_come_and_go(hall: SceneBuilder) -> None:
    old = stand(hall, {0: (0.3, 4)}).ids[0]
    build(hall, 1.2, {})
    assert build(hall, 2.0, {1: (0.3, 4)}).ids[0] != old


def test_a_number_ends_when_nothing_can_take_it_over(hall: SceneBuilder) -> None:
    number = int(stand(hall, {0: (5, 4)}).ids[0])
    told = [(at, build(hall, at, {}, {0} if at == 4.0 else None).ended) for at in np.arange(1.2, 8.0, 0.2).round(1)]
    ends = [at for at, ended in told if number in ended]
    assert len(ends) == 1
    assert 5.0 < ends[0] <= 5.3  # last seen at 1.0, stitched for 4 s


def test_a_number_that_was_taken_over_does_not_end_with_its_old_track(hall: SceneBuilder) -> None:
    number = int(stand(hall, {0: (5, 4)}).ids[0])
    build(hall, 1.2, {})
    assert build(hall, 2.0, {1: (5, 4)}).ids[0] == number
    scenes = [build(hall, 2.0 + 0.2 * k, {1: (5, 4)}, {0} if k == 10 else None) for k in range(1, 40)]
    assert all(scene.ids.tolist() == [number] and not scene.ended for scene in scenes)


def test_a_lost_track_whose_number_was_taken_comes_back_as_somebody_new(hall: SceneBuilder) -> None:
    number = int(stand(hall, {0: (5, 4)}).ids[0])
    build(hall, 1.2, {})
    build(hall, 2.0, {1: (5, 4)})
    both = build(hall, 2.2, {0: (5.5, 4), 1: (5, 4)})
    assert len(set(both.ids.tolist())) == 2
    assert both.ids.tolist()[1] == number


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[float, Seen, set[int]]]:
    """What a tracker may tell: tracks come, are lost for a while, end once and never come back."""
    at, fresh, alive = 0.0, 0, list[int]()
    told = []
    for _ in range(draw(st.integers(1, 60))):
        at += draw(st.sampled_from([0.1, 0.2, 0.5, 3.0]))
        ended = {track for track in alive if draw(st.integers(0, 9)) == 0}
        alive = [track for track in alive if track not in ended]
        for _ in range(draw(st.integers(0, 2))):
            alive, fresh = [*alive, fresh], fresh + 1
        place = st.tuples(st.floats(1, 15), st.floats(2, 8))
        told.append((at, {track: draw(place) for track in alive if draw(st.booleans())}, ended))
    return told


@settings(deadline=None, max_examples=30)
@given(histories())
def test_numbers_are_never_shared_and_never_come_back_from_the_dead(
    history: list[tuple[float, Seen, set[int]]],
) -> None:
    """Rules forget a track when it ended: a number that came back would be a person without a past, or with two."""
    first, second = (SceneBuilder("hall", View(16 / 9, HALL)) for _ in range(2))
    ended: set[int] = set()
    for at, seen, over in history:
        scene, again = build(first, at, seen, over), build(second, at, seen, over)
        numbers = set(scene.ids.tolist())
        assert len(numbers) == len(seen)
        assert not numbers & ended
        assert not scene.ended & numbers
        assert not scene.ended & ended
        ended |= scene.ended
        assert scene.ids.tolist() == again.ids.tolist()
        assert scene.ended == again.ended
    everyone = {track for _, seen, _ in history for track in seen}
    last = build(first, history[-1][0] + 10, {}, everyone)
    assert not first._courses
    assert not first._stitcher._last
    assert not first._stitcher._number
    assert (ended | last.ended) >= {0} if everyone else True


def test_body_height_is_the_measure_without_a_floor_plan() -> None:
    assert pytest.approx(0.19 * 9, rel=0.01) == BODY_M
