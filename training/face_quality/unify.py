"""Calibrate the unified score: how far do comparison scores fall when a sample is spoilt, and what of it is foreseen?

``python -m training.face_quality.unify PHOTOS [CACHE]``. Each person's neutral photo is the reference; the smiling one
is spoilt along every ladder and is the probe. The score that is left, as a share of that of the unspoilt probe, is what
the unified score should order. Its form is a product of powers of component values, so its logarithm is a weighted
sum: the powers are fitted by least squares, none below 0, on half of the people and tested on the other half.
"""

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.stats import spearmanr

from consentry.backends.embedders import load_embedder
from consentry.backends.face_quality import FaceQuality
from consentry.backends.face_samples import load_acquiring_finder, samples
from consentry.core.frames import Image
from consentry.face.quality import Component
from consentry.face.quality_measured import Measured
from consentry.face.quality_unified import CORNERS, unified
from consentry.face.template import Template, comparison_score
from training.face_quality.learn import photos
from training.face_quality.spoilt import LADDERS

MODELS = ("face-reidentification-retail-0095", "mobilefacenet")
SHARES = (0.0, 0.05, 0.1, 0.2, 0.3)
"""Shares of the samples that are turned away."""
_LEFT_OUT = {Component.UNIFIED, Component.SINGLE_FACE, Component.BACKGROUND, Component.HEAD_SIZE, Component.CROP}
"""What says nothing of the pixels of the face."""


@dataclass(frozen=True, slots=True)
class Row:
    """One probe."""

    person: str
    ladder: str
    step: float
    values: dict[str, int]
    """Component values; empty where no face was found."""
    mated: list[float]
    """Against the own reference, by model; empty where no face was found."""
    best_other: list[float]
    """The highest against anybody else's."""


def measure(folder: Path) -> list[Row]:
    """Every probe: who, how spoilt, its components, its score against the own reference and the best of the others."""
    finder, reader = load_acquiring_finder("yunet", longest=640), FaceQuality()
    embedders = [load_embedder(name) for name in MODELS]
    some = photos(folder)

    def seen(image: Image) -> tuple[dict[str, int], list[Template]]:
        found = samples(finder, image, 0.0)
        if not found:
            return {}, []
        quality = reader.read(found[0], len(found))
        values = {one.component.value: one.value for one in quality.measures}
        return values, [embedder.embed(found[0]) for embedder in embedders]

    references = {photo.person: seen(photo.image)[1] for photo in some if photo.kind == "neutral"}
    rows = []
    for photo in some:
        if photo.kind == "neutral" or not references.get(photo.person):
            continue
        probes = [("as it is", 0.0, photo.image)]
        probes += [(one.name, step, one.spoil(photo.image, step)) for one in LADDERS for step in one.steps]
        for name, step, image in probes:
            values, templates = seen(image)
            places = range(len(templates))
            scores = {
                person: [comparison_score(templates[place], reference[place]) for place in places]
                for person, reference in references.items()
            }
            mated = scores.pop(photo.person)
            best = [max(score[place] for score in scores.values()) for place in places]
            rows.append(Row(photo.person, name, step, values, mated, best))
    return rows


def fit(rows: list[Row]) -> NDArray[np.float64]:
    """Print what each component takes off, and how well halves of the people foresee each other: float64 (n,), 0-1."""
    some = [row for row in rows if row.mated]
    clean = {row.person: np.array(row.mated) for row in some if row.ladder == "as it is"}
    left = np.array([np.mean(np.array(row.mated) / clean[row.person]) for row in some])
    names = [one for one in Component if one not in _LEFT_OUT]
    values = np.array([[row.values.get(name.value, 0) for name in names] for row in some], np.float64)
    table = np.hstack([np.clip(corner - values, 0, None) / corner for corner in CORNERS])
    people = sorted(clean)
    half = np.array([people.index(row.person) % 2 for row in some])
    wanted = -np.log(np.clip(left, 0.1, 1.0))
    foreseen = np.zeros(len(some))
    for one in (0, 1):
        taken, _ = nnls(table[half == one], wanted[half == one])
        said, truth = np.exp(-table[half != one] @ taken), left[half != one]
        off = np.abs(said - truth).mean()
        _say(f"fitted on half {one}, on the other: Spearman {spearmanr(said, truth)[0]:.3f}, off by {off:.3f}")
        foreseen[half != one] = said
    taken, _ = nnls(table, wanted)
    for place, name in enumerate(names):
        weights = taken[place :: len(names)]
        if weights.max() > 0.03:
            _say(f"  {name.name:16} {', '.join(f'{weight:.2f}' for weight in weights)}")
    return foreseen


def discard(rows: list[Row], foreseen: NDArray[np.float64]) -> None:
    """Print how the share of mated probes below a threshold falls when the worst samples are turned away."""
    some = [row for row in rows if row.mated]
    orders = {
        "unified": [unified(tuple(Measured(Component(k), v, 0.0, "") for k, v in row.values.items())) for row in some],
        "sharpness": [Measured(Component.SHARPNESS, row.values.get("sharpness", 0), 0.0, "") for row in some],
    }
    for place, model in enumerate(MODELS):
        scores = np.array([row.mated[place] for row in some])
        threshold = max(row.best_other[place] for row in some if row.ladder == "as it is")
        ranks = {name: np.array([one.native or one.value for one in order]) for name, order in orders.items()}
        ranks |= {"unified, fitted on other people": foreseen, "the score itself": scores}
        for name, rank in ranks.items():
            order = np.argsort(-rank, kind="stable")
            rates = [float((scores[order[: round(len(order) * (1 - share))]] < threshold).mean()) for share in SHARES]
            _say(f"{model}, threshold {threshold:.3f}, worst by {name}: {', '.join(f'{rate:.4f}' for rate in rates)}")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def main(folder: Path, cache: Path | None) -> None:
    """Measure, or take what was measured before; then fit, then say what the score is worth."""
    if cache is not None and cache.exists():
        rows = [Row(**row) for row in json.loads(cache.read_text("utf-8"))]
    else:
        rows = measure(folder)
        if cache is not None:
            cache.write_text(json.dumps([asdict(row) for row in rows]), "utf-8")
    discard(rows, fit(rows))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
