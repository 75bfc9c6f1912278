"""The bench of documents runs, and what it measures is what it says."""

import json
from pathlib import Path

import pytest

from bench import documents, utopia
from consentry.document.checks import Outcome
from consentry.document.inspection import inspect


def test_documents_without_master_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONSENTRY_SHARED", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["bench", "--quick", "--json"])
    documents.main()
    told = json.loads(capsys.readouterr().out)
    assert told["authorities"] > 500
    rows = {row["name"]: row for row in told["rows"]}
    assert {"passive authentication, rsa2048", "BAC, 7.0 kB read"} <= set(rows)
    assert not any("master lists" in name for name in rows), "nothing is said of what is not at hand"
    assert all(row["baseline_ms"] > 0 and 0 < row["ms"] <= row["p95_ms"] for row in rows.values())


def test_documents_of_benches_are_what_a_state_would_give_out() -> None:
    """All of them but what only a dialogue with the chip tells, and the same bytes in every run."""
    for kind, explicit in (("secp256r1", False), ("brainpoolP256r1", True), ("rsa1024", False)):
        one = utopia.passport(kind, explicit=explicit)
        report = inspect(one.files(), one.store(), utopia.NOW, optical_mrz="\n".join(utopia.MRZ))
        assert not report.failed
        assert report.outcome("sod_signature") is report.outcome("signer_chain") is Outcome.SUCCESSFUL
        assert utopia.passport.__wrapped__(kind, explicit=explicit).files() == one.files()
