"""Dangers of going somewhere: a line crossed."""

from dataclasses import dataclass

from consentry.core.events import Alarm
from consentry.core.geometry import Tripwire, View
from consentry.core.observation import PlaceObservation
from consentry.core.scene import Scene
from consentry.hazards.crossings import Crossings, Direction
from consentry.hazards.rule import Danger, Episode, HazardSettings, SceneRule
from consentry.hazards.tally import PlaceTally
from consentry.hazards.words import persons


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCrossingSettings(HazardSettings):
    """Somebody crosses a line in a direction. Both directions are counted, whichever is a danger."""

    direction: Direction = Direction.BOTH
    """Which way is a danger: ``forward``, ``backward`` or ``both``."""
    beyond: float = 0.25
    """Body heights that the feet must get beyond the line before the crossing counts. The lower edge of a box jitters
    by some hundredths of its height from look to look, and by more where legs swing; a quarter is a short step."""

    def check(self) -> None:
        """The direction must be one of three.

        Raises:
            ValueError: it is not.
        """
        if self.direction not in tuple(Direction):
            raise ValueError(f"direction: expected one of {', '.join(Direction)}, came {self.direction!r}")


class LineCrossing(SceneRule):
    """D2: the feet of a track cross the tripwire and get clear of it."""

    def __init__(self, camera: str, place: Tripwire, settings: LineCrossingSettings, view: View) -> None:
        super().__init__(camera, place.name)
        self._direction = Direction(settings.direction)
        self._crossings = Crossings(place, view.aspect, settings.beyond)
        self._tally = PlaceTally(place.name)
        self._episode = Episode("line_crossing", camera, place.name, settings)
        self.episodes = (self._episode,)
        self.forward = 0
        """Crossings forward since the rule began."""
        self.backward = 0
        """Crossings backward since the rule began."""

    def look(self, scene: Scene, now: float) -> tuple[Alarm, ...]:
        """Who crossed, which way."""
        crossed = {track: one.way for track, one in self._crossings.step(scene, now).items()}
        forward, backward = sum(w > 0 for w in crossed.values()), sum(w < 0 for w in crossed.values())
        self.forward, self.backward = self.forward + forward, self.backward + backward
        self._tally.see(now)
        self._tally.cross(forward=forward, backward=backward)
        return self._episode.step(scene.at, self._danger(crossed), now)

    def forget(self) -> None:
        """Forget every track; the counts stay."""
        self._crossings.forget()

    def reading(self, at: float) -> PlaceObservation:
        """Crossings since the last call."""
        del at  # the scenes brought their own times
        return self._tally.take()

    def _danger(self, crossed: dict[int, int]) -> Danger | None:
        wanted = self._direction
        ways = {Direction.FORWARD: (1,), Direction.BACKWARD: (-1,), Direction.BOTH: (1, -1)}[wanted]
        tracks = tuple(sorted(track for track, way in crossed.items() if way in ways))
        if not tracks:
            return None
        told = {"forward" if crossed[track] > 0 else "backward" for track in tracks}
        return Danger(
            tracks,
            1.0,
            f"{persons(len(tracks))} crossed {self.place} {' and '.join(sorted(told, reverse=True))}, "
            f"watched for {wanted.value}; {self.forward} forward and {self.backward} backward so far",
        )
