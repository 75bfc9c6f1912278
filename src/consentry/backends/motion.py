"""Persons by motion alone, for the ``basic`` set: no network, no model file.

What differs from a slowly learned background and has a person's size and shape counts as one person. It is honest about
less: a trolley that rolls is a person to it, two who walk arm in arm are one, who stands still fades away within about
a minute. It keeps a background, hence one for each camera.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.core.frames import Image
from consentry.core.geometry import Boxes
from consentry.core.scene import Detections, Label

_WIDTH = 320
"""px: wide enough to see a person of a twelfth of the picture's height, small enough for half a millisecond."""
_DIFFERENCE = 22.0
"""Of 255: three times the noise of a small sensor by day (about 2) at this size, plus compression's blocks."""
_LEARN = 0.02
"""Share of a new picture that joins the background: at 5 pictures/s it forgets half in about 7 s."""
_LEARN_COVERED = 0.002
"""The same where something is: who stands still stays visible for about 70 s before fading by half."""
_LOWEST, _HIGHEST = 0.08, 0.95
"""Height of a person, as a fraction of the picture's: below, a bird or a leaf; above, the light was switched."""
_SLIMMEST, _WIDEST = 0.9, 6.0
"""Height divided by width, px: a walking person has 2-3.5, with a shadow or an arm-in-arm pair down to 1."""
_FULLEST = 0.6
"""Share of the picture that may differ before it is a change of light or a moved camera and not people."""


class MotionDetector:
    """Finds what moves and has a person's size."""

    name = "motion"

    def __init__(self) -> None:
        self._background: NDArray[np.float32] | None = None

    def detect(self, image: Image, /) -> Detections:
        """Boxes of what differs from the background; nothing in the first picture."""
        small = _shrink(image)
        if self._background is None or self._background.shape != small.shape:
            self._background = small.astype(np.float32)
            return Detections.none()
        moved = _differs(small, self._background)
        if moved.mean() > _FULLEST:
            self._background = small.astype(np.float32)
            return Detections.none()
        cv2.accumulateWeighted(small, self._background, _LEARN, mask=1 - moved)
        cv2.accumulateWeighted(small, self._background, _LEARN_COVERED, mask=moved)
        boxes, shares = _blobs(moved)
        return Detections.of(Label.PERSON, boxes, shares)


def _shrink(image: Image) -> Image:
    """The picture at ``_WIDTH``, smoothed; first by a whole factor, which is five times as fast as any other."""
    rows, columns = image.shape[:2]
    factor = max(1, columns // _WIDTH)
    near = cv2.resize(image, (columns // factor, max(1, rows // factor)), interpolation=cv2.INTER_AREA)
    size = (_WIDTH, max(1, round(_WIDTH * rows / columns)))
    return cv2.blur(cv2.resize(near, size, interpolation=cv2.INTER_AREA), (3, 3)).astype(np.uint8, copy=False)


def _differs(small: Image, background: NDArray[np.float32]) -> NDArray[np.uint8]:
    """1 where any colour differs from the background, uint8 (h, w)."""
    blue, green, red = cv2.split(cv2.absdiff(small, cv2.convertScaleAbs(background)))
    most = cv2.max(cv2.max(blue, green), red)
    return cv2.threshold(most, _DIFFERENCE, 1, cv2.THRESH_BINARY)[1].astype(np.uint8, copy=False)


def _blobs(moved: NDArray[np.uint8]) -> tuple[Boxes, NDArray[np.float32]]:
    """Boxes of connected regions with a person's size, as fractions, and the share of each box that moved."""
    rows, columns = moved.shape
    # Taller than wide: joins a head to trousers across a coat of the floor's colour, not two who walk abreast.
    joined = cv2.morphologyEx(moved, cv2.MORPH_CLOSE, np.ones((max(3, rows // 12) | 1, 5), np.uint8))
    mask = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    left, top, wide, high, area = stats[1:].T.astype(np.float32)
    tall, shape = high / rows, high / np.maximum(wide, 1)
    chosen = (tall >= _LOWEST) & (tall <= _HIGHEST) & (shape >= _SLIMMEST) & (shape <= _WIDEST)
    boxes = np.stack([left / columns, top / rows, (left + wide) / columns, (top + high) / rows], axis=1)
    return boxes[chosen].astype(np.float32), (area / (wide * high))[chosen].astype(np.float32)
