"""When pictures were taken, and which of them are due for analysis. Time comes in as an argument."""

from collections.abc import Callable
from typing import Final

_EPSILON_S: Final = 1e-6
"""Two times closer than this are the same: streams count in 1/90,000 s or coarser."""
_JUMP_BACK_S: Final = 1.0
"""A stamp this far before the last one begins a new count (a loop, clips glued together). Pictures that a stream sends
out of order are at most 16 pictures apart (H.264's largest buffer), less than that from 16 pictures/s on."""
_JUMP_AHEAD_S: Final = 5.0
"""A camera's stamps may lag behind their arrival by this much before its count is taken for another one: longer than a
wireless link's stutter, shorter than anybody would call the picture live."""
_DRIFT: Final = 2e-4
"""s/s by which a camera's count is allowed to run slow: quartz is within 1e-4, so twice that follows any of them; a
stream that lags because the machine is busy falls behind far faster and keeps its true times."""


class DueTimes:
    """Chooses pictures by their times, never by counting them: a rate of one's own, whatever the stream's.

    >>> due = DueTimes(5.0)
    >>> [due.take(tenth / 10) for tenth in range(5)]
    [True, False, True, False, True]
    """

    def __init__(self, rate: float) -> None:
        self._spacing = 1 / rate
        self._next = self._last = float("-inf")

    def soon(self, at: float, apart: float = 0.0) -> bool:
        """Whether a picture of this time, s, would be due, and at least ``apart`` s after the last one taken.

        The same time is never due twice: whoever wakes decodes a keyframe again that was given before.
        """
        return at >= self._next - _EPSILON_S and at >= self._last + apart - _EPSILON_S and at > self._last

    def take(self, at: float, apart: float = 0.0) -> bool:
        """The same, and if so it is taken."""
        if not self.soon(at, apart):
            return False
        first = self._last == float("-inf")
        self._next = at + self._spacing if first else max(self._next + self._spacing, at)
        self._last = at
        return True


class ClipTimes:
    """Seconds since a clip's first picture. They never run back, whatever the clip's stamps do.

    A stamp that is missing is one spacing after the last; a stamp that jumps back (a loop, clips glued together) goes
    on one spacing after the last. A gap ahead stays a gap: recorders that save on motion leave them on purpose.

    >>> times = ClipTimes(0.5)
    >>> [times.at(stamp) for stamp in (7.0, 7.5, None, 1.0, 1.5)]
    [0.0, 0.5, 1.0, 1.5, 2.0]
    """

    def __init__(self, spacing: float) -> None:
        self._spacing = spacing
        self._stamp: float | None = None
        self._shift = self._at = 0.0

    def at(self, stamp: float | None) -> float:
        """The time of a picture with this stamp, s."""
        if self._stamp is None:
            self._stamp = 0.0 if stamp is None else stamp
            self._shift = -self._stamp
            return 0.0
        last = self._stamp
        self._stamp = last + self._spacing if stamp is None else stamp
        if self._stamp < last - _JUMP_BACK_S:
            self._shift += last - self._stamp + self._spacing
        self._at = max(self._at, self._stamp + self._shift)
        return self._at


class LiveTimes:
    """Times of capture, s UTC, from a camera's own count, which begins anywhere and runs a little fast or slow.

    Arrival is capture plus a delay that is never negative, so the count is laid as late as it can be without a picture
    that comes before it was taken: what is left is the shortest delay of network and encoder, usually below 0.2 s.
    The camera's idea of the time of day is not used: nobody vouches for it.

    >>> times = LiveTimes()
    >>> [round(times.at(stamp, now), 3) for stamp, now in ((50.0, 1000.0), (50.2, 1000.3), (50.4, 1000.4))]
    [1000.0, 1000.2, 1000.4]
    """

    def __init__(self) -> None:
        self._stamp: float | None = None
        self._shift = 0.0
        self._at = float("-inf")

    def at(self, stamp: float | None, now: float) -> float:
        """The time of a picture that has just come.

        Args:
            stamp: the stream's own, s; None: it has none, the picture counts as taken when it came.
            now: s UTC.
        """
        if stamp is None:
            self._at = max(self._at, now)
            return self._at
        if self._begins_anew(stamp, now):
            self._shift = now - stamp
        elif stamp + self._shift > now:
            self._shift = now - stamp  # nothing comes before it was taken: the camera's count runs fast
        elif self._stamp is not None:
            lag = now - (stamp + self._shift)
            self._shift += min(lag, _DRIFT * max(stamp - self._stamp, 0.0))
        self._stamp = stamp
        self._at = max(self._at, stamp + self._shift)
        return self._at

    def again(self) -> None:
        """The stream was opened again: its count may begin anywhere."""
        self._stamp = None

    def _begins_anew(self, stamp: float, now: float) -> bool:
        if self._stamp is None or stamp < self._stamp - _JUMP_BACK_S:
            return True
        return now - (stamp + self._shift) > _JUMP_AHEAD_S


class Pace:
    """Shows a clip as slowly as it was taken. A late picture is not waited for and not left out."""

    def __init__(self, sleep: Callable[[float], object], monotonic: Callable[[], float]) -> None:
        self._sleep, self._monotonic = sleep, monotonic
        self._start: float | None = None

    def wait(self, at: float) -> None:
        """Wait until the moment of a picture.

        Args:
            at: s since the clip's first picture.
        """
        now = self._monotonic()
        if self._start is None:
            self._start = now - at
        if (delay := self._start + at - now) > 0:
            self._sleep(delay)
