"""``consentry evaluate faces``: how often two people are taken for one, and one for two, on a folder of pictures.

1. Each picture is read once; its face becomes a template of each embedder, as it is and scaled down.
2. All pictures are compared with each other: mated and non-mated scores of each embedder.
3. Rates at the threshold in use and at thresholds chosen here, with intervals over subjects; searches in galleries;
   probes scaled down; groups; and, if asked for, simulated attacks.

The templates are overwritten before the result is given.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from consentry.app.face_evaluation_folder import Pictures
from consentry.app.face_evaluation_gathering import FULL, Gathered, Progress, Tools, gather
from consentry.app.face_evaluation_model import Asked, at_chosen, at_threshold, result_of
from consentry.app.face_evaluation_values import (
    Acquisition,
    AtWidth,
    FaceEvaluation,
    Operating,
    SetFacts,
    WidthResult,
)
from consentry.backends.calibrations import calibration_of, load_threshold
from consentry.core.errors import SourceError, SupplyError
from consentry.evaluation.attacks import AttackErrors
from consentry.evaluation.bootstrap import Estimate, counted, draw, false_match, false_non_match, over_subjects
from consentry.evaluation.comparisons import Comparisons
from consentry.evaluation.rates import Transaction
from consentry.evaluation.thresholds import choose, smallest_fmr

DEFAULT = "face-reidentification-retail-0095"
EMBEDDERS = (DEFAULT, "mobilefacenet", f"{DEFAULT}+mobilefacenet")
"""Measured where none is named: all that the manifest has, and the fusion."""
WIDTHS = (24, 32, 48, 64, 96)
"""px: widths of a face, from what a wall camera gives across a hall to what a gate's camera gives."""
FMRS = (0.05, 0.01, 0.001, 1e-4)
"""False match rates for which thresholds are chosen here. One in a thousand is what border programmes ask for."""

AttackRun = Callable[[Pictures, Progress], AttackErrors]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted beyond the plain rates."""

    seed: int
    date: str
    """ISO 8601."""
    widths: tuple[int, ...] = WIDTHS
    fmrs: tuple[float, ...] = FMRS
    fmr: float | None = None
    """Of the threshold in use; None: the lowest that its calibration supports."""
    calibration: Path | None = None
    """None: those that come with Consentry."""
    groups: Mapping[str, Mapping[int, str]] | None = None
    """By column: the group of each subject's number."""
    attack_frames: int = 0
    """Pictures in each simulated presentation, where attacks are asked for."""


def evaluate_faces(
    pictures: Pictures, tools: Tools, wish: Wish, progress: Progress, attacks: AttackRun | None = None
) -> FaceEvaluation:
    """Measure on a folder of pictures.

    Args:
        pictures: of at least two subjects, of whom at least one has two pictures.
        tools: reader, finder, embedders.
        wish: what is wanted.
        progress: told how far it is.
        attacks: presents simulated attacks; None: not wanted.

    Raises:
        SourceError: there is nothing to compare.
        MalformedError: the calibration file is none.
        ModelMismatchError: the calibration file is of other models.
        NetworkError: a runtime refused.
    """
    digest = pictures.digest()
    gathered = gather(pictures, tools, wish.widths, progress)
    try:
        acquisition = _acquisition(gathered, len(pictures.subjects), wish.seed)
        asked = Asked(wish.seed, wish.date, wish.fmrs, wish.groups or {}, acquisition.fta.rate, acquisition.fte.rate)
        models, used = [], {}
        for number, embedder in enumerate(tools.embedders, 1):
            compared = compared_of(gathered, embedder.model)
            used[embedder.model] = _in_use(embedder.model, compared, wish, asked, digest)
            models.append(result_of(gathered, compared, used[embedder.model], asked))
            progress("rates", number, len(tools.embedders))
        widths = tuple(_width(gathered, width, used, wish.seed) for width in wish.widths)
    finally:
        gathered.wipe()
    sizes = np.quantile(np.array(gathered.widths), (0.0, 0.5, 1.0))
    about = SetFacts(
        subjects=len(pictures.subjects),
        pictures=len(pictures.paths),
        digest=digest,
        finder=tools.finder.name,
        seed=wish.seed,
        date=wish.date,
        face_width=(float(sizes[0]), float(sizes[1]), float(sizes[2])),
    )
    found = None if attacks is None else attacks(pictures, progress)
    return FaceEvaluation(about, acquisition, tuple(models), widths, found, wish.attack_frames if found else 0)


def compared_of(gathered: Gathered, model: str) -> Comparisons:
    """Every two pictures that gave templates, compared once.

    Raises:
        SourceError: no subject has two of them, or fewer than two subjects have any.
    """
    there = gathered.acquired()
    vectors, whose = gathered.vectors[model, FULL][there].astype(np.float64), gathered.whose[there]
    compared = Comparisons.within(vectors @ vectors.T, whose)
    mated = int(np.count_nonzero(compared.mated))
    if not mated or mated == len(compared):
        raise SourceError(
            f"expected at least one person with two pictures and another with one; came {mated} mated and "
            f"{len(compared) - mated} non-mated comparisons"
        )
    return compared


def _in_use(model: str, compared: Comparisons, wish: Wish, asked: Asked, digest: str) -> Operating:
    """The calibrated threshold; for a model without a calibration, the strictest that these pictures support."""
    try:
        calibration = calibration_of(model, wish.calibration)
    except SupplyError:
        if wish.calibration is not None:
            raise
        people = len(compared.where(~compared.mated).subjects)
        return at_chosen(model, choose(compared, max(wish.fmr or 0.0, _supported(people)), wish.seed), compared, asked)
    same = calibration.pictures == digest
    return at_threshold(load_threshold(model, wish.fmr, wish.calibration), compared, asked, same=same)


def _supported(people: int) -> float:
    """A little more than the smallest rate, so that rounding does not refuse it."""
    return min(0.999, smallest_fmr(people) * 1.001)


def _acquisition(gathered: Gathered, subjects: int, seed: int) -> Acquisition:
    lost = ~gathered.acquired()
    trials = counted(gathered.whose, np.ones(len(lost)), subjects)
    failed = counted(gathered.whose, lost.astype(np.float64), subjects)
    draws = draw(subjects, seed)
    reasons = Counter(reason for reason in gathered.reasons[FULL] if reason)
    return Acquisition(
        over_subjects(failed, trials, draws),
        over_subjects((failed == trials).astype(np.float64), np.ones(subjects), draws),
        tuple(reasons.most_common()),
    )


def _width(gathered: Gathered, width: int, used: Mapping[str, Operating], seed: int) -> WidthResult:
    """Probes scaled down against references as they are, never one made of the same picture.

    A picture whose face is smaller as it is, or that gave none, is no probe of this width and no failure of it.
    """
    able, small = gathered.tried(width), gathered.acquired(width)
    subjects = int(gathered.whose.max()) + 1
    if not able.any():
        return WidthResult(width, Estimate(0.0, 0.0, 1.0, 0, 0, 0), ())
    trials, failed = (counted(gathered.whose, chosen.astype(np.float64), subjects) for chosen in (able, able & ~small))
    fta = over_subjects(failed, trials, draw(subjects, seed))
    models = [
        one
        for model, operated in used.items()
        if (one := _at_width(gathered, model, width, operated.threshold.score, fta, seed)) is not None
    ]
    return WidthResult(width, fta, tuple(models))


def _at_width(gathered: Gathered, model: str, width: int, score: float, fta: Estimate, seed: int) -> AtWidth | None:
    probes, references = np.flatnonzero(gathered.acquired(width)), np.flatnonzero(gathered.acquired())
    compared = Comparisons.across(
        _scores(gathered.vectors[model, width][probes], gathered.vectors[model, FULL][references]),
        gathered.whose[probes],
        gathered.whose[references],
        probes[:, None] != references,
    )
    if not compared.mated.any() or compared.mated.all():
        return None
    fmr, fnmr = false_match(compared, score, seed), false_non_match(compared, score, seed)
    return AtWidth(model, fmr, fnmr, Transaction(fmr.rate, fnmr.rate, fta.rate).frr)


def _scores(probes: NDArray[np.float32], references: NDArray[np.float32]) -> NDArray[np.float64]:
    return probes.astype(np.float64) @ references.astype(np.float64).T
