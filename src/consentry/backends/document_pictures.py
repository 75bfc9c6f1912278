"""Pictures of documents from files that anybody may have made: looked at in the header first, decoded bounded.

Formats are a closed list. JPEG 2000 is not on it: the decoder that Pillow carries has an open fault, and portraits from
chips, which come in it, are decoded in a worker of their own.
"""

import io
import warnings
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image as Pictures
from PIL import ImageOps, UnidentifiedImageError

from consentry.core.errors import SourceError
from consentry.core.frames import Image

FORMATS: Final = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")
PIXELS: Final = 50_000_000
"""A page of a passport at 1,200 dpi has 24 million; phones give up to 50 million."""
BYTES: Final = 100_000_000
"""A larger file is no picture of a document: 50 million pixels in three colours are 150 million bytes uncompressed, and
nobody sends them so."""
_LEAST: Final = 100
"""px of the longer side: 30 letters, each 3 px apart, are not legible."""


def read_picture(path: Path) -> Image:
    """A picture from a file: uint8 H x W x 3, blue green red, upright as its EXIF says.

    Raises:
        SourceError: there is no such file, or it is no still picture of a sane size.
    """
    try:
        if not path.is_file():
            raise SourceError(f"expected a picture in a file, there is none at {path}")
        if path.stat().st_size > BYTES:
            raise SourceError(f"{path}: expected at most {BYTES:,} bytes, came {path.stat().st_size:,}")
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from error
    return decode_picture(content, str(path))


def decode_picture(content: bytes, name: str) -> Image:
    """A picture from its bytes, as ``read_picture``.

    Args:
        content: the whole file.
        name: what to call it in an error.

    Raises:
        SourceError: it is no still picture of a sane size.
    """
    if not content:
        raise SourceError(f"{name}: expected a picture, the file is empty")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pictures.DecompressionBombWarning)
            warnings.simplefilter("ignore", UserWarning)  # odd EXIF and odd tags: what counts is that it decodes
            with Pictures.open(io.BytesIO(content), formats=FORMATS) as picture:
                _check(picture, name)
                upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (Pictures.DecompressionBombError, Pictures.DecompressionBombWarning) as error:
        raise SourceError(f"{name}: expected at most {PIXELS:,} pixels, came far more") from error
    except UnidentifiedImageError as error:
        raise SourceError(f"{name}: expected a picture ({', '.join(FORMATS)}), came something else") from error
    except _BROKEN as error:
        raise SourceError(f"{name}: the picture is broken or cut off: {error}") from error
    return np.ascontiguousarray(np.asarray(upright)[..., ::-1])


def _check(picture: Pictures.Image, name: str) -> None:
    """By the header alone, before anything is decoded."""
    wide, high = picture.size
    if wide * high > PIXELS:
        raise SourceError(f"{name}: expected at most {PIXELS:,} pixels, came {wide} x {high}")
    if max(wide, high) < _LEAST:
        raise SourceError(f"{name}: expected at least {_LEAST} pixels on the longer side, came {wide} x {high}")
    frames = getattr(picture, "n_frames", 1)
    if frames > 1:
        raise SourceError(f"{name}: expected one still picture, came {frames} in one file")


_BROKEN: Final = (
    OSError,
    ValueError,
    SyntaxError,  # Pillow's word for a broken PNG
    EOFError,
    IndexError,  # broken EXIF
    KeyError,
    TypeError,
    OverflowError,
    MemoryError,
)
"""What Pillow raises for a file that is broken or cut off."""
