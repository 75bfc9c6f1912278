"""Changes drawn into an upright face: lids closed, mouth opened, something before the face, head turned.

They take the place of photos that nobody has given us. Everything works on the picture of ``face/upright.py``,
616 x 616 px; who looks at the mean of many faces changed so sees what it does, without seeing anybody.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.core.frames import Image
from consentry.face.upright import CHIN, PLACES, SIDE

Field = NDArray[np.float32]


def _field() -> tuple[Field, Field]:
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    return x, y


def closed_eyes(image: Image, share: float) -> Image:
    """Lids drawn down: the skin between brow and lid is stretched over the eye.

    Args:
        image: an upright face.
        share: 0 open as they were, 1 closed.
    """
    x, y = _field()
    source = y.copy()
    for middle, level in PLACES[:2]:
        along = (x - np.float32(middle)) / 38  # half the width of an eye with its corners
        bow = np.clip(1 - along**2, 0, 1)
        lid, lower, brow = level - 14 * bow, level + 13 * bow, level - 30.0
        edge = lid + (lower - lid) * share
        over = (np.abs(along) < 1) & (y >= brow) & (y < edge)
        source = np.where(over, brow + (y - brow) * (lid - brow) / np.maximum(edge - brow, 1e-3), source)
    return cv2.remap(image, x, source.astype(np.float32), cv2.INTER_LINEAR)


def opened_mouth(image: Image, share: float, inner: tuple[int, int, int]) -> Image:
    """The lower lip and the chin drawn down; what opens is filled with one colour.

    Args:
        image: an upright face.
        share: height of the opening, of the height from the eyes to the chin.
        inner: colour, blue green red: dark, or that of teeth.
    """
    x, y = _field()
    middle, level = (PLACES[3] + PLACES[4]) / 2
    last = level + 118  # below the chin, where nothing moves any more
    bow = np.sqrt(np.clip(1 - ((x - np.float32(middle)) / 44) ** 2, 0, 1))
    gap = CHIN * share * bow
    moved = level + (y - level - gap) * (last - level) / np.maximum(last - level - gap, 1)
    source = np.where((y > level + gap) & (y < last), moved, y)
    drawn = cv2.remap(image, x, source.astype(np.float32), cv2.INTER_LINEAR).astype(np.float32)
    hole = cv2.GaussianBlur(((y > level) & (y <= level + gap)).astype(np.float32), (0, 0), 1.2)[..., None]
    return (drawn * (1 - hole) + np.array(inner, np.float32) * hole).astype(np.uint8)


def covered(image: Image, corners: NDArray[np.float64], colour: NDArray[np.float64], rough: float) -> Image:
    """Something before the face.

    Args:
        image: an upright face.
        corners: float64 (n, 2), px.
        colour: blue green red, 0-255.
        rough: spread of its pattern, 0-255.
    """
    mask = np.zeros(image.shape[:2], np.uint8)
    cv2.fillPoly(mask, [corners.round().astype(np.int32)], 255)
    soft = cv2.GaussianBlur(mask, (0, 0), 1.5).astype(np.float32)[..., None] / 255
    seed = int(abs(corners.sum() + colour.sum() * 7)) % 2**32
    noise = np.random.default_rng(seed).normal(0, 1, (SIDE // 8, SIDE // 8, 1)).astype(np.float32)
    pattern = cv2.resize(noise, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)[..., None] * np.float32(rough)
    cloth = np.clip(colour.astype(np.float32) + pattern, 0, 255)
    return (image * (1 - soft) + cloth * soft).astype(np.uint8)


MASK = np.array([[190, 330], [308, 305], [426, 330], [410, 440], [308, 505], [206, 440]], np.float64)
"""A surgical mask, from the bridge of the nose to under the chin."""
GLASSES = np.array([[205, 252], [411, 252], [405, 300], [330, 302], [308, 275], [286, 302], [211, 300]], np.float64)
"""Sun glasses."""
PAPER = np.array([[150, 150], [308, 150], [308, 520], [150, 520]], np.float64)
"""A sheet over one half of the face."""


def turned(image: Image, yaw: float, pitch: float) -> Image:
    """The head turned, as far as a rounded shape with a nose can tell.

    Args:
        image: an upright face that looks ahead.
        yaw: degrees, the nose to the right of the picture.
        pitch: degrees, upwards.
    """
    x, y = _field()
    swell = 1 - ((x - 308) / 140) ** 2 - ((y - 310) / 215) ** 2
    nose = 28 * np.exp(-(((x - 308) / 20) ** 2) - ((y - 336) / 32) ** 2)
    depth = cv2.GaussianBlur((110 * np.sqrt(np.clip(swell, 0.02, None)) + nose).astype(np.float32), (0, 0), 3)
    depth -= depth[272, 280] - 60  # the axis is 60 px behind the eyes
    sideways, upwards = np.radians([yaw, pitch])
    from_x, from_y = x.copy(), y.copy()
    for _ in range(12):  # where each px came from depends on its depth, which depends on where it came from
        here = cv2.remap(depth, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        from_x = ((x - 308 - here * np.sin(sideways)) / np.cos(sideways) + 308).astype(np.float32)
        from_y = ((y - 330 + here * np.sin(upwards)) / np.cos(upwards) + 330).astype(np.float32)
    return cv2.remap(image, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
