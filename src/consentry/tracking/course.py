"""How fast somebody goes: a straight line through where he was lately, in seconds and never in pictures."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

SMOOTH_S = 0.8
"""s over which a velocity is smoothed: a step takes about half a second, so that feet jump and bodies sway within it;
pedestrian research uses the same span (velocity over 0.8 s)."""
BRIDGE_S = 2.5
"""s: with looks further apart than ``SMOOTH_S`` the last one before it still counts, up to this age."""
MOST = 32
"""Places remembered for one track: 0.8 s of 30 pictures/s and some to spare; faster streams smooth over less."""


class Course:
    """The last places of one track.

    >>> course = Course(2)
    >>> for at in (0.0, 0.2, 0.4):
    ...     course.add(at, np.array([at * 2, 1.0]))
    >>> course.velocity().round(3).tolist()
    [2.0, 0.0]
    """

    __slots__ = ("_dimensions", "_places", "_times")

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions
        self._times: deque[float] = deque(maxlen=MOST)
        self._places: deque[NDArray[np.float64]] = deque(maxlen=MOST)

    def add(self, at: float, place: NDArray[np.floating]) -> None:
        """Note a place at a time, s; one at the same time as the last replaces it."""
        if self._times and at <= self._times[-1]:
            self._times.pop()
            self._places.pop()
        self._times.append(at)
        self._places.append(place.astype(np.float64))
        while len(self._times) > 2 and self._times[1] <= at - SMOOTH_S:
            self._times.popleft()
            self._places.popleft()
        if len(self._times) > 1 and self._times[0] < at - BRIDGE_S:
            self._times.popleft()
            self._places.popleft()

    def velocity(self) -> NDArray[np.float64]:
        """float64 (d,), unit of the places/s: the slope of the straight line of least squares; 0 with one place."""
        if len(self._times) < 2:
            return np.zeros(self._dimensions)
        times = np.array(self._times) - self._times[-1]  # small numbers: s UTC squared would lose digits
        weights = times - times.mean()
        spread = float(weights @ weights)
        if spread <= 0:
            return np.zeros(self._dimensions)
        slope: NDArray[np.float64] = weights @ np.array(self._places) / spread
        return slope
