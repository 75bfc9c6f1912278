"""What other hazards are about is neither a run nor a panic nor a follower at a gate."""

from dataclasses import replace

import numpy as np
import pytest

from consentry.core.scene import Scene, Signals
from hazards.golden_story import STORY
from hazards.walks import METRIC, Story, Walk, crowd, make, run, series, stand

QUEUE = tuple(
    Walk(k, tuple((6.0 * step + 0.2 * k, 0.35 + 0.03 * (step - k), 0.6) for step in range(12))) for k in range(8)
)
STREAM = tuple(
    Walk(k, ((1.9 * k, 0.02, 0.35 + 0.02 * (k % 20)), (1.9 * k + 11, 0.98, 0.35 + 0.02 * (k % 20)))) for k in range(20)
)
BACK = tuple(replace(w, track=w.track + 50, points=tuple((t, 1 - x, y) for t, x, y in w.points)) for w in STREAM)
ELSEWHERE = {
    "intrusion, counter-flow, a crossing, loitering, a crowd, a loss": STORY,
    "a queue that shuffles": Story(QUEUE, length=70),
    "a stream at 1.4 m/s": Story(STREAM, length=50),
    "two streams against each other": Story((*STREAM, *BACK), length=50),
    "somebody who falls": Story((Walk(1, ((0, 0.3, 0.6), (6, 0.5, 0.6), (20, 0.5, 0.6))),), length=20),
    "a jam that becomes a crush": Story(
        signals=crowd(
            density=series((0, 2), (20, 5)), speed=series((0, 0.6), (20, 0.1)), variance=series((0, 0.05), (20, 0.2))
        )
    ),
    "a crowd that fills the hall": Story(
        signals=crowd(density=series((0, 0), (60, 4)), speed=series((0, 1.3), (60, 0.3)))
    ),
    "a camera that is pushed and smeared": Story(
        tuple(stand(k, 0, 60, x=0.32 + k / 30) for k in range(8)),
        signals=lambda at: Signals(shift=0.1 if at > 20 else 0.0, sharpness=0.2 if at > 40 else 1.0),
    ),
    "a flicker of boxes": Story(tuple(stand(k, 0.5 * k, 0.5 * k + 0.4, x=0.3 + 0.02 * (k % 20)) for k in range(60))),
}  # fmt: skip


def fallen(scenes: list[Scene]) -> list[Scene]:
    """From 8 s on the box lies: low and wide, its foot a little lower."""
    down = np.array([-0.08, 0.14, 0.08, 0.01], np.float32)
    return [replace(s, boxes=s.boxes + down) if s.at >= 8 and len(s) else s for s in scenes]


@pytest.mark.parametrize("name", ELSEWHERE)
@pytest.mark.parametrize("hazard", ["running", "panic", "tailgating"])
def test_it_raises_none_of_these(hazard: str, name: str) -> None:
    scenes = ELSEWHERE[name].scenes(5, METRIC)
    if name == "somebody who falls":
        scenes = fallen(scenes)
    # Who stands half a metre behind somebody on a gate's line is what an advisory by metres is about.
    options = {"metres": 0.3} if hazard == "tailgating" else {}
    assert run(make(hazard, METRIC, **options), scenes) == []
