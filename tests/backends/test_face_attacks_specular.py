"""Highlights drawn into a picture that is made here, and what the detector says of them."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.backends.face_attacks import Detector
from consentry.backends.face_attacks_specular import highlight
from consentry.face.sample import FaceSample

BOX = np.array([230, 130, 370, 320], np.float32)
MARKS = np.array([[265, 200], [335, 200], [300, 240], [272, 280], [328, 280]], np.float32)
SKIN = (120, 150, 190)


def scene(lamp: tuple[float, float] | None, shift: float = 0.0, *, size: float = 9.0) -> np.ndarray:
    """Skin before a wall, and a lamp's mirror image at a place of the picture, soft at its edge."""
    rows, columns = np.mgrid[:480, :640]
    face = (((columns - 300 - shift) / 70) ** 2 + ((rows - 225) / 95) ** 2 < 1)[..., None]
    image = np.where(face, np.array(SKIN, np.float32), 90.0)
    if lamp is not None:
        image = image + 300 * np.exp(-((columns - lamp[0]) ** 2 + (rows - lamp[1]) ** 2) / size**2)[..., None]
    noise = np.random.default_rng(int(shift)).normal(0, 2, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def sample(image: np.ndarray, shift: float = 0.0, at: float = 0.0) -> FaceSample:
    by = np.array([shift, 0], np.float32)
    return FaceSample(at, image, BOX + np.tile(by, 2), MARKS + by, 0.9)


def test_a_highlight_is_found_where_it_is() -> None:
    found = highlight(sample(scene((305, 160))))
    assert found is not None
    assert found.place == pytest.approx([305, 160], abs=1)
    assert 0.01 < found.area < 0.1


@pytest.mark.parametrize(
    ("lamp", "size"),
    [(None, 9.0), ((265, 200), 9.0), ((335, 203), 9.0), ((560, 100), 9.0), ((305, 160), 1.5), ((300, 250), 200.0)],
    ids=["none", "in one eye", "in the other", "on the wall", "two pixels", "a face in the sun"],
)
def test_what_is_no_highlight_of_a_face(lamp: tuple[float, float] | None, size: float) -> None:
    assert highlight(sample(scene(lamp, size=size))) is None


def test_coloured_light_is_none() -> None:
    image = scene(None)
    cv2.circle(image, (305, 160), 10, (60, 255, 255), -1)
    assert highlight(sample(image)) is None


@settings(max_examples=60)
@given(
    st.tuples(*[st.floats(-900, 900, width=32)] * 4),
    st.lists(st.tuples(st.floats(-900, 900, width=32), st.floats(-900, 900, width=32)), min_size=5, max_size=5),
)
def test_any_box_and_landmarks_are_borne(box: tuple[float, ...], marks: list[tuple[float, float]]) -> None:
    image = np.full((120, 160, 3), 255, np.uint8)
    left, top, right, bottom = box
    edges = np.array([min(left, right), min(top, bottom), max(left, right), max(top, bottom)], np.float32)
    found = highlight(FaceSample(0.0, image, edges, np.array(marks, np.float32), 0.9))
    if found is not None:
        assert (found.place >= 0).all()
        assert (found.place < (160, 120)).all()


@pytest.mark.parametrize(("goes_along", "loud"), [(0.0, True), (1.0, False)], ids=["glass", "forehead"])
def test_the_detector_tells_glass_from_a_forehead(goes_along: float, loud: bool) -> None:  # noqa: FBT001
    detector = Detector(None)
    for number in range(8):
        shift = 3.0 * number
        detector.see(sample(scene((305 + goes_along * shift, 155), shift), shift, number * 0.08))
    cue = next(cue for cue in detector.judge().cues if cue.name == "highlight")
    assert cue.score is not None, cue.why
    assert (cue.score >= 0.5) == loud, cue.why
