"""Pictures become samples: every face, the largest first, in pixels; a thousand faces are bounded and no guess."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from consentry.backends.face_samples import ACQUIRING, load_acquiring_finder, samples
from consentry.backends.faces import COVERING
from consentry.core.errors import NetworkError, SupplyError
from consentry.core.scene import Detections, Label
from consentry.face.acquisition import Outcome, acquire


@dataclass
class Told:
    """A finder that finds what it was told to."""

    found: Detections
    name: str = "told"

    def find(self, _image: np.ndarray) -> Detections:
        return self.found


def told(*boxes: tuple[float, float, float, float], landmarks: bool = True) -> Told:
    found = Detections.of(Label.FACE, np.array(boxes, np.float32).reshape(-1, 4))
    joints = np.full((len(boxes), 5, 3), 0.5, np.float32) if landmarks else None
    return Told(Detections(found.boxes, found.scores, found.labels, joints))


IMAGE = np.zeros((100, 200, 3), np.uint8)


def test_boxes_and_landmarks_come_in_px_the_largest_face_first() -> None:
    small, large = (0.0, 0.0, 0.1, 0.2), (0.5, 0.25, 1.0, 1.0)
    first, second = samples(told(small, large), IMAGE, 3.5)
    assert first.box.tolist() == [100, 25, 200, 100]
    assert second.box.tolist() == pytest.approx([0, 0, 20, 20])
    assert first.landmarks.tolist() == [[100, 50]] * 5
    assert (first.at, first.image) == (3.5, IMAGE)


def test_no_face_gives_no_sample_and_no_landmarks_are_an_error() -> None:
    assert samples(told(), IMAGE, 0.0) == ()
    with pytest.raises(NetworkError, match="five landmarks a face from told"):
        samples(told((0, 0, 1, 1), landmarks=False), IMAGE, 0.0)


def test_a_sample_wipes_its_own_places_and_the_picture_of_all() -> None:
    first, second = samples(told((0, 0, 1, 1), (0, 0, 0.5, 0.5)), np.full((10, 10, 3), 9, np.uint8), 0.0)
    first.wipe()
    assert not first.image.any()
    assert not first.box.any()
    assert second.image is first.image
    assert second.box.any()


def test_more_is_asked_for_acquiring_than_for_covering() -> None:
    assert ACQUIRING.keys() == COVERING.keys()
    assert all(ACQUIRING[name] > COVERING[name] for name in ACQUIRING)


def test_without_the_standard_network_the_one_of_a_dependency_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONSENTRY_HOME", str(tmp_path))
    monkeypatch.setenv("CONSENTRY_MIRROR", "")
    assert load_acquiring_finder().name == "centerface"


@pytest.mark.parametrize("name", ["mobilefacenet", "picodet-s-320", "nobody"])
def test_what_is_no_face_finder_is_refused(name: str) -> None:
    with pytest.raises(SupplyError, match="face finder"):
        load_acquiring_finder(name)


@pytest.fixture
def portrait(shared: Path, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """One of the shared faces."""
    monkeypatch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
    image = cv2.imread(str(shared / "data" / "faces" / "007_neutral.jpg"))
    assert image is not None
    return image.astype(np.uint8)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["yunet", "centerface"])
def test_a_portrait_has_one_face_with_the_eyes_above_the_mouth(name: str, portrait: np.ndarray) -> None:
    taken = acquire(samples(load_acquiring_finder(name), portrait, 0.0))
    assert taken.outcome is Outcome.ACQUIRED
    assert taken.sample is not None
    left_eye, right_eye, nose, left_mouth, right_mouth = taken.sample.landmarks
    assert left_eye[0] < nose[0] < right_eye[0]
    assert max(left_eye[1], right_eye[1]) < nose[1] < min(left_mouth[1], right_mouth[1])
    assert 80 < taken.sample.eye_distance < 140


@pytest.mark.shared
@pytest.mark.parametrize("name", ["yunet", "centerface"])
def test_a_family_is_several_faces_and_an_empty_hall_none(name: str, portrait: np.ndarray) -> None:
    finder = load_acquiring_finder(name)
    half = cv2.resize(portrait, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    pair = np.full((720, 1280, 3), 120, np.uint8)
    pair[:, :720] = portrait[:720, :720]
    pair[720 - len(half) :, 800 : 800 + half.shape[1]] = half
    taken = acquire(samples(finder, pair, 0.0))
    assert (taken.outcome, taken.faces) == (Outcome.SEVERAL, 2)
    noise = np.random.default_rng(2).integers(0, 256, (720, 1280, 3), np.uint8)
    for empty in (np.full_like(pair, 120), noise, np.tile(np.uint8([0, 255]), (720, 1920)).reshape(720, 1280, 3)):
        assert acquire(samples(finder, empty, 0.0)).outcome is Outcome.NONE


@pytest.mark.shared
def test_a_thousand_faces_are_several_and_a_bounded_number(portrait: np.ndarray) -> None:
    """1,040 faces, each 20 px wide: at most 400 are looked at, whoever wants to keep the gate busy."""
    taken = acquire(samples(load_acquiring_finder("yunet"), portrait, 0.0))
    assert taken.sample is not None
    left, top, right, bottom = (taken.sample.box + np.array([-60, -60, 60, 60])).round().astype(int)
    one = cv2.resize(portrait[max(top, 0) : bottom, left:right], (32, 36), interpolation=cv2.INTER_AREA)
    crowd = np.tile(one, (26, 40, 1)).astype(np.uint8)
    found = samples(load_acquiring_finder("yunet"), crowd, 0.0)
    assert 100 < len(found) <= 400
    assert acquire(found).outcome is Outcome.SEVERAL
