"""What all cues say together.

The rule: the loudest cue gives the score, and what a second one says above 0.3 raises it by up to half of what is left.
No quiet cue takes anything away from a loud one: an attack need not show in every cue, and a curved mask or a good
video is quiet in most. From 0.5 it is an attack. Below, it is bona fide only where enough was seen: eight frames over
0.8 s, three cues that could look, and one that speaks for life by itself: depth in a turning head, or a challenge that
was met. A blink is no such sign: eyes behind a mask blink. Everything else is undetermined.
"""

from consentry.face.attack import Cue, PadResult, Verdict

ATTACK = 0.5
"""Fused score from which it is called an attack; each cue's own 0.5 lies where its measurements part."""
FRAMES = 8
"""Frames below which nothing is called bona fide."""
SECONDS = 0.8
"""s likewise: refresh, sway and repetition need time to show."""
CUES = 3
"""Cues that must have been able to look."""
ALIVE = frozenset({"flat_motion", "challenge"})
"""Cues whose low score is a sign of life; a low score of the others is only the absence of one trace."""
_LIFE = 0.2
"""Score at or below which such a cue speaks for life."""
_SECOND = 0.3
"""Score from which a second cue counts: of 50 simulated live people none has a second cue above 0.18."""


def judged(cues: tuple[Cue, ...], frames: int, seconds: float) -> PadResult:
    """The verdict on one transaction.

    Args:
        cues: of all frames, each name once.
        frames: how many were looked at.
        seconds: from the first to the last.

    >>> judged((Cue("minifasnet", 0.9, ""), Cue("blink", None, "")), 10, 1.0).verdict.value
    'attack'
    >>> judged((Cue("minifasnet", 0.1, ""),), 10, 1.0).verdict.value
    'undetermined'
    """
    score = fused_score(cues)
    heard = [cue for cue in cues if cue.score is not None]
    alive = any(cue.name in ALIVE and cue.score is not None and cue.score <= _LIFE for cue in cues)
    if score >= ATTACK:
        verdict = Verdict.ATTACK
    elif frames >= FRAMES and seconds >= SECONDS and len(heard) >= CUES and alive:
        verdict = Verdict.BONA_FIDE
    else:
        verdict = Verdict.UNDETERMINED
    return PadResult(score, verdict, frames, cues)


def fused_score(cues: tuple[Cue, ...]) -> float:
    """0-1; 0 where no cue could look.

    >>> round(fused_score((Cue("a", 0.45, ""), Cue("b", 0.45, ""), Cue("c", 0.1, ""))), 3)
    0.509
    """
    loud = sorted((cue.score for cue in cues if cue.score is not None), reverse=True)
    if not loud:
        return 0.0
    second = loud[1] if len(loud) > 1 else 0.0
    return loud[0] + (1 - loud[0]) * 0.5 * max(0.0, second - _SECOND) / (1 - _SECOND)


def with_challenge(result: PadResult, challenge: Cue, seconds: float) -> PadResult:
    """The same with what came of an active challenge.

    Args:
        result: of the detector.
        challenge: its cue.
        seconds: from the first to the last frame.
    """
    return judged((*result.cues, challenge), result.frames, seconds)
