"""Presentation attacks as values (ISO/IEC 30107-3): which cue saw what, and what they say together."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What came of looking for an attack."""

    BONA_FIDE = "bona fide"
    """Nothing speaks of an attack, and enough was seen to say so."""
    ATTACK = "attack"
    UNDETERMINED = "undetermined"
    """Too little was seen; never success."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What one way of looking says."""

    name: str
    """Stable, for programs: ``minifasnet``, ``screen_refresh``, ``replayed_frames``."""
    score: float | None
    """0-1, 1 an attack for sure; None: it could not look."""
    why: str
    """In words and numbers, for an officer."""


@dataclass(frozen=True, slots=True)
class PadResult:
    """Presentation attack detection over the frames of one transaction."""

    score: float
    """0-1, 1 an attack for sure, of all cues together."""
    verdict: Verdict
    frames: int
    """How many frames were looked at."""
    cues: tuple[Cue, ...]

    @property
    def spoke(self) -> tuple[Cue, ...]:
        """Cues that could look, the loudest first."""
        heard = [cue for cue in self.cues if cue.score is not None]
        return tuple(sorted(heard, key=lambda cue: -(cue.score or 0.0)))
