"""The settings that a newcomer copies from the first how-to are good."""

import re
from pathlib import Path

import numpy as np
import pytest

from consentry.app.settings import Site, parse_site

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "first-camera.md"


@pytest.fixture(scope="module")
def site() -> Site:
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return parse_site(text)


def test_the_settings_to_copy_have_no_problem(site: Site) -> None:
    camera = site.cameras[0]
    assert {zone.name for zone in camera.zones()} == {"waiting", "staff only"}
    assert {hazard.kind for hazard in camera.hazards} == {"loitering", "intrusion", "line_crossing", "tampering"}


def test_the_floor_to_copy_is_one_that_a_camera_could_see(site: Site) -> None:
    """Metres grow with the distance from the lower edge, and a zone has the size of a zone."""
    view = site.cameras[0].view()
    assert view.floor is not None
    near, far = view.floor.to_floor(np.array([[0.5, 0.93], [0.5, 0.41]], np.float32))
    assert far[1] - near[1] == pytest.approx(5.4, abs=0.05)
    assert all(1.0 < view.floor.area(zone) < 30.0 for zone in site.cameras[0].zones())


def test_forward_is_what_the_page_says(site: Site) -> None:
    (wire,) = site.cameras[0].tripwires()
    above, below = np.array([[0.5, 0.85]], np.float32), np.array([[0.5, 0.97]], np.float32)
    assert wire.crossings(above, below).tolist() == [1]
