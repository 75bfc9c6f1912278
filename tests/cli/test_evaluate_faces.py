"""``consentry evaluate faces`` and ``consentry face calibrate`` from the command line to what is told."""

import json
from pathlib import Path

import pytest

from app.pattern_faces import BoardEmbedder, FrameFinder, crowd
from cli.here import Run, running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return crowd(tmp_path_factory.mktemp("crowd"))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command with patterns for faces."""
    for module in ("evaluate", "face_calibrate"):
        monkeypatch.setattr(f"consentry.cli.{module}.load_acquiring_finder", FrameFinder)
        monkeypatch.setattr(f"consentry.cli.{module}.load_embedder", BoardEmbedder)
    return running(tmp_path, monkeypatch, capsys)


def test_calibrated_then_evaluated(run: Run, folder: Path, tmp_path: Path) -> None:
    made = run("face", "calibrate", str(folder), "--fmr", "0.05", "--embedder", "boards", "--name", "drawn")
    assert made.code == 0, made.err
    assert "boards: 30 people, 1,740 non-mated and 30 mated comparisons" in made.out
    calibration = tmp_path / "calibrations.json"
    assert "Person" not in calibration.read_text("utf-8")
    told = run(
        "evaluate", "faces", str(folder), "--embedder", "boards", "--calibration", str(calibration),
        "--widths", "24", "--out", "faces.html", "--json",
    )  # fmt: skip
    assert told.code == 0, told.err
    found = json.loads(told.out)
    point = json.loads(calibration.read_text("utf-8"))["calibrations"][0]["points"][0]
    used = found["models"][0]["in_use"]
    assert used["threshold"]["score"] == point["score"]
    assert used["fmr"]["rate"] == point["measured"]
    assert used["same"]
    assert [row["width"] for row in found["widths"]] == [24]
    assert found["acquisition"]["fta"]["errors"] == 3
    assert (tmp_path / "faces.html").stat().st_size > 10_000
    assert "Person" not in told.out + told.err


def test_told_to_a_person(run: Run, folder: Path) -> None:
    told = run("evaluate", "faces", str(folder), "--embedder", "boards", "--widths", "none")
    assert told.code == 0, told.err
    assert "not acquired (FTA) 4.8 %" in told.out
    assert "Of 1,000 strangers" in told.out
    assert "What it does not show" in told.out
    assert "Person" not in told.out + told.err


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        pytest.param(["--widths", "wide"], 2, "expected widths such as", id="widths in words"),
        pytest.param(["--widths", "2"], 2, "8 to 4096", id="a width of nothing"),
        pytest.param(["--calibration", "none.json"], 1, "consentry face calibrate", id="no calibration"),
        pytest.param(["--groups", "none.csv"], 1, "none.csv", id="no groups"),
    ],
)
def test_mistakes_get_a_sentence(run: Run, folder: Path, words: list[str], code: int, sentence: str) -> None:
    ended = run("evaluate", "faces", str(folder), "--embedder", "boards", *words)
    assert ended.code == code
    assert sentence in " ".join((ended.out + ended.err).split())
    assert "Traceback" not in ended.err


def test_a_rate_that_so_few_cannot_support_is_refused_and_nothing_is_written(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    ended = run("face", "calibrate", str(folder), "--fmr", "1e-3", "--embedder", "boards")
    assert ended.code == 1
    assert "30 people support none below 0.0085" in ended.err
    assert "87 people" in ended.err
    assert not (tmp_path / "calibrations.json").exists()
    assert run("face", "calibrate", str(folder), "--fmr", "2").code == 2


@pytest.mark.shared
def test_shared_faces_of_a_few_people(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Real faces through the real command: everybody is found and matched, nobody else is."""
    monkeypatch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
    some = tmp_path / "some"
    some.mkdir()
    for path in sorted((shared / "data" / "faces").glob("*.jpg"))[:16]:
        (some / path.name).symlink_to(path)
    ended = running(tmp_path, monkeypatch, capsys)(
        "evaluate", "faces", str(some), "--widths", "64", "--groups", str(shared / "data" / "faces" / "people.csv"),
        "--embedder", "face-reidentification-retail-0095", "--json",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    (model,) = json.loads(ended.out)["models"]
    assert (model["mated"], model["non_mated"]) == (8, 8 * 7 * 2)
    assert model["in_use"]["fmr"]["errors"] == model["in_use"]["fnmr"]["errors"] == 0
    assert not model["in_use"]["same"], "eight of the fifty are not the set that was calibrated on"
    assert [one["column"] for one in model["differentials"]] == ["face_age", "face_gender", "face_eth"]
    assert not any(group["enough"] for one in model["differentials"] for group in one["groups"])
