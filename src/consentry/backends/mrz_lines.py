"""Where the lines of a machine readable zone lie in a picture, and each of them cut out straight.

A small network says of each pixel how surely it lies within a line of a zone, whichever way the page lies. Its patches
are joined where glare has broken a line, a slightly bent middle is fitted through each, and lines that lie as lines of
one zone do are put together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
"""A picture without colours: uint8, H x W."""

HEIGHT: Final = 32
WIDEST: Final = 768
"""px of a line as it is read: what the reader was taught on; 44 letters are squeezed by a quarter."""
LETTERS: Final = 28.0
"""px: letters are made no smaller before they are cut out; in the cut they are 24 px high or less."""
CORE: Final = 0.6
"""The middle part of a line's height that the network was taught to mark, so that neighbours stay apart."""
_AROUND: Final = 41
"""px around a pixel that its light and contrast are compared with: a few letters of a line."""
_FLAT: Final = 6.0
"""Grey levels of contrast that count as none: paper and noise are not blown up."""
_SURE: Final = 0.5
_LEAST: Final = 10
"""Pixels of a patch, at half the finder's scale; a line of 30 letters 4 px apart has more than 100."""
_MOST: Final = 60
"""Patches looked at, the largest first: a page of an open passport has two or three lines."""
_SLENDER: Final = 9.0
"""Length of a line in heights; a whole one has 30 to 44, and half of it may be lost to glare."""
_APART: Final = (1.1, 2.8)
"""Heights between neighbours: 1.7 by the standard (4.2 mm between lines, letters of 2.5 mm), less in some visas."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Where a line lies: along an axis, bent like a parabola."""

    origin: NDArray[np.float64]
    """px (x, y): from where places along the axis and across it are counted."""
    along: NDArray[np.float64]
    """Unit vector in the direction of reading; across is a quarter turn clockwise from it, downwards in the page."""
    bend: NDArray[np.float64]
    """a, b, c: the middle lies a s² + b s + c px across at s px along."""
    begin: float
    """px along."""
    end: float
    height: float
    """px, of a capital letter."""

    @property
    def across(self) -> NDArray[np.float64]:
        """Unit vector from a line to the next."""
        return np.array([-self.along[1], self.along[0]])

    def turned(self) -> "Line":
        """The same read upside down."""
        a, b, c = self.bend
        return replace(self, along=-self.along, bend=np.array([-a, b, -c]), begin=-self.end, end=-self.begin)

    def scaled(self, by: float) -> "Line":
        """The same in a picture so many times as large."""
        a, b, c = self.bend
        return Line(
            (self.origin + 0.5) * by - 0.5, self.along, np.array([a / by, b, c * by]),
            self.begin * by, self.end * by, self.height * by,
        )  # fmt: skip

    def shifted(self, by: float) -> "Line":
        """A line so many px further across."""
        return replace(self, bend=self.bend + np.array([0.0, 0.0, by]))

    def longer(self, before: float, behind: float) -> "Line":
        """The same so many px longer, and straight: a parabola runs away beyond its ends."""
        a, b, c = self.bend
        middle, half = (self.begin + self.end) / 2, (self.end - self.begin) / 2
        level = np.array([0.0, b + 2 * a * middle, c + a * (half * half / 3 - middle * middle)])
        return replace(self, bend=level, begin=self.begin - before, end=self.end + behind)

    def at(self, s: float) -> NDArray[np.float64]:
        """The point of its middle so far along."""
        point: NDArray[np.float64] = self.origin + s * self.along + np.polyval(self.bend, s) * self.across
        return point


def room(grey: Grey, line: Line, most: float) -> tuple[float, float]:
    """By how many px, ``most`` at most, a line may be made longer before and behind without leaving the picture."""
    high, wide = grey.shape
    s = np.linspace(line.begin - most, line.end + most, 400)
    x, y = (line.origin + s[:, None] * line.along + np.polyval(line.bend, s)[:, None] * line.across).T
    inside = s[(x >= 0) & (y >= 0) & (x < wide) & (y < high)]
    if not len(inside):
        return 0.0, 0.0
    return max(line.begin - float(inside[0]), 0.0), max(float(inside[-1]) - line.end, 0.0)


def evened(grey: Grey) -> NDArray[np.float32]:
    """What the finder looks at: a picture in which light, contrast and the colour of the paper no longer count."""
    values = grey.astype(np.float32)
    mean = cv2.blur(values, (_AROUND, _AROUND))
    spread = np.sqrt(np.maximum(cv2.blur(values * values, (_AROUND, _AROUND)) - mean * mean, 0))
    even = np.clip((values - mean) / (spread + _FLAT), -3, 3) * 0.35
    return np.asarray(even, np.float32)


def lines_of(sureness: NDArray[np.float32], scale: float) -> tuple[tuple[Line, ...], ...]:
    """Groups of lines that may be zones, the surest first; each from its first line to the last, or upside down.

    Args:
        sureness: H x W, between 0 and 1.
        scale: px of the picture that a pixel of ``sureness`` stands for.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats((sureness > _SURE).astype(np.uint8), connectivity=8)
    areas = stats[:count, cv2.CC_STAT_AREA]
    order = [k for k in np.argsort(-areas[1:]) + 1 if areas[k] >= _LEAST][:_MOST]
    patches = [np.argwhere(labels == k)[:, ::-1].astype(np.float64) for k in order]
    lines = [line for line in map(_fit, _joined(patches)) if line.end - line.begin > _SLENDER * line.height]
    groups = [_level(group) for group in _grouped(lines)]
    groups.sort(key=lambda group: -sum(line.end - line.begin for line in group))
    return tuple(tuple(line.scaled(scale) for line in group) for group in groups)


def _fit(points: NDArray[np.float64]) -> Line:
    """The line through the pixels of a patch."""
    origin = points.mean(0)
    spread = np.cov((points - origin).T) + 1e-6 * np.eye(2)
    along = np.linalg.eigh(spread)[1][:, 1]
    if along[0] < 0 or (along[0] == 0 and along[1] < 0):
        along = -along
    s, v = np.stack([along, [-along[1], along[0]]]) @ (points - origin).T
    begin, end = float(s.min()) - 0.5, float(s.max()) + 0.5
    height = len(points) / (end - begin) / CORE
    # A short patch has no bend worth believing.
    bend = np.polyfit(s, v, 2) if end - begin > 2 * _SLENDER * height else np.array([0.0, *np.polyfit(s, v, 1)])
    return Line(origin, along, bend, begin, end, height)


def _joined(patches: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Patches, those of one line put together."""
    joined: list[tuple[NDArray[np.float64], Line]] = []
    for patch in patches:  # the largest first
        points, line = patch, _fit(patch)
        for k, (others, other) in enumerate(joined):
            if _continues(other, line):
                points = np.concatenate([others, points])
                joined[k] = (points, _fit(points))
                break
        else:
            joined.append((points, line))
    return [points for points, _ in joined]


def _continues(line: Line, part: Line) -> bool:
    """Whether a part lies before or behind a line as if it were its own."""
    middle = part.at((part.begin + part.end) / 2) - line.origin
    s, v = float(middle @ line.along), float(middle @ line.across)
    gap = max(line.begin - s, s - line.end) - (part.end - part.begin) / 2
    straight = np.polyval([line.bend[1], line.bend[2]], s)  # a parabola runs away beyond its ends
    return bool(-line.height < gap < 14 * line.height and abs(v - straight) < 0.5 * line.height)


def _grouped(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines that lie as lines of one zone do; each line in one group."""
    left, groups = list(lines), []
    while left:
        group, waiting = [], [left.pop(0)]
        while waiting:
            group.append(waiting.pop())
            near = [line for line in left if _neighbours(group[-1], line)]
            left = [line for line in left if not any(line is one for one in near)]
            waiting += near
        groups.append(group)
    return groups


def _neighbours(one: Line, other: Line) -> bool:
    if abs(float(one.along @ other.along)) < np.cos(np.deg2rad(5)) or not 0.6 < one.height / other.height < 1.6:
        return False
    middle = other.at((other.begin + other.end) / 2) - one.origin
    s, v = float(middle @ one.along), float(middle @ one.across)
    height = (one.height + other.height) / 2
    apart = abs(v - float(np.polyval(one.bend, s))) / height
    return _APART[0] < apart < _APART[1] and one.begin - 3 * height < s < one.end + 3 * height


def _level(group: list[Line]) -> tuple[Line, ...]:
    """A group's lines in order, as long and as high as each other: what one has lost to glare another shows."""
    longest = max(group, key=lambda line: line.end - line.begin)
    height = float(np.median([line.height for line in group]))
    begins, ends, level = [], [], []
    for line in group:
        turned = line if float(line.along @ longest.along) > 0 else line.turned()
        shift = float((turned.origin - longest.origin) @ longest.along)
        begins.append(turned.begin + shift)
        ends.append(turned.end + shift)
        level.append((turned, shift))
    same = [replace(line, begin=min(begins) - s, end=max(ends) - s, height=height) for line, s in level]
    down = longest.across
    return tuple(sorted(same, key=lambda line: float(line.at((line.begin + line.end) / 2) @ down)))


def cut(grey: Grey, line: Line, tall: float, margin: float) -> Grey:
    """A line, straight, ``HEIGHT`` px high and at most ``WIDEST`` wide.

    Args:
        grey: the picture, in which a capital letter is not much larger than in the cut (``shrunk``).
        line: where it lies there.
        tall: height of what is cut out, in heights of a capital letter.
        margin: what is cut out before and behind the line, in heights of a capital letter.
    """
    begin, end = line.begin - margin * line.height, line.end + margin * line.height
    unit, wide = tall * line.height / HEIGHT, width_of(line, tall, margin)
    s = begin + (np.arange(wide) + 0.5) * (end - begin) / wide
    v = (np.arange(HEIGHT) - (HEIGHT - 1) / 2) * unit
    middle = line.origin + s[:, None] * line.along + np.polyval(line.bend, s)[:, None] * line.across
    places = (middle[None] + v[:, None, None] * line.across).astype(np.float32)
    straight = cv2.remap(grey, places[..., 0], places[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(straight, np.uint8)


def width_of(line: Line, tall: float, margin: float) -> int:
    """px: how wide ``cut`` cuts a line."""
    length = line.end - line.begin + 2 * margin * line.height
    return max(min(round(length / (tall * line.height) * HEIGHT), WIDEST), HEIGHT)


def prepared(straight: Grey) -> NDArray[np.float32]:
    """A cut as the reader was taught: paper at 0.5, ink at -0.5, filled up with paper on the right."""
    dark, light = np.percentile(straight, [1, 99])
    filled = np.full((HEIGHT, WIDEST), 0.5, np.float32)
    even = (straight.astype(np.float32) - dark) / max(light - dark, 20.0)
    filled[:, : straight.shape[1]] = np.clip(even, -0.2, 1.2) - 0.5
    return filled


def shrunk(grey: Grey, line: Line) -> tuple[Grey, float]:
    """The picture made so small that the line's letters are ``LETTERS`` px high, if they are higher; and the factor."""
    factor = LETTERS / line.height
    if factor >= 1:
        return grey, 1.0
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8), factor
