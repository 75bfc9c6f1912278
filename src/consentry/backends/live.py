"""Cameras as sources: the newest picture only, silences told, opened again for as long as it takes.

One thread reads and decodes; whoever analyses takes the newest picture that is due and never waits for an older one.

::

    opening ──first picture──> pictures ──nothing for stall_s──> stalled (told once) ──a picture──> pictures
       ^                          │                                  │
       └── waits 1, 2, 4 ... s ── lost (told once) <──the stream ends or is silent for read_s

A picture is a proof of life, so a stream of nothing but broken ones stalls too. The same picture again and again is
given again and again: whether it is frozen is for the rule on tampering to say.
"""

import random
import time
from collections import deque
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread

import av

from consentry.backends.capture_times import DueTimes, LiveTimes
from consentry.backends.decoding import PIXELS, REST_S, Counts, PictureDecoder, Scaler, stamp_of
from consentry.backends.streams import ENDED, Patience, StreamGone, gone, open_stream
from consentry.core.addresses import without_credentials
from consentry.core.frames import Frame, Lapse, LapseKind, SourceTally
from consentry.ports import Clock

_JITTER = 0.25
"""Share by which a wait is longer or shorter: forty cameras behind one switch must not all come back at once."""
_STAMPLESS = frozenset({"mpjpeg"})
"""Formats whose stamps FFmpeg makes up, 25 a second whatever comes: a picture counts as taken when it came."""


class _Mailbox:
    """At most one picture waits, the newest; silences wait in their order. Ringing it is safe in a signal handler."""

    def __init__(self) -> None:
        self._items: deque[Frame | Lapse] = deque()
        self._lock = Lock()
        self._bell: SimpleQueue[None] = SimpleQueue()

    def put(self, item: Frame | Lapse) -> bool:
        """Add a picture or a silence; returns whether it took the place of a picture that nobody had time for."""
        with self._lock:
            for place, waiting in enumerate(self._items):
                if isinstance(item, Frame) and isinstance(waiting, Frame):
                    del self._items[place]
                    self._items.append(item)
                    return True
                if isinstance(item, Lapse) and isinstance(waiting, Lapse) and item.kind is waiting.kind:
                    return False  # told already, and not yet heard
            self._items.append(item)
        self.ring()
        return False

    def ring(self) -> None:
        """Wake whoever waits."""
        self._bell.put(None)

    def take(self, wait_s: float) -> Frame | Lapse | None:
        """The next item; None: nothing came in time, or it was only rung."""
        try:
            self._bell.get(timeout=max(wait_s, 0.0))
        except Empty:
            return None
        with self._lock:
            return self._items.popleft() if self._items else None


class LiveSource:
    """A camera reached by RTSP (over TCP) or HTTP(S), or plugged into this machine (V4L2)."""

    def __init__(
        self,
        camera: str,
        address: str,
        *,
        rate: float,
        width: int | None,
        clock: Clock,
        patience: Patience | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is opened yet.

        Args:
            camera: its name in the settings.
            address: of the stream, with credentials where it wants them, or a device's path.
            rate: pictures analysed a second.
            width: px that a picture is given wide, at most its own; None: its own.
            clock: the time of day.
            patience: how long to wait for what.
            monotonic: s on a clock that never jumps.
        """
        self._camera, self._address, self._rate = camera, address, rate
        self._clock, self._monotonic = clock, monotonic
        self._patience = patience or Patience()
        self._scaler, self._due, self._times = Scaler(width), DueTimes(rate), LiveTimes()
        self._counts = Counts()
        self._mailbox = _Mailbox()
        self._closing = Event()
        self._resting = False
        self._opened = False
        self._lost: str | None = None
        self._alive = monotonic()
        self._stalled = False

    def frames(self) -> Iterator[Frame | Lapse]:
        """Pictures as they come, and silences, until ``close``."""
        self._alive = self._monotonic()
        # A daemon: what waits for a camera inside FFmpeg cannot be called back, and must not keep a process alive.
        Thread(target=self._keep_reading, name=f"read {self._camera}", daemon=True).start()
        told = float("-inf")
        try:
            while not self._closing.is_set():
                item = self._mailbox.take(self._alive + self._patience.stall_s - self._monotonic())
                if item is None:
                    item = self._silence()
                if item is None or self._closing.is_set():
                    continue
                if isinstance(item, Lapse):
                    told = item.at
                elif item.at < told:
                    self._counts.dropped += 1  # taken before the silence that was told: time must not run back
                    continue
                else:
                    self._counts.given += 1
                yield item
        finally:
            self.close()

    def _quiet_s(self) -> float:
        """How long to wait for an item before the silence itself is one."""
        if self._stalled or self._lost is not None:
            return self._patience.stall_s  # told; what ends it rings
        return self._alive + self._patience.stall_s - self._monotonic()

    def _silence(self) -> Lapse | None:
        """A stall, told once."""
        silent = self._monotonic() - self._alive
        if self._stalled or self._lost is not None or silent < self._patience.stall_s:
            return None
        self._stalled = True
        return Lapse(
            self._camera, self._clock(), LapseKind.STALLED, f"open, but no picture for {self._patience.stall_s:g} s"
        )

    def _keep_reading(self) -> None:
        """The reading thread: open, read to the end, wait, open again."""
        wait_s = self._patience.retry_s
        while not self._closing.is_set():
            decoded = self._counts.decoded
            why = self._reason()
            if self._closing.is_set():
                return
            self._tell_lost(str(why))
            if self._counts.decoded > decoded:
                wait_s = self._patience.retry_s
            longest = self._patience.longest_retry_s
            self._closing.wait((longest if why.refused else wait_s) * _jitter())
            wait_s = min(2 * wait_s, longest)

    def _reason(self) -> StreamGone:
        """Read one connection to its end; returns why it ended."""
        try:
            self._read()
        except StreamGone as why:
            return why
        except Exception as error:  # noqa: BLE001 - a thread that died unheard would look like a silent camera
            return StreamGone(f"a fault of ours while reading: {without_credentials(repr(error))}")
        return StreamGone("closed")

    def _tell_lost(self, why: str) -> None:
        """Tell a loss once, and again only when it has another reason."""
        if why != self._lost:
            self._lost = why
            self._mailbox.put(Lapse(self._camera, self._clock(), LapseKind.LOST, why))

    def _read(self) -> None:
        """One connection, from opening to its end.

        Raises:
            StreamGone: always, unless the source is closed.
        """
        with open_stream(self._address, self._patience) as opened:
            stream = opened.streams.video[0]
            if stream.width * stream.height > PIXELS:
                raise StreamGone(f"expected at most {PIXELS:,} pixels, came {stream.width} x {stream.height}")
            if self._opened:
                self._counts.reconnects += 1
            self._opened = True
            self._times.again()
            decoder = PictureDecoder(stream, self._rate, self._counts, joined=True)
            stampless = opened.format.name in _STAMPLESS
            heard = self._monotonic()
            try:
                for packet in opened.demux(stream):
                    heard = self._monotonic()
                    if self._closing.is_set():
                        return
                    self._take(packet, decoder, stampless=stampless)
            except av.FFmpegError as error:
                limit = self._patience.read_s
                overdue = limit if self._monotonic() - heard >= limit else None
                raise gone(error, self._address, overdue, opened=True) from None  # its text may hold the address
        raise StreamGone(f"{without_credentials(self._address)}: {ENDED}")

    def _take(self, packet: "av.Packet[av.VideoStream]", decoder: PictureDecoder, *, stampless: bool) -> None:
        """What becomes of one packet."""
        decoder.wants_rest = self._resting
        if decoder.independent and packet.size:
            at = self._times.at(None if stampless else stamp_of(packet), self._clock())
            apart = REST_S if self._resting else 0.0
            if self._due.soon(at, apart):
                for picture in decoder.feed(packet):
                    self._post(picture, at, apart)
            else:
                decoder.spare(packet)
        else:
            for picture in decoder.feed(packet):
                self._post(picture, self._times.at(decoder.stamp(picture), self._clock()))
        if (trouble := decoder.trouble()) is not None:
            self._mailbox.put(Lapse(self._camera, self._clock(), LapseKind.CORRUPT, trouble))
        if decoder.well and packet.size:
            self._alive, self._stalled = self._monotonic(), False

    def _post(self, picture: av.VideoFrame, at: float, apart: float = 0.0) -> None:
        """Convert a picture if it is due; the others were needed by the decoder alone."""
        # In this order: whoever waits must not take the time since the last picture for a new silence.
        self._alive, self._stalled, self._lost = self._monotonic(), False, None
        if self._due.take(at, apart) and self._mailbox.put(Frame(self._camera, at, self._scaler.image(picture))):
            self._counts.dropped += 1

    def rest(self) -> None:
        """Say that nothing moves: from the next keyframe on, keyframes alone are decoded if they come often enough."""
        self._resting = True

    def wake(self) -> None:
        """Say that something moves: pictures since the last keyframe are decoded, the newest is given."""
        self._resting = False

    def tally(self) -> SourceTally:
        """What arrived, was decoded, spared, given, dropped, broken, and how often the stream was opened again."""
        return self._counts.tally()

    def close(self) -> None:
        """End ``frames`` now. A connection that FFmpeg waits on ends by its own time limit, unheard."""
        self._closing.set()
        self._mailbox.ring()


def _jitter() -> float:
    return random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - spreads attempts, guards nothing
