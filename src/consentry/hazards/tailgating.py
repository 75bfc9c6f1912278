"""Dangers at a gate: two pass where one was let in.

With gate events each passage needs an authorisation of its own. Its theory::

    authorisation ──passage within its window──> used, by that track: it may turn back and come again
          │ └─its only holder near the line walks away──> withdrawn: nobody else passes on it
          └──window over──> expired

    passage ──judged skew_s later, when every clock and message has had its time──> paid, or without: told

Without gate events nothing can be known of authorisations: who follows closely is told as an advisory, never scored
above 0.5.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from consentry.core.events import Alarm
from consentry.core.gates import Authorisation
from consentry.core.geometry import Tripwire, View
from consentry.core.observation import PlaceObservation
from consentry.core.scene import Label, Scene
from consentry.hazards.crossings import Crossings, Direction
from consentry.hazards.rule import EPSILON_S, Danger, Episode, HazardSettings, SceneRule, over_limit
from consentry.hazards.tally import PlaceTally
from consentry.hazards.words import persons, seconds

_REACH = 2.0
"""Body heights from the line within which somebody may be the holder of an authorisation: 3.4 m, the length of a lane
from its reader to its line and a step more."""
_AWAY = 1.0
"""Body heights that a holder must go back before he has turned back: more than a step aside to let a bag through."""
_MOST = 1000
"""Authorisations and passages remembered: an hour of a gate that opens every 4 s."""
_DEAF_SCORE = 0.25
"""Of a passage at a gate that has said nothing at all yet: as likely the gate's connection is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TailgatingSettings(HazardSettings):
    """More pass a gate than it let in; without gate events, people who pass very close behind each other."""

    gate: str = ""
    """Name of the gate whose events (``[gate_events]``) say who was let in; empty: there are none, and spacing alone
    gives an advisory."""
    direction: Direction = Direction.FORWARD
    """Which way through the gate needs an authorisation: ``forward`` or ``backward``."""
    beyond: float = 0.25
    """Body heights that feet must get beyond the line before a passage counts, as for ``line_crossing``."""
    window_s: float = 10.0
    """s after an authorisation within which its passage must begin: doors are commonly held for 5 s, and a trolley
    takes as long again (a judgement; set what your gate has)."""
    skew_s: float = 2.0
    """s by which the gate's clock and the camera's may differ and an event may come late, together: clocks by NTP are
    within 0.1 s, a camera's stream is 0.5 to 1.5 s behind. A passage is judged so much later."""
    companions: int = 0
    """Persons who may pass with one who was let in: 1 for a wheelchair and who pushes it, or a lane for families.
    Without gate events, so many may follow closely."""
    seconds: float = 1.5
    """Without gate events: s between two passages below which the second is told. A gate that lets 30 a minute through
    (fast ones do, from memory) has 2 s between them."""
    metres: float = 0.8
    """Without gate events, with a floor plan: m between the two at the second's passage below which it is told however
    slow they are: within arm's length."""

    def check(self) -> None:
        """One way, and a whole number of companions.

        Raises:
            ValueError: they are not so.
        """
        if self.direction not in (Direction.FORWARD, Direction.BACKWARD):
            raise ValueError(f"direction: expected forward or backward, came {self.direction!r}")


@dataclass(frozen=True, slots=True)
class _Passage:
    track: int
    at: float
    """s UTC, by the camera."""


@dataclass(slots=True)
class _Slot:
    """An authorisation and who passed on it."""

    at: float
    persons: int
    used: set[int] = field(default_factory=set)
    """Tracks that passed on it."""
    holder: int | None = None
    """The only track near the line when it was given."""
    sought: bool = False
    nearest: float = 0.0
    """Body heights from the line that the holder came to."""
    withdrawn: bool = False


class Tailgating(SceneRule):
    """D14: a passage without an authorisation of its own, or too close behind another."""

    def __init__(self, camera: str, place: Tripwire, settings: TailgatingSettings, view: View) -> None:
        super().__init__(camera, place.name)
        self._settings = settings
        self._sign = 1 if settings.direction == Direction.FORWARD else -1
        self._crossings = Crossings(place, view.aspect, settings.beyond)
        self._tally = PlaceTally(place.name)
        self._gate = _Gate(settings, place.name)
        self._spacing = _Spacing(settings, place.name)
        self._episode = Episode("tailgating", camera, place.name, settings)
        self.episodes = (self._episode,)

    def look(self, scene: Scene, now: float) -> tuple[Alarm, ...]:
        """Who passed, and whether they were let in."""
        crossed = self._crossings.step(scene, now)
        forward = sum(one.way > 0 for one in crossed.values())
        self._tally.see(now)
        self._tally.cross(forward=forward, backward=len(crossed) - forward)
        passed = sorted(
            (_Passage(track, scene.at - (now - one.at)) for track, one in crossed.items() if one.way == self._sign),
            key=lambda one: one.at,
        )
        if self._settings.gate:
            told = self._gate.step(scene, passed, self._near(scene))
        else:
            told = self._spacing.step(scene, passed)
        return self._episode.step(scene.at, told, now)

    def forget(self) -> None:
        """Forget every track, passage and authorisation."""
        self._crossings.forget()
        self._gate.forget()
        self._spacing.forget()

    def reading(self, at: float) -> PlaceObservation:
        """Crossings since the last call."""
        del at  # the scenes brought their own times
        return self._tally.take()

    def _near(self, scene: Scene) -> dict[int, float]:
        """How far each person is from the line before the gate, in body heights; negative: beyond it."""
        people = scene.labels == Label.PERSON
        heights = np.maximum(scene.boxes[people, 3] - scene.boxes[people, 1], 1e-6)
        before = -self._sign * self._crossings.distances(scene.feet[people]) / heights
        return dict(zip(scene.ids[people].tolist(), before.tolist(), strict=True))


class _Gate:
    """Authorisations of one gate against passages, as in the theory above. Times are s UTC."""

    def __init__(self, settings: TailgatingSettings, place: str) -> None:
        self._settings, self._place = settings, place
        self._slots: deque[_Slot] = deque(maxlen=_MOST)
        self._waiting: deque[_Passage] = deque(maxlen=_MOST)
        self._since: float | None = None
        self._heard = False

    def forget(self) -> None:
        """Forget everything: what was authorised before is not known any more."""
        self._slots.clear()
        self._waiting.clear()
        self._since = None

    def step(self, scene: Scene, passed: Iterable[_Passage], near: dict[int, float]) -> Danger | None:
        """Take what the gate said and who passed; who passed without."""
        at = scene.at
        self._since = at if self._since is None else self._since
        self._hear(scene.authorisations)
        self._follow_holders(at, near)
        self._waiting.extend(passed)
        without: list[tuple[_Passage, str]] = []
        while self._waiting and at - self._waiting[0].at >= self._settings.skew_s - EPSILON_S:
            one = self._waiting.popleft()
            why = self._judge(one)
            if why:
                without.append((one, why))
        self._expire(at)
        if not without:
            return None
        tracks = tuple(sorted({one.track for one, _ in without}))
        score = 1.0 if self._heard else _DEAF_SCORE
        told = f"{persons(len(without))} passed {self._place} without an authorisation of {self._settings.gate}"
        return Danger(tracks, score, f"{told}: {without[-1][1]}")

    def _hear(self, told: Iterable[Authorisation]) -> None:
        for one in told:
            if one.gate != self._settings.gate:
                continue
            self._heard = True
            if not any(abs(slot.at - one.at) <= EPSILON_S for slot in self._slots):  # a gate that sends again
                self._slots.append(_Slot(one.at, one.persons + self._settings.companions))
        if len(self._slots) > 1 and self._slots[-1].at < self._slots[-2].at:
            self._slots = deque(sorted(self._slots, key=lambda slot: slot.at), maxlen=_MOST)

    def _follow_holders(self, at: float, near: dict[int, float]) -> None:
        """Find whoever stood alone before the gate when it opened, and see whether he turns back."""
        for slot in self._slots:
            if not slot.sought and at >= slot.at:
                slot.sought = True
                close = [track for track, far in near.items() if 0 <= far <= _REACH]
                slot.holder = close[0] if len(close) == 1 else None
                slot.nearest = near[close[0]] if slot.holder is not None else 0.0
            far = None if slot.holder is None else near.get(slot.holder)
            if far is not None and not slot.used:
                slot.nearest = min(slot.nearest, far)
                slot.withdrawn = far > slot.nearest + _AWAY

    def _judge(self, one: _Passage) -> str:
        """Why a passage is not paid for; empty: it is, or nobody can know."""
        settings = self._settings
        fitting = [slot for slot in self._slots if -settings.skew_s <= one.at - slot.at <= self._lasts + EPSILON_S]
        if any(one.track in slot.used for slot in fitting):
            return ""  # turned back and came again
        free = [s for s in fitting if len(s.used) < s.persons and (not s.withdrawn or s.holder == one.track)]
        if free:
            own = [slot for slot in free if slot.holder == one.track]
            (own or free)[0].used.add(one.track)
            return ""
        if self._since is None or one.at - self._lasts < self._since:
            return ""  # it may have been let in before anybody listened
        return self._reason(one, fitting)

    def _reason(self, one: _Passage, fitting: list[_Slot]) -> str:
        if not self._heard:
            return "no authorisation was heard since the watch began; is the gate connected?"
        if any(slot.withdrawn for slot in fitting):
            return f"that of {seconds(abs(one.at - fitting[-1].at))} before is its holder's, who turned back"
        if fitting:
            ago, slot = abs(one.at - fitting[-1].at), fitting[-1]
            return f"that of {seconds(ago)} before was for {persons(slot.persons)} and is used (window {self._window})"
        earlier = [slot.at for slot in self._slots if slot.at <= one.at]
        if earlier:
            return f"the last was {seconds(one.at - earlier[-1])} before (window {self._window})"
        return f"none within the window of {self._window}"

    @property
    def _lasts(self) -> float:
        return self._settings.window_s + self._settings.skew_s

    @property
    def _window(self) -> str:
        return f"{seconds(self._settings.window_s)} and {seconds(self._settings.skew_s)} for clocks"

    def _expire(self, at: float) -> None:
        """Forget what no passage can use any more, and keep it a little longer for the reasons."""
        keep_s = 2 * (self._lasts + self._settings.skew_s)
        while self._slots and at - self._slots[0].at > keep_s:
            self._slots.popleft()


class _Spacing:
    """Who passes close behind somebody, where nothing is known of authorisations."""

    def __init__(self, settings: TailgatingSettings, place: str) -> None:
        self._settings, self._place = settings, place
        self._last: _Passage | None = None
        self._close = 0

    def forget(self) -> None:
        """Forget who passed."""
        self._last, self._close = None, 0

    def step(self, scene: Scene, passed: Iterable[_Passage]) -> Danger | None:
        """Take who passed; who was too close behind."""
        told: list[tuple[int, float, str]] = []
        for one in passed:
            last, self._last = self._last, one
            if last is None or last.track == one.track:
                self._close = 0
                continue
            nearness, why = self._nearness(scene, last, one)
            self._close = self._close + 1 if nearness >= 1 else 0
            if self._close > self._settings.companions:
                told.append((one.track, nearness, why))
        if not told:
            return None
        closest = max(told, key=lambda row: row[1])
        return Danger(
            tuple(sorted(row[0] for row in told)),
            over_limit(closest[1], 1.0) / 2,
            f"advisory, by spacing alone: {persons(len(told))} passed {self._place} {closest[2]}; "
            "no gate says who was let in",
        )

    def _nearness(self, scene: Scene, last: _Passage, one: _Passage) -> tuple[float, str]:
        """How close behind, 1 at the limit and more above it, and in words."""
        settings, gap = self._settings, one.at - last.at
        near = settings.seconds / max(gap, EPSILON_S) if settings.seconds else 0.0
        why = f"{seconds(gap)} after the one before, limit {settings.seconds:g} s"
        if scene.floor is not None and settings.metres:
            places = [scene.floor[scene.ids == track] for track in (last.track, one.track)]
            if all(len(place) for place in places):
                apart = float(np.hypot(*(places[0][0] - places[1][0]).astype(np.float64)))
                if settings.metres / max(apart, EPSILON_S) > near:
                    near = settings.metres / max(apart, EPSILON_S)
                    why = f"{apart:.1f} m behind the one before, limit {settings.metres:g} m"
        return near, why
