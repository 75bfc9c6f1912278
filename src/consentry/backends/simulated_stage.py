"""The empty hall as its camera sees it, drawn once: floor, walls and signs by the ray that each pixel looks along."""

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.backends.lettering import word
from consentry.backends.simulated_furniture import Screen, furnish
from consentry.backends.simulated_plan import (
    BACK,
    BARRIER,
    DOOR,
    GATES,
    LEFT,
    LENS,
    OPENING,
    RIGHT,
    STAFF,
)
from consentry.core.frames import Image

Plane = NDArray[np.float64]
"""float64 (h, w): one number for each pixel, or (h, w, 3): a colour."""
Where = NDArray[np.bool_]
"""bool (h, w)."""
_FINE = 2
"""The hall is drawn so many times larger and shrunk, which smooths every edge."""
_TILE = 1.2
"""m: edge of a floor tile."""
_WALL = (196, 194, 190)
"""Blue, green, red: light grey, as halls are."""
_YELLOW, _RED, _BLUE = (70, 190, 225), (70, 70, 190), (150, 105, 60)
"""Blue, green, red of paint on the floor and on signs."""


def stage(width: int, height: int) -> tuple[Image, tuple[Screen, ...]]:
    """The empty hall, and the pieces of furniture that can hide somebody.

    Args:
        width: px.
        height: px.
    """
    fine = _surfaces(width * _FINE, height * _FINE)
    _signs(fine)
    masks = furnish(fine)
    hall: Image = cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8)
    return hall, tuple(Screen.of(hall, mask, y) for mask, y in masks)


def _surfaces(width: int, height: int) -> Image:
    """Each pixel takes the colour of the nearest surface along its ray."""
    rays = LENS.rays(width, height)
    with np.errstate(divide="ignore"):
        floor = np.where(rays[..., 2] < 0, -LENS.height / rays[..., 2], np.inf)
        back = BACK / np.maximum(rays[..., 1], 1e-6)
        left = np.where(rays[..., 0] < 0, LEFT / rays[..., 0], np.inf)
        right = np.where(rays[..., 0] > 0, RIGHT / rays[..., 0], np.inf)
    nearest = np.minimum.reduce([floor, back, left, right])
    x, y, z = (rays[..., k] * nearest + (0.0, 0.0, LENS.height)[k] for k in range(3))
    colour = np.where((nearest == floor)[..., None], _floor(x, y), _back_wall(x, z))
    colour = np.where((nearest == left)[..., None], _windows(y, z), colour)
    colour = np.where((nearest == right)[..., None], _panels(y, z), colour)
    return np.clip(colour, 0, 255).astype(np.uint8)


def _floor(x: Plane, y: Plane) -> Plane:
    """Tiles with a sheen from the windows, and what is painted on them."""
    column, row = np.floor(x / _TILE), np.floor(y / _TILE)
    own = np.sin(column * 12.9898 + row * 78.233) * 43758.5453  # a hash: each tile has its own shade
    tone = 158 + 8 * (own - np.floor(own)) + 6 * ((column + row) % 2) + 14 * np.exp(-((x - LEFT) ** 2) / 18)
    tone += 10 * np.exp(-((y - BACK) ** 2) / 20)
    joint = np.minimum(np.abs(x / _TILE - np.round(x / _TILE)), np.abs(y / _TILE - np.round(y / _TILE))) * _TILE
    tone = np.where(joint < 0.02, tone - 26, tone)
    colour: Plane = tone[..., None] * np.array([0.95, 0.985, 1.0])
    for paint, where in ((_YELLOW, _hatching(x, y)), ((205, 205, 200), _arrows(x, y)), (_YELLOW, _line(x, y))):
        colour[where] = paint
    return colour


def _hatching(x: Plane, y: Plane) -> Where:
    """Yellow stripes along the edge of the floor in front of the staff-only door."""
    (left, front), (right, back) = STAFF[0], STAFF[2]
    inside = (x > left) & (x < right) & (y > front) & (y < back)
    edge = np.minimum.reduce([x - left, right - x, y - front]) < 0.28
    stripes: Where = inside & edge & (np.mod(x + y, 0.6) < 0.34)
    return stripes


def _arrows(x: Plane, y: Plane) -> Where:
    """Three arrows that point away from the camera, along the passage."""
    middle = sum(GATES) / 2
    found = np.zeros(x.shape, np.bool_)
    for start in (9.6, 12.4, 15.2):
        along, aside = y - start, np.abs(x - middle)
        shaft = (along > 0) & (along < 1.0) & (aside < 0.16)
        tip = (along >= 1.0) & (along < 1.8) & (aside < (1.8 - along) * 0.6)
        found |= shaft | tip
    return found


def _line(x: Plane, y: Plane) -> Where:
    """A stripe across the opening of the belts."""
    return (np.abs(y - BARRIER) < 0.07) & (x > OPENING[0]) & (x < OPENING[1])


def _back_wall(x: Plane, z: Plane) -> Plane:
    """Panels, a skirting board, the staff-only door and the dark way to the gates."""
    seam = np.abs(x / 1.7 - np.round(x / 1.7)) * 1.7 < 0.03
    tone = np.where(seam, -22.0, 0.0) + 10 * np.sin(x * 0.35) - 6 * (z < 1.1)
    colour = np.array(_WALL, float) + tone[..., None]
    colour = np.where((z < 0.16)[..., None], 92.0, colour)
    frame = (x > DOOR[0] - 0.1) & (x < DOOR[1] + 0.1) & (z < 2.25)
    door = (x > DOOR[0]) & (x < DOOR[1]) & (z < 2.15)
    handle = (np.abs(x - DOOR[1] + 0.18) < 0.06) & (np.abs(z - 1.05) < 0.16)
    gates = (x > GATES[0]) & (x < GATES[1]) & (z < 2.7)
    colour = np.where(frame[..., None], 70.0, colour)
    colour = np.where(door[..., None], np.array([172.0, 158, 140]), colour)
    colour = np.where(handle[..., None], 215.0, colour)
    depth = 52 + 22 * np.clip(1.2 - z / 2.7, 0, 1)
    return np.where(gates[..., None], depth[..., None] * np.array([1.05, 1.0, 0.96]), colour)


def _windows(y: Plane, z: Plane) -> Plane:
    """Daylight between posts."""
    post = np.abs(y / 1.6 - np.round(y / 1.6)) * 1.6 < 0.07
    rail = np.abs(z - 2.6) < 0.06
    glass = (z > 0.7) & (z < 4.6) & ~post & ~rail
    day = 205 + 8 * z
    return np.where(glass[..., None], day[..., None] * np.array([1.03, 1.0, 0.95]), 150.0)


def _panels(y: Plane, z: Plane) -> Plane:
    """A plain wall with light boxes."""
    seam = np.abs(y / 1.7 - np.round(y / 1.7)) * 1.7 < 0.03
    colour = np.array(_WALL, float) * 0.93 + np.where(seam, -20.0, 0.0)[..., None]
    box = (np.abs(y - 15.2) < 1.1) & (z > 1.2) & (z < 3.4)
    colour = np.where(box[..., None], np.array([176.0, 142, 96]), colour)
    return np.where((z < 0.16)[..., None], 92.0, colour)


_BOARD = (-1.6, 3.0, 2.75, 4.05)
"""m: left, right, bottom, top of the board of departures on the back wall."""
_FLIGHTS = ("07:10  SOMEWHERE   GATE 4", "07:25  ELSEWHERE   GATE 2", "07:40  NOWHERE     GATE 7")


def _signs(fine: Image) -> None:
    """What can be read on the back wall."""
    left, right, bottom, top = _BOARD
    _plate(fine, (left, right, bottom, top), (42, 38, 34))
    step = (top - bottom) / len(_FLIGHTS)
    for row, text in enumerate(_FLIGHTS):
        high = top - row * step
        _letters(fine, text, (left + 0.15, right - 0.15, high - step * 0.85, high - step * 0.15), (90, 200, 240))
    _letters(fine, "SIMULATED HALL", (-7.9, -2.3, 3.35, 4.25), (92, 80, 70))
    _plate(fine, (DOOR[0] - 0.1, DOOR[1] + 0.1, 2.35, 2.85), _RED)
    _letters(fine, "STAFF ONLY", (DOOR[0], DOOR[1], 2.45, 2.75), (240, 240, 240))
    _plate(fine, (GATES[0], GATES[1], 2.8, 3.5), _BLUE)
    _letters(fine, "GATES 1-9", (GATES[0] + 0.4, GATES[1] - 0.4, 2.9, 3.4), (240, 240, 240))
    _plate(fine, (-2.6, -1.9, 1.5, 1.9), _BLUE)


def _on_wall(fine: Image, area: tuple[float, float, float, float]) -> NDArray[np.float32]:
    """Corners of an area of the back wall, float32 (4, 2), px: top left, top right, bottom right, bottom left."""
    left, right, bottom, top = area
    corners = np.array([(left, BACK, top), (right, BACK, top), (right, BACK, bottom), (left, BACK, bottom)])
    rows, columns = fine.shape[:2]
    px: NDArray[np.float32] = (LENS.project(corners)[0] * (columns, rows)).astype(np.float32)
    return px


def _plate(fine: Image, area: tuple[float, float, float, float], colour: tuple[int, int, int]) -> None:
    cv2.fillConvexPoly(fine, (_on_wall(fine, area) * 16).astype(np.int32), colour, cv2.LINE_AA, 4)


def _letters(fine: Image, text: str, area: tuple[float, float, float, float], colour: tuple[int, int, int]) -> None:
    """Letters that fill an area of the back wall."""
    ink = word(text, 48, bold=True)
    rows, columns = fine.shape[:2]
    high, wide = ink.shape
    sheet = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    matrix = cv2.getPerspectiveTransform(sheet, _on_wall(fine, area))
    share = cv2.warpPerspective(ink, matrix, (columns, rows), flags=cv2.INTER_AREA)[..., None].astype(np.float32) / 255
    fine[:] = (fine + (np.array(colour, np.float32) - fine) * share).astype(np.uint8)
