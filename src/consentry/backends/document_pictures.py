"""Pictures of documents from files that anybody may have made: still pictures in which print may be legible."""

from pathlib import Path
from typing import Final

from consentry.backends.still_pictures import Bounds, decode_still, read_still
from consentry.core.frames import Image

_BOUNDS: Final = Bounds(least=100)
"""30 letters, each 3 px apart, are not legible."""


def read_picture(path: Path) -> Image:
    """A picture from a file: uint8 H x W x 3, blue green red, upright as its EXIF says.

    Raises:
        SourceError: there is no such file, or it is no still picture of a sane size.
    """
    return read_still(path, _BOUNDS)


def decode_picture(content: bytes, name: str) -> Image:
    """A picture from its bytes, as ``read_picture``.

    Args:
        content: the whole file.
        name: what to call it in an error.

    Raises:
        SourceError: it is no still picture of a sane size.
    """
    return decode_still(content, name, _BOUNDS)
