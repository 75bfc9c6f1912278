"""Hours of duty around a rule."""

from datetime import UTC, datetime

import pytest

from consentry.core.scene import Scene
from consentry.core.schedule import ALWAYS, Schedule, parse_span
from consentry.hazards.duty import Duty
from consentry.hazards.rule import Readable
from hazards.walks import Story, brief, make, run, stand

NIGHT = Schedule((parse_span("22:00-05:00"),))
TEN = datetime(2026, 11, 23, 22, 0, tzinfo=UTC).timestamp()
FIVE = datetime(2026, 11, 24, 5, 0, tzinfo=UTC).timestamp()


def scenes(begin: float, length: float = 60.0) -> list[Scene]:
    return Story((stand(1, 0, length),), length=length).scenes(5, begin=begin)


@pytest.mark.parametrize(
    ("schedule", "begin", "expected"),
    [
        pytest.param(ALWAYS, TEN, [("opened", 5.0), ("cleared", 60.0)], id="always"),
        pytest.param(NIGHT, TEN, [("opened", 5.0), ("cleared", 60.0)], id="on duty"),
        pytest.param(NIGHT, TEN - 3600, [], id="off duty"),
        pytest.param(NIGHT, TEN - 30, [("opened", 35.0), ("cleared", 60.0)], id="duty begins: dwell counts from there"),
        pytest.param(NIGHT, FIVE - 30, [("opened", 5.0), ("cleared", 30.0)], id="duty ends: the episode is finished"),
    ],
)
def test_duty(schedule: Schedule, begin: float, expected: list[tuple[str, float]]) -> None:
    alarms = run(Duty(make("intrusion", seconds=5.0), schedule), scenes(begin))
    assert [(state, round(at - begin, 1)) for state, at in brief(alarms)] == expected


def test_the_end_of_duty_is_the_reason() -> None:
    alarms = run(Duty(make("intrusion", seconds=5.0), NIGHT), scenes(FIVE - 30))
    assert alarms[-1].why.startswith("its hours of duty ended, 25 s after it was told")


def test_a_rule_has_a_reading_on_duty_only_if_it_has_one_without() -> None:
    rule = Duty(make("loitering"), ALWAYS)
    assert isinstance(rule, Readable)
    run(rule, scenes(TEN, 10)[:-1])
    assert rule.reading(TEN + 10).place == "hall"
    assert not isinstance(Duty(make("tampering"), ALWAYS), Readable)
