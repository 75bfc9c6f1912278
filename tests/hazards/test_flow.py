"""Counter-flow: who comes the wrong way, in metres or body heights."""

import numpy as np
import pytest

from consentry.core.geometry import View
from consentry.hazards.flow import counter_flow_index
from hazards.walks import FLAT, METRIC, Story, Walk, make, run


def walk(dx: float, dy: float, seconds: float = 4.0) -> Story:
    """Through the middle of the zone by a way of (dx, dy) fractions."""
    return Story((Walk(1, ((0, 0.5 - dx / 2, 0.6 - dy / 2), (seconds, 0.5 + dx / 2, 0.6 + dy / 2))),), length=12)


@pytest.mark.parametrize(
    ("view", "story", "told"),
    [
        pytest.param(METRIC, walk(-0.3, 0), True, id="4.8 m against it on the floor"),
        pytest.param(METRIC, walk(0.3, 0), False, id="with it"),
        pytest.param(METRIC, walk(0, 0.5), False, id="across"),
        pytest.param(METRIC, walk(-0.3, 0.3), True, id="slantwise, 29 degrees off"),
        pytest.param(METRIC, walk(-0.08, 0.5), False, id="slantwise, 74 degrees off"),
        pytest.param(METRIC, walk(-0.1, 0), False, id="1.6 m are too little"),
        pytest.param(METRIC, walk(-0.3, 0, 40), False, id="4.8 m in 40 s: shuffles"),
        pytest.param(FLAT, walk(-0.3, 0), True, id="against it in the picture"),
        pytest.param(FLAT, walk(0.3, 0), False, id="with it in the picture"),
        pytest.param(FLAT, walk(-0.07, 0), False, id="0.6 body heights are too little"),
    ],
)
@pytest.mark.parametrize("rate", [2, 30])
def test_counter_flow(view: View, story: Story, rate: float, *, told: bool) -> None:
    alarms = run(make("counter_flow", view), story.scenes(rate, view))
    assert bool(alarms) is told


def test_the_reason_tells_metres_limit_and_index() -> None:
    against = Walk(9, ((0, 0.8, 0.5), (8, 0.2, 0.5)))
    along = tuple(Walk(k, ((0, 0.2, 0.5 + k / 20), (8, 0.8, 0.5 + k / 20))) for k in range(1, 4))
    alarms = run(make("counter_flow", METRIC), Story((against, *along), length=12).scenes(5, METRIC))
    assert alarms[0].tracks == (9,)
    assert alarms[0].why.startswith("1 person came up to 2.")
    assert "m against the direction of hall within 3 s, limit 2; counter-flow index 0.50" in alarms[0].why


def test_sway_and_a_long_silence_are_no_way() -> None:
    sway = tuple((k * 0.5, 0.5 - 0.04 * (k % 2), 0.5) for k in range(60))
    assert not run(make("counter_flow", METRIC), Story((Walk(1, sway),)).scenes(5, METRIC))
    jump = Walk(1, ((0, 0.6, 0.5), (5, 0.6, 0.5), (8, 0.4, 0.5), (20, 0.4, 0.5)), hidden=((4.9, 8.1),))
    assert not run(make("counter_flow", METRIC), Story((jump,)).scenes(5, METRIC)), "3.2 s unseen: nobody knows how"


@pytest.mark.parametrize("direction", [(0.0, 0.0), (float("nan"), 1.0)])
def test_a_direction_without_length_is_refused(direction: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="direction: expected two numbers, not both 0"):
        make("counter_flow", direction=direction)


def test_the_index_is_two_of_the_smaller_share_of_those_who_move() -> None:
    velocity = np.array([[1.0, 0], [1, 0], [-1, 0], [0.1, 0], [0, 2]])
    assert counter_flow_index(velocity, np.array([1.0, 0])) == pytest.approx(2 / 3)
    assert counter_flow_index(np.zeros((0, 2)), np.array([1.0, 0])) == 0
