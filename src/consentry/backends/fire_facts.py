"""Fire in a camera's pictures: one small colour picture for both the flame's and the smoke's facts."""

import cv2
import numpy as np

from consentry.backends.flame_facts import LOOK_S, FlameFacts
from consentry.backends.smoke_facts import SmokeFacts
from consentry.core.frames import Image
from consentry.core.scene import FireReading

_WIDTH = 320
"""px, width of the small picture: a flame of a twentieth of its height is 9 px tall in it."""


class FireFacts:
    """Reads one camera's pictures at their own pace: 5 looks a second at most, whatever comes."""

    def __init__(self) -> None:
        self._flame, self._smoke = FlameFacts(), SmokeFacts()
        self._at = float("-inf")
        self._last = FireReading()

    def read(self, at: float, image: Image) -> FireReading:
        """Facts of one picture; between two looks those of the last one."""
        if 0 <= at - self._at < LOOK_S:
            return self._last
        self._at = at
        small = reduced(image)
        flame, smoke = self._flame.read(at, small), self._smoke.read(at, small)
        self._last = FireReading(
            flame=flame.score,
            flame_share=flame.share,
            flicker=flame.flicker,
            smoke=smoke.score,
            smoke_share=smoke.share,
            detail=smoke.detail,
        )
        return self._last


def reduced(image: Image) -> Image:
    """The picture in colour, 320 px wide, uint8 (h, 320, 3)."""
    rows, columns = image.shape[:2]
    height = max(2, round(_WIDTH * rows / columns))
    # Between the two sizes linear samples miss nothing, and the mean of areas costs 0.7 ms where these cost 0.1.
    how = cv2.INTER_AREA if columns >= 2 * _WIDTH else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, (_WIDTH, height), interpolation=how), np.uint8)
