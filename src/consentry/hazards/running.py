"""Dangers of haste: somebody runs.

A track runs when it came far enough within ``seconds`` and when it also went fast for three quarters of that time, so
that neither a jump of a box nor a track that leaps from one person to another is a run.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from consentry.core.events import Alarm
from consentry.core.geometry import View, Zone
from consentry.core.observation import PlaceObservation
from consentry.core.scene import Label, Scene
from consentry.hazards.rule import Danger, Episode, HazardSettings, SceneRule, over_limit
from consentry.hazards.tally import PlaceTally
from consentry.hazards.ways import Vector, Way, Ways, body, laid_out, position
from consentry.hazards.words import persons, seconds

_TOGETHER_M, _TOGETHER_HEIGHTS = 2.5, 1.5
"""How near to each other people run together, in m on the floor or in body heights: a group's personal distance (1.2 m,
Hall) and as much again for the stride by which one is ahead."""
_ALIKE = 0.87
"""Cosine of 30 degrees: those who run together run the same way."""
_TOWARDS = 0.71
"""Cosine of 45 degrees: who runs within it of the arrow runs that way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningSettings(HazardSettings):
    """Somebody runs."""

    speed: float = 2.6
    """m/s over ``seconds``, with a floor plan: people walk at 1.2 to 1.5, hurry up to 2.2 and run from 2.5 to 3;
    halfway between the hurry and 3. On a moving walkway add its 0.75."""
    heights: float = 1.6
    """Body heights/s instead where there is no floor plan: 2.7 m/s for somebody 1.7 m tall who crosses the picture. Who
    comes towards the camera covers less of the picture and is not told: only a floor plan mends that."""
    seconds: float = 2.0
    """s over which the speed is measured: five strides of a run. A dash to hold a lift's door is shorter."""
    together: bool = False
    """Whether two or more who run side by side the same way are told too. By default not: couples and families run for
    their gate every hour. A chase is not side by side, and many at once are ``panic``."""
    towards: tuple[float, float] | None = None
    """An arrow in the picture (x to the right, y down) along which running is no danger, such as the way to the
    gates."""

    def check(self) -> None:
        """Limits above 0, and an arrow that is one.

        Raises:
            ValueError: they are not.
        """
        for name in ("speed", "heights", "seconds"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name}: expected a number above 0, came {getattr(self, name)!r}")
        if self.towards is not None and not (np.isfinite(self.towards).all() and np.hypot(*self.towards) > 0):
            raise ValueError(f"towards: expected two numbers, not both 0, came {self.towards!r}")


@dataclass(frozen=True, slots=True, eq=False)
class _Runner:
    track: int
    speed: float
    """In m/s, or body heights/s."""
    heading: Vector
    """Unit vector."""
    place: Vector
    """In m, or picture heights."""
    near: float
    """How near somebody is who runs with this one, in the unit of ``place``."""


class Running(SceneRule):
    """D9: a track in the zone came ``seconds`` times ``speed`` within ``seconds``, and not by a leap."""

    def __init__(self, camera: str, place: Zone, settings: RunningSettings, view: View) -> None:
        super().__init__(camera, place.name)
        self._zone, self._settings, self._view = place, settings, view
        self._limit = settings.speed if view.floor is not None else settings.heights
        self._spared = None if settings.towards is None else laid_out(place, settings.towards, view)
        self._ways = Ways(view, settings.seconds)
        self._tally = PlaceTally(place.name)
        self._episode = Episode("running", camera, place.name, settings)
        self.episodes = (self._episode,)

    def look(self, scene: Scene, now: float) -> tuple[Alarm, ...]:
        """Who runs."""
        inside = self._zone.contains(scene.feet) & (scene.labels == Label.PERSON)
        ways = self._ways.step(scene, now)
        runners = [one for index, way in ways.items() if inside[index] and (one := self._runs(scene, index, way))]
        self._tally.see(now, people=int(np.count_nonzero(inside)))
        return self._episode.step(scene.at, self._danger(runners), now)

    def forget(self) -> None:
        """Forget every track."""
        self._ways.forget()

    def reading(self, at: float) -> PlaceObservation:
        """People since the last call."""
        del at  # the scenes brought their own times
        return self._tally.take()

    def _runs(self, scene: Scene, index: int, way: Way) -> _Runner | None:
        """A track as a runner, if it is one."""
        window, unit = self._settings.seconds, max(body(scene, index, self._view), 1e-6)
        pace = self._ways.pace(scene, index, way, window)
        if pace is None or not self._ways.runs(pace, way, window, self._limit, unit):
            return None
        near = _TOGETHER_M if self._view.floor is not None else _TOGETHER_HEIGHTS * unit
        return _Runner(int(scene.ids[index]), pace.speed, pace.heading, position(scene, index, self._view), near)

    def _danger(self, runners: list[_Runner]) -> Danger | None:
        told = [one for one in runners if not self._no_danger(one, runners)]
        if not told:
            return None
        settings, fastest = self._settings, max(one.speed for one in told)
        unit = "m/s" if self._view.floor is not None else "body heights/s"
        return Danger(
            tuple(sorted(one.track for one in told)),
            over_limit(fastest, self._limit),
            f"{persons(len(told))} ran in {self.place} at up to {fastest:.1f} {unit} over {seconds(settings.seconds)}, "
            f"limit {self._limit:g}",
        )

    def _no_danger(self, one: _Runner, runners: Iterable[_Runner]) -> bool:
        """Whether somebody runs as the settings let people run."""
        if self._spared is not None and float(one.heading @ self._spared) >= _TOWARDS:
            return True
        return not self._settings.together and any(_side_by_side(one, other) for other in runners if other is not one)


def _side_by_side(one: _Runner, other: _Runner) -> bool:
    """Whether two run together: near, the same way, and next to each other rather than one behind the other."""
    apart = other.place - one.place
    if float(np.hypot(*apart)) > min(one.near, other.near) or float(one.heading @ other.heading) < _ALIKE:
        return False
    return abs(float(apart @ one.heading)) <= min(one.near, other.near) / 2
