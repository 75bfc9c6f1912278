"""A source that needs no camera and no footage: ``sim:hall``, a drawn hall with a story, labelled as simulated.

It is for a demonstration on a closed machine and for tests. Its people are too tidy to judge a network by: 0.97 of them
are found by person-detection-retail-0013 and 0.98 by motion alone (boxes that overlap by half, 1,530 persons in 380
pictures of 768 px). A picture takes 2.6 ms at 640 px and 3.6 ms at 960 px to draw (one core of an AMD EPYC).
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from threading import Event as Flag

from consentry.backends.simulated_camera import HallCamera
from consentry.backends.simulated_plan import ASPECT
from consentry.backends.simulated_settings import hall_settings
from consentry.backends.simulated_story import CAMERA, SECONDS, TRUTH
from consentry.core.errors import SourceError
from consentry.core.frames import Frame, Lapse, SourceTally
from consentry.evaluation.alarms import Event

__all__ = ["SCENES", "SimulatedHall", "SimulatedSource", "hall_settings", "simulated_hall"]

SCENES = (f"sim:{CAMERA}",)
"""Addresses of all simulations."""
_WIDTH = 960
"""px: width of the pictures where nobody says: enough for a demonstration's video, and quickly drawn."""
_NARROWEST, _WIDEST = 160, 1920
"""px: below, nobody can be seen; above, the noise kept in memory (16 pictures) passes 100 MB."""


@dataclass(frozen=True, slots=True)
class SimulatedHall:
    """The hall's settings, and what truly happens in it."""

    settings: str
    """The text of a ``site.toml`` with the one camera ``hall``."""
    seconds: float
    """s that the story lasts."""
    truth: tuple[Event, ...]
    """What a person who watches would tell, times in s from the beginning."""


def simulated_hall() -> SimulatedHall:
    """The one simulated site."""
    return SimulatedHall(hall_settings(), SECONDS, TRUTH)


class SimulatedSource:
    """The port ``FrameSource`` for the simulated hall. It ends after some 90 s of its own time."""

    def __init__(
        self,
        camera: str,
        address: str,
        *,
        rate: float,
        width: int | None,
        recorded_at: float | None,
        realtime: bool = False,
    ) -> None:
        """Make a source; the hall is drawn when ``frames`` begins.

        Args:
            camera: the camera's name in the settings.
            address: ``sim:hall``.
            rate: pictures/s.
            width: px, kept between 160 and 1920; None: 960.
            recorded_at: s UTC of the story's beginning; None: 0.
            realtime: a picture comes when it is due by the clock, and one that nobody had time for is dropped.

        Raises:
            SourceError: there is no such simulation.
        """
        if address not in SCENES:
            known = ", ".join(SCENES)
            raise SourceError(f"camera {camera}: expected a simulation that exists ({known}), came {address}")
        self._camera, self._rate = camera, rate
        self._width = min(max(width or _WIDTH, _NARROWEST), _WIDEST) // 2 * 2
        self._begin = recorded_at or 0.0
        self._realtime = realtime
        self._closed = Flag()
        self._tally = SourceTally()

    def frames(self) -> Iterator[Frame | Lapse]:
        """Pictures in order of time, each drawn for its own moment."""
        hall = HallCamera(self._width, round(self._width / ASPECT) // 2 * 2)
        started, number = time.monotonic(), 0
        while number / self._rate < SECONDS and not self._closed.is_set():
            if self._realtime:
                number = self._wait(started, number)
            at = number / self._rate
            if at >= SECONDS or self._closed.is_set():
                return
            self._count(given=1)
            yield Frame(self._camera, self._begin + at, hall.picture(at))
            number += 1

    def _wait(self, started: float, number: int) -> int:
        """Wait until a picture is due; the number of the newest that is due then, those before it dropped."""
        self._closed.wait(max(started + number / self._rate - time.monotonic(), 0.0))
        newest = max(int((time.monotonic() - started) * self._rate), number)
        self._count(dropped=newest - number)
        return newest

    def _count(self, given: int = 0, dropped: int = 0) -> None:
        tally = self._tally
        self._tally = replace(
            tally,
            arrived=tally.arrived + given + dropped,
            decoded=tally.decoded + given,
            given=tally.given + given,
            dropped=tally.dropped + dropped,
        )

    def rest(self) -> None:
        """Nothing is decoded, so there is nothing to spare."""

    def wake(self) -> None:
        """See ``rest``."""

    def tally(self) -> SourceTally:
        """What was drawn, and what was dropped for want of time."""
        return self._tally

    def close(self) -> None:
        """End before the next picture, also while one is being waited for."""
        self._closed.set()
