"""Eyes open, mouth closed, nothing before the face: read from a few edges and colours, without a network.

The standard measures eyelids and lips by 98 landmarks, and what covers a face by a network. Neither is at hand. Each
of the three readings here is one weighted sum of plain features; the weights were learnt from 100 photos of 50 people
and from changes drawn into them (``training/face_quality``), because nobody in them closes the eyes or wears a mask.
How good they are is measured on people who were left out of the learning, and told in docs/quality.md; what they are
not: tested on real closed eyes, on glasses, on hands.
"""

import numpy as np
from numpy.typing import NDArray

from consentry.face.quality import Component
from consentry.face.quality_learnt import COVER, EYES, MOUTH
from consentry.face.quality_mapping import bounded, falling, rising
from consentry.face.quality_measured import Measured
from consentry.face.upright import FACE, PLACES, Upright, grid

Grey = NDArray[np.float32]

_DIRECTIONS = 6
_CELLS = (4, 6)
"""Rows and columns of cells of a patch."""
EYE, LIPS = (12, 18), (22, 30)
"""Half the height and width of a patch, half px (eyes 56.5 apart)."""
_LOWER = 8
"""Half px: how much lower than the corners of the mouth its patch is centred; a jaw falls downwards."""
_BLOCK = 16
"""Half px: side of the blocks in which colours are compared, 8 rows of 7."""


def parts(upright: Upright) -> tuple[Measured, ...]:
    """Eyes, mouth and cover; none where a part of the face lies outside the picture."""
    x, y = grid()
    ends = (np.array([x.min(), x.max()] * 2), np.repeat(np.array([y.min(), y.max()]), 2))
    if not upright.inside(*ends).all():
        return ()
    small = halved(upright.image[FACE])
    grey = small @ _LUMA
    opened = min(EYES.of(eye) for eye in eyes(grey))
    gap, covered = MOUTH.of(mouth(grey)), COVER.of(colours(small))
    opened, gap, covered = (min(max(one, 0.0), 1.0) for one in (opened, gap, covered))
    return (
        Measured(Component.EYES_OPEN, rising(opened, 0.45, 0.08), opened, "share of open"),
        Measured(Component.MOUTH_CLOSED, falling(gap, 0.2, 0.06), gap, "share of T"),
        Measured(Component.FACE_VISIBLE, bounded(100 * (1 - covered)), covered, "share"),
    )


_LUMA = np.array([0.114, 0.587, 0.299], np.float32)
"""Of blue, green, red (ITU-R BT.601): the eye for edges, not for light."""


def halved(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Each 2 x 2 px made one, their mean: float32 (h/2, w/2, 3)."""
    rows = image[::2].astype(np.uint16) + image[1::2]
    return np.asarray((rows[:, ::2] + rows[:, 1::2]) / np.float32(4), np.float32)


def _middle(place: NDArray[np.float64]) -> tuple[int, int]:
    """Row and column in the halved ``FACE`` of a point of the upright picture."""
    return int(place[1] - FACE[0].start) // 2, int(place[0] - FACE[1].start) // 2


def eyes(grey: Grey) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Edges of both eyes, float32 (144,); the one at the right is mirrored, so that both are alike."""
    left, right = (_patch(grey, _middle(PLACES[index]), EYE) for index in (0, 1))
    return edges(left), edges(right[:, ::-1])


def mouth(grey: Grey) -> NDArray[np.float32]:
    """Edges of the mouth, float32 (144,): of it and its mirror image together, since both sides are alike."""
    row, column = _middle((PLACES[3] + PLACES[4]) / 2)
    patch = _patch(grey, (row + _LOWER, column), LIPS)
    return np.asarray((edges(patch) + edges(patch[:, ::-1])) / 2, np.float32)


def _patch(grey: Grey, middle: tuple[int, int], half: tuple[int, int]) -> Grey:
    (row, column), (high, wide) = middle, half
    return grey[row - high : row + high, column - wide : column + wide]


def edges(patch: Grey) -> NDArray[np.float32]:
    """How the strength of edges is shared among cells and directions (after Dalal and Triggs, CVPR 2005).

    Each value is the root of a share, so light and contrast drop out.

    Args:
        patch: float32 (h, w).

    Returns:
        float32 (4 * 6 * 6,), whose squares add up to 1; zeros for an even patch.
    """
    across, down = np.zeros_like(patch), np.zeros_like(patch)
    across[:, 1:-1] = patch[:, 2:] - patch[:, :-2]
    down[1:-1] = patch[2:] - patch[:-2]
    turn = np.arctan2(down, across) / (2 * np.pi) % 1
    direction = np.minimum((turn * _DIRECTIONS).astype(np.intp), _DIRECTIONS - 1)
    (rows, columns), (high, wide) = _CELLS, patch.shape
    cell = (np.arange(high) * rows // high)[:, None] * columns + np.arange(wide) * columns // wide
    strength = np.hypot(across, down)
    size = rows * columns * _DIRECTIONS
    sums = np.bincount((cell * _DIRECTIONS + direction).ravel(), strength.ravel(), minlength=size)
    return np.sqrt(sums / max(float(sums.sum()), 1e-6)).astype(np.float32)


def colours(small: NDArray[np.float32]) -> NDArray[np.float32]:
    """How each block of the face differs from the middle one of all: float32 (8 * 7 * 4,).

    Of each block: lightness beside the median, two colours beside their medians, unevenness.

    Args:
        small: float32 (128, 112, 3), the halved ``FACE``.
    """
    rows, columns = small.shape[0] // _BLOCK, small.shape[1] // _BLOCK
    blocks = small[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK, 3)
    mean = blocks.mean(axis=(1, 3))
    uneven = (blocks @ _LUMA).std(axis=(1, 3))
    total = mean.sum(axis=2) + 3
    light = np.log(total)
    red, blue = (mean[..., 2] + 1) / total, (mean[..., 0] + 1) / total
    apart = [np.abs(one - np.median(one)) for one in (light, red, blue)]
    shares = np.stack([apart[0], apart[1] * 10, apart[2] * 10, uneven * 15 / total], axis=-1)  # of like size
    return shares.ravel().astype(np.float32)
