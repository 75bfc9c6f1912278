"""Dangers of waiting: the length of a queue and the time that it takes."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from consentry.core.events import Alarm
from consentry.core.geometry import View, Zone
from consentry.core.observation import PlaceObservation
from consentry.core.scene import Scene
from consentry.hazards.crowd import reading_of
from consentry.hazards.presence import Stay, Stays
from consentry.hazards.rule import EPSILON_S, Danger, Episode, HazardSettings, SceneRule, over_limit
from consentry.hazards.series import Recent
from consentry.hazards.tally import PlaceTally
from consentry.hazards.words import seconds

_ENOUGH = 3
"""Persons needed for a median or a rate: of two, one stray walker-through is half."""
_REMEMBERED = 200
"""Departures remembered at most: ten minutes of a security hall at 20 a minute."""
_OVERLAP_S = 1.0
"""A new track may begin this much before the old one was last seen: two boxes on one person for a few looks."""
_HEAD_SHARE = 0.25
"""Whoever was last seen in the quarter of the zone nearest to its head left through the head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSettings(HazardSettings):
    """A queue that is too long or too slow."""

    clear_s: float = 30.0
    """s below both limits before it is cleared: a queue of ten loses and gains a person every few seconds."""
    people: float = 10.0
    """persons in the zone that are too many: about 8 m of a single file at 0.8 m each. Set what your lane holds."""
    wait_s: float = 600.0
    """s of estimated waiting that are too long: ten minutes is commonly quoted as the upper end of what IATA's level of
    service calls optimum at security (not checked against the guide itself)."""
    seconds: float = 15.0
    """s over which the number of persons is averaged, so that a family that passes by is no queue."""
    window_s: float = 600.0
    """s that a departure counts for the waiting time: as long as the waiting limit itself."""
    gap_s: float = 5.0
    """s that a track may be lost and still count as having stayed: people in a queue hide each other."""
    head: tuple[float, float] | None = None
    """Where the served leave, a point in the picture in fractions; without it everybody who walks out of the zone
    counts as served, also who gives up at the tail."""

    def check(self) -> None:
        """The head must be a point.

        Raises:
            ValueError: it is not finite.
        """
        if self.head is not None and not np.isfinite(self.head).all():
            raise ValueError(f"head: expected two numbers, came {self.head!r}")


@dataclass(frozen=True, slots=True)
class _Departure:
    at: float
    dwell: float
    whole: bool
    """Whether it was also seen to come in, so that its dwell is the whole wait."""


class Queue(SceneRule):
    """D11: length of a queue, and its waiting time by those who were served or by Little's law."""

    def __init__(self, camera: str, place: Zone, settings: QueueSettings, view: View) -> None:
        super().__init__(camera, place.name)
        self._settings, self._aspect = settings, view.aspect
        self._near = _reach(place, settings.head, view.aspect)
        self._stays = Stays(place, settings.gap_s)
        self._length = Recent(settings.seconds)
        self._mean_length = Recent(settings.window_s, spacing_s=1.0)
        self._served: deque[_Departure] = deque(maxlen=_REMEMBERED)
        self._appeared: deque[float] = deque(maxlen=_REMEMBERED)
        self._tally = PlaceTally(place.name)
        self._episode = Episode("queue", camera, place.name, settings)
        self.episodes = (self._episode,)

    def look(self, scene: Scene, now: float) -> tuple[Alarm, ...]:
        """How many wait, and how long."""
        stays = self._stays.step(scene, now)
        counted = reading_of(scene, self.place)
        people = max(float(len(stays)), 0.0 if counted is None else counted.people)
        self._length.add(now, people)
        self._mean_length.add(now, people)
        self._serve(stays.values(), self._stays.ended, now)
        wait, how = self._wait(stays, now)
        longest = max((stay.dwell for stay in stays.values()), default=0.0)
        self._tally.see(now, people=people, dwell_s=longest, waiting_s=wait)
        return self._episode.step(scene.at, self._danger(now, wait, how, tuple(stays)), now)

    def forget(self) -> None:
        """Forget every track and every departure."""
        self._stays.forget()
        self._served.clear()
        self._appeared.clear()
        self._length.forget()
        self._mean_length.forget()

    def reading(self, at: float) -> PlaceObservation:
        """Mean length and latest waiting time since the last call."""
        del at  # the scenes brought their own times
        return self._tally.take()

    def _serve(self, present: Iterable[Stay], ended: Sequence[Stay], now: float) -> None:
        """Note who was served. Whoever vanishes at the head was, unless a new track appeared there: then one broke."""
        self._appeared.extend(s.since for s in present if s.since == now and not s.entered and self._at_head(s.foot))
        for stay in ended:
            gone = stay.left if self._near is None else self._at_head(stay.foot)
            if gone and (stay.left or not self._goes_on(stay)):
                self._served.append(_Departure(stay.seen, stay.dwell, stay.entered))
        while self._served and now - self._served[0].at > self._settings.window_s:
            self._served.popleft()

    def _goes_on(self, stay: Stay) -> bool:
        """Whether a new track took up where this one broke off; each new one takes up one."""
        for since in self._appeared:
            if stay.seen - _OVERLAP_S <= since <= stay.seen + self._settings.gap_s:
                self._appeared.remove(since)
                return True
        return False

    def _at_head(self, foot: tuple[float, float]) -> bool:
        head = self._settings.head
        return head is not None and self._near is not None and _distance(foot, head, self._aspect) <= self._near

    def _wait(self, stays: Mapping[int, Stay], now: float) -> tuple[float | None, str]:
        """The waiting time and how it was estimated."""
        served, whole = len(self._served), [d.dwell for d in self._served if d.whole]
        told: list[tuple[float, str]] = []
        if served >= _ENOUGH and len(whole) * 2 >= served:
            told.append((median(whole), f"median of {len(whole)} served"))
        elif served >= _ENOUGH and (little := self._little(now)) is not None:
            told.append((little, f"Little's law over {served} served, as tracks break"))
        if len(stays) >= _ENOUGH:
            # Nobody may be served at all: half of those present have waited at least this long already.
            told.append((median(stay.dwell for stay in stays.values()), "median of those still waiting"))
        return max(told) if told else (None, "")

    def _little(self, now: float) -> float | None:
        """Mean number waiting divided by the rate of departures (Little 1961: L = lambda W)."""
        begin = self._served[0].at
        span = self._served[-1].at - begin
        mean = self._mean_length.mean(begin, now)
        return None if mean is None or span <= 0 else mean * span / (len(self._served) - 1)

    def _danger(self, now: float, wait: float | None, how: str, tracks: tuple[int, ...]) -> Danger | None:
        settings = self._settings
        length = self._length.mean(now - settings.seconds, now)
        told: list[tuple[float, str]] = []
        if length is not None and length >= settings.people:
            told.append(
                (
                    over_limit(length, settings.people),
                    f"{length:.0f} persons wait in {self.place}, limit {settings.people:g}",
                )
            )
        if wait is not None and wait >= settings.wait_s - EPSILON_S:
            why = f"waiting in {self.place} takes about {seconds(wait)}, limit {seconds(settings.wait_s)} ({how})"
            told.append((over_limit(wait, settings.wait_s), why))
        if not told:
            return None
        return Danger(tracks, max(told)[0], "; ".join(why for _, why in told))


def _distance(a: tuple[float, float], b: tuple[float, float], aspect: float) -> float:
    return float(np.hypot((a[0] - b[0]) * aspect, a[1] - b[1]))


def _reach(zone: Zone, head: tuple[float, float] | None, aspect: float) -> float | None:
    """How near to the head somebody must last have been to count as served, in picture heights."""
    if head is None:
        return None
    return _HEAD_SHARE * max(_distance(corner, head, aspect) for corner in zone.corners)
