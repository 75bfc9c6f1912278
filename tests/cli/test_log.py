"""``consentry log`` and ``consentry verify`` as they are typed."""

import json
from pathlib import Path

import pytest

from cli.here import Run, running
from consentry.backends.key_files import read_key
from consentry.backends.log_file import LogFile
from consentry.core.errors import MalformedError, StorageError
from consentry.ledger.entry import Entry, Kind, commit
from consentry.ledger.note import SigningKey, VerifierKey

SALT, RECORD = bytes(range(32)), b'{"receipt":"r-17"}'
TESSERA = "PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg"
"""The private key of Tessera's test log, as its build_log.sh publishes it."""


@pytest.fixture
def consentry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return running(tmp_path, monkeypatch, capsys)


def test_a_log_from_its_key_to_an_outsiders_word(consentry: Run, tmp_path: Path) -> None:
    vkey = consentry("log", "keygen", "airport.example/log", "--out", "log.key").out.strip()
    log = LogFile(tmp_path / "log", read_key(tmp_path / "log.key"))
    log.append(Entry(Kind.PROFILE_START, 1_800_000_000.0, facts={"profile": "wallet"}))
    log.append(Entry(Kind.ERASURE, 1_800_000_060.0, commitment=commit(SALT, RECORD)))
    log.close()
    (tmp_path / "policy").write_text(f"log {vkey}\nquorum none\n")
    (tmp_path / "record").write_bytes(RECORD)
    published = consentry("log", "publish", "log", "www", "--key", "log.key")
    assert "2 entries, 2 files written, 1 signatures" in published.out
    assert "entries, root" in consentry("verify", "www", "--policy", "policy").out
    shown = consentry("log", "show", "log", "--key", "log.key").out.splitlines()
    assert shown[0].split()[:4] == ["0", "2027-01-15", "08:00:00", "profile_start"]
    told = consentry("log", "show", "log", "--key", "log.key", "--last", "1", "--json").out
    assert json.loads(told)["kind"] == "erasure"
    consentry("log", "prove", "log", "1", "--key", "log.key", "--out", "erasure.tlog-proof")
    proof = ("verify", "erasure.tlog-proof", "--policy", "policy", "--entry", "erasure.entry", "--record", "record")
    found = json.loads(consentry(*proof, "--salt", SALT.hex(), "--json").out)
    assert (found["kind"], found["index"], found["record"]) == ("erasure", 1, "is the one that was logged")
    assert consentry(*proof, "--salt", "00" * 32).code == 1
    assert "64 hexadecimal digits" in consentry(*proof, "--salt", "xyz").err


def test_what_goes_wrong_is_told_without_a_trace(consentry: Run, tmp_path: Path) -> None:
    consentry("log", "keygen", "a/log", "--out", "log.key")
    for words, told in (
        (("log", "keygen", "a/log", "--out", "log.key"), "never written over"),
        (("log", "keygen", "a log", "--out", "other.key"), "without spaces"),
        (("log", "show", "log", "--key", "none.key"), "consentry log keygen makes a key"),
        (("log", "prove", "log", "0", "--key", "log.key", "--out", "x.tlog-proof"), "expected an entry"),
        (("verify", "nowhere", "--policy", "none"), "cannot be read"),
    ):
        ended = consentry(*words)
        assert (ended.code, told in ended.err) == (1, True), ended.err
    assert consentry("log", "publish", "log", "www", "--key", "log.key", "--witness", "ngo").code == 2
    assert consentry("log", "witness", "x", "--key", "log.key", "--state", "s", "--listen", "8089").code == 2
    assert not (tmp_path / "other.key").exists()


def test_a_key_that_others_can_read_is_not_used(consentry: Run, tmp_path: Path) -> None:
    consentry("log", "keygen", "a/log", "--out", "log.key")
    (tmp_path / "log.key").chmod(0o640)
    ended = consentry("log", "show", "log", "--key", "log.key")
    assert (ended.code, "can be read by others" in ended.err) == (1, True)
    assert "PRIVATE" not in ended.err


def test_a_file_that_holds_no_key_is_told_and_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.touch(0o600)
    for content in (b"", b"\xff\xfe", b"PRIVATE+KEY+a+00000000+AAAA", TESSERA.replace("33d7", "33d8").encode()):
        path.write_bytes(content)
        with pytest.raises(MalformedError) as told:
            read_key(path)
        assert content == b"" or content.decode("ascii", "replace") not in str(told.value)
    with pytest.raises(StorageError, match="cannot be read"):
        read_key(tmp_path / "none")


def test_the_key_that_tessera_publishes_is_its_own() -> None:
    public = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
    assert SigningKey.parse(TESSERA).verifier == VerifierKey.parse(public)
    assert SigningKey.parse(TESSERA).secret == TESSERA
