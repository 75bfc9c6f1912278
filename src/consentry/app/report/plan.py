"""What a camera looks at: its view or an outline of it, its zones and tripwires with names, and where people stood."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pictures

from consentry.app.report.pictures import Embedded, embedded
from consentry.app.report.words import shortened
from consentry.app.settings import CameraSettings
from consentry.core.geometry import Tripwire, Zone
from consentry.core.observation import HeatMap

_WIDE = 960.0
"""Units that a plan is wide."""
_OUTLINE = 16 / 9
"""Width by height where no picture says it."""
_LETTERS = 22
"""Letters of a name in the drawing; the list beside it has the whole name."""
_LETTER_WIDE, _LETTER_TALL = 13.0, 28.0
"""Units of a letter at the drawing's 22-unit type, a little more than it takes, to keep names within and apart."""
_ARROW = 34.0
"""Units from a tripwire to the tip of the arrow that shows forward."""
_FINE = 4
"""How many times finer than its cells the heat map is drawn, so that it has no steps."""
_STRONG = 0.88
"""Opacity of the strongest heat: the view must stay to be seen beneath."""
_HEAT = ((0.0, (66, 10, 104)), (0.35, (147, 38, 103)), (0.6, (221, 81, 58)), (0.8, (252, 165, 10)),
         (1.0, (252, 255, 164)))  # fmt: skip
"""Colours from cool to hot: growing evenly in lightness, so that they are told apart without seeing colours, too."""


@dataclass(frozen=True, slots=True)
class DrawnPlace:
    """A zone or a tripwire in the drawing."""

    label: str
    """Its name as far as the drawing has room."""
    kind: str
    """``zone`` or ``tripwire``."""
    points: str
    """For ``polygon`` or ``polyline``: x,y pairs in units."""
    arrow: str
    """The same for the arrow that shows forward; empty for a zone."""
    x: float
    y: float
    """Middle of its label, units."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One camera's drawing."""

    width: float
    height: float
    view: Embedded | None
    heat: Embedded | None
    hottest: float
    """person-seconds in the hottest cell, averaged with its neighbours."""
    seconds: float
    """person-seconds in all."""
    places: tuple[DrawnPlace, ...]


def plan(settings: CameraSettings | None, view: Embedded | None, heat: HeatMap | None) -> Plan:
    """Draw one camera."""
    height = _WIDE / (view.width / view.height if view else _OUTLINE)
    warm = None if heat is None or not np.any(heat.seconds > 0) else _soft(heat.seconds)
    return Plan(
        width=_WIDE,
        height=height,
        view=view,
        heat=None if warm is None else _heat_picture(warm),
        hottest=0.0 if warm is None else float(warm.max()),
        seconds=0.0 if warm is None else float(warm.sum()),
        places=() if settings is None else _places(settings, height),
    )


def _soft(seconds: NDArray[np.float32]) -> NDArray[np.float64]:
    """Each cell averaged with its neighbours by 1 2 1 in both directions: feet jitter by about a cell. Sums stay."""
    soft = np.pad(np.clip(seconds, 0, None).astype(np.float64), 1, mode="symmetric")
    soft = (soft[:-2] + 2 * soft[1:-1] + soft[2:]) / 4
    return np.asarray((soft[:, :-2] + 2 * soft[:, 1:-1] + soft[:, 2:]) / 4)


def _heat_picture(seconds: NDArray[np.float64]) -> Embedded:
    """Cells as a soft picture: colour and opacity by the root of the share of the hottest, or one spot would be all."""
    rows, columns = seconds.shape
    share = Pictures.fromarray(np.sqrt(seconds / seconds.max()).astype(np.float32))
    fine = np.asarray(share.resize((columns * _FINE, rows * _FINE), Pictures.Resampling.BICUBIC))
    fine = np.clip(fine, 0, 1)
    stops = [stop for stop, _ in _HEAT]
    layers = [np.interp(fine, stops, [colour[layer] for _, colour in _HEAT]) for layer in range(3)]
    opacity = 255 * _STRONG * fine**0.7
    return embedded(Pictures.fromarray(np.stack([*layers, opacity], axis=2).round().astype(np.uint8)), "PNG")


def _places(settings: CameraSettings, height: float) -> tuple[DrawnPlace, ...]:
    taken: list[tuple[float, float, float]] = []
    drawn = []
    for place in settings.places:
        label = shortened(place.name, _LETTERS)
        ends = place.corners if isinstance(place, Zone) else (place.start, place.end)
        points = [(x * _WIDE, y * height) for x, y in ends]
        x, y = _apart(_middle(points), len(label) * _LETTER_WIDE, height, taken)
        drawn.append(
            DrawnPlace(
                label=label,
                kind="zone" if isinstance(place, Zone) else "tripwire",
                points=_written(points),
                arrow=_written(_arrow(points)) if isinstance(place, Tripwire) else "",
                x=round(x, 1),
                y=round(y, 1),
            )
        )
    return tuple(drawn)


def _written(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _middle(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The middle of the corners: inside of most zones that people draw, and near any."""
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def _arrow(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """From the line's middle to the right hand of somebody who looks along it: stem, tip and barbs as one stroke."""
    (ax, ay), (bx, by) = points
    long = max(float(np.hypot(bx - ax, by - ay)), 1e-9)
    along = ((bx - ax) / long, (by - ay) / long)
    right = (-along[1], along[0])  # the picture's y points down
    x, y = _middle(points)
    tip = (x + _ARROW * right[0], y + _ARROW * right[1])
    back = 0.4 * _ARROW
    barbs = [
        (tip[0] - back * right[0] + side * back * along[0], tip[1] - back * right[1] + side * back * along[1])
        for side in (-1, 1)
    ]
    return [(x, y), tip, barbs[0], tip, barbs[1]]


def _apart(
    wanted: tuple[float, float], width: float, height: float, taken: list[tuple[float, float, float]]
) -> tuple[float, float]:
    """A label's middle: within the picture, and moved down or up by lines until it covers no other."""
    x = min(max(wanted[0], width / 2 + 6), _WIDE - width / 2 - 6)
    free = (wanted[1] + step * _LETTER_TALL for step in (0, 1, -1, 2, -2, 3, -3, 0))
    for y in (min(max(y, _LETTER_TALL), height - _LETTER_TALL / 2) for y in free):
        if all(abs(y - b) >= _LETTER_TALL or abs(x - a) >= (width + w) / 2 for a, b, w in taken):
            break
    taken.append((x, y, width))
    return x, y
