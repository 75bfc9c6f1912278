"""What came of an evaluation, as values: no picture, no template, no name of a subject."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consentry.evaluation.attacks import AttackErrors
from consentry.evaluation.bootstrap import Estimate
from consentry.evaluation.differentials import Differentials
from consentry.evaluation.drawn_curves import DrawnCurves
from consentry.evaluation.identification import Searched
from consentry.evaluation.rates import Transaction
from consentry.evaluation.thresholds import Transfer
from consentry.face.verification import Threshold

PROFILE = "lab"
"""Pictures of people who consented to measuring, outside any operation; nothing of them is kept."""


@dataclass(frozen=True, slots=True)
class SetFacts:
    """What was evaluated on, and how."""

    subjects: int
    pictures: int
    digest: str
    """SHA-256 over the hashes of the pictures."""
    finder: str
    seed: int
    date: str
    """ISO 8601."""
    face_width: tuple[float, float, float]
    """px: least, median, greatest width of the faces as they are."""
    profile: str = PROFILE


@dataclass(frozen=True, slots=True)
class Acquisition:
    """Pictures that gave no template."""

    fta: Estimate
    """Failure to acquire: share of pictures."""
    fte: Estimate
    """Failure to enrol: share of subjects without a single template."""
    reasons: tuple[tuple[str, int], ...]
    """Each with how many pictures, the most frequent first."""


@dataclass(frozen=True, slots=True)
class Operating:
    """What a threshold does on these pictures."""

    threshold: Threshold
    """The one in use, or chosen here."""
    fmr: Estimate
    fnmr: Estimate
    transaction: Transaction
    """Of one attempt, with the failures to acquire of these pictures."""
    same: bool
    """Whether it was chosen on these very pictures: then the rates are those that it was chosen for."""


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """How many comparisons have which score."""

    edges: NDArray[np.float64]
    """float64 (b + 1,)."""
    mated: NDArray[np.int64]
    non_mated: NDArray[np.int64]
    """int64 (b,) each."""


@dataclass(frozen=True, slots=True, eq=False)
class ModelResult:
    """One embedder, or a fusion."""

    model: str
    mated: int
    non_mated: int
    """Comparisons."""
    scores: Histogram
    curves: DrawnCurves
    in_use: Operating
    """At the threshold that is in use."""
    chosen: tuple[Operating, ...]
    """At thresholds chosen here, the strictest first."""
    refused: tuple[str, ...]
    """False match rates that were wanted and are not supported, in words."""
    transfers: tuple[Transfer, ...]
    searched: tuple[Searched, ...]
    """1:N, at the threshold in use."""
    differentials: tuple[Differentials, ...]


@dataclass(frozen=True, slots=True)
class AtWidth:
    """One embedder with probes scaled down."""

    model: str
    fmr: Estimate
    fnmr: Estimate
    """At the threshold in use."""
    frr: float
    """Of a transaction of one attempt: not acquired or not matched."""


@dataclass(frozen=True, slots=True)
class WidthResult:
    """Probes whose face is so many px wide, against references as they are."""

    width: int
    """px."""
    fta: Estimate
    models: tuple[AtWidth, ...]
    """Empty where no probe was acquired."""


@dataclass(frozen=True, slots=True)
class FaceEvaluation:
    """Everything."""

    about: SetFacts
    acquisition: Acquisition
    models: tuple[ModelResult, ...]
    widths: tuple[WidthResult, ...]
    attacks: AttackErrors | None
    """None: not asked for."""
    attack_frames: int
    """Pictures in each presentation."""
