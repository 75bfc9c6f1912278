"""An active challenge: the traveller is asked to move in a way that nobody could know beforehand.

Why it helps: a photograph cannot turn its head (its landmarks move as those of a plane), and a recorded video shows
another movement, or the right one at the wrong time. What it cannot do: a video made on the spot, or a mask on a head
that moves, obeys; and a photograph can come closer, which is why that is never asked alone.

::

    STEADY ──held still──▶ ASKED ──reached──▶ STEADY of the next action ... ──▶ DONE
       │                     │
       └──── out of time ────┴── out of time, wrong movement, too soon, a jump, not seen ──▶ FAILED

Movements are measured against the steady frames just before, by five landmarks alone (``challenge_actions``). Time is
an argument. No picture is kept.
"""

from dataclasses import dataclass

import numpy as np

from consentry.face.attack import Cue
from consentry.face.challenge_actions import SENTENCES, Action, Held, Sentence, Stage, moved
from consentry.face.sample import Landmarks

NAME = "challenge"
STEADY_S = 0.4
"""s that the head must be held before something is asked: what is measured later is measured against it."""
LIMIT_S = 6.0
"""s for holding still, and for each action."""
GAP_S = 0.5
"""s without a face after which somebody else, or another clip, may stand there."""
REACTION_S = 0.2
"""s below which nobody reacts to something read or heard: the movement was under way before."""
_STEADY = 0.07
"""How far each measure may wander while the head is held: on faces of 130 px the nod jitters by 0.05."""
_WAY = 0.2
"""Share of a movement that must have been seen before the whole: it passes through."""
_BACK = 0.08
"""How near turn and nod must be to where they were at first before the next action is asked."""
_FAST = 3.0
"""Distances between the eyes in a second: a head turned by 20 degrees in 0.2 s moves its nose by 2.6."""
_JITTER = 0.1
"""Distances between the eyes by which landmarks may jump besides."""
_WRONG = 1.5
"""How many times the limit of another movement is a wrong one: nobody moves along one axis alone."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the challenge stands."""

    stage: Stage
    action: Action | None
    """What is asked; None outside ASKED."""
    done: int
    """Actions that were performed."""
    of: int
    left: float
    """s until time runs out; 0 when it is over."""
    why: str
    """In words, for an officer."""

    @property
    def sentence(self) -> Sentence:
        """What the traveller is told."""
        return SENTENCES[self.stage if self.action is None else self.action]


class Challenge:
    """One challenge. Give it every frame; it ends in DONE or FAILED and stays there."""

    def __init__(self, actions: tuple[Action, ...]) -> None:
        """Prepare.

        Args:
            actions: in order, from ``choose``.
        """
        if not actions:
            raise ValueError("expected at least one action: a challenge that asks for nothing is met by anything")
        self._actions = actions
        self._done = 0
        self._stage = Stage.STEADY
        self._since: float | None = None
        """When this stage began, s."""
        self._last: tuple[float, Landmarks] | None = None
        self._steady: list[tuple[float, Held]] = []
        self._before: Held | None = None
        self._first: Held | None = None
        """How it was held before anything was asked."""
        self._on_the_way = False
        self._broken = False
        self._why = "nothing has been seen"

    def see(self, marks: Landmarks | None, at: float) -> Progress:
        """Take one frame.

        Args:
            marks: five landmarks of the one face in view; None: there was none, or more than one.
            at: s, growing.
        """
        if self._stage in (Stage.DONE, Stage.FAILED):
            return self._progress(at)
        self._since = at if self._since is None else self._since
        if marks is None:
            self._unseen(at)
        elif self._continuous(marks, at):
            held = Held.of(marks)
            if self._stage is Stage.STEADY:
                self._hold(held, at)
            else:
                self._watch(held, at)
        if self._stage in (Stage.STEADY, Stage.ASKED) and self._spent(at) > LIMIT_S:
            asked = self._actions[self._done] if self._stage is Stage.ASKED else "holding still"
            self._fail(f"{asked} was not seen within {LIMIT_S:.0f} s", broken=False)
        return self._progress(at)

    def _unseen(self, at: float) -> None:
        if self._last is not None and at - self._last[0] > GAP_S:
            self._fail(f"the face was not seen for {at - self._last[0]:.1f} s", broken=False)

    def _continuous(self, marks: Landmarks, at: float) -> bool:
        """Whether this frame can follow the last one."""
        last, self._last = self._last, (at, marks.copy())
        if last is None:
            return True
        if at - last[0] > GAP_S:
            self._fail(f"the face was not seen for {at - last[0]:.1f} s", broken=False)
            return False
        size = max(float(np.hypot(*(last[1][1] - last[1][0]))), 1e-6)
        leap = float(np.hypot(*(marks - last[1]).T).max()) / size
        if leap > _JITTER + _FAST * (at - last[0]):
            self._fail(
                f"the face jumped by {leap:.2f} distances between the eyes from one frame to the next", broken=True
            )
            return False
        return True

    def _hold(self, held: Held, at: float) -> None:
        """Wait until the head was held for ``STEADY_S``, after the first action as it was held before it."""
        self._why = "waiting for the head to be held still"
        if self._first and max(abs(held.turn - self._first.turn), abs(held.nod - self._first.nod)) > _BACK:
            self._steady.clear()
            return
        self._steady.append((at, held))
        while self._wandered() > _STEADY:
            self._steady.pop(0)
        if at - self._steady[0][0] >= STEADY_S:
            kept = [one for _, one in self._steady]
            self._before = Held(*(float(np.median([getattr(one, part) for one in kept])) for part in Held.__slots__))
            self._first = self._first or self._before
            self._stage, self._since, self._on_the_way = Stage.ASKED, at, False
            self._why = f"asked to {self._actions[self._done]}"

    def _wandered(self) -> float:
        held = [one for _, one in self._steady]
        size = held[-1].size
        spreads = ([one.turn for one in held], [one.nod for one in held], [one.size / size for one in held])
        return max(max(spread) - min(spread) for spread in spreads)

    def _watch(self, held: Held, at: float) -> None:
        """Look for the movement that was asked, and for another one."""
        if self._before is None:  # cannot be: ASKED follows STEADY
            raise RuntimeError("asked before the head was held still")
        wanted = self._actions[self._done]
        far = moved(wanted, self._before, held)
        others = {other: moved(other, self._before, held) for other in Action if other is not wanted}
        wrong = max(others, key=lambda other: others[other])
        if others[wrong] > _WRONG and others[wrong] > far:
            self._fail(f"asked to {wanted}, the face did {wrong}", broken=False)
        elif far < 1:
            self._on_the_way |= far > _WAY
        elif self._spent(at) < REACTION_S:
            self._fail(f"{wanted} was there {self._spent(at):.2f} s after it was asked", broken=True)
        elif not self._on_the_way:
            # A cut in a video, or a quick person and few frames: no sign of life, and no accusation.
            self._fail(f"{wanted} was there without a way to it", broken=False)
        else:
            self._reached(wanted, at)

    def _reached(self, action: Action, at: float) -> None:
        self._done += 1
        self._why = f"{action} was seen after {self._spent(at):.1f} s"
        self._stage = Stage.DONE if self._done == len(self._actions) else Stage.STEADY
        self._since, self._steady = at, []

    def _fail(self, why: str, *, broken: bool) -> None:
        self._stage, self._why, self._broken = Stage.FAILED, why, broken

    def _progress(self, at: float) -> Progress:
        asked = self._actions[self._done] if self._stage is Stage.ASKED else None
        over = self._stage in (Stage.DONE, Stage.FAILED)
        left = 0.0 if over else max(0.0, LIMIT_S - self._spent(at))
        return Progress(self._stage, asked, self._done, len(self._actions), left, self._why)

    def _spent(self, at: float) -> float:
        """Since this stage began, s."""
        return 0.0 if self._since is None else at - self._since

    def cue(self) -> Cue:
        """What it says of an attack: a sign of life when done, an attack after a jump, nothing when it was not met.

        Not met is no attack: people are slow, tired, and mix up left and right. It is no sign of life either.
        """
        if self._stage is Stage.DONE:
            return Cue(NAME, 0.05, f"did what was asked: {', '.join(self._actions)}")
        if self._broken:
            return Cue(NAME, 0.8, self._why)
        return Cue(NAME, None, self._why)

    def forget(self) -> None:
        """Overwrite the landmarks kept."""
        if self._last is not None:
            self._last[1].fill(0)
        self._last, self._steady, self._before, self._first = None, [], None, None
