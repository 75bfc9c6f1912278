"""Counts by the hour: added up across lanes, told once, and no finer in time than an hour."""

import math
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from consentry.backends.lane_counts import HOUR, KEPT_S, HourCount, LaneCounts, LaneKind
from consentry.core.errors import StorageError

AT = 1_800_000_000
"""s UTC: 13:20 before, so an hour begins at AT - 1,200."""
BEGIN = AT // HOUR * HOUR
ONE = HourCount("gate 12", "boarding", AT, comparisons=3, people=1, go=1, compared=1, nobody=0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "lanes.sqlite"


def test_an_hour_adds_up_across_lanes_and_restarts(path: Path) -> None:
    one, other = LaneCounts(path), LaneCounts(path)
    one.add(ONE)
    other.add(replace(ONE, hour=AT + 60, go=0, nobody=1))
    one.close()
    one.close()
    again = LaneCounts(path)
    assert again.over(BEGIN + HOUR - 1) == (), "the hour is not over"
    (told,) = again.over(BEGIN + HOUR)
    assert told == HourCount("gate 12", "boarding", BEGIN, comparisons=6, people=2, go=1, compared=2, nobody=1)


def test_hours_touchpoints_and_purposes_stand_apart(path: Path) -> None:
    counts = LaneCounts(path)
    for one in (ONE, replace(ONE, hour=AT + HOUR), replace(ONE, touchpoint="lounge"), replace(ONE, purpose="security")):
        counts.add(one)
    told = counts.over(AT + 3 * HOUR)
    assert [(one.touchpoint, one.purpose, one.hour) for one in told] == [
        ("gate 12", "boarding", BEGIN), ("gate 12", "security", BEGIN), ("lounge", "boarding", BEGIN),
        ("gate 12", "boarding", BEGIN + HOUR),
    ]  # fmt: skip


def test_what_was_told_is_not_told_again_and_what_came_late_is(path: Path) -> None:
    counts = LaneCounts(path)
    counts.add(ONE)
    (told,) = counts.over(BEGIN + HOUR)
    counts.add(replace(ONE, go=0))
    counts.told(told)
    (late,) = counts.over(BEGIN + HOUR)
    assert (late.people, late.go) == (1, 0)
    counts.told(late)
    assert counts.over(BEGIN + HOUR) == ()


def test_waiting_times_of_both_lanes(path: Path) -> None:
    counts = LaneCounts(path)
    for seconds in (4.0, 2.0, 3.0, 1.0, 50.0):
        counts.waited("gate 12", LaneKind.BIOMETRIC, AT, seconds)
    counts.waited("gate 12", LaneKind.MANUAL, AT, 95.0)
    counts.waited("lounge", LaneKind.MANUAL, AT, 7.0)
    quick, manual = (counts.waiting("gate 12", lane, AT - HOUR) for lane in LaneKind)
    assert (quick.people, quick.median, quick.late) == (5, 3.0, 50.0)
    assert (manual.people, manual.median, manual.late) == (1, 95.0, 95.0)
    nobody = counts.waiting("gate 12", LaneKind.MANUAL, AT + 2 * HOUR)
    assert nobody.people == 0
    assert math.isnan(nobody.median)


def test_no_time_finer_than_an_hour_is_kept_and_none_for_longer_than_a_quarter(path: Path) -> None:
    counts = LaneCounts(path)
    counts.add(ONE)
    counts.waited("gate 12", LaneKind.BIOMETRIC, AT + 0.25, 2.5)
    with sqlite3.connect(path) as file:
        rows = [*file.execute("SELECT hour FROM counted"), *file.execute("SELECT hour FROM waited")]
    file.close()
    assert {hour % HOUR for (hour,) in rows} == {0}
    counts.waited("gate 12", LaneKind.BIOMETRIC, AT + KEPT_S + HOUR, 2.5)
    assert counts.waiting("gate 12", LaneKind.BIOMETRIC, 0).people == 1


def test_a_disk_that_does_not_do_it_is_told(path: Path, tmp_path: Path) -> None:
    counts = LaneCounts(path)
    counts._file.execute("DROP TABLE counted")
    with pytest.raises(StorageError, match="were not written"):
        counts.add(ONE)
    with pytest.raises(StorageError, match="cannot be read"):
        counts.over(AT)
    (tmp_path / "text").write_text("no database, and long enough to be seen as none" * 40)
    with pytest.raises(StorageError, match="cannot be used"):
        LaneCounts(tmp_path / "text")
