"""What comes of a traveller at a gate: findings in words, and an advice that the findings make, nobody else.

No picture, no template, no name and no number of a document can stand in it. It may be kept and shown.
"""

from dataclasses import dataclass
from enum import StrEnum


class Advice(StrEnum):
    """What the gate says to the officer, who decides."""

    CLEAR = "clear"
    """Everything that was to be looked at was looked at, and it is good."""
    REFER = "refer"
    """To the manual lane, for the reasons that the findings name. It says nothing against the traveller."""


class Step(StrEnum):
    """What is looked at, in its order."""

    DOCUMENT = "document"
    AGE = "age"
    NETWORKS = "networks"
    PORTRAIT = "portrait"
    FACE = "face"
    QUALITY = "quality"
    ATTACK = "attack"
    CHALLENGE = "challenge"
    COMPARISON = "comparison"


ESSENTIAL = frozenset(Step) - {Step.CHALLENGE}
"""Steps without which nothing is clear. A challenge is asked of nobody whose lane has none."""


class Found(StrEnum):
    """What came of a step."""

    GOOD = "good"
    BAD = "bad"
    """It was looked at, and it is wrong."""
    UNDETERMINED = "undetermined"
    """It was looked at, and it could not be decided."""
    NOT_LOOKED_AT = "not looked at"
    """Something before it made it needless or impossible."""


class Reason(StrEnum):
    """Why a traveller is asked to the manual lane. Stable, for programs."""

    DOCUMENT_NOT_GENUINE = "document not genuine"
    DOCUMENT_UNDETERMINED = "document undetermined"
    NO_CHIP = "no chip read"
    BELOW_AGE = "below the programme's age"
    AGE_UNKNOWN = "age unknown"
    NETWORKS_MISSING = "networks missing"
    PORTRAIT_UNUSABLE = "portrait unusable"
    NOBODY = "no face acquired"
    SEVERAL_FACES = "several faces in the lane"
    STREAM_BROKEN = "live pictures broke off"
    POOR_QUALITY = "live pictures not good enough"
    ATTACK = "presentation attack"
    ATTACK_UNDETERMINED = "attack not ruled out"
    CHALLENGE_FAILED = "challenge not met"
    NON_MATCH = "not the person of the portrait"
    INCONCLUSIVE = "comparison inconclusive"
    FAULT = "a part of the gate failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one step."""

    step: Step
    found: Found
    why: str
    """In words and numbers, for an officer. Nothing of the holder."""
    reason: Reason | None = None
    """Why it refers; None where it is good, or where something before it refers already."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a part took."""

    part: str
    seconds: float
    """s, all its turns together."""
    times: int = 1
    """How many turns it had."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Numbers behind the findings; None: there was nothing to measure."""

    score: float | None = None
    """Comparison score, -1 to 1."""
    threshold: float | None = None
    """From which it is a match."""
    fmr: float | None = None
    """False match rate for which the threshold was chosen, 0-1."""
    fmr_low: float | None = None
    fmr_high: float | None = None
    """Its 95 % interval at this threshold, as measured."""
    model: str | None = None
    """Of the templates."""
    attack: float | None = None
    """0-1, 1 an attack for sure."""
    quality: int | None = None
    """Unified score of the best frame, 0-100."""
    frames: int = 0
    """Frames that came from the live source."""
    compared: int = 0
    """Frames that were good enough to be compared."""


@dataclass(frozen=True, slots=True)
class Screening:
    """One transaction at a gate."""

    touchpoint: str
    at: float
    """When it began, s UTC."""
    findings: tuple[Finding, ...]
    """In order."""
    measures: Measures = Measures()
    timings: tuple[Timing, ...] = ()

    @property
    def advice(self) -> Advice:
        """Clear only if every essential step was looked at and is good, and nothing at all is not.

        >>> Screening("gate 1", 0.0, ()).advice
        <Advice.REFER: 'refer'>
        >>> Screening("gate 1", 0.0, tuple(Finding(step, Found.GOOD, "as it should be") for step in ESSENTIAL)).advice
        <Advice.CLEAR: 'clear'>
        """
        good = {finding.step for finding in self.findings if finding.found is Found.GOOD}
        whole = all(finding.found is Found.GOOD for finding in self.findings)
        return Advice.CLEAR if whole and good >= ESSENTIAL else Advice.REFER

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it refers, each once, in order; empty where it clears."""
        return tuple(dict.fromkeys(finding.reason for finding in self.findings if finding.reason is not None))

    def of(self, step: Step) -> Finding | None:
        """What came of a step; None where nobody came to it."""
        return next((finding for finding in self.findings if finding.step is step), None)
