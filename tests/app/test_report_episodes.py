"""Alarms, told one by one, become the dangers that people speak of."""

import pytest

from app.report_story import MORNING
from consentry.app.report.episodes import Span, episodes_of, incidents_of
from consentry.core.events import Alarm, AlarmState
from consentry.ports import KeptAlarm


def kept(
    number: int, state: str, at: float, episode: str = "e", *, incident: str = "i", still: str | None = None
) -> KeptAlarm:
    alarm = Alarm(
        "loitering", "cam", "hall", episode, AlarmState(state), at, (number,), number / 10, f"{state} at {at:g}"
    )
    return KeptAlarm(number, alarm, incident, still, None)


CASES = {
    "opened and cleared": ([("opened", 1), ("cleared", 5)], [Span(1, 5)]),
    "no end told": ([("opened", 1)], [Span(1, None)]),
    "resumed within its cooldown": (
        [("opened", 1), ("cleared", 5), ("opened", 9), ("cleared", 12)],
        [Span(1, 5), Span(9, 12)],
    ),
    "its opening is not kept any more": ([("cleared", 5)], [Span(5, 5)]),
    "one clip watched twice": ([("opened", 1), ("cleared", 5), ("opened", 1), ("cleared", 5)], [Span(1, 5)]),
    "killed, then watched again": ([("opened", 1), ("opened", 1), ("cleared", 5)], [Span(1, 5)]),
    "killed, and opened anew": ([("opened", 1), ("opened", 7), ("cleared", 9)], [Span(1, None), Span(7, 9)]),
}


@pytest.mark.parametrize(("told", "spans"), CASES.values(), ids=CASES)
def test_spans(told: list[tuple[str, float]], spans: list[Span]) -> None:
    (episode,) = episodes_of(kept(number, state, at) for number, (state, at) in enumerate(told, 1))
    assert list(episode.spans) == spans


def test_an_episode_keeps_the_words_of_its_opening_the_highest_score_and_every_track() -> None:
    told = (
        kept(1, "opened", 1, still="stills/1.jpg"),
        kept(2, "cleared", 5),
        kept(4, "opened", 9),
        kept(3, "cleared", 7),
    )
    (episode,) = episodes_of(told)
    assert (episode.why, episode.score, episode.tracks) == ("opened at 1", 0.4, (1, 2, 3, 4))
    assert episode.still == "stills/1.jpg"
    assert episode.cleared is None
    assert episode.end is None, "what is open again has no end"


def test_episodes_are_numbered_in_order_of_time_and_joined_by_incident() -> None:
    told = (
        kept(1, "opened", MORNING + 9, "late", incident="b"),
        kept(2, "opened", MORNING, "early", incident="a"),
        kept(3, "opened", MORNING + 20, "later", incident="a"),
    )
    episodes = episodes_of(told)
    assert [(episode.number, episode.id) for episode in episodes] == [(1, "early"), (2, "late"), (3, "later")]
    assert [[e.id for e in incident.episodes] for incident in incidents_of(episodes)] == [["early", "later"], ["late"]]


def test_an_end_repeats_the_rule_only_where_its_numbers_changed() -> None:
    opened = Alarm("loitering", "cam", "hall", "e", AlarmState.OPENED, 1.0, (), 0.5, "1 person")
    same = Alarm("loitering", "cam", "hall", "e", AlarmState.CLEARED, 5.0, (), 0.5, "over for 3 s; last: 1 person")
    other = Alarm("loitering", "cam", "hall", "e", AlarmState.CLEARED, 5.0, (), 0.5, "over for 3 s; last: 2 persons")
    for cleared, told in ((same, "over for 3 s"), (other, "over for 3 s; last: 2 persons")):
        (episode,) = episodes_of((KeptAlarm(1, opened, "i", None, None), KeptAlarm(2, cleared, "i", None, None)))
        assert episode.end_alone == told
