"""Persons by motion alone."""

import numpy as np
import pytest

from consentry.backends.motion import MotionDetector
from consentry.core.geometry import overlap
from consentry.core.scene import Label

HALL = np.full((360, 640, 3), 110, np.uint8)
HALL[200:] = 90


def walker(x: float, *, high: float = 0.3, wide: float = 0.05) -> np.ndarray:
    """The hall with an upright figure whose feet stand at ``x``, 0.9."""
    picture = HALL.copy()
    rows, columns = picture.shape[:2]
    top, left, right = round((0.9 - high) * rows), round((x - wide / 2) * columns), round((x + wide / 2) * columns)
    picture[top : round(0.9 * rows), left:right] = (30, 40, 160)
    return picture


def test_a_walker_is_found_where_he_is() -> None:
    detector = MotionDetector()
    assert len(detector.detect(HALL)) == 0
    for x in (0.3, 0.35, 0.4, 0.45):
        found = detector.detect(walker(x))
        assert found.labels.tolist() == [Label.PERSON]
        truth = np.array([[x - 0.025, 0.6, x + 0.025, 0.9]], np.float32)
        assert overlap(found.boxes, truth)[0, 0] > 0.6


@pytest.mark.parametrize("shape", [(240, 320), (270, 480), (432, 768), (1080, 1920)], ids=lambda s: f"{s[1]}x{s[0]}")
def test_at_any_size_of_picture(shape: tuple[int, int]) -> None:
    rows, columns = shape
    empty = np.full((rows, columns, 3), 100, np.uint8)
    there = empty.copy()
    there[rows // 2 : rows * 9 // 10, columns // 2 : columns * 11 // 20] = 220
    detector = MotionDetector()
    detector.detect(empty)
    found = detector.detect(there)
    np.testing.assert_allclose(found.boxes, [[0.5, 0.5, 0.55, 0.9]], atol=0.02)


@pytest.mark.parametrize(
    "picture",
    [
        walker(0.5, high=0.04, wide=0.02),
        walker(0.5, high=0.05, wide=0.3),
        np.clip(HALL.astype(np.int16) + 60, 0, 255).astype(np.uint8),
        np.clip(HALL.astype(np.int16) + np.random.default_rng(1).normal(0, 4, HALL.shape), 0, 255).astype(np.uint8),
    ],
    ids=["a bird", "a belt of bags", "the light is switched on", "a sensor's noise"],
)
def test_what_is_no_person(picture: np.ndarray) -> None:
    detector = MotionDetector()
    detector.detect(HALL)
    assert len(detector.detect(picture)) == 0


def test_who_stands_stays_for_half_a_minute_and_then_fades() -> None:
    """At 5 pictures a second, as its learning was chosen for."""
    detector = MotionDetector()
    empty, there = HALL[::2, ::2], walker(0.5)[::2, ::2]
    detector.detect(empty)
    seen = [len(detector.detect(there)) for _ in range(5 * 600)]
    assert all(seen[: 5 * 30])
    assert not seen[-1]


def test_another_size_of_picture_begins_anew() -> None:
    detector = MotionDetector()
    detector.detect(HALL)
    assert len(detector.detect(walker(0.5)[:300])) == 0


def test_each_camera_has_its_own_background() -> None:
    first, second = MotionDetector(), MotionDetector()
    first.detect(HALL)
    assert len(second.detect(walker(0.5))) == 0
    assert len(first.detect(walker(0.5))) == 1
