"""What every rule is made of: its settings, its episodes, its sense of time, and a memory that forgets.

An episode is one danger from opened to cleared. Its theory::

    QUIET ──danger──> PENDING ──present for confirm_s──> OPEN ──absent for clear_s──> COOLING ──cooldown_s──> QUIET
      ^                  │ absent for GAP_S                ^                             │
      └──────────────────┘                                 └──danger again for confirm_s─┘  (same episode resumes)

Time is the scene's own, in seconds; a rule never counts frames. So the same walk at 2 and at 30 pictures a second
gives the same alarm, within one sampling interval. While the camera gives no pictures a rule's time stands still:
nobody is cleared because nobody could look, and nobody's dwell grows unseen.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, fields
from enum import Enum
from math import isfinite
from typing import Generic, Protocol, TypeVar, runtime_checkable

from consentry.core.events import Alarm, AlarmState
from consentry.core.observation import PlaceObservation
from consentry.core.scene import Scene, StreamState
from consentry.hazards.words import seconds

T = TypeVar("T")

EPSILON_S = 1e-3
"""Two times closer than this are the same: a float64 of s UTC carries 2e-7 s, cameras stamp to the millisecond."""
GAP_S = 2.0
"""What is seen again within this time counts as present throughout. The watch looks only once a second while everybody
stands still (``tracking.attention``), so one missed look makes a gap of 2 s; it is also the gap that HAZARDS' loitering
row was measured with."""
BLIND_KEEP_S = 60.0
"""After a longer silence of the camera tracks are forgotten: a number that comes back then may be anybody's. A stream
that drops and is opened again with a growing back-off is away for a few to some tens of seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardSettings:
    """What the settings of every hazard have in common."""

    clear_s: float = 3.0
    """s without the danger before its episode is cleared: longer than the 2 s that a look may be missed."""
    cooldown_s: float = 30.0
    """s after clearing within which the same danger resumes its episode instead of opening a new one: a person who
    comes back within half a minute is the same business for whoever went to look."""

    def __post_init__(self) -> None:
        """Check.

        Raises:
            ValueError: a number is negative or not finite, or what the hazard itself asks of its options is not so.
        """
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, int | float) and not (isfinite(value) and value >= 0):
                raise ValueError(f"{field.name}: expected a number of 0 or more, came {value!r}")
        self.check()

    def check(self) -> None:
        """What one hazard asks of its options beyond numbers of 0 or more.

        Raises:
            ValueError: says which option, what was expected and what came.
        """


@dataclass(frozen=True, slots=True)
class Danger:
    """What a rule sees in one scene."""

    tracks: tuple[int, ...]
    score: float
    """0-1, 0.5 at the limit."""
    why: str
    since: float | None = None
    """When it began, in the rule's time, if the rule knows better than the first scene that showed it."""


class Rule(Protocol):
    """One hazard at one place of one camera."""

    def step(self, scene: Scene) -> tuple[Alarm, ...]:
        """Look at the next scene (times never run backwards); tell what opens and what clears."""
        ...

    def finish(self, at: float, why: str) -> tuple[Alarm, ...]:
        """End the watch at a time: clear what is open. The rule may be stepped again later and begins anew."""
        ...


@runtime_checkable
class Readable(Protocol):
    """A rule that has something to show between alarms."""

    def reading(self, at: float) -> PlaceObservation:
        """What was at its place since the last call, and begin the next stretch. One reader only: the plots."""
        ...


class Phase(Enum):
    """Where an episode stands."""

    QUIET = "quiet"
    PENDING = "pending"
    OPEN = "open"
    COOLING = "cooling"


class Lasting:
    """How long something has been so, short blinks bridged.

    >>> dark = Lasting()
    >>> [dark.step(at, so) for at, so in ((0.0, True), (1.0, False), (2.0, True), (3.0, False), (7.0, True))]
    [0.0, None, 2.0, None, 0.0]
    """

    def __init__(self, gap_s: float = GAP_S) -> None:
        self._gap_s = gap_s
        self._began = self._seen = float("-inf")

    def step(self, now: float, so: bool, since: float | None = None) -> float | None:  # noqa: FBT001 - the observation
        """Seconds since it began to be so; None when it is not so now.

        Args:
            now: the rule's time, s.
            so: whether it is so now.
            since: when it began, if known better than by the first look that showed it.
        """
        if not so:
            return None
        if now - self._seen > self._gap_s + EPSILON_S:
            self._began = now if since is None else min(now, since)
        self._seen = now
        return now - self._began

    def absent(self, now: float) -> float:
        """Seconds since it was last so."""
        return now - self._seen

    def forget(self) -> None:
        """Begin anew."""
        self._began = self._seen = float("-inf")


class Episode:
    """The state machine above, for one hazard at one place of one camera."""

    def __init__(
        self,
        hazard: str,
        camera: str,
        place: str,
        timing: HazardSettings,
        *,
        confirm_s: float = 0.0,
        tag: str = "",
    ) -> None:
        """Make a quiet episode.

        Args:
            hazard: name in the catalogue.
            camera: whose.
            place: name of the zone, tripwire or camera.
            timing: how long until it clears, and how long it then cools.
            confirm_s: how long the danger must last before it is told, s.
            tag: tells several episodes of one rule apart.
        """
        self.hazard, self.camera, self.place, self.timing = hazard, camera, place, timing
        self.phase = Phase.QUIET
        self._confirm_s, self._tag = confirm_s, f"{tag}-" if tag else ""
        self._id = ""
        self._opened = self._cleared = float("-inf")
        self._lasting = Lasting()
        self._last = Danger((), 0.0, "")

    def step(self, at: float, danger: Danger | None, now: float | None = None) -> tuple[Alarm, ...]:
        """Take what the rule sees; tell what opens and what clears.

        Args:
            at: time of the scene, s UTC.
            danger: what the rule sees, None if nothing.
            now: the rule's own time, which stands still while the camera is blind; ``at`` if not given.
        """
        now = at if now is None else now
        told: list[Alarm] = []
        absent = self._lasting.absent(now)
        if self.phase is Phase.OPEN and danger is None and absent >= self.timing.clear_s - EPSILON_S:
            told.append(self._clear(at, now, f"over for {seconds(absent)}"))
        if self.phase is Phase.COOLING and now - self._cleared >= self.timing.cooldown_s - EPSILON_S:
            self.phase, self._id = Phase.QUIET, ""
        if self.phase is Phase.PENDING and danger is None and absent > GAP_S + EPSILON_S:
            self.phase = Phase.QUIET
        if danger is not None:
            told.extend(self._present(at, now, danger))
        return tuple(told)

    def finish(self, at: float, why: str, now: float | None = None) -> tuple[Alarm, ...]:
        """Clear what is open because the watch ends, and forget what is pending."""
        now = at if now is None else now
        told = (self._clear(at, now, why),) if self.phase is Phase.OPEN else ()
        self.phase = Phase.QUIET if self.phase is Phase.PENDING else self.phase
        self._lasting.forget()
        return told

    def _present(self, at: float, now: float, danger: Danger) -> tuple[Alarm, ...]:
        lasted = self._lasting.step(now, so=True, since=danger.since) or 0.0
        self._last = danger
        if self.phase is Phase.OPEN:
            return ()
        if lasted < self._confirm_s - EPSILON_S:
            self.phase = Phase.PENDING if self.phase is Phase.QUIET else self.phase
            return ()
        self._id = self._id or f"{self.camera}-{self.hazard}-{self.place}-{self._tag}{round(at * 1000)}"
        self.phase, self._opened = Phase.OPEN, now
        return (self._alarm(AlarmState.OPENED, at, danger.why),)

    def _clear(self, at: float, now: float, why: str) -> Alarm:
        lasted = now - self._opened
        self.phase, self._cleared = Phase.COOLING, now
        self._lasting.forget()
        return self._alarm(
            AlarmState.CLEARED, at, f"{why}, {seconds(lasted)} after it was told; last: {self._last.why}"
        )

    def _alarm(self, state: AlarmState, at: float, why: str) -> Alarm:
        last = self._last
        return Alarm(self.hazard, self.camera, self.place, self._id, state, at, last.tracks, last.score, why)


class Sight:
    """A rule's time: that of the scenes, less the time for which the camera was blind.

    >>> sight = Sight()
    >>> lost = StreamState.LOST
    >>> scenes = (Scene.empty("c", 0), Scene.empty("c", 5, lost), Scene.empty("c", 9), Scene.empty("c", 10))
    >>> [sight.step(scene) for scene in scenes]
    [0.0, None, 0.0, 1.0]
    """

    def __init__(self) -> None:
        self.now = 0.0
        """The rule's time of the last live scene, s."""
        self.blind_s = 0.0
        """How long the camera was blind just before the last live scene."""
        self._at: float | None = None
        self._blind = False
        self._spared = 0.0

    def step(self, scene: Scene) -> float | None:
        """The rule's time of a scene; None when it shows nothing."""
        if scene.stream is not StreamState.LIVE:
            self._blind = True
            return None
        before = scene.at if self._at is None else self._at
        self.blind_s = scene.at - before if self._blind else 0.0
        self._spared += self.blind_s
        self._blind, self._at = False, max(scene.at, before)
        self.now = self._at - self._spared
        return self.now


class SceneRule(ABC):
    """A rule over what is seen: knows its camera, its time and its episodes, so a hazard is little but ``look``."""

    def __init__(self, camera: str, place: str) -> None:
        self.camera, self.place = camera, place
        self.episodes: tuple[Episode, ...] = ()
        self._sight = Sight()

    @abstractmethod
    def look(self, scene: Scene, now: float) -> tuple[Alarm, ...]:
        """Look at a live scene at the rule's time."""

    @abstractmethod
    def forget(self) -> None:
        """Forget every track and everything half seen."""

    def step(self, scene: Scene) -> tuple[Alarm, ...]:
        """Look at the next scene.

        Raises:
            ValueError: it is another camera's; numbers of tracks mean nothing there.
        """
        if scene.camera != self.camera:
            raise ValueError(f"a rule for camera {self.camera!r} was given a scene of camera {scene.camera!r}")
        now = self._sight.step(scene)
        if now is None:
            return ()
        if self._sight.blind_s > BLIND_KEEP_S:
            self.forget()
        return self.look(scene, now)

    def finish(self, at: float, why: str) -> tuple[Alarm, ...]:
        """End the watch."""
        self.forget()
        return tuple(alarm for e in self.episodes for alarm in e.finish(at, why, self._sight.now))


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
