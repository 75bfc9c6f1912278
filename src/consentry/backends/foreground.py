"""What is not the empty place: a background that learns only where nobody is, so that a crowd that stands never fades.

A pixel's background is found once by majority vote over time (Boyer and Moore's) and then follows the light alone. It
is replaced only where another value has won the vote and, for long, nothing near it moved and nobody was found: people
who stand sway, a bench that was put down does not.
"""

from math import exp

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.core.frames import Image
from consentry.core.geometry import Boxes

Mask = NDArray[np.bool_]
"""bool (h, w)."""

_DIFFERENCE = 16.0
"""Of 255, in any colour: twice what compression's blocks and a sensor by day make of a smoothed small picture (6-8)."""
_NOISES = 6.0
"""The same in median differences from the background, for the night."""
_MOVED = 10.0
"""Of 255, from the mean of the last second: an edge of clothes that sways by half a px changes by 20-40."""
_RECENT_S = 1.0
"""s, time constant of that mean."""
_VOTE_S = 8.0
"""s by which a value must lead the vote to become the background: two persons in a row who pause do not reach it."""
_QUIET_S = 20.0
"""s without motion or persons near a pixel after which it may be learned anew: nobody stands like a post so long."""
_LIGHT_S = 20.0
"""s, time constant with which the background follows the light where nobody is."""
_LEARN_S = 1.0
"""s between two votes: people move on in that time, and it costs a third of a millisecond."""
_STIRRED = 3 / 64
"""Share of a block that must move: single px are noise."""
_BLOCK = 8
"""px, side of the blocks for which it is known when something last moved there; neighbours count."""
_STEADY = 0.02
"""Share of each picture by which the noise is learned."""
_BRIGHTEST = 2.0
"""Light that changes all over by no more than this factor is allowed for at once."""
_AGREE = 0.25
"""Share of the free px that must agree on a factor within 4 %: clothes never do, a floor does."""
_SUDDEN, _SUDDEN_S = 0.25, 1.0
"""Share of the picture that becomes foreground within these s only when a lamp is switched or the sun comes out: a
worker close to the lens stirs 12-20 % (worker-zone-detection.gif). It is forgotten there and learned anew."""
_FLOOD = 0.6
"""Share of the picture that differs from one look to the next only when the camera was moved or the light is another
one altogether; then all is forgotten."""


class Foreground:
    """The foreground of one camera's pictures."""

    def __init__(self) -> None:
        self._place = self._recent = self._rival = np.zeros((0, 0, 3), np.float32)
        self._learnt = self._at = 0.0
        self.known: Mask = np.zeros((0, 0), np.bool_)
        """bool (h, w): where the empty place is known."""
        self.mask: Mask = np.zeros((0, 0), np.bool_)
        """bool (h, w): what is not the empty place, where it is known."""
        self._near = self.mask

    def see(self, at: float, picture: Image, persons: Boxes) -> None:
        """Take the next picture, and the persons found at the last look: there the place is not learned.

        Args:
            at: s.
            picture: uint8 (h, w, 3), small; of another size than before, all is forgotten.
            persons: float32 (n, 4), fractions of the picture.
        """
        small = cv2.blur(picture, (3, 3)).astype(np.uint8, copy=False)
        if self.known.shape != small.shape[:2]:
            self._begin(at, small)
            return
        before, after_s, self._at = self._near, at - self._at, at
        self._tell_apart(small)
        if float(self.mask.mean()) > _FLOOD and float(before.mean()) < _FLOOD:
            self._begin(at, small)
            return
        if after_s <= _SUDDEN_S and float((self.mask & ~before).mean()) > _SUDDEN:
            changed = self._near.copy()
            self.known[changed], self.mask[changed] = False, False
            self._rival[changed], self._lead[changed] = small[changed], 0.0
        since = at - self._learnt
        if since >= _LEARN_S:
            self._learnt = at
            self._stir(at, small, since, persons)
            self._learn(at, small, since)

    def _begin(self, at: float, small: Image) -> None:
        shape = small.shape[:2]
        self._place, self._recent, self._rival = (small.astype(np.float32) for _ in range(3))
        self._lead = np.zeros(shape, np.float32)
        self._noise, self._light, self._learnt, self._at = 0.0, 1.0, at, at
        self._stirred = np.full((-(-shape[0] // _BLOCK), -(-shape[1] // _BLOCK)), at)
        self.known, self.mask, self._near = (np.zeros(shape, np.bool_) for _ in range(3))

    def _tell_apart(self, small: Image) -> None:
        """Find the foreground, the light allowed for where there was none before."""
        few = (slice(None, None, 4), slice(None, None, 4))
        free = self.known[few] & ~self._near[few]
        ratio = small[few][free].sum(axis=1) / np.maximum(self._place[few][free].sum(axis=1), 24.0)
        self._light = _light(ratio) or self._light
        apart = _apart(small, _bytes(self._place, self._light))
        limit = max(_DIFFERENCE, _NOISES * self._noise)
        raw = ((apart > limit) & self.known).astype(np.uint8)
        # Shrunk by the px by which blurring has made everything larger; single px of noise go with it.
        self.mask = cv2.erode(raw, _SPOT) > 0
        # Edges would be learned, and then what lies within them, px by px.
        self._near = cv2.dilate(self.mask.astype(np.uint8), _BROAD_SPOT) > 0
        still = apart[few][self.known[few] & ~self._near[few]]
        if len(still):
            self._noise += _STEADY * (float(np.median(still)) - self._noise)

    def _stir(self, at: float, small: Image, since: float, persons: Boxes) -> None:
        """Note where something moves and where persons were found."""
        moved = _apart(small, _bytes(self._recent)) > _MOVED
        cv2.accumulateWeighted(small, self._recent, 1 - exp(-since / _RECENT_S))
        rows, columns = moved.shape
        edges = np.clip(persons, 0, 1) * (columns, rows, columns, rows)
        for left, top, right, bottom in np.column_stack([np.floor(edges[:, :2]), np.ceil(edges[:, 2:])]).astype(int):
            moved[top:bottom, left:right] = True
        high, wide = self._stirred.shape
        share = cv2.resize(moved.astype(np.float32), (wide, high), interpolation=cv2.INTER_AREA)
        near = cv2.dilate((share > _STIRRED).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        self._stirred[near] = at

    def _learn(self, at: float, small: Image, since: float) -> None:
        """Vote, take over what has won, and follow the light."""
        alike = _apart(small, _bytes(self._rival)) < _DIFFERENCE
        self._lead += np.where(alike, np.float32(since), np.float32(-since))
        beaten = self._lead < 0
        self._rival[beaten], self._lead[beaten] = small[beaten], 0.0
        np.minimum(self._lead, 4 * _VOTE_S, out=self._lead)
        cv2.accumulateWeighted(small, self._rival, 0.5, mask=alike.astype(np.uint8))
        rows, columns = self.mask.shape
        blocks = at - self._stirred >= _QUIET_S
        quiet = blocks.repeat(_BLOCK, axis=0).repeat(_BLOCK, axis=1)[:rows, :columns]
        won = (self._lead >= _VOTE_S) & (~self.known | (self._near & quiet))
        self._place[won] = self._rival[won]
        self.known |= won
        follow = (self.known & ~self._near).astype(np.uint8)
        cv2.accumulateWeighted(small, self._place, 1 - exp(-since / _LIGHT_S), mask=follow)


def _bytes(picture: NDArray[np.float32], factor: float = 1.0) -> Image:
    """A picture of floats times a factor, rounded."""
    return np.asarray(cv2.convertScaleAbs(picture, alpha=factor), np.uint8)


def _apart(a: Image, b: Image) -> NDArray[np.uint8]:
    """Difference in the colour that differs most, uint8 (h, w)."""
    blue, green, red = cv2.split(cv2.absdiff(a, b))
    return np.asarray(cv2.max(cv2.max(blue, green), red), np.uint8)


def _light(ratio: NDArray[np.float32]) -> float | None:
    """The factor by which the light has changed, on which most px agree; None where they do not."""
    if len(ratio) < _FEWEST:
        return None
    steps = np.log(np.clip(ratio, 0.1, 10.0)) / _STEP
    counts, edges = np.histogram(steps, bins=np.arange(-_RANGE - 1.5, _RANGE + 2.0))
    agree = np.convolve(counts, np.ones(3), mode="same")
    best = int(np.argmax(agree))
    if agree[best] < _AGREE * len(ratio):
        return None
    near = steps[(steps >= edges[best] - 1) & (steps < edges[best] + 2)]
    return float(np.exp(np.median(near) * _STEP))


_STEP = 0.025
_RANGE = round(float(np.log(_BRIGHTEST)) / _STEP)
_FEWEST = 50
"""Free px, of which every sixteenth is asked: fewer say nothing."""
_SPOT, _BROAD_SPOT = np.ones((3, 3), np.uint8), np.ones((7, 7), np.uint8)
