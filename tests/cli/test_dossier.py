"""``consentry dossier`` as an operator types it, with a real log."""

import hashlib
import json
from pathlib import Path

import pytest

from cli.here import Run, running
from cli.test_kiosk import KIOSK, SITE


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    made = running(tmp_path, monkeypatch, capsys)
    (tmp_path / "site.toml").write_text(SITE)
    (tmp_path / "keys").mkdir()
    for name in ("receipts", "log"):
        made("log", "keygen", f"airport.example/{name}", "--out", f"keys/{name}.key")
    made("vault", "keygen", "--out", "keys/vault.key")
    return made


LOG = ("--log", "state/log", "--key", "keys/log.key")


def test_from_a_receipt_to_the_regulator_and_back_to_the_log(run: Run, tmp_path: Path) -> None:
    assert run(*KIOSK, "--yes-to", "all", "--json").code == 0
    first = run("dossier", "site.toml", "--out", "first", *LOG, "--json")
    assert first.code == 0, first.err
    told = json.loads(first.out)
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / "first").iterdir()}
    assert told["files"] == hashes
    assert set(hashes) >= {
        "dpia.md",
        "dpia.html",
        "record-of-processing.md",
        "ai-act-technical-file.html",
        "facts.json",
    }
    entry = json.loads(run("log", "show", "state/log", "--key", "keys/log.key", "--last", "1", "--json").out)
    assert (entry["kind"], entry["index"], entry["facts"]) == ("dossier", told["index"], hashes)
    assert "Log entries receipt | 1 |" in (tmp_path / "first" / "dpia.md").read_text("utf-8")
    (tmp_path / "site.toml").write_text(SITE.replace("chapter 4", "chapter 5"))
    second = run("dossier", "site.toml", "--out", "second", *LOG, "--since", "first", "--language", "ko")
    assert second.code == 0, second.err
    changes = (tmp_path / "second" / "changes.md").read_text("utf-8")
    assert "chapter 4 -\\> Security programme, chapter 5" in changes
    assert "0 -\\> 1" in changes, "the first dossier is an entry that the second one counts"


def test_without_a_log_it_says_that_none_was_told(run: Run, tmp_path: Path) -> None:
    told = run("dossier", "site.toml", "--out", "out")
    assert told.code == 0, told.err
    assert "no log was given" in told.out
    assert not (tmp_path / "state").exists()


REFUSED = {
    "a log without its key": (("--log", "state/log"), 2, "both or neither"),
    "no log there": (LOG, 1, "holds no log"),
    "no dossier before": (("--since", "nowhere"), 1, "folder of the last dossier"),
    "no evaluation": (("--accuracy", "site.toml"), 1, "evaluate faces --json"),
    "a language": (("--language", "xx"), 2, "xx"),
}


@pytest.mark.parametrize(("words", "code", "why"), REFUSED.values(), ids=REFUSED)
def test_a_mistake_writes_nothing(run: Run, tmp_path: Path, words: tuple[str, ...], code: int, why: str) -> None:
    told = run("dossier", "site.toml", "--out", "out", *words)
    assert told.code == code
    assert why in " ".join(told.err.replace("│", " ").split())
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "state").exists()
