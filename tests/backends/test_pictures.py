"""Folders of pictures: in a person's order, past what is broken."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pictures

from consentry.backends.pictures import PictureSource
from consentry.core.errors import SourceError
from consentry.core.frames import Frame, Lapse, LapseKind
from servers.numbered import number_of, numbered


def save(path: Path, number: int) -> None:
    Pictures.fromarray(numbered(number)[..., ::-1]).save(path)


def source(path: Path, width: int | None = None) -> PictureSource:
    return PictureSource("hall", str(path), rate=2.0, width=width, recorded_at=100.0)


def png_of(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds a line of it: what a decompression bomb looks like from outside."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")
    )


def test_pictures_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number, name in ((10, "hall10.png"), (2, "hall2.jpg"), (1, "Hall1.bmp"), (3, "hall3.WEBP"), (11, "hall11.tif")):
        save(tmp_path / name, number)
    (tmp_path / "notes.txt").write_text("none")
    (tmp_path / ".hall0.png").write_bytes(b"none")
    items = list(source(tmp_path).frames())
    assert [(number_of(item.image), item.at) for item in items if isinstance(item, Frame)] == [
        (1, 100.0),
        (2, 100.5),
        (3, 101.0),
        (10, 101.5),
        (11, 102.0),
    ]


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (b"", "cannot identify"),
        (b"no picture at all", "cannot identify"),
        (png_of(320, 180), "b.png cannot be read"),
        (png_of(16384, 16384), "268435456 pixels"),
        (png_of(9600, 9600), "92160000 pixels"),
        (png_of(9000, 8000), "9000 x 8000"),
    ],
    ids=["empty", "text", "cut off", "16k x 16k", "beyond Pillow's warning", "beyond our limit"],
)
def test_a_broken_picture_is_told_and_gone_past(tmp_path: Path, broken: bytes, words: str) -> None:
    save(tmp_path / "a.png", 1)
    (tmp_path / "b.png").write_bytes(broken)
    save(tmp_path / "c.png", 3)
    folder = source(tmp_path)
    first, told, last = folder.frames()
    assert isinstance(first, Frame)
    assert isinstance(told, Lapse)
    assert isinstance(last, Frame)
    assert (told.kind, told.at) == (LapseKind.CORRUPT, 100.5)
    assert words in told.why
    assert (number_of(last.image), last.at) == (3, 101.0)
    tally = folder.tally()
    assert (tally.arrived, tally.decoded, tally.broken, tally.given) == (3, 2, 1, 2)


def test_one_picture_scaled_and_in_blue_green_red(tmp_path: Path) -> None:
    Pictures.new("RGB", (640, 360), (255, 0, 10)).save(tmp_path / "red.png")
    (frame,) = source(tmp_path / "red.png", width=320).frames()
    assert isinstance(frame, Frame)
    assert frame.image.shape == (180, 320, 3)
    assert frame.image[0, 0].tolist() == [10, 0, 255]
    assert frame.image.flags.c_contiguous


def test_a_picture_taken_upright_stands_upright(tmp_path: Path) -> None:
    exif = Pictures.Exif()
    exif[0x0112] = 6  # turn by a quarter
    Pictures.fromarray(np.full((40, 80, 3), 90, np.uint8)).save(tmp_path / "a.jpg", exif=exif)
    (frame,) = source(tmp_path).frames()
    assert isinstance(frame, Frame)
    assert frame.image.shape == (80, 40, 3)


@pytest.mark.parametrize("name", ["empty", "nowhere"])
def test_a_folder_without_pictures_is_refused_in_words(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match=f"camera hall: expected .*{name}"):
        list(source(tmp_path / name).frames())


def test_close_and_realtime(tmp_path: Path) -> None:
    for number in range(5):
        save(tmp_path / f"{number}.png", number)
    slept: list[float] = []
    folder = PictureSource(
        "hall", str(tmp_path), rate=2, width=None, recorded_at=None, realtime=True, sleep=slept.append,
        monotonic=lambda: sum(slept),
    )  # fmt: skip
    for item in folder.frames():
        if item.at == 1.0:
            folder.close()
    assert slept == [0.5, 0.5]
    assert folder.tally().given == 3
