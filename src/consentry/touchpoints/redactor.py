"""Where the heads of a picture are, so that every one is made unrecognisable before the picture leaves.

Three nets, one behind the other: faces that the finder sees, the head's part of every person whose face it did not see,
and heads of the last moments that neither finds now. Fails closed: who cannot look gives no picture.
"""

import numpy as np
from numpy.typing import NDArray

from consentry.core.errors import RedactionError
from consentry.core.frames import Frame
from consentry.core.geometry import Boxes
from consentry.core.redaction import RedactedFrame, redact
from consentry.ports import FaceFinder

SURE = 0.5
"""Score, 0-1, from which a face in a person's head part stands for that person. A weaker one is covered too, but may be
a hand or a collar, so it does not excuse from covering the head's part."""
CARRY_S = 0.5
"""s for which a head stays covered where it was last seen: two missed looks at 5 pictures/s. Longer, and a walker has
left the place: at 1.4 m/s half a second is 0.7 m, four widths of a head."""
_WANDER = np.array([-0.5, -0.25, 0.5, 0.25])
"""A head that is only remembered may have moved on: its box grows by these shares of its width and height. In vtest the
box of a woman half hidden by a man lagged behind her head by half its width."""

_GROWN = np.array([-0.4, -0.5, 0.4, 0.2])
"""A face's box ends at the brow and the cheeks. Grown to the left, up, right and down by these shares of its width and
height it holds hair and ears too: the smallest of six growths tried at which an embedder named no more than chance of
50 people (1.0; with a quarter to each side and a third up 1.9, with a tenth 12; docs/adr/0004-redaction.md)."""

_ABOVE, _BESIDE = 0.10, 0.10
_TALL, _WIDE = 0.30, 0.70
"""The head's part of a person's box: the upper 0.30 of its height, or 0.70 of its width if that is more (in px), and a
tenth more above and at the sides. Of 167 faces that YuNet and CenterFace found in persons' boxes of the shared clips,
the lowest chin of those standing was at 0.30 of the height and 0.67 of the width, of the seated and cut (box 1.2-1.3
times as tall as wide) at 0.48 and 0.59; the highest brow 0.05 above the box; cheeks up to 0.09 of the width outside."""


class Redactor:
    """Redacts the pictures of one camera. It remembers where faces just were, so make one for each camera."""

    def __init__(self, finder: FaceFinder) -> None:
        self._finder = finder
        self._last: list[tuple[float, Boxes]] = []

    def redact(self, frame: Frame, persons: Boxes) -> RedactedFrame:
        """The picture with every head filled.

        Args:
            frame: the picture as the camera gave it.
            persons: float32 (n, 4), boxes of all persons in it, fractions of the picture.

        Raises:
            RedactionError: the finder failed, or the picture or a box is not what its type says. No picture leaves.
        """
        blank = redact(frame, persons)  # checks picture and boxes before anything is worked out from them
        height, width = blank.image.shape[:2]
        try:
            faces = self._finder.find(frame.image)
            boxes, scores = np.asarray(faces.boxes, np.float32), np.asarray(faces.scores, np.float32)
        except Exception as error:  # whatever it was: nobody looked, so nobody knows what would remain in clear
            raise RedactionError(f"expected {self._finder.name} to look for faces, it failed: {error}") from error
        if boxes.shape != (len(scores), 4) or not np.isfinite(boxes).all():
            raise RedactionError(f"expected boxes of faces from {self._finder.name}, came {boxes.shape} or no numbers")
        heads = head_parts(persons, width / height)
        now = np.concatenate([heads[~_have_face(heads, boxes[scores >= SURE])], _grown(boxes, _GROWN)])
        # Time may also run back: a clip's pictures come after its still.
        self._last = [(at, old) for at, old in self._last if abs(frame.at - at) <= CARRY_S]
        redacted = redact(frame, np.concatenate([now, _lost(self._last, now)]))
        self._last.append((frame.at, now))
        return redacted


def head_parts(persons: Boxes, aspect: float) -> Boxes:
    """Where a person's head is, whether standing, seated, lying or cut by the picture's edge.

    Args:
        persons: float32 (n, 4), fractions of the picture.
        aspect: the picture's width divided by its height.

    Returns:
        float32 (n, 4).

    >>> head_parts(np.array([[0.4, 0.2, 0.5, 0.8]], np.float32), 1.0).round(2)
    array([[0.39, 0.14, 0.51, 0.38]], dtype=float32)
    """
    left, top, right, bottom = np.asarray(persons, np.float32).reshape(-1, 4).T
    wide, tall = right - left, bottom - top
    down = np.minimum(np.maximum(_TALL * tall, _WIDE * wide * aspect), tall)
    sides = [left - _BESIDE * wide, top - _ABOVE * tall, right + _BESIDE * wide, top + down]
    return np.stack(sides, axis=1).astype(np.float32)


def _grown(boxes: Boxes, by: NDArray[np.float64]) -> Boxes:
    """Boxes with each side moved by a share of their width or height."""
    size = np.tile(boxes[:, 2:] - boxes[:, :2], 2)
    larger: Boxes = (boxes + size * by).astype(np.float32)
    return larger


def _have_face(heads: Boxes, faces: Boxes) -> NDArray[np.bool_]:
    """Which head parts have a face of their own, bool (n,).

    One face stands for one person: of two who overlap, the one farther from it gets covered.
    """
    found = np.zeros(len(heads), np.bool_)
    middle = (faces[:, :2] + faces[:, 2:]) / 2
    after, before = middle[None] >= heads[:, None, :2], middle[None] <= heads[:, None, 2:]
    inside: NDArray[np.bool_] = np.all(after & before, axis=2)
    distance: NDArray[np.float32] = np.abs(middle[None] - (heads[:, None, :2] + heads[:, None, 2:]) / 2).sum(axis=2)
    for face in range(len(faces)):
        free = np.flatnonzero(inside[:, face] & ~found)
        if len(free):
            found[free[np.argmin(distance[free, face])]] = True
    return found


def _lost(last: list[tuple[float, Boxes]], now: Boxes) -> Boxes:
    """Heads of the last moments whose middle nothing covers now."""
    old: Boxes = np.concatenate([np.zeros((0, 4), np.float32), *(boxes for _, boxes in last)])
    middle = ((old[:, :2] + old[:, 2:]) / 2)[:, None]
    covered = np.all((middle >= now[None, :, :2]) & (middle <= now[None, :, 2:]), axis=2).any(axis=1)
    return _grown(old[~covered], _WANDER)
