"""Fire on real footage: the burning doll's house is told in time, and nothing else that is at hand is."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from training.fire.measure import clip, watch, without_fire

from consentry.app.settings import load_site
from consentry.app.wiring import wire
from consentry.backends.clips import ClipSource
from consentry.core.events import Alarm, AlarmState
from consentry.evaluation.alarms import Told, Windows, score
from consentry.touchpoints.camera import CameraListeners, CameraWatch
from truth.load import load

TRUTH = load("fire/house6")
KISA = Windows(before_s=2.0, after_s=10.0)
LONGEST_S = 30.0
"""s of each clip without fire; all of them whole are measured by ``training.fire.measure``, with the same outcome."""


@pytest.mark.shared
def test_the_file_is_the_one_whose_boxes_were_read(shared: Path) -> None:
    with (shared / "data" / "fire" / TRUTH.file).open("rb") as film:
        assert hashlib.file_digest(film, "sha256").hexdigest() == TRUTH.sha256


@pytest.mark.shared
def test_the_whole_watch_tells_the_fire_within_its_window_and_nothing_else(shared: Path) -> None:
    """As the command wires it, with motion instead of a person network: persons do not matter to fire."""
    site = load_site(TRUTH.site)
    site = replace(site, models=site.models.model_copy(update={"person": "motion"}))
    (wired,) = wire(site, lambda: 0.0, (), pytest.fail).watching.watches
    path = shared / "data" / "fire" / TRUTH.file
    parts = replace(wired.parts, source=ClipSource("house6", str(path), rate=5.0, width=640, recorded_at=0.0))
    alarms: list[Alarm] = []

    def hear(told: Sequence[Alarm]) -> None:
        alarms.extend(told)

    CameraWatch(parts, CameraListeners(hear, lambda *_: None, lambda *_: None)).run()
    opened = [Told(a.at, a.hazard, a.place) for a in alarms if a.state is AlarmState.OPENED]
    told = score(TRUTH.events, opened, KISA, TRUTH.watched_s)
    assert (len(told.hits), len(told.misses), len(told.false_alarms)) == (1, 0, 0), alarms
    assert alarms[0].why.startswith("flame: ")


@pytest.mark.shared
@pytest.mark.parametrize("rate", [2.0, 3.0, 10.0])
def test_the_fire_is_told_at_other_rates_at_nearly_the_same_time(rate: float, shared: Path) -> None:
    path = shared / "data" / "fire" / TRUTH.file
    frames = (frame for frame in clip(path, rate=rate) if frame.at < 12)
    (alarm,) = watch(frames).alarms
    assert 4.5 <= alarm.at <= 7.0, "5.4 at 5/s"


@pytest.mark.shared
@pytest.mark.parametrize("folder", ["cctv", "fall", "fight"])
def test_no_other_clip_raises_fire(folder: str, shared: Path) -> None:
    """Passers-by before brick walls, hi-vis vests, red cars, sunlit rooms, brawls under lamps."""
    for path in without_fire(shared):
        if path.relative_to(shared / "data").parts[0] == folder:
            told = watch(frame for frame in clip(path) if frame.at < LONGEST_S).alarms
            assert not told, (path.name, [alarm.why for alarm in told])
