"""The page in a real browser: it loads, its script runs under its own policy, and it asks nobody for anything."""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.report_story import tell_morning
from consentry.app.report import write_report
from consentry.backends.recorder import still_path
from fake_store import MemoryStore

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@dataclass(frozen=True)
class Visit:
    """What a browser made of a page."""

    dom: str
    console: list[str]
    asked: list[str]
    """Addresses that the page, not the browser for itself, asked for."""


def visit(page: Path, folder: Path) -> Visit:
    if CHROMIUM is None:
        pytest.skip("needs Debian's package chromium")
    log = folder / "net.json"
    ended = subprocess.run(
        [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
            "--enable-logging=stderr", f"--log-net-log={log}", "--dump-dom", page.resolve().as_uri(),
        ],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    console = [line for line in ended.stderr.splitlines() if ":CONSOLE" in line]
    return Visit(ended.stdout, console, _asked(log))


def _asked(log: Path) -> list[str]:
    """Requests in the browser's own record that have a page as their origin; those for itself have none."""
    told = json.loads(log.read_text(encoding="utf-8"))
    start = told["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
    requests = [
        event["params"] for event in told["events"] if event["type"] == start and "url" in event.get("params", {})
    ]
    return [request["url"] for request in requests if request.get("initiator", "") != "not an origin"]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("morning")
    store = MemoryStore()
    tell_morning(store, folder, still_path("view-check-in hall"))
    return write_report(store, folder)


def test_the_page_loads_and_asks_nobody_for_anything(page: Path, tmp_path: Path) -> None:
    seen = visit(page, tmp_path)
    assert seen.console == []
    assert seen.asked == []
    assert "7 of 7 shown" in seen.dom, "its script ran"
    assert "Terminal 2, departures" in seen.dom


def test_the_page_is_whole_without_its_script(page: Path, tmp_path: Path) -> None:
    quiet = tmp_path / "quiet.html"
    quiet.write_text(re.sub(r"script-src '[^']*'", "script-src 'none'", page.read_text(encoding="utf-8")))
    seen = visit(quiet, tmp_path)
    assert re.search(r'<form[^>]*id="filter"[^>]*hidden', seen.dom), "a filter that cannot work is not shown"
    assert seen.dom.count("<article") >= 7 + 3
    assert "9 persons wait in queue at desk 4" in seen.dom


def test_this_test_would_notice(page: Path, tmp_path: Path) -> None:
    """A page that asks, and one with another script, are seen to do so: else the tests above would show nothing."""
    text = page.read_text(encoding="utf-8")
    policy = re.search(r'<meta http-equiv="Content-Security-Policy"[^>]*>', text)
    assert policy is not None
    asking = tmp_path / "asking.html"
    asking.write_text(text.replace(policy[0], "").replace("</main>", '<img src="http://127.0.0.1:9/x.png"></main>'))
    assert visit(asking, tmp_path / "a").asked == ["http://127.0.0.1:9/x.png"]
    altered = tmp_path / "altered.html"
    altered.write_text(text.replace("</main>", '<img src="http://127.0.0.1:9/x.png"></main><script>alert(1)</script>'))
    seen = visit(altered, tmp_path / "b")
    assert seen.asked == [], "the page's policy keeps even an altered page from asking"
    assert len(seen.console) >= 2
