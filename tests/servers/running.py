"""Servers of the tests as running processes."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_SERVER = Path(__file__).with_name("rtsp.py")
_SYSTEM_PYTHON = "/usr/bin/python3"
"""Debian's, which has GStreamer's bindings."""


@contextmanager
def rtsp(clip: Path, port: int = 0, account: str = "") -> Iterator[int]:
    """A true RTSP server's port; killed at the end."""
    command = [_SYSTEM_PYTHON, str(_SERVER), str(clip), str(port), *([account] if account else [])]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield int(server.stdout.readline())
    finally:
        server.kill()
        server.communicate()


def need_gstreamer() -> None:
    """Skip by name without GStreamer's RTSP server (Debian's packages, see scripts/apt.sh)."""
    asked = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"
    try:
        found = subprocess.run([_SYSTEM_PYTHON, "-c", asked], capture_output=True, check=False).returncode == 0
    except OSError:
        found = False
    if not found:
        pytest.skip("needs Debian's python3-gi, gir1.2-gst-rtsp-server-1.0, gstreamer1.0-plugins-good and -bad")
