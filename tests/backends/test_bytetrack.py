"""ByteTrack behind its port: in seconds, at rates that vary, for as long as a camera runs."""

import itertools
import tracemalloc
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.backends.bytetrack import LOST_S, ByteTrack
from consentry.backends.persons import load_detector
from consentry.core.geometry import View
from consentry.core.scene import Detections, Label
from consentry.ports import Tracked

WIDE = View(16 / 9)


def person(x: float, y: float = 0.8, label: Label = Label.PERSON) -> Detections:
    """A person of a quarter of the picture's height; he walks his own width (0.4 of his height) in 0.5 s."""
    return Detections.of(label, np.array([[x - 0.028, y - 0.25, x + 0.028, y]], np.float32))


def both(*parts: Detections) -> Detections:
    return Detections(
        np.concatenate([part.boxes for part in parts]),
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.labels for part in parts]),
    )


def walk(tracker: ByteTrack, times: np.ndarray, speed: float = 0.1) -> list[Tracked]:
    return [tracker.step(float(at), person(0.1 + speed * (at - times[0]))) for at in times]


@pytest.mark.parametrize("rate", [3, 5, 10, 25])
def test_a_walk_is_one_track_at_any_rate(rate: int) -> None:
    told = walk(ByteTrack(WIDE), 1.7e9 + np.arange(0, 7, 1 / rate))
    assert {int(i) for seen in told for i in seen.ids} == {0}
    assert [len(seen.ids) for seen in told] == [0] + [1] * (len(told) - 1)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sampled_from([0.04, 0.2, 0.2, 0.2, 0.4, 0.6]), min_size=8, max_size=20))
def test_a_walk_is_one_track_where_the_rate_varies(gaps: list[float]) -> None:
    """Cameras drop pictures: a track that broke with every drop would restart every dwell time."""
    times = np.array([0.0, 0.2, 0.4, *(0.4 + np.cumsum(gaps))])
    told = walk(ByteTrack(WIDE), times[times < 8])
    assert {int(i) for seen in told for i in seen.ids} == {0}


@pytest.mark.parametrize("rate", [2, 5, 20])
@pytest.mark.parametrize(("gap", "kept"), [(LOST_S - 0.6, True), (LOST_S + 0.6, False)], ids=["in time", "too late"])
def test_a_lost_track_is_kept_for_seconds_whatever_the_rate(rate: int, gap: float, *, kept: bool) -> None:
    tracker = ByteTrack(WIDE)
    for at in np.arange(0, 2, 1 / rate):
        last = float(at)
        tracker.step(last, person(0.5))
    ended = {0 in tracker.step(last + float(at), Detections.none()).ended for at in np.arange(1 / rate, gap, 1 / rate)}
    tracker.step(last + gap, person(0.5))
    again = tracker.step(last + gap + 1 / rate, person(0.5))
    assert again.ids.tolist() == [0 if kept else 1]
    assert not (kept and True in ended)


def test_an_end_is_told_once() -> None:
    tracker = ByteTrack(WIDE)
    walk(tracker, np.arange(0, 3, 0.2))
    told = [tracker.step(float(at), Detections.none()).ended for at in np.arange(3, 20, 0.2)]
    assert [over for over in told if over] == [frozenset({0})]


def test_numbers_are_each_cameras_own() -> None:
    for _ in range(2):
        assert walk(ByteTrack(WIDE), np.arange(0, 1, 0.2))[-1].ids.tolist() == [0]


def test_a_bag_in_a_persons_place_is_no_person() -> None:
    tracker = ByteTrack(WIDE)
    for at in np.arange(0, 2, 0.2):
        tracked = tracker.step(float(at), both(person(0.5), person(0.5, label=Label.BAG)))
    assert sorted(tracked.detections.labels.tolist()) == [Label.PERSON, Label.BAG]
    assert len(set(tracked.ids.tolist())) == 2
    only_bag = tracker.step(2.2, person(0.5, label=Label.BAG))
    bag = tracked.ids[tracked.detections.labels == Label.BAG]
    assert only_bag.ids.tolist() == bag.tolist()


def test_boxes_scores_and_joints_come_back_as_they_went_in() -> None:
    tracker = ByteTrack(WIDE)
    found = Detections(
        np.array([[0.7, 0.2, 0.8, 0.6], [0.1, 0.2, 0.2, 0.6]], np.float32),
        np.array([0.9, 0.4], np.float32),
        np.zeros(2, np.int16),
        np.arange(2 * 3 * 3, dtype=np.float32).reshape(2, 3, 3),
    )
    tracker.step(0.0, found)
    tracked = tracker.step(0.2, found)
    back = np.argsort(-tracked.detections.boxes[:, 0])
    np.testing.assert_array_equal(tracked.detections.boxes[back], found.boxes)
    np.testing.assert_array_equal(tracked.detections.scores[back], found.scores)
    assert tracked.detections.joints is not None
    assert found.joints is not None
    np.testing.assert_array_equal(tracked.detections.joints[back], found.joints)


def test_a_clock_that_stands_still_or_runs_back_breaks_nothing() -> None:
    tracker = ByteTrack(WIDE)
    for at in (5.0, 5.2, 5.2, 5.1, 5.4, 5.6):
        tracked = tracker.step(at, person(0.5))
    assert tracked.ids.tolist() == [0]


def test_memory_does_not_grow() -> None:
    """A camera runs for months: hundreds of persons who come and go leave nothing behind."""
    tracker = ByteTrack(WIDE)

    def run(begin: int, end: int) -> None:
        for step in range(begin, end):  # somebody new every 0.8 s
            tracker.step(step / 5, person(0.1 + 0.2 * (step // 4 % 4), 0.3 + 0.3 * (step // 16 % 3)))

    run(0, 400)
    tracemalloc.start()
    run(400, 800)
    early = tracemalloc.get_traced_memory()[0]
    run(800, 2_000)
    late = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert late - early < 20_000
    assert len(tracker._tracker.tracks) < 20
    assert len(tracker._alive) < 20


def test_people_who_walk_past_one_by_one_are_one_track_each(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Real footage at 3.3 pictures/s, two persons: whoever walks through keeps his number from edge to edge."""
    monkeypatch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
    detector, tracker = load_detector("person-detection-retail-0013"), ByteTrack(WIDE)
    seen: dict[int, int] = {}
    with av.open(str(shared / "data/cctv/one-by-one-person-detection.mp4")) as clip:
        for number, frame in enumerate(itertools.islice(clip.decode(video=0), 400)):
            if number % 3 == 0:
                tracked = tracker.step(number / 10, detector.detect(frame.to_ndarray(format="bgr24")))
                for track in tracked.ids.tolist():
                    seen[track] = seen.get(track, 0) + 1
    assert len(seen) == 2
    assert min(seen.values()) > 20
