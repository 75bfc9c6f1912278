"""Fire: a candidate lasts and grows before it is told, flames and smoke each in their own words and time."""

from collections.abc import Callable

import pytest

from consentry.core.scene import FireReading, Scene, Signals
from hazards.walks import Story, make, run, series

Facts = Callable[[float], FireReading]


def flame(begin: float, end: float, grows: float = 2.0, score: float = 0.9) -> Facts:
    """A flame of one hundredth of the picture that grows over 5 s."""
    size = series((begin, 0.01), (begin + 5, 0.01 * grows))
    return lambda at: (
        FireReading(flame=score, flame_share=size(at), flicker=0.3) if begin <= at < end else FireReading()
    )


def smoke(begin: float, end: float, spreads: float = 4.0, score: float = 0.8) -> Facts:
    """A veil over a fiftieth of the picture that spreads over 10 s."""
    size = series((begin, 0.02), (begin + 10, 0.02 * spreads))
    return lambda at: FireReading(smoke=score, smoke_share=size(at), detail=0.4) if begin <= at < end else FireReading()


def told(facts: Facts, length: float = 60.0, rate: float = 5.0, **options: float) -> list[str]:
    alarms = run(make("fire", **options), Story(length=length, signals=lambda at: Signals(fire=facts(at))).scenes(rate))
    return [f"{a.state.value} {a.at:.0f} {a.why.split(':')[0]}" for a in alarms]


@pytest.mark.parametrize("rate", [2, 5, 30])
@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(flame(20, 40), ["opened 23 flame"], id="a flame that grows"),
        pytest.param(flame(20, 40, grows=1.0), ["opened 26 flame"], id="a flame that does not grow is told later"),
        pytest.param(smoke(20, 50), ["opened 26 smoke"], id="smoke that spreads"),
    ],
)
def test_what_lasts_is_told(facts: Facts, expected: list[str], rate: float) -> None:
    lines = told(facts, rate=rate)
    assert lines[0] == expected[0]
    assert [line.split()[0] for line in lines] == ["opened", "cleared"]


@pytest.mark.parametrize("rate", [2, 5, 30])
@pytest.mark.parametrize(
    "facts",
    [
        pytest.param(lambda _: FireReading(), id="nothing"),
        pytest.param(flame(20, 22.4), id="a flame of two seconds"),
        pytest.param(flame(20, 50, score=0.45), id="below its limit"),
        pytest.param(flame(20, 25, grows=1.0), id="a burner lit for five seconds"),
        pytest.param(smoke(20, 24.4), id="a puff"),
        pytest.param(smoke(20, 50, spreads=1.2), id="mist that hangs and does not spread"),
        pytest.param(lambda at: FireReading(flame=1.0, flame_share=0.5) if at == 20 else FireReading(), id="one frame"),
    ],
)
def test_what_does_not_last_or_grow_is_not_told(facts: Facts, rate: float) -> None:
    assert told(facts, rate=rate) == []


def test_a_flame_that_ducks_behind_its_limit_for_a_second_lasts_on() -> None:
    score = series((20, 0.0), (20.1, 0.9), (22, 0.9), (22.2, 0.3), (23.0, 0.3), (23.2, 0.9), (60, 0.9))
    size = series((20, 0.01), (40, 0.05))
    facts = lambda at: FireReading(flame=score(at), flame_share=size(at))  # noqa: E731 - a function of time
    assert told(facts, length=40)[0] == "opened 23 flame"


def test_flame_after_smoke_is_the_same_episode_and_both_are_in_its_last_words() -> None:
    first, then = smoke(10, 60), flame(30, 60)

    def facts(at: float) -> FireReading:
        veil, fire = first(at), then(at)
        return FireReading(fire.flame, fire.flame_share, fire.flicker, veil.smoke, veil.smoke_share, veil.detail)

    alarms = run(make("fire"), Story(length=50, signals=lambda at: Signals(fire=facts(at))).scenes(5))
    assert [(a.state.value, round(a.at)) for a in alarms] == [("opened", 16), ("cleared", 50)]
    assert alarms[0].why.startswith("smoke: ")
    assert "flame: 2.00% of the picture" in alarms[1].why
    assert "smoke: a veil over 8.0% of the picture" in alarms[1].why


def test_the_reason_tells_numbers_and_limits() -> None:
    (first, _) = run(make("fire"), Story(length=40, signals=lambda at: Signals(fire=flame(20, 40)(at))).scenes(5))
    assert first.why == (
        "flame: 1.60% of the picture flickers at 30% of the looks, reached 1.6 times its first size, "
        "score 0.90 (limit 0.5) for 3.1 s, limit 3 s"
    )


def test_a_camera_without_the_reading_tells_nothing() -> None:
    assert run(make("fire"), [Scene.empty("cam", float(at)) for at in range(60)]) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [({"flame": 0.0}, "above 0 and up to 1"), ({"smoke": 1.5}, "up to 1"), ({"seconds": 9.0}, "at least seconds")],
)
def test_options_that_cannot_be_are_refused(options: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make("fire", **options)
