"""What fell due goes, what did not stays, and nothing outside the folders of evidence is ever touched."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.backends.retention import Cleared, clear, inside
from consentry.backends.store import SqlStore, open_store
from consentry.core.errors import StorageError
from consentry.core.events import Alarm, AlarmState, Incident
from consentry.core.observation import HEAT_SHAPE, HeatMap, Observation
from consentry.ports import AlarmQuery

DAY = 86_400.0
NOW = 1_795_000_000.0
LIMITS = {"alarms_days": 90, "evidence_days": 30, "observations_days": 365}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    out = tmp_path / "out"
    for name in ("stills", "clips", "stills/hall"):
        (out / name).mkdir(parents=True)
    return out


@pytest.fixture
def store(folder: Path) -> Iterator[SqlStore]:
    with open_store(folder, create=True) as store:
        yield store


def watched(store: SqlStore, days_ago: float) -> int:
    return store.begin_watch(NOW - days_ago * DAY, "", "")


def told(store: SqlStore, episode: str, at: float, state: AlarmState = AlarmState.OPENED) -> None:
    store.report(Alarm("intrusion", "cam", "z", episode, state, at, (), 0.5, "why"), Incident("i", at, (episode,)))


def shown(store: SqlStore, folder: Path, episode: str, name: str, days_old: float = 0.0) -> Path:
    """An episode's picture, its file last written so long ago."""
    store.attach(episode, **{"still" if name.startswith("stills") else "clip": name})
    return written(folder / name, days_old)


def written(path: Path, days_old: float) -> Path:
    path.write_bytes(b"picture")
    os.utime(path, (NOW - days_old * DAY,) * 2)
    return path


def episodes(store: SqlStore) -> list[str]:
    return [kept.alarm.episode for kept in store.alarms(AlarmQuery())]


def test_each_kind_goes_in_its_own_time(store: SqlStore, folder: Path) -> None:
    watched(store, 400)
    pictures = {}
    for days in (20, 40, 100, 380):
        at = NOW - days * DAY
        told(store, f"d{days}", at)
        store.observe((Observation("cam", at - 5, at, 25, 1.0, 2),))
        store.add_heat(HeatMap("cam", np.full(HEAT_SHAPE, days, np.float32)))
        pictures[days] = [shown(store, folder, f"d{days}", f"{kind}/d{days}", days) for kind in ("stills", "clips")]
    cleared = clear(store, folder, NOW, **LIMITS)
    assert cleared == Cleared(pictures=6, alarms=2, observations=1, heat=1)
    assert episodes(store) == ["d40", "d20"]
    assert [kept.still for kept in store.alarms(AlarmQuery())] == [None, "stills/d20"]
    assert {days for days, paths in pictures.items() for path in paths if path.exists()} == {20}
    assert len(store.observations("cam")) == 3
    heat = store.heat("cam")
    assert heat is not None
    assert (heat.seconds == 20 + 40 + 100).all()
    assert clear(store, folder, NOW, **LIMITS) == Cleared(), "once is enough"


@pytest.mark.parametrize("began", [10, 40], ids=["a young watch", "an old watch"])
@pytest.mark.parametrize("at", [83.4, NOW - 2000 * DAY], ids=["a clip without a date", "a clip years old"])
def test_what_a_clip_shows_falls_due_by_the_watch_and_not_by_the_clip(
    store: SqlStore, folder: Path, at: float, began: float
) -> None:
    watched(store, began)
    told(store, "e", at)
    store.observe((Observation("cam", at - 5, at, 25, 1.0, 2),))
    store.add_heat(HeatMap("cam", np.ones(HEAT_SHAPE, np.float32)))
    picture = shown(store, folder, "e", "clips/e.mp4", began)
    limits = {"alarms_days": 30, "evidence_days": 30, "observations_days": 30}
    due = began > 30
    assert clear(store, folder, NOW, **limits) == Cleared(pictures=due, alarms=due, observations=due, heat=due)
    assert picture.exists() == (not due)
    assert bool(episodes(store)) == (not due)


def test_evidence_of_a_long_episode_stays_until_its_end_is_old_enough(store: SqlStore, folder: Path) -> None:
    watched(store, 100)
    told(store, "e", NOW - 35 * DAY)
    told(store, "e", NOW - 25 * DAY, AlarmState.CLEARED)
    picture = shown(store, folder, "e", "stills/e.jpg", 35)
    assert clear(store, folder, NOW, **LIMITS) == Cleared()
    assert clear(store, folder, NOW + 6 * DAY, **LIMITS).pictures == 1
    assert not picture.exists()


def test_a_picture_that_a_younger_watch_of_the_same_clip_wrote_anew_stays(store: SqlStore, folder: Path) -> None:
    for days in (40, 5):
        watched(store, days)
        told(store, "e", 83.4)
        picture = shown(store, folder, "e", "stills/e.jpg", days)
    assert clear(store, folder, NOW, **LIMITS).pictures == 0
    assert picture.exists()
    assert [kept.still for kept in store.alarms(AlarmQuery())] == [None, "stills/e.jpg"]
    assert clear(store, folder, NOW + 30 * DAY, **LIMITS).pictures == 1
    assert not picture.exists()


def test_pictures_that_no_row_names_go_by_the_age_of_their_file(store: SqlStore, folder: Path) -> None:
    old = [written(folder / name, 31) for name in ("stills/lost.jpg", "stills/hall/lost.jpg", "clips/lost.mp4")]
    others = [written(folder / "stills/new.jpg", 1), written(folder / "report.html", 400)]
    assert clear(store, folder, NOW, **LIMITS).pictures == 3
    assert not any(path.exists() for path in old)
    assert all(path.exists() for path in others)


def test_with_no_days_at_all_everything_goes_but_what_is_being_written(store: SqlStore, folder: Path) -> None:
    watched(store, 1)
    told(store, "e", NOW - 7200)
    kept = shown(store, folder, "e", "stills/e.jpg", 2 / 24)
    being_written, lost = written(folder / "clips/e.mp4", 0.1 / 24), written(folder / "clips/lost.mp4", 2 / 24)
    assert clear(store, folder, NOW, alarms_days=0, evidence_days=0, observations_days=0) == Cleared(
        pictures=2, alarms=1
    )
    assert not kept.exists()
    assert not lost.exists()
    assert being_written.exists()


TAMPERED = [
    "../outside.txt", "stills/../../outside.txt", "stills/../events.sqlite", "events.sqlite", "stills", "stills/..", "",
    "/etc/hostname", "//etc/hostname", "stills/way/outside.txt", "reports/report.html", "STILLS/a", "stills/a\0b", ".",
]  # fmt: skip


@pytest.mark.parametrize("name", TAMPERED, ids=repr)
def test_a_row_that_leads_out_of_the_folders_is_refused_and_forgotten(store: SqlStore, folder: Path, name: str) -> None:
    outside = written(folder.parent / "outside.txt", 500)
    (folder / "reports").mkdir()
    report = written(folder / "reports" / "report.html", 500)
    (folder / "stills" / "way").symlink_to(folder.parent, target_is_directory=True)
    watched(store, 50)
    told(store, "e", NOW - 40 * DAY)
    store.attach("e", still=name)
    cleared = clear(store, folder, NOW, **LIMITS)
    assert cleared.refused == (name,)
    assert cleared.pictures == 0
    assert outside.exists()
    assert report.exists()
    assert (folder / "events.sqlite").exists()
    assert [kept.still for kept in store.alarms(AlarmQuery())] == [None]


def test_a_link_among_the_pictures_is_removed_itself_and_what_it_leads_to_stays(store: SqlStore, folder: Path) -> None:
    outside = written(folder.parent / "outside.txt", 500)
    (folder / "stills" / "e.jpg").symlink_to(outside)
    watched(store, 50)
    told(store, "e", NOW - 40 * DAY)
    store.attach("e", still="stills/e.jpg")
    assert clear(store, folder, NOW, **LIMITS).pictures == 1
    assert outside.exists()
    assert not (folder / "stills" / "e.jpg").is_symlink()


def test_pictures_on_another_disk_behind_a_linked_folder_are_removed_too(store: SqlStore, folder: Path) -> None:
    big = folder.parent / "big-disk"
    (folder / "clips").rename(big)
    (folder / "clips").symlink_to(big, target_is_directory=True)
    watched(store, 50)
    told(store, "e", NOW - 40 * DAY)
    shown(store, folder, "e", "clips/e.mp4", 40)
    written(big / "lost.mp4", 40)
    assert clear(store, folder, NOW, **LIMITS).pictures == 2
    assert list(big.iterdir()) == []


@given(name=st.text(st.sampled_from("./\\ab\0") | st.characters(exclude_categories=["Cs"]), max_size=12))
def test_no_name_whatever_leads_out(name: str) -> None:
    folder = Path("/srv/out")
    for written_name in (name, f"stills/{name}", f"clips/../{name}"):
        path = inside(folder, written_name)
        if path is not None:
            assert os.path.normpath(path) == str(path)
            assert path.is_relative_to(folder / "stills") or path.is_relative_to(folder / "clips")
            assert path not in {folder / "stills", folder / "clips"}


def test_a_picture_that_cannot_be_removed_keeps_its_row_and_is_tried_again(store: SqlStore, folder: Path) -> None:
    watched(store, 50)
    told(store, "e", NOW - 40 * DAY)
    store.attach("e", still="stills/e.jpg", clip="clips/e.mp4")
    (folder / "stills" / "e.jpg").mkdir()  # root may remove any file: what it cannot unlink is a folder
    written(folder / "clips" / "e.mp4", 40)
    cleared = clear(store, folder, NOW, **LIMITS)
    assert cleared.pictures == 1
    assert [words.split(":")[0] for words in cleared.stuck] == ["stills/e.jpg"]
    (folder / "stills" / "e.jpg").rmdir()
    written(folder / "stills" / "e.jpg", 40)
    assert clear(store, folder, NOW, **LIMITS) == Cleared(pictures=1)
    assert [kept.still for kept in store.alarms(AlarmQuery())] == [None]


KILLED = """
import os, sys
from pathlib import Path
from consentry.backends import retention
from consentry.backends.store import open_store

left = int(sys.argv[2])
unlink = Path.unlink
def counted(path, *rest, **named):
    global left
    unlink(path, *rest, **named)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), 9)
Path.unlink = counted
store = open_store(Path(sys.argv[1]))
retention.clear(store, Path(sys.argv[1]), float(sys.argv[3]), alarms_days=90, evidence_days=30, observations_days=365)
"""


def test_a_run_that_was_killed_is_finished_by_the_next(store: SqlStore, folder: Path) -> None:
    watched(store, 50)
    for number in range(6):
        told(store, f"e{number}", NOW - 40 * DAY + number)
        shown(store, folder, f"e{number}", f"stills/{number}.jpg", 40)
        shown(store, folder, f"e{number}", f"clips/{number}.mp4", 40)
    ended = subprocess.run([sys.executable, "-c", KILLED, str(folder), "5", str(NOW)], check=False)
    assert ended.returncode == -9
    assert clear(store, folder, NOW, **LIMITS) == Cleared(pictures=7)
    assert all(kept.still is None and kept.clip is None for kept in store.alarms(AlarmQuery()))
    assert len(episodes(store)) == 6


def test_watches_of_which_nothing_is_left_go_but_never_the_newest(store: SqlStore, folder: Path) -> None:
    watched(store, 800)  # nothing is kept of it
    full = watched(store, 700)
    told(store, "e", NOW - DAY)
    newest = watched(store, 600)
    assert clear(store, folder, NOW, **LIMITS) == Cleared(watches=1)
    assert [watch.number for watch in store.watches()] == [full, newest]


def test_what_was_removed_cannot_be_read_from_the_file_either(store: SqlStore, folder: Path) -> None:
    watched(store, 500)
    store.report(
        Alarm("intrusion", "cam", "z", "e", AlarmState.OPENED, NOW - 400 * DAY, (), 0.5, "a-word-of-its-own" * 3),
        Incident("i", 0.0, ()),
    )
    assert clear(store, folder, NOW, **LIMITS).alarms == 1
    assert not any(b"a-word-of-its-own" in path.read_bytes() for path in folder.glob("events.sqlite*"))


def test_many_rows_are_removed_while_another_process_writes(store: SqlStore, folder: Path) -> None:
    watched(store, 500)
    old = NOW - 400 * DAY
    store.observe(tuple(Observation("cam", old + 5 * k, old + 5 * k + 5, 25, 1.0, 2) for k in range(12_000)))
    with open_store(folder) as other:
        told(other, "e", NOW)
        assert clear(store, folder, NOW, **LIMITS).observations == 12_000
        assert episodes(other) == ["e"]
    assert store.observations("cam") == ()


def test_a_store_that_cannot_be_written_is_told(tmp_path: Path, store: SqlStore, folder: Path) -> None:
    watched(store, 500)
    told(store, "e", NOW - 400 * DAY)
    folder.rename(tmp_path / "away")
    with pytest.raises(StorageError, match=r"events\.sqlite"):
        clear(store, folder, NOW, **LIMITS)
