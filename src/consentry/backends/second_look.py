"""Look again where a rule cannot decide: by joints, and by what lies where nothing lay.

The second needs no network. A small picture is kept for every half second of the last seconds; behind persons the place
is not seen, so what was last seen there before the time asked for is the place as it was.
"""

from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.core.frames import Frame, Image
from consentry.core.geometry import Boxes
from consentry.core.scene import CloserLook, Wish
from consentry.ports import PoseEstimator

_WIDTH = 160
"""px: a person of a tenth of the picture's height is 9 px tall in it."""
_EVERY_S, _KEEP_S = 0.5, 8.0
"""s between two pictures kept, and for how long: somebody walks off the place where he stood within that."""
_DIFFERENCE = 28
"""Of 255, in any colour: shadows of people on a floor make 10-25, clothes 30-150."""
_GROWN = 0.1
"""Part of its size by which a person's box is enlarged before the place behind him counts as not seen."""
_FEWEST = 3
"""Joints of a person at which the place must be known before anything is said of it."""
_WISHES = 16
"""Places remembered as they were."""
_FLOOD = 0.6
"""Share of the place that differs when it is the light that changed: then nothing is told to have come."""


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    at: float
    small: Image
    hidden: NDArray[np.bool_]


class SecondLook:
    """The port ``SecondLooker``."""

    def __init__(self, estimator: PoseEstimator | None) -> None:
        """A second look for one camera.

        Args:
            estimator: finds joints; None: there is no such network, and looks go without.
        """
        self._estimator = estimator
        self._kept: deque[_Kept] = deque()
        self._places: dict[tuple[str, int], tuple[Image, NDArray[np.bool_]]] = {}
        self._small: Image | None = None

    def see(self, frame: Frame, persons: Boxes, /) -> None:
        """Take a picture and the persons found in it."""
        rows, columns = frame.image.shape[:2]
        size = (_WIDTH, max(2, round(_WIDTH * rows / columns)))
        self._small = cv2.blur(cv2.resize(frame.image, size, interpolation=cv2.INTER_AREA), (3, 3)).astype(np.uint8)
        if self._kept and self._kept[-1].small.shape != self._small.shape:
            self._kept.clear()
            self._places.clear()
        if self._kept and frame.at - self._kept[-1].at < _EVERY_S:
            return
        self._kept.append(_Kept(frame.at, self._small, _hidden(persons, size)))
        while self._kept[0].at < frame.at - _KEEP_S:
            self._kept.popleft()

    def look(self, frame: Frame, wishes: tuple[Wish, ...], /) -> tuple[CloserLook, ...]:
        """Answer wishes from the picture last seen."""
        boxes = np.array([wish.box for wish in wishes], np.float32).reshape(-1, 4)
        joints: tuple[NDArray[np.float32] | None, ...] = (None,) * len(wishes)
        if self._estimator is not None:
            joints = self._estimator.poses(frame.image, boxes, lying=True)
        return tuple(self._answer(wish, found) for wish, found in zip(wishes, joints, strict=True))

    def _answer(self, wish: Wish, joints: NDArray[np.float32] | None) -> CloserLook:
        before = self._place(wish)
        if before is None or self._small is None:
            return CloserLook(wish, joints, None if joints is None else np.full(len(joints), np.nan, np.float32))
        place, known = before
        other = (cv2.absdiff(self._small, place).max(axis=2) > _DIFFERENCE) & known
        fresh = None if joints is None else _fresh(joints, other, known)
        return CloserLook(wish, joints, fresh, *_arrived(wish.box, other))

    def _place(self, wish: Wish) -> tuple[Image, NDArray[np.bool_]] | None:
        """The place as it was before the wish's time, and where that is known."""
        key = (wish.by, wish.number)
        if key not in self._places:
            before = [kept for kept in self._kept if kept.at <= wish.since + 1e-3]
            if not before:
                return None
            place, known = before[0].small.copy(), ~before[0].hidden
            for kept in before[1:]:
                place[~kept.hidden] = kept.small[~kept.hidden]
                known = known | ~kept.hidden
            self._places[key] = (place, known)
            while len(self._places) > _WISHES:
                del self._places[next(iter(self._places))]
        return self._places[key]


def _hidden(persons: Boxes, size: tuple[int, int]) -> NDArray[np.bool_]:
    """Where persons hide the place, bool (h, w)."""
    columns, rows = size
    mask = np.zeros((rows, columns), np.bool_)
    for left, top, right, bottom in persons:
        x, y = (right - left) * _GROWN, (bottom - top) * _GROWN
        columns_ = slice(max(0, int((left - x) * columns)), int(np.ceil((right + x) * columns)))
        mask[max(0, int((top - y) * rows)) : int(np.ceil((bottom + y) * rows)), columns_] = True
    return mask


def _fresh(joints: NDArray[np.float32], other: NDArray[np.bool_], known: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Share of each person's joints at which the picture is another than before; NaN where too little is known."""
    rows, columns = known.shape
    shares = np.full(len(joints), np.nan, np.float32)
    near = cv2.dilate(other.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    for k, person in enumerate(joints):
        places = (person[person[:, 2] > 0, :2] * (columns, rows)).astype(int)
        x, y = np.clip(places[:, 0], 0, columns - 1), np.clip(places[:, 1], 0, rows - 1)
        if known[y, x].sum() >= _FEWEST:
            shares[k] = near[y, x][known[y, x]].mean()
    return shares


def _arrived(
    box: tuple[float, float, float, float], other: NDArray[np.bool_]
) -> tuple[tuple[float, float, float, float] | None, float]:
    """The largest thing in a box that was not there before, and which share of its own box it covers."""
    rows, columns = other.shape
    left, top, right, bottom = (round(edge * size) for edge, size in zip(box, (columns, rows) * 2, strict=True))
    there = np.zeros(other.shape, np.uint8)
    there[top:bottom, left:right] = other[top:bottom, left:right]
    if there.sum() > _FLOOD * max((bottom - top) * (right - left), 1):
        return None, 0.0
    joined = cv2.morphologyEx(there, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    if count < 2:
        return None, 0.0
    x, y, wide, high, area = (int(value) for value in stats[1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))])
    return (x / columns, y / rows, (x + wide) / columns, (y + high) / rows), area / (wide * high)
