"""Pictures of faces from files that anybody may have made, large enough for a face and no larger than is of use."""

from pathlib import Path
from typing import Final

from consentry.backends.still_pictures import Bounds, decode_still, read_still
from consentry.core.frames import Image

LONGEST: Final = 4096
"""px of the longer side of what is given back. A face that fills a quarter of it is 1,000 px wide, more than any
quality measure or embedder looks at; 50 million bytes at most hold it."""
_BOUNDS: Final = Bounds(least=48, most=LONGEST)
"""48: a face must be so wide to be compared (``face.acquisition.Asked``)."""


def read_face_picture(path: Path) -> Image:
    """A picture from a file: uint8 H x W x 3, blue green red, upright as its EXIF says, at most ``LONGEST`` px long.

    Raises:
        SourceError: there is no such file, or it is no still picture of a sane size.
    """
    return read_still(path, _BOUNDS)


def decode_face_picture(content: bytes, name: str) -> Image:
    """A picture from its bytes, as ``read_face_picture``.

    Args:
        content: the whole file.
        name: what to call it in an error.

    Raises:
        SourceError: it is no still picture of a sane size.
    """
    return decode_still(content, name, _BOUNDS)
