"""What clips and cameras share: packets in, pictures out, none decoded that nobody needs.

Three ways to spare, each only where it does no harm:

1. A codec without references between pictures (MJPEG): only pictures that are due are decoded at all.
2. Resting: one keyframe in at most ``KEYFRAMES_S``, decoded alone, if the stream is seen to send them that often. The
   packets since the last keyframe are kept. On waking they are decoded, so that nothing since that keyframe is lost
   and no picture is shown whose references are missing. What moves only between two keyframes goes unseen while
   resting: at most one keyframe interval.
3. A stream four times as fast as the analysis: pictures that no other refers to are skipped (``NONREF``).

The loop filter stays on. Skipping it for pictures without references spares 4-15 % where there are any, and nothing
where (3) skips them. Skipping it for all spares a quarter, but its error piles up: 55 dB from the true picture right
after a keyframe, 42-45 dB two seconds later (720p and 1080p H.264), and evidence shows the same pictures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from consentry.core.errors import SourceError
from consentry.core.frames import Image, SourceTally

PIXELS: Final = 64_000_000
"""A larger picture is refused before it is decoded: 8k video has 33 million pixels, a decompression bomb more."""
KEYFRAMES_S: Final = 3.1
"""s between keyframes up to which a source may rest: 90 pictures at 29.97/s are 3.003 s. As long as nothing moves
before a camera rests (3 s), and more than what cameras send by default (a keyframe a second or every two)."""
REST_S: Final = 1.0
"""s between pictures at rest where every picture is a keyframe (MJPEG): no worse than a stream with sparse ones."""
_THIN: Final = 4.0
"""A stream this many times as fast as the analysis can lose the pictures that no other refers to: encoders put at most
three of them between two others by default (x264), so that one is still there whenever one is due."""
_INTERVALS: Final = 3
"""So many keyframe intervals in a row must have been short: one short one may be a change of scene."""
_RESTFUL: Final = frozenset({"h264", "hevc"})
"""Codecs whose keyframes were seen to be decodable alone, in clips and in streams."""
_JOIN: Final = 300
"""Packets to skip at most while waiting for the first keyframe: 10 s of a stream at 30/s. A stream that marks none is
then decoded as it is."""


@dataclass(slots=True)
class Counts:
    """What became of a stream's pictures, added up over every time that it was opened."""

    arrived: int = 0
    decoded: int = 0
    spared: int = 0
    given: int = 0
    dropped: int = 0
    broken: int = 0
    reconnects: int = 0

    def tally(self) -> SourceTally:
        """The same as a value."""
        return SourceTally(
            self.arrived, self.decoded, self.spared, self.given, self.dropped, self.broken, self.reconnects
        )


def stamp_of(packet: "av.Packet[av.VideoStream]") -> float | None:
    """When a packet's picture is to be shown, s on the stream's own count; None where the stream does not say."""
    ticks = packet.pts if packet.pts is not None else packet.dts
    return None if ticks is None else float(ticks * packet.time_base)


class PictureDecoder:
    """The decoder of one opened stream."""

    def __init__(self, stream: av.VideoStream, rate: float, counts: Counts, *, joined: bool = False) -> None:
        """Nothing is decoded yet.

        Args:
            stream: of an opened container.
            rate: pictures analysed a second.
            counts: where to add up what becomes of the pictures.
            joined: it runs already, so that its first picture may be half of one: no trouble worth telling.
        """
        self._context = stream.codec_context
        self._context.thread_count = 1  # one camera, one core: threads within a picture cost more than they bring
        self._context.options = {"max_pixels": str(PIXELS)}
        self.independent = stream.codec_context.codec.intra_only
        """Whether pictures do not refer to one another."""
        self.wants_rest = False
        """Whether nothing moves, so that keyframes would do."""
        self._unit = stream.time_base or Fraction(1, 90_000)  # that of MPEG's streams; FFmpeg always says
        self._rate, self._counts = rate, counts
        self._fps = float(stream.average_rate or 0)
        self._begun = self.independent
        self._rests = False
        self._alone = self._context.name in _RESTFUL
        self._last_key: float | None = None
        self._intervals: list[float] = []
        self._since_key = 0
        self._kept: list[av.Packet[av.VideoStream]] = []
        self._sent = self._out = self._thinned = 0
        self._trouble: str | None = None
        self._telling = not joined
        self.well = True
        """Whether the last picture could be decoded."""

    @property
    def resting(self) -> bool:
        """Whether keyframes alone are decoded now."""
        return self._rests

    def stamp(self, picture: av.VideoFrame) -> float | None:
        """When a picture is to be shown, s on the stream's own count; None where the stream does not say.

        Not ``picture.time``: a picture that the decoder held back to the last has forgotten its unit.
        """
        return None if picture.pts is None else float(picture.pts * self._unit)

    def trouble(self) -> str | None:
        """Why a picture could not be decoded, once for each run of broken ones; None: nothing new is wrong."""
        trouble, self._trouble = self._trouble, None
        return trouble

    def spare(self, packet: "av.Packet[av.VideoStream]") -> None:
        """Count a packet that need not be decoded, of a stream whose pictures are independent."""
        if packet.size:
            self._counts.arrived += 1
            self._counts.spared += 1

    def feed(self, packet: "av.Packet[av.VideoStream]") -> Sequence[av.VideoFrame]:
        """The pictures that a packet completes, in order of capture. An empty packet, the last, brings out the rest."""
        if not packet.size:
            return self._drain()
        self._counts.arrived += 1
        stamp = stamp_of(packet)
        self._begun = self._begun or packet.is_keyframe or self._since_key >= _JOIN
        if packet.is_keyframe:
            self._note_keyframe(stamp)
        self._since_key += 1
        if not self._begun:
            self._counts.spared += 1  # joined between two keyframes: not decodable
            return ()
        if packet.is_keyframe:
            return self._keyframe(packet)
        if not self._rests:
            return self._decode(packet)
        self._kept.append(packet)
        if self.wants_rest and self._fresh(stamp):
            self._counts.spared += 1
            return ()
        return self._return()

    def _keyframe(self, packet: "av.Packet[av.VideoStream]") -> Sequence[av.VideoFrame]:
        """At a keyframe the decoder may come to rest, or wake without looking back."""
        if not (self.wants_rest and self._often()):
            self._rests = False
            self._kept = []
            return self._decode(packet)
        before = [] if self._rests else self._drain()
        self._rests, self._kept = True, [packet]
        pictures = self._decode(packet) + self._drain()
        if not pictures and self.well:
            # A stream that refreshes by and by marks keyframes that cannot be decoded alone: it never rests again.
            # Finding it out costs less than two keyframe intervals, once.
            self._alone = self._rests = False
        return before + pictures

    def _return(self) -> Sequence[av.VideoFrame]:
        """Decode what came since the last keyframe, which itself was counted before."""
        self._counts.spared -= len(self._kept) - 2
        self._counts.decoded -= 1
        kept, self._kept, self._rests = self._kept, [], False
        return [picture for packet in kept for picture in self._decode(packet)]

    def _note_keyframe(self, stamp: float | None) -> None:
        """Measure how often keyframes come and how many pictures lie between them."""
        if stamp is not None and self._last_key is not None:
            interval = stamp - self._last_key
            self._intervals = [*self._intervals[1 - _INTERVALS :], interval]
            if interval > 0:
                self._fps = self._since_key / interval
        self._last_key, self._since_key = stamp, 0
        if not self.independent:
            thin = self._fps >= _THIN * self._rate
            self._context.skip_frame = "NONREF" if thin else "DEFAULT"

    def _often(self) -> bool:
        short = [0 < interval <= KEYFRAMES_S for interval in self._intervals]
        return self._alone and len(short) == _INTERVALS and all(short)

    def _fresh(self, stamp: float | None) -> bool:
        """Whether the last keyframe is young enough to go on resting."""
        if stamp is None or self._last_key is None or self._since_key > _JOIN:
            return False
        return stamp - self._last_key <= KEYFRAMES_S

    def _decode(self, packet: "av.Packet[av.VideoStream]") -> list[av.VideoFrame]:
        self._sent += 1
        try:
            pictures = self._context.decode(packet)
        except av.FFmpegError as error:
            self._break(error.strerror or type(error).__name__)
            return []
        return self._sound(pictures, waiting=self._context.reorder_depth)

    def _drain(self) -> list[av.VideoFrame]:
        """Bring out every picture that the decoder still holds and make it forget."""
        if not self._sent:
            return []
        try:
            pictures = self._context.decode(None)
        except av.FFmpegError:
            pictures = []
        sound = self._sound(pictures, waiting=0)
        self._context.flush_buffers()
        self._sent = self._out = self._thinned = 0
        return sound

    def _sound(self, pictures: Sequence[av.VideoFrame], waiting: int) -> list[av.VideoFrame]:
        """Count pictures and leave out those that the decoder itself calls damaged.

        The pictures after a damaged one may carry its smear to the next keyframe. They are given all the same: a
        smeared picture shows more than none.
        """
        sound = [picture for picture in pictures if not picture.is_corrupt]
        self._out += len(sound)
        self._counts.decoded += len(sound)
        for _ in range(len(pictures) - len(sound)):
            self._break("parts of it are damaged")
        if sound and len(sound) == len(pictures):
            self.well = self._telling = True
        lost = max(self._sent - self._out - waiting, 0)
        if lost > self._thinned and self._context.skip_frame == "NONREF":
            self._counts.spared += lost - self._thinned
            self._thinned = lost
        return sound

    def _break(self, why: str) -> None:
        self._counts.broken += 1
        self._out += 1
        if self.well and self._telling:
            self._trouble = f"a picture could not be decoded: {why}"
        self.well = False


class Scaler:
    """Brings pictures to the size and the colours of the analysis, in one step of swscale."""

    def __init__(self, width: int | None) -> None:
        self._width = width
        # One for the stream: a fresh one for each picture costs 0.7-0.9 ms more (720p and 1080p to 640 wide).
        self._reformatter = VideoReformatter()

    def image(self, picture: av.VideoFrame) -> Image:
        """The picture as uint8 H x W x 3, blue green red: never wider than it came, sides even, shape kept.

        Raises:
            SourceError: its colours are of a kind that swscale does not know.
        """
        width = max(min(self._width or picture.width, picture.width) // 2 * 2, 2)
        height = max(round(picture.height * width / picture.width) // 2 * 2, 2)
        try:
            scaled = self._reformatter.reformat(picture, width=width, height=height, format="bgr24")
        except (av.FFmpegError, ValueError) as error:
            raise SourceError(
                f"expected pictures that swscale converts, came {picture.format.name}: {error}"
            ) from error
        return scaled.to_ndarray().astype(np.uint8, copy=False)
