"""Clips made by the test, each picture of which says its own number in black and white blocks."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from consentry.core.frames import Image

_BITS = 10
_WIDTH, _HEIGHT = 320, 180


def numbered(number: int, size: tuple[int, int] = (_WIDTH, _HEIGHT)) -> Image:
    """A grey picture with ten blocks across its middle: the number in binary."""
    width, height = size
    image = np.full((height, width, 3), 110, np.uint8)
    image[: height // 4, (number * 7) % (width - 20) :][:, :20] = (40, 160, 220)  # something moves
    for bit in range(_BITS):
        left, right = width * bit // _BITS, width * (bit + 1) // _BITS
        image[height // 3 : height * 2 // 3, left + 2 : right - 2] = 235 if number >> bit & 1 else 20
    return image


def number_of(image: Image) -> int:
    """The number that a picture says."""
    height, width = image.shape[:2]
    row = image[height * 5 // 12 : height * 7 // 12].mean(axis=(0, 2))
    return sum(1 << bit for bit in range(_BITS) if row[int(width * (bit + 0.5) / _BITS)] > 128)


def make_clip(
    path: Path,
    *,
    stamps: Iterable[float],
    fps: int = 25,
    codec: str = "libx264",
    gop: int = 25,
    size: tuple[int, int] = (_WIDTH, _HEIGHT),
    options: dict[str, str] | None = None,
    container: dict[str, str] | None = None,
) -> Path:
    """Encode one numbered picture for each stamp, s."""
    special = {"x265-params": f"keyint={gop}:min-keyint={gop}:log-level=none"} if codec == "libx265" else {}
    with av.open(str(path), "w", options=container or {}) as clip:
        stream = clip.add_stream(codec, rate=fps)
        stream.width, stream.height, stream.pix_fmt = *size, "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.gop_size = gop
        if codec != "mjpeg":
            stream.options = {"preset": "ultrafast", "sc_threshold": "0", **special, **(options or {})}
        stream.codec_context.time_base = Fraction(1, 1000)
        for number, stamp in enumerate(stamps):
            picture = av.VideoFrame.from_ndarray(numbered(number, size), format="bgr24")
            picture.pts, picture.time_base = round(stamp * 1000), Fraction(1, 1000)
            clip.mux(stream.encode(picture))
        clip.mux(stream.encode(None))
    return path


def even(seconds: float, fps: int = 25) -> Iterator[float]:
    """Stamps of a steady clip."""
    return (number / fps for number in range(round(seconds * fps)))
