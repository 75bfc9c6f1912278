"""What must hold of quality whatever the face: worse pictures are never better."""

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.backends.face_quality import FaceQuality
from consentry.core.frames import Image
from consentry.face.quality import Component
from consentry.face.quality_geometry import size
from consentry.face.quality_measured import Measured
from consentry.face.sample import FaceSample, Landmarks
from consentry.face.upright import EYES, PLACES
from drawn_face import around, drawn

READER = FaceQuality(network=False)
A_STEP = 2
"""Values are whole numbers, and pixels too: rounding may move one by this much."""


def value(sample: FaceSample, component: Component) -> int:
    found = READER.read(sample, 1).of(component)
    assert found is not None
    return found.value


def distance(marks: Landmarks) -> Measured:
    return next(one for one in size(1, marks, 0.0, 720, 1280) if one.component is Component.EYE_DISTANCE)


def changed(sample: FaceSample, image: Image) -> FaceSample:
    return around(image, sample.landmarks)


@settings(max_examples=12)
@given(st.integers(0, 50), st.floats(0.5, 5), st.floats(0.3, 3))
def test_blurring_never_raises_sharpness(seed: int, sigma: float, more: float) -> None:
    sample = drawn(seed)
    once = changed(sample, np.asarray(cv2.GaussianBlur(sample.image, (0, 0), sigma), np.uint8))
    twice = changed(sample, np.asarray(cv2.GaussianBlur(once.image, (0, 0), more), np.uint8))
    values = [value(one, Component.SHARPNESS) for one in (sample, once, twice)]
    assert values[0] + A_STEP >= values[1]
    assert values[1] + A_STEP >= values[2]


@settings(max_examples=12)
@given(st.integers(0, 50), st.floats(0, 1), st.floats(0, 1))
def test_darkening_never_raises_under_exposure_prevention(seed: int, gain: float, more: float) -> None:
    sample = drawn(seed)
    darker = changed(sample, (sample.image * gain).astype(np.uint8))
    darkest = changed(sample, (darker.image * more).astype(np.uint8))
    values = [value(one, Component.UNDER_EXPOSURE) for one in (sample, darker, darkest)]
    assert values == sorted(values, reverse=True)


@settings(max_examples=12)
@given(st.integers(0, 50), st.floats(1, 4))
def test_brightening_never_raises_over_exposure_prevention(seed: int, gain: float) -> None:
    sample = drawn(seed)
    brighter = changed(sample, np.clip(sample.image * gain, 0, 255).astype(np.uint8))
    assert value(brighter, Component.OVER_EXPOSURE) <= value(sample, Component.OVER_EXPOSURE)


@settings(max_examples=12)
@given(st.floats(20, 300), st.floats(0.2, 1))
def test_scaling_down_never_raises_the_distance_of_the_eyes(apart: float, share: float) -> None:
    marks = (PLACES * (apart / EYES)).astype(np.float32)
    large, small = (distance(marks), distance((marks * share).astype(np.float32)))
    assert small.value <= large.value
    assert small.native <= large.native + 1e-3


@settings(max_examples=12)
@given(st.integers(0, 50), st.sampled_from([1, 2, 3]))
def test_a_right_angle_changes_the_roll_and_hardly_anything_else_of_the_face(seed: int, quarters: int) -> None:
    sample = drawn(seed)
    side = sample.image.shape[0]
    marks = sample.landmarks.copy()
    for _ in range(quarters):  # np.rot90 turns against the clock: (x, y) becomes (y, side - 1 - x)
        marks = np.column_stack([marks[:, 1], side - 1 - marks[:, 0]]).astype(np.float32)
    turned = around(np.ascontiguousarray(np.rot90(sample.image, quarters)), marks)
    before, after = READER.read(sample, 1), READER.read(turned, 1)
    for one in before.measures:
        other = after.of(one.component)
        assert other is not None
        if one.component is Component.ROLL:
            against = (one.native - other.native) % 360
            assert abs(against - 90 * quarters) < 1e-3
        elif one.component not in {Component.UNIFIED, Component.CROP, Component.HEAD_SIZE}:
            assert abs(other.value - one.value) <= 3, one.component


@settings(max_examples=12)
@given(st.integers(0, 50), st.floats(-20, 20))
def test_a_mirrored_picture_has_the_same_quality(seed: int, aside: float) -> None:
    sample = drawn(seed, shift=(aside, 0.0))
    width = sample.image.shape[1]
    marks = sample.landmarks[[1, 0, 2, 4, 3]].copy()
    marks[:, 0] = width - 1 - marks[:, 0]
    mirrored = around(np.ascontiguousarray(sample.image[:, ::-1]), marks)
    before, after = READER.read(sample, 1), READER.read(mirrored, 1)
    assert [one.component for one in before.measures] == [one.component for one in after.measures]
    for one, other in zip(before.measures, after.measures, strict=True):
        assert abs(one.value - other.value) <= 4, one.component
        if one.component in {Component.YAW, Component.ROLL}:
            assert abs(one.native + other.native) < 0.5, one.component


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.floats(-50, 800), st.floats(-50, 800)), min_size=5, max_size=5, unique=True),
    st.integers(1, 40),
    st.integers(1, 700),
)
def test_no_places_and_no_size_of_picture_break_the_reader(
    places: list[tuple[float, float]], high: int, wide: int
) -> None:
    image = np.random.default_rng(high).integers(0, 256, (high, wide, 3), np.uint8)
    marks = np.array(places, np.float32)
    if float(marks.var(axis=0).sum()) < 1e-3:
        return  # one point is no face: refused with a sentence, in another test
    for one in READER.read(around(image, marks), 1).measures:
        assert 0 <= one.value <= 100
        assert np.isfinite(one.native)
