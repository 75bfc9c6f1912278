"""The only way a picture leaves: with every head made unrecognisable.

A head's box is filled with one even grey, the same for everybody, so nothing in it depends on who stood there. Blur and
mosaics were measured and refused: whoever knows the method redacts a portrait in the same way and compares (the parrot
attack of Newton, Sweeney and Malin, IEEE TKDE 17(2), 2005). Figures: docs/adr/0004-redaction.md.
"""

from collections.abc import Callable
from dataclasses import InitVar, dataclass

import numpy as np
from numpy.typing import NDArray

from consentry.core.errors import RedactionError
from consentry.core.frames import Frame, Image
from consentry.core.geometry import Boxes

FILL = 127
"""Grey, 0-255. Of 50 persons whose smiling picture was held against all neutral ones, an embedder named 50 from the
original, 29 through a mosaic of 4x4 cells, 19 by the mean colour alone, and 1 with this fill, where chance names 1."""
MARGIN = 0.05
"""How much further than its box each side is filled, as a share of the box: detectors place an edge no better."""

_SEAL = object()
"""Proof that a picture went through this module; it is never handed out."""


@dataclass(frozen=True, slots=True, eq=False)
class RedactedFrame:
    """A picture in which no head can be recognised. ``redact`` and ``drawn_on`` alone make one."""

    camera: str
    """The camera's name in the settings."""
    at: float
    """Time of capture, s UTC."""
    image: Image
    """uint8, H x W x 3, blue green red; read only."""
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        """Refuse whatever does not come from this module.

        Raises:
            RedactionError: somebody else made it.
        """
        if seal is not _SEAL:
            raise RedactionError(
                "expected a picture from redact() or drawn_on(); nothing else may call itself redacted"
            )
        self.image.setflags(write=False)

    def __repr__(self) -> str:
        """Never shows pixels."""
        height, width = self.image.shape[:2]
        return f"RedactedFrame({self.camera!r}, at={self.at:.3f}, {width}x{height})"


def redact(frame: Frame, heads: Boxes) -> RedactedFrame:
    """A copy of the picture with every head filled.

    Args:
        frame: the picture as the camera gave it; it is left as it is.
        heads: float32 (n, 4), left top right bottom, fractions of the picture; what lies outside it is cut off.

    Raises:
        RedactionError: the picture or a box is not what its type says, so nobody knows what would remain in clear.

    >>> grey = redact(Frame("hall", 0.0, np.zeros((8, 8, 3), np.uint8)), np.array([[0.5, 0, 1, 0.5]], np.float32))
    >>> int(np.count_nonzero(grey.image[:, :, 0] == FILL)), grey
    (25, RedactedFrame('hall', at=0.000, 8x8))
    """
    _check_image(frame.image)
    height, width = frame.image.shape[:2]
    image = frame.image.copy()
    for left, top, right, bottom in _pixels(_checked_boxes(heads), width, height):
        image[top:bottom, left:right] = FILL
    return RedactedFrame(frame.camera, frame.at, image, _SEAL)


def drawn_on(picture: RedactedFrame, draw: Callable[[Image], None]) -> RedactedFrame:
    """A copy of a redacted picture with boxes, lines or words drawn on it.

    Args:
        picture: stays as it is.
        draw: draws in place on the image that it gets. It must not bring back pixels of the camera.
    """
    image = picture.image.copy()
    draw(image)
    return RedactedFrame(picture.camera, picture.at, image, _SEAL)


def _check_image(image: object) -> None:
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
        came = f"{image.dtype} {image.shape}" if isinstance(image, np.ndarray) else type(image).__name__
        raise RedactionError(f"expected a picture of uint8, H x W x 3, came {came}")
    if image.size == 0:
        raise RedactionError(f"expected a picture with pixels, came {image.shape}")


def _checked_boxes(heads: object) -> NDArray[np.float64]:
    try:
        boxes = np.asarray(heads, np.float64)
    except (TypeError, ValueError) as error:
        raise RedactionError(f"expected boxes of heads as numbers, came {type(heads).__name__}") from error
    if boxes.ndim != 2 or boxes.shape[1] != 4:
        raise RedactionError(f"expected boxes of heads of shape (n, 4), came {boxes.shape}")
    if not np.isfinite(boxes).all():
        raise RedactionError("expected finite boxes of heads, one has no number for a side")
    if (boxes[:, 2:] < boxes[:, :2]).any():
        raise RedactionError("expected boxes of heads as left top right bottom, one ends before it begins")
    return boxes


def _pixels(boxes: NDArray[np.float64], width: int, height: int) -> NDArray[np.intp]:
    """Boxes with their margin in px, rounded outward, cut at the picture's edges."""
    size = np.array([width, height], np.float64)
    margin = (boxes[:, 2:] - boxes[:, :2]) * MARGIN
    # Rounding inward would leave a row of face in clear; cutting comes before the cast, which would wrap around.
    begin = np.clip(np.floor((boxes[:, :2] - margin) * size), 0, size)
    end = np.clip(np.ceil((boxes[:, 2:] + margin) * size), 0, size)
    return np.concatenate([begin, end], axis=1).astype(np.intp)
