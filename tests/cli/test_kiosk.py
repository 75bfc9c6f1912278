"""``consentry kiosk`` as a traveller meets it, and ``consentry vault``."""

import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from cli.here import Run, running
from consentry.consent.receipt import SignedReceipt
from consentry.consent.receipt_code import TravellerCode, unpacked

SITE = """
[site]
timezone = "Asia/Seoul"
[consent]
controller = "Example Airport"
controller_address = "1 Runway Road"
privacy_contact = "privacy@airport.example"
jurisdiction = "KR"
notice_version = "2026-11"
notice_address = "https://airport.example/notice"
withdrawal = "At every privacy desk, at once."
[[touchpoint]]
name = "lounge"
kind = "lounge_door"
purpose = ["lounge"]
duty = "Contract of the lounge, section 3"
manual_lane = "lounge counter"
[[touchpoint]]
name = "gate 12"
kind = "boarding_gate"
purpose = ["boarding"]
duty = "Security programme, chapter 4"
manual_lane = "gate 12 desk"
[[camera]]
name = "hall"
source = "sim:hall"
"""
LEAVING = (datetime.now(UTC) + timedelta(hours=5)).isoformat(timespec="seconds")
KIOSK = ("kiosk", "site.toml", "--journey", "KE123 2027-01-15", "--departure", LEAVING)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    made = running(tmp_path, monkeypatch, capsys)
    (tmp_path / "site.toml").write_text(SITE)
    (tmp_path / "keys").mkdir()
    for name in ("receipts", "log"):
        told = made("log", "keygen", f"airport.example/{name}", "--out", f"keys/{name}.key")
        (tmp_path / f"{name}.vkey").write_text(told.out)
    assert made("vault", "keygen", "--out", "keys/vault.key").code == 0
    return made


def kept(folder: Path) -> list[str]:
    """What lies in the vault under receipts' names, and in the log."""
    vault = folder / "state" / "vault"
    names = [path.name for path in vault.rglob("*") if path.is_file() and re.match("[0-9a-f]{32}", path.name)]
    entries = folder / "state" / "log" / "entries"
    return [*names, *(["an entry"] if entries.exists() and entries.stat().st_size else [])]


def answer(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{word}\n" for word in words)))


def test_a_traveller_agrees_and_an_outsider_verifies_his_receipt(run: Run, tmp_path: Path) -> None:
    told = run(*KIOSK, "--yes-to", "all", "--out", "papers", "--json", "--pictures", "png")
    assert told.code == 0, told.err
    made = json.loads(told.out)
    files = {kind: tmp_path / path for kind, path in made["files"].items()}
    assert set(files) == {"receipt", "entry", "tlog-proof", "txt", "code", "whole"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in files.values())
    (tmp_path / "policy").write_text(f"log {(tmp_path / 'log.vkey').read_text()}quorum none\n")
    code = TravellerCode.parse(made["code"])
    checked = run(
        "verify", str(files["tlog-proof"]), "--policy", "policy", "--entry", str(files["entry"]),
        "--record", str(files["receipt"]), "--salt", code.salt.hex(), "--json",
    )  # fmt: skip
    assert checked.code == 0, checked.err
    assert json.loads(checked.out)["record"] == "is the one that was logged"
    assert len(kept(tmp_path)) == 3  # a wrapped key, a sealed receipt, the log


def test_both_codes_are_read_from_the_pictures(run: Run, tmp_path: Path) -> None:
    made = json.loads(run(*KIOSK, "--yes-to", "all", "--out", "p", "--json", "--pictures", "png").out)
    with Image.open(tmp_path / made["files"]["code"]) as picture:
        (read,) = zxingcpp.read_barcodes(picture.convert("L"))
    assert read.text == made["code"]
    with Image.open(tmp_path / made["files"]["whole"]) as picture:
        (read,) = zxingcpp.read_barcodes(picture.convert("L"))
    assert unpacked(read.bytes) == SignedReceipt.parse((tmp_path / made["files"]["receipt"]).read_bytes())


def test_each_question_waits_for_a_yes_or_a_no(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, "", "maybe", "no", "yes", "y", "Yes", "YES", "yes", "no", "soon", "99", "2")
    told = run(*KIOSK, "--out", "papers")
    assert told.code == 0, told.err
    assert told.out.count("enter the lounge (lounge)?") == 3
    assert told.out.count("How many days longer, 0 to 30?") == 3
    assert told.out.index("You need not agree") < told.out.index("Do you agree")
    (path,) = (tmp_path / "papers").glob("*.receipt")
    receipt = json.loads(path.read_bytes().partition(b"\n")[2])["pii_processing"]
    assert [one["purpose"] for one in receipt["purposes"]] == ["boarding"]
    assert [one["pii_type"] for one in receipt["pii_information"]] == [
        "document_portrait", "face_image", "feature_template", "journey",
    ]  # fmt: skip
    assert "CONSENTRY:1:" not in told.out  # the code is shown as QR, not read aloud in a log of the terminal
    assert "▄" in told.out


def test_in_korean_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, *(["예"] * 4), "네", "y", "아니요", "")
    told = run(*KIOSK, "--language", "ko")
    assert told.code == 0, told.err
    assert "동의 영수증" in told.out
    assert "라운지 입장" in told.out
    assert "Do you agree" not in told.out


DECLINED = {
    "every purpose": (["no", "no"], 2),
    "the template": (["yes", "yes", "yes", "yes", "no"], 5),
    "the portrait": (["yes", "no", "no"], 3),
}


@pytest.mark.parametrize(("answers", "asked"), DECLINED.values(), ids=DECLINED)
def test_who_says_no_is_told_where_a_person_checks_and_nothing_is_kept(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: list[str], asked: int
) -> None:
    answer(monkeypatch, *answers)
    told = run(*KIOSK, "--out", "papers")
    assert told.code == 3
    assert told.out.count("Do you agree") == asked
    assert "lounge counter" in told.err
    assert kept(tmp_path) == []
    assert not (tmp_path / "papers").exists()


def test_who_walks_away_leaves_nothing(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, "yes")
    assert run(*KIOSK).code == 1
    assert kept(tmp_path) == []


NOT_UNDERSTOOD = {
    "an unknown purpose": ([*KIOSK, "--yes-to", "shopping"], 2, "there is lounge, boarding"),
    "no time": ([*KIOSK[:-1], "tomorrow", "--yes-to", "all"], 2, "expected a time"),
    "an unknown picture": ([*KIOSK, "--pictures", "gif"], 2, "svg or png"),
    "an unknown language": ([*KIOSK, "--language", "xx"], 2, "xx"),
    "a journey that is over": ([*KIOSK[:-1], "2020-01-01", "--yes-to", "all"], 1, "is over"),
    "too long": ([*KIOSK, "--yes-to", "all", "--keep-days", "31"], 1, "0 to 30 days"),
    "no keys": ([*KIOSK, "--keys", "none", "--yes-to", "all"], 1, "consentry log keygen"),
}


@pytest.mark.parametrize(("words", "code", "why"), NOT_UNDERSTOOD.values(), ids=NOT_UNDERSTOOD)
def test_a_mistake_is_told_and_nothing_is_kept(run: Run, tmp_path: Path, words: list[str], code: int, why: str) -> None:
    told = run(*words)
    assert told.code == code
    assert why in " ".join(told.err.replace("│", " ").split())
    assert kept(tmp_path) == []


def test_settings_without_consent_take_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text('[[camera]]\nname = "hall"\nsource = "sim:hall"\n')
    told = run(*KIOSK, "--yes-to", "all")
    assert told.code == 1
    assert "the settings need [consent]" in told.err


def test_a_no_beats_nothing_but_what_was_named(run: Run, tmp_path: Path) -> None:
    """``--yes-to`` ticks what it names and nothing else."""
    told = run(*KIOSK, "--yes-to", "boarding", "--yes-to", "feature_template")
    assert told.code == 3
    assert kept(tmp_path) == []


def test_a_vault_is_wrapped_anew(run: Run, tmp_path: Path) -> None:
    made = json.loads(run(*KIOSK, "--yes-to", "all", "--json").out)
    assert made["files"] == {}
    assert run("vault", "keygen", "--out", "keys/new.key").code == 0
    told = run("vault", "rotate", "state/vault", "--old", "keys/vault.key", "--new", "keys/new.key")
    assert told.code == 0, told.err
    assert "1 keys wrapped" in told.out
    assert run("vault", "rotate", "state/vault", "--old", "keys/vault.key", "--new", "keys/new.key").code == 1
    (tmp_path / "keys" / "vault.key").unlink()
    (tmp_path / "keys" / "new.key").rename(tmp_path / "keys" / "vault.key")
    assert run(*KIOSK, "--yes-to", "all", "--json").code == 0
