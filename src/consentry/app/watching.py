"""A running watch: one thread a camera, started together, ended together, and a record of it all.

Frames never leave their thread; only alarms and numbers do. A camera that fails does not take the others with it.
"""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Thread

from consentry.core.errors import ConsentryError, StorageError
from consentry.core.events import HEALTH, Alarm, AlarmState
from consentry.core.frames import Frame
from consentry.core.observation import HeatMap, Observation
from consentry.core.scene import Scene
from consentry.ports import CameraRecord, Clock, EventStore
from consentry.touchpoints.camera import CameraListeners, CameraParts, CameraState, CameraStatus, CameraWatch
from consentry.touchpoints.relay import AlarmRelay

_TICK_S = 0.5
"""How often it is looked whether cameras have ended."""
_NOTE_S = 10.0
"""How often the record of each camera is brought up to date, so that a killed watch still says what it looked at."""
_CHORES_S = 3600.0
"""How often what fell due is removed: retention is counted in days, an hour more is one part in 72 of the shortest."""


@dataclass(frozen=True, slots=True)
class WatchedCamera:
    """One camera of a watch."""

    parts: CameraParts
    address: str
    """Where its pictures come from, without credentials."""
    floor: bool
    """Whether a floor plan is known."""
    ends: bool = True
    """Whether its source comes to an end by itself, as clips do and cameras do not."""


class Watching:
    """All cameras of a site, watched until their sources end or ``stop`` is called."""

    def __init__(
        self,
        cameras: Sequence[WatchedCamera],
        relay: AlarmRelay,
        store: EventStore | None,
        clock: Clock,
        trouble: Callable[[str], None],
        *,
        seen: Callable[[Scene, Frame | None], None] | None = None,
        chores: Callable[[], None] | None = None,
        once: bool = False,
    ) -> None:
        """Make a watch that does not run yet.

        Args:
            cameras: with all their parts.
            relay: takes their alarms.
            store: keeps what was seen; None: nothing is kept.
            clock: the time of day.
            trouble: told in words what goes wrong besides alarms.
            seen: hears of every scene.
            chores: what is due at the start and every hour, such as removing what may no longer be kept.
            once: end when the last source that ends by itself has ended, even if cameras go on.
        """
        self._cameras, self._relay, self._store, self._clock = cameras, relay, store, clock
        self._trouble, self._chores, self._once = trouble, chores or _nothing_due, once
        listeners = CameraListeners(relay.tell, seen or _nobody_looks, self._observed)
        self.watches = [CameraWatch(camera.parts, listeners) for camera in cameras]

    def statuses(self) -> tuple[CameraStatus, ...]:
        """How each camera stands now."""
        return tuple(watch.status for watch in self.watches)

    def run(self, settings: str, models: str) -> tuple[CameraStatus, ...]:
        """Watch to the end; returns how each camera ended.

        Args:
            settings: the settings used, in words, without credentials.
            models: the networks used.
        """
        number = self._begin(settings, models)
        threads = [Thread(target=self._watch, args=(watch,), name=watch.status.camera) for watch in self.watches]
        for thread in threads:
            thread.start()
        noted = done = float("-inf")
        while running := [thread for thread in threads if thread.is_alive()]:
            now = self._clock()
            if now - done >= _CHORES_S:
                self._chores()
                done = now
            if now - noted >= _NOTE_S:
                self._note(number)
                self._relay.retry()
                noted = now
            if self._once and not any(t.is_alive() for t, c in zip(threads, self._cameras, strict=True) if c.ends):
                self.stop()
            running[0].join(_TICK_S)
        self._note(number)
        self._end(number)
        return self.statuses()

    def stop(self) -> None:
        """Ask every camera to end; ``run`` returns when they have. Safe from a signal handler, and twice."""
        for camera in self._cameras:
            camera.parts.source.close()

    def _watch(self, watch: CameraWatch) -> None:
        """One camera's thread: what goes wrong in it is told, and does not touch the others."""
        try:
            watch.run()
        except Exception as error:
            expected = isinstance(error, ConsentryError)
            watch.status = replace(
                watch.status, state=CameraState.FAILED, note=str(error) if expected else f"a fault of ours: {error!r}"
            )
            self._relay.tell((_failure(watch.status, self._clock()),))
            self._trouble(f"camera {watch.status.camera}: {watch.status.note}")
            if not expected:
                raise  # the interpreter prints where, for whoever mends it

    def _observed(self, observations: tuple[Observation, ...], heat: HeatMap | None) -> None:
        if self._store is None:
            return
        # A full disk is told by the relay, whose alarms matter more; a gap in a plot is no news beside it.
        with contextlib.suppress(StorageError):
            if observations:
                self._store.observe(observations)
            if heat is not None:
                self._store.add_heat(heat)

    def _begin(self, settings: str, models: str) -> int:
        return 0 if self._store is None else self._store.begin_watch(self._clock(), settings, models)

    def _note(self, number: int) -> None:
        if self._store is None:
            return
        with contextlib.suppress(StorageError):
            for camera, watch in zip(self._cameras, self.watches, strict=True):
                self._store.note_camera(number, _record(camera, watch.status))

    def _end(self, number: int) -> None:
        waiting = self._relay.retry()
        if waiting:
            self._trouble(f"{waiting} alarm(s) could not be kept anywhere but in the output above")
        if self._store is not None:
            with contextlib.suppress(StorageError):
                self._store.end_watch(number, self._clock())


def _record(camera: WatchedCamera, status: CameraStatus) -> CameraRecord:
    ended = status.state in (CameraState.ENDED, CameraState.FAILED)
    return CameraRecord(
        camera=status.camera,
        source=camera.address,
        began=status.began or 0.0,
        ended=status.at if ended else None,
        tally=status.tally,
        looked=status.looked,
        rested=status.rested,
        floor=camera.floor,
    )


def _failure(status: CameraStatus, now: float) -> Alarm:
    at = now if status.at is None else status.at
    return Alarm(
        hazard=HEALTH,
        camera=status.camera,
        place=status.camera,
        episode=f"{status.camera}-{HEALTH}-{status.camera}-{round(at * 1000)}",
        state=AlarmState.OPENED,
        at=at,
        tracks=(),
        score=1.0,
        why=f"this camera is no longer watched: {status.note}",
    )


def _nothing_due() -> None:
    """The chores of a watch that keeps nothing."""


def _nobody_looks(_scene: Scene, _frame: Frame | None) -> None:
    """The listener of a watch that nobody views."""
