"""Small true implementations of the ports, in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from consentry.core.errors import StorageError
from consentry.core.events import Alarm, Incident
from consentry.core.frames import Frame, Lapse, SourceTally
from consentry.core.scene import CrowdReading, Detections, Label, Signals
from consentry.ports import Tracked


def picture(camera: str, at: float, level: int = 100) -> Frame:
    """An even grey picture."""
    return Frame(camera, at, np.full((36, 64, 3), level, np.uint8))


@dataclass
class ListSource:
    """Gives what it was told to give."""

    items: Sequence[Frame | Lapse]
    rests: list[float] = field(default_factory=list)
    closed: bool = False
    given: int = 0

    def frames(self) -> Iterator[Frame | Lapse]:
        for item in self.items:
            if self.closed:
                return
            self.given += isinstance(item, Frame)
            yield item

    def rest(self) -> None:
        self.rests.append(self.given)

    def wake(self) -> None:
        self.rests.clear()

    def tally(self) -> SourceTally:
        return SourceTally(arrived=self.given, decoded=self.given, given=self.given)

    def close(self) -> None:
        self.closed = True


@dataclass
class SeenBoxes:
    """A detector that finds a person wherever the picture's brightness is a key of ``boxes``."""

    boxes: dict[int, tuple[float, float, float, float]]
    name: str = "seen-boxes"
    looks: int = 0

    def detect(self, image: np.ndarray) -> Detections:
        self.looks += 1
        box = self.boxes.get(int(image[0, 0, 0]))
        return Detections.none() if box is None else Detections.of(Label.PERSON, np.array([box], np.float32))


class OneTrack:
    """Everybody is number 1, as long as there is at most one."""

    def step(self, _at: float, detections: Detections) -> Tracked:
        return Tracked(detections, np.ones(len(detections), np.int64), frozenset())


@dataclass
class StillSignals:
    """Reports the motion that it was told for each time, else none."""

    motion: dict[float, float] = field(default_factory=dict)

    def read(self, frame: Frame) -> Signals:
        return Signals(motion=self.motion.get(frame.at, 0.0))

    def crowd(self, _persons: Detections) -> tuple[CrowdReading, ...]:
        return ()


@dataclass
class ListSink:
    """Keeps alarms in a list; refuses while ``full``."""

    told: list[tuple[Alarm, Incident]] = field(default_factory=list)
    full: bool = False

    def report(self, alarm: Alarm, incident: Incident) -> None:
        if self.full:
            raise StorageError("no space left")
        self.told.append((alarm, incident))

    def states(self) -> list[str]:
        return [f"{alarm.hazard} {alarm.state.value}" for alarm, _ in self.told]
