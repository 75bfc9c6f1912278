"""Walks in seconds, sampled at any rate into scenes: what the tests of rules are told in."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from consentry.core.events import Alarm
from consentry.core.geometry import FloorPlan, Tripwire, View, WholePicture, Zone
from consentry.core.scene import CrowdReading, Label, Scene, Signals, StreamState
from consentry.hazards.catalogue import CATALOGUE
from consentry.hazards.rule import Rule

CAMERA = "cam"
ZONE = Zone("hall", ((0.3, 0.3), (0.7, 0.3), (0.7, 0.9), (0.3, 0.9)))
WIRE = Tripwire("gate", (0.5, 1.0), (0.5, 0.0))
"""Upright: forward is towards the right of the picture."""
PLAN = FloorPlan(((0, 0), (1, 0), (1, 1), (0, 1)), ((0, 0), (16, 0), (16, 9), (0, 9)))
"""A view from above: a picture 16 m wide and 9 m high."""
FLAT, METRIC = View(), View(floor=PLAN)


@dataclass(frozen=True)
class Walk:
    """Somebody's way: straight between waypoints, seen from the first to the last."""

    track: int
    points: tuple[tuple[float, float, float], ...]
    """(s, x, y): when and where, fractions of the picture."""
    height: float = 0.2
    bearing: tuple[tuple[float, float], ...] = ((0.0, 1.0),)
    """(s, part): how much of his height his box has, straight between; it grows as wide as he lies."""
    hidden: tuple[tuple[float, float], ...] = ()
    """Stretches of seconds in which nobody sees them."""

    def seen(self, at: float) -> bool:
        return self.points[0][0] <= at <= self.points[-1][0] and not any(a < at < b for a, b in self.hidden)

    def where(self, at: float) -> tuple[float, float]:
        times, xs, ys = zip(*self.points, strict=True)
        return float(np.interp(at, times, xs)), float(np.interp(at, times, ys))

    def part(self, at: float) -> float:
        times, parts = zip(*self.bearing, strict=True)
        return float(np.interp(at, times, parts))


def stand(track: int, begin: float, end: float, x: float = 0.5, y: float = 0.5) -> Walk:
    """Somebody who stands in one place."""
    return Walk(track, ((begin, x, y), (end, x, y)))


@dataclass(frozen=True)
class Story:
    """What happens before one camera."""

    walks: tuple[Walk, ...] = ()
    length: float = 60.0
    signals: Callable[[float], Signals] = field(default=lambda _at: Signals())
    blind: tuple[tuple[float, float], ...] = ()
    """Stretches of seconds without pictures; the loss is told when it begins."""
    slower: float = 1.0
    """How many times slower everything happens."""

    def scenes(self, rate: float, view: View = FLAT, camera: str = CAMERA, begin: float = 0.0) -> list[Scene]:
        """Sample at ``rate`` pictures a second; clock times start at ``begin``."""
        told, blind, over = [], False, set()
        for step in range(int(self.length * self.slower * rate) + 1):
            at = step / rate / self.slower
            was, blind = blind, any(a <= at < b for a, b in self.blind)
            if blind and not was:
                told.append(Scene.empty(camera, begin + step / rate, StreamState.LOST))
            if blind:
                continue
            ended = {w.track for w in self.walks if at > w.points[-1][0] + 3.0} - over
            over |= ended
            told.append(self._scene(at, begin + step / rate, frozenset(ended), view, camera))
        return told

    def _scene(self, at: float, clock: float, ended: frozenset[int], view: View, camera: str) -> Scene:
        there = [w for w in self.walks if w.seen(at)]
        feet = np.array([w.where(at) for w in there], np.float32).reshape(-1, 2)
        later = np.array([w.where(at + 0.01) for w in there], np.float32).reshape(-1, 2)
        tall = np.array([w.height for w in there], np.float32).reshape(-1, 1)
        part = np.array([w.part(at) for w in there], np.float32).reshape(-1, 1)
        floor = None if view.floor is None else view.floor.to_floor(feet)
        ahead = None if view.floor is None else view.floor.to_floor(later)
        half = np.hstack([tall * (1 / 6 + np.maximum(0.45 - part, 0)), tall * part])
        pace = 0.01 * self.slower
        return Scene(
            camera=camera,
            at=clock,
            ids=np.array([w.track for w in there], np.int64),
            labels=np.full(len(there), Label.PERSON, np.int16),
            boxes=np.hstack([feet - half, feet + half * (1, 0)]).astype(np.float32),
            feet=feet,
            drift=((later - feet) / pace).astype(np.float32),
            floor=floor,
            velocity=None if floor is None or ahead is None else ((ahead - floor) / pace).astype(np.float32),
            ended=ended,
            signals=self.signals(at),
        )


def crowd(**reading: Callable[[float], float]) -> Callable[[float], Signals]:
    """Signals with one reading for the zone, each number a function of time."""

    def signals(at: float) -> Signals:
        numbers = {name: series(at) for name, series in reading.items()}
        people = numbers.pop("people", numbers.get("density", 0.0) * 10)
        return Signals(crowd=(CrowdReading(ZONE.name, people, **numbers),))

    return signals


def series(*points: tuple[float, float]) -> Callable[[float], float]:
    """A number that runs straight between (s, value) points."""
    times, values = zip(*points, strict=True)
    return lambda at: float(np.interp(at, times, values))


PLACES = {Zone: ZONE, Tripwire: WIRE, WholePicture: WholePicture(CAMERA)}
NEEDED = {"counter_flow": {"direction": (1.0, 0.0)}}
"""Options without a default."""


def make(hazard: str, view: View = FLAT, camera: str = CAMERA, place: object = None, **options: object) -> Rule:
    """A rule of the catalogue at the usual place."""
    row = CATALOGUE[hazard]
    settings = row.settings(**{**NEEDED.get(hazard, {}), **options})
    return row.rule(camera, place or PLACES[row.place], settings, view)


def run(rule: Rule, scenes: Sequence[Scene], finish: float | None = None) -> list[Alarm]:
    """All that a rule tells, ``finish`` included."""
    told = [alarm for scene in scenes for alarm in rule.step(scene)]
    return [*told, *rule.finish(scenes[-1].at if finish is None else finish, "the watch ended")]


def brief(alarms: Iterable[Alarm]) -> list[tuple[str, float]]:
    """State and time of each alarm, to a tenth of a second."""
    return [(alarm.state.value, round(alarm.at, 1)) for alarm in alarms]


def grown(zone: Zone, factor: float) -> Zone:
    """The zone, larger or smaller around its middle."""
    middle = np.mean(np.array(zone.corners), axis=0)
    return replace(zone, corners=tuple(tuple(middle + (np.array(c) - middle) * factor) for c in zone.corners))
