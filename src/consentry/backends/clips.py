"""Clips as sources: every picture that is due by its time, decoded no more than that needs.

Any container that FFmpeg reads, GIF among them, which keeps its own delays. A clip may rest as a camera does: an
archive of a quiet night then costs its keyframes. What moves only between two keyframes is not seen while resting (at
most ``decoding.KEYFRAMES_S``); from the keyframe that woke on, every due picture is given.

CPU ms for each picture of the clip on one core, with the clip's own pictures scaled up, encoded by x264 veryfast with
a keyframe in 50 pictures (in brackets: with B pictures, which cameras seldom send) and decoded by PyAV 18.1:

=======================  ===========  ===========  ==========
what is decoded          720p H.264   1080p H.264  1080p HEVC
=======================  ===========  ===========  ==========
everything               0.96 (1.14)  2.04 (2.78)  (3.00)
no ``NONREF``            0.96 (0.75)  2.00 (1.73)  (1.47)
keyframes only           0.08 (0.08)  0.14 (0.17)  (0.23)
=======================  ===========  ===========  ==========

The whole source, pictures scaled to 640 wide and 5/s given: 1.05 ms a picture at 720p and 2.1 at 1080p awake, 0.10 and
0.17 at rest: a tenth and a twelfth.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import av

from consentry.backends.capture_times import ClipTimes, DueTimes, Pace
from consentry.backends.decoding import PIXELS, REST_S, Counts, PictureDecoder, Scaler, stamp_of
from consentry.core.errors import SourceError
from consentry.core.frames import Frame, Lapse, LapseKind, SourceTally

_SPACING_S = 0.04
"""s between two pictures of a clip that says neither when they were taken nor how many a second: PAL's 25/s."""
_MISSING = 0.01
"""Share of the promised pictures that may be missing before a clip counts as cut: editors leave out a few at the ends
by a list that the count does not know of."""
_MISSING_S = 1.0
"""The same in s, where the clip promises a length and no count."""
_TS_PACKET = 188
"""Bytes of a packet of an MPEG transport stream (ISO/IEC 13818-1): one that was cut seldom ends between two."""


class ClipSource:
    """A file that FFmpeg reads, analysed at a rate of one's own, once."""

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
            path: of the clip.
            rate: pictures analysed a second.
            width: px that a picture is given wide, at most its own; None: its own.
            recorded_at: when the first picture was taken, s UTC; None: 0.
            realtime: as slowly as it was taken, rather than as fast as the machine allows.
            sleep: waits for so many s; None: a wait that ``close`` ends.
            monotonic: s on a clock that never jumps.
        """
        self._camera, self._path, self._rate = camera, Path(path), rate
        self._begin = recorded_at or 0.0
        self._closing = Event()
        self._pace = Pace(sleep or self._closing.wait, monotonic) if realtime else None
        self._scaler, self._due = Scaler(width), DueTimes(rate)
        self._resting = False
        self._counts = Counts()
        self._at = 0.0

    def frames(self) -> Iterator[Frame | Lapse]:
        """Pictures due for analysis, in order of capture; where the clip was cut off, a last ``Lapse`` says so.

        Raises:
            SourceError: the file is missing, empty, no clip, without its index, or larger than can be decoded.
        """
        with self._opened() as clip:
            stream = clip.streams.video[0]
            decoder = PictureDecoder(stream, self._rate, self._counts)
            times = ClipTimes(float(1 / stream.average_rate) if stream.average_rate else _SPACING_S)
            ending = _Ending(clip, stream, self._path)
            packets = clip.demux(stream)
            while not self._closing.is_set():
                try:
                    packet = next(packets, None)
                except av.FFmpegError as error:
                    ending.why = error.strerror or type(error).__name__
                    packet = None
                if packet is None:
                    break
                ending.see(packet)
                yield from self._pictures(packet, decoder, times)
            if not self._closing.is_set() and (cut := ending.cut(self._counts.arrived, whole=decoder.well)):
                yield Lapse(self._camera, self._begin + self._at, LapseKind.ENDED, cut)

    def _pictures(
        self, packet: "av.Packet[av.VideoStream]", decoder: PictureDecoder, times: ClipTimes
    ) -> Iterator[Frame | Lapse]:
        """What becomes of one packet."""
        decoder.wants_rest = self._resting
        apart = 0.0
        if decoder.independent and packet.size:
            self._at, apart = times.at(stamp_of(packet)), REST_S if self._resting else 0.0
            if not self._due.soon(self._at, apart):
                decoder.spare(packet)
                return
        for picture in decoder.feed(packet):
            if not decoder.independent:
                self._at = times.at(decoder.stamp(picture))
            if self._closing.is_set():
                return
            if not self._due.take(self._at, apart):
                continue
            if self._pace is not None:
                self._pace.wait(self._at)
            self._counts.given += 1
            yield Frame(self._camera, self._begin + self._at, self._scaler.image(picture))
        if (trouble := decoder.trouble()) is not None:
            yield Lapse(self._camera, self._begin + self._at, LapseKind.CORRUPT, trouble)

    def _opened(self) -> av.container.InputContainer:
        """The clip, its first pictures' sizes checked.

        Raises:
            SourceError: see ``frames``.
        """
        if not self._path.is_file() or self._path.stat().st_size == 0:
            what = "has 0 bytes" if self._path.is_file() else "is no file that is there"
            raise SourceError(f"camera {self._camera}: expected a clip, {self._path} {what}; look at the path")
        try:
            # An absolute path, and files alone: no name and no playlist makes FFmpeg ask the network.
            clip = av.open(str(self._path.resolve()), options={"protocol_whitelist": "file"})
        except (av.FFmpegError, OSError, ValueError) as error:
            raise SourceError(f"camera {self._camera}: {_unreadable(self._path, error)}") from error
        try:
            self._check(clip)
        except SourceError:
            clip.close()
            raise
        return clip

    def _check(self, clip: av.container.InputContainer) -> None:
        if not clip.streams.video or clip.streams.video[0].codec_context is None:
            kinds = ", ".join(sorted({stream.type for stream in clip.streams})) or "nothing"
            raise SourceError(
                f"camera {self._camera}: expected moving pictures in {self._path}, came {kinds}; give another clip"
            )
        stream = clip.streams.video[0]
        if stream.width * stream.height > PIXELS:
            raise SourceError(
                f"camera {self._camera}: expected at most {PIXELS:,} pixels, came {stream.width} x {stream.height} in "
                f"{self._path}; scale it down first"
            )

    def rest(self) -> None:
        """Say that nothing moves: from the next keyframe on, keyframes alone are decoded if they come often enough."""
        self._resting = True

    def wake(self) -> None:
        """Say that something moves: every due picture since the last keyframe counts."""
        self._resting = False

    def tally(self) -> SourceTally:
        """What was decoded, spared and given so far."""
        return self._counts.tally()

    def close(self) -> None:
        """End after the picture at hand."""
        self._closing.set()


def _unreadable(path: Path, error: Exception) -> str:
    """Why a file cannot be read as a clip, in words."""
    with path.open("rb") as file:
        head = file.read(12)
    if head[4:8] == b"ftyp":
        return (
            f"expected a whole clip, {path} is an MP4 without its index (moov): it was cut off before it was finished; "
            "copy it again, or record as MPEG-TS or Matroska, which can be read as far as they go"
        )
    said = getattr(error, "strerror", None) or type(error).__name__
    return f"expected a clip that FFmpeg reads, came {path} ({path.stat().st_size:,} bytes); FFmpeg said: {said}"


class _Ending:
    """Holds what a clip promised against what came of it."""

    def __init__(self, clip: av.container.InputContainer, stream: av.VideoStream, path: Path) -> None:
        self._count = stream.frames
        self._length = None if clip.duration is None else clip.duration / av.time_base
        if clip.format.name == "avi" and stream.frames and stream.time_base is not None:
            # What AVI counts are ticks, of which a picture may last several, and its length FFmpeg guesses by its size.
            self._count, self._length = 0, float(stream.frames * stream.time_base)
        self._torn = clip.format.name == "mpegts" and path.stat().st_size % _TS_PACKET != 0
        self._first: float | None = None
        self._reached = 0.0
        self.why: str | None = None

    def see(self, packet: "av.Packet[av.VideoStream]") -> None:
        """Note how far the clip goes."""
        stamp = stamp_of(packet)
        if not packet.size or stamp is None:
            return
        self._first = stamp if self._first is None else self._first
        self._reached = max(self._reached, stamp - self._first + float((packet.duration or 0) * packet.time_base))

    def cut(self, arrived: int, *, whole: bool) -> str | None:
        """Where the clip was cut off, in words; None: it ended as it should."""
        at = f"cut off after {self._reached:.1f} s"
        if self._count and self._count - arrived > self._count * _MISSING:
            return f"{at}: {arrived:,} of {self._count:,} pictures are there"
        if not self._count and self._length is not None and self._length - self._reached > _MISSING_S:
            return f"{at} of {self._length:.1f} s"
        if self._torn or not whole:
            return f"{at}: the file ends within a {'packet' if self._torn else 'picture'}"
        return None if self.why is None else f"{at}: FFmpeg said: {self.why}"
