"""What every rule is made of: its settings, its episode, and a memory that forgets.

An episode is one danger from opened to cleared. Its theory::

    QUIET ──danger──> PENDING ──present for confirm_s──> OPEN ──absent for clear_s──> COOLING ──cooldown_s──> QUIET
      ^                  │ absent for gap_s                ^                             │
      └──────────────────┘                                 └──danger again for confirm_s─┘  (same episode resumes)

Time is the scene's own, in seconds; a rule never counts frames. So the same walk at 2 and at 30 pictures a second
gives the same alarm, within one sampling interval.
"""

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from enum import Enum
from typing import Generic, Protocol, TypeVar

from consentry.core.events import Alarm, AlarmState
from consentry.core.scene import Scene

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardSettings:
    """What the settings of every hazard have in common."""

    confirm_s: float = 0.0
    """Seconds that the danger must last before it is told."""
    clear_s: float = 3.0
    """Seconds without the danger before its episode is cleared."""
    cooldown_s: float = 30.0
    """Seconds after clearing within which the same danger resumes its episode instead of opening a new one."""


@dataclass(frozen=True, slots=True)
class Danger:
    """What a rule sees in one scene."""

    tracks: tuple[int, ...]
    score: float
    """0-1, 0.5 at the limit."""
    why: str
    since: float | None = None
    """s UTC: when it began, if the rule knows better than the first scene that showed it."""


class Rule(Protocol):
    """One hazard at one place of one camera."""

    def step(self, scene: Scene) -> tuple[Alarm, ...]:
        """Look at the next scene (times never run backwards); tell what opens and what clears."""
        ...

    def finish(self, at: float, why: str) -> tuple[Alarm, ...]:
        """End the watch at a time: clear what is open."""
        ...


class Phase(Enum):
    """Where an episode stands."""

    QUIET = "quiet"
    PENDING = "pending"
    OPEN = "open"
    COOLING = "cooling"


GAP_S = 1.0
"""A danger seen again within this time counts as present throughout: a detector blinks for up to about half a second
on real footage (measured on the pedestrian clips of docs/measured.md), and 2 pictures/s leave 0.5 s between looks."""


class Episode:
    """The state machine above, for one hazard at one place of one camera."""

    def __init__(self, hazard: str, camera: str, place: str, timing: HazardSettings) -> None:
        self.hazard, self.camera, self.place, self.timing = hazard, camera, place, timing
        self.phase = Phase.QUIET
        self._id = ""
        self._began = self._seen = self._cleared = float("-inf")
        self._last: Danger | None = None

    def step(self, at: float, danger: Danger | None) -> tuple[Alarm, ...]:
        """Take what the rule sees at a time; tell what opens and what clears."""
        told: list[Alarm] = []
        if self.phase is Phase.OPEN and danger is None and at - self._seen >= self.timing.clear_s:
            told.append(self._clear(at, f"not seen for {at - self._seen:.1f} s"))
        if self.phase is Phase.COOLING and at - self._cleared >= self.timing.cooldown_s:
            self.phase, self._id = Phase.QUIET, ""
        if self.phase is not Phase.OPEN and danger is None and at - self._seen > GAP_S:
            self._began = float("inf")
            self.phase = Phase.QUIET if self.phase is Phase.PENDING else self.phase
        if danger is not None:
            told.extend(self._present(at, danger))
        return tuple(told)

    def finish(self, at: float, why: str) -> tuple[Alarm, ...]:
        """Clear what is open because the watch ends."""
        return (self._clear(at, why),) if self.phase is Phase.OPEN else ()

    def _present(self, at: float, danger: Danger) -> tuple[Alarm, ...]:
        fresh = self.phase is Phase.QUIET or at - self._seen > GAP_S
        self._last, self._seen = danger, at
        if self.phase is Phase.OPEN:
            return ()
        if fresh or self._began == float("inf"):
            self._began = at if danger.since is None else min(at, danger.since)
            self.phase = Phase.PENDING if self.phase is Phase.QUIET else self.phase
        if at - self._began < self.timing.confirm_s:
            return ()
        self._id = self._id or f"{self.camera}-{self.hazard}-{self.place}-{round(at * 1000)}"
        self.phase = Phase.OPEN
        return (self._alarm(AlarmState.OPENED, at, danger.why),)

    def _clear(self, at: float, why: str) -> Alarm:
        self.phase, self._cleared, self._began = Phase.COOLING, at, float("inf")
        return self._alarm(AlarmState.CLEARED, at, why)

    def _alarm(self, state: AlarmState, at: float, why: str) -> Alarm:
        last = self._last or Danger((), 0.0, "")
        return Alarm(self.hazard, self.camera, self.place, self._id, state, at, last.tracks, last.score, why)


class TrackMemory(MutableMapping[int, T], Generic[T]):
    """What a rule remembers of each track, forgotten when the track ends or was not touched for ``keep_s``.

    A per-track memory that never forgets leaks on a camera that runs for months.

    >>> memory = TrackMemory(keep_s=10)
    >>> memory[7] = "entered"
    >>> memory.forget(at=5, ended=frozenset()), len(memory)
    (None, 1)
    >>> memory.forget(at=16, ended=frozenset()), len(memory)
    (None, 0)
    """

    def __init__(self, keep_s: float) -> None:
        self._keep_s = keep_s
        self._items: dict[int, T] = {}
        self._touched: dict[int, float] = {}
        self._now = 0.0

    def forget(self, at: float, ended: frozenset[int]) -> None:
        """Call once a scene, first: drop ended tracks and those not written for ``keep_s``."""
        self._now = at
        stale = [k for k, touched in self._touched.items() if k in ended or at - touched > self._keep_s]
        for k in stale:
            del self[k]

    def __getitem__(self, key: int) -> T:
        return self._items[key]

    def __setitem__(self, key: int, value: T) -> None:
        self._items[key] = value
        self._touched[key] = self._now

    def __delitem__(self, key: int) -> None:
        del self._items[key]
        del self._touched[key]

    def __iter__(self) -> Iterator[int]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)


def over_limit(value: float, limit: float) -> float:
    """How far beyond its limit a value is, as a score: 0.5 at the limit, towards 1 far beyond, towards 0 far below.

    >>> over_limit(20, 20), over_limit(60, 20)
    (0.5, 0.75)
    """
    if limit <= 0:
        return 1.0
    return value / (value + limit)
