"""The last seconds of a camera, in memory alone: what an alarm may still need from before it."""

from collections import deque
from dataclasses import dataclass

from consentry.core.frames import Frame
from consentry.core.geometry import Boxes

CLIP_RATE = 10.0
"""Pictures/s kept at most, whatever the camera's rate: a blow of 0.2 s shows in two, and each costs a redaction."""
MOST_BYTES = 96 * 2**20
"""Of one camera: 5 s of 1280x720 at 5/s take 66 MiB, of 768x432 24 MiB; of 1920x1080 only the last 3 s are kept."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A picture as the camera gave it, and where persons were found in it. Never written anywhere."""

    frame: Frame
    persons: Boxes
    """float32 (n, 4), fractions of the picture."""


class Recent:
    """The pictures of the last seconds, bounded in time, number and bytes."""

    def __init__(self, seconds: float) -> None:
        """Keep nothing yet.

        Args:
            seconds: how far back, s.
        """
        self._seconds = seconds
        self._kept: deque[Seen] = deque()
        self._bytes = 0

    def add(self, seen: Seen) -> bool:
        """Keep a picture, unless the last one kept is too recent; says whether it was kept."""
        at = seen.frame.at
        if self._kept and at < self._kept[-1].frame.at:
            self._forget(len(self._kept))  # the clock was set back: what came "later" is of no use
        if self._kept and at - self._kept[-1].frame.at < 1 / CLIP_RATE - 1e-3:
            return False
        self._kept.append(seen)
        self._bytes += seen.frame.image.nbytes
        while len(self._kept) > 1 and (at - self._kept[0].frame.at > self._seconds or self._bytes > MOST_BYTES):
            self._forget(1)
        return True

    def since(self, at: float) -> tuple[Seen, ...]:
        """Pictures from this time on, oldest first."""
        return tuple(seen for seen in self._kept if seen.frame.at >= at)

    def _forget(self, count: int) -> None:
        for _ in range(count):
            self._bytes -= self._kept.popleft().frame.image.nbytes
