"""``consentry desk`` as it is typed, from a kiosk's receipt to an outsider's word that it was erased."""

import json
import time
from pathlib import Path

import pytest

from cli.here import Run, running
from consentry.app.kiosk_files import ConsentFiles
from consentry.consent.access import HeldPassage
from consentry.consent.passage import seal_passage

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def consentry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    run = running(tmp_path, monkeypatch, capsys)
    (tmp_path / "keys").mkdir()
    run("log", "keygen", "airport.example/receipts", "--out", "keys/receipts.key")
    vkey = run("log", "keygen", "airport.example/log", "--out", "keys/log.key").out.strip()
    run("vault", "keygen", "--out", "keys/vault.key")
    (tmp_path / "policy").write_text(f"log {vkey}\nquorum none\n")
    (tmp_path / "site.toml").write_text((ROOT / "examples" / "airport.site.toml").read_text())
    return run


@pytest.fixture
def receipt(consentry: Run, tmp_path: Path) -> dict[str, str]:
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 7200))
    asked = ("--journey", "KE123 today", "--departure", soon, "--yes-to", "all", "--keep-days", "0")
    given = consentry("kiosk", "site.toml", *asked, "--out", "papers", "--pictures", "png", "--json")
    told = json.loads(given.out)
    files = ConsentFiles(tmp_path / "keys", tmp_path / "state")
    with files.vault() as vault:
        key = vault.key(told["receipt_id"])
        assert key is not None
        passage = HeldPassage(time.time(), "gate 12", "boarding", "go")
        files.store().keep(seal_passage(passage, key, told["receipt_id"], told["until"] + 90_000))
    return {"id": told["receipt_id"], "code": told["code"], "picture": told["files"]["code"]}


def test_a_traveller_sees_corrects_and_withdraws(consentry: Run, receipt: dict[str, str], tmp_path: Path) -> None:
    shown = consentry("desk", "show", "site.toml", "--code", receipt["picture"])
    assert (shown.code, "gate 12" in shown.out) == (0, True), shown.err
    assert "보관 중인 정보" in consentry("desk", "show", "site.toml", "--code", receipt["code"], "--language", "ko").out
    number = (
        next(line for line in shown.out.splitlines() if "gate 12, " in line and "[" in line).split("[")[-1].rstrip("]")
    )
    wrong = consentry("desk", "correct", "site.toml", "--code", receipt["code"], "--passage", "0" * 16)
    assert (wrong.code, "no passage" in wrong.err) == (1, True)
    marked = consentry(
        "desk", "correct", "site.toml", "--code", receipt["code"], "--passage", number, "--out", "papers"
    )
    assert marked.code == 0, marked.err
    assert consentry("desk", "opens", "site.toml", "--code", receipt["code"]).code == 3
    done = consentry("desk", "withdraw", "site.toml", "--code", receipt["code"], "--out", "papers")
    assert "nothing opens any more" in done.out
    assert consentry("desk", "opens", "site.toml", "--code", receipt["code"]).out == "nothing opens\n"
    for proof in (marked, done):
        words = proof.out.splitlines()[-1].replace("POLICY", "policy").split()[1:]
        found = consentry(*words, "--json")
        assert json.loads(found.out)["record"] == "is the one that was logged", found.err
    again = consentry("desk", "show", "site.toml", "--code", receipt["code"])
    assert (again.code, "opens nothing here" in again.err) == (1, True)
    assert receipt["code"] not in again.err
    assert "log" in [path.name for path in (tmp_path / "state").iterdir()]


def test_a_legal_hold_takes_two(consentry: Run, receipt: dict[str, str]) -> None:
    hold = ("desk", "hold", "site.toml", "--receipt", receipt["id"], "--reason", "claim 7")
    assert consentry(*hold, "--by", "kim").code == 1
    assert consentry(*hold, "--by", "kim", "--by", "lee").out == "held\n"
    assert "a legal hold keeps" in consentry("desk", "withdraw", "site.toml", "--code", receipt["code"]).out
    lift = ("desk", "lift", "site.toml", "--receipt", receipt["id"])
    assert consentry(*lift, "--by", "kim").code == 1
    assert consentry(*lift, "--by", "kim", "--by", "lee").out == "ended\n"
    assert consentry("desk", "opens", "site.toml", "--code", receipt["code"]).code == 0
    assert "0 items and 0 keys gone" in consentry("desk", "clear", "site.toml").out


def test_the_list_of_withdrawn_passes_is_a_small_file(consentry: Run, tmp_path: Path) -> None:
    told = consentry("desk", "list", "site.toml", "--out", "withdrawn.list")
    assert told.out == f"{(tmp_path / 'withdrawn.list').stat().st_size} bytes: withdrawn.list\n"


def test_what_is_no_code_is_told_without_showing_it(
    consentry: Run, receipt: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in (receipt["code"][:-1], "CONSENTRY:1:ABC", "nonsense"):
        told = consentry("desk", "show", "site.toml", "--code", code)
        assert (told.code, "expected the code" in told.err) == (1, True)
        assert code not in told.err
    told = consentry("desk", "show", "site.toml", "--code", receipt["picture"].replace(".code.png", ".whole.png"))
    assert (told.code, "expected the QR code of a receipt" in told.err) == (1, True)
    monkeypatch.setattr("sys.stdin", __import__("io").StringIO(receipt["code"] + "\n"))
    assert consentry("desk", "opens", "site.toml", "--code", "-").code == 3
