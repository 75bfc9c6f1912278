"""Where a standing person is in the picture, from a floor plan alone.

Four points of the floor give a homography; with square pixels and the axis in the picture's middle it also gives the
focal length and so the whole camera (Zhang, A flexible new technique for camera calibration, 2000, with one picture).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from consentry.core.geometry import FloorPlan, Points, View

Matrix = NDArray[np.float64]
"""float64 (3, 3)."""

_SHORTEST, _LONGEST = 0.25, 8.0
"""Focal length in heights of the picture: 127 degrees from top to bottom down to 7. Beyond, the plan is in error, or
shows no perspective (a view from above), which says nothing about heights."""
_LOWEST_M, _HIGHEST_M = 1.9, 60.0
"""m above the floor at which cameras hang: below, heads hide everything."""


@dataclass(frozen=True)
class Standpoint:
    """The camera over its floor."""

    focal: float
    """Heights of the picture."""
    turn: Matrix
    """Columns: the floor's x, y and up, as the camera sees them (x right, y down, z ahead)."""
    offset: NDArray[np.float64]
    """float64 (3,): the floor's origin as the camera sees it, m."""
    aspect: float
    """Width of the picture divided by its height."""

    @classmethod
    def of(cls, view: View) -> Self | None:
        """The camera that sees a floor so; None where that cannot be told from the plan."""
        if view.floor is None:
            return None
        a, b, c = (_square(view.aspect) @ view.floor.inverse).T
        # Divided by the focal length both columns are axes of equal length at a right angle; least squares in 1/f2.
        left = np.array([2 * (a[:2] @ b[:2]), a[:2] @ a[:2] - b[:2] @ b[:2]])
        right = -np.array([2 * a[2] * b[2], a[2] ** 2 - b[2] ** 2])
        inverse = float(left @ right) / max(float(left @ left), 1e-30)
        if not _LONGEST**-2 <= inverse <= _SHORTEST**-2:
            return None
        focal = inverse**-0.5
        shrink = np.array([1 / focal, 1 / focal, 1.0])
        axes = np.column_stack([a, b, c]) * shrink[:, None]
        axes *= 2 / (np.linalg.norm(axes[:, 0]) + np.linalg.norm(axes[:, 1]))
        axes *= np.sign(axes[2] @ np.append(np.mean(view.floor.metres, axis=0), 1.0))  # the floor is ahead
        up = np.cross(axes[:, 0], axes[:, 1])
        up *= -np.sign(up @ axes[:, 2])  # and the camera above it
        here = cls(focal, np.column_stack([axes[:, 0], axes[:, 1], up]), axes[:, 2], view.aspect)
        return here if _LOWEST_M <= here.place[2] <= _HIGHEST_M else None

    @cached_property
    def place(self) -> NDArray[np.float64]:
        """float64 (3,): where the camera is, m: x and y of the plan, and above the floor."""
        return np.asarray(-np.linalg.solve(self.turn, self.offset), np.float64)

    def level(self, height: float) -> FloorPlan:
        """A plan of the plane at a height in m above the floor, in the floor's own metres."""
        lens = np.diag([self.focal, self.focal, 1.0])
        plane = np.column_stack([self.turn[:, 0], self.turn[:, 1], self.turn[:, 2] * height + self.offset])
        there = np.linalg.solve(_square(self.aspect), lens @ plane)
        middle = np.linalg.solve(there, np.array([0.5, 0.75, 1.0]))
        x, y = middle[:2] / middle[2]
        metres = tuple((float(x + dx), float(y + dy)) for dx, dy in ((0, 0), (1, 0), (1, 1), (0, 1)))
        raised = np.column_stack([np.array(metres), np.ones(4)]) @ there.T
        picture = raised[:, :2] / raised[:, 2:3]
        return FloorPlan(tuple((float(u), float(v)) for u, v in picture), metres)

    def slant(self, floor: Points, height: float) -> NDArray[np.float64]:
        """Metres that a line of sight runs along the floor for each that it falls, at points (n, 2) and a height."""
        flat = np.hypot(*(floor.astype(np.float64) - self.place[:2]).T)
        return np.asarray(flat / max(self.place[2] - height, 0.1))

    def scale(self, floor: Points, height: float) -> NDArray[np.float64]:
        """Heights of the picture that a metre across is long, at points (n, 2) and a height."""
        depth = self.turn[2, :2] @ floor.astype(np.float64).T + self.turn[2, 2] * height + self.offset[2]
        return np.asarray(self.focal / np.maximum(depth, 0.1))


def _square(aspect: float) -> Matrix:
    """Fractions of the picture to heights of it, from its middle."""
    return np.array([[aspect, 0, -aspect / 2], [0, 1, -0.5], [0, 0, 1]])
