"""What a traveller may be asked to do, how it is said in two languages, and how much of it five landmarks show.

Movements are measured against steady frames, in distances between the eyes: turning by how far the nose leaves the
middle of the eyes, nodding by how far it sinks between eyes and mouth, nearness by the distance between the eyes.
Tilting a plane changes none of the first two beyond some hundredths.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from consentry.face.sample import Landmarks


class Action(StrEnum):
    """What may be asked. Left and right are the traveller's own."""

    TURN_LEFT = "turn left"
    TURN_RIGHT = "turn right"
    NOD = "nod"
    COME_CLOSER = "come closer"


class Stage(StrEnum):
    """How far it has come."""

    STEADY = "hold still"
    ASKED = "asked"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is shown and said."""

    english: str
    korean: str


SENTENCES: Mapping[Action | Stage, Sentence] = {
    Stage.STEADY: Sentence("Look into the camera and hold still.", "카메라를 보고 잠시 그대로 계십시오."),
    Action.TURN_LEFT: Sentence("Turn your head slowly to your left.", "고개를 천천히 왼쪽으로 돌리십시오."),
    Action.TURN_RIGHT: Sentence("Turn your head slowly to your right.", "고개를 천천히 오른쪽으로 돌리십시오."),
    Action.NOD: Sentence("Nod slowly, once.", "고개를 천천히 한 번 끄덕이십시오."),
    Action.COME_CLOSER: Sentence("Come a little closer.", "조금 더 가까이 오십시오."),
    Stage.DONE: Sentence("Thank you.", "감사합니다."),
    Stage.FAILED: Sentence(
        "Please wait. A member of staff will help you.", "잠시 기다려 주십시오. 직원이 도와드리겠습니다."
    ),
}
"""One for each action and each stage but ASKED, which shows its action's."""


@dataclass(frozen=True, slots=True)
class Held:
    """How the head is held in one frame, by its landmarks alone."""

    turn: float
    """Nose beside the middle of the eyes, distances between the eyes; positive to the right of the picture."""
    nod: float
    """Nose below the eyes, as a share of the way to the mouth."""
    size: float
    """Between the eyes, px."""

    @classmethod
    def of(cls, marks: Landmarks) -> "Held":
        """Measure five landmarks.

        >>> Held.of(np.array([[0, 0], [10, 0], [5, 6], [1, 10], [9, 10]], np.float32))
        Held(turn=0.0, nod=0.6, size=10.0)
        """
        line = marks[1] - marks[0]
        size = max(float(np.hypot(*line)), 1e-6)
        across, down = line / size, np.array([-line[1], line[0]]) / size
        eyes = (marks[0] + marks[1]) / 2
        nose, mouth = marks[2] - eyes, (marks[3] + marks[4]) / 2 - eyes
        height = max(float(mouth @ down), 1e-6)
        return cls(round(float(nose @ across) / size, 4), round(float(nose @ down) / height, 4), round(size, 4))


LIMITS: Mapping[Action, float] = {
    Action.TURN_LEFT: 0.09,
    Action.TURN_RIGHT: 0.09,
    Action.NOD: 0.08,
    Action.COME_CLOSER: 0.18,
}
"""How much of a movement is enough. A head with a nose half the distance between the eyes in front of them reaches 0.09
of turn at 9 degrees and 0.08 of nod at 10; a plane reaches 0.05 and 0.01 at most, tilted by 25 degrees or by 18 both
ways. YuNet's landmarks understate both: of 10 simulated people turned by 20 degrees they give 0.10 to 0.28, nodding by
20 degrees 0.01 to 0.15. 0.18 nearer is from 60 cm to 51."""
DRAWN = (Action.TURN_LEFT, Action.TURN_RIGHT, Action.COME_CLOSER)
"""What is drawn unless told otherwise. A nod is not: YuNet's landmarks show it enough in 5 of 10 simulated people."""


def moved(action: Action, before: Held, now: Held) -> float:
    """How much of a movement was made since ``before``; 1 is enough."""
    done = {
        Action.TURN_LEFT: now.turn - before.turn,
        Action.TURN_RIGHT: before.turn - now.turn,
        Action.NOD: now.nod - before.nod,
        Action.COME_CLOSER: now.size / before.size - 1,
    }
    return done[action] / LIMITS[action]


def choose(below: Callable[[int], int], count: int = 2, among: tuple[Action, ...] = DRAWN) -> tuple[Action, ...]:
    """Different actions in an order that cannot be foreseen, never coming closer alone.

    Args:
        below: gives a number from 0 to below its argument; ``secrets.randbelow`` in service.
        count: how many. Two of three in order are 6 ways; a recording of any one passes once in 6, of two of four
            once in 12.
        among: what may be drawn.

    >>> choose(lambda _limit: 0)
    (<Action.TURN_LEFT: 'turn left'>, <Action.TURN_RIGHT: 'turn right'>)
    """
    left = [action for action in among if count > 1 or action is not Action.COME_CLOSER]
    if not 1 <= count <= len(left):
        raise ValueError(f"expected 1 to {len(left)} actions, came {count}")
    return tuple(left.pop(below(len(left))) for _ in range(count))
