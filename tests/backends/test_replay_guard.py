"""A pass is shown once at a touchpoint: across lanes, processes, restarts and kills; and forgotten after its end."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from consentry.backends.replay_guard import LATE_S, ReplayGuard
from consentry.core.errors import StorageError

NUMBER, AT, END = bytes(range(16)), 1_000.0, 5_000.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "shown.sqlite"


def test_first_and_never_again(path: Path) -> None:
    guard = ReplayGuard(path)
    assert guard.first_use(NUMBER, "gate 12", AT, END)
    assert not guard.first_use(NUMBER, "gate 12", AT + 1, END)
    assert guard.first_use(NUMBER, "lounge", AT + 1, END), "once at each touchpoint"
    assert guard.first_use(bytes(16), "gate 12", AT + 1, END), "another pass"
    other_lane = ReplayGuard(path)
    assert not other_lane.first_use(NUMBER, "gate 12", AT + 2, END)
    guard.close()
    guard.close()
    assert not ReplayGuard(path).first_use(NUMBER, "gate 12", AT + 3, END), "after a restart"


def test_numbers_and_touchpoints_do_not_run_into_each_other(path: Path) -> None:
    guard = ReplayGuard(path)
    assert guard.first_use(b"ab", "c", AT, END)
    assert guard.first_use(b"a", "bc", AT, END)


def test_it_forgets_after_the_end_and_not_sooner_than_a_slow_clock_could_ask(path: Path) -> None:
    guard = ReplayGuard(path)
    guard.first_use(NUMBER, "gate 12", AT, END)
    guard.first_use(b"another", "gate 12", END + LATE_S - 1, END + 9_000)
    assert not guard.first_use(NUMBER, "gate 12", END - 1, END), "a lane whose clock is behind"
    guard.first_use(b"a third", "gate 12", END + LATE_S + 1, END + 9_000)
    assert guard.remembered() == 2


def test_the_file_holds_no_number_no_touchpoint_and_nothing_that_was_forgotten(path: Path) -> None:
    guard = ReplayGuard(path)
    guard.first_use(NUMBER, "gate 12", AT, END)
    (before,) = guard._file.execute("SELECT what FROM shown").fetchone()
    assert NUMBER not in path.read_bytes()
    assert b"gate 12" not in path.read_bytes()
    assert before in path.read_bytes()
    guard.first_use(b"other", "lounge", END + LATE_S + 1, END + 9_000)
    guard.close()
    assert before not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_of_lanes_at_the_same_moment_one_is_first(path: Path) -> None:
    lanes = [ReplayGuard(path) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        for number in range(20):
            asked = [pool.submit(lane.first_use, bytes([number]), "gate 12", AT, END) for lane in lanes * 2]
            assert sum(one.result() for one in asked) == 1


def test_what_was_answered_outlives_a_kill(path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from consentry.backends.replay_guard import ReplayGuard\n"
        "guard = ReplayGuard(Path(sys.argv[1]))\n"
        "assert guard.first_use(bytes(range(16)), 'gate 12', 1000.0, 5000.0)\n"
        "os.kill(os.getpid(), 9)"
    )
    source = Path(__file__).resolve().parents[2] / "src"
    ended = subprocess.run(
        [sys.executable, "-c", code, str(path)], env=os.environ | {"PYTHONPATH": str(source)}, check=False
    )
    assert ended.returncode == -9
    assert not ReplayGuard(path).first_use(NUMBER, "gate 12", AT + 1, END)


def test_a_disk_that_does_not_do_it_lets_nobody_pass(path: Path, tmp_path: Path) -> None:
    guard = ReplayGuard(path)
    guard._file.execute("DROP TABLE shown")
    with pytest.raises(StorageError, match="did not take an entry"):
        guard.first_use(NUMBER, "gate 12", AT, END)
    with pytest.raises(StorageError, match="cannot be read"):
        guard.remembered()
    (tmp_path / "text").write_text("no database, and long enough to be seen as none" * 40)
    with pytest.raises(StorageError, match="cannot be used"):
        ReplayGuard(tmp_path / "text")
