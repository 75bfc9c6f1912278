"""After the decision nothing of a face is in the process's memory, nor in any file that it wrote."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from PIL import Image as Pictures

from consentry.backends.embedders import align, load_embedder
from consentry.backends.face_pictures import read_face_picture
from consentry.backends.face_samples import load_acquiring_finder, samples
from consentry.backends.networks import Pixels, load_network
from consentry.backends.simulated_passport import portrait_jpeg
from consentry.backends.simulated_presentations import BONA_FIDE, present
from consentry.face.alignment import OPEN_MODEL_ZOO
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
    for name, image in (("reference", decoded), ("probe 2", pictures[2])):
        (sample,) = MiddleFinder().samples(image, 0.0)
        vector = PixelEmbedder().embed(sample).vector
        templates[name] = vector[100 : 100 + NEEDLE // 4].tobytes()
    return Staged(
        portrait,
        live,
        rows("portrait", decoded) | {"portrait as JPEG": jpeg[len(jpeg) // 2 :][:NEEDLE]},
        rows("live", pictures[2]),
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


@pytest.fixture
def staged_with_networks(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Staged:
    """A person of the shared faces, as a clip: what FFmpeg decodes, what is aligned, what the networks make of it.

    The clip ends before anything is decided, so that its last picture is the last that every buffer saw.
    """
    monkeypatch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
    faces = shared / "data" / "faces"
    portrait, live = faces / "001_neutral.jpg", tmp_path / "live.avi"
    with av.open(str(live), "w") as out:
        stream = out.add_stream("mjpeg", rate=12, options={"q:v": "3"})
        stream.width, stream.height, stream.pix_fmt = 800, 600, "yuvj420p"
        for at, image in present(BONA_FIDE, read_face_picture(faces / "001_smiling.jpg"), 1, 6):
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame.pts, frame.time_base = round(at / 0.08), Fraction(1, 12)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    needles, templates = {}, {}
    jpeg = portrait_jpeg(read_face_picture(portrait))
    decoded = np.asarray(Pictures.open(io.BytesIO(jpeg)).convert("RGB"))[:, :, ::-1]
    with av.open(str(live)) as clip:
        third, *_, last = list(clip.decode(video=0))[2:]
    luma = last.to_ndarray()[: last.height]
    pictures = {"portrait": decoded} | {
        name: frame.to_ndarray(format="bgr24") for name, frame in (("third", third), ("last", last))
    }
    finder, embedder = load_acquiring_finder(), load_embedder("face-reidentification-retail-0095")
    for name, picture in pictures.items():
        (sample,) = samples(finder, np.ascontiguousarray(picture), 0.0)
        aligned = align(sample, OPEN_MODEL_ZOO)
        needles[f"{name} aligned"] = aligned[64, 50 : 50 + NEEDLE // 3].tobytes()
        plane = aligned[64, 50 : 50 + NEEDLE, 0]
        needles[f"{name} aligned, one plane"] = plane.tobytes()
        needles[f"{name} aligned, one plane as numbers"] = plane[: NEEDLE // 4].astype(np.float32).tobytes()
        middle = sample.landmarks.mean(axis=0).astype(int)
        needles[f"{name} row"] = picture[middle[1], middle[0] : middle[0] + NEEDLE // 3].tobytes()
        (raw,) = load_network(embedder.model, pixels=Pixels()).run(aligned[None]).values()
        templates[f"{name} template, as the network gives it"] = raw.reshape(-1)[100 : 100 + NEEDLE // 4].tobytes()
        templates[f"{name} template"] = embedder.embed(sample).vector[100 : 100 + NEEDLE // 4].tobytes()
    x, y = middle.tolist()
    needles["last, light alone"] = luma[y, x : x + NEEDLE].tobytes()
    found = {name: needle for name, needle in needles.items() if name.startswith("portrait")}
    found["portrait as JPEG"] = jpeg[len(jpeg) // 2 :][:NEEDLE]
    return Staged(portrait, live, found, {k: v for k, v in needles.items() if k not in found}, templates)


@pytest.mark.shared
def test_nothing_is_left_by_decoders_and_networks_either(staged_with_networks: Staged, tmp_path: Path) -> None:
    staged = staged_with_networks
    with child(tmp_path, "networks", str(staged.portrait), str(staged.live)) as one:
        assert one.hear() == "during"
        during = occurrences(one.pid, staged.all)
        one.go_on()
        assert one.hear().startswith("after refer")
        after = occurrences(one.pid, staged.all)
        one.go_on()
        assert one.process.wait(60) == 0
    assert during["portrait template"] >= 1
    assert during["third row"] >= 1
    assert {name: times for name, times in after.items() if times} == {}
    assert files_written(tmp_path, staged) == []


def test_this_test_would_notice_what_is_kept(staged: Staged, tmp_path: Path) -> None:
    with child(tmp_path, "painted", str(staged.portrait), str(staged.live), "keep") as one:
        assert one.hear() == "during"
        one.go_on()
        assert one.hear() == "after clear"
        after = occurrences(one.pid, staged.live_needles)
    assert any(after.values())
