"""Every head is covered, whichever net catches it, and whoever could not look gives no picture."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from consentry.core.errors import NetworkError, RedactionError
from consentry.core.frames import Frame
from consentry.core.redaction import FILL, RedactedFrame
from consentry.core.scene import Detections, Label
from consentry.touchpoints.redactor import CARRY_S, SURE, Redactor, head_parts

NOBODY = np.zeros((0, 4), np.float32)
SIZE = 200

Box = tuple[float, float, float, float]


@dataclass
class ToldFaces:
    """A finder that finds, picture by picture, what it was told; after the last, nothing."""

    faces: list[list[Box]]
    score: float = 0.9
    name: str = "told-faces"
    seen: list[tuple[int, ...]] = field(default_factory=list)

    def find(self, image: np.ndarray) -> Detections:
        self.seen.append(image.shape)
        boxes = np.array(self.faces.pop(0) if self.faces else [], np.float32).reshape(-1, 4)
        return Detections.of(Label.FACE, boxes, np.full(len(boxes), self.score, np.float32))


@dataclass
class Broken:
    """A finder that fails as it was told."""

    error: Exception
    name: str = "broken"

    def find(self, _image: np.ndarray) -> Detections:
        raise self.error


class Nonsense:
    """A finder whose network has gone mad."""

    name = "nonsense"

    def find(self, _image: np.ndarray) -> Detections:
        return Detections.of(Label.FACE, np.array([[np.nan, 0, 1, 1]], np.float32))


def frame(at: float = 0.0) -> Frame:
    return Frame("hall", at, np.zeros((SIZE, SIZE, 3), np.uint8))


def covers(picture: RedactedFrame, box: Box) -> bool:
    left, top, right, bottom = (round(side * SIZE) for side in box)
    return bool((picture.image[max(top, 0) : bottom, max(left, 0) : right] == FILL).all())


def person(*box: float) -> np.ndarray:
    return np.array([box], np.float32)


def test_a_face_is_covered_with_its_hair_and_ears() -> None:
    picture = Redactor(ToldFaces([[(0.4, 0.4, 0.5, 0.5)]])).redact(frame(), NOBODY)
    assert covers(picture, (0.36, 0.35, 0.54, 0.52))
    assert not covers(picture, (0.3, 0.4, 0.36, 0.5)), "not the whole picture"


@pytest.mark.parametrize(
    ("box", "face"),
    [
        ((0.4, 0.2, 0.52, 0.6), (0.43, 0.23, 0.48, 0.29)),
        ((0.1, 0.1, 0.5, 0.6), (0.2, 0.15, 0.4, 0.34)),
        ((0.1, 0.4, 0.7, 0.6), (0.6, 0.45, 0.69, 0.58)),
        ((0.4, -0.1, 0.6, 0.3), (0.45, 0.0, 0.55, 0.03)),
        ((0.3, 0.7, 0.7, 1.0), (0.4, 0.72, 0.6, 0.95)),
        ((0.9, 0.2, 1.1, 0.7), (0.93, 0.22, 1.0, 0.34)),
        ((0.500, 0.500, 0.515, 0.545), (0.505, 0.502, 0.512, 0.512)),
    ],
    ids=["standing", "seated", "lying", "cut above", "cut below", "cut at the right", "small"],
)
def test_a_person_without_a_face_has_the_head_covered(box: Box, face: Box) -> None:
    assert covers(Redactor(ToldFaces([])).redact(frame(), person(*box)), face)


def test_the_head_part_does_not_change_with_the_shape_of_the_picture() -> None:
    square = head_parts(person(0.4, 0.2, 0.6, 0.8), 1.0)
    wide = head_parts(person(0.45, 0.2, 0.55, 0.8), 2.0)
    assert square[0, 1::2] == pytest.approx(wide[0, 1::2])


def test_a_person_whose_face_was_found_is_covered_no_further_than_the_head() -> None:
    finder = ToldFaces([[(0.46, 0.22, 0.50, 0.27)]])
    picture = Redactor(finder).redact(frame(), person(0.3, 0.2, 0.7, 0.9))
    assert covers(picture, (0.445, 0.2, 0.515, 0.28))
    assert not covers(picture, (0.3, 0.35, 0.7, 0.4)), "shoulders may be seen"


def test_a_weak_face_is_covered_and_excuses_nobody() -> None:
    finder = ToldFaces([[(0.46, 0.22, 0.50, 0.27)]], score=SURE - 0.1)
    picture = Redactor(finder).redact(frame(), person(0.3, 0.2, 0.7, 0.9))
    assert covers(picture, (0.3, 0.2, 0.7, 0.4))


def test_a_face_below_the_head_part_excuses_nobody() -> None:
    """A print on a shirt or a child held in the arms."""
    finder = ToldFaces([[(0.48, 0.7, 0.52, 0.75)]])
    picture = Redactor(finder).redact(frame(), person(0.4, 0.2, 0.6, 0.9))
    assert covers(picture, (0.4, 0.2, 0.6, 0.4))
    assert covers(picture, (0.47, 0.68, 0.53, 0.755))


def test_one_face_excuses_one_of_two_who_overlap() -> None:
    pair = np.array([[0.3, 0.2, 0.5, 0.8], [0.45, 0.2, 0.65, 0.8]], np.float32)
    picture = Redactor(ToldFaces([[(0.38, 0.22, 0.42, 0.28)]])).redact(frame(), pair)
    assert covers(picture, (0.45, 0.2, 0.65, 0.38)), "the other's head"
    assert covers(picture, (0.37, 0.2, 0.43, 0.29))


def test_everybody_in_a_crowd_is_covered() -> None:
    corner = np.random.default_rng(1).uniform(0, 0.9, (200, 2)).astype(np.float32)
    crowd = np.concatenate([corner, corner + np.array([0.03, 0.1], np.float32)], axis=1)
    picture = Redactor(ToldFaces([])).redact(frame(), crowd)
    assert all(covers(picture, (box[0], box[1], box[2], box[1] + 0.03)) for box in crowd.tolist())


@pytest.mark.parametrize("step", [CARRY_S / 2, -CARRY_S / 2], ids=["later", "earlier, as in a clip after its still"])
def test_a_face_missed_in_two_pictures_stays_covered(step: float) -> None:
    redactor = Redactor(ToldFaces([[(0.4, 0.4, 0.5, 0.5)]]))
    redactor.redact(frame(10.0), NOBODY)
    for number in (1, 2):
        assert covers(redactor.redact(frame(10.0 + number * step), NOBODY), (0.38, 0.38, 0.52, 0.52))


def test_a_person_missed_in_one_picture_stays_covered() -> None:
    redactor = Redactor(ToldFaces([]))
    redactor.redact(frame(10.0), person(0.4, 0.2, 0.6, 0.9))
    assert covers(redactor.redact(frame(10.2), NOBODY), (0.4, 0.2, 0.6, 0.4))


def test_who_is_seen_again_leaves_no_trail() -> None:
    redactor = Redactor(ToldFaces([]))
    redactor.redact(frame(10.0), person(0.40, 0.2, 0.60, 0.9))
    moved = redactor.redact(frame(10.2), person(0.45, 0.2, 0.65, 0.9))
    assert covers(moved, (0.45, 0.2, 0.65, 0.4))
    assert not covers(moved, (0.37, 0.2, 0.40, 0.4))


def test_a_head_is_not_carried_for_ever() -> None:
    redactor = Redactor(ToldFaces([[(0.4, 0.4, 0.5, 0.5)]]))
    redactor.redact(frame(10.0), person(0.4, 0.2, 0.6, 0.9))
    assert (redactor.redact(frame(10.3), NOBODY).image == FILL).any()
    assert not (redactor.redact(frame(10.1 + CARRY_S), NOBODY).image == FILL).any(), "nor by what was carried itself"


@pytest.mark.parametrize(
    "finder",
    [Broken(NetworkError("the runtime refused")), Broken(ValueError("a bug")), Broken(MemoryError()), Nonsense()],
    ids=["network", "bug", "memory", "not a number"],
)
def test_whoever_could_not_look_gives_no_picture(finder: Broken | Nonsense) -> None:
    with pytest.raises(RedactionError, match=finder.name):
        Redactor(finder).redact(frame(), person(0.1, 0.1, 0.2, 0.5))


@pytest.mark.parametrize(
    ("image", "persons"),
    [
        (np.zeros((9, 9), np.uint8), NOBODY),
        (np.zeros((9, 9, 3), np.float64), NOBODY),
        (np.zeros((9, 9, 3), np.uint8), np.array([[np.nan, 0, 1, 1]], np.float32)),
        (np.zeros((9, 9, 3), np.uint8), np.zeros((1, 3), np.float32)),
    ],
    ids=["grey picture", "floats", "person of no number", "person of three sides"],
)
def test_what_is_no_picture_or_no_box_is_not_even_looked_at(image: np.ndarray, persons: np.ndarray) -> None:
    finder = ToldFaces([])
    with pytest.raises(RedactionError):
        Redactor(finder).redact(Frame("hall", 0.0, image), persons)
    assert finder.seen == []
