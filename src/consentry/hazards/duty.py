"""Hours in which a rule is on duty."""

from collections.abc import Callable

from consentry.core.events import Alarm
from consentry.core.observation import PlaceObservation
from consentry.core.scene import Scene, Wish
from consentry.core.schedule import Schedule
from consentry.hazards.rule import Curious, Readable, Rule


class Duty:
    """A rule that is stepped only while its schedule says so. Its open episode ends with the duty."""

    reading: Callable[[float], PlaceObservation]
    """There only if the inner rule has one: a rule without must not look as if it had something to show."""
    wishes: Callable[[float], tuple[Wish, ...]]
    """The same for a rule that asks for second looks. Off duty it has no doubts."""

    def __init__(self, inner: Rule, schedule: Schedule) -> None:
        self.inner, self._schedule = inner, schedule
        self._on = False
        if isinstance(inner, Readable):
            self.reading = inner.reading
        if isinstance(inner, Curious):
            self.wishes = inner.wishes

    def step(self, scene: Scene) -> tuple[Alarm, ...]:
        """Hand the scene on, or finish what the end of the duty leaves open."""
        was, self._on = self._on, self._schedule.on_duty(scene.at)
        if self._on:
            return self.inner.step(scene)
        return self.inner.finish(scene.at, "its hours of duty ended") if was else ()

    def finish(self, at: float, why: str) -> tuple[Alarm, ...]:
        """End the watch."""
        was, self._on = self._on, False
        return self.inner.finish(at, why) if was else ()
