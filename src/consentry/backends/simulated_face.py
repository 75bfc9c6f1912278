"""A drawn face for whoever has no photograph at hand: it is nobody's, and shows how a journey goes, not how well.

Face finders find it, quality measures and embedders work on it. The networks that look for attacks say what is true:
that it is no live person's. Whoever demonstrates with it leaves those networks out, and says so.
"""

import cv2
import numpy as np

from consentry.core.frames import Image
from consentry.face.upright import PLACES

SIDE = 616
"""px."""
_WALL, _SKIN, _LIPS = (180, 180, 180), (120, 150, 200), (100, 100, 180)
"""Blue, green, red."""
_GRAIN = 25
"""Deviation of the skin's texture, 0-255, before the lens softens it: an even face is found less well."""


def drawn_face(seed: int) -> Image:
    """A frontal face before an even wall: uint8, ``SIDE`` x ``SIDE`` x 3, blue green red.

    Args:
        seed: of the skin's texture.
    """
    image = np.full((SIDE, SIDE, 3), _WALL, np.uint8)
    cv2.ellipse(image, (308, 320), (130, 190), 0, 0, 360, _SKIN, -1)
    for x, y in PLACES[:2].astype(int).tolist():
        cv2.ellipse(image, (x, y), (26, 11), 0, 0, 360, (225, 230, 230), -1)
        cv2.circle(image, (x, y), 10, (40, 40, 50), -1)
        cv2.line(image, (x - 30, y - 32), (x + 30, y - 32), (50, 60, 80), 6)
    cv2.line(image, (300, 290), (294, 340), (90, 120, 170), 3)
    cv2.line(image, (294, 340), (322, 340), (80, 105, 150), 4)
    cv2.ellipse(image, (308, 402), (46, 12), 0, 0, 360, _LIPS, -1)
    cv2.line(image, (262, 402), (354, 402), (50, 45, 90), 3)
    grain = np.random.default_rng(seed).normal(0, _GRAIN, (SIDE, SIDE))
    soft = cv2.GaussianBlur(image, (0, 0), 1.0) + cv2.GaussianBlur(grain, (0, 0), 1.2)[..., None]
    return np.asarray(np.clip(soft, 0, 255), np.uint8)
