"""``consentry face compare`` as a person runs it: a decision with its error rate, or a reason why there is none."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image as Pictures

from cli.here import Ended, Run, running

pytestmark = pytest.mark.shared


@pytest.fixture
def consentry(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
    monkeypatch.setenv("COLUMNS", "300")
    return running(tmp_path, monkeypatch, capsys)


@pytest.fixture
def faces(shared: Path) -> Path:
    return shared / "data" / "faces"


def compare(consentry: Run, *words: object) -> Ended:
    return consentry("face", "compare", *map(str, words))


@pytest.mark.parametrize("embedder", ["", "mobilefacenet", "mobilefacenet+face-reidentification-retail-0095"])
def test_one_person_matches_and_two_do_not(consentry: Run, faces: Path, embedder: str) -> None:
    asked = ["--json", *(["--embedder", embedder] if embedder else [])]
    for other, decision in (("021_smiling.jpg", "match"), ("045_neutral.jpg", "non-match")):
        ended = compare(consentry, faces / "021_neutral.jpg", faces / other, *asked)
        assert ended.code == 0, ended.err
        told = json.loads(ended.out)
        assert told["decision"] == decision
        rule = told["threshold"]
        assert -1 < rule["non_match_below"] <= rule["match_from"] < 1
        low, high = rule["fmr_interval"]
        assert 0 <= low <= high <= rule["fmr"] <= 1
        assert "50 people" in rule["data"]
        assert (told["score"] >= rule["match_from"]) == (decision == "match")
        assert "smiling.jpg" not in ended.out, "no name of a picture, which may be a person's"


def test_for_a_person_it_says_the_same_in_words(consentry: Run, faces: Path) -> None:
    ended = compare(consentry, faces / "021_neutral.jpg", faces / "021_smiling.jpg", "--threshold-for", "0.01")
    rows = {line.split("  ")[0]: line for line in ended.out.splitlines()}
    assert rows.keys() >= {"decision", "score", "threshold", "error rate", "measured on", "faces"}
    assert rows["decision"].endswith(" match")
    assert "FMR 0.01 wanted" in rows["error rate"]
    assert "(95 %)" in rows["error rate"]
    assert rows["faces"].endswith("found by yunet")


@pytest.fixture
def pictures(faces: Path, tmp_path: Path) -> dict[str, Path]:
    """Pictures that do not show exactly one face that is large enough, and files that are none."""
    one = cv2.imread(str(faces / "021_neutral.jpg"))
    assert one is not None
    small = np.full((720, 1280, 3), 120, np.uint8)
    small[:120, :120] = cv2.resize(one[:720, :720], (120, 120), interpolation=cv2.INTER_AREA)
    made = {
        "no face": np.full((400, 400, 3), 90, np.uint8),
        "several": np.hstack([one, one]),
        "small": small,
    }
    for name, image in made.items():
        cv2.imwrite(str(tmp_path / f"{name}.png"), image)
    stills = [Pictures.fromarray(np.full((99, 99, 3), level, np.uint8)) for level in (0, 255)]
    stills[0].save(tmp_path / "moving.gif", save_all=True, append_images=stills[1:])
    (tmp_path / "text.jpg").write_text("no picture")
    return {path.stem: path for path in tmp_path.iterdir()}


REASONS = {
    "no face": "no face in view",
    "several": "2 faces in view, one is expected",
    "small": "px wide, 48 px are needed",
    "moving": "expected one still picture, came 2",
    "text": "came something else",
    "missing": "there is none at",
}


@pytest.mark.parametrize(
    ("name", "told", "place"),
    [(name, told, place % 2) for place, (name, told) in enumerate(REASONS.items())],
    ids=REASONS,
)
def test_what_cannot_be_compared_is_refused_with_a_reason(
    consentry: Run, faces: Path, pictures: dict[str, Path], name: str, told: str, place: int
) -> None:
    pair = [faces / "021_neutral.jpg", faces / "021_neutral.jpg"]
    pair[place] = pictures.get(name, Path("missing.jpg"))
    ended = compare(consentry, *pair, "--json")
    assert (ended.code, ended.out) == (1, "")
    assert told in ended.err
    assert str(pair[place]) in ended.err.replace("\n", "")
    assert "Traceback" not in ended.err


MISUSE = {
    "a rate beyond 1": (["--threshold-for", "2"], 2, "between 0 and 1"),
    "no rate": (["--threshold-for", "0"], 2, "between 0 and 1"),
    "a rate that 50 people cannot support": (["--threshold-for", "1e-9"], 1, "supports none below"),
    "a face finder as embedder": (["--embedder", "yunet"], 1, "expected an embedder"),
    "a calibration that is not there": (["--calibration", "none.json"], 1, "cannot be read"),
    "an unknown option": (["--show-template"], 2, "--show-template"),
}


@pytest.mark.parametrize(("words", "code", "told"), MISUSE.values(), ids=MISUSE)
def test_a_mistake_gives_a_sentence_and_its_exit_code(
    consentry: Run, faces: Path, words: list[str], code: int, told: str
) -> None:
    ended = compare(consentry, faces / "021_neutral.jpg", faces / "021_smiling.jpg", *words)
    assert (ended.code, ended.out) == (code, "")
    assert told in ended.err


def test_without_a_calibration_the_score_is_told_and_nothing_decided(
    consentry: Run, faces: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with an embedder that somebody has just added: a score alone is no decision."""
    monkeypatch.setattr("consentry.backends.calibrations._parse", lambda _text, _where: {})
    pair = (faces / "021_neutral.jpg", faces / "021_smiling.jpg")
    told = json.loads(compare(consentry, *pair, "--json").out)
    assert (told["decision"], told["threshold"]) == ("undecided", None)
    assert "no calibration" in told["why"]
    assert told["score"] > 0.5
    assert "decision     none: no calibration" in compare(consentry, *pair).out


def test_no_file_is_left_and_no_vector_told(consentry: Run, faces: Path, tmp_path: Path) -> None:
    ended = compare(consentry, faces / "021_neutral.jpg", faces / "021_smiling.jpg", "--json")
    assert list(tmp_path.iterdir()) == []
    told = json.loads(ended.out)
    lists = [value for table in (told, told["threshold"]) for value in table.values() if isinstance(value, list)]
    assert [len(values) for values in lists] == [2, 2], "widths of two faces, an interval: no vector"
