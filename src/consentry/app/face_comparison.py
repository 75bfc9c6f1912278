"""Two pictures of faces compared once: the score, and what a threshold with known error rates says of it."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from consentry.backends.face_samples import samples
from consentry.core.errors import ConsentryError, MalformedError
from consentry.core.frames import Image
from consentry.face.acquisition import Outcome, acquire
from consentry.face.sample import FaceSample
from consentry.face.template import Template, comparison_score
from consentry.face.verification import Comparison, Threshold, compare
from consentry.ports import FaceEmbedder, FaceFinder

_ADVICE = {
    Outcome.NONE: "Take a picture in which the face is upright, lit, and looks into the camera",
    Outcome.SEVERAL: "Cut the picture so that it shows the one face that is meant",
    Outcome.SMALL: "Take the picture from nearer, or with more pixels",
}


@dataclass(frozen=True, slots=True)
class Tools:
    """What two pictures are compared with."""

    read: Callable[[Path], Image]
    finder: FaceFinder
    embedder: FaceEmbedder


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of it. Nothing of the faces is in it."""

    score: float
    comparison: Comparison | None
    """None where there is no threshold: then nothing is decided."""
    widths: tuple[float, ...]
    """px of the two faces, in the order of the pictures."""


def compare_pictures(paths: Sequence[Path], tools: Tools, threshold: Threshold | None) -> Compared:
    """Compare the one face of each of two pictures; samples and templates are overwritten before this returns.

    Args:
        paths: of two pictures.
        tools: reader, finder, embedder.
        threshold: of the embedder's model; None: there is none.

    Raises:
        SourceError: a file is no picture.
        ConsentryError: a picture does not show exactly one face that is large enough.
        ModelMismatchError: the threshold is of another model.
    """
    with ExitStack() as at_the_end:
        at_the_end.callback(tools.embedder.forget)
        templates, widths = [], []
        for path in paths:
            sample = _the_one(path, tools)
            at_the_end.callback(sample.wipe)
            template = _template(path, sample, tools.embedder)
            at_the_end.callback(template.wipe)
            templates.append(template)
            widths.append(sample.width)
        reference, probe = templates
        comparison = None if threshold is None else compare(probe, reference, threshold)
        return Compared(comparison_score(probe, reference), comparison, tuple(widths))


def _the_one(path: Path, tools: Tools) -> FaceSample:
    taken = acquire(samples(tools.finder, tools.read(path), 0.0))
    if taken.sample is None:
        raise ConsentryError(f"{path}: {taken.why}. {_ADVICE[taken.outcome]}")
    return taken.sample


def _template(path: Path, sample: FaceSample, embedder: FaceEmbedder) -> Template:
    try:
        return embedder.embed(sample)
    except MalformedError as error:
        raise ConsentryError(f"{path}: the face cannot be aligned: {error}") from error
