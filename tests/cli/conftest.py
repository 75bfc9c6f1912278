"""What the tests of the command share: a closed machine, and a clip in which somebody walks."""

import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest


@pytest.fixture(scope="session")
def basic(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment with no mirror and no models: the closed machine."""
    return {k: v for k, v in os.environ.items() if not k.startswith("CONSENTRY_")} | {
        "CONSENTRY_HOME": str(tmp_path_factory.mktemp("home"))
    }


@pytest.fixture(scope="session")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int], Path]:
    """Makes a clip of so many seconds in which something the size of a person walks to and fro on an empty floor."""

    def make(kind: str, seconds: int) -> Path:
        path = tmp_path_factory.mktemp("clips") / f"walk.{kind}"
        noise = np.random.default_rng(5).integers(-6, 7, (360, 640, 3))
        floor = np.clip(90 + 25 * ((np.indices((360, 640)).sum(axis=0) // 40) % 2)[..., None] + noise, 0, 255)
        with av.open(str(path), "w") as out:
            stream = out.add_stream("libx264", rate=10, options={"preset": "ultrafast", "bf": "0"})
            stream.width, stream.height, stream.pix_fmt, stream.gop_size = 640, 360, "yuv420p", 10
            for k in range(10 * seconds):
                image = floor.astype(np.uint8).copy()
                left = abs((6 * k) % 1160 - 580)
                if k > 10:
                    image[140:300, left : left + 60] = 220
                frame = av.VideoFrame.from_ndarray(image, format="bgr24")
                frame.pts, frame.time_base = k, Fraction(1, 10)
                out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
        return path

    return make
