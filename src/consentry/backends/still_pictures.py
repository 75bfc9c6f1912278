"""Still pictures from files that anybody may have made: looked at in the header first, decoded bounded, upright.

Formats are a closed list. JPEG 2000 is not on it: the decoder that Pillow carries has an open fault, and portraits from
chips, which come in it, are decoded in a worker of their own.
"""

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image as Pictures
from PIL import UnidentifiedImageError

from consentry.core.errors import SourceError
from consentry.core.frames import Image

FORMATS: Final = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")
PIXELS: Final = 50_000_000
"""Phones give up to 50 million; a page of a passport at 1,200 dpi has 24 million."""
BYTES: Final = 100_000_000
"""A larger file is no picture that anybody means: 50 million pixels in three colours are 150 million bytes
uncompressed, and nobody sends them so."""
_PAPER: Final = (255, 255, 255)
"""What shows through where a picture is transparent: a viewer's white, not the colours hidden under it."""
_ORIENTATION: Final = 0x0112
"""The tag of EXIF that says how the camera was held (CIPA DC-008, 4.6.5.1.6)."""
_TURNS: Final = {
    2: Pictures.Transpose.FLIP_LEFT_RIGHT,
    3: Pictures.Transpose.ROTATE_180,
    4: Pictures.Transpose.FLIP_TOP_BOTTOM,
    5: Pictures.Transpose.TRANSPOSE,
    6: Pictures.Transpose.ROTATE_270,
    7: Pictures.Transpose.TRANSVERSE,
    8: Pictures.Transpose.ROTATE_90,
}
"""What brings a picture with that tag upright."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a picture for one purpose may be."""

    least: int
    """px of the longer side: below it nothing can be made out."""
    most: int | None = None
    """px of the longer side of what is given back: a larger picture is averaged down to it; None: as it is."""


def read_still(path: Path, bounds: Bounds) -> Image:
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
    return decode_still(content, str(path), bounds)


def decode_still(content: bytes, name: str, bounds: Bounds) -> Image:
    """A picture from its bytes, as ``read_still``.

    Args:
        content: the whole file.
        name: what to call it in an error.
        bounds: what it may be.

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
                _check(picture, name, bounds)
                upright = _upright(picture, bounds.most)
    except (Pictures.DecompressionBombError, Pictures.DecompressionBombWarning) as error:
        raise SourceError(f"{name}: expected at most {PIXELS:,} pixels, came far more") from error
    except UnidentifiedImageError as error:
        raise SourceError(f"{name}: expected a picture ({', '.join(FORMATS)}), came something else") from error
    except _BROKEN as error:
        raise SourceError(f"{name}: the picture is broken or cut off: {error}") from error
    return np.ascontiguousarray(np.asarray(upright)[..., ::-1])


def _check(picture: Pictures.Image, name: str, bounds: Bounds) -> None:
    """By the header alone, before anything is decoded."""
    wide, high = picture.size
    if wide * high > PIXELS:
        raise SourceError(f"{name}: expected at most {PIXELS:,} pixels, came {wide} x {high}")
    if max(wide, high) < bounds.least:
        raise SourceError(f"{name}: expected at least {bounds.least} pixels on the longer side, came {wide} x {high}")
    if picture.mode in {"I", "F"}:
        raise SourceError(f"{name}: expected 8 or 16 bits a colour, came 32")
    frames = getattr(picture, "n_frames", 1)
    # What phones put behind a JPEG's own picture (MPO: depth, brightness for other screens) is no second frame of it.
    if frames > 1 and picture.format != "MPO":
        raise SourceError(f"{name}: expected one still picture, came {frames} in one file")


def _upright(picture: Pictures.Image, most: int | None) -> Pictures.Image:
    """Decoded, averaged down if it is larger than wanted, without transparency, in three colours, turned."""
    opened = picture
    if picture.mode.startswith("I;16"):
        picture = Pictures.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
    elif "transparency" in picture.info or picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"}:
        clear = picture.convert("RGBA")
        picture = Pictures.new("RGB", clear.size, _PAPER)
        picture.paste(clear, mask=clear.getchannel("A"))
    elif picture.mode in {"P", "1"}:
        picture = picture.convert("RGB")  # neither can be averaged as it is
    if most is not None and max(picture.size) > most:
        picture = _reduced(picture, most)
    plain = picture if picture.mode == "RGB" else picture.convert("RGB")
    plain.load()  # now, while the file is open
    # Asked last: Pillow turns a TIFF itself when it is loaded, and then takes the tag off.
    turn = _TURNS.get(opened.getexif().get(_ORIENTATION, 1))
    return plain if turn is None else plain.transpose(turn)


def _reduced(picture: Pictures.Image, most: int) -> Pictures.Image:
    """Averaged down until the longer side has ``most`` px. A JPEG is decoded at a half or a quarter of its size."""
    picture.draft(None, _fitted(picture.size, most))  # before anything is decoded; nothing but JPEG knows how
    picture.load()  # which turns a TIFF
    return picture.resize(_fitted(picture.size, most), Pictures.Resampling.BOX)


def _fitted(size: tuple[int, int], most: int) -> tuple[int, int]:
    """A size of the same shape whose longer side is ``most``.

    >>> _fitted((8192, 6000), 4096), _fitted((1, 9000), 4096)
    ((4096, 3000), (1, 4096))
    """
    wide, high = (max(1, round(side * most / max(size))) for side in size)
    return wide, high


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
