"""``consentry face quality`` as a person runs it."""

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from cli.here import Ended, running
from consentry.face.quality import Component


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    monkeypatch.setenv("COLUMNS", "100")
    words = running(tmp_path, monkeypatch, capsys)
    return lambda *more: words("face", "quality", *map(str, more))


@pytest.fixture
def photo(shared: Path, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    monkeypatch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
    paths = sorted((shared / "data" / "faces").glob("*_neutral.jpg"))
    if not paths:
        pytest.skip("needs the shared faces")
    return cv2.imread(str(paths[3]))


def saved(image: np.ndarray, folder: Path) -> Path:
    path = folder / "picture.png"
    cv2.imwrite(str(path), image)
    return path


@pytest.mark.shared
def test_a_good_photo_is_good_and_every_measure_is_told(run, photo: np.ndarray, tmp_path: Path) -> None:
    ended = run(saved(photo, tmp_path))
    assert (ended.code, ended.err) == (0, "")
    for component in (Component.UNIFIED, Component.SHARPNESS, Component.EYE_DISTANCE, Component.YAW):
        assert component.value in ended.out
    assert " px" in ended.out
    assert "head pose: pitch: by head-pose-estimation-adas-0001" in ended.out
    assert "good: everything that is asked for" in ended.out
    assert "->" not in ended.out


@pytest.mark.shared
@pytest.mark.parametrize(("language", "sentence"), [("en", "Hold still"), ("ko", "움직이지 말고 잠시 그대로 계십시오")])
def test_a_blurred_photo_is_not_good_and_gets_advice(
    run, photo: np.ndarray, tmp_path: Path, language: str, sentence: str
) -> None:
    path = saved(cv2.GaussianBlur(photo, (0, 0), 7), tmp_path)
    ended = run(path, "--language", language)
    assert ended.code == 3
    assert f"-> {sentence} (sharpness)" in ended.out
    told = json.loads(run(path, "--language", language, "--json").out)
    assert (told["for"], told["good"]) == ("live", False)
    assert {"component": "sharpness", "text": sentence} in told["advice"]
    (sharp,) = [one for one in told["measures"] if one["component"] == "sharpness"]
    assert sharp["good"] is False
    assert sharp["value"] < sharp["least"]
    assert sharp["unit"] == "share"


@pytest.mark.shared
def test_a_document_asks_for_more(run, photo: np.ndarray, tmp_path: Path) -> None:
    small = cv2.resize(photo, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
    path = saved(small, tmp_path)
    assert run(path).code == 0
    ended = run(path, "--for", "portrait")
    assert ended.code == 3
    assert "Step closer (inter-eye distance)" in ended.out


@pytest.mark.shared
def test_two_faces_are_told_and_a_face_far_behind_is_none(run, photo: np.ndarray, tmp_path: Path) -> None:
    beside = np.hstack([photo, photo])
    ended = run(saved(beside, tmp_path))
    assert ended.code == 3
    assert "One person at a time, please" in ended.out
    wide = np.hstack([photo, np.full((photo.shape[0], 200, 3), 128, np.uint8)])
    far = cv2.resize(photo, None, fx=0.2, fy=0.2, interpolation=cv2.INTER_AREA)
    wide[40 : 40 + far.shape[0], -180 : -180 + far.shape[1]] = far
    assert run(saved(wide, tmp_path)).code == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "there is none"),
        (b"", "empty"),
        (b"hello" * 99, "something else"),
        (b"\xff\xd8\xff\xe0" + b"x" * 99, "picture"),
    ],
    ids=["no file", "an empty file", "a text", "a broken JPEG"],
)
def test_what_is_no_picture_gives_a_sentence(run, tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "picture.jpg"
    if content is not None:
        path.write_bytes(content)
    ended = run(path)
    assert (ended.code, ended.out) == (1, "")
    assert words in ended.err
    assert "Traceback" not in ended.err


def test_a_picture_without_a_face_says_what_is_needed(run, tmp_path: Path) -> None:
    ended = run(saved(np.full((300, 300, 3), 90, np.uint8), tmp_path))
    assert (ended.code, ended.out) == (1, "")
    assert "expected a face, none was found" in ended.err
    assert "48 px" in ended.err


def test_an_unknown_place_or_language_is_not_understood(run, tmp_path: Path) -> None:
    path = saved(np.zeros((60, 60, 3), np.uint8), tmp_path)
    for words in (["--for", "zoo"], ["--language", "fr"]):
        assert run(path, *words).code == 2
