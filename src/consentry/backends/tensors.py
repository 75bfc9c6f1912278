"""From a picture to what a network takes, and from many boxes to the best of each heap."""

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.core.frames import Image
from consentry.core.geometry import Boxes, overlap

_MOST = 400
"""Candidates looked at per picture, strongest first: OpenCV's and Open Model Zoo's detectors keep as many."""


def stretched(image: Image, width: int, height: int) -> NDArray[np.uint8]:
    """The picture in another size and shape, uint8 (1, height, width, 3), blue green red."""
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)[None]


def letterboxed(image: Image, width: int, height: int, fill: int) -> tuple[NDArray[np.float32], float, float]:
    """As ``fielded``, but float32 (1, 3, height, width)."""
    field, per_x, per_y = fielded(image, width, height, fill)
    return np.ascontiguousarray(field.transpose(0, 3, 1, 2), np.float32), per_x, per_y


def fielded(image: Image, width: int, height: int, fill: int) -> tuple[NDArray[np.uint8], float, float]:
    """The picture scaled to fit, in its own shape, at the top left of an even field.

    Returns:
        uint8 (1, height, width, 3), blue green red; and which factors turn a position in it, px, into a fraction of
        the picture: for x and for y.
    """
    rows, columns = image.shape[:2]
    scale = min(width / columns, height / rows)
    wide, high = max(1, round(columns * scale)), max(1, round(rows * scale))
    field = np.full((height, width, 3), fill, np.uint8)
    cv2.resize(image, (wide, high), dst=field[:high, :wide], interpolation=cv2.INTER_LINEAR)  # no copy is let go
    return field[None], 1 / wide, 1 / high


def input_size(image: Image, longest: int, step: int = 32) -> tuple[int, int]:
    """Width and height for a network that takes any multiple of ``step``, suited to the picture's shape.

    A picture smaller than ``longest`` is not blown up: that costs time and shows nothing new.

    >>> input_size(np.zeros((1080, 1920, 3), np.uint8), 640)
    (640, 384)
    >>> input_size(np.zeros((576, 768, 3), np.uint8), 640)
    (640, 480)
    """
    rows, columns = image.shape[:2]
    scale = min(1.0, longest / max(rows, columns))
    wide, high = (max(step, -(-round(side * scale) // step) * step) for side in (columns, rows))
    return wide, high


def strongest(boxes: Boxes, scores: NDArray[np.float32], limit: float) -> NDArray[np.intp]:
    """Which boxes to keep so that no two overlap by more than ``limit`` (non-maximum suppression), strongest first.

    Args:
        boxes: float32 (n, 4), left top right bottom.
        scores: float32 (n,).
        limit: intersection over union, 0-1.

    >>> strongest(np.array([[0, 0, 1, 1], [0, 0, 1, 0.9], [2, 0, 3, 1]], np.float32), np.array([0.5, 0.9, 0.1]), 0.5)
    array([1, 2])
    """
    order = np.argsort(-scores, kind="stable")[:_MOST]
    clash = overlap(boxes[order], boxes[order]) > limit
    alive = np.ones(len(order), np.bool_)
    for first in range(len(order)):
        if alive[first]:
            alive[first + 1 :] &= ~clash[first, first + 1 :]
    kept: NDArray[np.intp] = order[alive]
    return kept
