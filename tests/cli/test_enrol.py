"""``consentry enrol`` as a station runs it: exit codes, refusals by name, and what a traveller leaves with."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from cli.here import Run, running
from cli.test_kiosk import SITE
from consentry.backends.face_pictures import read_face_picture
from consentry.backends.simulated_presentations import BONA_FIDE, present

LEAVING = (datetime.now(UTC) + timedelta(hours=5)).isoformat(timespec="seconds")
SIMULATED = ("--simulated", "portrait.png", "--live", "live", "--out", "papers")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in an airport without networks, with pictures of nobody."""
    monkeypatch.setenv("CONSENTRY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("CONSENTRY_MIRROR", raising=False)
    monkeypatch.setattr("consentry.app.screening.fill_freed", lambda: True)  # else for the process of all other tests
    made = running(tmp_path, monkeypatch, capsys)
    (tmp_path / "site.toml").write_text(SITE)
    (tmp_path / "keys").mkdir()
    (tmp_path / "live").mkdir()
    for name in ("receipts", "log"):
        made("log", "keygen", f"airport.example/{name}", "--out", f"keys/{name}.key")
    made("vault", "keygen", "--out", "keys/vault.key")
    wall = np.full((240, 320, 3), 128, np.uint8)
    for name in ("portrait.png", "live/1.png", "live/2.png"):
        cv2.imwrite(str(tmp_path / name), wall)
    return made


def given(run: Run) -> tuple[str, str]:
    """A receipt's file, and the code."""
    told = run("kiosk", "site.toml", "--journey", "KE123", "--departure", LEAVING, "--out", "papers",
               "--yes-to", "all", "--json")  # fmt: skip
    found = json.loads(told.out)
    return found["files"]["receipt"], found["code"]


def kinds(run: Run) -> list[str]:
    lines = run("log", "show", "state/log", "--key", "keys/log.key", "--json").out.splitlines()
    return [json.loads(line)["kind"] for line in lines]


def test_keygen_makes_a_pair_once(run: Run, tmp_path: Path) -> None:
    assert run("pass", "keygen", "--out", "keys").code == 0
    assert (tmp_path / "keys/touchpoints.key").stat().st_mode & 0o777 == 0o600
    again = run("pass", "keygen", "--out", "keys")
    assert (again.code, "never written over" in again.err) == (1, True)


def test_without_the_touchpoints_key_nobody_is_enrolled(run: Run) -> None:
    receipt, _ = given(run)
    ended = run("enrol", "site.toml", "--receipt", receipt, *SIMULATED)
    assert (ended.code, "consentry pass keygen" in ended.err) == (1, True)


def test_who_withdrew_is_refused_by_name_and_no_document_is_read(run: Run) -> None:
    run("pass", "keygen", "--out", "keys")
    receipt, code = given(run)
    assert run("desk", "withdraw", "site.toml", "--code", code).code == 0
    ended = run("enrol", "site.toml", "--receipt", receipt, "--simulated", "missing.png", *SIMULATED[2:])
    assert (ended.code, "this consent was withdrawn" in ended.err) == (1, True)


def test_a_receipt_of_another_airport_or_none_is_refused(run: Run, tmp_path: Path) -> None:
    run("pass", "keygen", "--out", "keys")
    receipt, _ = given(run)
    (tmp_path / "keys/receipts.key").unlink()
    run("log", "keygen", "airport.example/receipts", "--out", "keys/receipts.key")
    other = run("enrol", "site.toml", "--receipt", receipt, *SIMULATED)
    assert (other.code, "a key that signs receipts here" in other.err) == (1, True)
    (tmp_path / "no.receipt").write_text("a receipt")
    assert run("enrol", "site.toml", "--receipt", "no.receipt", *SIMULATED).code == 1
    assert run("enrol", "site.toml", "--receipt", "missing.receipt", *SIMULATED).code == 1


@pytest.mark.parametrize(
    "words",
    [
        ("--live", "live", "--out", "papers"),
        (*SIMULATED, "--reader", "--trust", "x"),
        (*SIMULATED, "--pictures", "gif"),
        (*SIMULATED, "--language", "fr"),
        ("--photo", "portrait.png", "--live", "live", "--out", "papers"),
    ],
    ids=["no document", "two documents", "a kind of picture", "a language", "a bare photograph"],
)
def test_what_is_not_understood(run: Run, words: tuple[str, ...]) -> None:
    receipt, _ = given(run)
    assert run("enrol", "site.toml", "--receipt", receipt, *words).code == 2


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (SIMULATED[:2], "the document"),
        (("--mrz", "zone.txt"), "no chip read"),
    ],
    ids=["nobody in the portrait", "print alone"],
)
def test_who_is_referred_has_no_pass(run: Run, tmp_path: Path, words: tuple[str, ...], reason: str) -> None:
    run("pass", "keygen", "--out", "keys")
    zone = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3204153ZE184226B<<<<<16"
    (tmp_path / "zone.txt").write_text(zone)
    receipt, _ = given(run)
    ended = run("enrol", "site.toml", "--receipt", receipt, *words, *SIMULATED[2:], "--json")
    told = json.loads(ended.out)
    assert (ended.code, told["enrolled"], told["files"]) == (3, False, {})
    assert reason in told["why"] or told["reasons"]
    assert not list((tmp_path / "papers").glob("*.pass"))
    assert kinds(run) == ["receipt", "profile_start", "settings", "models", "comparisons"]
    assert "ERIKSSON" not in ended.out + ended.err


@pytest.mark.shared
def test_a_traveller_enrols_and_a_second_start_tells_the_log_nothing_new(
    run: Run, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
    faces = shared / "data" / "faces"
    for number, (_, image) in enumerate(present(BONA_FIDE, read_face_picture(faces / "001_smiling.jpg"), 4, 18)):
        cv2.imwrite(str(tmp_path / "live" / f"{number + 1}.png"), image)
    run("pass", "keygen", "--out", "keys")
    receipt, code = given(run)
    words = ("--simulated", str(faces / "001_neutral.jpg"), "--live", "live", "--out", "papers")
    ended = run("enrol", "site.toml", "--receipt", receipt, *words)
    assert (ended.code, "the pass is with you alone" in ended.out) == (0, True), ended
    assert "SIMULATED" in ended.err
    (made,) = (tmp_path / "papers").glob("*.pass")
    assert made.read_bytes().startswith(b"CJP1")
    assert kinds(run)[-1] == "comparisons"
    assert run("enrol", "site.toml", "--receipt", receipt, *words, "--json").code == 0
    assert kinds(run).count("models") == 1
    assert run("desk", "withdraw", "site.toml", "--code", code).code == 0
    assert run("desk", "opens", "site.toml", "--code", code).out.strip() == "nothing opens"
