"""After the decision nothing of a face is in the process's memory, nor in any file that it wrote."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image as Pictures

from consentry.backends.simulated_passport import portrait_jpeg
from gate_fakes import MiddleFinder, PixelEmbedder
from process_memory import occurrences

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/PID/mem")

TESTS = Path(__file__).resolve().parents[1]
NEEDLE = 48
"""bytes: sixteen pixels, or twelve numbers of a template."""


def rows(name: str, image: np.ndarray) -> dict[str, bytes]:
    """Stretches of several rows through the middle of a face, as blue green red and as red green blue."""
    height, width = image.shape[:2]
    found = {}
    for share in (0.4, 0.6):
        y, x = int(height * share), int(width * 0.45)
        for order, pixels in (("bgr", image), ("rgb", image[:, :, ::-1])):
            found[f"{name} row {y} {order}"] = pixels[y, x : x + NEEDLE // 3].tobytes()
    return found


@dataclass
class Child:
    """A process under way, and what it said last."""

    pid: int
    process: subprocess.Popen[str]
    said: str = ""
    folder: Path = field(default_factory=Path)

    def hear(self) -> str:
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline().strip()
        return self.said

    def go_on(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()


@contextmanager
def child(folder: Path, *words: str, **more: str) -> Iterator[Child]:
    environment = os.environ | more | {
        "PYTHONPATH": f"{TESTS}:{TESTS.parent / 'src'}", "TMPDIR": str(folder), "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder), "CONSENTRY_HOME": str(folder / "home"), "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    command = [sys.executable, str(TESTS / "app" / "screening_child.py"), *words]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder, env=environment
    ) as process:
        try:
            yield Child(process.pid, process, folder=folder)
        finally:
            process.kill()


def noise(seed: int, height: int, width: int) -> np.ndarray:
    """A picture like no other: soft noise, that JPEG leaves nearly as it is."""
    random = np.random.default_rng(seed)
    return cv2.resize(random.integers(0, 256, (height // 8, width // 8, 3), np.uint8), (width, height))


@dataclass
class Staged:
    """Files of a transaction, and what is to be looked for."""

    portrait: Path
    live: Path
    portrait_needles: dict[str, bytes]
    live_needles: dict[str, bytes]
    templates: dict[str, bytes]

    @property
    def all(self) -> dict[str, bytes]:
        return self.portrait_needles | self.live_needles | self.templates


@pytest.fixture
def staged(tmp_path: Path) -> Staged:
    """Somebody drawn by chance: six live pictures that brighten a little, and a portrait of the same."""
    face = noise(1, 504, 392)  # the shape of a portrait, so that nothing is cut off
    portrait, live = tmp_path / "portrait.png", tmp_path / "live"
    live.mkdir()
    cv2.imwrite(str(portrait), face)
    pictures = []
    for k in range(6):
        pictures.append(cv2.add(face // 2, 40 + k))
        cv2.imwrite(str(live / f"{k}.png"), pictures[-1])
    jpeg = portrait_jpeg(face)
    decoded = np.asarray(Pictures.open(io.BytesIO(jpeg)).convert("RGB"))[:, :, ::-1]
    templates = {}
    for name, image in (("reference", decoded), ("probe 1", pictures[1])):
        (sample,) = MiddleFinder().samples(image, 0.0)
        vector = PixelEmbedder().embed(sample).vector
        templates[name] = vector[100 : 100 + NEEDLE // 4].tobytes()
    return Staged(
        portrait,
        live,
        rows("portrait", decoded) | {"portrait as JPEG": jpeg[len(jpeg) // 2 :][:NEEDLE]},
        rows("live", pictures[1]),
        templates,
    )


def files_written(folder: Path, staged: Staged) -> list[Path]:
    given = {staged.portrait, *staged.live.rglob("*"), staged.live}
    return [path for path in folder.rglob("*") if path.is_file() and path not in given]


def test_nothing_is_left_in_memory_or_in_files_after_the_decision(staged: Staged, tmp_path: Path) -> None:
    with child(tmp_path, "painted", str(staged.portrait), str(staged.live)) as one:
        assert one.hear() == "during"
        during = occurrences(one.pid, staged.all)
        one.go_on()
        assert one.hear() == "after clear"
        after = occurrences(one.pid, staged.all)
        one.go_on()
        assert one.process.wait(60) == 0
    # While it lasts they are there, so looking finds them.
    for needles in (staged.portrait_needles, staged.live_needles, staged.templates):
        assert any(during[name] for name in needles), during
    assert during["reference"] >= 1
    assert {name: times for name, times in after.items() if times} == {}
    assert files_written(tmp_path, staged) == []


def test_this_test_would_notice_what_is_kept(staged: Staged, tmp_path: Path) -> None:
    with child(tmp_path, "painted", str(staged.portrait), str(staged.live), "keep") as one:
        assert one.hear() == "during"
        one.go_on()
        assert one.hear() == "after clear"
        after = occurrences(one.pid, staged.live_needles)
    assert any(after.values())
