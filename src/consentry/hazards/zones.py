"""Dangers of being somewhere: intrusion and loitering."""

from collections.abc import Mapping
from dataclasses import dataclass

from consentry.core.events import Alarm
from consentry.core.geometry import View, Zone
from consentry.core.observation import PlaceObservation
from consentry.core.scene import Scene
from consentry.hazards.presence import Stay, Stays
from consentry.hazards.rule import EPSILON_S, GAP_S, Danger, Episode, HazardSettings, SceneRule, over_limit
from consentry.hazards.tally import PlaceTally
from consentry.hazards.words import persons, seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class IntrusionSettings(HazardSettings):
    """Anybody in a zone where nobody should be; give it a schedule for the hours that count."""

    seconds: float = 1.0
    """s that somebody must be inside before it is told. A false box seldom lasts three looks (0.6 s at 5 looks/s), and
    KISA's window for intrusion closes 10 s after the whole body is inside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoiteringSettings(HazardSettings):
    """Somebody who stays in a zone for long."""

    seconds: float = 60.0
    """s of dwell before it is told: a minute is what PETS2007 calls loitering (from memory, not checked);
    KISA's clips ask for 10."""
    gap_s: float = 5.0
    """s that a track may be lost or outside and still count as having stayed: a pacing person who turns a metre beyond
    the edge at 0.5 m/s is outside for 4 s. Shorter than 2 s would end a dwell at one missed look."""


class _Staying(SceneRule):
    """Tracks whose dwell in the zone reaches a limit: one episode for the zone, with all of them."""

    def __init__(
        self, hazard: str, camera: str, zone: Zone, settings: HazardSettings, limit_s: float, gap_s: float
    ) -> None:
        super().__init__(camera, zone.name)
        self._limit_s = limit_s
        self._stays = Stays(zone, gap_s)
        self._tally = PlaceTally(zone.name)
        self._episode = Episode(hazard, camera, zone.name, settings)
        self.episodes = (self._episode,)

    def look(self, scene: Scene, now: float) -> tuple[Alarm, ...]:
        """Who is inside, and for how long."""
        stays = self._stays.step(scene, now)
        self._tally.see(now, people=len(stays), dwell_s=max((s.dwell for s in stays.values()), default=0.0))
        return self._episode.step(scene.at, self._danger(stays), now)

    def forget(self) -> None:
        """Forget every track."""
        self._stays.forget()

    def reading(self, at: float) -> PlaceObservation:
        """People and the longest dwell since the last call."""
        del at  # the scenes brought their own times
        return self._tally.take()

    def _danger(self, stays: Mapping[int, Stay]) -> Danger | None:
        over = {track: stay.dwell for track, stay in stays.items() if stay.dwell >= self._limit_s - EPSILON_S}
        if not over:
            return None
        longest = max(over.values())
        up_to = "for" if len(over) == 1 else "for up to"
        return Danger(
            tuple(over),
            over_limit(longest, self._limit_s),
            f"{persons(len(over))} in {self.place} {up_to} {seconds(longest)}, limit {seconds(self._limit_s)}",
        )


class Intrusion(_Staying):
    """D1: a person's feet are in the zone for ``seconds``."""

    def __init__(self, camera: str, place: Zone, settings: IntrusionSettings, view: View) -> None:
        del view  # the picture's own fractions suffice
        super().__init__("intrusion", camera, place, settings, settings.seconds, GAP_S)


class Loitering(_Staying):
    """D3: a person stays in the zone for ``seconds``, through occlusion and short steps outside."""

    def __init__(self, camera: str, place: Zone, settings: LoiteringSettings, view: View) -> None:
        del view  # the picture's own fractions suffice
        super().__init__("loitering", camera, place, settings, settings.seconds, settings.gap_s)
