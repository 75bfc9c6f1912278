"""Codes written are read: from a clean picture, a small one, a large noisy one, as a file; and what is none is none."""

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from consentry.backends.qr import qr_picture, read_qr, version_of, write_code
from consentry.core.errors import MalformedError, StorageError

PASS = bytes(range(256)) * 2 + b"\x00\xff\n" * 28
"""As long as a pass, with every byte there is."""


def scene(content: bytes, side: int, width: int = 1280, noise: float = 0.0) -> np.ndarray:
    """A code held before a camera: so many px wide in a grey picture."""
    height = width * 9 // 16
    image = np.full((height, width, 3), 110, np.uint8)
    code = cv2.resize(qr_picture(content), (side, side), interpolation=cv2.INTER_AREA)
    image[40 : 40 + side, 60 : 60 + side] = code
    image = cv2.GaussianBlur(image, (0, 0), 1.0).astype(np.float32)
    image += np.random.default_rng(3).normal(0, noise, image.shape)
    return image.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    "content",
    [PASS, b"", b"\x00", os.urandom(52), bytes(range(256)), "공항".encode()],
    ids=["a pass", "nothing", "a zero", "a key", "every byte", "Korean"],
)
def test_bytes_come_back_as_they_were(content: bytes) -> None:
    assert read_qr(qr_picture(content)) == ((content,) if content else ())


@pytest.mark.parametrize("side", [300, 360, 480, 640])
def test_a_pass_is_read_from_a_cameras_picture(side: int) -> None:
    assert read_qr(scene(PASS, side, noise=6)) == (PASS,)


def test_a_large_noisy_picture_is_read_and_not_altered() -> None:
    image = scene(PASS, 1500, width=3840, noise=60)
    before = image.copy()
    assert read_qr(image) == (PASS,)
    assert np.array_equal(image, before)


def test_several_codes_are_all_read() -> None:
    one, other = qr_picture(b"one"), qr_picture(b"other")
    assert set(read_qr(np.concatenate([one, other], axis=1))) == {b"one", b"other"}


@pytest.mark.parametrize("image", [np.zeros((720, 1280, 3), np.uint8), np.full((3, 3, 3), 255, np.uint8)])
def test_nothing_is_read_where_nothing_is(image: np.ndarray) -> None:
    assert read_qr(image) == ()


def test_a_bar_code_of_another_kind_is_passed_over() -> None:
    import zxingcpp  # noqa: PLC0415

    code = zxingcpp.create_barcode("BOARDING", zxingcpp.BarcodeFormat.Aztec)
    grey = np.array(code.to_image(scale=8))
    assert zxingcpp.read_barcodes(grey), "it can be read"
    assert read_qr(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)) == ()


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_a_file_for_its_owner_alone(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"pass.{ending}"
    assert write_code(path, PASS) == version_of(PASS) == 17
    assert path.stat().st_mode & 0o077 == 0
    if ending == "png":
        assert read_qr(cv2.imread(str(path))) == (PASS,)


def test_what_does_not_fit_is_told(tmp_path: Path) -> None:
    assert version_of(bytes(2_953)) == 40
    with pytest.raises(MalformedError, match="came 2954 bytes"):
        qr_picture(bytes(2_954))
    with pytest.raises(StorageError, match="could not be written"):
        write_code(tmp_path / "nowhere" / "pass.png", PASS)
