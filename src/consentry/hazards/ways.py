"""Where a track was in the last seconds: how far it came, how fast it went, whatever the rate of the looks."""

from collections import deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from consentry.core.geometry import View, Zone
from consentry.core.scene import Label, Scene
from consentry.hazards.episode import EPSILON_S, GAP_S
from consentry.hazards.memory import TrackMemory

Vector = NDArray[np.float64]

SPACING_S = 0.09
"""Positions of a track are kept at least this far apart: 30 pictures/s would else keep 30 points a second and track
for what 11 say as well."""
_STRIDE_S = 0.19
"""For speeds, places are at least this far apart: a foot point that jitters by 0.03 of a body height makes a step of
0.2 s wrong by 0.2 heights/s, and one of 0.03 s by 1.4."""
_PARTS = 4
"""Equal parts of a window: a leap lies in one of them, or at 2 looks a second in two."""
_USUAL = 0.85
"""Share of a speed limit that three of the four parts must reach: a run is uneven to a camera, a leap is over in one
look. Of 2.6 m/s it is 2.2, the upper end of a hurry."""
_TALLER = 1.3
"""How many times taller or shorter a box may be than at the look before. On footage boxes of walkers change by up to a
tenth; where half of somebody was hidden or a track changed its person it was 1.5 to 1.8 times (vtest)."""
_MISPLACED = 0.1
"""Body heights by which a foot may be misplaced. Far from the camera that is most of a metre on the floor."""
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
        """The speed along the way that three of the window's four parts reach: what one leap of a track cannot raise.

        Args:
            window_s: s back from now.

        Returns:
            Unit of the places/s, in the direction of the whole way.
        """
        if self.latest is None:
            return 0.0
        now, part_s = self.latest[0], window_s / _PARTS
        places = np.array([self.at(now - part_s * back) for back in range(_PARTS, -1, -1)])
        whole = places[-1] - places[0]
        length = float(np.hypot(*whole))
        if length == 0:
            return 0.0
        along = np.sort(np.diff(places, axis=0) @ (whole / length)) / part_s
        return float(along[1])


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


@dataclass(frozen=True, slots=True, eq=False)
class Pace:
    """How fast somebody went over some seconds."""

    speed: float
    """m/s with a floor plan, else body heights/s."""
    doubt: float
    """By how much it may be too high because a foot was seen in the wrong place, same unit."""
    heading: Vector
    """Unit vector."""


class Ways:
    """The ways of all persons before a camera that may run, in places that can be believed.

    A way begins anew where its track leaps: where its box is suddenly much taller or shorter (half of the person is
    hidden, or the track goes on with somebody else), and where the camera turns.
    """

    def __init__(self, view: View, keep_s: float) -> None:
        self._view, self._keep_s = view, keep_s
        self._ways: TrackMemory[Way] = TrackMemory(GAP_S)
        self._heights: TrackMemory[float] = TrackMemory(GAP_S)
        self._steady = Steady()

    def forget(self) -> None:
        """Forget every track."""
        self._ways, self._heights = TrackMemory(GAP_S), TrackMemory(GAP_S)

    def step(self, scene: Scene, now: float) -> dict[int, Way]:
        """The way of each person of the scene, by its row."""
        if not self._steady.step(scene.signals.shift):
            self.forget()
        self._ways.forget(now, scene.ended)
        self._heights.forget(now, scene.ended)
        found: dict[int, Way] = {}
        for index in np.flatnonzero(scene.labels == Label.PERSON).tolist():
            track, height = int(scene.ids[index]), float(scene.boxes[index, 3] - scene.boxes[index, 1])
            before = self._heights.get(track, height)
            way = self._ways.get(track)
            if way is None or max(height, before) > _TALLER * min(height, before):
                way = Way(spacing_s=_STRIDE_S)
            way.add(now, position(scene, index, self._view), self._keep_s)
            self._ways[track], self._heights[track] = way, height
            found[index] = way
        return found

    def pace(self, scene: Scene, index: int, way: Way, window_s: float) -> Pace | None:
        """How fast somebody went over the last seconds; None: not followed for so long.

        Args:
            scene: of the last step.
            index: its row.
            way: as ``step`` gave it.
            window_s: s back from now.
        """
        lasted = min(window_s, way.length_s)
        if lasted < window_s - _STRIDE_S:
            return None
        unit = max(body(scene, index, self._view), 1e-6)
        moved = way.moved(window_s)
        length = float(np.hypot(*moved))
        heading = moved / length if length > 0 else np.zeros(2)
        return Pace(length / unit / lasted, _doubt(scene, index, self._view) / lasted, heading)

    def runs(self, pace: Pace, way: Way, window_s: float, limit: float, unit: float) -> bool:
        """Whether somebody is surely faster than a limit, over the window and over three of its four parts."""
        return pace.speed - pace.doubt >= limit and way.usual_pace(window_s) / unit >= _USUAL * limit


def _doubt(scene: Scene, index: int, view: View) -> float:
    """What a foot that is seen a tenth of its body's height too low adds to a way: in m, or in body heights."""
    if view.floor is None:
        return _MISPLACED
    x, y = scene.feet[index].tolist()
    lower = y + _MISPLACED * float(scene.boxes[index, 3] - scene.boxes[index, 1])
    places = view.floor.to_floor(np.array([[x, y], [x, lower]], np.float32)).astype(np.float64)
    return float(np.hypot(*(places[1] - places[0])))


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
