"""``consentry report`` as an operator runs it."""

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest

from app.report_reader import read
from app.report_story import tell_morning
from consentry.backends.recorder import still_path
from consentry.backends.store import open_store


def consentry(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-m", "consentry", *words],
        capture_output=True, text=True, timeout=120, check=False, cwd=cwd,
    )  # fmt: skip


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a watch's store on disk in ``out``."""
    folder = tmp_path_factory.mktemp("watched")
    with open_store(folder / "out", create=True) as store:
        tell_morning(store, folder / "out", still_path("view-check-in hall"))
    return folder


def test_the_address_of_the_page_is_all_that_is_printed(watched: Path) -> None:
    ended = consentry("report", cwd=watched)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    page = Path(unquote(urlparse(ended.stdout.strip()).path))
    assert page == (watched / "out" / "report.html").resolve()
    assert "7 alarms in 4 incidents" in read(page).text


def test_json_and_another_place(watched: Path) -> None:
    ended = consentry("report", "out", "--output", "reports/monday.html", "--json", cwd=watched)
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
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
def test_a_mistake_gives_a_sentence_and_no_trace(words: list[str], code: int, told: str, watched: Path) -> None:
    ended = consentry("report", *words, cwd=watched)
    assert ended.returncode == code, ended.stderr
    assert told in ended.stderr.replace("\n", "")
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


def test_help_gives_an_example(tmp_path: Path) -> None:
    ended = consentry("report", "--help", cwd=tmp_path)
    assert ended.returncode == 0
    assert "consentry report out" in ended.stdout
