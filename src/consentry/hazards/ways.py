"""Where a track was in the last seconds: how far it came, how fast it went, whatever the rate of the looks."""

from collections import deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from consentry.core.geometry import View, Zone
from consentry.core.scene import Scene
from consentry.hazards.episode import EPSILON_S, GAP_S

Vector = NDArray[np.float64]

SPACING_S = 0.09
"""Positions of a track are kept at least this far apart: 30 pictures/s would else keep 30 points a second and track
for what 11 say as well."""
_SHAKEN = 0.015
"""Fraction of the picture's width that the background may move: wind sways a mast by a hundredth."""


@dataclass(slots=True)
class Way:
    """The points of one track, oldest first, and its latest place.

    >>> way = Way()
    >>> for now in (0.0, 1.0, 2.0):
    ...     way.add(now, np.array([3.0 * now, 0.0]), keep_s=2)
    >>> way.moved(2.0).tolist(), way.length_s
    ([6.0, 0.0], 2.0)
    """

    points: deque[tuple[float, Vector]] = field(default_factory=deque)
    latest: tuple[float, Vector] | None = None
    spacing_s: float = SPACING_S

    def add(self, now: float, place: Vector, keep_s: float) -> None:
        """Note a place, and forget what is older than ``keep_s``."""
        if self.latest is not None and now - self.latest[0] > GAP_S + EPSILON_S:
            self.points.clear()  # too long ago to know what happened between
        if not self.points or now - self.points[-1][0] >= self.spacing_s:
            self.points.append((now, place))
        self.latest = (now, place)
        while len(self.points) > 2 and self.points[1][0] <= now - keep_s:
            self.points.popleft()

    @property
    def length_s(self) -> float:
        """How far back it reaches, s."""
        return 0.0 if self.latest is None else self.latest[0] - self.points[0][0]

    def at(self, then: float) -> Vector:
        """Where it was at a time, on the straight between two looks; at its ends, the nearest known place."""
        if self.latest is None:
            return np.zeros(2)
        after, beyond = self.latest
        for before, place in reversed(self.points):
            if before <= then < after:
                share: Vector = place + (beyond - place) * ((then - before) / (after - before))
                return share
            if then >= after:
                break
            after, beyond = before, place
        return beyond

    def moved(self, window_s: float) -> Vector:
        """The way from where it was ``window_s`` ago (or since it appeared) to where it is."""
        if self.latest is None:
            return np.zeros(2)
        now, place = self.latest
        return np.subtract(place, self.at(now - window_s), dtype=np.float64)

    def usual_pace(self, window_s: float) -> float:
        """The median speed, by time, along the way of the window: what one jump of a track cannot raise.

        Args:
            window_s: s back from now.

        Returns:
            Unit of the places/s; half of the window's time it went at least so fast in the way's direction.
        """
        if self.latest is None:
            return 0.0
        whole = self.moved(window_s)
        length = float(np.hypot(*whole))
        times, where = self._series()
        begin = self.latest[0] - window_s
        inside = times > begin
        times = np.concatenate([[max(begin, times[0])], times[inside]])
        where = np.concatenate([self.at(float(times[0]))[None], where[inside]])
        lasted = np.diff(times)
        if length == 0 or len(lasted) == 0 or float(lasted.sum()) <= 0:
            return 0.0
        speed = (np.diff(where, axis=0) @ (whole / length)) / np.maximum(lasted, EPSILON_S)
        order = np.argsort(-speed)
        spent = np.cumsum(lasted[order])
        return float(speed[order][int(np.searchsorted(spent, spent[-1] / 2 - EPSILON_S))])

    def _series(self) -> tuple[Vector, Vector]:
        """Times (n,) and places (n, 2), the latest included."""
        known = [*self.points]
        if self.latest is not None and self.latest[0] > known[-1][0]:
            known.append(self.latest)
        return np.array([at for at, _ in known]), np.array([point for _, point in known], np.float64)


class Steady:
    """Whether the picture stands still: a camera that turns or shakes makes everybody run.

    >>> steady = Steady()
    >>> [steady.step(shift) for shift in (0.0, 0.01, 0.03, 0.03, 0.06)]
    [True, True, False, True, False]
    """

    def __init__(self) -> None:
        self._stood = 0.0

    def step(self, shift: float) -> bool:
        """Take where the background is now; False: it has moved since it was last said to stand.

        Args:
            shift: of the signals, fraction of the picture's width.
        """
        if abs(shift - self._stood) <= _SHAKEN:
            return True
        self._stood = shift
        return False


def position(scene: Scene, index: int, view: View) -> Vector:
    """Where a track is: on the floor in metres, or in the picture in its heights."""
    if scene.floor is not None and view.floor is not None:
        return np.array(scene.floor[index], np.float64)
    return np.array((scene.feet[index, 0] * view.aspect, scene.feet[index, 1]), np.float64)


def body(scene: Scene, index: int, view: View) -> float:
    """The unit of lengths: 1 m with a floor plan, else the person's own height in picture heights."""
    if scene.floor is not None and view.floor is not None:
        return 1.0
    return float(scene.boxes[index, 3] - scene.boxes[index, 1])


def laid_out(zone: Zone, direction: tuple[float, float], view: View) -> Vector:
    """An arrow of the picture as a unit vector: on the floor at the zone's middle, else in the picture's own shape."""
    arrow = np.array(direction, np.float64)
    if view.floor is None:
        way = arrow * (view.aspect, 1.0)
    else:
        middle = np.mean(np.array(zone.corners, np.float64), axis=0)
        # A hundredth of the picture: short enough to be straight on the floor, long enough for float32.
        tip = middle + arrow / np.hypot(*(arrow)) * 0.01
        ends = view.floor.to_floor(np.array([middle, tip], np.float32)).astype(np.float64)
        way = ends[1] - ends[0]
    unit: Vector = way / np.hypot(*way)
    return unit
