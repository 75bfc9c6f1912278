"""Light on the face, by pixels: uniformity, exposure, range, contrast, colour.

All formulas are those of ISO/IEC 29794-5:2025 as OFIQ 1.1 computes them. What differs is the region: see
``upright.face_mask``; and nothing here knows what covers a face.
"""

import numpy as np
from numpy.typing import NDArray

from consentry.face.quality import Component
from consentry.face.quality_mapping import bounded, falling, of_contrast
from consentry.face.quality_measured import Measured
from consentry.face.upright import EYES, FACE, PLACES, Upright, face_mask, grid

DARK, BRIGHT = 25, 247
"""Luminance, 0-255, up to which a pixel counts as under-exposed, and from which as over-exposed."""
_ZONE = int(0.3 * EYES)
"""px: side of the two squares on the cheeks."""
_CHEEK = int(PLACES[0, 1] + (PLACES[3, 1] - PLACES[0, 1]) / 2)
"""px: upper edge of both, half-way from the eyes to the mouth."""
_CHEEKS = (
    (slice(_CHEEK, _CHEEK + _ZONE), slice(int(PLACES[0, 0]) - _ZONE, int(PLACES[0, 0]))),
    (slice(_CHEEK, _CHEEK + _ZONE), slice(int(PLACES[1, 0]), int(PLACES[1, 0]) + _ZONE)),
)

_LINEAR: NDArray[np.float32] = np.array(
    [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in np.arange(256) / 255],
    np.float32,
)
"""sRGB to linear light, IEC 61966-2-1."""
_WEIGHTS = (0.0722, 0.7152, 0.2126)
"""Of blue, green and red in luminance, ITU-R BT.709."""
_SHARES = tuple((_LINEAR * np.float32(255 * weight)).astype(np.float32) for weight in _WEIGHTS)


def luminance(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Relative luminance, 0-255, of blue green red pixels in sRGB.

    >>> luminance(np.array([[[255, 255, 255], [0, 255, 0], [128, 128, 128]]], np.uint8))
    array([[255, 182,  55]], dtype=uint8)
    """
    blue, green, red = (shares[image[..., plane]] for plane, shares in enumerate(_SHARES))
    return (blue + green + red + np.float32(0.5)).astype(np.uint8)


def light(upright: Upright) -> tuple[Measured, ...]:
    """Every component of light; none where less than half of the face lies in the picture."""
    mask = face_mask() & upright.inside(*grid())
    if mask.sum() < face_mask().sum() / 2:
        return ()
    bright = luminance(upright.image[FACE])
    counts = np.bincount(bright[mask], minlength=256).astype(np.float64)
    shares = counts / counts.sum()
    found = [*_exposure(shares), *_range(shares)]
    if all(upright.inside(*_corners(zone)).all() for zone in _CHEEKS):
        found += [_uniformity(upright.image), _colour(upright.image)]
    return tuple(found)


def _corners(zone: tuple[slice, slice]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rows, columns = zone
    x, y = (columns.start, columns.stop - 1), (rows.start, rows.stop - 1)
    return np.array([x[0], x[1], x[0], x[1]], np.float64), np.array([y[0], y[0], y[1], y[1]], np.float64)


def _uniformity(image: NDArray[np.uint8]) -> Measured:
    """What the histograms of the two cheeks share."""
    histograms = [np.bincount(luminance(image[zone]).ravel(), minlength=256) / _ZONE**2 for zone in _CHEEKS]
    shared = float(np.minimum(*histograms).sum())
    return Measured(Component.ILLUMINATION, bounded(100 * shared**0.3), shared, "share")


def _exposure(shares: NDArray[np.float64]) -> tuple[Measured, Measured]:
    dark, bright = float(shares[: DARK + 1].sum()), float(shares[BRIGHT:].sum())
    under = falling(dark, 0.92, 0.05, height=120, top=0.832)
    return (
        Measured(Component.UNDER_EXPOSURE, under, dark, "share"),
        Measured(Component.OVER_EXPOSURE, bounded(1 / (bright + 0.01)), bright, "share"),
    )


def _range(shares: NDArray[np.float64]) -> tuple[Measured, ...]:
    """Dynamic range by entropy, and the two moments of the luminance."""
    seen = shares[shares > 0]
    entropy = max(0.0, float(-(seen * np.log2(seen)).sum()))
    levels = np.arange(256) / 255
    mean = float(shares @ levels)
    variance = float(shares @ (levels - mean) ** 2)
    return (
        Measured(Component.DYNAMIC_RANGE, bounded(12.5 * entropy), entropy, "bit"),
        Measured(Component.CONTRAST, of_contrast(variance), variance, "variance of 1"),
    )


def _colour(image: NDArray[np.uint8]) -> Measured:
    """How far the mean colour of the cheeks is from that of lit skin, in CIELAB."""
    pixels = np.concatenate([image[zone].reshape(-1, 3) for zone in _CHEEKS])
    a, b = lab(pixels.mean(axis=0))
    away = 100.0 if a < 0 or b < 0 else float(np.hypot(max(0.0, 5 - a, a - 25), max(0.0, 5 - b, b - 35)))
    return Measured(Component.NATURAL_COLOUR, falling(away, 0, 10, height=200), away, "CIELAB")


_XYZ = np.array([[0.14309, 0.38508, 0.43605], [0.06062, 0.71689, 0.22249], [0.71419, 0.09710, 0.01393]])
"""Linear blue green red to XYZ under D50."""
_WHITE = np.array([0.964221, 1.0, 0.825211])


def lab(pixel: NDArray[np.float64]) -> tuple[float, float]:
    """The colour axes a (green to red) and b (blue to yellow) of CIELAB, of one pixel, blue green red, 0-255.

    >>> tuple(round(one) for one in lab(np.array([90.0, 120.0, 180.0])))
    (22, 27)
    """
    value = np.asarray(pixel, np.float64) / 255
    linear = np.where(value > 0.04045, ((value + 0.055) / 1.055) ** 2.4, value / 12.92)
    ratio = _XYZ @ linear / _WHITE
    bent = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return float(500 * (bent[0] - bent[1])), float(200 * (bent[1] - bent[2]))
