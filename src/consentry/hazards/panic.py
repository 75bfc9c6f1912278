"""Dangers of many in haste: a crowd that suddenly runs.

Two signals, each told by its name, since each fails where the other works:

- **tracks**: several persons who were slow a few seconds ago are fast at the same time, and they go apart, together to
  one place, or all one way. Where people stand far enough from each other to be followed one by one.
- **crowd flow**: a crowd whose speed jumps, and is faster than people walk at that density. Where tracks break.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np

from consentry.core.events import Alarm
from consentry.core.geometry import View, Zone
from consentry.core.observation import PlaceObservation
from consentry.core.scene import CrowdReading, Label, Scene
from consentry.hazards.crowd import reading_of
from consentry.hazards.rule import GAP_S, Danger, Episode, HazardSettings, SceneRule, over_limit
from consentry.hazards.series import Recent
from consentry.hazards.tally import PlaceTally
from consentry.hazards.ways import Vector, Way, Ways, body
from consentry.hazards.words import seconds

_SPEED_S = 1.0
"""s over which a speed is measured here: two strides. A panic is over in seconds, so shorter than for one runner."""
_ONE_WAY = 0.8
"""Length of the mean heading from which all run one way: 0.8 is a spread of 38 degrees to both sides (circular standard
deviation); headings at random give 0.4 with five persons."""
_APART = 0.5
"""Mean share of the speed that leads away from the middle (or, negative, towards it): 0.5 is 60 degrees off; headings
at random give 0."""
_DENSE = 0.5
"""persons/m2 from which crowd flow is believed: from there on a person network misses too many (ADR 0008)."""
_FASTER = 1.5
"""How many times the usual speed at its density a crowd must reach: averaged over 1.5 s, two calm laboratory corridors
reached 1.23."""
_SHUFFLE = 0.8
"""m/s that it must reach whatever the density: a jammed bottleneck of 4.8 persons/m2 reached twice the usual speed at
its density and 0.25 m/s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanicSettings(HazardSettings):
    """Many persons suddenly run."""

    people: float = 5.0
    """Persons who must run at once: one more than most families."""
    share: float = 0.5
    """Of the persons followed in the zone, 0-1, who must run: else it is a few who hurry among many."""
    speed: float = 2.2
    """m/s from which somebody runs here, with a floor plan: the upper end of a hurry. Lower than for ``running``,
    because many at once are counted and people in each other's way are slower."""
    heights: float = 1.35
    """Body heights/s instead where there is no floor plan: 2.3 m/s for somebody 1.7 m tall who crosses the picture."""
    rise: float = 1.5
    """How many times faster than ``seconds`` ago they must be; 0: do not ask. Hurrying commuters are fast for long, a
    fright begins at once."""
    seconds: float = 3.0
    """s within which they speed up together: a start takes about one, and not everybody turns at once."""

    def check(self) -> None:
        """Limits above 0, a share up to 1.

        Raises:
            ValueError: they are not.
        """
        for name in ("people", "speed", "heights", "seconds"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name}: expected a number above 0, came {getattr(self, name)!r}")
        if self.share > 1:
            raise ValueError(f"share: expected 0 to 1, came {self.share!r}")


@dataclass(frozen=True, slots=True, eq=False)
class _Mover:
    track: int
    speed: float
    """Over the last second, in m/s or body heights/s."""
    earlier: float | None
    """The same, ``seconds`` ago; None: not seen then, or not fast now."""
    fast: bool
    heading: Vector
    place: Vector
    """Where it was at the beginning of that second."""


class Panic(SceneRule):
    """D9: many at once speed up and go apart, together, or one way; or a crowd's flow jumps."""

    def __init__(self, camera: str, place: Zone, settings: PanicSettings, view: View) -> None:
        super().__init__(camera, place.name)
        self._zone, self._settings, self._view = place, settings, view
        self._limit = settings.speed if view.floor is not None else settings.heights
        self._ways = Ways(view, settings.seconds + _SPEED_S)
        self._running = float("-inf")
        self._flow = _Flow(settings)
        self._tally = PlaceTally(place.name)
        self._episode = Episode("panic", camera, place.name, settings)
        self.episodes = (self._episode,)

    def look(self, scene: Scene, now: float) -> tuple[Alarm, ...]:
        """How many run, since when, and whereto."""
        movers, there = self._movers(scene, now)
        self._tally.see(now, people=there)
        danger = self._by_tracks(movers, now) or self._flow.danger(reading_of(scene, self.place), now)
        return self._episode.step(scene.at, danger, now)

    def forget(self) -> None:
        """Forget every track and the flow."""
        self._ways.forget()
        self._running = float("-inf")
        self._flow.forget()

    def reading(self, at: float) -> PlaceObservation:
        """People since the last call."""
        del at  # the scenes brought their own times
        return self._tally.take()

    def _movers(self, scene: Scene, now: float) -> tuple[list[_Mover], int]:
        """Those in the zone whose speed is known, and how many are there in all."""
        inside = self._zone.contains(scene.feet) & (scene.labels == Label.PERSON)
        ways = self._ways.step(scene, now)
        movers = [one for index, way in ways.items() if inside[index] and (one := self._mover(scene, index, way))]
        return movers, int(np.count_nonzero(inside))

    def _mover(self, scene: Scene, index: int, way: Way) -> _Mover | None:
        """Somebody whose speed is known."""
        pace = self._ways.pace(scene, index, way, _SPEED_S)
        if pace is None or way.latest is None:
            return None
        unit, now = max(body(scene, index, self._view), 1e-6), way.latest[0]
        fast = self._ways.runs(pace, way, _SPEED_S, self._limit, unit)
        before, earlier = self._settings.seconds, None
        if fast and way.length_s >= before + _SPEED_S / 2:
            then = np.subtract(way.at(now - before), way.at(now - before - _SPEED_S))
            earlier = float(np.hypot(*then)) / unit / min(_SPEED_S, way.length_s - before)
        place = way.at(now - _SPEED_S)
        return _Mover(int(scene.ids[index]), pace.speed, earlier, fast, pace.heading, place)

    def _by_tracks(self, movers: Sequence[_Mover], now: float) -> Danger | None:
        settings = self._settings
        fast = [one for one in movers if one.fast]
        enough = len(fast) >= settings.people and len(fast) >= settings.share * len(movers)
        if not enough:
            return None
        # That they sped up together is asked for once: afterwards it lasts as long as so many run.
        began = [one for one in fast if one.earlier is None or one.speed >= settings.rise * one.earlier]
        if now - self._running > GAP_S:
            sudden = len(began) >= settings.people and len(began) >= settings.share * len(movers)
            if not sudden or not _pattern(fast):
                return None
        self._running = now
        return self._told(fast, len(movers))

    def _told(self, fast: Sequence[_Mover], known: int) -> Danger:
        settings = self._settings
        unit = "m/s" if self._view.floor is not None else "body heights/s"
        middle = float(np.median([one.speed for one in fast]))
        before = [one.earlier for one in fast if one.earlier is not None]
        was = f"{np.median(before):.1f} {seconds(settings.seconds)} earlier" if before else "not seen earlier"
        how = _pattern(fast)
        return Danger(
            tuple(sorted(one.track for one in fast)),
            over_limit(len(fast), settings.people),
            f"by tracks: {len(fast)} of {known} persons run in {self.place} at {middle:.1f} {unit} (median; {was}; "
            f"limit {self._limit:g}){f' and {how}' if how else ''}; limit {settings.people:g} persons and "
            f"{settings.share:.0%}",
        )


class _Flow:
    """The crowd's own speed: whether it jumps, and beyond what people walk at that density."""

    def __init__(self, settings: PanicSettings) -> None:
        self._settings = settings
        self._half = settings.seconds / 2
        self._speed = Recent(self._half + settings.seconds)
        self._density = Recent(self._half)
        self._rose = False

    def forget(self) -> None:
        """Forget the past."""
        self._speed.forget()
        self._density.forget()
        self._rose = False

    def danger(self, reading: CrowdReading | None, now: float) -> Danger | None:
        """What the zone's reading shows."""
        if reading is None or reading.density is None or reading.speed is None:
            return None
        settings = self._settings
        self._speed.add(now, reading.speed)
        self._density.add(now, reading.density)
        begin = now - self._half
        speed, density = self._speed.mean(begin, now), self._density.mean(begin, now)
        earlier = self._speed.mean(begin - settings.seconds, begin)
        if speed is None or density is None or density < _DENSE or reading.people < settings.people:
            self._rose = False
            return None
        limit = max(_FASTER * usual_speed(density), _SHUFFLE)
        jumped = settings.rise == 0 or (earlier is not None and speed >= settings.rise * earlier)
        self._rose = speed >= limit and (self._rose or jumped)
        if not self._rose:
            return None
        was = "" if earlier is None else f", {earlier:.1f} in the {seconds(settings.seconds)} earlier"
        return Danger(
            (),
            over_limit(speed, limit),
            f"by crowd flow: about {reading.people:.0f} persons in {reading.zone} at {density:.1f}/m2 move at "
            f"{speed:.1f} m/s{was}; limit {limit:.1f}: {_FASTER:g} times what people walk so dense, and no shuffling",
        )


def usual_speed(density: float) -> float:
    """How fast people walk at a density, m/s: Weidmann's fundamental diagram (1993), from memory.

    >>> [round(usual_speed(density), 2) for density in (0.1, 1.0, 2.0, 4.0)]
    [1.34, 1.06, 0.61, 0.16]
    """
    free, full, shape = 1.34, 5.4, 1.913
    return free * (1 - exp(-shape * (1 / density - 1 / full))) if 0 < density < full else 0.0 if density > 0 else free


def _pattern(fast: Sequence[_Mover]) -> str:
    """Whereto those who run go; empty: every which way, as in a game."""
    headings = np.array([one.heading for one in fast])
    places = np.array([one.place for one in fast])
    from_middle = places - places.mean(axis=0)
    far = np.hypot(*from_middle.T)
    outward = float(((headings * from_middle).sum(axis=1) / np.maximum(far, 1e-6)).mean())
    if outward >= _APART:
        return f"go apart ({outward:.0%} of their speed leads away from their middle)"
    if float(np.hypot(*headings.mean(axis=0))) >= _ONE_WAY:
        return "go one way"
    if outward <= -_APART:
        return f"go to one place ({-outward:.0%} of their speed leads to their middle)"
    return ""
