"""Embedders side by side with dlib's own pipeline: the same pictures, the same widths, the same run.

    python -m bench.peer_faces FOLDER --dlib /somewhere/venv/bin/python

dlib comes from a virtual environment of its own, made with ``pip install dlib-bin face_recognition_models setuptools``:
Consentry does not depend on it. OpenCV's recogniser (SFace) needs weights that are in no package; it is not here.
"""

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.watch import machine
from consentry.app.face_evaluation import EMBEDDERS, WIDTHS
from consentry.app.face_evaluation_folder import Pictures, find_pictures
from consentry.app.face_evaluation_gathering import look
from consentry.backends.embedders import load_embedder
from consentry.backends.face_pictures import read_face_picture
from consentry.backends.face_samples import load_acquiring_finder
from consentry.core.frames import Image
from consentry.evaluation.bootstrap import Estimate, false_match, false_non_match, percent
from consentry.evaluation.comparisons import Comparisons
from consentry.evaluation.drawn_curves import drawn_curves
from consentry.evaluation.thresholds import choose, smallest_fmr
from consentry.face.acquisition import Asked

FULL, SEED = 0, 1
DLIB_OWN = -0.6
"""The threshold that dlib's authors give: a distance of 0.6 (dlib, face_recognition.py)."""
SCRIPT = Path(__file__).with_name("peer_dlib.py")

Vectors = NDArray[np.float32]


@dataclass(slots=True)
class Side:
    """One pipeline: what it made of each picture at each width."""

    name: str
    vectors: dict[int, dict[int, Vectors]] = field(default_factory=dict)
    """By width: of each picture's number that gave one."""
    ms: float = 0.0
    """Median CPU ms of a picture as it is, from pixels to template."""
    distance: bool = False
    """Whether vectors are compared by their distance, not by their cosine."""

    def compare(self, width: int, whose: Sequence[int]) -> Comparisons:
        """Every probe of a width against every other picture as it is."""
        probes, references = (sorted(self.vectors.get(size, {})) for size in (width, FULL))
        a, b = (np.stack([self.vectors[s][k] for k in n]) for s, n in ((width, probes), (FULL, references)))
        scores = a.astype(np.float64) @ b.astype(np.float64).T
        if self.distance:
            scores = -np.sqrt(np.maximum((a**2).sum(1)[:, None] + (b**2).sum(1) - 2 * scores, 0))
        left, right = np.array(probes), np.array(references)
        # As it is, a pair counts once; scaled down, each of the two is the probe once.
        apart = left[:, None] < right if width == FULL else left[:, None] != right
        numbers = np.array(whose)
        return Comparisons.across(scores, numbers[left], numbers[right], apart)


def main() -> None:
    """Print the tables, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="pictures named SUBJECT_anything.jpg")
    parser.add_argument("--dlib", type=Path, help="a Python that has dlib-bin and face_recognition_models")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    pictures = find_pictures(asked.folder)
    with tempfile.TemporaryDirectory() as folder:
        sides = ours(pictures, Path(folder))
        if asked.dlib:
            sides.append(dlib(asked.dlib, Path(folder)))
    rows = [row(side, pictures) for side in sides]
    if asked.json:
        print(json.dumps({"machine": machine(), "rows": rows}))
        return
    print(f"{machine()}; {time.strftime('%Y-%m-%d')}; {len(pictures.subjects)} people, {len(pictures.paths)} pictures")
    for told in rows:
        print(f"\n{told['name']} ({told['ms']:.0f} CPU ms a picture)")
        for key, value in told.items():
            if key not in {"name", "ms"}:
                print(f"  {key}: {value}")


def ours(pictures: Pictures, folder: Path) -> list[Side]:
    """Consentry's embedders; each picture at each width is also written into a folder for the others."""
    finder = load_acquiring_finder()
    sides = [Side(name) for name in EMBEDDERS]
    embedders = [load_embedder(name) for name in EMBEDDERS]
    spent: dict[str, list[float]] = {name: [] for name in EMBEDDERS}
    for size in (FULL, *WIDTHS):
        (folder / str(size)).mkdir()
    for number, path in enumerate(pictures.paths):
        image = read_face_picture(path)
        whole, _ = look(image, finder, Asked())
        for size, scaled in _scaled(image, None if whole is None else whole.width):
            assert cv2.imwrite(str(folder / str(size) / f"{number}.png"), scaled)
            for side, embedder in zip(sides, embedders, strict=True):
                began = time.process_time()
                sample, _ = look(scaled, finder, Asked(width=1.0))
                if sample is not None:
                    side.vectors.setdefault(size, {})[number] = embedder.embed(sample).vector
                if size == FULL:
                    spent[side.name].append(time.process_time() - began)
    for side in sides:
        side.ms = 1000 * median(spent[side.name])
    return sides


def _scaled(image: Image, width: float | None) -> list[tuple[int, Image]]:
    """The picture as it is, and with its face so many px wide."""
    told = [(FULL, image)]
    for wanted in WIDTHS if width else ():
        assert width
        share = min(1.0, wanted / width)
        size = (max(1, round(image.shape[1] * share)), max(1, round(image.shape[0] * share)))
        told.append((wanted, np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)))
    return told


def dlib(python: Path, folder: Path) -> Side:
    """Descriptors by dlib of the same pictures, made by its own finder, landmarks and network."""
    side = Side("dlib", distance=True)
    for size in (FULL, *WIDTHS):
        out = folder / f"{size}.npz"
        ended = subprocess.run(
            [str(python), str(SCRIPT), str(folder / str(size)), str(out)], capture_output=True, text=True, check=True
        )
        told: dict[str, Any] = json.loads(ended.stdout)
        side.name = f"dlib {told['version']} (HOG, 5 landmarks, ResNet)"
        side.ms = told["ms"] if size == FULL else side.ms
        with np.load(out) as found:
            side.vectors[size] = dict(zip(found["numbers"].tolist(), found["vectors"], strict=True))
    return side


def row(side: Side, pictures: Pictures) -> Mapping[str, Any]:
    """All figures of one pipeline."""
    compared = side.compare(FULL, pictures.whose)
    people = len(pictures.subjects)
    curves = drawn_curves(compared, np.array([0.01]), SEED)
    chosen = choose(compared, np.ceil(smallest_fmr(people) * 1e4) / 1e4, SEED)
    told: dict[str, Any] = {
        "name": side.name,
        "ms": side.ms,
        "not acquired": f"{len(pictures.paths) - len(side.vectors[FULL])} of {len(pictures.paths)}",
        "EER": f"{percent(curves.eer)} % ({percent(curves.eer_low)}-{percent(curves.eer_high)} %)",
        "least mated, highest non-mated score": (
            f"{compared.scores[compared.mated].min():.3f}, {compared.scores[~compared.mated].max():.3f}"
        ),
        "decidability": f"{decidability(compared):.2f}",
        f"at {chosen.score:.3f}, for FMR {percent(chosen.wanted)} %": _both(chosen.fmr, chosen.fnmr),
    }
    if side.distance:
        own = (false_match(compared, DLIB_OWN, SEED), false_non_match(compared, DLIB_OWN, SEED))
        told[f"at its authors' {DLIB_OWN}"] = _both(*own)
    for width in WIDTHS:
        lost = len(pictures.paths) - len(side.vectors.get(width, {}))
        words = f"not acquired {lost}"
        if side.vectors.get(width):
            small = side.compare(width, pictures.whose)
            if small.mated.any():
                words += f"; {_both(*(rate(small, chosen.score, SEED) for rate in (false_match, false_non_match)))}"
        told[f"{width} px"] = words
    return told


def decidability(compared: Comparisons) -> float:
    """How far the two kinds of scores lie apart, in spreads (d' of Daugman, 2000): tells where no error does."""
    mated, others = compared.scores[compared.mated], compared.scores[~compared.mated]
    return float((mated.mean() - others.mean()) / np.sqrt((mated.var() + others.var()) / 2))


def _both(fmr: Estimate, fnmr: Estimate) -> str:
    return f"FMR {fmr}; FNMR {fnmr}"


if __name__ == "__main__":
    main()
