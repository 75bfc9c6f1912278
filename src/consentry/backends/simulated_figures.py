"""Draws simulated walkers: hulls of balls in two shades, and soft shadows on the floor."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.backends.simulated_bodies import Body, body
from consentry.backends.simulated_people import Colour, Look, Stance
from consentry.backends.simulated_plan import ASPECT, LENS
from consentry.core.frames import Image

_ROUND = np.stack([(np.cos(a), np.sin(a)) for a in np.linspace(0, 2 * np.pi, 10, endpoint=False)])
"""A circle of ten corners: the largest ball is 30 px wide at 1280 px, where it is off a circle by less than one."""
_BITS = 4
"""Corners are given to OpenCV in sixteenths of a px."""
_SHADE, _LIGHT = 0.70, 1.12
"""Brightness of the side away from the lamps and of the side towards them."""
_LIT = 0.62
"""Size of the lit side, as a share of a ball's radius."""
_TOWARDS = (-0.22, -0.22)
"""Where the lit side is, in radii: the windows are to the left, the lamps above."""
_COARSE = 4
"""Shadows are drawn on a picture so many times smaller, which makes them soft for nothing."""
_SHADOW = 222
"""Of 255: light left where somebody stands. Ten lamps leave a weak shadow; a black one would be a second person."""


def outline(look: Look, stance: Stance) -> tuple[float, float, float, float]:
    """The box around somebody: left, top, right, bottom, fractions of the picture."""
    return _around(body(look, stance))


def _around(figure: Body) -> tuple[float, float, float, float]:
    places, depth = LENS.project(figure.centres)
    reach = figure.radii * LENS.focal / depth
    return (
        float((places[:, 0] - reach).min()),
        float((places[:, 1] - reach * ASPECT).min()),
        float((places[:, 0] + reach).max()),
        float((places[:, 1] + reach * ASPECT).max()),
    )


def draw_figure(image: Image, look: Look, stance: Stance) -> None:
    """Draw somebody, the far parts of the body first."""
    rows, columns = image.shape[:2]
    figure = body(look, stance)
    places, depth = LENS.project(figure.centres)
    px = places * (columns, rows)
    radii = figure.radii * LENS.focal / depth * columns
    whole = _corners(px, radii)
    lit = _corners(px + radii[:, None] * _TOWARDS, radii * _LIT)
    order = sorted(figure.parts, key=lambda part: -float(depth[part.begin : part.end].mean()))
    for part in order:
        for corners, light in ((whole, _SHADE), (lit, _LIGHT)):
            _fill(image, corners[part.begin : part.end].reshape(-1, 2), _toned(part.colour, light))


def shadows(image: Image, stances: Sequence[Stance]) -> None:
    """Darken the floor where people stand."""
    rows, columns = image.shape[:2]
    size = (max(columns // _COARSE, 1), max(rows // _COARSE, 1))
    left = np.full(size[::-1], 255, np.uint8)
    for stance in stances:
        ring = np.array([(stance.x + 0.10 + 0.34 * c, stance.y + 0.34 * s, 0.0) for c, s in _ROUND])
        corners = (LENS.project(ring)[0] * size).astype(np.float32)
        cv2.fillConvexPoly(left, (corners * 2**_BITS).astype(np.int32), _SHADOW, cv2.LINE_AA, _BITS)
    soft = cv2.resize(cv2.blur(left, (3, 3)), (columns, rows), interpolation=cv2.INTER_LINEAR)
    cv2.multiply(image, cv2.merge([soft, soft, soft]), dst=image, scale=1 / 255)


def _corners(px: NDArray[np.float64], radii: NDArray[np.float64]) -> NDArray[np.float32]:
    """The balls' circles as corners, float32 (n, 10, 2), px."""
    corners: NDArray[np.float32] = (px[:, None, :] + radii[:, None, None] * _ROUND).astype(np.float32)
    return corners


def _fill(image: Image, corners: NDArray[np.float32], colour: Colour) -> None:
    """Fill the hull of corners, float32 (n, 2), px."""
    hull = cv2.convexHull(corners)
    cv2.fillConvexPoly(image, (hull * 2**_BITS).astype(np.int32), colour, cv2.LINE_AA, _BITS)


def _toned(colour: Colour, light: float) -> Colour:
    blue, green, red = (min(255, round(part * light)) for part in colour)
    return blue, green, red
