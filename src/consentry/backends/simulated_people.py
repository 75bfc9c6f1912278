"""Walkers of the simulated hall: where each is at any time, and the pose of the body there.

Everything is a function of time, so that 2 and 30 pictures/s show the same walk.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Colour = tuple[int, int, int]
"""Blue, green, red."""

_TICK_S = 0.05
"""s between two known places of a walk; between them a straight line is exact to a few millimetres."""
_ROUND_S = 0.35
"""s before and after over which a walk is averaged: nobody starts, stops or turns at once."""
_STRIDE = 0.80
"""Length of two steps in body heights: 1.4 m at 1.75 m, as adults walk at 1.3 m/s."""
_BRISK = 1.3
"""m/s at which legs and arms swing fully."""
_SLOWEST = 0.02
"""m/s below which the body keeps facing where it last went."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A point of a walk."""

    x: float
    """m."""
    y: float
    """m."""
    until: float | None = None
    """s: stands here until then; None walks on at once."""


@dataclass(frozen=True, slots=True)
class Look:
    """Clothes and measures. Nobody has a face."""

    top: Colour
    trousers: Colour
    height: float = 1.74
    """m."""
    skin: Colour = (134, 160, 205)
    hair: Colour = (38, 44, 52)
    bag: Colour | None = None
    """Colour of a rucksack, if there is one."""


@dataclass(frozen=True, slots=True)
class Stance:
    """Where somebody is and what the body does."""

    x: float
    y: float
    heading: float
    """rad, 0 along x, growing towards y."""
    phase: float
    """rad of the gait: 2 pi are two steps."""
    swing: float
    """0 stands, 1 walks briskly."""


@dataclass(frozen=True)
class Walker:
    """Somebody with a way through the hall."""

    name: str
    """For the story and its tests."""
    begin: float
    """s when the walk begins at its first stop."""
    stops: tuple[Stop, ...]
    look: Look
    speed: float = 1.3
    """m/s."""

    @cached_property
    def _way(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Times, float64 (n,), and corners of the walk, float64 (n, 2)."""
        times, corners = [self.begin], [(self.stops[0].x, self.stops[0].y)]
        for stop in self.stops[1:]:
            length = float(np.hypot(stop.x - corners[-1][0], stop.y - corners[-1][1]))
            times.append(times[-1] + length / self.speed)
            corners.append((stop.x, stop.y))
            if stop.until is not None and stop.until > times[-1]:
                times.append(stop.until)
                corners.append((stop.x, stop.y))
        return np.array(times), np.array(corners)

    @property
    def end(self) -> float:
        """When the walk is over, s."""
        return float(self._way[0][-1])

    @cached_property
    def _table(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Ticks, float64 (n,), and x, y, heading, distance walked and speed at each, float64 (5, n)."""
        times, corners = self._way
        ticks = np.arange(self.begin, self.end + _TICK_S, _TICK_S)
        around = ticks[:, None] + np.linspace(-_ROUND_S, _ROUND_S, 9)
        x, y = (np.interp(around, times, corners[:, axis]).mean(axis=1) for axis in (0, 1))
        dx, dy = np.gradient(x, _TICK_S), np.gradient(y, _TICK_S)
        speed = np.hypot(dx, dy)
        moving = np.flatnonzero(speed > _SLOWEST)
        last = moving[np.clip(np.searchsorted(moving, np.arange(len(ticks)), side="right") - 1, 0, None)]
        turned = np.unwrap(np.arctan2(dy, dx)[last])
        kernel = np.ones(9) / 9
        heading = np.convolve(np.pad(turned, 4, mode="edge"), kernel, mode="valid")
        return ticks, np.stack([x, y, heading, np.cumsum(speed) * _TICK_S, speed])

    def present(self, at: float) -> bool:
        """Whether the walk is under way."""
        return self.begin <= at <= self.end

    def place(self, at: float) -> tuple[float, float]:
        """Where this walker is, x and y in m; before and after the walk at its ends."""
        ticks, rows = self._table
        return float(np.interp(at, ticks, rows[0])), float(np.interp(at, ticks, rows[1]))

    def stance(self, at: float) -> Stance:
        """Where this walker is and what the body does."""
        ticks, rows = self._table
        x, y, heading, walked, speed = (float(np.interp(at, ticks, row)) for row in rows)
        # Nobody stands like a post: weight shifts by a centimetre or two, the body turns a little.
        own = self.begin * 1.7
        still = max(0.0, 1.0 - speed / 0.4)
        sway = still * 0.02
        return Stance(
            x=x + sway * float(np.sin(0.9 * at + own)),
            y=y + sway * float(np.sin(0.7 * at + 2 * own)),
            heading=heading + still * 0.15 * float(np.sin(0.5 * at + own)),
            phase=2 * float(np.pi) * walked / (_STRIDE * self.look.height),
            swing=min(speed / _BRISK, 1.0),
        )
