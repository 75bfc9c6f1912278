"""Facts that tell whether a camera still sees what it always saw: sharpness, edges kept, shift.

All are relative to a slowly learned picture of the empty place. While that picture is hard to recognise it is learned
fifteen times slower, so that a covered lens stays covered for half an hour and a new view becomes the usual one in the
end.
"""

from dataclasses import dataclass
from math import exp

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
"""uint8 (h, w), a small grey picture."""

_USUAL_S = 120.0
"""s, time constant with which the place is learned: people who stand for a minute leave a third of themselves in it."""
_DOUBT_S = 1800.0
"""s, the same while the place is hard to recognise."""
_DOUBT = 0.6
"""Edges or sharpness below which the place counts as hard to recognise: twice the limits at which it is told."""
_RENEW_S = 5.0
"""s after which the edges are chosen anew; the learned picture hardly changes in that time."""
_EDGE_SHARE = 0.06
"""Share of the picture that counts as edges: enough of them everywhere, and only the strong ones."""
_EDGE_LEAST = 60.0
"""Least gradient of an edge, of a Sobel operator's 1,020: 15 grey levels from one px to the next."""
_EDGE_COUNT = 150
"""Fewer edges than these say nothing: a blank wall. The facts then stay at 1."""
_KEPT = 0.3
"""An edge is where it was if its gradient along the learned one is this part of it: light at half still keeps all."""
_SEEN = 0.2
"""Share of the edges in sight from which on sharpness is that of those alone: who hides the others blurs nothing."""
_SHIFT_KEPT = 0.4
"""A shift is believed if so many edges are found where it says: people and noise make no such peak."""
_FLAT = 4.0
"""Of 255: contrast below which sharpness is not divided by it."""
_SHIFT_WIDTH = 160
"""px, width of the picture in which the shift is looked for: 0.3 ms, and 0.05 of the width are 8 px."""


@dataclass(frozen=True, slots=True)
class TamperReading:
    """What one picture tells."""

    sharpness: float = 1.0
    edges: float = 1.0
    shift: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class _Edges:
    """The learned picture's edges."""

    where: NDArray[np.intp]
    """intp (n,), flat indices."""
    across: NDArray[np.float32]
    """float32 (n,), horizontal gradient."""
    down: NDArray[np.float32]
    """float32 (n,), vertical gradient."""

    def follow(self, across: NDArray[np.float32], down: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Which edges the gradients (n,) at their places still follow, bool (n,)."""
        along = across * self.across + down * self.down
        return np.asarray(along >= _KEPT * (self.across**2 + self.down**2))


class TamperFacts:
    """Reads the facts of one camera's pictures, all of one size."""

    def __init__(self) -> None:
        self._place: NDArray[np.float32] | None = None
        self._edges: _Edges | None = None
        self._renewed = self._began = self._at = 0.0
        self._level: float | None = None

    def read(self, at: float, small: Grey, contrast: float) -> TamperReading:
        """Facts of one picture.

        Args:
            at: s.
            small: the picture.
            contrast: its standard deviation, 0-255.
        """
        if self._place is None or self._place.shape != small.shape:
            self._place, self._level = small.astype(np.float32), None
            self._began = self._at = at
            self._choose(at)
        edges = self._edges
        reading = TamperReading()
        if edges is not None:
            across, down = _gradient(small)
            follow = edges.follow(across.ravel()[edges.where], down.ravel()[edges.where])
            kept = float(follow.mean())
            fine = _fineness(small, edges.where[follow] if kept >= _SEEN else edges.where, contrast)
            self._level = fine if self._level is None else self._level
            reading = TamperReading(
                sharpness=fine / self._level if self._level > 0 else 1.0,
                edges=kept,
                shift=self._shift(small, across, down) if kept < _DOUBT else 0.0,
            )
            self._level += self._pace(at, reading) * (fine - self._level)
        cv2.accumulateWeighted(small, self._place, self._pace(at, reading))
        self._at = max(at, self._at)
        if at - self._renewed >= _RENEW_S:
            self._choose(at)
        return reading

    def _pace(self, at: float, reading: TamperReading) -> float:
        """Share of this picture that is learned. In the first minutes it is the plain mean of all pictures."""
        since = max(at - self._at, 0.0)
        if reading.edges < _DOUBT or reading.sharpness < _DOUBT:
            return 1 - exp(-since / _DOUBT_S)
        age = at - self._began
        return max(1 - exp(-since / _USUAL_S), since / age if age > 0 else 0.0)

    def _choose(self, at: float) -> None:
        """Choose the strongest edges of the learned picture."""
        assert self._place is not None  # noqa: S101 - read has seen to it; this tells the type checker
        self._renewed = at
        across, down = _gradient(self._place)
        strength = cv2.magnitude(across, down).ravel()
        least = max(float(np.quantile(strength[::7], 1 - _EDGE_SHARE)), _EDGE_LEAST)
        where = np.flatnonzero(strength >= least)
        enough = len(where) >= _EDGE_COUNT
        self._edges = _Edges(where, across.ravel()[where], down.ravel()[where]) if enough else None

    def _shift(self, small: Grey, across: NDArray[np.float32], down: NDArray[np.float32]) -> float:
        """How far the place has moved, as a fraction of the width; 0 where no shift explains the picture."""
        assert self._place is not None  # noqa: S101 - as above
        assert self._edges is not None  # noqa: S101 - as above
        rows, columns = small.shape
        size = (_SHIFT_WIDTH, max(1, round(rows * _SHIFT_WIDTH / columns)))
        now, then = (_texture(_resized(one, size)) for one in (small, self._place))
        (right, low), _ = cv2.phaseCorrelate(then, now, cv2.createHanningWindow(size, cv2.CV_32F))
        step_x, step_y = round(right * columns / size[0]), round(low * rows / size[1])
        y, x = np.divmod(self._edges.where, columns)
        y, x = y + step_y, x + step_x
        inside = (y >= 0) & (y < rows) & (x >= 0) & (x < columns)
        if np.count_nonzero(inside) < _EDGE_COUNT:
            return 0.0
        edges = _Edges((y * columns + x)[inside], self._edges.across[inside], self._edges.down[inside])
        found = float(edges.follow(across.ravel()[edges.where], down.ravel()[edges.where]).mean())
        return float(np.hypot(step_x, step_y)) / columns if found >= _SHIFT_KEPT else 0.0


def _gradient(small: NDArray[np.float32] | Grey) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Sobel gradients of the picture smoothed over 3 x 3 px, so that a camera may sway by one."""
    smooth = cv2.blur(small, (3, 3))
    across, down = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    return np.asarray(across, np.float32), np.asarray(down, np.float32)


def _resized(small: NDArray[np.float32] | Grey, size: tuple[int, int]) -> NDArray[np.float32]:
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_AREA), np.float32)


def _fineness(small: Grey, where: NDArray[np.intp], contrast: float) -> float:
    """Mean of the Laplacian's amount at edges, divided by the contrast: light changes both alike, blur only one."""
    fine = cv2.Laplacian(small, cv2.CV_16S).ravel()[where]
    return float(np.abs(fine).mean()) / max(contrast, _FLAT)


def _texture(small: NDArray[np.float32] | Grey) -> NDArray[np.float32]:
    """Strength of the gradients, float32: what stays when the light changes."""
    across, down = _gradient(small)
    strength: NDArray[np.float32] = np.sqrt(cv2.magnitude(across, down))
    return strength
