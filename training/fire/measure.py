"""Fire on real and drawn pictures: ``python -m training.fire.measure SHARED``.

Prints for each clip of the shared folder, and for each drawn scene, what the hazard tells with its own defaults at 5
pictures a second; the seconds watched without fire with the exact interval of false alarms an hour; and the cost.
"""

import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2

from consentry.backends.clips import ClipSource
from consentry.backends.fire_facts import FireFacts
from consentry.core.events import Alarm, AlarmState
from consentry.core.frames import Frame
from consentry.core.geometry import View, WholePicture
from consentry.core.scene import Scene, Signals
from consentry.evaluation.intervals import poisson_interval
from consentry.hazards.fire import Fire, FireSettings
from training.fire.drawn import NEGATIVES, POSITIVES, SMOKES, Film, room

RATE, WIDTH = 5.0, 640
LOOPED_S = 5.0
"""s: shorter clips are shown ten times over, as a watch needs some seconds before it says anything."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one clip."""

    alarms: tuple[Alarm, ...]
    seconds: float
    """s watched."""
    highest: tuple[float, float]
    """Highest scores of flame and of smoke."""
    cost_ms: float
    """ms of CPU for each picture, scaling it down included."""


def watch(frames: Iterable[Frame], settings: FireSettings | None = None) -> Outcome:
    """Feed pictures to the facts, and the facts to the rule."""
    facts, rule = FireFacts(), Fire("clip", WholePicture("clip"), settings or FireSettings(), View())
    alarms: list[Alarm] = []
    flame = smoke = spent = at = 0.0
    count = 0
    for frame in frames:
        begin = time.thread_time()
        reading = facts.read(frame.at, frame.image)
        spent, count, at = spent + time.thread_time() - begin, count + 1, frame.at
        flame, smoke = max(flame, reading.flame), max(smoke, reading.smoke)
        alarms += rule.step(replace(Scene.empty("clip", frame.at), signals=Signals(fire=reading)))
    opened = tuple(alarm for alarm in alarms if alarm.state is AlarmState.OPENED)
    return Outcome(opened, at + 1 / RATE if count else 0.0, (flame, smoke), 1000 * spent / max(count, 1))


def clip(path: Path, loops: int = 1, rate: float = RATE) -> Iterator[Frame]:
    """A clip's pictures as a watch is given them, shown so many times without a pause."""
    begin = 0.0
    for _ in range(loops):
        last = begin
        for frame in ClipSource("clip", str(path), rate=rate, width=WIDTH, recorded_at=begin).frames():
            if isinstance(frame, Frame):
                last = frame.at
                yield frame
        begin = last + 1 / rate


def without_fire(shared: Path) -> list[Path]:
    """Every shared clip in which nothing burns."""
    data = shared / "data"
    return sorted([*(data / "cctv").glob("*.*"), *(data / "fall").glob("*/*/*.mp4"), *(data / "fight").glob("*/*.mp4")])


def shown(path: Path) -> int:
    """How often a clip is shown."""
    pictures = [frame.at for frame in clip(path)]
    return 10 if pictures[-1] < LOOPED_S else 1


def _line(name: str, outcome: Outcome) -> None:
    told = ", ".join(f"{alarm.at:.1f} s {alarm.why.split(':')[0]}" for alarm in outcome.alarms) or "-"
    flame, smoke = outcome.highest
    print(f"{name:48} {outcome.seconds:6.1f} s  flame {flame:.2f} smoke {smoke:.2f}  {outcome.cost_ms:.2f} ms  {told}")  # noqa: T201


def main(shared: Path) -> None:
    """Measure all and print it."""
    cv2.setNumThreads(1)
    _line("house6", watch(clip(shared / "data" / "fire" / "house6.mp4")))
    watched, false = 0.0, 0
    for path in without_fire(shared):
        outcome = watch(clip(path, shown(path)))
        watched, false = watched + outcome.seconds, false + len(outcome.alarms)
        _line(str(path.relative_to(shared / "data")), outcome)
    low, high = (count * 3600 / watched for count in poisson_interval(false))
    print(f"without fire: {false} false alarms in {watched:.0f} s; {low:.1f} to {high:.0f} an hour (95 %)")  # noqa: T201
    for name, (draw, seconds) in {**POSITIVES, **SMOKES, **NEGATIVES}.items():
        _line(f"drawn: {name}", watch(Film(room(), draw, seconds).frames(RATE)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
