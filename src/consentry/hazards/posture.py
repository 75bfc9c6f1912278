"""How somebody holds himself, in numbers: how tall his box is of what it was, and whether his joints lie.

Lengths are in heights of the picture (a fraction of its width is multiplied by the picture's aspect first), and are
compared with the person's own height: no floor plan is needed, and near and far are alike.
"""

from collections import deque
from dataclasses import dataclass
from math import atan2, degrees, hypot

import numpy as np
from numpy.typing import NDArray

from consentry.core.geometry import Boxes
from consentry.core.scene import Joint

HIGH, LOW = 0.85, 0.5
"""Parts of his height between which a fall is timed: above the first he stands, below the second he is on his way down.
Who sits on a chair keeps about 0.75 of his height, on the floor about 0.5 (sitting height is 0.52 of stature)."""
FLAT = 0.42
"""Part of his height below which a box lies whatever its shape: who sits on the floor, squats or bends stays above."""
WIDE, WIDE_LOW = 1.4, 0.6
"""A box so many times as wide as high lies below this part of his height: arms and knees stick out. Who sits on the
floor with his legs aside is 1.3 times as wide as high."""
_REMEMBER_S = 6.0
"""s over which his height is taken: with less than he takes to lie down slowly, he would be measured against a height
that he has lost already. Who walks away shrinks too, but not within the time of a fall."""
_MOST = 192
"""Boxes remembered: 6 s of 30 pictures/s and some to spare."""
_FEWEST = 6
"""Joints needed to say that somebody lies: with fewer a fold of a curtain does."""
_RISE = 0.17
"""Parts of his height by which the neck is above the hips: standing, sitting and kneeling 0.3, lying below 0.15; in a
squat with bent back 0.2."""
_NECK = 0.45
"""Part of his height below which the neck of a lying person is, above his lowest joint: knees may be drawn up."""
_LOW_NECK = 0.3
"""The same for who lies along the line of sight: the neck of somebody who sits on the floor is at 0.4."""
_UPRIGHT = 45.0
"""Degrees by which an upright trunk leans at most."""

_HEAD = (Joint.NOSE, Joint.RIGHT_EYE, Joint.LEFT_EYE, Joint.RIGHT_EAR, Joint.LEFT_EAR)
_SHOULDERS = (Joint.NECK, Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER)
_HIPS, _KNEES = (Joint.RIGHT_HIP, Joint.LEFT_HIP), (Joint.RIGHT_KNEE, Joint.LEFT_KNEE)


@dataclass(frozen=True, slots=True)
class Bearing:
    """How one person's joints stand."""

    lies: bool
    """His trunk is level, and low."""
    low: bool
    """His trunk is foreshortened or level, and his neck close to the floor: who lies along the line of sight."""
    upright: bool
    lean: float
    """Degrees between the upright and the line from hips to neck."""
    middle: tuple[float, float]
    """Of the joints seen, fractions of the picture."""


def bearing(person: NDArray[np.float32], tall: float, aspect: float) -> Bearing | None:
    """How a person's joints stand; None: too little is seen of him.

    Args:
        person: float32 (18, 3): x, y, score.
        tall: his height when he stood, heights of the picture.
        aspect: width of the picture divided by its height.
    """
    seen = person[person[:, 2] > 0]
    above, below = _middle(person, _SHOULDERS) or _middle(person, _HEAD), _middle(person, _HIPS)
    below = below or _middle(person, _KNEES)
    if above is None or below is None:
        return None
    along, rise = abs(above[0] - below[0]) * aspect, below[1] - above[1]
    lean = degrees(atan2(along, rise))
    neck = float(seen[:, 1].max()) - above[1]
    down = len(seen) >= _FEWEST and rise < _RISE * tall and neck < _NECK * tall
    return Bearing(
        lies=down and lean > _UPRIGHT,
        low=down and neck < _LOW_NECK * tall,
        upright=lean < _UPRIGHT and rise >= _RISE * tall,
        lean=lean,
        middle=(float(seen[:, 0].mean()), float(seen[:, 1].mean())),
    )


def _middle(person: NDArray[np.float32], joints: tuple[Joint, ...]) -> tuple[float, float] | None:
    rows = person[list(joints)]
    rows = rows[rows[:, 2] > 0]
    return (float(rows[:, 0].mean()), float(rows[:, 1].mean())) if len(rows) else None


def flat(wide: float, high: float, tall: float) -> bool:
    """Whether a box lies: of somebody ``tall``, all in heights of the picture.

    >>> flat(0.10, 0.30, tall=0.30), flat(0.15, 0.15, tall=0.30), flat(0.28, 0.09, tall=0.30)
    (False, False, True)
    """
    return high <= FLAT * tall or (high <= WIDE_LOW * tall and wide >= WIDE * high)


class Stature:
    """The heights of one track's box over the last seconds, and how fast they fell."""

    __slots__ = ("_seen",)

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float, float]] = deque(maxlen=_MOST)

    def add(self, now: float, box: NDArray[np.float32]) -> None:
        """Note a box."""
        self._seen.append((now, float(box[3] - box[1]), float(box[1])))
        while self._seen[0][0] < now - _REMEMBER_S:
            self._seen.popleft()

    @property
    def tall(self) -> float:
        """His height, heights of the picture: the second highest box of the last seconds, for one may be too high."""
        heights = sorted((high for _, high, _ in self._seen), reverse=True)
        return heights[1 if len(heights) > 2 else 0]

    def sunk(self) -> float:
        """How far his head has come down since he was last tall, in parts of his height."""
        tall = self.tall
        tops = [top for _, high, top in self._seen if high >= HIGH * tall]
        return (self._seen[-1][2] - tops[-1]) / tall if tops else 0.0

    def upright_at(self) -> float | None:
        """When he was last seen as tall as he is, s; None: not lately."""
        return next((at for at, high, _ in reversed(self._seen) if high >= HIGH * self.tall), None)

    def fell_within(self, now: float, tall: float) -> float | None:
        """S from ``HIGH`` to ``LOW`` of his height, straight between looks; None: he was not seen tall.

        Args:
            now: when he was first seen to lie, s.
            tall: his height when the doubt began.
        """
        course = [(at, high / tall) for at, high, _ in self._seen if at < now]
        course.append(
            (now, min(_ON_THE_FLOOR, self._seen[-1][1] / tall) if self._seen[-1][0] == now else _ON_THE_FLOOR)
        )
        last = max((k for k, (_, part) in enumerate(course) if part >= HIGH), default=None)
        if last is None:
            return None
        down = next((k for k in range(last + 1, len(course)) if course[k][1] <= LOW), None)
        if down is None:
            return None
        return _meets(course[down - 1], course[down], LOW) - _meets(course[last], course[last + 1], HIGH)


_ON_THE_FLOOR = 0.25
"""Part of his height that a lying person has."""


def _meets(before: tuple[float, float], after: tuple[float, float], level: float) -> float:
    """When the straight line from one (s, part) to a lower one meets a level."""
    if before[1] <= level:
        return before[0]
    return before[0] + (after[0] - before[0]) * (before[1] - level) / (before[1] - after[1])


def reach(a: tuple[float, float], b: tuple[float, float], aspect: float) -> float:
    """How far apart two points of the picture are, heights of the picture."""
    return hypot((a[0] - b[0]) * aspect, a[1] - b[1])


def around(foot: tuple[float, float], tall: float, aspect: float) -> tuple[float, float, float, float]:
    """Where somebody who stood here may lie, as a box: a body's length to each side, and in front of his feet."""
    left, right = foot[0] - 1.1 * tall / aspect, foot[0] + 1.1 * tall / aspect
    return max(0.0, left), max(0.0, foot[1] - 0.9 * tall), min(1.0, right), min(1.0, foot[1] + 0.5 * tall)


def covered(box: NDArray[np.float32], others: Boxes) -> float:
    """Largest share of a box that another one covers, 0-1."""
    if len(others) == 0:
        return 0.0
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    return float(np.prod(np.clip(high - low, 0, None), axis=1).max() / max(float(np.prod(box[2:] - box[:2])), 1e-9))
