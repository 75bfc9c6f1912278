"""From pictures to templates, once: each picture is read, its face found, its template made, and the picture let go.

A picture that gives no template is a failure to acquire, with its reason (FTA, ISO/IEC 19795-1). So is one with several
faces: nobody guesses who was meant.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.app.face_evaluation_folder import Pictures
from consentry.backends.face_samples import samples
from consentry.core.errors import MalformedError, SourceError
from consentry.core.frames import Image
from consentry.face.acquisition import Asked, acquire
from consentry.face.sample import FaceSample
from consentry.ports import FaceEmbedder, FaceFinder

FULL = 0
"""In place of a width: as the picture is."""
_ANY = Asked(width=1.0)
"""Of a probe that is scaled down: how small a face still compares is what is measured."""
_LARGER = "the face is smaller in the picture as it is"

Progress = Callable[[str, int, int], None]
"""Told what is done, how far, of how much."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What turns a picture into templates."""

    read: Callable[[Path], Image]
    finder: FaceFinder
    embedders: tuple[FaceEmbedder, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Gathered:
    """Templates of all pictures, in the pictures' order. It does not print itself."""

    whose: NDArray[np.int64]
    """int64 (p,): the number of the subject of each picture."""
    reasons: dict[int, tuple[str, ...]]
    """By width in px: why each picture gave no template, empty where it did."""
    vectors: dict[tuple[str, int], NDArray[np.float32]]
    """By model and width: float32 (p, d), of length 1; not a number where there is no template."""
    widths: tuple[float, ...]
    """px: of the faces found in the pictures as they are."""

    def acquired(self, width: int = FULL) -> NDArray[np.bool_]:
        """Which pictures gave templates: bool (p,)."""
        return np.array([not reason for reason in self.reasons[width]], np.bool_)

    def tried(self, width: int) -> NDArray[np.bool_]:
        """Which pictures could be scaled down to a width: bool (p,). The others are no failure of it."""
        small = np.array([reason == _LARGER for reason in self.reasons[width]], np.bool_)
        return self.acquired() & ~small

    def wipe(self) -> None:
        """Overwrite the templates."""
        for vectors in self.vectors.values():
            vectors.fill(0)


def gather(pictures: Pictures, tools: Tools, widths: Sequence[int], progress: Progress) -> Gathered:
    """Templates of every picture as it is, and scaled down until its face is so many px wide.

    Args:
        pictures: of the folder.
        tools: reader, finder, embedders.
        widths: px.
        progress: told after each picture.

    Raises:
        SourceError: not one picture gave a template.
        NetworkError: a runtime refused.
    """
    sizes = (FULL, *widths)
    reasons: dict[int, list[str]] = {size: [] for size in sizes}
    rows: dict[tuple[str, int], list[NDArray[np.float32] | None]] = {
        (embedder.model, size): [] for embedder in tools.embedders for size in sizes
    }
    faces = []
    for number, path in enumerate(pictures.paths, 1):
        for size, (sample, reason) in zip(sizes, _looks(path, tools, widths), strict=True):
            reasons[size].append(reason)
            for embedder in tools.embedders:
                rows[embedder.model, size].append(None if sample is None else embedder.embed(sample).vector)
            if sample is not None and size == FULL:
                faces.append(sample.width)
        progress("pictures", number, len(pictures.paths))
    for embedder in tools.embedders:
        embedder.forget()
    if not faces:
        told = sorted(set(reasons[FULL]))
        raise SourceError(f"not one of {len(pictures.paths)} pictures gave a face to compare: {'; '.join(told)}")
    return Gathered(
        np.array(pictures.whose, np.int64),
        {size: tuple(told) for size, told in reasons.items()},
        {key: _stacked(vectors) for key, vectors in rows.items()},
        tuple(faces),
    )


def _looks(path: Path, tools: Tools, widths: Sequence[int]) -> list[tuple[FaceSample | None, str]]:
    """The sample of a picture as it is and at each width, or why there is none."""
    try:
        image = tools.read(path)
    except (SourceError, MalformedError):
        return [(None, "the file is no picture that can be read")] * (1 + len(widths))
    whole, reason = look(image, tools.finder, Asked())
    found = [(whole, reason)]
    for width in widths:
        if whole is None:
            found.append((None, reason))
        elif whole.width < width:
            found.append((None, _LARGER))
        else:
            found.append(look(_smaller(image, width / whole.width), tools.finder, _ANY))
    return found


def look(image: Image, finder: FaceFinder, asked: Asked, at: float = 0.0) -> tuple[FaceSample | None, str]:
    """The one face in view, or why there is none."""
    found = acquire(samples(finder, image, at), asked)
    return found.sample, "" if found.sample is not None else found.outcome.value


def _smaller(image: Image, share: float) -> Image:
    """A picture scaled down by averaging, as a lens and a sensor average what is far away."""
    height, width = image.shape[:2]
    size = (max(1, round(width * share)), max(1, round(height * share)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _stacked(vectors: Sequence[NDArray[np.float32] | None]) -> NDArray[np.float32]:
    length = next((len(vector) for vector in vectors if vector is not None), 1)
    return np.stack([np.full(length, np.nan, np.float32) if vector is None else vector for vector in vectors])
