"""Who came back: a new track that begins where one was lost takes over its number, by place and time alone.

Nothing of what anybody looks like is compared, so it is conservative. A number is taken over only if

1. its track was lost, not at the picture's edge, at most ``stitch_s`` ago and before the new one was first seen,
2. a walk from where it was lost to where the new one begins is plausible (``reach``), and
3. it is the only number that this new track could take, and no other new track of this picture could take it.

A number is told as ended only when nothing can take it over any more.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BODY_M = 1.7
"""m: mean height of a standing person, to turn box heights into metres where no floor plan is known."""
_SLACK = 0.5
"""m that a place may be off: a box that jumps from a half-hidden to a whole body moves its feet by about a third."""
_STRAY = 0.5
"""m/s by which somebody out of sight may turn aside from the way that he was on."""
_FASTEST = 2.5
"""m/s: a brisk walk is 1.9; who runs out of sight is another matter."""
_TALLER = 1.6
"""Boxes whose heights differ by more than this are at different distances from the camera (or half hidden)."""


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """Where a track was seen: all that stitching knows of it."""

    at: float
    """s."""
    label: int
    """One of ``Label``."""
    place: NDArray[np.float64]
    """float64 (2,): m on the floor; without a floor plan, picture heights."""
    velocity: NDArray[np.float64]
    """float64 (2,), the same unit/s."""
    metre: float
    """A metre at this place, in that unit: 1, or the box's height divided by ``BODY_M``."""
    height: float
    """Of the box, fraction of the picture's."""
    edge: bool
    """The box touches an edge of the picture, where people come and go."""


def reach(lost: Sight, found: Sight) -> bool:
    """Whether who was lost can be who was found: anywhere between standing still since and walking on."""
    gap = found.at - lost.at
    if lost.label != found.label or lost.edge or found.edge or gap <= 0:
        return False
    if max(lost.height, found.height) > _TALLER * min(lost.height, found.height):
        return False
    metre = (lost.metre + found.metre) / 2
    step = (found.place - lost.place) / metre
    if float(np.hypot(*step)) > _SLACK + _FASTEST * gap:
        return False
    way = lost.velocity * gap / metre
    along = float(np.clip(step @ way / max(float(way @ way), 1e-12), 0.0, 1.0))
    return float(np.hypot(*(step - along * way))) <= _SLACK + _STRAY * gap


class Stitcher:
    """The numbers of one camera's tracks. They begin at 0 and are never given twice."""

    def __init__(self, stitch_s: float) -> None:
        self._stitch_s = stitch_s
        self._number: dict[int, int] = {}  # of each track that the tracker still keeps
        self._last: dict[int, Sight] = {}  # of each number that is not ended
        self._next = 0
        self._before = float("-inf")

    def step(self, at: float, sights: dict[int, Sight], ended: Iterable[int]) -> tuple[dict[int, int], frozenset[int]]:
        """Number the tracks of one picture.

        Args:
            at: s.
            sights: by the tracker's number.
            ended: the tracker's numbers of tracks that will not come back.

        Returns:
            The stitched number of each track in ``sights``, and the numbers that nothing will take over any more.
        """
        for track in ended:
            self._number.pop(track, None)
        fresh = [track for track in sights if track not in self._number]
        present = {self._number[track] for track in sights if track in self._number}
        for track, number in self._takeovers(at, fresh, sights, present).items():
            self._retire(number)
            self._number[track] = number
        for track in fresh:
            if track not in self._number:
                self._number[track], self._next = self._next, self._next + 1
        numbers = {track: self._number[track] for track in sights}
        self._last |= {number: sights[track] for track, number in numbers.items()}
        self._before = at
        return numbers, self._over(at)

    def _takeovers(self, at: float, fresh: list[int], sights: dict[int, Sight], present: set[int]) -> dict[int, int]:
        """Which new track takes which number: only pairs that have no rival on either side."""
        # A track is told at its second box, so a new one was already there in the picture before: who was seen in
        # that picture is somebody else.
        lost = [
            (number, sight)
            for number, sight in self._last.items()
            if number not in present and sight.at < self._before and at - sight.at <= self._stitch_s
        ]
        could = {track: [number for number, sight in lost if reach(sight, sights[track])] for track in fresh}
        wanted = [number for numbers in could.values() for number in numbers]
        return {t: ns[0] for t, ns in could.items() if len(ns) == 1 and wanted.count(ns[0]) == 1}

    def _retire(self, number: int) -> None:
        """Forget which lost track had a number: should it come back after all, it is somebody new."""
        for track in [track for track, held in self._number.items() if held == number]:
            del self._number[track]

    def _over(self, at: float) -> frozenset[int]:
        held = set(self._number.values())
        over = frozenset(
            number for number, sight in self._last.items() if number not in held and at - sight.at > self._stitch_s
        )
        for number in over:
            del self._last[number]
        return over
