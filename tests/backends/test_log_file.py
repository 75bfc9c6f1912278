"""The log on disk: what was acknowledged is there whatever ends the process, and what was signed never changes."""

import base64
import os
import resource
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consentry.backends.log_file import LogFile
from consentry.backends.log_tree import GrowingTree
from consentry.core.errors import StorageError
from consentry.ledger.checkpoint import Checkpoint
from consentry.ledger.entry import Entry, Kind
from consentry.ledger.merkle import check_consistency, leaf_hash
from consentry.ledger.note import Kind as Signs
from consentry.ledger.note import SigningKey
from consentry.ledger.policy import Policy
from ledger.trees import by_definition, entries

KEY = SigningKey.new("airport.example/log", Signs.ED25519)
WRITER = Path(__file__).resolve().parents[1] / "servers" / "log_writer.py"


def told(number: int) -> Entry:
    return Entry(Kind.COMPARISONS, float(number), "boarding", "gate 12", facts={"count": number})


def filled(folder: Path, count: int) -> LogFile:
    log = LogFile(folder, KEY)
    log.extend(told(number) for number in range(count))
    return log


def test_a_log_is_read_back_with_the_same_root(tmp_path: Path) -> None:
    log = filled(tmp_path / "log", 40)
    head = log.checkpoint()
    log.close()
    again = LogFile(tmp_path / "log", KEY)
    assert [again.entry(index) for index in range(again.size())] == [told(number) for number in range(40)]
    assert again.checkpoint() == head
    assert again.append(told(40)) == 40


def test_every_entry_is_proved_offline(tmp_path: Path) -> None:
    log = filled(tmp_path, 33)
    for index in range(33):
        log.proof(index).check(told(index).to_bytes(), Policy((KEY.verifier,)))
    old = Checkpoint.parse(log.checkpoint().text)
    log.append(told(33))
    new = Checkpoint.parse(log.checkpoint().text)
    check_consistency(old.size, new.size, old.root, new.root, log.consistency(old.size, new.size))


def test_one_size_has_one_checkpoint(tmp_path: Path) -> None:
    """Signing twice would be harmless; signing two roots for one size would be a fork."""
    log = filled(tmp_path, 5)
    assert log.checkpoint() is log.checkpoint()
    log.append(told(5))
    assert Checkpoint.parse(log.checkpoint().text).size == 6


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.data())
def test_a_torn_end_is_put_aside_wherever_it_is_torn(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("log")
    log = filled(folder, 6)
    whole = (folder / "entries").stat().st_size
    log.append(told(6))
    log.close()
    end = data.draw(st.integers(whole, (folder / "entries").stat().st_size - 1))
    os.truncate(folder / "entries", end)
    again = LogFile(folder, KEY)
    assert again.size() == 6
    assert again.append(told(7)) == 6
    again.close()
    third = LogFile(folder, KEY)
    assert third.entry(6) == told(7)
    assert (folder / "torn").exists() is (end > whole)
    third.close()


def test_bytes_that_were_never_written_are_no_entry(tmp_path: Path) -> None:
    """A file system may make a file longer before its bytes are there: zeros."""
    filled(tmp_path, 3).close()
    with (tmp_path / "entries").open("ab") as file:
        file.write(bytes(5000))
    assert LogFile(tmp_path, KEY).size() == 3


@pytest.mark.parametrize("deed", ["shortened", "changed", "emptied"])
def test_a_log_that_is_not_what_was_signed_is_not_opened(tmp_path: Path, deed: str) -> None:
    log = filled(tmp_path, 12)
    log.checkpoint()
    log.close()
    path = tmp_path / "entries"
    content = bytearray(path.read_bytes())
    if deed == "changed":  # a whole entry, seal and all
        row = bytes(content)
        one, other = told(3).to_bytes(), told(9).to_bytes()
        row = row.replace(one + leaf_hash(one)[:8], other + leaf_hash(other)[:8], 1)
        content = bytearray(row)
    path.write_bytes(content[: {"shortened": -40, "emptied": 0}.get(deed, len(content))])
    with pytest.raises(StorageError, match="would fork the log"):
        LogFile(tmp_path, KEY)


def test_a_checkpoint_of_another_key_is_not_gone_on_with(tmp_path: Path) -> None:
    log = filled(tmp_path, 2)
    log.checkpoint()
    log.close()
    with pytest.raises(StorageError, match="signed with its key"):
        LogFile(tmp_path, SigningKey.new(KEY.name, Signs.ED25519))
    (tmp_path / "checkpoint").write_bytes(b"airport.example/log\n")
    with pytest.raises(StorageError, match="the log is not opened"):
        LogFile(tmp_path, KEY)


def test_one_process_holds_a_log(tmp_path: Path) -> None:
    log = filled(tmp_path, 1)
    with pytest.raises(StorageError, match="held by another process"):
        LogFile(tmp_path, KEY)
    log.close()
    log.close()
    LogFile(tmp_path, KEY).close()


def test_an_entry_that_changes_under_the_log_is_told(tmp_path: Path) -> None:
    log = filled(tmp_path, 4)
    path = tmp_path / "entries"
    path.write_bytes(path.read_bytes().replace(b'"count":2', b'"count":7'))
    with pytest.raises(StorageError, match="entry 2 of the log was changed on disk"):
        log.entry(2)
    with pytest.raises(StorageError, match="there is no entry 4"):
        log.entry(4)


def test_a_full_disk_refuses_and_the_log_goes_on_later(tmp_path: Path) -> None:
    """The limit of a file's size stands for a full disk: the write comes back short, then refuses."""
    log = filled(tmp_path, 10)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, ((tmp_path / "entries").stat().st_size + 50, before[1]))
        with pytest.raises(StorageError, match="File too large"):
            log.extend([told(10), told(11)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert log.size() == 10
    assert log.append(told(12)) == 10
    log.close()
    assert LogFile(tmp_path, KEY).entry(10) == told(12)


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file")
    with pytest.raises(StorageError, match="cannot be used"):
        LogFile(tmp_path / "log", KEY)


@pytest.mark.timeout(120)
def test_killed_at_any_point_nothing_acknowledged_is_lost_and_nothing_forks(tmp_path: Path) -> None:
    """kill -9 in the midst of appending, six times on one log: every acknowledged entry and signed head stands."""
    acknowledged: dict[int, int] = {}
    signed: dict[int, bytes] = {}
    for turn in range(6):
        command = [sys.executable, WRITER, tmp_path, KEY.private.private_bytes_raw().hex(), str(turn * 100_000)]
        writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        lines = [writer.stdout.readline()]
        time.sleep(0.02 + 0.037 * turn)
        writer.kill()
        lines += writer.communicate()[0].split("\n")[:-1]
        for line in lines:
            words = line.split()
            if words[0] == "signed":
                signed[int(words[1])] = base64.b64decode(words[2])
            elif len(words) == 2:
                acknowledged[int(words[0])] = int(words[1])
    log = LogFile(tmp_path, KEY)
    assert len(acknowledged) > 6
    for index, number in acknowledged.items():
        assert log.entry(index).facts["count"] == number
    for size, root in signed.items():
        assert log.tree.root(size) == root
    for (old, before), (new, after) in pairwise(sorted(signed.items())):
        check_consistency(old, new, before, after, log.consistency(old, new))


@given(st.integers(0, 200))
def test_a_growing_tree_is_the_tree_of_the_definition(size: int) -> None:
    leaves, tree = entries(size), GrowingTree()
    for leaf in leaves:
        tree.append(leaf_hash(leaf))
    assert (tree.size, tree.root()) == (size, by_definition(leaves))
    with pytest.raises(IndexError, match="no complete subtree"):
        tree.subtree(0, size)
