"""How a crowd moves, from the optical flow of its pixels: for where people can no longer be told apart and followed.

Flow between two looks (DIS, Kroeger and others 2016) is averaged over cells of the floor of about a person's size, the
pixels taken for chests and heads, since those are what a crowd shows.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.backends.foreground import Mask
from consentry.backends.standing import Standpoint
from consentry.core.frames import Image

_HEIGHT_M = 1.3
"""m above the floor of what a crowd shows of itself: heads, shoulders, chests."""
_CELL_M = 0.5
"""m, side of a cell: a person's shoulders."""
_FEWEST = 3
"""Cells needed for a speed and a variance, and px needed for a cell."""
_LONGEST_S = 0.6
"""s between two looks beyond which people have gone too far to be recognised by their pixels."""
_SHORTEST_S = 0.01


@dataclass(frozen=True, slots=True)
class CrowdMotion:
    """How a zone's crowd moves."""

    speed: float
    """m/s, median."""
    variance: float
    """m2/s2, of the velocity, the mean of each of two opposite streams removed."""


class CrowdFlow:
    """Keeps the last two pictures and compares them when asked."""

    def __init__(self) -> None:
        self._pictures: list[tuple[float, NDArray[np.uint8]]] = []
        self._flow: NDArray[np.float32] | None = None
        self._engine: Any = None

    def see(self, at: float, picture: Image) -> None:
        """Take the next small picture."""
        self._pictures = [*self._pictures[-1:], (at, picture[:, :, 1].copy())]
        self._flow = None

    def read(self, camera: Standpoint, where: Mask) -> CrowdMotion | None:
        """How the crowd at some px (bool (h, w)) moved since the last picture; None where that cannot be told."""
        if len(self._pictures) < 2:
            return None
        (before, first), (after, second) = self._pictures
        if first.shape != second.shape or not _SHORTEST_S <= after - before <= _LONGEST_S:
            return None
        if self._flow is None:
            self._engine = self._engine or cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
            self._flow = np.asarray(self._engine.calc(first, second, None), np.float32)
        y, x = np.nonzero(where)
        rows, columns = where.shape
        steps = self._flow[y, x]
        size = np.array([columns, rows], np.float32)
        spots = np.column_stack([x + 0.5, y + 0.5]).astype(np.float32)
        plane = camera.level(_HEIGHT_M)
        here = plane.to_floor(spots / size)
        velocity = (plane.to_floor((spots + steps) / size) - here) / np.float32(after - before)
        return motion_of(_by_cell(here, velocity))


def _by_cell(places: NDArray[np.float32], velocity: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mean velocity of each cell of the floor, float64 (n, 2)."""
    if len(places) == 0:
        return np.zeros((0, 2))
    cells = np.floor(places / _CELL_M).astype(np.int64)
    _, which, counts = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
    sums = np.column_stack([np.bincount(which.ravel(), velocity[:, k], len(counts)) for k in (0, 1)])
    enough = counts >= _FEWEST
    return np.asarray(sums[enough] / counts[enough, None])


def motion_of(velocity: NDArray[np.float64]) -> CrowdMotion | None:
    """Median speed and the variance within streams of velocities (n, 2) in m/s; None for fewer than three.

    >>> motion_of(np.array([[1.0, 0], [1, 0], [-1, 0], [-1, 0]]))
    CrowdMotion(speed=1.0, variance=0.0)
    """
    if len(velocity) < _FEWEST:
        return None
    axis = np.linalg.eigh(velocity.T @ velocity)[1][:, -1]
    forward = velocity @ axis > 0
    rest = velocity.copy()
    for stream in (forward, ~forward):
        if stream.any():
            rest[stream] -= velocity[stream].mean(axis=0)
    return CrowdMotion(float(np.median(np.hypot(*velocity.T))), float((rest**2).sum(axis=1).mean()))
