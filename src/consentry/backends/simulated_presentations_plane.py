"""A flat thing held before the camera: where its points fall in the picture as hands tilt and move it.

Whatever is printed or shown on a plane moves as one homography (Hartley and Zisserman, Multiple View Geometry, 2.3):
that is true of the simulation by construction, and of real paper and screens as long as they are not bent.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.backends.simulated_presentations_camera import HEIGHT, WIDTH, Picture, Wander
from consentry.backends.simulated_presentations_person import Plane

Homography = NDArray[np.float64]
"""float64 (3, 3): from px of the flat thing to px of the scene."""
_DISTANCE = 9.5
"""Distances between the eyes from which the camera looks: 60 cm, an arm's length from a gate's camera."""


@dataclass(frozen=True, slots=True)
class Tilt:
    """How the plane is held at one moment: degrees, and px of the scene by which it has moved."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    right: float = 0.0
    down: float = 0.0


class Hands:
    """Hands that hold a thing before the camera, or a stand that holds it still."""

    def __init__(self, random: np.random.Generator, unit: float) -> None:
        self._unit = unit
        self._rest = random.uniform(-6, 6, 2)
        """Degrees of yaw and pitch at which it is held."""
        still = random.random() < _STANDS
        self._reach = 0.0 if still else float(random.uniform(2.0, 7.0))
        self._slow = [Wander(random, 0.15, 0.7) for _ in range(5)]
        self._tremor = [Wander(random, 3.0, 8.0) for _ in range(2)]
        self._still = still

    def at(self, seconds: float) -> Tilt:
        """Where they hold it."""
        slow = [wander.at(seconds) * (not self._still) for wander in self._slow]
        tremor = [wander.at(seconds) * (not self._still) for wander in self._tremor]
        return Tilt(
            float(self._rest[0]) + self._reach * slow[0],
            float(self._rest[1]) + self._reach * 0.7 * slow[1],
            1.5 * slow[2],
            self._unit * (0.15 * slow[3] + 0.01 * tremor[0]),
            self._unit * (0.12 * slow[4] + 0.01 * tremor[1]),
        )


_STANDS = 0.2
"""Share of presentations in which the thing stands still on a stand: no cue that needs motion can speak then."""


def homography(
    anchor: NDArray[np.float32], scale: float, unit: float, place: tuple[float, float], tilt: Tilt
) -> Homography:
    """Where the plane's points fall.

    Args:
        anchor: px of the plane that falls at ``place``.
        scale: px of the scene for one px of the plane.
        unit: px of the scene between the eyes, which sets how strong perspective is.
        place: px of the scene.
        tilt: how it is held.
    """
    yaw, pitch, roll = np.deg2rad([tilt.yaw, tilt.pitch, tilt.roll])
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    turned = about_z @ about_x @ about_y
    far = _DISTANCE * unit
    lens = np.array([[far, 0, place[0] + tilt.right], [0, far, place[1] + tilt.down], [0, 0, 1.0]])
    onto = np.array([[scale, 0, -scale * anchor[0]], [0, scale, -scale * anchor[1]], [0, 0, 1.0]])
    stood = np.column_stack([turned[:, 0], turned[:, 1], [0, 0, far]])
    found = lens @ stood @ onto
    return np.asarray(found / found[2, 2], np.float64)


def seen_flat(picture: Picture, alpha: Plane, where: Homography) -> tuple[Picture, Plane]:
    """The plane as the camera sees it, and its alpha; finer planes must have been blurred before."""
    size = (WIDTH, HEIGHT)
    warped = cv2.warpPerspective(picture, where, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    share = cv2.warpPerspective(alpha, where, size, flags=cv2.INTER_LINEAR)
    return np.asarray(warped, np.float32), np.asarray(share, np.float32)


def places_on(where: Homography) -> tuple[Plane, Plane]:
    """For each px of the scene, which px of the plane it shows: across and down, float32 (HEIGHT, WIDTH)."""
    back = np.linalg.inv(where)
    x, y = np.arange(WIDTH)[None, :], np.arange(HEIGHT)[:, None]
    depth = back[2, 0] * x + back[2, 1] * y + back[2, 2]
    across = (back[0, 0] * x + back[0, 1] * y + back[0, 2]) / depth
    down = (back[1, 0] * x + back[1, 1] * y + back[1, 2]) / depth
    return np.asarray(across, np.float32), np.asarray(down, np.float32)
