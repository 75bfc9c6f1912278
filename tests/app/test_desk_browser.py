"""The officer's page in a real browser, during a transaction and after it: no picture stays."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from consentry.app.desk import Desk
from consentry.core.frames import Image
from consentry.core.screening import ESSENTIAL, Finding, Found, Reason, Screening, Step
from consentry.face.sample import FaceSample
from consentry.touchpoints.egate_parts import Prompt
from servers.browser import CHROMIUM, Browser, browser

pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's package chromium"),
]

PINK, LIME = (240, 40, 160), (60, 220, 40)
"""Of the portrait and of the live face, red green blue: nothing on the page has these colours."""


def plain(colour: tuple[int, int, int]) -> Image:
    image = np.empty((180, 140, 3), np.uint8)
    image[:] = colour[::-1]
    return image


def shown(screenshot: np.ndarray, colour: tuple[int, int, int]) -> int:
    """How many pixels have about a colour."""
    return int((np.abs(screenshot.astype(int) - colour).max(axis=2) < 12).sum())


def filled(desk: Desk, page: Browser) -> None:
    """Open the page, and put everything on it."""
    page.open(desk.address)
    desk.portrait(plain(PINK))
    sample = FaceSample(0.0, plain(LIME), np.array([20, 20, 120, 150], np.float32), np.zeros((5, 2), np.float32), 0.9)
    desk.live(sample)
    desk.prompt(Prompt("Look into the camera and hold still", "카메라를 보고 잠시 그대로 계십시오"))
    desk.found(Finding(Step.DOCUMENT, Found.GOOD, "genuine <img src=x>"))
    page.wait_for("document.images.length === 2 && [...document.images].every((one) => one.naturalWidth > 0)")
    page.wait_for("document.getElementById('prompt').textContent !== ''")


REFERRED = Screening(
    "gate 7",
    0.0,
    (
        Finding(Step.DOCUMENT, Found.GOOD, "genuine"),
        Finding(Step.COMPARISON, Found.BAD, "non-match", Reason.NON_MATCH),
    ),
)
CLEARED = Screening(
    "gate 7", 0.0, tuple(Finding(step, Found.GOOD, "as it should be") for step in Step if step in ESSENTIAL)
)


@pytest.mark.parametrize(
    ("screening", "heading"), [(REFERRED, "Refer to the manual lane"), (CLEARED, "Clear")], ids=["refer", "clear"]
)
def test_both_faces_during_and_words_alone_afterwards(screening: Screening, heading: str, tmp_path: Path) -> None:
    with Desk("gate 7") as desk, browser(tmp_path / "profile") as page:
        filled(desk, page)
        during = page.screenshot()
        assert shown(during, PINK) > 10_000, "the portrait"
        assert shown(during, LIME) > 10_000, "the live face beside it"
        assert "genuine <img src=x>" in page.run("document.body.innerText"), "what was found is text, never markup"
        # The decision.
        desk.decided(screening)
        page.wait_for("document.body.dataset.state !== 'running'")
        after = page.screenshot()
        assert (shown(after, PINK), shown(after, LIME)) == (0, 0)
        assert page.run("document.images.length") == 0
        assert page.run("document.querySelector('h1').innerText") == heading
        assert page.run("fetch('portrait.jpg').then((answer) => answer.status)") == 410
        # Asked for anew, and gone back to.
        page.open(desk.address)
        page.wait_for("document.body && document.body.dataset.state !== 'running'")
        again = page.screenshot()
        assert (shown(again, PINK), shown(again, LIME)) == (0, 0)
        page.run("setTimeout(() => history.back(), 0)")
        page.wait_for("document.readyState === 'complete'")
        assert page.run("document.images.length") == 0
        complaints = [line for line in page.console if "410" not in line and "favicon" not in line]
        assert complaints == []


def test_the_browser_keeps_no_picture_in_its_profile(tmp_path: Path) -> None:
    chance = np.random.default_rng(3).integers(0, 256, (180, 140, 3), np.uint8)
    with Desk("gate 7") as desk, browser(tmp_path / "profile") as page:
        page.open(desk.address)
        desk.portrait(chance)
        page.wait_for("document.images.length === 1 && document.images[0].naturalWidth > 0")
        desk.decided(REFERRED)
        page.wait_for("document.body.dataset.state !== 'running'")
    encoded = cv2.imencode(".jpg", chance, (cv2.IMWRITE_JPEG_QUALITY, 90))[1].tobytes()
    needle = encoded[len(encoded) // 2 :][:48]
    files = [path for path in (tmp_path / "profile").rglob("*") if path.is_file()]
    assert files, "there is a profile to look into"
    assert [path.name for path in files if needle in path.read_bytes()] == []


def test_when_the_gate_is_gone_so_are_the_pictures(tmp_path: Path) -> None:
    with browser(tmp_path / "profile") as page:
        with Desk("gate 7") as desk:
            filled(desk, page)
        page.wait_for("document.images.length === 0")
        gone = page.screenshot()
        assert (shown(gone, PINK), shown(gone, LIME)) == (0, 0)
        assert "does not answer any more" in page.run("document.body.innerText")
