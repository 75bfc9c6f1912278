"""Cameras' streams opened, and what went wrong said in words that name no user, no password."""

import time
from dataclasses import dataclass
from typing import Final

import av

from consentry.core.addresses import without_credentials

SCHEMES: Final = ("rtsp", "rtsps", "http", "https")
"""Schemes of addresses that are opened as streams."""
DEVICES: Final = "/dev/"
"""Beginning of the path of a camera at this machine (V4L2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for a camera."""

    open_s: float = 10.0
    """s for a connection and the first data: a camera that sends a keyframe in 4 s and has just been asked to wake."""
    stall_s: float = 5.0
    """s without a picture until the stream counts as stalled: even at a picture a second, the slowest that cameras are
    commonly set to, five are missing then, and TCP has sent a lost packet again thrice. As long as a covered lens must
    last to be told."""
    read_s: float = 15.0
    """s without any data until the stream counts as lost and is opened again: thrice a stall, so that a switch that
    restarts is waited for."""
    retry_s: float = 1.0
    """s before the first attempt to open again; doubled each time."""
    longest_retry_s: float = 30.0
    """s between attempts at most: a camera that was away for an hour is back half a minute after its power. Also what a
    refused password waits at once: many cameras lock an account after some five wrong tries in a row."""


class StreamGone(Exception):  # noqa: N818 - an event rather than an error: the stream is opened again
    """A stream could not be opened, or ended. Its text is fit to be shown."""

    def __init__(self, why: str, *, refused: bool = False) -> None:
        super().__init__(why)
        self.refused = refused


def open_stream(address: str, patience: Patience) -> av.container.InputContainer:
    """Connect to a camera.

    Certificates of cameras (rtsps, https) are not checked, as hardly any camera has one that anybody vouches for.

    Raises:
        StreamGone: it is away, silent, refuses, or sends no pictures.
    """
    scheme = "device" if address.startswith(DEVICES) else address.partition(":")[0].lower()
    began = time.monotonic()
    try:
        opened = av.open(
            address,
            format="v4l2" if scheme == "device" else None,
            options=_OPTIONS[scheme],
            timeout=(patience.open_s, patience.read_s),
        )
    except (av.FFmpegError, OSError, ValueError) as error:
        overdue = time.monotonic() - began >= patience.open_s
        raise gone(
            error, address, patience.open_s if overdue else None
        ) from None  # its text holds the address as it is
    if not opened.streams.video or opened.streams.video[0].codec_context is None:
        opened.close()
        raise StreamGone(f"{without_credentials(address)}: expected pictures, the stream has none")
    return opened


def gone(error: Exception, address: str, waited_s: float | None, *, opened: bool = False) -> StreamGone:
    """An FFmpeg error in words.

    Args:
        error: as FFmpeg gave it.
        address: of the camera; what would let somebody in is left out.
        waited_s: s, if nothing had come for as long as was to be waited, whatever FFmpeg makes of its interruption.
        opened: it came after pictures, not in their stead.
    """
    where = without_credentials(address)
    if isinstance(error, av.error.HTTPUnauthorizedError | av.error.HTTPForbiddenError):
        words = "the camera refused the user name or the password; look at the settings"
        return StreamGone(f"{where}: {words}", refused=True)
    if waited_s is not None:
        return StreamGone(f"{where}: nothing came for {waited_s:g} s")
    if opened:
        return StreamGone(f"{where}: {ENDED}")
    said = str(getattr(error, "strerror", None) or type(error).__name__)
    known = (words for kind, words in _WORDS if isinstance(error, kind))
    return StreamGone(f"{where}: {next(known, without_credentials(said))}")


ENDED: Final = "the stream ended: the camera or the network broke it off"
_WORDS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (av.error.HTTPNotFoundError, "the camera has no such stream (404); look at the address's path"),
    (av.error.ConnectionRefusedError, "nobody answers at this port (connection refused)"),
    (av.error.TimeoutError, "nobody answers (the network gave up)"),
    (av.error.FileNotFoundError, "there is no such device; is the camera plugged in?"),
    (av.error.PermissionError, "this user may not open the device; join the group video"),
    (av.error.EOFError, "the camera hung up at once"),
    (av.error.InvalidDataError, "what came is no stream of pictures that FFmpeg reads"),
    (av.error.OSError, "the network or the camera failed (input/output error; is the name known here?)"),
)

_LOOK = {
    # Pictures begin to be given this long after connecting at most, in us; FFmpeg's own 5 s serve films with many
    # tracks. A stream without its parameters in the description still has them in its next keyframe.
    "analyzeduration": "2000000",
    # No picture is waited for to learn how many come a second: it is measured on the way. Spares 2 s at the start.
    "fpsprobesize": "0",
}
_RTSP = {
    **_LOOK,
    "rtsp_transport": "tcp",  # nothing lost, nothing to open in a firewall
    "allowed_media_types": "video",  # sound is never asked for
    "protocol_whitelist": "rtsp,rtp,tcp,tls,http,https,crypto",
}
_HTTP = {**_LOOK, "protocol_whitelist": "http,https,tcp,tls,crypto"}
_OPTIONS: Final = {"rtsp": _RTSP, "rtsps": _RTSP, "http": _HTTP, "https": _HTTP, "device": dict[str, str]()}
