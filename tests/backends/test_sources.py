"""The address says which source; an unknown kind is refused, and no credentials are shown."""

import time
from pathlib import Path

import pytest

from consentry.backends.clips import ClipSource
from consentry.backends.live import LiveSource
from consentry.backends.pictures import PictureSource
from consentry.backends.sources import open_source
from consentry.core.errors import SourceError
from consentry.ports import FrameSource


def opened(address: str) -> FrameSource:
    return open_source("hall", address, rate=5.0, width=None, recorded_at=None, clock=time.time)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("rtsp://10.0.0.7/1", LiveSource),
        ("RTSPS://10.0.0.7/1", LiveSource),
        ("http://cam/video.mjpg", LiveSource),
        ("https://cam/live.m3u8", LiveSource),
        ("/dev/video0", LiveSource),
        ("clips/hall.mp4", ClipSource),
        ("clips/hall.GIF", ClipSource),
        ("still.PNG", PictureSource),
    ],
)
def test_the_address_says_which(address: str, kind: type) -> None:
    assert type(opened(address)) is kind


def test_a_folder_is_one_of_pictures(tmp_path: Path) -> None:
    assert type(opened(str(tmp_path))) is PictureSource


def test_a_simulated_place() -> None:
    assert type(opened("sim:hall")).__name__ == "SimulatedSource"


def test_an_unknown_kind_names_the_known_ones_and_no_password() -> None:
    with pytest.raises(SourceError, match="rtsp:, rtsps:, http:, https:, sim:") as refused:
        opened("ftp://guard:s3cret@10.0.0.7/1")
    assert "s3cret" not in str(refused.value)
    assert "ftp://10.0.0.7/1" in str(refused.value)
