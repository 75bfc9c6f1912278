"""Size, place and pose of the face, by its five landmarks.

Inter-eye distance, head size and crop are those of ISO/IEC 29794-5:2025; the chin, which they need, is where it is on
the mean face (``upright.TALL``). Roll is the slope of the line through the eyes. Yaw and pitch follow from the tip of
the nose, which stands out before the plane of eyes and mouth: turned by an angle, it is off the middle by the tangent
of it. Noses differ, so both are coarse: docs/quality.md says how coarse.
"""

from math import atan, atan2, cos, degrees, hypot, radians

import numpy as np

from consentry.face.quality import Component
from consentry.face.quality_mapping import falling, of_angle, rising
from consentry.face.quality_measured import Measured
from consentry.face.sample import Landmarks
from consentry.face.upright import TALL

LANDMARKS = "landmarks"
"""How a pose was measured, where no network did."""
_NOSE_ASIDE = 0.35
"""Distances of the eyes that the nose is off the middle, for a tangent of 1: on 20 shared photos turned by drawing 0.20
at 30 degrees and 0.095 at 15; anatomy says 22 of 63 mm."""
_NOSE_DOWN = 0.547
"""Where the nose is between eyes (0) and mouth (1) on a face that looks ahead: mean of 100 shared photos, standard
deviation 0.027."""
_NOSE_UP = 0.30
"""How much less that is for a tangent of 1 upwards: 22 mm of the 72 mm between eyes and mouth."""
_STEEP = 75.0
"""degrees of yaw beyond which the distance of the eyes is not corrected any more: a profile has none."""


def size(faces: int, landmarks: Landmarks, yaw: float, height: int, width: int) -> tuple[Measured, ...]:
    """Single face, inter-eye distance, head size, crop.

    Args:
        faces: how many the picture shows.
        landmarks: px of the picture.
        yaw: degrees; turned eyes are seen closer together than they are.
        height: of the picture, px.
        width: of the picture, px.
    """
    left, right = landmarks[0].astype(float), landmarks[1].astype(float)
    between = (left + right) / 2
    apart = hypot(*(right - left))
    tall = TALL * hypot(*((landmarks[3] + landmarks[4]).astype(float) / 2 - between))
    distance = apart / cos(radians(min(abs(yaw), _STEEP)))
    share = tall / height
    return (
        Measured(Component.SINGLE_FACE, 100 if faces == 1 else 0, float(faces), "faces"),
        Measured(Component.EYE_DISTANCE, rising(distance, 70, 20), distance, "px"),
        Measured(Component.HEAD_SIZE, falling(abs(share - 0.45), 0, 0.05, height=200), share, "of the height"),
        _crop(between, landmarks, apart, tall, height, width),
    )


def _crop(
    between: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    landmarks: Landmarks,
    apart: float,
    tall: float,
    height: int,
    width: int,
) -> Measured:
    """The worst of the four sides; the native value is its margin by the one at which the standard gives 50."""
    apart, tall = max(apart, 1e-6), max(tall, 1e-6)
    eyes = sorted((float(landmarks[0, 0]), float(landmarks[1, 0])))
    sides = (
        (eyes[0] / apart, 0.9),
        ((width - eyes[1]) / apart, 0.9),
        (float(between[1]) / tall, 1.4),
        ((height - float(between[1])) / tall, 1.8),
    )
    value = min(rising(margin, middle, 0.1) for margin, middle in sides)
    return Measured(Component.CROP, value, min(margin / middle for margin, middle in sides), "of the margin")


def roll(landmarks: Landmarks) -> Measured:
    """Head pose, roll: degrees, clockwise as the picture shows it, -180 to 180."""
    across, down = (float(one) for one in landmarks[1] - landmarks[0])
    angle = degrees(atan2(down, across))
    return Measured(Component.ROLL, of_angle(angle), angle, "degrees", LANDMARKS)


def turn(landmarks: Landmarks) -> tuple[Measured, Measured]:
    """Head pose, yaw and pitch, degrees: the nose to the right of the picture, and upwards."""
    marks = landmarks.astype(np.float64)
    between, lips = (marks[0] + marks[1]) / 2, (marks[3] + marks[4]) / 2
    axes = np.column_stack([marks[1] - marks[0], lips - between])
    if abs(np.linalg.det(axes)) < 1e-9:  # eyes and mouth on one line: a profile, or no face
        yaw, pitch = 90.0, 0.0
    else:
        aside, down = np.linalg.solve(axes, marks[2] - between)
        yaw, pitch = degrees(atan(aside / _NOSE_ASIDE)), degrees(atan((_NOSE_DOWN - down) / _NOSE_UP))
    return (
        Measured(Component.YAW, of_angle(yaw), yaw, "degrees", LANDMARKS),
        Measured(Component.PITCH, of_angle(pitch), pitch, "degrees", LANDMARKS),
    )
