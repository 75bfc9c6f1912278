"""A camera at this machine: FFmpeg's own reader of V4L2 before a device that a preloaded library answers for."""

import os
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

SERVERS = Path(__file__).resolve().parents[1] / "servers"
DEVICE = "/dev/video-drawn"

pytestmark = [
    pytest.mark.timeout(90),
    pytest.mark.skipif(
        shutil.which("gcc") is None or not Path("/usr/include/linux/videodev2.h").is_file(),
        reason="needs Debian's packages gcc, libc6-dev and linux-libc-dev",
    ),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("v4l2") / "device.so"
    command = ["gcc", "-Wall", "-Werror", "-O2", "-shared", "-fPIC", "-o", made, SERVERS / "v4l2_device.c", "-ldl"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return made


def read(library: Path, pictures: int, **world: str) -> list[list[str]]:
    ended = subprocess.run(
        [sys.executable, SERVERS / "v4l2_reader.py", DEVICE, str(pictures)],
        env={**os.environ, "LD_PRELOAD": str(library), "V4L2_DEVICE": DEVICE, **world},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return [line.split(maxsplit=2) for line in ended.stdout.splitlines()]


def test_pictures_of_a_device_come_with_their_times(library: Path) -> None:
    told = read(library, 8)
    assert [word for word, *_ in told] == ["picture"] * 8
    shots = [(int(number), float(at)) for _, number, at in told][2:]  # the first come in one go with the opening
    for (early, then), (late, now) in pairwise(shots):
        assert late > early
        assert now - then == pytest.approx((late - early) / 25, abs=0.1)


def test_a_camera_that_is_unplugged_is_told_and_found_again(library: Path) -> None:
    told = read(library, 9, PICTURES="30")
    story = [word for word, *_ in told]
    assert "lost" in story
    lost = story.index("lost")
    assert set(story[:lost]) == {"picture"}
    assert "picture" in story[lost:]
    assert int(told[-1][1]) >= 30  # from after it was plugged in again
