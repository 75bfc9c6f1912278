"""The whole gate by its command, with the officer's page open in a real browser: both faces, then words."""

import os
import re
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from consentry.backends.face_pictures import read_face_picture
from consentry.backends.simulated_presentations import BONA_FIDE, present
from servers.browser import CHROMIUM, browser

pytestmark = [
    pytest.mark.shared,
    pytest.mark.network,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's package chromium"),
]

COUNTING = """
window.most = 0;
new MutationObserver(() => { window.most = Math.max(window.most, document.images.length); })
  .observe(document.body, { childList: true, subtree: true });
"""
"""The most pictures that the page showed at once."""


def test_the_officer_sees_both_faces_and_then_words(shared: Path, tmp_path: Path) -> None:
    faces = shared / "data" / "faces"
    (tmp_path / "live").mkdir()
    for number, (_, image) in enumerate(present(BONA_FIDE, read_face_picture(faces / "001_smiling.jpg"), 1, 24)):
        cv2.imwrite(str(tmp_path / "live" / f"{number}.png"), image)
    words = [
        sys.executable, "-m", "consentry", "screen", "--simulated", str(faces / "001_neutral.jpg"),
        "--live", "live", "--desk", "0",
    ]  # fmt: skip
    environment = os.environ | {"CONSENTRY_MIRROR": str(shared / "models")}
    with (
        browser(tmp_path / "profile") as page,
        subprocess.Popen(
            words, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as gate,
    ):
        assert gate.stderr is not None
        address = re.search(r"http://\S+/", gate.stderr.readline())
        assert address is not None
        page.open(address[0])
        page.wait_for("document.getElementById('checks') !== null")
        page.run(COUNTING)
        page.wait_for("document.body.dataset.state !== 'running'")
        assert page.run("document.querySelector('h1').innerText") == "Clear"
        assert page.run("window.most") == 2, "portrait and live face beside each other"
        assert page.run("document.images.length") == 0
        assert "Live face against portrait" in page.run("document.body.innerText")
        out, err = gate.communicate(timeout=60)
    assert gate.returncode == 0, out + err
    assert address[0] not in out + err
