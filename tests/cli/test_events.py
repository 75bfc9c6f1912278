"""``consentry events`` as an operator runs it, on a real store."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.app.moments import CLIP_CLOCK_S, moment
from consentry.backends.store import SqlStore, open_store
from consentry.cli.listing import COLUMNS, cell, harmless
from consentry.cli.main import main
from consentry.cli.when import when
from consentry.core.events import HEALTH, Alarm, AlarmState, Incident

KEYS = ["hazard", "camera", "place", "episode", "state", "at", "tracks", "score", "why", "incident", "still", "clip"]
NOW = 1_795_000_000.0
SEOUL = ZoneInfo("Asia/Seoul")
OPENED, CLEARED = AlarmState.OPENED, AlarmState.CLEARED


@dataclass
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    def told(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., Ended]:
    """The command, run through its own entry in this process, in a folder of its own."""
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["consentry", "events", *words])
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        return Ended(code, *capfd.readouterr())

    return run


def tell(
    store: SqlStore,
    number: int,
    at: float,
    state: AlarmState = OPENED,
    *,
    camera: str = "hall",
    hazard: str = "loitering",
) -> None:
    episode = f"e{number}"
    alarm = Alarm(hazard, camera, "bench", episode, state, at, (1, 7), 0.5, f"why {number}, in the zone")
    store.report(alarm, Incident(f"incident-{episode}", at, (episode,)))


@pytest.fixture
def store(tmp_path: Path) -> SqlStore:
    """A watch of a day ago with some of everything; it is still running."""
    store = open_store(tmp_path / "out", create=True)
    store.begin_watch(NOW, '[site]\nname = "Terminal"\ntimezone = "Asia/Seoul"\n', "basic")
    tell(store, 1, NOW + 10)
    tell(store, 2, NOW + 20, camera="gate", hazard=HEALTH)
    tell(store, 1, NOW + 110, CLEARED)
    tell(store, 3, NOW + 7200)
    tell(store, 4, 83.4, camera="clip")
    store.attach("e1", still="stills/e1.jpg", clip="clips/e1.mp4")
    return store


def numbers(ended: Ended) -> list[tuple[object, object]]:
    assert ended.code == 0, ended.err
    return [(line["episode"], line["state"]) for line in ended.told()]


ALL = [("e4", "opened"), ("e1", "opened"), ("e2", "opened"), ("e1", "cleared"), ("e3", "opened")]

FILTERS: dict[str, tuple[list[str], list[tuple[str, str]]]] = {
    "nothing": ([], ALL),
    "since, in the site's zone": (["--since", "2026-11-18T20:07:00"], ALL[2:]),
    "since, included to the second": (["--since", "2026-11-18T11:07:00Z"], ALL[2:]),
    "until, not included": (["--until", "2026-11-18T20:07:00+09:00"], ALL[:2]),
    "a position in a clip": (["--until", "+01:23.5"], ALL[:1]),
    "camera": (["--camera", "gate"], [("e2", "opened")]),
    "hazard": (["--hazard", "health"], [("e2", "opened")]),
    "state": (["--state", "cleared"], [("e1", "cleared")]),
    "incident": (["--incident", "incident-e1"], [("e1", "opened"), ("e1", "cleared")]),
    "the newest": (["--limit", "2"], ALL[3:]),
    "watch": (["--watch", "1"], ALL),
    "another watch": (["--watch", "2"], []),
    "several at once": (["--camera", "hall", "--state", "opened", "--limit", "1"], [("e3", "opened")]),
    "nobody": (["--camera", "pier"], []),
}


@pytest.mark.parametrize(("words", "wanted"), FILTERS.values(), ids=FILTERS)
def test_filters_give_what_they_say_while_a_watch_still_writes(
    store: SqlStore, events: Callable[..., Ended], words: list[str], wanted: list[tuple[str, str]]
) -> None:
    with store:
        assert numbers(events("--json", *words)) == wanted


def test_an_hour_ago_is_an_hour_ago(tmp_path: Path, events: Callable[..., Ended]) -> None:
    now = datetime.now(UTC).timestamp()
    with open_store(tmp_path / "mine", create=True) as store:
        tell(store, 1, now - 7200)
        tell(store, 2, now - 1800)
    assert numbers(events("mine", "--json", "--since", "1h")) == [("e2", "opened")]
    assert numbers(events("mine", "--json", "--until", "1h")) == [("e1", "opened")]


def test_json_has_the_keys_of_the_watch_and_the_evidence(store: SqlStore, events: Callable[..., Ended]) -> None:
    with store:
        told = events("--json").told()
    assert all(list(line) == KEYS for line in told)
    assert told[1]["still"] == "stills/e1.jpg"
    assert told[1]["clip"] == "clips/e1.mp4"
    assert told[1]["tracks"] == [1, 7]
    assert told[0]["still"] is None
    assert told[0]["at"] == 83.4


def test_csv_says_the_same_as_json_with_the_local_time(
    store: SqlStore, events: Callable[..., Ended], tmp_path: Path
) -> None:
    with store:
        told = events("--json").told()
        ended = events("--csv", "--output", "alarms.csv")
        assert ended.code == 0
        assert ended.out == ""
    written = (tmp_path / "alarms.csv").read_bytes().decode("utf-8")
    assert written.count("\r\n") == written.count("\n") == 6
    rows = list(csv.DictReader(StringIO(written, newline="")))
    assert [list(row) for row in rows] == [list(COLUMNS)] * 5
    assert [row["time"] for row in rows] == [
        "", "2026-11-18T20:06:50.000+09:00", "2026-11-18T20:07:00.000+09:00",
        "2026-11-18T20:08:30.000+09:00", "2026-11-18T22:06:40.000+09:00",
    ]  # fmt: skip
    for row, line in zip(rows, told, strict=True):
        assert float(row["at"]) == line["at"]
        assert row["why"] == line["why"]
        assert row["tracks"] == "1 7"
        assert row["still"] == (line["still"] or "")


NASTY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=cmd|"/c calc"!A0', 'a "quoted", b', "two\r\nlines", "'", ""]


def test_a_spreadsheet_shows_what_would_be_a_formula_and_no_row_breaks(
    tmp_path: Path, events: Callable[..., Ended]
) -> None:
    with open_store(tmp_path / "out", create=True) as store:
        for number, words in enumerate(NASTY):
            alarm = Alarm("intrusion", words, words, f"{words}{number}", OPENED, float(number), (), 0.5, words)
            store.report(alarm, Incident(words, 0.0, ()))
    ended = events("--csv")
    assert ended.code == 0, ended.err
    rows = list(csv.reader(StringIO(ended.out, newline="")))
    assert rows[0] == list(COLUMNS)
    assert len(rows) == 1 + len(NASTY)
    for row, words in zip(rows[1:], NASTY, strict=True):
        told = dict(zip(COLUMNS, row, strict=True))
        assert told["camera"] == told["place"] == told["why"] == told["incident"] == cell(words)
        assert not any(part.startswith(("=", "+", "-", "@", "\t", "\r")) for part in row)
        assert told["why"].removeprefix("'" if words.startswith(("=", "+", "-", "@", "\t", "\r")) else "") == words


def test_people_get_a_table_in_the_sites_own_time_with_how_long_each_lasted(
    store: SqlStore, events: Callable[..., Ended]
) -> None:
    with store:
        ended = events("--camera", "hall")
    assert ended.code == 0
    head, opened, cleared, other = (line.split() for line in ended.out.splitlines())
    assert head == ["time", "hazard", "camera", "place", "state", "lasted", "why", "incident"]
    assert opened[:9] == ["2026-11-18", "20:06:50", "loitering", "hall", "bench", "opened", "1", "min", "40"]
    assert cleared[5:10] == ["cleared", "1", "min", "40", "s"]
    assert other[5:] == ["opened", "why", "3,", "in", "the", "zone", "incident-e3"]


def test_what_somebody_else_named_can_neither_colour_nor_move_the_terminal(
    tmp_path: Path, events: Callable[..., Ended]
) -> None:
    with open_store(tmp_path / "out", create=True) as store:
        words = "\x1b[2J[bold red]x[/]\r\x9b31m\u202e"
        store.report(Alarm("intrusion", words, "z", "e", OPENED, 1.0, (), 0.5, words), Incident(words, 1.0, ()))
    ended = events()
    assert ended.code == 0, ended.err
    assert not {"\x1b", "\r", "\x9b", "\u202e"} & set(ended.out)
    assert "[bold red]x[/]" in ended.out


def test_a_long_table_ends_with_the_newest_and_says_that_there_is_more(
    tmp_path: Path, events: Callable[..., Ended]
) -> None:
    with open_store(tmp_path / "out", create=True) as store:
        for number in range(103):
            tell(store, number, NOW + number)
    ended = events()
    lines = ended.out.splitlines()
    assert len(lines) == 101
    assert "why 3," in lines[1]
    assert "why 102," in lines[-1]
    assert "--limit" in ended.err
    assert len(events("--limit", "200").out.splitlines()) == 104
    assert len(events("--json").out.splitlines()) == 103


def test_a_clip_that_was_watched_twice_is_told_twice_and_can_be_told_apart(
    tmp_path: Path, events: Callable[..., Ended]
) -> None:
    for _ in range(2):
        with open_store(tmp_path / "out", create=True) as store:
            store.begin_watch(NOW, "", "")
            tell(store, 1, 83.4)
    ended = events()
    assert len(ended.out.splitlines()) == 3
    assert "watches 1, 2" in ended.err
    assert len(events("--watch", "2").out.splitlines()) == 2


def test_no_alarm_is_no_mistake(store: SqlStore, events: Callable[..., Ended]) -> None:
    with store:
        ended = events("--hazard", "queue")
    assert (ended.code, ended.out) == (0, "")
    assert "no alarm fits, of 5 kept" in ended.err


MISTAKES: dict[str, tuple[list[str], int, str]] = {
    "no such folder": (["nowhere"], 1, "nowhere/events.sqlite"),
    "a time of day alone": (["--since", "14:30"], 2, "2026-11-25T14:30:00Z"),
    "no time": (["--until", "yesterday"], 2, "--until"),
    "both kinds": (["--json", "--csv"], 2, "choose one"),
    "no state": (["--state", "raging"], 2, "cleared"),
    "no limit": (["--limit", "0"], 2, "--limit"),
    "the store as output": (["--csv", "--output", "out/events.sqlite"], 2, "the file of events itself"),
    "the store's log as output": (
        ["--csv", "--output", "out/../out/events.sqlite-wal"],
        2,
        "the file of events itself",
    ),
    "no folder for the output": (["--csv", "--output", "nowhere/a.csv"], 1, "nowhere/a.csv"),
    "an unknown option": (["--everything"], 2, "--everything"),
}


@pytest.mark.parametrize(("words", "code", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_gives_a_sentence_and_its_exit_code(
    store: SqlStore, events: Callable[..., Ended], words: list[str], code: int, told: str
) -> None:
    with store:
        before = len(events("--json").told())
        ended = events(*words)
        assert ended.code == code, ended.err
        assert told in ended.err.replace("\n", "")
        assert "Traceback" not in ended.err
        assert len(events("--json").told()) == before == 5


def test_a_full_disk_behind_standard_output_and_a_reader_that_leaves_are_no_traces(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with open_store(tmp_path, create=True) as store:
        store.begin_watch(NOW, "", "")
        for number in range(200):  # more than fits in the buffer of standard output
            tell(store, number, NOW + number)
    command = [sys.executable, "-m", "consentry", "events", str(tmp_path), "--json"]
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert "No space left" in ended.stderr.replace("\n", " ")
    assert "Traceback" not in ended.stderr
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    os.close(writing)
    assert ended.stderr == ""


# Times as people type them


@given(at=st.floats(CLIP_CLOCK_S, 4e9) | st.floats(0, CLIP_CLOCK_S - 1))
def test_a_time_copied_from_the_table_is_understood(at: float) -> None:
    # The table shows whole seconds, and tenths of a position in a clip.
    told = when(moment(at, UTC), 0.0, UTC)
    assert abs(told - at) < (1.0 if at >= CLIP_CLOCK_S else 0.0501)


TIMES = {
    "2026-11-18T11:06:40Z": NOW,
    "2026-11-18T20:06:40+09:00": NOW,
    "2026-11-18 20:06:40": NOW,
    "2026-11-18T20:06:40.25": NOW + 0.25,
    "2026-11-18": NOW - 20 * 3600 - 400,
    "90s": 910.0,
    "15min": 100.0,
    "0.25h": 100.0,
    "3d": 1000.0 - 3 * 86_400,
    "2w ago": 1000.0 - 14 * 86_400,
    "+01:23.4": 83.4,
    "+83.4": 83.4,
    "+75:12.0": 4512.0,
}


@pytest.mark.parametrize(("text", "at"), TIMES.items())
def test_times_are_read_in_the_sites_zone(text: str, at: float) -> None:
    assert when(text, 1000.0, SEOUL) == pytest.approx(at, abs=1e-6)


@given(text=st.text(max_size=12) | st.text("0123456789:+-TZ.hd ", max_size=12) | st.dates().map(str))
def test_any_text_is_a_time_or_a_sentence(text: str) -> None:
    sentence = ""
    try:
        when(text, 1000.0, SEOUL)
    except ValueError as error:
        sentence = str(error)
    assert sentence == "" or "such as 2026-11-25T14:30:00Z" in sentence


@given(text=st.text())
def test_any_text_is_harmless_to_a_terminal(text: str) -> None:
    assert not any(ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in harmless(text))
