"""How large a picture says that it is, before anybody decodes it: JPEG and JPEG 2000 (ISO/IEC 10918-1, 15444-1).

A kilobyte can say that it is a picture of ten gigabytes. So the size is read here, by hand, and a picture that is too
large, or says two different sizes, never reaches a decoder.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from consentry.core.errors import MalformedError

MOST_PIXELS = 4_000_000
"""Doc 9303-9 asks for 45 to 90 px between the eyes, which makes pictures of 0.2 to 0.4 megapixels: ten times that."""
_MOST_COMPONENTS = 4
_MOST_SEGMENTS = 1000
"""Of a JPEG before its picture begins, and boxes of a JPEG 2000: real ones have 5 to 20."""
_START_OF_FRAME = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended and progressive by Huffman: what decoders of today read. Lossless and arithmetic are refused."""
_OTHER_FRAMES = frozenset(range(0xC3, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_JP2_SIGNATURE = bytes.fromhex("0000000C6A5020200D0A870A")
_CODESTREAM = bytes.fromhex("FF4FFF51")


class PictureError(MalformedError):
    """Bytes that are no picture that may be decoded."""


@dataclass(frozen=True, slots=True)
class PictureHeader:
    """What a picture says of itself."""

    format: str
    """``JPEG`` or ``JPEG 2000``."""
    width: int
    """px."""
    height: int
    """px."""
    components: int
    """1 grey, 3 colour."""


def read_header(data: bytes | memoryview) -> PictureHeader:
    """Read a picture's own header.

    Raises:
        PictureError: it is neither JPEG nor JPEG 2000, is cut off, contradicts itself, or is larger than
            ``MOST_PIXELS``.
    """
    view = memoryview(data)
    if bytes(view[:2]) == b"\xff\xd8":
        header = _jpeg(view)
    elif bytes(view[:12]) == _JP2_SIGNATURE:
        header = _boxes(view)
    elif bytes(view[:4]) == _CODESTREAM:
        header = _codestream(view)
    else:
        raise PictureError("expected a picture in JPEG or JPEG 2000, the bytes are neither")
    pixels = header.width * header.height
    if not (0 < pixels <= MOST_PIXELS and 0 < header.components <= _MOST_COMPONENTS):
        size = f"{header.width}x{header.height} with {header.components} components"
        raise PictureError(f"expected a picture of at most {MOST_PIXELS / 1e6:g} megapixels, it says {size}")
    return header


def _jpeg(view: memoryview) -> PictureHeader:
    """The one frame header (10918-1, B.2.2), and that no second one stands before the scan."""
    found: PictureHeader | None = None
    at = 2
    for _ in range(_MOST_SEGMENTS):
        marker, at = _marker(view, at)
        if marker in _STANDALONE:
            continue
        if marker in _OTHER_FRAMES:
            raise PictureError(f"expected a JPEG by Huffman, baseline or progressive, came frame FF{marker:02X}")
        length = _number(view, at, 2)
        if length < 2 or at + length > len(view):
            raise PictureError(f"expected a JPEG segment whole, FF{marker:02X} is cut off")
        if marker in _START_OF_FRAME:
            if found is not None:
                raise PictureError("expected one frame in a JPEG, came two")
            found = PictureHeader("JPEG", _number(view, at + 5, 2), _number(view, at + 3, 2), _number(view, at + 7, 1))
        if marker == 0xDA:  # the scan: sizes cannot change any more
            if found is None:
                raise PictureError("expected a frame before the scan of a JPEG")
            return found
        at += length
    raise PictureError(f"expected a scan within {_MOST_SEGMENTS} segments of a JPEG")


def _marker(view: memoryview, at: int) -> tuple[int, int]:
    if _number(view, at, 1) != 0xFF:
        raise PictureError("expected a JPEG marker, came something else")
    while _number(view, at, 1) == 0xFF:  # fill bytes
        at += 1
    return _number(view, at, 1), at + 1


def _boxes(view: memoryview) -> PictureHeader:
    """JP2: the image header box and the codestream must say the same (15444-1, annex I)."""
    told: tuple[int, int] | None = None
    for kind, content in _each_box(view):
        if kind == b"jp2h" and told is None:
            inner = dict(_each_box(content))
            if b"ihdr" in inner:
                told = _number(inner[b"ihdr"], 4, 4), _number(inner[b"ihdr"], 0, 4)
        if kind == b"jp2c":
            header = _codestream(content)
            if told is None:
                raise PictureError("expected an image header before the codestream of a JPEG 2000")
            if told != (header.width, header.height):
                said = f"{told[0]}x{told[1]} in the file and {header.width}x{header.height} in the codestream"
                raise PictureError(f"expected one size in a JPEG 2000, it says {said}")
            return header
    raise PictureError("expected a codestream in a JPEG 2000, there is none")


def _each_box(view: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    at = 0
    for _ in range(_MOST_SEGMENTS):
        if at + 8 > len(view):
            return
        length, kind, begin = _number(view, at, 4), bytes(view[at + 4 : at + 8]), at + 8
        if length == 1:
            length, begin = _number(view, at + 8, 8), at + 16
        end = len(view) if length == 0 else at + length
        if end < begin or end > len(view):
            raise PictureError("expected the boxes of a JPEG 2000 whole, one is cut off")
        yield kind, view[begin:end]
        at = end
    raise PictureError(f"expected at most {_MOST_SEGMENTS} boxes in a JPEG 2000")


def _codestream(view: memoryview) -> PictureHeader:
    """The size segment that must come first (15444-1, A.5.1): the image area on the reference grid."""
    if bytes(view[:4]) != _CODESTREAM:
        raise PictureError("expected the size of a JPEG 2000 first in its codestream")
    right, bottom, left, top = (_number(view, 8 + 4 * k, 4) for k in range(4))
    tile_width, tile_height = _number(view, 24, 4), _number(view, 28, 4)
    components = _number(view, 40, 2)
    if right <= left or bottom <= top or not tile_width or not tile_height:
        raise PictureError("expected an area in a JPEG 2000, it says that it has none")
    # The grid, not only the area, and single tiles, are what a decoder lays memory out for.
    if right * bottom > MOST_PIXELS or (right // tile_width + 1) * (bottom // tile_height + 1) > _MOST_SEGMENTS:
        raise PictureError(f"expected a JPEG 2000 of at most {MOST_PIXELS / 1e6:g} megapixels in few tiles")
    return PictureHeader("JPEG 2000", right - left, bottom - top, components)


def _number(view: memoryview, at: int, size: int) -> int:
    piece = view[at : at + size]
    if len(piece) != size:
        raise PictureError("expected more of the picture's header, the bytes end")
    return int.from_bytes(piece, "big")
