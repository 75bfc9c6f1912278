"""The bench of the search runs, on a tiny gallery."""

import json

import pytest

from bench import search


def test_the_search_beside_the_bare_product(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["bench", "--quick", "--json"])
    monkeypatch.setattr("os.sched_setaffinity", lambda *_: None, raising=False)  # other tests keep their cores
    search.main()
    told = json.loads(capsys.readouterr().out)
    assert {row["size"] for row in told["rows"]} == {100}
    assert all(row["ratio"] > 0 and row["search"][0] <= row["search"][1] for row in told["rows"])
