"""The benches run, on tiny inputs, and what they hold a detector against is true."""

import json
from pathlib import Path

import numpy as np
import pytest
from bench.people import Checked, compare, match, pictures, shrunk

from bench import networks, startup, watch
from consentry.core.scene import Detections, Label

PERSONS = np.array([[0.1, 0.2, 0.2, 0.6], [0.5, 0.2, 0.6, 0.6]], np.float32)
NOBODY = np.zeros((0, 4), np.float32)


class Told:
    """A detector that always says the same."""

    name = "told"

    def __init__(self, boxes: np.ndarray) -> None:
        self._boxes = boxes

    def detect(self, _image: np.ndarray, /) -> Detections:
        return Detections.of(Label.PERSON, self._boxes)


@pytest.mark.parametrize(
    ("boxes", "unclear", "hit", "nobody"),
    [
        (PERSONS, NOBODY, [True, True], 0),
        (PERSONS[:1], NOBODY, [True, False], 0),
        (PERSONS[[0, 0]], NOBODY, [True, False], 1),  # a second box on the same person finds nobody
        (PERSONS + 0.3, NOBODY, [False, False], 2),
        (PERSONS + 0.3, PERSONS[:1] + 0.3, [False, False], 1),
        (NOBODY, NOBODY, [False, False], 0),
    ],
    ids=["all", "one missed", "twice", "elsewhere", "unclear", "blind"],
)
def test_boxes_are_held_against_persons(boxes: np.ndarray, unclear: np.ndarray, hit: list[bool], nobody: int) -> None:
    told, others = match(boxes, PERSONS, unclear)
    assert told.tolist() == hit
    assert others == nobody


def test_a_shrunk_picture_carries_its_boxes_along() -> None:
    image = np.zeros((100, 200, 3), np.uint8)
    image[20:60, 20:40] = 255
    field, persons, _ = shrunk(Checked(image, PERSONS, NOBODY), 0.5)
    rows, columns = np.nonzero(field[..., 0] == 255)
    left, top, right, bottom = persons[0] * [200, 100, 200, 100]
    assert (columns.min(), rows.min()) == pytest.approx((left, top), abs=1)
    assert (columns.max() + 1, rows.max() + 1) == pytest.approx((right, bottom), abs=1)


def test_recall_counts_only_the_pictures_as_they_are() -> None:
    seen = compare(Told(PERSONS), [Checked(np.zeros((50, 50, 3), np.uint8), PERSONS, NOBODY)])
    assert (seen.persons, seen.found, seen.false, seen.recall) == (2, 2, 0, 1.0)
    assert sum(there for there, _ in seen.by_height) == 6


@pytest.fixture
def bench(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("CONSENTRY_SHARED", str(shared))
    monkeypatch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["bench", "--quick", "--json"])
    return monkeypatch


@pytest.mark.shared
def test_checked_pictures_are_those_of_the_clips(shared: Path) -> None:
    checked = pictures(shared / "data" / "cctv")
    assert (len(checked), sum(len(one.persons) for one in checked)) == (24, 70)
    for one in checked:
        assert (one.persons[:, 2:] > one.persons[:, :2]).all()


@pytest.mark.shared
def test_networks_side_by_side(bench: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    del bench
    networks.main()
    rows = {row["network"]: row for row in json.loads(capsys.readouterr().out)["rows"]}
    picodet, retail = rows["picodet-s-320"], rows["person-detection-retail-0013"]
    assert picodet["found"] > retail["found"], "docs/adr/0002-person-network.md says so"
    assert picodet["nobody"] < retail["nobody"]


@pytest.mark.shared
def test_a_watch_against_decoding_alone(bench: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    del bench
    watch.main()
    told = json.loads(capsys.readouterr().out)
    busy = told["ratios"][0]
    assert busy["given"] == 10
    assert busy["arrived"] == 50
    assert busy["ratio"] > 1
    shares = told["profiles"][busy["clip"]]
    assert {"decode and scale", "persons", "tracks", "signals", "scene", "rules"} <= set(shares)
    assert set(told["rss_mib"]) == {"2", "4"}


def test_how_long_the_command_takes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["bench", "--quick", "--json"])
    startup.main()
    told = json.loads(capsys.readouterr().out)
    assert told["seconds"]["consentry --version, s"] > told["seconds"]["python alone, s"]
    assert told["imports_ms"]["numpy"] > 0
