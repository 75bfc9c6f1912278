"""``consentry document mrz`` as a person runs it."""

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image as Pictures
from training.mrz.pages import FONTS, draw_page
from training.mrz.standard_pages import TAKES
from training.mrz.texts import Zone

from consentry.cli.main import main
from consentry.document.mrz import MrzFields, write_mrz
from consentry.document.mrz_layout import TD3
from consentry.document.mrz_names import Names

LINES = write_mrz(
    MrzFields("P", "UTO", Names("ERIKSSON", "ANNA MARIA"), "L898902C3", "UTO", "740812", "F", "320415", "ZE184226B"),
    TD3,
)
needs_ocr_b = pytest.mark.skipif(not FONTS.is_dir(), reason="needs Debian's fonts-ocr-b")


class Ended(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def mrz(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    monkeypatch.setenv("COLUMNS", "300")

    def run(*words: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["consentry", "document", "mrz", *map(str, words)])
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        return Ended(code, *capfd.readouterr())

    return run


@pytest.fixture
def passport(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    page = draw_page(rng, Zone(TD3, LINES), 15, turn=1, perspective=0, spoil=TAKES[2].spoil(rng), plain=True)
    path = tmp_path / "passport.png"
    Pictures.fromarray(page.image).save(path)
    return path


@needs_ocr_b
def test_a_zone_is_told_with_what_it_means(mrz, passport: Path) -> None:
    ended = mrz(passport, "--today", "2026-11-25")
    assert (ended.code, ended.err) == (0, "")
    told = ended.out.splitlines()
    assert tuple(told[:2]) == LINES
    for words in ("TD3 P, UTO, number L898902C3", "ERIKSSON, ANNA MARIA", "born 1974-08-12", "2032-04-15", "nothing"):
        assert words in ended.out


@needs_ocr_b
def test_as_json_it_says_the_same_to_a_program(mrz, passport: Path) -> None:
    told = json.loads(mrz(passport, "--today", "2026-11-25", "--json").out)
    assert (told["read"], told["why"], told["layout"], tuple(told["lines"])) == (True, "", "TD3", LINES)
    assert (told["primary"], told["number"], told["birth"], told["sex"]) == (
        "ERIKSSON",
        "L898902C3",
        "1974-08-12",
        "female",
    )
    assert told["checks"] == dict.fromkeys(["number", "birth", "expiry", "optional", "composite"], True)
    assert told["repairs"] == []
    assert 0.95 <= told["surety"] <= 1


@needs_ocr_b
def test_today_fixes_the_century(mrz, passport: Path) -> None:
    assert json.loads(mrz(passport, "--today", "1975-01-01", "--json").out)["expiry"] == "1932-04-15"


@needs_ocr_b
def test_a_zone_that_is_not_certain_is_refused_and_nothing_of_it_is_told(mrz, passport: Path, caplog) -> None:
    image = np.array(Pictures.open(passport))
    small = Pictures.fromarray(image).resize((image.shape[1] // 4, image.shape[0] // 4))
    small.save(passport)
    with caplog.at_level(logging.DEBUG):
        plain, program = mrz(passport), mrz(passport, "--json")
    assert (plain.code, program.code, plain.out) == (1, 1, "")
    told = json.loads(program.out)
    assert (told["read"], set(told)) == (False, {"read", "why"})
    assert told["why"]
    everything = plain.err + program.out + program.err + caplog.text
    for secret in ("ERIKSSON", "ANNA", "L898902C3", "740812"):
        assert secret not in everything
    assert "Traceback" not in everything


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "there is none"),
        (b"", "empty"),
        (b"hello" * 99, "something else"),
        (b"\xff\xd8\xff\xe0" + b"x" * 99, "picture"),
    ],
    ids=["no file", "empty", "a text", "a broken JPEG"],
)
def test_what_is_no_picture_gives_a_sentence(mrz, tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "it.jpg"
    if content is not None:
        path.write_bytes(content)
    ended = mrz(path)
    assert (ended.code, ended.out) == (1, "")
    assert words in ended.err
    assert "Traceback" not in ended.err


def test_a_day_that_is_none_is_not_understood(mrz, tmp_path: Path) -> None:
    ended = mrz(tmp_path / "it.jpg", "--today", "25.11.2026")
    assert ended.code == 2
    assert "YYYY-MM-DD" in ended.err
