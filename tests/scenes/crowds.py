"""Films of real laboratory trajectories, rendered: every picture with what is true of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from consentry.core.frames import Frame
from consentry.core.scene import CrowdReading
from hazards.trajectories import Recording
from hazards.walks import CAMERA, ZONE
from scenes.people import Camera, Hall

if TYPE_CHECKING:
    from consentry.core.geometry import View, Zone

Way = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Times (n,) and places (n, 2) of one person."""
RATE = 5.0
EMPTY_S, COME_S = 14.0, 8.0
"""s of the empty place at first, and s in which those who are there when the recording begins come one by one."""


@dataclass(frozen=True)
class Hung:
    """A camera over the zone of a recording, along the y axis; m from the zone's middle, and up."""

    behind: float
    up: float
    wide: float = 60.0

    def over(self, zone: tuple[float, float, float, float]) -> Camera:
        """The camera over a zone (left, lower, right, upper)."""
        x, y = (zone[0] + zone[2]) / 2, (zone[1] + zone[3]) / 2
        return Camera((x, y - self.behind, self.up), (x, y + 0.2, 1.0), self.wide)


ABOVE, STEEP, SLANTED = Hung(1.9, 6.5), Hung(3.0, 6.0), Hung(4.2, 5.0)
"""Looking down by 71, 60 and 44 degrees onto the middle of a body."""


@dataclass(frozen=True, eq=False)
class Shot:
    """One picture and what is true of it; None while the crowd is only gathering."""

    frame: Frame
    truth: CrowdReading | None


class Film:
    """A recording seen by a camera."""

    def __init__(self, recording: Recording, hung: Hung, begin: float, end: float) -> None:
        self._recording, self._begin, self._end = recording, begin, end
        self._hall = Hall(hung.over(recording.zone))
        left, low, right, high = recording.zone
        self.zone: Zone = self._hall.zone(ZONE.name, recording.zone)
        x, y = (left + right) / 2, (low + high) / 2
        self.view: View = self._hall.view(((x - 2, y - 1), (x + 2, y - 1), (x + 2, y + 3), (x - 2, y + 3)))

    def shots(self) -> Iterator[Shot]:
        """All pictures; the trajectories' time begins with ``begin``, the prelude lies before it."""
        ways = self._recording.ways
        first = self._begin - EMPTY_S - COME_S
        for at in np.arange(first, self._end, 1 / RATE):
            come = float(np.clip((at - self._begin + COME_S) / COME_S, 0, 1)) * len(ways)
            then = max(float(at), self._begin)
            there = {
                k: _stance(way, then) for k, way in enumerate(ways) if k < come and way[0][0] <= then <= way[0][-1]
            }
            image = self._hall.picture(there, float(at))
            truth = self._recording._read(float(at)) if at >= self._begin else None
            yield Shot(Frame(CAMERA, float(at - first), image), truth)

    def close(self) -> None:
        """Take the hall down."""
        self._hall.close()


def place_at(way: Way, at: float) -> tuple[float, float]:
    """Where somebody is, m."""
    times, places = way
    return float(np.interp(at, times, places[:, 0])), float(np.interp(at, times, places[:, 1]))


def _stance(way: Way, at: float) -> tuple[tuple[float, float], tuple[float, float]]:
    (x0, y0), (x1, y1) = place_at(way, at - 0.2), place_at(way, at + 0.2)
    return place_at(way, at), ((x1 - x0) / 0.4, (y1 - y0) / 0.4)
