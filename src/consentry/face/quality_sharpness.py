"""Sharpness of the face, by pixels.

The standard asks a random forest that is trained on the strengths of Laplace and Sobel filters; its trees are not at
hand. Ours is the blur metric of Crete and others (SPIE 6492, 2007): a sharp picture loses much when it is blurred, a
blurred one little. It measures what a px differs from its neighbour, and which share of that a blur takes away; so
light and contrast drop out. Noise counts as sharpness: it cannot tell them apart.
"""

import numpy as np
from numpy.typing import NDArray

from consentry.face.quality import Component
from consentry.face.quality_mapping import rising
from consentry.face.quality_measured import Measured
from consentry.face.quality_parts import halved
from consentry.face.upright import FACE, Upright, face_mask, grid

_WINDOW = 9
"""Half px: a blur of nine, a sixth of the eyes' distance. With five, faces blurred with a sigma of 4 and of 8 px at 109
px between the eyes could not be told apart; with nine, each doubling of the blur is a step of its own."""
_MIDDLE, _WIDTH = 0.30, 0.05
"""Share where the value is 50, and the width of the curve. On 25 shared photos the share is 0.56 (5-95 %: 0.52-0.63) as
they are, 0.37 blurred with a sigma of 2 px of 109 between the eyes, 0.29 with 3, 0.23 with 4, 0.17 with 6."""
_LUMA = np.array([0.114, 0.587, 0.299], np.float32)
_FLAT = 0.05
"""Grey levels from one px to the next, on average, below which there is nothing to be sharp."""


def sharpness(upright: Upright) -> tuple[Measured, ...]:
    """Sharpness; none where less than half of the face lies in the picture."""
    mask = (face_mask() & upright.inside(*grid()))[::2, ::2]
    if mask.sum() < face_mask().sum() / 8:
        return ()
    lost = min(_lost(halved(upright.image[FACE]) @ _LUMA, mask, axis) for axis in (0, 1))
    return (Measured(Component.SHARPNESS, rising(lost, _MIDDLE, _WIDTH), lost, "share"),)


def _lost(grey: NDArray[np.float32], mask: NDArray[np.bool_], axis: int) -> float:
    """Which share of the differences along one axis a blur along it takes away, 0-1."""
    changes = np.abs(np.diff(grey, axis=axis))
    after = np.abs(np.diff(_blurred(grey, axis), axis=axis))
    there = mask[1:] if axis == 0 else mask[:, 1:]
    whole = float(changes[there].sum())
    if whole < _FLAT * there.sum():
        return 0.0
    return float(np.maximum(changes - after, 0)[there].sum()) / whole


def _blurred(grey: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """The mean of ``_WINDOW`` px along one axis; the border goes on beyond the edge."""
    edge = [(0, 0), (0, 0)]
    edge[axis] = (_WINDOW // 2 + 1, _WINDOW // 2)
    sums = np.cumsum(np.pad(grey, edge, mode="edge"), axis=axis, dtype=np.float64)
    size = grey.shape[axis]
    upper = np.take(sums, np.arange(_WINDOW, _WINDOW + size), axis=axis)
    return ((upper - np.take(sums, np.arange(size), axis=axis)) / _WINDOW).astype(np.float32)
