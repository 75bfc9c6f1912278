"""Dangers of being too many: crowd density and the signs of a crush.

Both read the zone's ``CrowdReading``: persons counted one by one are too few from 0.5 persons/m2 on (a person network
found 43 % of a rendered crowd at 1.06/m2), so the signal reader measures area there, and the
rules say which way it was measured.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from consentry.core.events import Alarm
from consentry.core.geometry import View, Zone
from consentry.core.observation import PlaceObservation
from consentry.core.scene import CrowdReading, Scene
from consentry.hazards.rule import Danger, Episode, HazardSettings, SceneRule, over_limit
from consentry.hazards.series import Recent
from consentry.hazards.tally import PlaceTally
from consentry.hazards.words import seconds

BANDS = (
    (0.43, "walking is no longer free"),
    (2.0, "walking is slowed"),
    (3.57, "people touch whether they want or not"),
    (5.55, "forces in the crowd become dangerous"),
    (7.1, "nobody can move of his own will: critical"),
)
"""Density in persons/m2 and what it means (Fruin's levels as tabulated in EPJ Data Science)."""
_EASE = 0.9
"""A level once reached holds until the density is a tenth below it, so that a crowd at the limit is one episode."""

_APART = 1.25
"""A band nearer to the limit than a quarter above it is not told on its own: it says nothing new to whoever came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrowdSettings(HazardSettings):
    """Too many people for the floor of a zone. Each band of density above the limit is told as it is reached."""

    clear_s: float = 10.0
    """s below the level before it is cleared: crowds ebb in waves of several seconds."""
    density: float = 3.0
    """persons/m2, with a floor plan: involuntary contact begins at 3.57, less the 15 % by which a calibrated foreground
    area was found to undercount."""
    people: float = 20.0
    """persons in the zone, without a floor plan. No area is known then, so set your own: 20 is what 7 m2 hold at the
    density above."""
    seconds: float = 5.0
    """s over which the density is averaged: a group that passes through fills a small zone for two or three seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrushSettings(HazardSettings):
    """Signs that a dense crowd is stuck and pushing."""

    clear_s: float = 10.0
    """s without the signs before it is cleared: crowds ebb in waves of several seconds."""
    density: float = 3.5
    """persons/m2 that are needed first: just below involuntary contact (3.57)."""
    speed: float = 0.4
    """m/s below which movement has collapsed: a third of a free walk; a bottleneck measured 0.10-0.25, a busy
    two-way corridor 0.94-1.24."""
    seconds: float = 5.0
    """s over which density, speed and pressure are averaged: a few swings of body sway (about 1 s each)."""
    rise: float = 1.1
    """How many times the pressure of the ``seconds`` before it must reach to count as rising; 0: do not ask. In a
    real, steady jam averages over 5 s did so in a fifth of all moments."""


class Crowd(SceneRule):
    """D10: the mean density (or number) in the zone reaches the limit, and then each band above it."""

    def __init__(self, camera: str, place: Zone, settings: CrowdSettings, view: View) -> None:
        super().__init__(camera, place.name)
        self._settings, self._floor = settings, view.floor is not None
        self._recent = Recent(settings.seconds)
        self._tally = PlaceTally(place.name)
        limit = settings.density if self._floor else settings.people
        higher = [level for level, _ in BANDS if level > limit * _APART] if self._floor else []
        self._levels = (limit, *higher)
        self.episodes = tuple(
            Episode("crowd", camera, place.name, settings, tag=f"level{rank}" if rank else "")
            for rank in range(len(self._levels))
        )
        self._reached = [False] * len(self._levels)

    def look(self, scene: Scene, now: float) -> tuple[Alarm, ...]:
        """How full the zone is."""
        reading = reading_of(scene, self.place)
        if reading is None:
            return ()
        value = reading.density if self._floor else reading.people
        if value is None:
            return ()
        self._tally.see(now, people=reading.people, density=reading.density)
        self._recent.add(now, value)
        mean = self._recent.mean(now - self._settings.seconds, now)
        return tuple(self._tell(scene.at, now, mean, reading))

    def forget(self) -> None:
        """Forget the past."""
        self._recent.forget()
        self._reached = [False] * len(self._levels)

    def reading(self, at: float) -> PlaceObservation:
        """People and the highest density since the last call."""
        del at  # the scenes brought their own times
        return self._tally.take()

    def _tell(self, at: float, now: float, mean: float | None, reading: CrowdReading) -> Iterator[Alarm]:
        if mean is None:
            return
        for rank, (level, episode) in enumerate(zip(self._levels, self.episodes, strict=True)):
            self._reached[rank] = mean >= level * (_EASE if self._reached[rank] else 1.0)
            yield from episode.step(at, self._danger(mean, level, reading) if self._reached[rank] else None, now)

    def _danger(self, mean: float, level: float, reading: CrowdReading) -> Danger:
        how = f"mean of {seconds(self._settings.seconds)}, measured by {reading.method}"
        if not self._floor:
            why = f"{mean:.0f} persons in {self.place}, limit {level:g} ({how})"
        else:
            told = f"limit {level:g}" if level == self._settings.density else f"level {level:g}"
            why = f"{mean:.1f} persons/m2 in {self.place}, {told}: {band(mean)} ({how}, about {reading.people:.0f})"
        return Danger((), over_limit(mean, level), why)


class Crush(SceneRule):
    """D10: dense, hardly moving, and the pressure (density times variance of velocity) rising."""

    def __init__(self, camera: str, place: Zone, settings: CrushSettings, view: View) -> None:
        del view  # the reading brings metres, or nothing that this rule can use
        super().__init__(camera, place.name)
        self._settings = settings
        self._density, self._speed = Recent(settings.seconds), Recent(settings.seconds)
        self._pressure = Recent(2 * settings.seconds)
        self._rise: float | None = None
        self._tally = PlaceTally(place.name)
        self._episode = Episode("crush", camera, place.name, settings)
        self.episodes = (self._episode,)

    def look(self, scene: Scene, now: float) -> tuple[Alarm, ...]:
        """How dense, how fast, how restless."""
        reading = reading_of(scene, self.place)
        if reading is None or reading.density is None:
            return ()
        self._tally.see(now, people=reading.people, density=reading.density)
        self._density.add(now, reading.density)
        if reading.speed is not None:
            self._speed.add(now, reading.speed)
        if reading.variance is not None:
            self._pressure.add(now, reading.density * reading.variance)
        return self._episode.step(scene.at, self._danger(now), now)

    def forget(self) -> None:
        """Forget the past."""
        for recent in (self._density, self._speed, self._pressure):
            recent.forget()
        self._rise = None

    def reading(self, at: float) -> PlaceObservation:
        """People and the highest density since the last call."""
        del at  # the scenes brought their own times
        return self._tally.take()

    def _danger(self, now: float) -> Danger | None:
        settings = self._settings
        begin = now - settings.seconds
        density, speed = self._density.mean(begin, now), self._speed.mean(begin, now)
        pressure, earlier = self._pressure.mean(begin, now), self._pressure.mean(begin - settings.seconds, begin)
        # The rise is asked for once, while it is dense and slow; where a crowd is stuck pressure comes in waves.
        if density is None or speed is None or density < settings.density or speed >= settings.speed:
            self._rise = None
            return None
        rise = 0.0 if pressure is None or not earlier else pressure / earlier
        if self._rise is None and rise >= settings.rise:
            self._rise = rise
        if self._rise is None:
            return None
        rose = f"pressure {pressure or 0:.3f}/s2, {self._rise:.1f} times that of the {seconds(settings.seconds)} before"
        return Danger(
            (),
            over_limit(density, settings.density),
            f"{density:.1f} persons/m2 in {self.place} (limit {settings.density:g}) move at {speed:.2f} m/s "
            f"(limit {settings.speed:g}); {rose if settings.rise > 0 else 'its rise is not asked for'}",
        )


def reading_of(scene: Scene, zone: str) -> CrowdReading | None:
    """The scene's reading for a zone, if there is one."""
    return next((reading for reading in scene.signals.crowd if reading.zone == zone), None)


def band(density: float) -> str:
    """What a density means.

    >>> band(2.4), band(8), band(0.2)
    ('walking is slowed', 'nobody can move of his own will: critical', 'walking is free')
    """
    reached = [meaning for level, meaning in BANDS if density >= level]
    return reached[-1] if reached else "walking is free"
