"""The reader of quality on real faces, and on faces spoilt step by step."""

import gc
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from training.face_quality.drawn import MASK, closed_eyes, covered, opened_mouth, turned
from training.face_quality.spoilt import blurred, compressed, exposed, flattened, rolled, sidelit, tinted

from consentry.backends import face_quality
from consentry.backends.embedders import align
from consentry.backends.face_quality import HEAD_POSE, FaceQuality
from consentry.backends.face_samples import load_acquiring_finder, samples
from consentry.backends.supplies import at_hand
from consentry.core.errors import MalformedError
from consentry.core.frames import Image
from consentry.face.quality import Component, Quality
from consentry.face.quality_limits import LIVE
from consentry.face.sample import FaceSample
from consentry.face.upright import PLACES, UPRIGHT
from drawn_face import around, drawn

PEOPLE = 6
"""Of the 50: enough for a median, few enough for a fast suite; docs/quality.md has figures of all."""


@pytest.fixture(scope="module")
def faces(shared: Path) -> Iterator[Path]:
    """The folder of shared photos, with the networks at hand."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
        yield shared / "data" / "faces"


@pytest.fixture(scope="module")
def upright_faces(faces: Path) -> list[Image]:
    """Neutral photos, upright, 616 x 616 px."""
    finder = load_acquiring_finder("yunet", longest=640)
    paths = sorted(faces.glob("*_neutral.jpg"))[::8][:PEOPLE]
    if len(paths) < PEOPLE:
        pytest.skip("needs the shared faces")
    found = [samples(finder, cv2.imread(str(path)), 0.0) for path in paths]
    return [align(one[0], UPRIGHT) for one in found]


def still(image: Image) -> FaceSample:
    return around(image, PLACES.astype(np.float32))


def median(faces: list[Image], component: Component, reader: FaceQuality) -> float:
    found = [reader.read(still(image), 1).of(component) for image in faces]
    assert all(found)
    return float(np.median([one.value for one in found if one is not None]))


def dark_mouth(image: Image, share: float) -> Image:
    return opened_mouth(image, share, (25, 20, 40))


def masked(image: Image, share: float) -> Image:
    middle = MASK.mean(axis=0)
    return covered(image, middle + (MASK - middle) * share, np.full(3, 200.0), 3)


LADDERS = [
    ("out of focus", blurred, (2, 4, 8), Component.SHARPNESS),
    ("dark", exposed, (0.6, 0.35, 0.1), Component.UNDER_EXPOSURE),
    ("bright", exposed, (1.8, 2.5, 4.0), Component.OVER_EXPOSURE),
    ("flat", flattened, (0.5, 0.2, 0.05), Component.DYNAMIC_RANGE),
    ("light from one side", sidelit, (0.3, 0.6, 0.9), Component.ILLUMINATION),
    ("tint", tinted, (0.3, 0.5, 0.9), Component.NATURAL_COLOUR),
    ("eyes closed", closed_eyes, (0.4, 0.75, 1.0), Component.EYES_OPEN),
    ("mouth open", dark_mouth, (0.1, 0.2, 0.3), Component.MOUTH_CLOSED),
    ("mask", masked, (0.3, 0.7, 1.0), Component.FACE_VISIBLE),
]


@pytest.mark.shared
@pytest.mark.parametrize(("name", "spoil", "steps", "component"), LADDERS, ids=[row[0] for row in LADDERS])
def test_a_component_falls_step_by_step_for_what_spoils_it(
    upright_faces: list[Image], name: str, spoil, steps: tuple[float, ...], component: Component
) -> None:
    del name
    reader = FaceQuality(network=False)
    values = [median(upright_faces, component, reader)]
    values += [median([spoil(image, step) for image in upright_faces], component, reader) for step in steps]
    assert all(after <= before + 1 for before, after in pairwise(values)), values
    assert values[0] - values[-1] >= 30, values


UNTOUCHED = {
    "out of focus": {Component.UNDER_EXPOSURE, Component.NATURAL_COLOUR, Component.DYNAMIC_RANGE, Component.EYES_OPEN},
    "dark": {Component.SHARPNESS, Component.EYES_OPEN, Component.MOUTH_CLOSED, Component.FACE_VISIBLE},
    "tint": {Component.SHARPNESS, Component.EYES_OPEN, Component.MOUTH_CLOSED, Component.ILLUMINATION},
    "eyes closed": {Component.SHARPNESS, Component.UNDER_EXPOSURE, Component.MOUTH_CLOSED, Component.FACE_VISIBLE},
    "mouth open": {Component.SHARPNESS, Component.EYES_OPEN, Component.ILLUMINATION},
}


@pytest.mark.shared
@pytest.mark.parametrize("name", UNTOUCHED)
def test_what_is_not_spoilt_stays_roughly_as_it_was(upright_faces: list[Image], name: str) -> None:
    _, spoil, steps, _ = next(row for row in LADDERS if row[0] == name)
    reader = FaceQuality(network=False)
    spoilt = [spoil(image, steps[0]) for image in upright_faces]
    for component in UNTOUCHED[name]:
        before, after = median(upright_faces, component, reader), median(spoilt, component, reader)
        assert abs(before - after) <= 12, (component, before, after)


@pytest.mark.shared
@pytest.mark.parametrize("how", [HEAD_POSE, "landmarks"])
def test_a_turned_head_is_seen_on_the_right_side(upright_faces: list[Image], how: str) -> None:
    if how == HEAD_POSE and not at_hand(HEAD_POSE):
        pytest.skip("needs the network for head pose")
    finder, reader = load_acquiring_finder("yunet", longest=640), FaceQuality(network=how == HEAD_POSE)
    assert reader.how == how

    def angle(component: Component, yaw: float, pitch: float) -> float:
        found = [samples(finder, turned(image, yaw, pitch), 0.0) for image in upright_faces[:3]]
        measures = [reader.read(one[0], 1).of(component) for one in found if one]
        assert len(measures) == 3
        if component is Component.PITCH:
            assert {one.how for one in measures if one} == {how}
        return float(np.median([one.native for one in measures if one]))

    assert angle(Component.YAW, 30, 0) > 15 > -15 > angle(Component.YAW, -30, 0)
    assert angle(Component.PITCH, 0, 25) > angle(Component.PITCH, 0, -25) + (20 if how == HEAD_POSE else 6)


@pytest.mark.shared
def test_a_tilted_head_is_read_to_a_few_degrees(upright_faces: list[Image]) -> None:
    finder, reader = load_acquiring_finder("yunet", longest=640), FaceQuality(network=False)
    for degrees in (-20.0, 15.0):
        found = [samples(finder, rolled(image, degrees), 0.0) for image in upright_faces]
        said = [reader.read(one[0], 1).of(Component.ROLL) for one in found if one]
        assert np.median([one.native for one in said if one]) == pytest.approx(degrees, abs=5)


@pytest.mark.shared
def test_photos_of_a_studio_are_good_for_a_gate(faces: Path) -> None:
    finder, reader = load_acquiring_finder("yunet", longest=640), FaceQuality()
    for path in sorted(faces.glob("*.jpg"))[::9]:
        found = samples(finder, cv2.imread(str(path)), 0.0)
        quality = reader.read(found[0], len(found))
        assert not quality.lacking, [one.component for one in quality.lacking]


@pytest.mark.shared
def test_a_smile_moves_the_mouth_a_little_and_nothing_names_it(faces: Path) -> None:
    finder, reader = load_acquiring_finder("yunet", longest=640), FaceQuality(network=False)
    found: dict[str, list[Quality]] = {"neutral": [], "smiling": []}
    for path in sorted(faces.glob("*.jpg"))[:24]:
        sample = samples(finder, cv2.imread(str(path)), 0.0)[0]
        found[path.stem.split("_")[1]].append(reader.read(sample, 1))
    for component in LIVE.values:
        one, other = (np.median([q.of(component).value for q in some]) for some in found.values())
        assert abs(one - other) <= 6, component
    words = " ".join(one.component.value + one.unit + one.how for one in found["smiling"][0].measures).lower()
    assert not [word for word in ("smil", "emotion", "express", "happy", "neutral", "mood") if word in words]


@pytest.mark.shared
def test_only_heavy_compression_is_seen_and_only_as_a_loss(upright_faces: list[Image]) -> None:
    """Compression is no component of ours; it must not make a picture look better either."""
    reader = FaceQuality(network=False)
    before = np.median([reader.read(still(image), 1).unified for image in upright_faces])
    after = np.median([reader.read(still(compressed(image, 6)), 1).unified for image in upright_faces])
    assert after <= before + 2


def test_it_reads_without_the_network_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(face_quality, "at_hand", lambda _name: False)
    reader = FaceQuality()
    quality = reader.read(drawn(), 1)
    assert reader.how == "landmarks"
    for component in (Component.YAW, Component.PITCH, Component.ROLL):
        found = quality.of(component)
        assert found is not None
        assert found.how == "landmarks"
    assert quality.unified > 0
    reader.forget()


def test_measures_come_in_the_order_of_the_standard_and_each_once() -> None:
    components = [one.component for one in FaceQuality(network=False).read(drawn(), 1).measures]
    assert components == [one for one in Component if one in components]
    assert len(components) >= 18
    for left_out in (Component.COMPRESSION, Component.EYES_VISIBLE):
        assert left_out not in components  # docs/quality.md says why


def test_a_face_half_out_of_the_picture_lacks_what_cannot_be_seen() -> None:
    sample = drawn()
    cut = around(np.ascontiguousarray(sample.image[:, 250:]), sample.landmarks - [250, 0])
    quality = FaceQuality(network=False).read(cut, 1)
    for component in (Component.EYES_OPEN, Component.MOUTH_CLOSED, Component.FACE_VISIBLE, Component.ILLUMINATION):
        assert quality.of(component) is None
    crop = quality.of(Component.CROP)
    assert crop is not None
    assert crop.value < 20
    assert quality.unified < LIVE.least(Component.UNIFIED)


def test_landmarks_of_no_face_give_a_sentence() -> None:
    with pytest.raises(MalformedError, match="landmarks"):
        FaceQuality(network=False).read(around(drawn().image, np.full((5, 2), 40, np.float32)), 1)


def test_a_sample_is_not_written_to() -> None:
    sample = drawn(4)
    before = sample.image.copy()
    sample.image.setflags(write=False)
    FaceQuality(network=False).read(sample, 1)
    assert np.array_equal(sample.image, before)


def test_no_picture_of_the_face_outlives_the_reading() -> None:
    """Every array of the size of an upright face, or of a cut of it, that is alive afterwards holds nothing."""
    reader = FaceQuality(network=False)
    sample = drawn(5)
    gc.collect()
    known = {id(one) for one in gc.get_objects() if isinstance(one, np.ndarray)}
    quality: Quality = reader.read(sample, 1)
    gc.collect()
    left = [one for one in gc.get_objects() if isinstance(one, np.ndarray) and id(one) not in known]
    assert quality.measures
    assert not [one.shape for one in left if one.ndim >= 2 and one.dtype == np.uint8 and one.size > 1000]
