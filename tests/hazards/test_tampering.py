"""Tampering: each cause has its own time and its own words, and ordinary life is none of them."""

from collections.abc import Callable

import pytest

from consentry.core.scene import Scene, Signals, StreamState
from hazards.walks import Story, make, run

USUAL = {"brightness": 120.0, "contrast": 50.0, "sharpness": 1.0, "edges": 0.95, "shift": 0.0, "change": 2.0}
Facts = Callable[[float], dict[str, float]]


def during(begin: float, end: float, **facts: float) -> Facts:
    """Something is so for some seconds."""
    return lambda at: facts if begin <= at < end else {}


def sunset(minutes: float) -> Facts:
    """Luma falls evenly in its logarithm from 120 to 8; the lens and the background stay as they are."""

    def facts(at: float) -> dict[str, float]:
        left = max(1 - at / (minutes * 60), 0.0)
        brightness = 8 * (120 / 8) ** left
        return {"brightness": brightness, "contrast": 50 * brightness / 120, "edges": 0.5 + 0.45 * left}

    return facts


def told(facts: Facts, length: float = 80.0, rate: float = 5.0, **options: float) -> list[str]:
    story = Story(length=length, signals=lambda at: Signals(**{**USUAL, **facts(at)}))
    alarms = run(make("tampering", **options), story.scenes(rate))
    return [f"{a.state.value} {a.at:.0f} {a.why.split(':')[0]}" for a in alarms]


def opened(facts: Facts, length: float = 80.0, rate: float = 5.0) -> list[str]:
    return [line for line in told(facts, length, rate) if line.startswith("opened")]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(during(30, 60, edges=0.05, contrast=8, sharpness=0.2), "opened 35 covered", id="a bag over it"),
        pytest.param(during(30, 60, edges=0.05, contrast=45), "opened 35 covered or turned away", id="another view"),
        pytest.param(during(30, 60, edges=0.1, sharpness=0.1), "opened 35 defocused", id="focus turned"),
        pytest.param(during(30, 60, sharpness=0.2), "opened 35 defocused", id="a smeared lens"),
        pytest.param(during(30, 60, shift=0.12, edges=0.4), "opened 35 moved", id="pushed aside"),
        pytest.param(
            during(30, 60, brightness=4, contrast=3, edges=0), "opened 45 dark", id="a cap on it, or no light"
        ),
        pytest.param(during(30, 60, change=0), "opened 45 frozen", id="the same picture"),
    ],
)
@pytest.mark.parametrize("rate", [2, 5, 30])
def test_each_cause_is_told(facts: Facts, expected: str, rate: float) -> None:
    assert opened(facts, rate=rate) == [expected]
    assert told(facts, rate=rate)[-1].split()[:2] in (["cleared", "62"], ["cleared", "63"]), "3 s after it was last so"


@pytest.mark.parametrize(
    ("facts", "length"),
    [
        pytest.param(during(0, 0), 80, id="nothing happens"),
        pytest.param(during(30, 31.2, edges=0.02, contrast=15, sharpness=0.3), 80, id="a truck fills the view"),
        pytest.param(during(30, 40, brightness=5, contrast=4, edges=0.1, sharpness=0.1), 80, id="light off for 10 s"),
        pytest.param(during(30, 80, brightness=60, contrast=30), 80, id="half of the lights go out"),
        pytest.param(during(30, 80, edges=0.5, contrast=60), 80, id="a crowd fills half of the view"),
        pytest.param(during(30, 80, shift=0.01), 80, id="wind sways the mast"),
        pytest.param(during(30, 40, change=0), 80, id="ten identical seconds of a thrifty encoder"),
        pytest.param(sunset(30), 2400, id="sunset in half an hour, then night"),
    ],
)
def test_ordinary_life_is_no_tampering(facts: Facts, length: float) -> None:
    assert told(facts, length, rate=2) == []


def test_the_view_may_be_odd_from_the_start_and_is_told_once_it_is_known() -> None:
    assert opened(during(0, 60, sharpness=0.2)) == ["opened 15 defocused"], "10 s to learn, then 5 s"


def test_what_lasts_stays_open_and_is_not_learnt_as_usual() -> None:
    lines = told(during(60, 2000, brightness=3, contrast=3, edges=0.0), 2100, rate=1)
    assert [line.split()[:2] for line in lines] == [["opened", "75"], ["cleared", "2002"]]


@pytest.mark.parametrize(
    ("state", "words"), [(StreamState.LOST, "cannot be read"), (StreamState.STALLED, "gives no pictures")]
)
def test_a_camera_that_is_gone_is_told_at_once(state: StreamState, words: str) -> None:
    rule = make("tampering")
    live = [Scene.empty("cam", at) for at in (0.0, 1.0, 20.0, 21.0, 22.0, 24.0)]
    alarms = run(rule, [*live[:2], Scene.empty("cam", 6.0, state), *live[2:]])
    assert [(a.state.value, a.at) for a in alarms] == [("opened", 6.0), ("cleared", 20.0)]
    assert alarms[0].why.startswith(f"{state.value}: the stream of cam")
    assert words in alarms[0].why


def test_the_reason_tells_numbers_and_limits() -> None:
    story = Story(length=40, signals=lambda at: Signals(**{**USUAL, **during(20, 40, brightness=4)(at)}))
    (first, _) = run(make("tampering"), story.scenes(5))
    assert first.why == "dark: brightness 4 of 255 (usual 120, limit 16) for 15 s, limit 15 s"
