"""Simulated people, masks and videos that read the screen and do what an active challenge asks: who meets it.

``python -m bench.attacks --challenge 10``. Turn left, then right, by 20 degrees at 40 degrees a second, half a second
after it is asked: a live person, a curved mask whose wearer obeys, a video made on the spot.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from consentry.backends.face_samples import samples
from consentry.backends.simulated_presentations import BONA_FIDE, presenting
from consentry.backends.simulated_presentations_person import Pose
from consentry.core.frames import Image
from consentry.face.attack import Verdict
from consentry.face.attack_fusion import with_challenge
from consentry.face.challenge import Challenge
from consentry.face.challenge_actions import Action, Stage
from consentry.ports import AttackDetector, FaceFinder

OBEYING = (BONA_FIDE, "curved mask", "video replay")
ASKED = (Action.TURN_LEFT, Action.TURN_RIGHT)
MOST = 110
"""Frames at most, 8.8 s: it ends sooner where the challenge does."""
_TURN, _PACE, _REACTION = 20.0, 40.0, 0.5
"""Degrees, degrees a second, s."""


@dataclass(frozen=True, slots=True)
class Met:
    """What came of one challenge."""

    kind: str
    person: int
    met: bool
    why: str
    """Of the challenge."""
    verdict: Verdict
    score: float
    spoke: tuple[tuple[str, float], ...]
    """The three loudest cues."""
    flat: float | None
    """What ``flat_motion`` says."""


class _Reader:
    """Somebody who reads what is asked and does it."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._phase = self._random.uniform(0, 6.28, 4)
        self._yaw = self._last = 0.0
        self.action: Action | None = None
        self._read: tuple[Action | None, float] = (None, 0.0)

    def __call__(self, at: float) -> Pose:
        """Sway a little, turn as asked, blink every 2.5 s."""
        if self.action is not self._read[0]:
            self._read = (self.action, at)
        awake = at - self._read[1] >= _REACTION
        goal = (
            {Action.TURN_LEFT: _TURN, Action.TURN_RIGHT: -_TURN}.get(self.action, 0.0) if awake and self.action else 0.0
        )
        step = _PACE * (at - self._last)
        self._yaw, self._last = self._yaw + float(np.clip(goal - self._yaw, -step, step)), at
        sway = np.sin(np.array([1.3, 0.9, 1.7, 1.1]) * at + self._phase)
        return Pose(
            yaw=self._yaw + 1.2 * float(sway[0]),
            pitch=0.8 * float(sway[1]),
            right=0.04 * float(sway[2]),
            down=0.03 * float(sway[3]),
            lids=float(np.clip(1.4 - abs(at % 2.5 - 1.2) / 0.1, 0, 1)),
        )


def of_person(person: int, portrait: Image, finder: FaceFinder, detector: AttackDetector) -> list[Met]:
    """One challenge for each kind."""
    return [_one(kind, person, portrait, finder, detector) for kind in OBEYING]


def _one(kind: str, person: int, portrait: Image, finder: FaceFinder, detector: AttackDetector) -> Met:
    challenge, reader = Challenge(ASKED), _Reader(person)
    last = 0.0
    for at, picture in presenting(kind, portrait, person, MOST, reader):
        found, last = samples(finder, picture, at), at
        if found:
            detector.see(found[0])
        told = challenge.see(found[0].landmarks if len(found) == 1 else None, at)
        reader.action = told.action
        if told.stage in (Stage.DONE, Stage.FAILED):
            break
    said = with_challenge(detector.judge(), challenge.cue(), last)
    detector.forget()
    loud = tuple((cue.name, cue.score or 0.0) for cue in said.spoke[:3])
    flat = next(cue.score for cue in said.cues if cue.name == "flat_motion")
    return Met(kind, person, told.stage is Stage.DONE, told.why, said.verdict, said.score, loud, flat)


def lines(rows: Sequence[Met]) -> Iterator[str]:
    """The table, and why each that was not met failed."""
    for kind in OBEYING:
        mine = [row for row in rows if row.kind == kind]
        said = ", ".join(f"{sum(row.verdict is one for row in mine)} {one}" for one in Verdict)
        flat = sorted(round(row.flat, 2) for row in mine if row.flat is not None)
        yield f"{kind:13} met {sum(row.met for row in mine)}/{len(mine)}; verdict {said}; flat_motion {flat}"
        for row in mine:
            if not row.met:
                yield f"    not met: {row.why}"
            if (row.verdict is Verdict.ATTACK) == (kind == BONA_FIDE):
                yield f"    {row.verdict}: {', '.join(f'{name} {score:.2f}' for name, score in row.spoke)}"
