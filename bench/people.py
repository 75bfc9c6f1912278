"""Boxes of a detector held against persons that were checked by eye in single pictures (``people.toml``)."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np

from consentry.core.frames import Image
from consentry.core.geometry import Boxes, overlap
from consentry.core.scene import Detections, Label
from consentry.evaluation.intervals import wilson_interval
from consentry.ports import Detector

_SAME = 0.4
"""Intersection over union from which a box is that person: who sits at a desk may be boxed with or without it."""
_SHRINK = (1.0, 0.7, 0.5)
"""The same pictures made smaller within an even field, for persons further away than the clips show."""
_GREY = 114
"""Of that field."""
HEIGHTS = (0.0, 0.06, 0.10, 0.15, 0.25, 1.01)
"""Bounds of the classes by a person's height, fractions of the picture's."""


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """One picture and who is in it."""

    image: Image
    persons: Boxes
    """float32 (n, 4), fractions."""
    unclear: Boxes
    """float32 (m, 4): neither asked for nor held against a detector."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How a detector did."""

    persons: int
    found: int
    """Persons, each by one box, in the pictures as they are."""
    false: int
    """Boxes that are nobody, in the pictures as they are."""
    by_height: tuple[tuple[int, int], ...]
    """Persons and how many of them were found, in each class of ``HEIGHTS``, the shrunk pictures included."""

    @property
    def recall(self) -> float:
        """Share of the persons that were found."""
        return self.found / self.persons

    @property
    def recall_interval(self) -> tuple[float, float]:
        """95 % (Wilson)."""
        return wilson_interval(self.found, self.persons)


def pictures(footage: Path) -> tuple[Checked, ...]:
    """All pictures that were checked, decoded."""
    rows = tomllib.loads((Path(__file__).parent / "people.toml").read_text("utf-8"))["picture"]
    checked = []
    for clip in dict.fromkeys(row["clip"] for row in rows):
        wanted = {row["number"]: row for row in rows if row["clip"] == clip}
        for number, image in _decoded(footage / clip, max(wanted)):
            if number in wanted:
                row = wanted[number]
                checked.append(Checked(image, _boxes(row["persons"]), _boxes(row.get("unclear", []))))
    return tuple(checked)


def compare(detector: Detector, checked: Sequence[Checked], shrink: Sequence[float] = _SHRINK) -> Seen:
    """Hold a detector against all pictures."""
    persons = found = false = 0
    heights: list[float] = []
    hits: list[bool] = []
    for one in checked:
        for factor in shrink:
            image, persons_there, unclear = shrunk(one, factor)
            boxes = _people(detector.detect(image))
            hit, others = match(boxes, persons_there, unclear)
            heights += list(persons_there[:, 3] - persons_there[:, 1])
            hits += list(hit)
            if factor == 1.0:
                persons, found, false = persons + len(hit), found + int(hit.sum()), false + others
    classes = np.digitize(heights, HEIGHTS) - 1
    told = np.array(hits)
    rows = tuple((int((classes == k).sum()), int(told[classes == k].sum())) for k in range(len(HEIGHTS) - 1))
    return Seen(persons, found, false, rows)


def match(boxes: Boxes, persons: Boxes, unclear: Boxes) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], int]:
    """Which persons (n, 4) one of the boxes (m, 4), strongest first, finds; and how many boxes are nobody."""
    shares = overlap(boxes, persons)
    hit = np.zeros(len(persons), np.bool_)
    others = []
    for number, row in enumerate(shares):
        free = np.where(hit, 0.0, row)
        if len(free) and free.max() >= _SAME:
            hit[int(free.argmax())] = True
        else:
            others.append(number)
    left = boxes[others]
    return hit, int(len(left) - (overlap(left, unclear) >= _SAME / 2).any(axis=1).sum())


def shrunk(one: Checked, factor: float) -> tuple[Image, Boxes, Boxes]:
    """A picture made smaller in the middle of an even field of its size, and its boxes."""
    if factor == 1.0:
        return one.image, one.persons, one.unclear
    rows, columns = one.image.shape[:2]
    wide, high = round(columns * factor), round(rows * factor)
    left, top = (columns - wide) // 2, (rows - high) // 2
    field = np.full_like(one.image, _GREY)
    field[top : top + high, left : left + wide] = cv2.resize(one.image, (wide, high), interpolation=cv2.INTER_AREA)
    scale = np.array([wide / columns, high / rows] * 2, np.float32)
    move = np.array([left / columns, top / rows] * 2, np.float32)
    return field, one.persons * scale + move, one.unclear * scale + move


def _people(found: Detections) -> Boxes:
    persons = found.only(Label.PERSON)
    return persons.boxes[np.argsort(-persons.scores, kind="stable")]


def _decoded(path: Path, last: int) -> Iterator[tuple[int, Image]]:
    with av.open(str(path)) as clip:
        for number, picture in enumerate(clip.decode(video=0)):
            if number > last:
                return
            yield number, picture.to_ndarray(format="bgr24").astype(np.uint8, copy=False)


def _boxes(rows: list[list[float]]) -> Boxes:
    return np.array(rows, np.float32).reshape(-1, 4)
