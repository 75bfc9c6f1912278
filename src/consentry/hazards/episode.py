"""An episode: one danger from opened to cleared.

Its theory::

    QUIET ──danger──> PENDING ──present for confirm_s──> OPEN ──absent for clear_s──> COOLING ──cooldown_s──> QUIET
      ^                  │ absent for GAP_S                ^                             │
      └──────────────────┘                                 └──danger again for confirm_s─┘  (same episode resumes)

Time is the rule's own, in seconds; nothing here counts frames.
"""

from dataclasses import dataclass, fields
from enum import Enum
from math import isfinite

from consentry.core.events import Alarm, AlarmState
from consentry.hazards.words import seconds

EPSILON_S = 1e-3
"""Two times closer than this are the same: a float64 of s UTC carries 2e-7 s, cameras stamp to the millisecond."""
GAP_S = 2.0
"""What is seen again within this time counts as present throughout. The watch looks only once a second while everybody
stands still (``tracking.attention``), so one missed look makes a gap of 2 s; and it is the tolerance that
the design notes recommend for dwell."""


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
