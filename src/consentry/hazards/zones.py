"""Dangers of being somewhere: intrusion."""

from dataclasses import dataclass

import numpy as np

from consentry.core.events import Alarm
from consentry.core.geometry import View, Zone
from consentry.core.scene import Label, Scene
from consentry.hazards.rule import Danger, Episode, HazardSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class IntrusionSettings(HazardSettings):
    """Anybody in a zone where nobody should be; give it a schedule for the hours that count."""

    seconds: float = 1.0
    """How long somebody must be inside before it is told."""


class Intrusion:
    """D1: a person's feet are in the zone for ``seconds``."""

    def __init__(self, camera: str, place: Zone, settings: IntrusionSettings, view: View) -> None:
        del view  # the picture's own fractions suffice
        self._zone, self._settings = place, settings
        self._episode = Episode("intrusion", camera, place.name, settings)

    def step(self, scene: Scene) -> tuple[Alarm, ...]:
        """Look at the next scene."""
        inside = self._zone.contains(scene.feet) & (scene.labels == Label.PERSON)
        tracks = tuple(int(i) for i in np.sort(scene.ids[inside]))
        danger = None
        if tracks:
            danger = Danger(tracks, 1.0, f"{len(tracks)} in {self._zone.name} for {self._settings.seconds:g} s or more")
        return self._episode.step(scene.at, danger)

    def finish(self, at: float, why: str) -> tuple[Alarm, ...]:
        """End the watch."""
        return self._episode.finish(at, why)
