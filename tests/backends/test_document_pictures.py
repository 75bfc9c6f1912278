"""Pictures that anybody may have made: what is one comes upright, what is none is told clearly and cheaply."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pictures

from consentry.backends.document_pictures import decode_picture, read_picture
from consentry.core.errors import SourceError

WIDE, HIGH = 160, 120
PIXELS = np.zeros((HIGH, WIDE, 3), np.uint8)
PIXELS[:, :40] = 255  # a white bar on the left


def packed(kind: str, **how: object) -> bytes:
    to = io.BytesIO()
    Pictures.fromarray(PIXELS).save(to, kind, **how)
    return to.getvalue()


JPEG = packed("JPEG", quality=95)


def png_header(wide: int, high: int) -> bytes:
    """A PNG that says how large it is, and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def animated() -> bytes:
    to = io.BytesIO()
    frames = [Pictures.fromarray(PIXELS), Pictures.fromarray(255 - PIXELS)]
    frames[0].save(to, "GIF", save_all=True, append_images=frames[1:])
    return to.getvalue()


def turned(orientation: int) -> bytes:
    exif = Pictures.Exif()
    exif[0x0112] = orientation
    return packed("JPEG", quality=95, exif=exif)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF"])
def test_a_still_picture_comes_blue_green_red(kind: str) -> None:
    image = decode_picture(packed(kind), "it")
    assert image.shape == (HIGH, WIDE, 3)
    assert image.dtype == np.uint8
    assert image[60, 10].min() > 240
    assert image[60, 100].max() < 15


@pytest.mark.parametrize(("orientation", "bar"), [(1, "left"), (3, "right"), (6, "top"), (8, "bottom")])
def test_exif_turns_it_upright(orientation: int, bar: str) -> None:
    image = decode_picture(turned(orientation), "it")
    high, wide = image.shape[:2]
    where = {
        "left": (high // 2, 5),
        "right": (high // 2, wide - 6),
        "top": (5, wide // 2),
        "bottom": (high - 6, wide // 2),
    }
    assert {name for name, at in where.items() if image[at].min() > 200} == {bar}


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "empty"),
    "a text": (lambda: b"P<UTOERIKSSON<<ANNA" * 20, "something else"),
    "zeros": (lambda: bytes(5000), "something else"),
    "16,384 x 16,384 by the header": (lambda: png_header(16384, 16384), "pixels"),
    "60,000 x 60,000 by the header": (lambda: png_header(60000, 60000), "pixels"),
    "no pixels": (lambda: png_header(0, 10), "."),
    "a point": (lambda: png_header(1, 1), "at least 100"),
    "a JPEG cut off": (lambda: JPEG[: len(JPEG) // 2], "cut off"),
    "a PNG cut off": (lambda: packed("PNG")[:60], "cut off"),
    "an animation": (animated, "2 in one file"),
    "JPEG 2000": (lambda: packed("JPEG2000"), "something else"),
    "PostScript": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 900 900\n", "something else"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_still_picture_is_told_clearly(name: str) -> None:
    make, word = HOSTILE[name]
    with pytest.raises(SourceError, match=word) as refused:
        decode_picture(make(), "that.file")
    assert "that.file" in str(refused.value)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(JPEG) - 1), st.binary(min_size=1, max_size=8))
def test_bytes_changed_anywhere_give_a_picture_or_the_one_error(at: int, other: bytes) -> None:
    changed = JPEG[:at] + other + JPEG[at + len(other) :]
    try:
        image = decode_picture(changed, "it")
    except SourceError:
        return
    assert image.ndim == 3


def test_no_file_a_folder_and_a_file_as_large_as_no_picture(tmp_path: Path) -> None:
    for path in (tmp_path / "none.jpg", tmp_path):
        with pytest.raises(SourceError, match="there is none"):
            read_picture(path)
    large = tmp_path / "large.bmp"
    with large.open("wb") as sparse:
        sparse.truncate(200_000_000)
    with pytest.raises(SourceError, match="bytes"):
        read_picture(large)
