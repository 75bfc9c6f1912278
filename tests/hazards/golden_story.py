"""A minute before one camera as JSON lines: what was seen, and under it what was told.

``python -m hazards.golden_story`` (from ``tests``) writes the lines anew from the story below; read the difference
before you keep it: an alarm that moved is a change for everybody who watches.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np

from consentry.core.events import Alarm
from consentry.core.scene import CrowdReading, Label, Scene, Signals, StreamState
from consentry.hazards.rule import Rule
from hazards.walks import METRIC, Story, Walk, crowd, make, series, stand

PATH = Path(__file__).with_name("golden_story.jsonl")

_FULL = crowd(
    density=series((0, 1), (20, 1), (25, 4), (36, 4), (38, 1)), people=series((0, 4), (20, 4), (25, 15), (38, 4))
)
STORY = Story(
    walks=(
        stand(1, 2, 34, x=0.4, y=0.5),
        Walk(2, ((4, 0.2, 0.6), (12, 0.8, 0.6))),
        Walk(3, ((14, 0.8, 0.7), (21, 0.2, 0.7))),
    ),
    length=60.0,
    signals=lambda at: Signals(sharpness=0.2 if 46 <= at < 54 else 1.0, crowd=_FULL(at).crowd),
    blind=((40.0, 43.0),),
)


def rules() -> tuple[Rule, ...]:
    """The rules that watch the story."""
    return (
        make("intrusion", seconds=5.0),
        make("loitering", seconds=20.0),
        make("line_crossing", direction="backward"),
        make("counter_flow", METRIC),
        make("crowd", METRIC),
        make("tampering"),
    )


def written(scene: Scene) -> dict[str, object]:
    """A scene as one line."""
    people = [
        [int(i), *(round(float(v), 4) for v in (*foot, box[3] - box[1]))]
        for i, foot, box in zip(scene.ids, scene.feet, scene.boxes, strict=True)
    ]
    signals = scene.signals
    return {
        "at": scene.at,
        "stream": scene.stream.value,
        "people": people,
        "ended": sorted(scene.ended),
        "sharpness": signals.sharpness,
        "crowd": [[round(r.people, 3), round(r.density or 0.0, 3)] for r in signals.crowd],
    }


def read(line: dict[str, object]) -> Scene:
    """A scene from its line."""
    people = np.array(line["people"], np.float64).reshape(-1, 4)
    feet, height = people[:, 1:3].astype(np.float32), people[:, 3:4]
    empty = Scene.empty("cam", float(str(line["at"])))
    plan = METRIC.floor
    assert plan is not None
    readings = [CrowdReading("hall", *numbers) for numbers in line["crowd"]]  # type: ignore[attr-defined]
    return Scene(
        camera="cam",
        at=empty.at,
        ids=people[:, 0].astype(np.int64),
        labels=np.full(len(people), Label.PERSON, np.int16),
        boxes=np.hstack([feet - height * (1 / 6, 1), feet + height * (1 / 6, 0)]).astype(np.float32),
        feet=feet,
        drift=np.zeros_like(feet),
        floor=plan.to_floor(feet),
        velocity=np.zeros_like(feet),
        ended=frozenset(line["ended"]),  # type: ignore[call-overload]
        signals=Signals(sharpness=float(str(line["sharpness"])), crowd=tuple(readings)),
        stream=StreamState(line["stream"]),
    )


def told(alarm: Alarm) -> dict[str, object]:
    """An alarm as one line."""
    return {"told": {**asdict(alarm), "state": alarm.state.value, "score": round(alarm.score, 3)}}


def lines(scenes: Iterator[dict[str, object]]) -> Iterator[str]:
    """Each scene, and under it the alarms that it gives."""
    watching = rules()
    at = 0.0
    for line in scenes:
        yield json.dumps(line)
        scene = read(json.loads(json.dumps(line)))
        at = scene.at
        yield from (json.dumps(told(a)) for rule in watching for a in rule.step(scene))
    yield from (json.dumps(told(a)) for rule in watching for a in rule.finish(at, "the watch ended"))


if __name__ == "__main__":
    PATH.write_text("\n".join(lines(written(s) for s in STORY.scenes(2, METRIC))) + "\n", encoding="utf-8")
