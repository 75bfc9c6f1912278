"""Pictures of faces from anybody: what is one comes as a viewer shows it, what is none is told, within bounds."""

import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pictures

from consentry.backends.face_pictures import LONGEST, decode_face_picture, read_face_picture
from consentry.core.errors import SourceError

WIDE, HIGH = 120, 80
PIXELS = np.zeros((HIGH, WIDE, 3), np.uint8)
PIXELS[:, :30] = (250, 20, 20)  # a red bar on the left
PIXELS[:20, 60:] = (20, 250, 20)  # a green one at the top right
RED, GREEN, BLACK = (20, 20, 250), (20, 250, 20), (0, 0, 0)
WHITE = (255, 255, 255)
"""As they should come: blue green red."""


def packed(picture: Pictures.Image, kind: str, **how: object) -> bytes:
    to = io.BytesIO()
    picture.save(to, kind, **how)
    return to.getvalue()


def still(mode: str = "RGB") -> Pictures.Image:
    return Pictures.fromarray(PIXELS).convert(mode)


def png(wide: int, high: int, depth: int, colour: int, rows: bytes, *more: bytes) -> bytes:
    """A PNG by hand: what Pillow cannot write."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, depth, colour, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(rows))
    return b"".join([b"\x89PNG\r\n\x1a\n", head, *more, body, chunk(b"IEND", b"")])


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def sixteen_bits() -> bytes:
    rows = (PIXELS.astype(">u2") * 257).reshape(HIGH, -1)
    return png(WIDE, HIGH, 16, 2, b"".join(b"\0" + row.tobytes() for row in rows))


def transparent(mode: str, hidden: int) -> bytes:
    """A picture whose right half cannot be seen, whatever colour lies there."""
    alpha = np.full((HIGH, WIDE), 255, np.uint8)
    alpha[:, WIDE // 2 :] = 0
    colours = PIXELS.copy()
    colours[:, WIDE // 2 :] = hidden
    picture = Pictures.fromarray(np.dstack([colours, alpha]))
    return packed(picture.convert(mode), "PNG")


AS_SHOWN: dict[str, tuple[Callable[[], bytes], tuple[int, ...], tuple[int, ...]]] = {
    # what                            made by                                        left       top right
    "JPEG": (lambda: packed(still(), "JPEG", quality=95), RED, GREEN),
    "PNG": (lambda: packed(still(), "PNG"), RED, GREEN),
    "WebP": (lambda: packed(still(), "WEBP", quality=95), RED, GREEN),
    "BMP": (lambda: packed(still(), "BMP"), RED, GREEN),
    "TIFF": (lambda: packed(still(), "TIFF"), RED, GREEN),
    "GIF": (lambda: packed(still(), "GIF"), RED, GREEN),
    "JPEG in CMYK": (lambda: packed(still("CMYK"), "JPEG", quality=95), RED, GREEN),
    "TIFF in CMYK": (lambda: packed(still("CMYK"), "TIFF"), RED, GREEN),
    "PNG with a palette": (lambda: packed(still().quantize(16), "PNG"), RED, GREEN),
    "PNG in grey": (lambda: packed(still("L"), "PNG"), (89,) * 3, (155,) * 3),
    "PNG in black and white": (lambda: packed(still("L").point(lambda v: 255 * (v > 99), "1"), "PNG"), BLACK, WHITE),
    "PNG of 16 bits": (sixteen_bits, RED, GREEN),
    "PNG of 16 bits in grey": (
        lambda: packed(Pictures.fromarray(np.asarray(still("L")).astype(np.uint16) * 256), "PNG"),
        (89,) * 3,
        (155,) * 3,
    ),
    "TIFF of 16 bits in grey": (
        lambda: packed(Pictures.fromarray(np.asarray(still("L")).astype(np.uint16) * 256), "TIFF"),
        (89,) * 3,
        (155,) * 3,
    ),
    "PNG half transparent": (lambda: transparent("RGBA", 77), RED, WHITE),
    "PNG half transparent, another colour hidden": (lambda: transparent("RGBA", 200), RED, WHITE),
    "PNG in grey half transparent": (lambda: transparent("LA", 77), (89,) * 3, WHITE),
    "a phone's JPEG with a second picture behind it": (
        lambda: packed(still(), "MPO", quality=95, save_all=True, append_images=[still("L").convert("RGB")]),
        RED,
        GREEN,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "left", "corner"), AS_SHOWN.values(), ids=AS_SHOWN)
def test_a_picture_comes_as_a_viewer_shows_it(
    make: Callable[[], bytes], left: tuple[int, ...], corner: tuple[int, ...]
) -> None:
    image = decode_face_picture(make(), "it")
    assert image.dtype == np.uint8
    assert image.shape == (HIGH, WIDE, 3)
    assert image[60, 10].tolist() == pytest.approx(list(left), abs=16)
    assert image[8, 100].tolist() == pytest.approx(list(corner), abs=16)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "PNG", "WEBP"])
def test_exif_brings_it_upright(kind: str, orientation: int) -> None:
    """The picture is stored turned and mirrored as the tag says; what comes is what the camera saw (CIPA DC-008)."""
    lying = PIXELS.transpose(1, 0, 2)
    stored = {
        1: PIXELS, 2: PIXELS[:, ::-1], 3: PIXELS[::-1, ::-1], 4: PIXELS[::-1],
        5: lying, 6: lying[::-1], 7: lying[::-1, ::-1], 8: lying[:, ::-1],
    }[orientation]  # fmt: skip
    exif = Pictures.Exif()
    exif[0x0112] = orientation
    content = packed(Pictures.fromarray(np.ascontiguousarray(stored)), kind, exif=exif)
    image = decode_face_picture(content, "it")
    assert image.shape == (HIGH, WIDE, 3)
    assert image[60, 10].tolist() == pytest.approx(list(RED), abs=30)
    assert image[8, 100].tolist() == pytest.approx(list(GREEN), abs=30)
    assert image[60, 100].tolist() == pytest.approx(list(BLACK), abs=30)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "PNG"])
def test_a_large_picture_is_turned_as_well_and_keeps_its_shape(kind: str) -> None:
    exif = Pictures.Exif()
    exif[0x0112] = 6
    image = decode_face_picture(packed(Pictures.new("RGB", (9000, 90)), kind, exif=exif), "it")
    assert image.shape == (LONGEST, 41, 3)


def animated(kind: str) -> bytes:
    return packed(still(), kind, save_all=True, append_images=[Pictures.fromarray(255 - PIXELS)])


def endless() -> bytes:
    """A TIFF whose directory says that the next one is itself."""
    content = bytearray(packed(still(), "TIFF"))
    place = struct.unpack_from("<I", content, 4)[0]
    entries = struct.unpack_from("<H", content, place)[0]
    struct.pack_into("<I", content, place + 2 + 12 * entries, place)
    return bytes(content)


def large_jpeg_header() -> bytes:
    content = bytearray(packed(still(), "JPEG"))
    place = content.index(b"\xff\xc0") + 5
    struct.pack_into(">HH", content, place, 65_500, 65_500)
    return bytes(content)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "empty"),
    "a text": (lambda: b"not a face" * 100, "something else"),
    "a vector picture": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "something else"),
    "JPEG 2000": (lambda: packed(still(), "JPEG2000"), "something else"),
    "AVIF by its first bytes": (lambda: b"\0\0\0\x20ftypavif\0\0\0\0avifmif1miaf" + bytes(200), "something else"),
    "60,000 x 60,000 by the header": (lambda: png(60_000, 60_000, 8, 2, b""), "pixels"),
    "9,000 x 9,000 by the header": (lambda: png(9_000, 9_000, 8, 2, b""), "at most 50,000,000 pixels"),
    "a JPEG of 65,500 x 65,500": (large_jpeg_header, "pixels"),
    "no pixels": (lambda: png(0, 10, 8, 2, b""), "."),
    "47 px": (lambda: packed(still().resize((47, 47)), "PNG"), "at least 48 pixels"),
    "a point": (lambda: packed(still().resize((1, 1)), "PNG"), "at least 48 pixels"),
    "a JPEG cut off": (lambda: packed(still(), "JPEG")[:-300], "cut off"),
    "a PNG cut off": (lambda: packed(still(), "PNG")[:90], "cut off"),
    "a TIFF cut off": (lambda: packed(still(), "TIFF")[:2000], "."),
    "a GIF that moves": (lambda: animated("GIF"), "2 in one file"),
    "a PNG that moves": (lambda: animated("PNG"), "2 in one file"),
    "a WebP that moves": (lambda: animated("WEBP"), "2 in one file"),
    "a TIFF of two pages": (lambda: animated("TIFF"), "2 in one file"),
    "32 bits a pixel": (lambda: packed(Pictures.fromarray(np.ones((80, 80), np.float32)), "TIFF"), "came 32"),
    "a comment of 200 MB in 200 kB": (
        lambda: png(80, 80, 8, 0, bytes(81 * 80), chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(200_000_000), 9))),
        "broken or cut off",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "told"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_still_picture_is_told_in_words(make: Callable[[], bytes], told: str) -> None:
    with pytest.raises(SourceError, match=told) as refused:
        decode_face_picture(make(), "that.file")
    assert "that.file" in str(refused.value)


def test_a_directory_that_points_at_itself_ends() -> None:
    image = decode_face_picture(endless(), "it")
    assert image.shape == (HIGH, WIDE, 3)


def test_broken_exif_does_not_matter() -> None:
    for exif in (b"Exif\0\0garbage", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0" + bytes(60_000)):
        assert decode_face_picture(packed(still(), "JPEG", exif=exif), "it").shape == (HIGH, WIDE, 3)


def test_a_line_is_a_picture_without_a_face() -> None:
    assert decode_face_picture(packed(still().resize((20_000, 1)), "PNG"), "it").shape == (1, LONGEST, 3)


def test_files_that_are_none(tmp_path: Path) -> None:
    for path in (tmp_path / "none.jpg", tmp_path, Path("/dev/zero")):
        with pytest.raises(SourceError, match="there is none"):
            read_face_picture(path)
    with (tmp_path / "large.png").open("wb") as sparse:
        sparse.truncate(300_000_000)
    with pytest.raises(SourceError, match="bytes"):
        read_face_picture(tmp_path / "large.png")


CONTENT = {kind: packed(still(), kind) for kind in ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP")}


@settings(max_examples=200)
@given(kind=st.sampled_from(sorted(CONTENT)), share=st.floats(0, 0.999), other=st.binary(min_size=1, max_size=8))
def test_bytes_changed_anywhere_give_a_picture_or_the_one_error(kind: str, share: float, other: bytes) -> None:
    content = CONTENT[kind]
    at = int(share * len(content))
    try:
        image = decode_face_picture(content[:at] + other + content[at + len(other) :], "it")
    except SourceError:
        return
    assert image.ndim == 3
    assert max(image.shape) <= LONGEST


READ = """
import re, sys
from pathlib import Path
from consentry.backends.face_pictures import read_face_picture

def told(field):
    return int(re.search(field + r":\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

before = told("VmRSS")
image = read_face_picture(Path(sys.argv[1]))
print(*image.shape, told("VmHWM") - before)
"""
LARGE = {
    # 49 million pixels     MB that reading it may take besides; seen: 172, 315
    "JPEG": 220,  # it is decoded at half its size
    "PNG": 380,  # decoded whole, 4 bytes a pixel, then averaged down
}


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/self/status")
@pytest.mark.parametrize("kind", LARGE)
def test_the_largest_picture_takes_bounded_memory(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "large"
    Pictures.new("RGB", (8192, 6000), (90, 120, 160)).save(path, kind)
    ended = subprocess.run([sys.executable, "-c", READ, path], capture_output=True, text=True, check=True, timeout=200)
    high, wide, colours, taken = map(int, ended.stdout.split())
    assert (high, wide, colours) == (3000, LONGEST, 3)
    assert taken < LARGE[kind] * 1000
