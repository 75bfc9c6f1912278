"""The watch of the shared falls and of everything that is none, held against the truth (``tests/truth/falls.py``).

``python -m bench.falls SHARED [--rate 5] [--without-joints] [--person NAME]`` prints a row for each clip with an event
or an alarm, and the sum: F1, false alarms per camera and hour with the exact interval, time to alarm.
"""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.truth.falls import PLACE, FallClip, clips, negatives

from consentry.app.settings import parse_site
from consentry.app.wiring import wire
from consentry.core.events import Alarm, AlarmState
from consentry.core.frames import Frame
from consentry.core.geometry import Boxes
from consentry.core.observation import HeatMap, Observation
from consentry.core.scene import CloserLook, Scene, Wish
from consentry.evaluation.alarms import Score, Told, Windows, pool, score
from consentry.ports import SecondLooker
from consentry.touchpoints.camera import CameraListeners, CameraWatch

KISA = Windows(before_s=2.0, after_s=10.0)
SITE = """
[[camera]]
name = "room"
source = {source}
rate = {rate}
recorded_at = 1970-01-01T00:00:00Z

[[camera.zone]]
name = "{place}"
corners = [[0, 0], [1, 0], [1, 1], [0, 1]]

[[camera.hazard]]
kind = "fall"
place = "{place}"

[models]
person = "{person}"
"""


class Counting:
    """A second look that counts, and may be kept from joints."""

    def __init__(self, inner: SecondLooker) -> None:
        self._inner, self.looks = inner, 0

    def see(self, frame: Frame, persons: Boxes, /) -> None:
        """Hand on."""
        self._inner.see(frame, persons)

    def look(self, frame: Frame, wishes: tuple[Wish, ...], /) -> tuple[CloserLook, ...]:
        """Count and hand on."""
        self.looks += len(wishes)
        return self._inner.look(frame, wishes)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the watch made of one clip."""

    clip: FallClip
    score: Score
    alarms: tuple[Alarm, ...]
    looks: int
    """Second looks."""


def watch(
    clip: FallClip, *, rate: float = 5.0, person: str = "picodet-s-320", second: SecondLooker | None = None
) -> Seen:
    """Run the whole of one camera's watch over a clip.

    Args:
        clip: which.
        rate: looks a second.
        person: the person network.
        second: looks again in place of what the wiring makes.
    """
    text = SITE.format(source=repr(str(clip.path)), rate=rate, place=PLACE, person=person)
    (wired,) = wire(parse_site(text), lambda: 0.0, (), lambda _words: None).watching.watches
    looks = second or wired.parts.second
    counting = None if looks is None else Counting(looks)
    alarms: list[Alarm] = []
    until = [0.0]

    def hear(told: Sequence[Alarm]) -> None:
        alarms.extend(told)

    def see(scene: Scene, _frame: Frame | None) -> None:
        until[0] = scene.at

    def keep(_observations: tuple[Observation, ...], _heat: HeatMap | None) -> None:
        """Nothing is kept."""

    CameraWatch(replace(wired.parts, second=counting), CameraListeners(hear, see, keep)).run()
    told = [Told(alarm.at, alarm.hazard, alarm.place) for alarm in alarms if alarm.state is AlarmState.OPENED]
    return Seen(
        clip, score(clip.events, told, KISA, until[0]), tuple(alarms), 0 if counting is None else counting.looks
    )


def main() -> None:
    """Watch them all and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--rate", type=float, default=5.0)
    parser.add_argument("--person", default="picodet-s-320")
    parser.add_argument("--without-joints", action="store_true")
    given = parser.parse_args()
    os.environ["CONSENTRY_MIRROR"] = str(given.shared / "models")
    seen = []
    for clip in (*clips(given.shared / "data"), *negatives(given.shared / "data")):
        second = None
        if given.without_joints:
            from consentry.backends.second_look import SecondLook  # noqa: PLC0415 - for this option alone

            second = SecondLook(None)
        one = watch(clip, rate=given.rate, person=given.person, second=second)
        seen.append(one)
        if clip.events or one.score.false_alarms:
            hits = [f"{hit.delay_s:.1f} s" for hit in one.score.hits]
            print(f"{clip.name}: told {hits}, missed {len(one.score.misses)}, false {len(one.score.false_alarms)}")
            print("   ", *(alarm.why for alarm in one.alarms if alarm.state is AlarmState.OPENED))
    whole = pool(one.score for one in seen)
    for subject in ("subject1", "subject2"):
        part = pool(one.score for one in seen if one.clip.subject in (subject, ""))
        print(f"{subject} and all negatives: F1 {part.f1}")
    print(f"F1 {whole.f1}, recall {whole.recall} {whole.recall_interval}, precision {whole.precision}")
    print(f"false alarms {len(whole.false_alarms)} in {whole.watched_s:.0f} s: {whole.false_per_hour_interval} an hour")
    print(f"delay median {whole.delay_median_s}, longest {whole.delay_max_s}; {sum(one.looks for one in seen)} looks")


if __name__ == "__main__":
    main()
