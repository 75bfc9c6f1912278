"""Find a lamp's mirror image in a face: the largest patch of white inside it, away from the eyes."""

import cv2
import numpy as np

from consentry.face.attack_specular import Highlight
from consentry.face.sample import FaceSample

_WHITE = 235
"""Grey values that blue, green and red must all reach: lamps are white, skin keeps its blue below its red."""
_REACH = 0.8
"""Share of the box's half width and height: the face without hair, collar and wall."""
_EYE = 0.45
"""Distances between the eyes around each eye that are left out: glasses are nearly flat glass on a living head."""
_SMALL, _LARGE = 0.004, 0.5
"""Squares of the distance between the eyes: a patch of 5 px of 70 across, and one that is a face in the sun."""


def highlight(sample: FaceSample) -> Highlight | None:
    """The largest patch of white in the face; None: there is none, or it is no patch but the whole face."""
    unit = sample.eye_distance
    rows, columns = sample.image.shape[:2]
    left, top = (int(max(0.0, side)) for side in sample.box[:2])
    right, bottom = int(min(columns, sample.box[2])), int(min(rows, sample.box[3]))
    if unit < 1 or right <= left or bottom <= top:
        return None
    white = cv2.inRange(sample.image[top:bottom, left:right], (_WHITE,) * 3, (255,) * 3)
    if cv2.countNonZero(white) < _SMALL * unit**2:
        return None
    inside = np.zeros(white.shape, np.uint8)
    middle = (int((sample.box[0] + sample.box[2]) / 2) - left, int((sample.box[1] + sample.box[3]) / 2) - top)
    reach = (sample.box[2:] - sample.box[:2]) / 2 * _REACH
    cv2.ellipse(inside, middle, (int(reach[0]), int(reach[1])), 0, 0, 360, 255, -1)
    for mark in sample.landmarks[:2]:
        cv2.circle(inside, (int(mark[0]) - left, int(mark[1]) - top), int(_EYE * unit), 0, -1)
    count, _, stats, middles = cv2.connectedComponentsWithStats(cv2.bitwise_and(white, inside))
    if count < 2:
        return None
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    area = float(stats[largest, cv2.CC_STAT_AREA]) / unit**2
    if not _SMALL <= area <= _LARGE:
        return None
    return Highlight(np.asarray(middles[largest] + (left, top), np.float32), area)
