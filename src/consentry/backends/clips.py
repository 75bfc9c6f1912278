"""Clips as sources: every picture that is due by its time, decoded no more than that needs."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np

from consentry.core.errors import SourceError
from consentry.core.frames import Frame, Image, Lapse, LapseKind, SourceTally

_PIXELS = 64_000_000
"""A larger picture is refused before it is decoded: 8k video has 33 million pixels, a decompression bomb more."""


class ClipSource:
    """A file that FFmpeg reads, analysed at a rate of one's own, once."""

    def __init__(self, camera: str, path: str, *, rate: float, width: int | None, recorded_at: float | None) -> None:
        self._camera, self._path, self._rate, self._width = camera, path, rate, width
        self._begin = recorded_at or 0.0
        self._closed = False
        self._tally = SourceTally()

    def frames(self) -> Iterator[Frame | Lapse]:
        """Pictures due for analysis, in order of capture.

        Raises:
            SourceError: the file is missing, empty, or no clip.
        """
        path = Path(self._path)
        if not path.is_file() or path.stat().st_size == 0:
            raise SourceError(f"camera {self._camera}: expected a clip, {path} is missing or has 0 bytes")
        try:
            with av.open(str(path)) as clip:
                yield from self._due(clip)
        except (av.FFmpegError, IndexError) as error:
            raise SourceError(f"camera {self._camera}: expected a clip at {path}, FFmpeg said: {error}") from error

    def _due(self, clip: av.container.InputContainer) -> Iterator[Frame | Lapse]:
        stream = clip.streams.video[0]
        if stream.width * stream.height > _PIXELS:
            raise SourceError(
                f"camera {self._camera}: expected at most {_PIXELS:,} pixels, came {stream.width} x {stream.height}"
            )
        stream.codec_context.thread_count = 1
        due = at = self._begin
        for packet in clip.demux(stream):
            try:
                pictures = packet.decode()
            except av.FFmpegError as error:
                self._tally = replace(self._tally, broken=self._tally.broken + 1)
                yield Lapse(self._camera, at, LapseKind.CORRUPT, f"a picture could not be decoded: {error}")
                continue
            for picture in pictures:
                if self._closed:
                    return
                self._count(decoded=1)
                at = max(at, self._begin + (picture.time or 0.0))
                if at < due - 1e-6:
                    continue
                due = max(due + 1 / self._rate, at)  # by time, not by counting pictures
                self._count(given=1)
                yield Frame(self._camera, at, self._scaled(picture))

    def _count(self, decoded: int = 0, given: int = 0) -> None:
        tally = self._tally
        self._tally = replace(
            tally, arrived=tally.arrived + decoded, decoded=tally.decoded + decoded, given=tally.given + given
        )

    def _scaled(self, picture: av.VideoFrame) -> Image:
        width = min(self._width or picture.width, picture.width) // 2 * 2
        height = max(round(picture.height * width / picture.width) // 2 * 2, 2)
        return picture.to_ndarray(format="bgr24", width=width, height=height).astype(np.uint8, copy=False)

    def rest(self) -> None:
        """A clip is read as fast as the machine allows: there is nothing to spare."""

    def wake(self) -> None:
        """See ``rest``."""

    def tally(self) -> SourceTally:
        """What was decoded and given so far."""
        return self._tally

    def close(self) -> None:
        """End after the picture at hand."""
        self._closed = True
