"""Whether something in a small picture looks and moves like a flame, from the looks of the last four seconds.

1. Colour proposes: warm pixels by the rules of Celik and Demirel (Fire Safety Journal 44, 2009, 147-158: Y > mean,
   Cr > Cb, their difference above 40), and white-hot ones beside them.
2. Movement decides. A flame's edge comes, goes and *returns*, at places that do not keep step with each other, over a
   brighter or darker self at each look, and adds light where it is. So places count that toggle often (``flicker``), as
   a share of all that toggled (``busy``: somebody who walks by leaves a trail that toggled once), that do not brighten
   and darken together (``together``: a beacon, a screen, a lamp do), that are of another brightness at each look while
   warm (``restless``: an orange wall behind passers-by is not), and brighter when warm (``rise``).
3. The colour of those places alone is asked for once more, and more strictly (``red``): of people who move in warm
   light it is 143 to 148, of flames in the shared frames 144 (overexposed) to 190.

At 5 looks a second nobody sees the 1-10 Hz at which flames flicker (Toreyin and others, Pattern Recognition Letters 27,
2006): above 2.5 Hz all frequencies look alike. What is seen is that one look hardly foretells the next.
"""

from collections import deque
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.core.frames import Image

Mask = NDArray[np.uint8]
"""uint8 (h, w)."""

LOOK_S = 0.18
"""s, least time between two looks that are compared: 5 a second, whatever the camera gives. A flame has changed by
then."""
_WINDOW_S = 4.0
"""s that are looked back on: a passer-by toggles a place twice or, with a striped vest, four times in all; a flame
without end (at the rates below eight times)."""
_LEAST_S, _LEAST_LOOKS = 2.4, 5
"""Before so much time and so many looks nothing is said."""
_SILENCE_S = 2.0
"""s without a look after which the past counts no more."""
_WARM, _PINK = 40, 18
"""Least Cr - Cb of warm pixels (Celik and Demirel), and of nearly saturated ones, which a sensor shows as pink."""
_BRIGHT_RED, _PINK_CR = 225, 148
"""Least red and Cr of pink pixels, 0-255."""
_RED, _DIM_RED, _OVER = 170, 120, 1.45
"""Least red of warm pixels in a bright picture, in a dark one, and between the two in means of the picture's luma: a
flame is the brightest of what its camera is exposed for, and brick walls in the shade are not."""
_DARKER, _LIGHTER = 0.8, 1.1
"""Least luma of warm and of pink pixels, in means of the picture: Celik and Demirel ask for 1; in a picture full of
fire its own rim is below the mean."""
_HOT = 220
"""Least luma of white-hot pixels; they count within 3 px of warm ones."""
_STEP = 10
"""Least change of luma with which a toggle counts: noise at the rim of a mask makes 1 to 5."""
_OFTEN = 0.25
"""Least share of the steps at which a place must toggle to be restless: independent looks toggle at half of them."""
_TOGGLES = 3
"""And no fewer than these: off, on, off, on."""
_SMALL = 14
"""px, smaller places say nothing: a spot of 4 by 4 px, an eightieth of the width."""
_PLACES = 3
"""So many places are looked at, the largest first."""
_ENOUGH = 300
"""Pixels of a place that are looked at; of a larger one every second, third..."""
_JOIN = np.ones((7, 7), np.uint8)
"""Places nearer than this are one."""


@dataclass(frozen=True, slots=True)
class FlameReading:
    """The place that is most like a flame."""

    score: float = 0.0
    """0-1: how far its weakest cue is beyond its limit, 0.5 at the limit."""
    share: float = 0.0
    """Share of the picture that is flame-coloured there now, 0-1."""
    flicker: float = 0.0
    """Share of the looks at which a restless pixel toggled, 0-1."""
    box: tuple[float, float, float, float] | None = None
    """Where, fractions of the picture."""


@dataclass(frozen=True, slots=True)
class FlameCues:
    """How one place behaves; each with its limit in ``LIMITS``."""

    busy: float
    """Restless pixels as a share of all that toggled, 0-1."""
    together: float
    """How far its pixels brighten and darken together, 0-1."""
    restless: float
    """Mean change of luma between two looks at which a pixel was warm both times, 0-255."""
    rise: float
    """How much brighter its pixels are when warm, 0-255."""
    red: float
    """Mean Cr of its pixels when warm, 0-255."""


LIMITS: dict[str, tuple[float, float]] = {
    "busy": (0.12, 0.42),
    "together": (0.95, 0.65),
    "restless": (10.0, 26.0),
    "rise": (5.0, 35.0),
    "red": (140.0, 158.0),
}
"""Where a cue's score is 0 and 1. Half-way lies between what is no fire and what is, on the shared footage and in drawn
scenes; one real fire was at hand, and it was used (medians there: 0.40, 0.47, 26, 52, 166). See docs/measured.md."""


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    at: float
    luma: Mask
    redness: Mask
    warm: Mask
    toggled: Mask


class FlameFacts:
    """Reads one camera's small colour pictures, all of one size."""

    def __init__(self) -> None:
        self._looks: deque[_Look] = deque()
        self._toggles: NDArray[np.uint8] | None = None

    def read(self, at: float, small: Image) -> FlameReading:
        """Facts of one picture.

        Args:
            at: s.
            small: about 320 px wide, uint8 (h, w, 3), blue, green, red.
        """
        self._add(at, *warm_pixels(small))
        looks, toggles = self._looks, self._toggles
        if toggles is None or len(looks) < _LEAST_LOOKS or at - looks[0].at < _LEAST_S:
            return FlameReading()
        often = max(_TOGGLES, round(_OFTEN * (len(looks) - 1)))
        restless = _above(toggles, often - 1)
        if cv2.countNonZero(restless) < _SMALL:
            return FlameReading()
        return max(self._places(toggles, np.asarray(restless, np.uint8)), key=lambda r: r.score, default=FlameReading())

    def _add(self, at: float, luma: Mask, redness: Mask, warm: Mask) -> None:
        looks = self._looks
        if looks and (looks[-1].luma.shape != luma.shape or at - looks[-1].at > _SILENCE_S):
            looks.clear()
        if not looks or self._toggles is None:
            looks.append(_Look(at, luma, redness, warm, np.zeros_like(warm)))
            self._toggles = np.zeros_like(warm)
            return
        last = looks[-1]
        far = _above(cv2.absdiff(luma, last.luma), _STEP - 1)
        toggled = _all(np.asarray(cv2.bitwise_xor(warm, last.warm), np.uint8), far)
        looks.append(_Look(at, luma, redness, warm, np.asarray(toggled & 1, np.uint8)))
        self._toggles += looks[-1].toggled
        while at - looks[0].at > _WINDOW_S + 1e-3:
            looks.popleft()
            self._toggles -= looks[0].toggled  # a step belongs to its later look; the first one left has none any more
            looks[0] = replace(looks[0], toggled=np.zeros_like(warm))

    def _places(self, toggles: Mask, restless: Mask) -> list[FlameReading]:
        count, names, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(restless, _JOIN))
        names = names.ravel()
        chosen = np.flatnonzero(restless)
        belongs = names[chosen]
        sizes = np.bincount(belongs, minlength=count)
        touched = np.bincount(names[np.flatnonzero(toggles)], minlength=count)
        warm = np.bincount(names[np.flatnonzero(self._looks[-1].warm)], minlength=count)
        rows, columns = toggles.shape
        found = []
        for k in 1 + np.argsort(-sizes[1:])[:_PLACES]:
            if sizes[k] < _SMALL:
                break
            pixels = chosen[belongs == k]
            pixels = pixels[:: 1 + len(pixels) // _ENOUGH]
            left, top, width, height = (int(v) for v in stats[k, :4])
            found.append(
                FlameReading(
                    score=score(self._cues(pixels, float(sizes[k] / touched[k]))),
                    share=float(warm[k] / toggles.size),
                    flicker=float(toggles.ravel()[pixels].mean()) / (len(self._looks) - 1),
                    box=(left / columns, top / rows, (left + width) / columns, (top + height) / rows),
                )
            )
        return found

    def _cues(self, pixels: NDArray[np.intp], busy: float) -> FlameCues:
        luma = np.stack([look.luma.ravel()[pixels] for look in self._looks]).astype(np.float32)
        warm = np.stack([look.warm.ravel()[pixels] for look in self._looks]) > 0
        redness = np.stack([look.redness.ravel()[pixels] for look in self._looks])
        return cues_of(luma, redness, warm, busy)


def warm_pixels(small: Image) -> tuple[Mask, Mask, Mask]:
    """Luma, Cr, and which pixels have a flame's colour (255) or not (0).

    >>> orange, grey, white = (30, 120, 250), (128, 128, 128), (255, 255, 255)
    >>> warm_pixels(np.array([[orange, grey, white]], np.uint8))[2].tolist()
    [[255, 0, 255]]
    """
    luma, redness, blueness = (np.asarray(one, np.uint8) for one in cv2.split(cv2.cvtColor(small, cv2.COLOR_BGR2YCrCb)))
    blue, green, red = (np.asarray(one, np.uint8) for one in cv2.split(small))
    tint, mean = cv2.subtract(redness, blueness), cv2.mean(luma)[0]
    warm = _all(
        _above(tint, _WARM),
        _above(red, float(np.clip(_OVER * mean, _DIM_RED, _RED)) - 1),
        _above(cv2.subtract(red, green), 0),
        _above(luma, _DARKER * mean),
    )
    pink = _all(
        _above(redness, _PINK_CR - 1), _above(red, _BRIGHT_RED - 1), _above(tint, _PINK), _above(luma, _LIGHTER * mean)
    )
    warm = _any(warm, pink)
    if cv2.countNonZero(warm):
        near = np.asarray(cv2.dilate(warm, _JOIN), np.uint8)
        hot = _all(_above(luma, _HOT - 1), np.asarray(cv2.compare(red, blue, cv2.CMP_GE), np.uint8), near)
        warm = _any(warm, hot)
    return luma, redness, warm


def _above(channel: Mask | cv2.typing.MatLike, limit: float) -> Mask:
    return np.asarray(cv2.threshold(channel, limit, 255, cv2.THRESH_BINARY)[1], np.uint8)


def _all(first: Mask, *others: Mask) -> Mask:
    for other in others:
        first = np.asarray(cv2.bitwise_and(first, other), np.uint8)
    return first


def _any(first: Mask, second: Mask) -> Mask:
    return np.asarray(cv2.bitwise_or(first, second), np.uint8)


def cues_of(luma: NDArray[np.float32], redness: Mask, warm: NDArray[np.bool_], busy: float) -> FlameCues:
    """How restless pixels behave.

    Args:
        luma: float32 (looks, pixels).
        redness: uint8 (looks, pixels), Cr.
        warm: bool (looks, pixels).
        busy: their share of all pixels there that toggled.
    """
    change = np.diff(luma, axis=0)
    amount = np.abs(change)
    twice = warm[1:] & warm[:-1]
    on = warm.sum(axis=0)
    bright = (luma * warm).sum(axis=0) / np.maximum(on, 1)
    dull = (luma * ~warm).sum(axis=0) / np.maximum(len(luma) - on, 1)
    return FlameCues(
        busy=busy,
        together=float(np.abs(change.sum(axis=1)).sum() / max(amount.sum(), 1e-6)),
        restless=float(amount[twice].mean()) if twice.any() else 0.0,
        rise=float((bright - dull).mean()),
        red=float(redness[warm].mean()) if warm.any() else 0.0,
    )


def score(cues: FlameCues) -> float:
    """The weakest cue's score, 0-1.

    >>> score(FlameCues(0.5, together=0.47, restless=28, rise=48, red=166)), score(FlameCues(0.9, 0.97, 1.5, 64, 150))
    (1.0, 0.0)
    """
    scores = [(getattr(cues, name) - none) / (full - none) for name, (none, full) in LIMITS.items()]
    return float(np.clip(min(scores), 0.0, 1.0))
