"""How the face moves: as a flat thing or with depth, with what is around it or alone, or not at all.

Points are tracked from a reference frame. Whatever is printed or shown on a plane moves by one homography (Hartley and
Zisserman, 2.3); a head that turns does not, because its nose stands nearer than its cheeks. The wall behind a live
face stays where it is, the rest of a photograph moves with its face. And no living head is still.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consentry.face.attack import Cue

Points = NDArray[np.float32]
"""float32 (n, 2), in widths of the face."""
FLAT = "flat_motion"
SURROUNDINGS = "surroundings"
STILL = "stillness"
_FEWEST = 12
"""Points in the face below which nothing is fitted: a homography has 8 unknowns, 4 points fit any."""
_TURNED = 0.006
"""Widths of the face by which points must have moved against each other (median, after turn, scale and shift in the
picture are taken out) before depth is judged: 0.8 px of the 128 to which faces are scaled, tracking errs by 0.1 to 0.3.
A head that shifts without turning looks flat, so shifting says nothing."""
_DEPTH = 0.28
"""Share of that which no homography explains at which the score is 0.5. Simulated (docs/attacks.md): 31 of 32 live
heads show more in 1.2 s; prints that were tilted enough about 0.2, masks bent around a head 0.1 to what heads show."""
_LOUDEST = 0.85
"""The most that this cue says: glints and lids move too."""
_AROUND = 0.02
"""Widths of the face by which a point around it should have moved before it is asked what it moves with."""
_WITH = 0.3
"""Share of that movement by which it may be off."""
_FEW_AROUND = 5
"""Points around the face below which nothing is said of them."""
_SHARE = 0.3
"""Share of points around it that move with the face at which the score is 0.5."""
_BOTH = 2
"""Points on either side of the face that must move with it."""
_ONE_SIDED = 0.4
"""The most that is said where only one side does: a bun, a plait, somebody behind."""
_STILL = 0.004
"""Widths of the face: 0.6 mm. The head of somebody who stands sways by millimetres within a second."""
_SECONDS = 1.0
"""s before stillness is judged."""


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """Points seen in a reference frame and now."""

    at: float
    """s."""
    face_was: Points
    face: Points
    around_was: Points
    around: Points
    """Points above the chin and well outside the face and its hair."""


class MotionCue:
    """Three cues from the same tracks."""

    def __init__(self) -> None:
        self._from: float | None = None
        self._last = 0.0
        self._moved = 0.0
        self._turn: tuple[float, float] | None = None
        """Residuals of similarity and of homography, of the frame with most of the first."""
        self._with: tuple[int, int, int] | None = None
        """Points around the face that moved with it, of how many that should have, and how many on the side with fewer;
        of the frame in which they should have moved most."""
        self._weight = 0.0

    def see(self, tracks: Tracks) -> None:
        """Take one frame's tracks."""
        self._from = tracks.at if self._from is None else self._from
        self._last = tracks.at
        if len(tracks.face) < _FEWEST:
            return
        moved = float(np.median(np.hypot(*(tracks.face - tracks.face_was).T)))
        self._moved = max(self._moved, moved)
        likely = similarity(tracks.face_was, tracks.face)(tracks.face_was)
        turned = float(np.median(np.hypot(*(likely - tracks.face).T)))
        if self._turn is None or turned > self._turn[0]:
            self._turn = (turned, homography_residual(tracks.face_was, tracks.face))
        self._look_around(tracks)

    def _look_around(self, tracks: Tracks) -> None:
        """Ask points on either side of the face what they move with: hair moves with a head, seldom on both sides."""
        if not len(tracks.around):
            return
        should = similarity(tracks.face_was, tracks.face)(tracks.around_was)
        by = np.hypot(*(should - tracks.around_was).T)
        together = np.hypot(*(should - tracks.around).T) < _WITH * by
        asked = by >= _AROUND
        left = tracks.around_was[:, 0] < tracks.face_was[:, 0].mean()
        sides = [asked & left, asked & ~left]
        count, weight = int(asked.sum()), float(by[asked].sum())
        if count >= _FEW_AROUND and weight > self._weight:
            least = min(int((together & side).sum()) for side in sides)
            self._with, self._weight = (int((together & asked).sum()), count, least), weight

    def cues(self) -> tuple[Cue, Cue, Cue]:
        """Flat motion, surroundings, stillness."""
        return self._flatness(), self._surroundings(), self._stillness()

    def _flatness(self) -> Cue:
        if self._turn is None:
            return Cue(FLAT, None, "too few points of the face could be followed")
        turned, bent = self._turn
        if turned < _TURNED:
            return Cue(FLAT, None, f"the face turned by {turned:.2%} of its width, {_TURNED:.1%} are needed")
        depth = bent / turned
        score = min(_LOUDEST, max(0.05, 0.5 + 0.5 * (_DEPTH - depth) / _DEPTH))
        return Cue(
            FLAT, score, f"{depth:.0%} of how the face turned shows depth; below {_DEPTH:.0%} it turns like a plane"
        )

    def _surroundings(self) -> Cue:
        if self._with is None:
            return Cue(SURROUNDINGS, None, "nothing around the face could be followed while the face moved")
        together, count, least = self._with
        score = min(0.95 if least >= _BOTH else _ONE_SIDED, max(0.05, together / count / (2 * _SHARE)))
        return Cue(
            SURROUNDINGS,
            score,
            f"{together} of {count} points around the face move with it, {least} on the side with fewer",
        )

    def _stillness(self) -> Cue:
        span = 0.0 if self._from is None else self._last - self._from
        if span < _SECONDS or self._turn is None:
            return Cue(STILL, None, f"the face was followed for {span:.1f} s, {_SECONDS:.0f} s are needed")
        score = min(0.9, max(0.05, 0.5 + 0.4 * (_STILL - self._moved) / _STILL))
        return Cue(
            STILL, score, f"the face moved by {self._moved:.2%} of its width in {span:.1f} s; heads sway by more"
        )


@dataclass(frozen=True, slots=True)
class Similarity:
    """Turn, scale and shift, as one complex factor and two middles."""

    factor: complex
    before: complex
    after: complex

    def __call__(self, points: Points) -> Points:
        """Where points go."""
        moved = (points[:, 0] + 1j * points[:, 1] - self.before) * self.factor + self.after
        return np.stack([moved.real, moved.imag], axis=1).astype(np.float32)


def similarity(before: Points, after: Points) -> Similarity:
    """The turn, scale and shift nearest to what points did, by least squares (Umeyama 1991, in the complex plane)."""
    first, second = before[:, 0] + 1j * before[:, 1], after[:, 0] + 1j * after[:, 1]
    middle, goal = complex(first.mean()), complex(second.mean())
    spread = float((np.abs(first - middle) ** 2).sum())
    factor = complex((np.conj(first - middle) * (second - goal)).sum() / spread) if spread > 0 else 1 + 0j
    return Similarity(factor, middle, goal)


def homography_residual(before: Points, after: Points) -> float:
    """Median distance of points from where the best homography puts them.

    Direct linear transformation on normalised points (Hartley 1997), fitted three times, each time to the better
    three quarters, so that a point on a glint does not pull it.

    >>> square = np.array([[x, y] for x in range(4) for y in range(4)], np.float32)
    >>> homography_residual(square, square * 2 + 1) < 1e-5
    True
    """
    first, second = before.astype(np.float64), after.astype(np.float64)
    middle, goal = first.mean(axis=0), second.mean(axis=0)
    size, large = max(float(first.std()), 1e-9), max(float(second.std()), 1e-9)
    first, second = (first - middle) / size, (second - goal) / large
    kept = np.ones(len(first), np.bool_)
    distance = np.zeros(len(first))
    for _ in range(3):
        matrix = _homography(first[kept], second[kept])
        seen = np.c_[first, np.ones(len(first))] @ matrix.T
        depth = np.where(np.abs(seen[:, 2:]) < 1e-6, 1e-6, seen[:, 2:])
        distance = np.hypot(*(seen[:, :2] / depth - second).T)
        last = int(0.75 * (len(distance) - 1))
        kept = distance <= np.partition(distance, last)[last]
    return float(np.median(distance) * large)


def _homography(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    (x, y), (u, v) = before.T, after.T
    none, one = np.zeros_like(x), np.ones_like(x)
    rows = np.concatenate(
        [
            np.stack([x, y, one, none, none, none, -u * x, -u * y], axis=1),
            np.stack([none, none, none, x, y, one, -v * x, -v * y], axis=1),
        ]
    )
    # By the normal equations: sound with normalised points, and 8 x 8 numbers are decomposed instead of 120 x 8.
    found, *_ = np.linalg.lstsq(rows.T @ rows, rows.T @ np.concatenate([u, v]), rcond=None)
    return np.append(found, 1.0).reshape(3, 3)
