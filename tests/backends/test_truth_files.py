"""Truth and alarms from files: each kind read, each kind of nonsense refused with a sentence."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from consentry.backends.alarm_files import read_alarms
from consentry.backends.store import open_store
from consentry.backends.truth_files import read_truth
from consentry.core.errors import ConsentryError, MalformedError, StorageError
from consentry.core.events import HEALTH, Alarm, AlarmState, Incident
from consentry.core.frames import SourceTally
from consentry.evaluation.alarms import Event, Told
from consentry.evaluation.recordings import CameraTold, names_places, without_places
from consentry.ports import CameraRecord
from truth.load import HERE, load, names

CLIP = '[clip]\nname = "gate"\nseconds = 60.0\n'
EVENT = '[[event]]\nhazard = "fall"\nplace = "hall"\nbegin = 5.0\nend = 9.0\n'


def test_the_truth_by_hand_is_read_as_its_own_loader_reads_it() -> None:
    clips = {clip.name: clip for clip in read_truth(HERE)}
    assert set(clips) == set(names())
    for name in names():
        known = load(name)
        assert sorted(clips[name].events, key=repr) == sorted(known.events, key=repr)
        assert clips[name].watched_s == known.watched_s
    assert sum(len(clip.events) for clip in clips.values()) > 60


def test_a_file_alone_with_its_date(tmp_path: Path) -> None:
    path = tmp_path / "gate.toml"
    path.write_text(CLIP + "recorded_at = 2026-11-25T14:30:00+09:00\n" + EVENT, "utf-8")
    (clip,) = read_truth(path)
    assert clip.events == (Event("fall", "hall", 5.0, 9.0),)
    assert clip.recorded_at == 1795584600.0


def test_crossings_close_behind_each_other_are_one_event_in_the_directions_that_are_watched(tmp_path: Path) -> None:
    site = """
[[camera.hazard]]
kind = "line_crossing"
place = "in"
direction = "forward"
[[camera.hazard]]
kind = "line_crossing"
place = "both"
direction = "both"
"""
    (tmp_path / "gate.site.toml").write_text(f"[[camera]]\n{site}", "utf-8")
    crossings = "".join(
        f'[[crossing]]\nplace = "{place}"\ndirection = "{direction}"\nat = {at}\n'
        for place, direction, at in (
            ("in", "forward", [6.0, 1.0, 3.5]), ("in", "backward", [20.0]), ("both", "forward", [10.0]),
            ("both", "backward", [12.0, 15.5]), ("nowhere", "forward", [1.0]),
        )
    )  # fmt: skip
    (tmp_path / "gate.toml").write_text(f'{CLIP}site = "gate.site.toml"\n{crossings}', "utf-8")
    (clip,) = read_truth(tmp_path)
    assert [(event.place, event.begin, event.end, event.note) for event in clip.events] == [
        ("in", 1.0, 6.0, "3 cross"), ("both", 10.0, 12.0, "2 cross"), ("both", 15.5, 15.5, "1 cross")
    ]  # fmt: skip
    assert {event.hazard for event in clip.events} == {"line_crossing"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("", r"\[clip\]", id="empty"),
        pytest.param("[clip\n", "expected TOML", id="no TOML"),
        pytest.param("[clip]\nname = 3\nseconds = 1.0\n", "expected a text in name", id="a number for a name"),
        pytest.param('[clip]\nname = "a"\nseconds = -1\n', "above 0", id="no length"),
        pytest.param('[clip]\nname = "a"\nseconds = nan\n', "number of s in seconds", id="a length that is no number"),
        pytest.param('[clip]\nname = "a"\nseconds = 1e400\n', "number of s in seconds", id="an endless clip"),
        pytest.param('[clip]\nname = "a"\nseconds = true\n', "number of s in seconds", id="true is no number"),
        pytest.param(CLIP + "loops = 0\n", "loops from 1", id="never watched"),
        pytest.param(CLIP + "fps = 25\n", "came fps", id="a key that nobody knows"),
        pytest.param(CLIP + "recorded_at = 2026-11-25T14:30:00\n", "with an offset", id="a date without an offset"),
        pytest.param(CLIP + EVENT.replace("9.0", "4.0"), r"event\[0\].*begin <= end", id="ends before it begins"),
        pytest.param(CLIP + EVENT.replace("5.0", "61.0").replace("9.0", "70.0"), "within 60 s", id="after the clip"),
        pytest.param('[clip]\nname = "a"\nseconds = 4e7\n', "a year in all", id="longer than a year"),
        pytest.param(CLIP + EVENT + "ambigous = true\n", "came ambigous", id="a slip of the pen"),
        pytest.param(CLIP + EVENT + 'ambiguous = "yes"\n', "true or false", id="yes is not true"),
        pytest.param("event = 3\n" + CLIP, "expected tables", id="no tables"),
        pytest.param(
            CLIP + '[[crossing]]\nplace = "line"\ndirection = "up"\nat = [1.0]\n', "forward or backward", id="up"
        ),
        pytest.param(
            CLIP + '[[crossing]]\nplace = "line"\ndirection = "forward"\nat = [1.0]\n', "site", id="no directions"
        ),
        pytest.param(
            CLIP + '[[crossing]]\nplace = "line"\ndirection = "forward"\nat = "soon"\n', "list of s", id="soon"
        ),
        pytest.param(
            CLIP + f"loops = 100000\n{EVENT}every_loop = true\n{EVENT}every_loop = true\n", "at most", id="too many"
        ),
        pytest.param(f"a = {'[' * 3000}", "expected TOML", id="nested without end"),
    ],
)
def test_truth_that_is_none(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "gate.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(MalformedError, match=sentence):
        read_truth(path)


def test_no_truth_at_all(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no such file"):
        read_truth(tmp_path)
    with pytest.raises(StorageError, match="expected to read"):
        read_truth(tmp_path / "none.toml")
    (tmp_path / "a.toml").write_text(CLIP, "utf-8")
    (tmp_path / "b.toml").write_text(CLIP, "utf-8")
    with pytest.raises(MalformedError, match="'gate' again"):
        read_truth(tmp_path)


# --- alarms ---

ALARM = Alarm("fall", "gate", "hall", "e1", AlarmState.OPENED, 5.25, (1,), 0.6, "fell")


def line(**other: object) -> str:
    """A line of ``watch --json``."""
    row = {"hazard": "fall", "camera": "gate", "place": "hall", "episode": "e1", "state": "opened", "at": 5.25}
    return json.dumps(row | other, ensure_ascii=False)


def test_lines_of_a_watch(tmp_path: Path) -> None:
    path = tmp_path / "alarms.jsonl"
    lines = [
        line(at=9), line(), line(state="cleared"), line(hazard=HEALTH), "", line(place="hall\u2028left", at=1)
    ]  # fmt: skip
    path.write_text("\n".join(lines), "utf-8")
    heard = read_alarms(path)
    assert heard.alarms == (
        CameraTold("gate", Told(1, "fall", "hall\u2028left")),
        CameraTold("gate", Told(5.25, "fall", "hall")),
        CameraTold("gate", Told(9, "fall", "hall")),
    )
    assert heard.watched is None


def test_a_table_of_events_gives_back_what_was_made_harmless(tmp_path: Path) -> None:
    path = tmp_path / "alarms.csv"
    head = "time,hazard,camera,place,episode,state,at,tracks,score,why,incident,still,clip\r\n"
    row = '2026-11-25T14:30:00.000+00:00,fall,gate,\'=hall,e1,{},5.25,1,0.6,"fell,\nhard",i,,\r\n'
    path.write_text("\ufeff" + head + row.format("opened") + row.format("cleared"), "utf-8")
    assert read_alarms(path).alarms == (CameraTold("gate", Told(5.25, "fall", "=hall")),)


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        pytest.param("a.jsonl", "soon\n", ":1: expected one JSON object", id="no JSON"),
        pytest.param("a.jsonl", "[" * 100_000, ":1: expected one JSON object", id="nested without end"),
        pytest.param("a.jsonl", "[]\n", "expected one JSON object a line, came", id="a list"),
        pytest.param("a.jsonl", line() + "\n" + line(at="now"), ":2: expected at in s", id="now"),
        pytest.param("a.jsonl", line().replace("5.25", "NaN"), "expected at in s", id="no number"),
        pytest.param("a.jsonl", line(at=10**400), "expected at in s", id="beyond any clock"),
        pytest.param("a.jsonl", line(at=True), "expected at in s", id="true is no time"),
        pytest.param("a.jsonl", line(state="open"), "opened or cleared", id="no state"),
        pytest.param("a.jsonl", line(camera=None), "hazard, camera and place", id="no camera"),
        pytest.param("a.csv", "time,hazard\n", "came no camera, place, state, at", id="columns missing"),
        pytest.param("a.csv", "hazard,camera,place,state,at\nfall,a,b,opened,soon\n", "expected at in s", id="soon"),
        pytest.param("a.csv", 'hazard,camera,place,state,at\nfall,"a"b,c,opened,1\n', "expected CSV", id="no CSV"),
        pytest.param("a.jsonl", "\udcff\udcfe", "expected UTF-8", id="no text"),
    ],
)
def test_alarms_that_are_none(tmp_path: Path, name: str, text: str, sentence: str) -> None:
    path = tmp_path / name
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(MalformedError, match=sentence):
        read_alarms(path)


def test_folders_without_alarms(tmp_path: Path) -> None:
    with pytest.raises(MalformedError, match="came neither"):
        read_alarms(tmp_path)
    with pytest.raises(ConsentryError, match="none"):
        read_alarms(tmp_path / "none")


def test_a_watchs_folder_of_each_camera_the_newest_watch(tmp_path: Path) -> None:
    """A clip that was watched twice is told of twice; another camera's only watch is not forgotten for it."""
    with open_store(tmp_path, create=True) as store:
        for camera, at in (("gate", 5.0), ("hall", 7.0), ("gate", 6.0)):
            number = store.begin_watch(at, "", "")
            store.note_camera(number, CameraRecord(camera, "clip", at, None, SourceTally(), 1, 0, floor=False))
            alarm = replace(ALARM, camera=camera, at=at, episode=f"{camera}{at}")
            for told in (alarm, replace(alarm, state=AlarmState.CLEARED), replace(alarm, hazard=HEALTH, episode="h")):
                store.report(told, Incident("i", at, (told.episode,)))
    heard = read_alarms(tmp_path)
    assert heard.alarms == (
        CameraTold("gate", Told(6.0, "fall", "hall")),
        CameraTold("hall", Told(7.0, "fall", "hall")),
    )
    assert heard.watched == {"gate", "hall"}


def test_where_one_side_knows_no_places_neither_is_asked_for_them(tmp_path: Path) -> None:
    (tmp_path / "gate.toml").write_text(CLIP + EVENT, "utf-8")
    (tmp_path / "a.jsonl").write_text(line(), "utf-8")
    clips, heard = read_truth(tmp_path / "gate.toml"), read_alarms(tmp_path / "a.jsonl")
    assert names_places(clips, heard)
    bare, told = without_places(clips, heard)
    assert {event.place for clip in bare for event in clip.events} | {one.told.place for one in told.alarms} == {""}
    assert not names_places(bare, heard)
