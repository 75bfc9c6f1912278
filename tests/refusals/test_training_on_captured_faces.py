"""Refused: training on captured faces.

No command trains; nothing that could is installed with it; no file of a network is another one after a whole day with
real faces; and what a watch keeps of faces is of no use for it: as a data set it gives not one template.
"""

import shutil
from collections.abc import Iterable
from importlib.metadata import requires
from pathlib import Path

import cv2
import numpy as np
import pytest

from refusals.operating import Command, files_below, operate, typed
from refusals.searching import pictures_in
from refusals.walk import Walk
from refusals.weakened import INSTALLED

TRAINING = {
    "a command": ("train", "out"),
    "of faces": ("face", "train", "out"),
    "of models": ("models", "train", "yunet"),
    "tuning": ("face", "tune", "out"),
    "a watch that learns faces": ("watch", "site.toml", "--learn-faces"),
    "a lane that learns": ("touchpoint", "gate 12", "--live", "live", "--update-template"),
    "weights to write": ("evaluate", "faces", "lab", "--save-weights", "mine.onnx"),
}
TRAINERS = (
    "torch",
    "tensorflow",
    "keras",
    "jax",
    "flax",
    "onnxruntime-training",
    "mxnet",
    "paddlepaddle",
    "scikit-learn",
)
LOADED = "import consentry.cli.main, sys\nprint(*sorted({name.partition('.')[0] for name in sys.modules}))"


def test_nobody_understands_who_asks_for_it(tmp_path: Path, closed: dict[str, str]) -> None:
    done = operate(tmp_path, [typed(*words) for words in TRAINING.values()], closed)
    assert {name: one.code for name, one in zip(TRAINING, done, strict=True)} == dict.fromkeys(TRAINING, 2)
    assert files_below(tmp_path) == {}


def test_nothing_that_trains_is_installed_or_loaded_with_it(tmp_path: Path, closed: dict[str, str]) -> None:
    needed = [one.split(";")[0].split(">")[0].split("=")[0].strip() for one in requires("consentry") or []]
    assert {"numpy", "openvino"} <= set(needed)
    assert set(needed) & set(TRAINERS) == set()
    (done,) = operate(tmp_path, [Command((), script=LOADED)], closed)
    assert {"numpy", "consentry"} <= set(done.out.split())
    assert set(done.out.split()) & {one.replace("-", "_") for one in TRAINERS} == set()


def networks(names: Iterable[str]) -> list[str]:
    return [name for name in names if Path(name).suffix in {".onnx", ".xml", ".bin", ".pt", ".npz", ".safetensors"}]


@pytest.mark.shared
def test_no_network_is_another_one_after_a_day_with_faces(day: Walk, shared: Path, tmp_path: Path) -> None:
    """``models verify`` of the day's end found every file as the manifest names it; no other network lies anywhere."""
    assert day.done["models"].code == 0
    assert "altered" not in day.done["models"].out
    assert "right" in day.done["models"].out
    assert networks(day.written()) == []
    assert len(networks(map(str, INSTALLED.rglob("*")))) >= 2, "networks are found where there are some"
    # That verifying notices one bit is shown here too.
    spoiled = tmp_path / "mirror"
    spoiled.mkdir()
    content = (shared / "models" / "face_detection_yunet_2023mar.onnx").read_bytes()
    (spoiled / "face_detection_yunet_2023mar.onnx").write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    (done,) = operate(tmp_path, [typed("models", "verify", "yunet", CONSENTRY_MIRROR=str(spoiled))], day.env)
    assert (done.code, "altered" in done.out) == (1, True)


@pytest.mark.shared
def test_what_a_watch_keeps_is_no_data_set_of_faces(day: Walk, tmp_path: Path) -> None:
    """Stills and frames of clips, named as the laboratory wants them; what the cameras gave is such a set."""
    for name, where in (("kept", "out/**/*"), ("gave", "a.mp4")):
        folder = tmp_path / name
        folder.mkdir()
        contents = [path.read_bytes() for path in sorted(day.folder.glob(where)) if path.is_file()]
        images = [image for content in contents for image in pictures_in(content, tmp_path)]
        assert len(images) >= 8
        for number, image in enumerate(images[:8]):
            cv2.imwrite(str(folder / f"{number % 2:03}_{number}.png"), np.ascontiguousarray(image))
    words = ("--fmr", "0.9", "--embedder", "mobilefacenet")
    kept, gave = operate(
        tmp_path,
        [typed("face", "calibrate", name, "--out", f"{name}.json", *words) for name in ("kept", "gave")],
        day.env,
    )
    assert kept.code == 1, kept.told
    assert not (tmp_path / "kept.json").exists()
    assert "not one of 8 pictures gave a face" in kept.told, kept.told
    assert "gave a face" not in gave.told, f"with what the camera gave there are faces: {gave.told}"
    shutil.rmtree(tmp_path / "gave")
