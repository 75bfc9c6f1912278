"""What moves in a small grey picture, whether or not it is a person: it decides when the person network looks.

Missing somebody is worse than one look too many, so light that changes counts as motion, for one picture.
"""

from math import exp
from typing import TYPE_CHECKING

import cv2
import numpy as np

from consentry.backends.tamper_facts import Grey

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FADE_S = 1.0
"""s, time constant of the background: a walker uncovers himself within a step. Who stood still has become background,
and when he goes his ghost keeps the network looking until it has faded: 2 s here, 5 s and more with a constant of 3 s
(six persons in one-by-one-person-detection.mp4)."""
_DIFFERENCE = 9.0
"""Of 255, least difference that counts: clothes differ from floors by 20-100, compression's blocks by 2-6."""
_NOISES = 5.0
"""The same in mean differences between two pictures: in the dark a sensor's noise may reach 2-3 grey levels."""
_MOST = 20.0
"""Of 255: noise never makes the eye blinder than this."""
_NOISE_S = 20.0
"""s, time constant with which the noise is learned when it rises; it falls at once, so that people are no noise."""
_FLOOD = 0.5
"""Share of the picture above which it is the light that changed, or another view: learn it at once."""


class Stirring:
    """Compares pictures with a background that follows within seconds."""

    def __init__(self) -> None:
        self._background: NDArray[np.float32] | None = None
        self._noise = 0.0
        self._at = 0.0

    def read(self, at: float, small: Grey, change: float) -> float:
        """Share of the picture that moves, 0-1; 1 in the first one, of which nothing is known.

        Args:
            at: s.
            small: the picture.
            change: mean absolute difference from the last picture, 0-255.
        """
        smooth = cv2.blur(small, (3, 3))
        since, self._at = max(at - self._at, 0.0), max(at, self._at)
        if self._background is None or self._background.shape != smooth.shape:
            self._background, self._noise = smooth.astype(np.float32), change
            return 1.0
        limit = max(_DIFFERENCE, min(_NOISES * self._noise, _MOST))
        moved = (cv2.absdiff(smooth, cv2.convertScaleAbs(self._background)) > limit).astype(np.uint8)
        # Single px are noise; a person 25 px tall is 9 px wide.
        share = cv2.countNonZero(cv2.morphologyEx(moved, cv2.MORPH_OPEN, _CROSS)) / small.size
        fade = 1.0 if share > _FLOOD else 1 - exp(-since / _FADE_S)
        cv2.accumulateWeighted(smooth, self._background, fade)
        self._noise = min(change, self._noise + (1 - exp(-since / _NOISE_S)) * (change - self._noise))
        return share


_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
