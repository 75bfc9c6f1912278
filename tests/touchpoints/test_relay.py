"""Alarms reach every sink in order, and a sink that refuses loses none."""

from consentry.core.events import Alarm, AlarmState, Incident
from consentry.touchpoints.relay import AlarmRelay
from fakes import ListSink


def alarm(number: int) -> Alarm:
    return Alarm("intrusion", "cam", "gate", f"e{number}", AlarmState.OPENED, float(number), (1,), 0.5, "why")


def relay(*sinks: ListSink) -> tuple[AlarmRelay, list[str]]:
    words: list[str] = []
    return AlarmRelay(lambda a: Incident("i", a.at, (a.episode,)), sinks, words.append), words


def test_each_sink_hears_each_alarm_in_order() -> None:
    store, view = ListSink(), ListSink()
    told, words = relay(store, view)
    told.tell([alarm(1), alarm(2)])
    told.tell([alarm(3)])
    assert [a.episode for a, _ in store.told] == [a.episode for a, _ in view.told] == ["e1", "e2", "e3"]
    assert words == []


def test_a_full_disk_delays_the_store_alone_and_loses_nothing() -> None:
    store, view = ListSink(full=True), ListSink()
    told, words = relay(store, view)
    told.tell([alarm(1)])
    told.tell([alarm(2)])
    assert store.told == []
    assert [a.episode for a, _ in view.told] == ["e1", "e2"]
    assert len(words) == 1, "said once, not with every alarm"
    assert "no space left" in words[0]
    assert told.retry() == 2
    store.full = False
    assert told.retry() == 0
    assert [a.episode for a, _ in store.told] == ["e1", "e2"]
    assert words[-1] == "alarms are being kept again, none was lost"


def test_nothing_to_tell_bothers_nobody() -> None:
    store = ListSink(full=True)
    told, words = relay(store)
    told.tell([])
    assert words == []
