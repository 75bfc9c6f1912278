"""Running, panic and tailgating on real footage: people who walk raise nothing, who was not let in is told.

The gate's events are made up: the people at the bar pass no gate. Each that leaves over the exit line (times seen by a
person: ``tests/truth``) is let in 3 s before, but for one.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from consentry.app.settings import load_site
from consentry.app.wiring import wire
from consentry.backends.clips import ClipSource
from consentry.core.events import Alarm, AlarmState
from consentry.core.frames import Frame, Lapse, SourceTally
from consentry.touchpoints.camera import CameraListeners, CameraWatch
from truth.load import load

BEGAN = 1_764_072_000.0
LOOKS = 4.0
"""a second: a run is told at 2 as at 30."""
UNTIL_S = 50.0
STRANGER = 44.0
"""Who leaves then was not let in."""
HASTE = """
[[camera.zone]]
name = "all"
corners = [[0, 0], [1, 0], [1, 1], [0, 1]]
[[camera.zone]]
name = "floor"
corners = [[0.05, 0.5], [0.95, 0.5], [0.95, 0.98], [0.05, 0.98]]
[[camera.hazard]]
kind = "running"
place = "all"
together = true
[[camera.hazard]]
kind = "panic"
place = "floor"
"""
GATE = """
[[camera.hazard]]
kind = "tailgating"
place = "exit line"
gate = "exit"
"""


@dataclass
class Part:
    """The beginning of a clip."""

    path: Path

    def frames(self) -> Iterator[Frame | Lapse]:
        """Its pictures."""
        for item in ClipSource("cam", str(self.path), rate=LOOKS, width=640, recorded_at=BEGAN).frames():
            if item.at - BEGAN > UNTIL_S:
                return
            yield item

    def rest(self) -> None:
        """A clip has nothing to spare."""

    def wake(self) -> None:
        """See ``rest``."""

    def tally(self) -> SourceTally:
        """Not counted."""
        return SourceTally()

    def close(self) -> None:
        """A clip ends by itself."""


def watch(name: str, clips: Path, folder: Path, more: str, head: str = "") -> list[Alarm]:
    """What is told of a clip with its truth's floor and lines, and the hazards of this test."""
    truth = load(name)
    text = truth.site.read_text("utf-8")
    kept, _, _ = text.partition("[[camera.hazard]]")
    dated = kept.replace("[[camera]]\n", "[[camera]]\nrecorded_at = 2025-11-25T12:00:00Z\n", 1)
    (folder / "site.toml").write_text(head + dated + more)
    told: list[str] = []
    wired = wire(load_site(folder / "site.toml"), lambda: BEGAN, (), told.append)
    (camera,) = wired.watching.watches
    alarms: list[Alarm] = []
    listeners = CameraListeners(alarms.extend, lambda _scene, _frame: None, lambda _seen, _heat: None)
    CameraWatch(replace(camera.parts, source=Part(clips / truth.file)), listeners).run()
    wired.close()
    assert told == []
    return [alarm for alarm in alarms if alarm.state is AlarmState.OPENED]


@pytest.fixture
def clips(shared: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
    return shared / "data" / "cctv"


@pytest.mark.shared
def test_who_was_not_let_in_is_told_and_nobody_runs(clips: Path, tmp_path: Path) -> None:
    left = [crossing.at for crossing in load("one-by-one").crossings if crossing.place == "exit line"]
    events = [{"gate": "exit", "at": BEGAN + at - 3} for at in left if at != STRANGER]
    (tmp_path / "gates.jsonl").write_text("".join(json.dumps(one) + "\n" for one in events))
    assert STRANGER in left
    told = watch("one-by-one", clips, tmp_path, HASTE + GATE, '[gate_events]\nfile = "gates.jsonl"\n')
    assert [(one.hazard, one.score) for one in told] == [("tailgating", 1.0)]
    assert 0 <= told[0].at - BEGAN - STRANGER - 2.0 <= 2.0
    assert told[0].why.startswith("1 person passed exit line without an authorisation of exit: none within the window")


@pytest.mark.shared
def test_people_on_their_way_raise_neither(clips: Path, tmp_path: Path) -> None:
    """50 s of pedestrians, a floor plan. Until ways began anew at a leap, tracks that changed their person ran here."""
    assert watch("vtest", clips, tmp_path, HASTE.replace("0.5]", "0.45]")) == []
