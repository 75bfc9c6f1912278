"""When to look for persons: a state machine, so that a quiet camera costs next to nothing.

::

    WATCHFUL ──nothing moves and nobody there for settle_s──> RESTING
       ^                                                         │
       └───────────────── something moves ───────────────────────┘

Watchful, every picture in which something moves is looked at. While persons stand still, one look in ``still_s`` keeps
their tracks alive. Resting, one look in ``check_s`` catches who came too slowly to be noticed.
"""

from dataclasses import dataclass
from enum import Enum


class Posture(Enum):
    """What the camera is told to do with this picture."""

    LOOK = "look"
    """Run the person network."""
    SKIP = "skip"
    """Persons stand still: leave the tracks as they are until the next look."""
    NOBODY = "nobody"
    """Nothing moves and nobody was there: the scene is empty without a look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionSettings:
    """How much of the picture must move, and how long things may go unlooked at."""

    motion: float = 0.0004
    """Share of moving pixels that wakes: about a quarter of a person 25 pixels tall in a 320 x 180 picture
    (25 x 9 pixels / 57,600 = 0.004 for the whole person, and a slow walker uncovers a fraction of himself a look)."""
    still_s: float = 1.0
    """Between two looks while persons stand still: half of the shortest gap that the rules bridge (2 s)."""
    settle_s: float = 3.0
    """Quiet time before resting: as long as a lost track is kept."""
    check_s: float = 10.0
    """Between two looks while resting."""


class Attention:
    """The state machine above, for one camera."""

    def __init__(self, settings: AttentionSettings | None = None) -> None:
        self._settings = settings or AttentionSettings()
        self._looked = float("-inf")
        self._busy = float("-inf")
        self._people = 0
        self.resting = False

    def decide(self, at: float, motion: float) -> Posture:
        """What to do with a picture in which ``motion`` (share, 0-1) moves.

        >>> attention = Attention()
        >>> attention.decide(0.0, motion=0.2)
        <Posture.LOOK: 'look'>
        """
        settings = self._settings
        if self._busy == float("-inf"):
            self._busy = at  # a first picture has no past: look around before resting
        moves = motion >= settings.motion
        self._busy = at if moves else self._busy
        settled = at - self._busy >= settings.settle_s
        overdue = at - self._looked >= (settings.still_s if self._people else settings.check_s)
        self.resting = settled and not self._people
        if moves or overdue:
            return Posture.LOOK
        if self._people:
            return Posture.SKIP
        return Posture.NOBODY if settled else Posture.LOOK

    def looked(self, at: float, people: int) -> None:
        """Note a look and how many persons it found or still follows."""
        self._looked, self._people = at, people
        if people:
            self._busy = at
