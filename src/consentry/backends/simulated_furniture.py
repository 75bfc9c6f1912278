"""Furniture of the simulated hall: boxes, posts and belts, and which pixels they hide from whoever stands behind."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.backends.simulated_plan import BACK, BARRIER, BENCH, DESK, LENS, OPENING, PASSAGE
from consentry.core.frames import Image

Colour = tuple[int, int, int]
"""Blue, green, red."""
Mask = NDArray[np.uint8]
"""uint8 (h, w), 255 where something stands."""


@dataclass(frozen=True, slots=True, eq=False)
class Screen:
    """A piece of furniture as it stands in the picture."""

    y: float
    """m: how far away; whoever is farther is hidden by it."""
    left: int
    """px."""
    top: int
    """px."""
    piece: NDArray[np.float32]
    """float32 (h, w, 3): its colours."""
    share: NDArray[np.float32]
    """float32 (h, w, 1), 0-1: how much of each pixel it covers."""

    @classmethod
    def of(cls, hall: Image, mask: Mask, y: float) -> "Screen":
        """Cut a piece out of the empty hall; its mask may be larger than the hall."""
        rows, columns = hall.shape[:2]
        share = cv2.resize(mask, (columns, rows), interpolation=cv2.INTER_AREA).astype(np.float32) / np.float32(255)
        down, across = np.flatnonzero(share.any(axis=1)), np.flatnonzero(share.any(axis=0))
        there = np.s_[down[0] : down[-1] + 1, across[0] : across[-1] + 1]
        return cls(y, int(across[0]), int(down[0]), hall[there].astype(np.float32), share[there][..., None])

    def cover(self, image: Image) -> None:
        """Hide what was drawn behind this piece."""
        high, wide = self.share.shape[:2]
        under = image[self.top : self.top + high, self.left : self.left + wide]
        under[:] = (under + (self.piece - under) * self.share).astype(np.uint8)


def furnish(fine: Image) -> list[tuple[Mask, float]]:
    """Draw all pieces into the empty hall, far ones first; returns the mask and the distance of each."""
    kit = _Kit(fine)
    left, right, front, back = DESK
    kit.box((left, right), (front, back), (0.0, 1.05), (116, 88, 62))
    kit.box((left - 0.05, right + 0.05), (front - 0.06, back), (1.05, 1.12), (205, 205, 208))
    for x in (left + 0.9, right - 1.1):
        kit.box((x, x + 0.5), (front + 0.45, front + 0.5), (1.12, 1.48), (48, 44, 42))
    kit.done(front)
    for y in np.arange(BACK - 0.5, BARRIER - 0.1, -2.0):
        kit.post(PASSAGE, float(y))
        if y - 2.0 > BARRIER - 0.1:
            kit.belt((PASSAGE, float(y)), (PASSAGE, float(y) - 2.0))
        kit.done(float(y) - 2.0)
    for begin, end in ((0.0, OPENING[0]), (OPENING[1], PASSAGE)):
        kit.belt((begin, BARRIER), (end, BARRIER))
        kit.post(begin, BARRIER)
        kit.post(end, BARRIER)
        kit.done(BARRIER)
    left, right, front, back = BENCH
    kit.box((left, right), (front, back), (0.32, 0.45), (92, 70, 52))
    kit.box((left, left + 0.08), (front, back), (0.45, 0.85), (104, 80, 60))
    for y in (front + 0.3, back - 0.4):
        kit.box((left + 0.1, right - 0.1), (y, y + 0.1), (0.0, 0.32), (120, 120, 122))
    kit.done((front + back) / 2)
    return kit.masks


class _Kit:
    """Draws into the hall and into the mask of the piece at hand."""

    def __init__(self, fine: Image) -> None:
        self._fine = fine
        self._mask = np.zeros(fine.shape[:2], np.uint8)
        self.masks: list[tuple[Mask, float]] = []

    def done(self, y: float) -> None:
        """The piece at hand is complete; it stands at ``y``, m."""
        self.masks.append((self._mask, y))
        self._mask = np.zeros(self._fine.shape[:2], np.uint8)

    def box(self, x: tuple[float, float], y: tuple[float, float], z: tuple[float, float], colour: Colour) -> None:
        """A box: its top, the side towards the middle of the hall, its front."""
        (x0, x1), (y0, y1), (z0, z1) = x, y, z
        side = x1 if x1 < 0 else x0
        self._face([(x0, y0, z1), (x1, y0, z1), (x1, y1, z1), (x0, y1, z1)], colour, 1.18)
        self._face([(side, y0, z0), (side, y1, z0), (side, y1, z1), (side, y0, z1)], colour, 0.72)
        self._face([(x0, y0, z0), (x1, y0, z0), (x1, y0, z1), (x0, y0, z1)], colour, 0.92)

    def post(self, x: float, y: float) -> None:
        """A post for belts, on its foot."""
        foot = [(x + 0.17 * np.cos(a), y + 0.17 * np.sin(a), 0.01) for a in np.linspace(0, 2 * np.pi, 12)]
        self._face(foot, (70, 68, 66), 1.0)
        self._face(
            [(x - 0.03, y, 0.0), (x + 0.03, y, 0.0), (x + 0.03, y, 0.98), (x - 0.03, y, 0.98)], (62, 60, 58), 1.0
        )

    def belt(self, begin: tuple[float, float], end: tuple[float, float]) -> None:
        """A belt between two posts."""
        (x0, y0), (x1, y1) = begin, end
        self._face([(x0, y0, 0.88), (x1, y1, 0.88), (x1, y1, 0.95), (x0, y0, 0.95)], (150, 70, 40), 1.0)

    def _face(self, corners: list[tuple[float, float, float]], colour: Colour, light: float) -> None:
        rows, columns = self._fine.shape[:2]
        px = (LENS.project(np.array(corners))[0] * (columns, rows) * 16).astype(np.int32)
        toned = tuple(min(255, round(part * light)) for part in colour)
        for target, paint in ((self._fine, toned), (self._mask, 255)):
            cv2.fillPoly(target, [px], paint, cv2.LINE_AA, 4)
