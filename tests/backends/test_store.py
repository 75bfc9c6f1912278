"""What is reported comes back: one contract for the store on disk and the one in memory; then the disk's own."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect

from consentry.backends import store_schema
from consentry.backends.store import STORE_FILE, SqlStore, open_store
from consentry.core.errors import StorageError
from consentry.core.events import Alarm, AlarmState, Incident
from consentry.core.frames import SourceTally
from consentry.core.observation import HEAT_SHAPE, HeatMap, Observation, PlaceObservation
from consentry.ports import AlarmQuery, CameraRecord, EventStore, KeptAlarm
from fake_store import MemoryStore

Make = Callable[[], AbstractContextManager[EventStore]]

CAMERAS = ("gate", "hall", "Fußweg\n2")
HAZARDS = ("intrusion", "loitering", "health")
TIMES = st.floats(0.0, 200.0) | st.floats(1.7e9, 1.8e9) | st.integers(0, 5).map(float)


def alarm(number: int, state: AlarmState = AlarmState.OPENED, at: float | None = None, camera: str = "cam") -> Alarm:
    at = float(number) if at is None else at
    return Alarm("intrusion", camera, "gate", f"e{number}", state, at, (1, 2), 0.5, "somebody in the zone for 2 s")


def incident(told: Alarm) -> Incident:
    return Incident(f"incident-{told.episode}", told.at, (told.episode,))


def tell(store: EventStore, *alarms: Alarm) -> None:
    for told in alarms:
        store.report(told, incident(told))


@contextmanager
def on_disk() -> Iterator[SqlStore]:
    # In memory where the system has such a disk: a property opens a hundred stores, and waits for each to be on disk.
    shared_memory = Path("/dev/shm")
    with (
        TemporaryDirectory(dir=shared_memory if shared_memory.is_dir() else None) as folder,
        open_store(Path(folder) / "a new # folder", create=True) as store,
    ):
        yield store


@contextmanager
def in_memory() -> Iterator[MemoryStore]:
    yield MemoryStore()


# A factory and no fixture: a property needs an empty store for each of its examples.
every_store = pytest.mark.parametrize("make", [on_disk, in_memory], ids=["sqlite", "memory"])


# What every store does


alarms = st.builds(
    Alarm,
    hazard=st.sampled_from(HAZARDS),
    camera=st.sampled_from(CAMERAS),
    place=st.text(max_size=5),
    episode=st.sampled_from(["e1", "e2", "e3"]),
    state=st.sampled_from(AlarmState),
    at=TIMES,
    tracks=st.lists(st.integers(0, 2**63 - 1), max_size=3).map(tuple),
    score=st.floats(0, 1),
    why=st.text(max_size=20),
)
queries = st.builds(
    AlarmQuery,
    since=st.none() | TIMES,
    until=st.none() | TIMES,
    camera=st.none() | st.sampled_from([*CAMERAS, "nowhere"]),
    hazard=st.none() | st.sampled_from(HAZARDS),
    state=st.none() | st.sampled_from([state.value for state in AlarmState]),
    limit=st.none() | st.integers(0, 5),
    incident=st.none() | st.sampled_from(["incident-e1", "incident-e2"]),
    watch=st.none() | st.integers(1, 2),
)


def plainly(kept: Sequence[KeptAlarm], query: AlarmQuery) -> list[KeptAlarm]:
    """The query as one would write it over a list."""
    fitting = [
        one
        for one in kept
        if (query.since is None or one.alarm.at >= query.since)
        and (query.until is None or one.alarm.at < query.until)
        and query.camera in (None, one.alarm.camera)
        and query.hazard in (None, one.alarm.hazard)
        and query.state in (None, one.alarm.state)
        and query.incident in (None, one.incident)
        and query.watch in (None, one.watch)
    ]
    return fitting if query.limit is None else fitting[len(fitting) - min(query.limit, len(fitting)) :]


# Deadlines off here and below: other work on the machine is not the store's fault.
@every_store
@settings(max_examples=40, deadline=None)
@given(first=st.lists(alarms, max_size=8), second=st.lists(alarms, max_size=8), query=queries)
def test_what_is_reported_comes_back_equal_in_order_and_as_asked(
    make: Make, first: list[Alarm], second: list[Alarm], query: AlarmQuery
) -> None:
    with make() as store:
        told: dict[tuple[int, str, str, float], Alarm] = {}
        for batch in (first, second):
            watch = store.begin_watch(1e9, "", "")
            tell(store, *batch, *batch[:2])
            for one in batch:
                told.setdefault((watch, one.episode, one.state, one.at), one)
        kept = store.alarms(AlarmQuery())
        assert [one.alarm for one in kept] == sorted(told.values(), key=lambda one: one.at)
        assert {one.watch for one in kept} <= {1, 2}
        assert all(one.incident == f"incident-{one.alarm.episode}" for one in kept)
        assert list(store.alarms(query)) == plainly(kept, query)


BOUNDS = [
    (AlarmQuery(since=2.0), [2, 3, 4]),
    (AlarmQuery(until=3.0), [1, 2]),
    (AlarmQuery(since=2.0, until=4.0), [2, 3]),
    (AlarmQuery(since=3.0, until=3.0), []),
    (AlarmQuery(since=2.0, until=4.0, limit=1), [3]),
    (AlarmQuery(limit=0), []),
]


@every_store
@pytest.mark.parametrize(("query", "wanted"), BOUNDS)
def test_since_is_included_and_until_is_not(make: Make, query: AlarmQuery, wanted: list[int]) -> None:
    with make() as store:
        tell(store, *map(alarm, (3, 1, 4, 2)))
        assert [one.alarm.at for one in store.alarms(query)] == wanted


@every_store
def test_an_alarm_told_twice_is_kept_once_and_a_new_watch_of_the_same_clip_tells_it_anew(make: Make) -> None:
    with make() as store:
        store.begin_watch(1e9, "", "")
        tell(store, alarm(1), alarm(1), alarm(1, AlarmState.CLEARED, 4.0), alarm(1))
        assert [(one.alarm.state, one.alarm.at) for one in store.alarms(AlarmQuery())] == [
            ("opened", 1),
            ("cleared", 4),
        ]
        second = store.begin_watch(2e9, "", "")
        tell(store, alarm(1))
        assert [one.watch for one in store.alarms(AlarmQuery())] == [1, 2, 1]
        assert [one.alarm for one in store.alarms(AlarmQuery(watch=second))] == [alarm(1)]


@every_store
def test_an_alarm_outside_any_watch_is_kept_once_too(make: Make) -> None:
    with make() as store:
        tell(store, alarm(1), alarm(1))
        assert [(one.alarm, one.watch) for one in store.alarms(AlarmQuery())] == [(alarm(1), None)]


@every_store
def test_an_episode_that_resumes_says_how_long_each_time_lasted(make: Make) -> None:
    opened, cleared = AlarmState.OPENED, AlarmState.CLEARED
    with make() as store:
        store.begin_watch(1e9, "", "")
        tell(store, alarm(1, opened, 10.0), alarm(1, cleared, 14.5), alarm(1, opened, 20.0), alarm(1, cleared, 21.0))
        tell(store, alarm(2, opened, 30.0), alarm(3, cleared, 40.0))
        assert [one.lasted for one in store.alarms(AlarmQuery())] == [4.5, 4.5, 1.0, 1.0, None, None]
        assert [one.lasted for one in store.alarms(AlarmQuery(state="cleared", limit=2))] == [1.0, None]


@every_store
def test_evidence_is_named_bit_by_bit_and_stays_with_its_watch(make: Make) -> None:
    with make() as store:
        for still in ("stills/1.jpg", "stills/2.jpg"):
            store.begin_watch(1e9, "", "")
            tell(store, alarm(1), alarm(2))
            store.attach("e1", still=still)
        store.attach("e1", clip="clips/2.mp4")
        store.attach("e2")
        named = {(one.watch, one.alarm.episode): (one.still, one.clip) for one in store.alarms(AlarmQuery())}
        assert named[1, "e1"] == ("stills/1.jpg", None)
        assert named[2, "e1"] == ("stills/2.jpg", "clips/2.mp4")
        assert named[1, "e2"] == named[2, "e2"] == (None, None)


places = st.builds(
    PlaceObservation,
    place=st.text(max_size=4),
    people=st.floats(0, 1e4),
    density=st.none() | st.floats(0, 10),
    dwell_s=st.floats(0, 1e5),
    waiting_s=st.none() | st.floats(0, 1e5),
    forward=st.integers(0, 1000),
    backward=st.integers(0, 1000),
)
observations = st.builds(
    Observation,
    camera=st.sampled_from(CAMERAS),
    begin=TIMES,
    end=TIMES,
    looked=st.integers(0, 1000),
    people=st.floats(0, 1e4),
    most=st.integers(0, 1000),
    places=st.lists(places, max_size=3).map(tuple),
)


@every_store
@settings(max_examples=25, deadline=None)
@given(seen=st.lists(observations, max_size=6))
def test_what_was_seen_comes_back_equal_by_camera_in_order_of_time(make: Make, seen: list[Observation]) -> None:
    with make() as store:
        store.observe(())
        store.observe(tuple(seen[:2]))
        store.observe(tuple(seen[2:]))
        for camera in CAMERAS:
            mine = sorted((one for one in seen if one.camera == camera), key=lambda one: one.begin)
            assert list(store.observations(camera)) == mine


@every_store
def test_heat_adds_up_over_days_and_watches(make: Make) -> None:
    generator = np.random.default_rng(2)
    maps = [generator.integers(0, 99, HEAT_SHAPE).astype(np.float32) for _ in range(5)]
    with make() as store:
        store.add_heat(HeatMap("hall", maps[0]))
        store.begin_watch(1e9, "", "")
        for day, cells in enumerate(maps[1:4]):
            store.observe((Observation("hall", day * 86400.0, day * 86400.0 + 5, 25, 1.0, 1),))
            store.add_heat(HeatMap("hall", cells))
        store.begin_watch(2e9, "", "")
        store.add_heat(HeatMap("hall", maps[4]))
        store.add_heat(HeatMap("gate", maps[0]))
        hall, gate = store.heat("hall"), store.heat("gate")
        assert hall is not None
        assert gate is not None
        np.testing.assert_array_equal(hall.seconds, np.sum(maps, axis=0))
        np.testing.assert_array_equal(gate.seconds, maps[0])
        assert hall.seconds.dtype == np.float32
        assert store.heat("pier") is None


@every_store
def test_watches_say_how_each_camera_did_and_whether_they_ended(make: Make) -> None:
    tally = SourceTally(100, 90, 10, 50, 3, 1, 2)
    early = CameraRecord("hall", "rtsp://10.0.0.7/1", 5.0, None, tally, 20, 30, floor=True)
    late = CameraRecord("hall", "rtsp://10.0.0.7/1", 5.0, 9.0, tally, 40, 60, floor=False)
    gate = CameraRecord("gate", "clip.mp4", 0.0, 9.0, SourceTally(), 0, 0, floor=False)
    with make() as store:
        first = store.begin_watch(1e9, "[site]\n", "standard")
        store.note_camera(first, early)
        store.note_camera(first, gate)
        store.note_camera(first, late)
        store.end_watch(first, 1e9 + 9)
        second = store.begin_watch(2e9, "", "")
        one, two = store.watches()
        assert (one.number, one.began, one.ended, one.settings, one.models) == (
            first,
            1e9,
            1e9 + 9,
            "[site]\n",
            "standard",
        )
        assert one.cameras == (gate, late)
        assert (two.number, two.ended, two.cameras) == (second, None, ())
        with pytest.raises(StorageError):
            store.end_watch(77, 0.0)
        with pytest.raises(StorageError):
            store.note_camera(77, gate)


@every_store
def test_threads_lose_nothing_of_each_other(make: Make) -> None:
    with make() as store:
        store.begin_watch(1e9, "", "")

        def camera(name: str) -> None:
            for number in range(20):
                told = Alarm("intrusion", name, "z", f"{name}-{number}", AlarmState.OPENED, float(number), (), 0.5, "")
                store.report(told, incident(told))
                store.observe((Observation(name, number * 5.0, number * 5.0 + 5, 25, 1.0, 1),))
                store.add_heat(HeatMap(name, np.ones(HEAT_SHAPE, np.float32)))
                store.alarms(AlarmQuery(limit=1))

        threads = [Thread(target=camera, args=(f"cam{k}",)) for k in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(store.alarms(AlarmQuery())) == 80
        for k in range(4):
            heat = store.heat(f"cam{k}")
            assert len(store.observations(f"cam{k}")) == 20
            assert heat is not None
            assert (heat.seconds == 20).all()


# What the one on disk does besides


def test_another_opening_reads_what_is_kept_while_the_first_goes_on_writing(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as writing, open_store(tmp_path) as reading:
        tell(writing, *map(alarm, range(1, 511)))  # more than a page
        told = reading.each(AlarmQuery())
        next(told)
        tell(writing, alarm(2000))
        assert len(list(told)) == 509, "a reading is of one moment"
        assert len(reading.alarms(AlarmQuery())) == 511


def test_an_alarm_is_told_to_the_disk_before_report_returns(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        for durable, synchronous in ((True, 2), (False, 1)):
            with store.file.writing("nothing", durable=durable) as connection:
                pragmas = [
                    connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                    for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
                ]
            assert pragmas == ["wal", synchronous, 1, 1]
        assert store._watch is None


def test_words_that_have_no_utf8_are_kept_escaped_instead_of_refused(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        tell(store, Alarm("health", "cam", "cam", "e", AlarmState.OPENED, 1.0, (), float("nan"), "clip \udcff.mp4"))
        (kept,) = store.alarms(AlarmQuery())
        assert kept.alarm.why == "clip \\udcff.mp4"
        assert np.isnan(kept.alarm.score)


KILLED = """
import sys
from pathlib import Path
from threading import Thread
import numpy as np
from consentry.backends.store import open_store
from consentry.core.events import Alarm, AlarmState, Incident
from consentry.core.observation import HEAT_SHAPE, HeatMap, Observation

store = open_store(Path(sys.argv[1]), create=True)
store.begin_watch(1e9, "", "")

def see():
    for second in range(10**9):
        store.observe((Observation("cam", second, second + 1.0, 5, 1.0, 1),))
        store.add_heat(HeatMap("cam", np.ones(HEAT_SHAPE, np.float32)))

Thread(target=see, daemon=True).start()
for number in range(10**9):
    told = Alarm("intrusion", "cam", "z", f"e{number}", AlarmState.OPENED, number, (), 0.5, "")
    store.report(told, Incident("i", 0, ()))
    print(number, flush=True)
"""


@pytest.mark.parametrize("after", [1, 40, 150], ids=lambda number: f"after {number} alarms")
def test_a_process_killed_while_it_writes_loses_nothing_that_report_returned_for(tmp_path: Path, after: int) -> None:
    for life in range(2):  # and again in a folder where one was killed before
        with subprocess.Popen(
            [sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            told = [int(next(process.stdout)) for _ in range(after)]
            process.kill()
            told += map(int, process.stdout.read().split())
        assert process.returncode == -9
        with open_store(tmp_path) as store:
            kept = [int(one.alarm.at) for one in store.alarms(AlarmQuery(watch=life + 1))]
            assert kept[: len(told)] == told
            assert len(kept) - len(told) in (0, 1), "the one at hand may have been kept without being told"
            with store.file.reading("whether it is whole") as connection:
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
            assert len(store.watches()) == life + 1


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"needs the right to mount a small tmpfs: {error}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """A file that takes all the room there is."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        while True:
            try:
                file.write(bytes(4096))
            except OSError:
                return ballast


def test_a_full_disk_refuses_an_alarm_in_words_and_takes_it_when_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path, "512k") as disk, open_store(disk, create=True) as store:
        ballast = fill(disk)
        taken = 0
        with pytest.raises(StorageError, match=r"events\.sqlite.*full.*make room"):  # noqa: PT012 - how many fit is the disk's matter
            for number in range(1000):
                tell(store, alarm(number))
                taken += 1
        ballast.unlink()
        tell(store, *map(alarm, range(taken, taken + 3)))
        assert [one.alarm for one in store.alarms(AlarmQuery())] == [alarm(number) for number in range(taken + 3)]


def test_a_full_file_refuses_in_words_and_takes_again(tmp_path: Path) -> None:
    """The same fault without a mount: SQLite's own limit of pages says SQLITE_FULL."""
    with open_store(tmp_path, create=True) as store:
        tell(store, alarm(0))

        def limit(pages: int) -> None:
            with store.file._durable.connect() as connection:
                connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

        limit(1)  # SQLite takes what the file has now as the least
        taken = 1
        with pytest.raises(StorageError, match="full") as refused:  # noqa: PT012
            for number in range(1, 1000):
                tell(store, alarm(number))
                taken += 1
        assert "INSERT" not in str(refused.value)
        assert "make room" in str(refused.value)
        limit(10_000)
        tell(store, alarm(taken), alarm(taken))
        assert len(store.alarms(AlarmQuery())) == taken + 1


def test_a_file_deleted_under_a_watch_refuses_alarms_instead_of_swallowing_them(tmp_path: Path) -> None:
    with open_store(tmp_path / "out", create=True) as store:
        tell(store, alarm(1))
        (tmp_path / "out").rename(tmp_path / "away")
        with pytest.raises(StorageError, match="deleted or moved"):
            tell(store, alarm(2))
        (tmp_path / "away").rename(tmp_path / "out")
        tell(store, alarm(2))
        assert len(store.alarms(AlarmQuery())) == 2


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE passengers (name TEXT)")
    connection.close()


def newer(path: Path) -> None:
    open_store(path.parent, create=True).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "no database": (lambda path: path.write_bytes(b"not a database at all" * 99), "not a database.*move the file away"),
    "another program's": (foreign, "another program"),
    "of a newer version": (newer, "newer Consentry.*99"),
    "a folder": (lambda path: path.mkdir(), r"events\.sqlite"),
}


@pytest.mark.parametrize("create", [False, True], ids=["to read", "to write"])
@pytest.mark.parametrize(("breaks", "words"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_store_is_refused_in_words_and_left_as_it_is(
    tmp_path: Path, breaks: Callable[[Path], object], words: str, *, create: bool
) -> None:
    path = tmp_path / STORE_FILE
    breaks(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StorageError, match=words) as refused:
        open_store(tmp_path, create=create)
    assert str(path) in str(refused.value)
    assert before == (path.read_bytes() if path.is_file() else None)


@pytest.mark.parametrize(
    ("folder", "words"), [("nowhere", "no such file.*output folder of a watch"), ("empty", "it is empty")]
)
def test_nothing_to_read_is_told_and_nothing_is_made(tmp_path: Path, folder: str, words: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / STORE_FILE).touch()
    with pytest.raises(StorageError, match=words):
        open_store(tmp_path / folder)
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="output folder"):
        open_store(tmp_path / "file" / "out", create=True)


def test_a_read_only_copy_can_be_read_and_a_watch_is_told_at_its_start(tmp_path: Path) -> None:
    with small_disk(tmp_path, "512k") as disk:
        with open_store(disk, create=True) as store:
            tell(store, alarm(1))
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with open_store(disk) as store:
            assert [one.alarm for one in store.alarms(AlarmQuery())] == [alarm(1)]
            with pytest.raises(StorageError, match="writable"):
                tell(store, alarm(2))
        with pytest.raises(StorageError, match="writable"):
            open_store(disk, create=True)


def test_a_row_that_somebody_else_wrote_is_told_as_such(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        tell(store, alarm(1))
        with store.file.writing("a fault") as connection:
            connection.exec_driver_sql("UPDATE alarms SET state = 'raging'")
        with pytest.raises(StorageError, match="raging"):
            store.alarms(AlarmQuery())


# The file's history


def test_the_steps_add_up_to_the_tables(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store, store.file.reading("the tables") as connection:
        found = inspect(connection)
        assert {name: [column["name"] for column in found.get_columns(name)] for name in found.get_table_names()} == {
            name: [column.name for column in table.columns] for name, table in store_schema.TABLES.tables.items()
        }


def test_an_older_file_is_brought_up_with_all_that_is_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(tmp_path, create=True) as store:
        tell(store, alarm(1))
    later = (*store_schema.STEPS, "CREATE TABLE remarks (text TEXT); ALTER TABLE alarms ADD COLUMN seen REAL")
    monkeypatch.setattr(store_schema, "STEPS", later)
    for _ in range(2):  # brought up once, opened twice
        with open_store(tmp_path) as store, store.file.reading("its version") as connection:
            assert store_schema.version(connection) == len(later)
            assert "remarks" in inspect(connection).get_table_names()
            assert [one.alarm for one in store.alarms(AlarmQuery())] == [alarm(1)]


def test_a_step_that_fails_leaves_the_older_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(tmp_path, create=True) as store:
        tell(store, alarm(1))
    with monkeypatch.context() as patch:
        patch.setattr(store_schema, "STEPS", (*store_schema.STEPS, "CREATE TABLE remarks (text TEXT); GARBAGE"))
        with pytest.raises(StorageError, match="GARBAGE"):
            open_store(tmp_path)
    with open_store(tmp_path) as store, store.file.reading("the tables") as connection:
        assert "remarks" not in inspect(connection).get_table_names()
        assert [one.alarm for one in store.alarms(AlarmQuery())] == [alarm(1)]


def test_two_watches_that_make_the_store_at_once_make_one(tmp_path: Path) -> None:
    faults: list[BaseException] = []

    def watch(number: int) -> None:
        try:
            with open_store(tmp_path, create=True) as store:
                store.begin_watch(time.time(), "", "")
                tell(store, alarm(number))
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test must show it
            faults.append(error)

    threads = [Thread(target=watch, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with open_store(tmp_path) as store:
        assert len(store.alarms(AlarmQuery())) == len(store.watches()) == 6
