"""Whether a veil lies over part of the place: its detail fades where it is, and nothing new comes in its stead.

Smoke that thickens takes contrast from what is behind it, evenly within a small cell: fine detail shrinks by a gain and
stays where it was. Who stands before the place hides some of the detail and brings his own; a shadow takes detail and
light alike; a lamp gives both. So in each cell the fine detail is laid beside the learned one: the gain, divided by how
the light changed, says how thick the veil is, and what the gain leaves unexplained whether it is a veil at all. A cell
that lost all its detail counts only if it was seen to fade. Fading of the wavelet energy as a sign of smoke: Toreyin,
Dedeoglu and Cetin, "Wavelet based real-time smoke detection in video", EUSIPCO 2005.
"""

from dataclasses import dataclass
from math import exp

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.core.frames import Image

Grey = NDArray[np.uint8]
Field = NDArray[np.float32]
"""float32 (rows, columns): a number a cell, or a pixel."""
Cells = NDArray[np.bool_]

_LOOK_S = 0.38
"""s, least time between two looks: smoke takes seconds to fade what is behind it."""
_CELL = 10
"""px of a picture 320 wide: a thirtieth of its width, and small enough that a veil is even within it."""
_SMOOTH = (7, 7)
"""px; what is finer than this is detail."""
_DETAIL = 25.0
"""Least variance of a cell's detail (grey levels squared) that can be seen to fade: 5 grey levels, twice the noise.
Half of the cells of the shared clips have it."""
_FADED = 0.72
"""Detail that is left, relative to the light, below which a cell is veiled. Exposure and noise move it by a tenth."""
_GONE = 0.15
"""Below this a cell's detail is gone, and whoever stands there in plain clothes would look the same."""
_FRESH = 0.14
"""Greatest detail that was not there before, as a share of the learned: of a cell half hidden by somebody in plain
clothes a quarter is fresh, for the edge between the two halves of it is no gain of the whole."""
_NOISE = 4.0
"""Variance of a sensor's noise, grey levels squared; so much is no fresh detail."""
_PLAIN = 22.0
"""Greatest distance from grey (sum of Cr's and Cb's) of smoke; skin and bright clothes are at 30 and more."""
_LASTS_S = 0.9
"""s that a cell must be veiled before it counts; a passer-by leaves it sooner."""
_AROUND = 0.6
"""Least share of the cells with detail around a cell, itself included, that must be veiled too: the rim of somebody who
stands there is one cell thin."""
_USUAL_S, _DOUBT_S = 60.0, 1200.0
"""s, time constants with which the place is learned where it looks as usual and where it does not."""
_LEARN_S = 2.0
"""Before so much time nothing is said."""
_FEW, _MANY = 4.0, 16.0
"""Cells of a veil at which its size scores 0 and 1: half-way is 1.7 % of the picture."""
_THIN, _THICK = 0.2, 0.6
"""Share of the detail lost at which its strength scores 0 and 1."""


@dataclass(frozen=True, slots=True)
class SmokeReading:
    """The largest veil."""

    score: float = 0.0
    """0-1, that of its weaker cue: its size and how much detail it takes; 0.5 at the limit."""
    share: float = 0.0
    """Share of the picture under it, 0-1."""
    detail: float = 1.0
    """Share of the detail that it leaves, 0-1."""


class SmokeFacts:
    """Reads one camera's small pictures, all of one size."""

    def __init__(self) -> None:
        self._place: Field | None = None
        self._fine: Field | None = None
        self._veiled: Field | None = None
        self._began = self._at = 0.0
        self._last = SmokeReading()

    def read(self, at: float, small: Image) -> SmokeReading:
        """Facts of one picture; between two looks those of the last one.

        Args:
            at: s.
            small: about 320 px wide, uint8 (h, w, 3), blue, green, red.
        """
        if self._place is not None and self._place.shape == small.shape[:2] and 0 <= at - self._at < _LOOK_S:
            return self._last
        colours = cv2.split(cv2.cvtColor(small, cv2.COLOR_BGR2YCrCb))
        luma, redness, blueness = (np.asarray(one, np.uint8) for one in colours)
        if self._place is None or self._place.shape != luma.shape:
            self._place, self._began, self._at = luma.astype(np.float32), at, at
            self._veiled, self._last = None, SmokeReading()
            return self._last
        left, fresh, busy = self._compare(luma)
        plain = _tint(redness) + _tint(blueness) < _PLAIN
        veiled = self._fading(at, left, busy & plain & (fresh <= _FRESH))
        self._learn(at, luma, busy & ((left < _FADED) | (fresh > _FRESH)))
        self._last = _largest(veiled, busy, left) if at - self._began >= _LEARN_S else SmokeReading()
        self._at = at
        return self._last

    def _compare(self, luma: Grey) -> tuple[Field, Field, Cells]:
        """In each cell: detail left relative to the light, fresh detail, and whether there was any."""
        place = self._place
        assert place is not None  # noqa: S101 - read has seen to it; this tells the type checker
        now = luma.astype(np.float32)
        fine, usual = now - cv2.blur(now, _SMOOTH), place - cv2.blur(place, _SMOOTH)
        both, was, is_ = _cells(fine * usual), _cells(usual * usual), _cells(fine * fine)
        gain = both / np.maximum(was, 1e-3)
        light = _cells(now) / np.maximum(_cells(place), 1.0)
        fresh = (is_ - gain * both - _NOISE) / np.maximum(was, 1e-3)
        return np.asarray(gain / np.maximum(light, 0.1), np.float32), np.asarray(fresh, np.float32), was >= _DETAIL

    def _fading(self, at: float, left: Field, there: Cells) -> Cells:
        """Which cells have been veiled for long enough. Those whose detail is gone count if they faded before."""
        veiled = self._veiled
        if veiled is None or veiled.shape != left.shape:
            veiled = np.zeros_like(left)
        since = at - self._at
        thin = there & (left < _FADED) & (left >= _GONE)
        gone = there & (left < _GONE) & (veiled >= _LASTS_S)
        self._veiled = np.where(thin | gone, veiled + np.float32(since), np.maximum(veiled - 2 * since, 0))
        self._veiled = np.minimum(self._veiled, 10 * _LASTS_S).astype(np.float32)
        return np.asarray((thin | gone) & (self._veiled >= _LASTS_S))

    def _learn(self, at: float, luma: Grey, odd: Cells) -> None:
        """Follow the place: in the first minute as the mean of all pictures, and slowly where it looks odd."""
        place = self._place
        assert place is not None  # noqa: S101 - as above
        since, age = max(at - self._at, 0.0), at - self._began
        pace = max(1 - exp(-since / _USUAL_S), since / age if age > 0 else 0.0)
        rows, columns = luma.shape
        where = cv2.resize(odd.astype(np.uint8), (columns, rows), interpolation=cv2.INTER_NEAREST)
        cv2.accumulateWeighted(luma, place, 1 - exp(-since / _DOUBT_S), where)
        cv2.accumulateWeighted(luma, place, min(pace, 0.5), 1 - where)


def _cells(field: Field | Grey) -> Field:
    """The mean of each cell."""
    rows, columns = field.shape
    size = (max(columns // _CELL, 1), max(rows // _CELL, 1))
    return np.asarray(cv2.resize(field, size, interpolation=cv2.INTER_AREA), np.float32)


def _tint(channel: Grey) -> Field:
    """How far each cell's colour is from grey in one channel."""
    return _cells(np.asarray(cv2.absdiff(channel, np.full_like(channel, 128)), np.uint8))


def _largest(veiled: Cells, busy: Cells, left: Field) -> SmokeReading:
    """The largest connected veil whose cells have veiled ones around them."""
    near = cv2.blur(veiled.astype(np.float32), (3, 3), borderType=cv2.BORDER_REPLICATE)
    seen = cv2.blur(busy.astype(np.float32), (3, 3), borderType=cv2.BORDER_REPLICATE)
    inside = ((near >= _AROUND * seen) & (seen >= 0.3) & busy & veiled).astype(np.uint8)
    joined = cv2.morphologyEx(inside, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8), borderValue=0)
    count, names, stats, _ = cv2.connectedComponentsWithStats(joined)
    if count < 2:
        return SmokeReading()
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    under = (names == largest) & (inside > 0)
    cells, detail = int(np.count_nonzero(under)), float(np.clip(left[under], 0, 1).mean())
    scores = (cells - _FEW) / (_MANY - _FEW), (1 - detail - _THIN) / (_THICK - _THIN)
    return SmokeReading(float(np.clip(min(scores), 0, 1)), int(stats[largest, cv2.CC_STAT_AREA]) / veiled.size, detail)
