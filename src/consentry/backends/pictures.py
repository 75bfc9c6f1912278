"""Folders of pictures as sources: one picture after the other, in the order that a person would put them.

``2.jpg`` comes before ``10.jpg``. Each picture counts as taken 1/rate s after the one before it, whatever its file or
its EXIF says: cameras that save stills on motion leave gaps that no rule could tell from a stall.
"""

import re
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Final

import numpy as np
from PIL import Image as Pictures
from PIL import ImageOps

from consentry.backends.capture_times import Pace
from consentry.backends.decoding import PIXELS, Counts
from consentry.core.errors import SourceError
from consentry.core.frames import Frame, Image, Lapse, LapseKind, SourceTally

SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"})
"""Endings of files that are taken for pictures, in any case."""

# Pillow merely warns of a picture beyond 89 million pixels. Such a one is refused here, and never with a warning.
warnings.filterwarnings("error", category=Pictures.DecompressionBombWarning)


class PictureSource:
    """A folder of pictures, or one picture, shown once."""

    def __init__(
        self,
        camera: str,
        path: str,
        *,
        rate: float,
        width: int | None,
        recorded_at: float | None,
        realtime: bool = False,
        sleep: Callable[[float], object] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is opened yet.

        Args:
            camera: its name in the settings.
            path: of the folder, or of one picture.
            rate: pictures a second that the folder stands for.
            width: px that a picture is given wide, at most its own; None: its own.
            recorded_at: when the first picture was taken, s UTC; None: 0.
            realtime: at that rate, rather than as fast as the machine allows.
            sleep: waits for so many s; None: a wait that ``close`` ends.
            monotonic: s on a clock that never jumps.
        """
        self._camera, self._path, self._rate, self._width = camera, Path(path), rate, width
        self._begin = recorded_at or 0.0
        self._closing = Event()
        self._pace = Pace(sleep or self._closing.wait, monotonic) if realtime else None
        self._counts = Counts()

    def frames(self) -> Iterator[Frame | Lapse]:
        """Every picture of the folder, and a ``Lapse`` in the place of one that cannot be read.

        Raises:
            SourceError: there is no such folder, or no picture in it.
        """
        for place, path in enumerate(self._files()):
            if self._closing.is_set():
                return
            at = place / self._rate
            if self._pace is not None:
                self._pace.wait(at)
            self._counts.arrived += 1
            try:
                image = _read(path, self._width)
            except _UNREADABLE as error:
                self._counts.broken += 1
                yield Lapse(self._camera, self._begin + at, LapseKind.CORRUPT, f"{path.name} cannot be read: {error}")
                continue
            self._counts.decoded += 1
            self._counts.given += 1
            yield Frame(self._camera, self._begin + at, image)

    def _files(self) -> list[Path]:
        if self._path.is_file():
            return [self._path]
        try:
            files = [path for path in self._path.iterdir() if is_picture(path) and path.is_file()]
        except OSError as error:
            raise SourceError(
                f"camera {self._camera}: expected a folder of pictures, {self._path}: {error.strerror}"
            ) from error
        if not files:
            raise SourceError(
                f"camera {self._camera}: expected pictures ({', '.join(sorted(SUFFIXES))}) in {self._path}, found none"
            )
        return sorted(files, key=lambda path: natural(path.name))

    def rest(self) -> None:
        """Every picture is one of its own: there is nothing to spare."""

    def wake(self) -> None:
        """See ``rest``."""

    def tally(self) -> SourceTally:
        """What was read and given so far."""
        return self._counts.tally()

    def close(self) -> None:
        """End after the picture at hand."""
        self._closing.set()


def is_picture(path: Path) -> bool:
    """Whether a file's name is that of a picture; hidden files are none."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """A key by which numbers within names count as numbers.

    >>> sorted(["hall10.jpg", "hall2.jpg", "Hall1.jpg"], key=natural)
    ['Hall1.jpg', 'hall2.jpg', 'hall10.jpg']
    """
    parts = re.split(r"([0-9]+)", name.casefold())
    return tuple((int(part), "") if place % 2 else (-1, part) for place, part in enumerate(parts))


def _read(path: Path, width: int | None) -> Image:
    """A picture as uint8 H x W x 3, blue green red, upright.

    Raises:
        OSError, ValueError and others of ``_UNREADABLE``: it is broken, or larger than can be decoded.
    """
    with Pictures.open(path) as picture:
        if picture.width * picture.height > PIXELS:
            raise ValueError(f"expected at most {PIXELS:,} pixels, came {picture.width} x {picture.height}")
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    wide = max(min(width or upright.width, upright.width) // 2 * 2, 2)
    high = max(round(upright.height * wide / upright.width) // 2 * 2, 2)
    scaled = upright if upright.size == (wide, high) else upright.resize((wide, high), reducing_gap=2.0)
    return np.ascontiguousarray(np.asarray(scaled)[..., ::-1])


_UNREADABLE: Final = (
    OSError,
    ValueError,
    SyntaxError,  # Pillow's word for a broken PNG
    EOFError,
    Pictures.DecompressionBombError,
    Pictures.DecompressionBombWarning,
)
"""What Pillow raises for a file that is no picture, is cut off, or is larger than it dares."""
