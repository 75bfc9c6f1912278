"""Uniformity of the background, by pixels.

The standard takes the mean gradient of the luminance wherever a network sees background. Here it is two bands beside
the head where, of 100 shared photos, hardly any head reaches; long hair does, and counts as background.
"""

import numpy as np
from numpy.typing import NDArray

from consentry.face.quality import Component
from consentry.face.quality_light import luminance
from consentry.face.quality_mapping import falling
from consentry.face.quality_measured import Measured
from consentry.face.quality_parts import halved
from consentry.face.upright import Upright

_ROWS = slice(2, 350)
"""From the crown to the jaw; below are shoulders."""
_BANDS = (slice(62, 118), slice(498, 554))
"""62 px from the edges, as the standard cuts; the mean head is 130 to 480 px wide with its hair."""


def background(upright: Upright) -> tuple[Measured, ...]:
    """Background uniformity; none where neither band lies in the picture."""
    gradients = [_gradient(upright.image[_ROWS, band]) for band in _BANDS if _within(upright, band)]
    if not gradients:
        return ()
    mean = float(np.mean(gradients))
    return (Measured(Component.BACKGROUND, falling(mean, 10, 100, height=190), mean, "luminance a px"),)


def _within(upright: Upright, band: slice) -> bool:
    x = np.array([band.start, band.stop - 1, band.start, band.stop - 1], np.float64)
    y = np.array([_ROWS.start, _ROWS.start, _ROWS.stop - 1, _ROWS.stop - 1], np.float64)
    return bool(upright.inside(x, y).all())


def _gradient(image: NDArray[np.uint8]) -> float:
    """Mean length of Sobel's gradient of the luminance, at half the size; the standard takes 0.72 of it."""
    bright = luminance(halved(image).astype(np.uint8)).astype(np.float32)
    down = bright[2:] - bright[:-2]
    across = bright[:, 2:] - bright[:, :-2]
    rise = down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:]
    slope = across[:-2] + 2 * across[1:-1] + across[2:]
    return float(np.hypot(rise, slope).mean())
