"""Line crossing: directions, counts, jitter, and going around the end."""

import numpy as np
import pytest

from consentry.core.geometry import Tripwire
from hazards.walks import Story, Walk, brief, make, run

RIGHT = Walk(1, ((0, 0.2, 0.5), (10, 0.8, 0.5)))
"""Over the line (x = 0.5) at 5 s; clear of it by 0.25 heights (0.05 of the height, 0.028 of the width) at 5.5 s."""
LEFT = Walk(2, ((0, 0.8, 0.5), (10, 0.2, 0.5)))


@pytest.mark.parametrize(
    ("walks", "counts"),
    [
        pytest.param((RIGHT,), (1, 0), id="forward"),
        pytest.param((LEFT,), (0, 1), id="backward"),
        pytest.param((RIGHT, LEFT), (1, 1), id="one each way at once"),
        pytest.param((Walk(1, ((0, 0.2, 0.5), (5, 0.8, 0.5), (10, 0.2, 0.5))),), (1, 1), id="there and back"),
        pytest.param((Walk(1, ((0, 0.2, 0.5), (5, 0.49, 0.5), (10, 0.2, 0.5))),), (0, 0), id="turns before the line"),
        pytest.param((Walk(1, ((0, 0.2, 0.5), (5, 0.51, 0.5), (10, 0.2, 0.5))),), (0, 0), id="turns on the line"),
        pytest.param((Walk(1, ((0, 0.5, 0.5), (10, 0.8, 0.5))),), (1, 0), id="appears on the line"),
        pytest.param(
            (Walk(1, ((0, 0.2, 0.5), (10, 0.8, 0.5)), hidden=((4, 5.8),)),), (1, 0), id="hidden while crossing"
        ),
        pytest.param((Walk(1, ((0, 0.2, 0.5), (10, 0.8, 0.5)), hidden=((3, 7),)),), (0, 0), id="hidden too long"),
    ],
)
@pytest.mark.parametrize("rate", [2, 5, 30])
def test_counts(walks: tuple[Walk, ...], counts: tuple[int, int], rate: float) -> None:
    rule = make("line_crossing")
    run(rule, Story(walks, length=12).scenes(rate))
    assert (rule.forward, rule.backward) == counts
    told = rule.reading(12.0)
    assert (told.forward, told.backward) == counts
    assert (rule.reading(12.0).forward, rule.reading(12.0).backward) == (0, 0), "the next stretch begins empty"


def test_jitter_on_the_line_counts_once() -> None:
    steps = np.random.default_rng(1).normal(0, 0.01, 300)
    middle = [(5 + k * 0.1, 0.5 + float(d), 0.5) for k, d in enumerate(steps)]
    rule = make("line_crossing")
    run(rule, Story((Walk(1, ((0, 0.2, 0.5), *middle, (40, 0.8, 0.5))),)).scenes(30))
    assert (rule.forward, rule.backward) == (1, 0)


@pytest.mark.parametrize(
    ("direction", "opened"), [("forward", 1), ("backward", 0), ("both", 1)], ids=["forward", "backward", "both"]
)
def test_only_the_watched_direction_is_a_danger_but_both_are_counted(direction: str, opened: int) -> None:
    rule = make("line_crossing", direction=direction)
    alarms = run(rule, Story((RIGHT,), length=12).scenes(5))
    assert sum(a.state == "opened" for a in alarms) == opened
    assert rule.forward == 1


def test_around_the_end_of_the_line_is_no_crossing() -> None:
    rule = make("line_crossing", place=Tripwire("short", (0.5, 0.6), (0.5, 0.4)))
    run(rule, Story((Walk(1, ((0, 0.2, 0.5), (4, 0.5, 0.9), (8, 0.8, 0.5))),), length=12).scenes(5))
    assert (rule.forward, rule.backward) == (0, 0)


def test_a_stream_of_people_is_one_episode_and_the_count_is_told() -> None:
    walks = tuple(Walk(k, ((2 * k, 0.2, 0.5), (2 * k + 10, 0.8, 0.5))) for k in range(6))
    alarms = run(make("line_crossing"), Story(walks, length=30).scenes(5))
    assert brief(alarms) == [("opened", 5.6), ("cleared", 18.6)]
    assert alarms[0].why == "1 person crossed gate forward, watched for both; 1 forward and 0 backward so far"
    assert alarms[1].why.endswith("6 forward and 0 backward so far")


def test_a_direction_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="direction: expected one of forward, backward, both, came 'up'"):
        make("line_crossing", direction="up")
