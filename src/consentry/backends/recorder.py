"""Evidence on disk: stills as JPEG, clips as MP4 that play whatever ends the recording.

A clip is written in fragments, one a picture, each handed to the system at once: after a kill or a power failure it
plays up to the last picture but one (a fragment needs to know when the next picture comes). Closed in order, it becomes
a plain MP4 with an index. Why H.264, and what its encoder's licence means: docs/adr/0005-h264.md.
"""

import os
import re
import unicodedata
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import cast

import av
import cv2
import numpy as np
from av.container import OutputContainer
from av.video.stream import VideoStream

from consentry.backends.clip_file import ClipFile
from consentry.core.errors import StorageError
from consentry.core.frames import Image
from consentry.core.redaction import RedactedFrame
from consentry.ports import Clip

JPEG_QUALITY = 88
"""0-100: a picture 768 wide of the shared clips takes 34-101 kB."""
_CODECS = {
    # "zerolatency": each picture leaves the encoder in the call that brings it. CRF 23, libx264's own default, gave
    # 33-39 dB at 1.0-1.9 MB a minute on three shared clips; 18 doubles that for 1.3-2.2 dB (docs/adr/0005-h264.md).
    "h264": ("libx264", {"preset": "veryfast", "tune": "zerolatency", "crf": "23"}),
    "mpeg4": ("mpeg4", {"qmin": "5", "qmax": "5"}),
}
_KEYFRAME_EVERY = 50
"""Pictures: a viewer jumps to keyframes, here every 10 s at 5 pictures/s."""
_TICK = Fraction(1, 1000)
"""s: capture times are known to the millisecond."""
_SYNC_S = 2.0
"""s of pictures after which the disk is asked to make sure of them: what a power failure may cost."""
_LONGEST_NAME = 100
"""Characters; file systems take 255 bytes, and a temporary name must fit too."""


def still_path(name: str) -> str:
    """Where a still of this name lies, relative to the recorder's folder.

    >>> still_path("view-gate 3"), still_path("cam-intrusion-hall-1000")
    ('stills/view-gate_3-5472e86d.jpg', 'stills/cam-intrusion-hall-1000.jpg')
    """
    return f"stills/{_safe(name)}.jpg"


def clip_path(name: str) -> str:
    """Where a clip of this name lies, relative to the recorder's folder."""
    return f"clips/{_safe(name)}.mp4"


def _safe(name: str) -> str:
    """A file name that any file system takes; two names never share one, and plain ones stay as they are."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^A-Za-z0-9._-]+", "_", plain).lstrip(".")[:_LONGEST_NAME]
    return kept if kept == name else f"{kept}-{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


class FileRecorder:
    """Keeps evidence in a folder. One recorder serves all cameras; a clip belongs to one thread."""

    def __init__(self, folder: Path, *, codec: str = "h264", width: int | None = None) -> None:
        """Make a recorder; folders are made when they are needed.

        Args:
            folder: the store's folder.
            codec: ``h264``, or ``mpeg4`` where libx264 must not be used (browsers do not play it).
            width: px, wider pictures are scaled down to it; None: as they come.

        Raises:
            StorageError: the codec is unknown or PyAV was built without its encoder.
        """
        if codec not in _CODECS:
            raise StorageError(f"expected a codec of {', '.join(_CODECS)}, came {codec!r}")
        if _CODECS[codec][0] not in av.codecs_available:
            raise StorageError(
                f"expected the encoder {_CODECS[codec][0]} for {codec}, this build of PyAV has none; use another codec "
                "or install PyAV's own wheel"
            )
        self._folder, self._codec, self._width = folder, codec, width

    def still(self, name: str, picture: RedactedFrame, /) -> str:
        """Keep one picture, wholly or not at all; one of the same name is replaced.

        Raises:
            StorageError: the disk did not take it.
        """
        place = still_path(name)
        path = self._folder / place
        image = picture.image
        width, height = _size(image, self._width)
        if width < image.shape[1]:
            image = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
        _, jpeg = cv2.imencode(".jpg", image, (cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY))
        half = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with half.open("wb") as file:
                    file.write(jpeg.tobytes())
                    file.flush()
                    os.fsync(file.fileno())  # else a power failure may leave the name without the picture
                half.replace(path)
            finally:
                half.unlink(missing_ok=True)
        except OSError as error:
            raise _refused(path, error) from error
        return place

    def clip(self, name: str, /) -> tuple[str, Clip]:
        """Begin a clip; its size is that of the first picture, made even.

        Raises:
            StorageError: the disk did not take it.
        """
        place = clip_path(name)
        path = self._folder / place
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return place, _FileClip(path, ClipFile(path.open("w+b", buffering=0)), self._codec, self._width)
        except OSError as error:
            raise _refused(path, error) from error


def _size(image: Image, limit: int | None) -> tuple[int, int]:
    """Width and height of what is kept, px: not above the limit; even, because H.264 halves the colours' resolution.

    >>> _size(np.zeros((481, 641, 3), np.uint8), None), _size(np.zeros((1080, 1920, 3), np.uint8), 640)
    ((640, 480), (640, 360))
    """
    height, width = image.shape[:2]
    scale = min(1.0, (limit or width) / width)
    return max(int(width * scale) // 2 * 2, 2), max(int(height * scale) // 2 * 2, 2)


def _refused(path: Path, error: OSError | av.FFmpegError) -> StorageError:
    why = error.strerror or str(error)
    return StorageError(
        f"expected to write {path}, the disk said: {why}. Free space there or choose another folder with --out; alarms "
        "go on without pictures until then"
    )


class _FileClip:
    """A clip being written. The encoder starts with the first picture, whose size it needs."""

    def __init__(self, path: Path, file: ClipFile, codec: str, width: int | None) -> None:
        self._path, self._file, self._codec, self._width = path, file, codec, width
        self._muxer: tuple[OutputContainer, VideoStream] | None = None
        self._begin = self._synced = 0.0
        self._last = -1
        self._pictures = 0
        self._closed = self._finished = False

    def write(self, picture: RedactedFrame, /) -> None:
        """Add a picture at its own time; one that is not later than the last is left out.

        Raises:
            StorageError: the disk did not take it; what was written before stays playable, nothing more can be added.
        """
        if self._closed:
            raise StorageError(f"expected a clip that is being written, {self._path} is closed")
        if self._muxer is None:
            self._muxer = self._start(picture.image)
            self._begin = self._synced = picture.at
        tick = round((picture.at - self._begin) / _TICK)
        if tick <= self._last:
            return
        self._last = tick
        container, stream = self._muxer
        frame = av.VideoFrame.from_ndarray(picture.image, format="bgr24")
        frame = frame.reformat(stream.width, stream.height, "yuv420p")
        frame.pts, frame.time_base = tick, _TICK
        try:
            container.mux(stream.encode(frame))
            self._file.settle()
            self._pictures += 1
            if picture.at - self._synced >= _SYNC_S:
                self._file.sync()
                self._synced = picture.at
        except (OSError, av.FFmpegError) as error:
            self._let_go()
            raise _refused(self._path, error) from error

    def close(self) -> None:
        """Finish: the last picture, and the index that makes it a plain MP4. May be called twice."""
        if self._closed:
            return
        try:
            if self._muxer is not None:
                container, stream = self._muxer
                container.mux(stream.encode(None))
                self._file.settle()
                self._file.begin_index()
                container.close()
                self._file.finish()
                self._finished = True
        except (OSError, av.FFmpegError) as error:
            raise _refused(self._path, error) from error
        finally:
            self._let_go()

    def _start(self, image: Image) -> tuple[OutputContainer, VideoStream]:
        encoder, options = _CODECS[self._codec]
        flags = {"movflags": "hybrid_fragmented+frag_every_frame", "flush_packets": "1"}
        container = av.open(self._file, "w", format="mp4", options=flags)
        # The rate is a hint alone: pictures carry their own time.
        stream = cast("VideoStream", container.add_stream(encoder, rate=30, options=options))
        stream.width, stream.height = _size(image, self._width)
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = _TICK
        stream.codec_context.gop_size = _KEYFRAME_EVERY
        stream.codec_context.thread_count = 1  # a camera's thread encodes its own; the others have theirs
        return container, stream

    def _let_go(self) -> None:
        """Close the file, whatever state the muxer is in: from here on it writes into the void."""
        self._closed = True
        self._file.give_up()
        if self._muxer is not None:
            self._muxer[0].close()
            self._muxer = None
        self._file.close()
        if self._pictures < (1 if self._finished else 2):
            # Not one picture is whole in it (the last one's fragment was still open): a clip that cannot play is none.
            self._path.unlink(missing_ok=True)
