"""``consentry report`` as an operator runs it."""

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest

from app.report_reader import read
from app.report_story import tell_morning
from cli.here import Run, running
from consentry.backends.recorder import still_path
from consentry.backends.store import open_store


@pytest.fixture
def consentry(watched: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return running(watched, monkeypatch, capsys)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a watch's store on disk in ``out``."""
    folder = tmp_path_factory.mktemp("watched")
    with open_store(folder / "out", create=True) as store:
        tell_morning(store, folder / "out", still_path("view-check-in hall"))
    return folder


def test_the_address_of_the_page_is_all_that_a_process_prints(watched: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-m", "consentry", "report"],
        capture_output=True, text=True, timeout=240, check=False, cwd=watched,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    page = Path(unquote(urlparse(ended.stdout.strip()).path))
    assert page == (watched / "out" / "report.html").resolve()
    assert "7 alarms in 4 incidents" in read(page).text


def test_json_and_another_place(watched: Path, consentry: Run) -> None:
    ended = consentry("report", "out", "--output", "reports/monday.html", "--json")
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    page = watched / "reports" / "monday.html"
    assert told == {"report": page.resolve().as_uri(), "bytes": page.stat().st_size}
    links = [address for tag, address in read(page).addresses if tag == "a" and address.endswith(".mp4")]
    assert len(links) == 6
    assert all(link.startswith("../out/clips/") for link in links)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["nowhere"], 1, "nowhere"),
        (["out", "--output", "out/events.sqlite/report.html"], 1, "--output"),
        (["out", "--output", "out"], 2, "directory"),
        (["out", "--colour", "blue"], 2, "--colour"),
    ],
    ids=["no watch there", "a place that cannot be written to", "a folder", "an unknown option"],
)
def test_a_mistake_gives_a_sentence_and_no_trace(words: list[str], code: int, told: str, consentry: Run) -> None:
    ended = consentry("report", *words)
    assert ended.code == code, ended.err
    assert told in ended.err.replace("\n", "")
    assert "Traceback" not in ended.err
    assert ended.out == ""


def test_help_gives_an_example(consentry: Run) -> None:
    ended = consentry("report", "--help")
    assert ended.code == 0
    assert "consentry report out" in ended.out
