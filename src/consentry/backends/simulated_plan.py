"""The simulated hall on paper: its camera, its walls and its places in metres.

x grows to the right, y away from the camera, z up; the camera hangs above the origin. Because everything stands in
metres, the same numbers draw the hall, tell the settings where its zones are, and say when somebody is in one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Metres = NDArray[np.float64]
"""float64 (n, 3): x, y, z."""
Outline = tuple[tuple[float, float], ...]
"""Corners of an area of the floor, x and y in m."""

ASPECT = 16 / 9
"""Width of the pictures divided by their height."""


@dataclass(frozen=True, slots=True)
class Lens:
    """A pinhole camera that looks along y and down."""

    height: float = 4.2
    """m above the floor: where cameras hang in halls, high enough to see over a queue."""
    tilt: float = float(np.radians(17.0))
    """rad below the horizontal: the horizon stays just above the picture."""
    view: float = float(np.radians(66.0))
    """rad from the left to the right edge: the 2.8 mm lens that most dome cameras come with has 80-110 degrees, the
    4 mm lens 65-85."""

    @property
    def focal(self) -> float:
        """Focal length divided by the picture's width."""
        return float(0.5 / np.tan(self.view / 2))

    def project(self, points: Metres) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Where points are seen.

        Args:
            points: float64 (n, 3), m.

        Returns:
            float64 (n, 2), fractions of the picture, and float64 (n,), m in front of the camera.

        >>> place, depth = Lens(tilt=0.0).project(np.array([[0.0, 10.0, 4.2]]))
        >>> place.tolist(), depth.tolist()
        ([[0.5, 0.5]], [10.0])
        """
        below = self.height - points[:, 2]
        depth = np.maximum(points[:, 1] * np.cos(self.tilt) + below * np.sin(self.tilt), 0.05)
        up = points[:, 1] * np.sin(self.tilt) - below * np.cos(self.tilt)
        across = 0.5 + self.focal * points[:, 0] / depth
        down = 0.5 - self.focal * ASPECT * up / depth
        return np.stack([across, down], axis=1), depth

    def ground(self, outline: Outline) -> tuple[tuple[float, float], ...]:
        """Where points of the floor are seen, fractions of the picture."""
        points = np.array([(x, y, 0.0) for x, y in outline])
        return tuple((float(x), float(y)) for x, y in self.project(points)[0])

    def rays(self, width: int, height: int) -> Metres:
        """Where each pixel looks, float64 (height, width, 3): a direction, one long along the axis of view."""
        across = ((np.arange(width) + 0.5) / width - 0.5) / self.focal
        up = -((np.arange(height) + 0.5) / height - 0.5) / (self.focal * ASPECT)
        x, v = np.meshgrid(across, up)
        cos, sin = np.cos(self.tilt), np.sin(self.tilt)
        return np.stack([x, cos + v * sin, v * cos - sin], axis=2)


LENS = Lens()

BACK, LEFT, RIGHT = 18.0, -8.5, 8.5
"""m: where the walls stand."""
DOOR = (-7.4, -6.1)
"""m: from where to where the staff-only door is in the back wall."""
GATES = (5.6, 8.3)
"""m: likewise the way to the gates, where the passage ends."""
DESK = (-3.0, 0.4, 14.6, 15.4)
"""m: left, right, front, back of the check-in desk."""
BENCH = (-6.6, -5.9, 8.0, 11.0)
"""m: likewise the bench."""
BARRIER = 9.5
"""m: where the belt barrier stands, across the hall."""
OPENING = (1.8, 4.4)
"""m: its opening from left to right."""
PASSAGE = 5.2
"""m: the belts along the one-way passage stand here."""

SEATS: Outline = ((-5.6, 8.2), (-1.4, 8.2), (-1.4, 11.6), (-5.6, 11.6))
"""Where people may sit down, and may not hang about."""
STAFF: Outline = ((-8.3, 14.4), (-4.8, 14.4), (-4.8, 17.8), (-8.3, 17.8))
"""In front of the staff-only door."""
QUEUE: Outline = ((-2.0, 12.1), (5.0, 12.1), (5.0, 14.0), (-2.0, 14.0))
"""In front of the desk."""
ONE_WAY: Outline = ((5.5, 8.6), (6.1, 8.6), (8.2, 12.0), (8.2, 17.6), (5.5, 17.6))
"""The passage to the gates, as far as it is in the picture."""
SURVEYED: Outline = ((-4.0, 8.0), (4.0, 8.0), (7.0, 17.0), (-7.0, 17.0))
"""Four points as somebody with a tape would measure them for the floor plan."""
