"""Learn the readings of eyes, mouth and cover, and write them to ``face/quality_learnt.py``.

``python -m training.face_quality.learn PHOTOS``: a folder of frontal photos, ``NNN_neutral.jpg`` and
``NNN_smiling.jpg`` of each person. Each reading is a ridge regression. What is printed is measured on people who were
left out (five folds by person); what is written is learnt from all.
"""

import base64
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.backends.faces import load_face_finder
from consentry.core.frames import Image
from consentry.face.alignment import similarity
from consentry.face.quality_parts import colours, eyes, halved, mouth
from consentry.face.upright import FACE, SIDE, UPRIGHT, face_mask
from training.face_quality.drawn import GLASSES, MASK, PAPER, closed_eyes, covered, opened_mouth

_FOLDS = 5
_LUMA = np.array([0.114, 0.587, 0.299], np.float32)
Features = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo of one person."""

    person: str
    kind: str
    image: Image
    """Upright."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """Features, and what a reading should say of them."""

    features: Features
    wanted: float
    person: str
    about: str


def photos(folder: Path) -> list[Photo]:
    """Each photo with its largest face upright."""
    finder = load_face_finder("yunet", threshold=0.6, longest=640)
    found = []
    for path in sorted(folder.glob("*_*.jpg")):
        image = cv2.imread(str(path))
        faces = finder.find(image)
        if faces.joints is None or not len(faces):
            continue
        marks = faces.joints[0, :, :2] * np.array([image.shape[1], image.shape[0]], np.float32)
        upright = cv2.warpAffine(image, similarity(marks, UPRIGHT), (SIDE, SIDE))
        found.append(Photo(path.stem.split("_")[0], path.stem.split("_")[1], upright))
    return found


def _spoilt(image: Image, rng: np.random.Generator) -> Iterator[Image]:
    """As it is, shifted as landmarks err, blurred, from fewer px, with noise, in other light."""
    yield image
    yield _lit(image, rng)
    shift = np.array([[1, 0, rng.normal(0, 2)], [0, 1, rng.normal(0, 2)]])
    moved = cv2.warpAffine(image, shift, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)
    yield moved
    yield cv2.GaussianBlur(moved, (0, 0), 2)
    yield cv2.resize(cv2.resize(image, (220, 220), interpolation=cv2.INTER_AREA), (SIDE, SIDE))
    yield np.clip(image + rng.normal(0, 6, image.shape), 0, 255).astype(np.uint8)


def _lit(image: Image, rng: np.random.Generator) -> Image:
    """Brighter or darker, flatter, from one side, in another colour."""
    slope = np.linspace(-1, 1, SIDE)[None, :, None] * rng.uniform(-0.5, 0.5)
    gain = np.exp(rng.uniform(-0.7, 0.7)) * np.exp(rng.uniform(-0.2, 0.2, 3))
    flat = rng.uniform(0.3, 1.0)
    return np.clip((image * gain * (1 + slope) - 110) * flat + 110, 0, 255).astype(np.uint8)


def _grey(image: Image) -> NDArray[np.float32]:
    return halved(image[FACE]) @ _LUMA


def eye_rows(some: list[Photo], rng: np.random.Generator) -> Iterator[Row]:
    """1 open, 0 closed."""
    for photo in some:
        for share in (0.0, 0.0, 0.25, 0.85, 1.0, 1.15):
            drawn = closed_eyes(photo.image, share) if share else photo.image
            for spoilt in _spoilt(drawn, rng):
                for one in eyes(_grey(spoilt)):
                    yield Row(one, float(share < 0.5), photo.person, f"closed {share}")


def mouth_rows(some: list[Photo], rng: np.random.Generator) -> Iterator[Row]:
    """The opening, of T; smiles are left out of the learning, since nobody measured them."""
    for photo in some:
        if photo.kind != "neutral":
            continue
        for share in (0.0, 0.0, 0.05, 0.1, 0.2, 0.3):
            tooth = rng.random() < 0.3
            inner = (205, 215, 220) if tooth else tuple(int(one) for one in rng.integers(10, 60, 3))
            drawn = opened_mouth(photo.image, share, inner) if share else photo.image
            for spoilt in _spoilt(drawn, rng):
                yield Row(mouth(_grey(spoilt)), share, photo.person, f"open {share}")


def _something(rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """A shape somewhere, of any colour."""
    shape = [MASK, GLASSES, PAPER][rng.integers(3)] if rng.random() < 0.5 else None
    if shape is None:
        middle, size = rng.uniform([200, 230], [420, 490]), rng.uniform(30, 110, 2)
        turns = np.sort(rng.uniform(0, 2 * np.pi, 6))
        shape = middle + size * np.column_stack([np.cos(turns), np.sin(turns)])
    return shape + rng.normal(0, 5, 2), rng.uniform(0, 255, 3), float(rng.uniform(0, 25))


def cover_rows(some: list[Photo], rng: np.random.Generator) -> Iterator[Row]:
    """The share of the face that is covered."""
    face = face_mask()
    for photo in some:
        for number in range(8):
            drawn, share = photo.image, 0.0
            if number >= 3:
                shape, colour, rough = _something(rng)
                mask = np.zeros((SIDE, SIDE), np.uint8)
                cv2.fillPoly(mask, [shape.round().astype(np.int32)], 1)
                drawn, share = covered(photo.image, shape, colour, rough), float(mask[FACE][face].mean())
            for spoilt in _spoilt(drawn, rng):
                yield Row(colours(halved(spoilt[FACE])), share, photo.person, f"covered {min(share // 0.1 / 10, 0.5)}")


def ridge(rows: Features, wanted: NDArray[np.float64], firmness: float) -> tuple[NDArray[np.float64], float]:
    """Weights and rest of a ridge regression."""
    mean = rows.mean(axis=0, dtype=np.float64)
    spread = rows - mean
    weights = np.linalg.solve(spread.T @ spread + firmness * np.eye(rows.shape[1]), spread.T @ (wanted - wanted.mean()))
    return weights, float(wanted.mean() - mean @ weights)


def learn(name: str, rows: list[Row], firmness: float) -> str:
    """Print how good it is on people left out; return the line of code that states it."""
    table = np.array([row.features for row in rows])
    wanted = np.array([row.wanted for row in rows])
    people = sorted({row.person for row in rows})
    fold = np.array([people.index(row.person) % _FOLDS for row in rows])
    said = np.zeros(len(rows))
    for one in range(_FOLDS):
        weights, rest = ridge(table[fold != one], wanted[fold != one], firmness)
        said[fold == one] = table[fold == one] @ weights + rest
    for about in sorted({row.about for row in rows}):
        some = np.array([row.about == about for row in rows])
        shares = np.percentile(said[some], [1, 5, 50, 95, 99]).round(2)
        sys.stdout.write(f"{name:8} {about:14} n {some.sum():5}  1, 5, 50, 95, 99 % {shares}\n")
    weights, rest = ridge(table, wanted, firmness)
    packed = base64.b64encode(weights.astype("<f2").tobytes()).decode()
    lines = "\n".join(f'    "{packed[start : start + 108]}"' for start in range(0, len(packed), 108))
    return f"{name} = Reading.unpacked(\n{lines},\n    {rest:.4f},\n)\n"


TASKS: tuple[tuple[str, Callable[[list[Photo], np.random.Generator], Iterator[Row]], float], ...] = (
    ("EYES", eye_rows, 10.0),
    ("MOUTH", mouth_rows, 10.0),
    ("COVER", cover_rows, 30.0),
)


def main(folder: Path, target: Path) -> None:
    """Learn all three and write them."""
    some = photos(folder)
    parts = [learn(name, list(rows(some, np.random.default_rng(1))), firm) for name, rows, firm in TASKS]
    head = target.read_text("utf-8").split("\n# learnt\n")[0]
    target.write_text("\n".join([f"{head}\n# learnt", *parts]), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).parents[2] / "src" / "consentry" / "face" / "quality_learnt.py")
