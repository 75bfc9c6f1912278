"""How long each track has been in a zone: through blinks of the detector and short steps outside."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from consentry.core.geometry import Zone
from consentry.core.scene import Label, Scene
from consentry.hazards.rule import EPSILON_S, TrackMemory

_HALVINGS = 8
"""Bisections to find where a step meets the zone's edge: 1/256 of a step of half a second is 2 ms."""
_KEEP_S = 1.0
"""How much longer than the gap a track is remembered, so that the end of its stay is noticed first."""

Foot = tuple[float, float]


@dataclass(slots=True)
class Stay:
    """One track's time in the zone so far."""

    since: float
    """When it came in, the rule's time, s; between two looks the edge is met where the straight step meets it."""
    seen: float
    """When it was last inside, the rule's time, s."""
    foot: Foot
    """Where it last was inside, fractions of the picture."""
    entered: bool
    """Whether it was seen to come in over the edge; False: it appeared inside, so its stay may be the rest of one."""
    left: bool = False
    """Whether it was seen outside after it was last inside."""

    @property
    def dwell(self) -> float:
        """Seconds in the zone, gaps included."""
        return self.seen - self.since


@dataclass(slots=True)
class _Walker:
    at: float
    foot: Foot
    inside: bool
    stay: Stay | None


class Stays:
    """The stays of all persons in one zone. Bounded: a track is forgotten when it ends or a little after the gap."""

    def __init__(self, zone: Zone, gap_s: float) -> None:
        self._zone, self._gap_s = zone, gap_s
        self._walkers: TrackMemory[_Walker] = TrackMemory(gap_s + _KEEP_S)
        self.ended: tuple[Stay, ...] = ()
        """Stays that the last scene showed to be over."""

    def __len__(self) -> int:
        return len(self._walkers)

    def forget(self) -> None:
        """Forget every track."""
        self._walkers = TrackMemory(self._gap_s + _KEEP_S)
        self.ended = ()

    def step(self, scene: Scene, now: float) -> Mapping[int, Stay]:
        """The stays of those who are inside now, by track."""
        self._close(now, scene.ended)
        people = np.flatnonzero(scene.labels == Label.PERSON)
        inside = self._zone.contains(scene.feet[people])
        present: dict[int, Stay] = {}
        for index, within in zip(people, inside, strict=True):
            track, foot = int(scene.ids[index]), (float(scene.feet[index, 0]), float(scene.feet[index, 1]))
            stay = self._stay(self._walkers.get(track), now, foot, within=bool(within))
            self._walkers[track] = _Walker(now, foot, bool(within), stay)
            if within and stay is not None:
                present[track] = stay
        return dict(sorted(present.items()))

    def _close(self, now: float, ended: frozenset[int]) -> None:
        over: list[Stay] = []
        for track, walker in self._walkers.items():
            stay = walker.stay
            if stay is None:
                continue
            # Outside, the gap is judged by the last look: `_stay` knows when this scene's step met the edge again.
            until = now if walker.inside or now - walker.at > self._gap_s else walker.at
            if track in ended or until - stay.seen > self._gap_s + EPSILON_S:
                over.append(stay)
                walker.stay = None
        self.ended = tuple(over)
        self._walkers.forget(now, ended)

    def _stay(self, before: _Walker | None, now: float, foot: Foot, *, within: bool) -> Stay | None:
        """The stay of a track that is at ``foot`` now."""
        if before is not None and now - before.at > self._gap_s + EPSILON_S:
            before = None  # too long ago to know what happened between
        stay = None if before is None else before.stay
        if not within:
            if stay is not None and before is not None and before.inside:
                stay.seen, stay.left = self._edge(before, now, foot), True
            return stay
        came = now if before is None or before.inside else self._edge(before, now, foot)
        if stay is None or came - stay.seen > self._gap_s + EPSILON_S:
            return Stay(came, now, foot, entered=before is not None and not before.inside)
        stay.seen, stay.foot, stay.left = now, foot, False
        return stay

    def _edge(self, before: _Walker, now: float, foot: Foot) -> float:
        """When the straight step since the last look met the zone's edge."""
        start, step = np.array(before.foot), np.array(foot) - np.array(before.foot)
        low, high = 0.0, 1.0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if bool(self._zone.contains((start + step * middle)[None, :])[0]) == before.inside:
                low = middle
            else:
                high = middle
        return before.at + (now - before.at) * (low + high) / 2
