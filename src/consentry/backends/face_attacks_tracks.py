"""Points of the face and of what is around it, followed from frame to frame (Lucas and Kanade, pyramids of Bouguet).

Each frame is compared with the reference frame itself, so errors do not add up; where the face has left the place, or
too few points are left, the newest frame becomes the reference.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.core.frames import Image
from consentry.face.attack_motion import Tracks
from consentry.face.sample import FaceSample

_WIDTH = 128
"""px to which the face is scaled: points are found to about 0.1 px, 0.08 % of its width."""
_FACE, _AROUND = 60, 48
"""Points at most, in the face and around it."""
_FEWEST = 15
"""Points in the face below which a new reference is taken."""
_SPAN = 25
"""Looks after which a new reference is taken: some 4 s at the pace of the cues; light and glints change."""
_BACK = 0.4
"""px that a point may miss its start by when it is followed back."""

_NONE = np.zeros((0, 0), np.uint8)
_Found = NDArray[np.float32]
"""float32 (n, 1, 2), px of the scaled part."""


class FaceTracks:
    """Follows one face."""

    def __init__(self) -> None:
        self._reference: NDArray[np.uint8] = _NONE
        self._part = (0, 0, 0, 0)
        self._scale = 1.0
        self._shape: tuple[int, ...] = ()
        self._started: _Found = np.zeros((0, 1, 2), np.float32)
        self._now: _Found = self._started
        self._in_face = 0
        self._seen = 0

    def see(self, sample: FaceSample) -> Tracks | None:
        """Where the reference's points are now; None for a reference frame itself."""
        begun = self._in_face >= _FEWEST and self._seen < _SPAN
        if not begun or sample.image.shape != self._shape:
            self._refer(sample)
            return None
        self._seen += 1
        now = self._scaled(sample.image)
        there, kept = self._follow(now)
        now.fill(0)
        self._now = np.where(kept[:, None, None], there, self._now)
        # A point that was lost is looked for again from where it was last: lids and hands pass.
        face, around = kept.copy(), kept.copy()
        face[self._in_face :], around[: self._in_face] = False, False
        if face.sum() < _FEWEST:
            self._refer(sample)
            return None
        was, is_now = (np.asarray(part[:, 0] / _WIDTH, np.float32) for part in (self._started, there))
        return Tracks(sample.at, was[face], is_now[face], was[around], is_now[around])

    def _follow(self, now: NDArray[np.uint8]) -> tuple[_Found, NDArray[np.bool_]]:
        there, found = _followed(self._reference, now, self._started, self._now)
        back, returned = _followed(now, self._reference, there, self._started)
        return there, found & returned & (np.abs(back - self._started).max(axis=(1, 2)) < _BACK)

    def _refer(self, sample: FaceSample) -> None:
        """Take this frame as the reference."""
        box, (rows, columns) = sample.box, sample.image.shape[:2]
        wide = max(1.0, sample.width)
        left, top = max(0, int(box[0] - 1.4 * wide)), max(0, int(box[1] - 0.7 * wide))
        right, bottom = min(columns, int(box[2] + 1.4 * wide)), min(rows, int(box[3] + 0.3 * wide))
        self._part, self._scale, self._shape = (left, top, right, bottom), _WIDTH / wide, sample.image.shape
        self._reference, self._seen = self._scaled(sample.image), 0
        middle = ((box[:2] + box[2:]) / 2 - (left, top)) * self._scale
        reach = (box[2:] - box[:2]) / 2 * self._scale
        face = self._corners(_ellipse(self._reference.shape, middle, reach * 0.85), _FACE, 0.01)
        outside = np.full(self._reference.shape, 255, np.uint8)
        # Above and near it is hair, below are hair and shoulders: they move with a living head.
        outside[:, int(max(0.0, middle[0] - 2 * reach[0])) : int(middle[0] + 2 * reach[0])] = 0
        outside[int(middle[1]) :] = 0
        around = self._corners(outside, _AROUND, 0.02)
        self._started, self._in_face = np.concatenate([face, around]), len(face)
        self._now = self._started

    def _scaled(self, image: Image) -> NDArray[np.uint8]:
        left, top, right, bottom = self._part
        grey = cv2.cvtColor(image[top:bottom, left:right], cv2.COLOR_BGR2GRAY)
        # From a half up every pixel is read by sampling alone, in a seventh of the time of averaging (0.1 ms for 0.66).
        how = cv2.INTER_AREA if self._scale < 0.5 else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(grey, None, fx=self._scale, fy=self._scale, interpolation=how), np.uint8)

    def _corners(self, mask: NDArray[np.uint8], most: int, quality: float) -> _Found:
        found = cv2.goodFeaturesToTrack(self._reference, most, quality, 6, mask=mask)
        return np.zeros((0, 1, 2), np.float32) if found is None else np.asarray(found, np.float32)

    def forget(self) -> None:
        """Overwrite the reference."""
        self._reference.fill(0)
        self._reference = _NONE
        self._started = self._now = np.zeros((0, 1, 2), np.float32)


def _followed(
    one: NDArray[np.uint8], other: NDArray[np.uint8], points: _Found, guess: _Found
) -> tuple[_Found, NDArray[np.bool_]]:
    """Where points of one picture are in the other, looked for around ``guess``, and whether they were found."""
    there, found, _ = cv2.calcOpticalFlowPyrLK(
        one, other, points, guess.copy(), winSize=(15, 15), maxLevel=2, flags=cv2.OPTFLOW_USE_INITIAL_FLOW
    )
    return np.asarray(there, np.float32), found[:, 0] > 0


def _ellipse(shape: tuple[int, ...], middle: NDArray[np.floating], reach: NDArray[np.floating]) -> NDArray[np.uint8]:
    mask = np.zeros(shape[:2], np.uint8)
    cv2.ellipse(mask, (int(middle[0]), int(middle[1])), (int(reach[0]), int(reach[1])), 0, 0, 360, 255, -1)
    return mask
