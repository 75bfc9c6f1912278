"""Which source an address asks for."""

import re
from pathlib import Path
from typing import Final

from consentry.backends.clips import ClipSource
from consentry.backends.live import LiveSource
from consentry.backends.pictures import PictureSource, is_picture
from consentry.backends.streams import DEVICES, SCHEMES
from consentry.core.addresses import without_credentials
from consentry.core.errors import SourceError
from consentry.ports import Clock, FrameSource

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
"""At least two letters, as in the settings: one letter and a colon begins a path of another system."""
_SIMULATION: Final = "sim"


def open_source(
    camera: str,
    address: str,
    *,
    rate: float,
    width: int | None,
    recorded_at: float | None,
    clock: Clock,
    realtime: bool = False,
) -> FrameSource:
    """A camera, a clip, a folder of pictures or a simulated place, as its address says. Nothing is opened yet.

    Args:
        camera: its name in the settings.
        address: ``rtsp://``, ``rtsps://``, ``http://`` or ``https://`` of a stream, ``/dev/video0``, ``sim:`` and a
            simulated place, the path of a clip (GIF among them), of a folder of pictures or of one picture.
        rate: pictures analysed a second.
        width: px that a picture is given wide, at most its own; None: its own.
        recorded_at: when the first picture of a clip or folder was taken, s UTC; None: 0.
        clock: the time of day, for what is live.
        realtime: clips and folders as slowly as they were taken.

    Raises:
        SourceError: the address is of a kind that nobody knows.
    """
    scheme = match[1].lower() if (match := _SCHEME.match(address)) else None
    if address.startswith(DEVICES) or scheme in SCHEMES:
        return LiveSource(camera, address, rate=rate, width=width, clock=clock)
    if scheme == _SIMULATION:
        from consentry.backends.simulation import SimulatedSource  # noqa: PLC0415 - drawn only where it is asked for

        return SimulatedSource(camera, address, rate=rate, width=width, recorded_at=recorded_at, realtime=realtime)
    if scheme is not None:
        known = ", ".join(f"{name}:" for name in (*SCHEMES, _SIMULATION))
        raise SourceError(
            f"camera {camera}: expected an address with {known}, a device such as /dev/video0 or a path, "
            f"came {without_credentials(address)}"
        )
    path = Path(address)
    kind = PictureSource if path.is_dir() or is_picture(path) else ClipSource
    return kind(camera, address, rate=rate, width=width, recorded_at=recorded_at, realtime=realtime)
