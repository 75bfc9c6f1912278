"""Transliteration: the tables of the standard row by row, and what it does not say."""

# ruff: noqa: RUF001 - letters of three scripts, some of which look alike

import json
from pathlib import Path

import pytest

from consentry.document.transliteration import Language, may_stand_for, transliterate

NOT_ENCODED = "(Not encoded)"
RULES = {"0629", "0651"}
"""Teh marbuta and shadda depend on what stands beside them: tried below."""


@pytest.fixture(scope="module")
def tables(shared: Path) -> dict[str, list[dict[str, str]]]:
    path = shared / "data" / "documents" / "mrz" / "icao9303-3_s6_transliteration.json"
    return json.loads(path.read_text("utf-8"))


@pytest.mark.shared
def test_every_latin_row_is_the_standards(tables) -> None:
    for row in tables["latin"]:
        letter, choices = chr(int(row["cp"], 16)), row["to"].split(" or ")
        assert transliterate(letter) == choices[0], row
        assert transliterate(f"A{letter.lower()}") == "A" + choices[0], row
        assert all(may_stand_for(choice, letter) for choice in choices), row
        assert not may_stand_for("Q", letter), row
    assert len(tables["latin"]) == 95


@pytest.mark.shared
def test_every_cyrillic_row_is_the_standards(tables) -> None:
    """The part of each row before its exceptions; those are tried below."""
    for row in tables["cyrillic"]:
        assert transliterate(chr(int(row["cp"], 16))) == row["to"].split()[0], row
    assert len(tables["cyrillic"]) == 48


@pytest.mark.shared
def test_every_arabic_row_is_the_standards(tables) -> None:
    tried = 0
    for row in tables["arabic"]:
        if row["cp"] in RULES:
            continue
        beh = "\u0628"
        expected = "" if row["to"] == NOT_ENCODED else row["to"]
        assert transliterate(beh + chr(int(row["cp"], 16))) == "B" + expected, row
        tried += 1
    assert tried == 78


@pytest.mark.parametrize(
    ("language", "letter", "to"),
    [
        (Language.BELARUSIAN, "Ё", "IO"),
        (Language.BELARUSIAN, "Г", "H"),
        (Language.SERBIAN, "Г", "H"),
        (Language.SERBIAN, "Ж", "Z"),
        (Language.SERBIAN, "Ч", "C"),
        (Language.SERBIAN, "Ш", "S"),
        (Language.SERBIAN, "Х", "H"),
        (Language.SERBIAN, "Ц", "C"),
        (Language.MACEDONIAN, "Ќ", "KJ"),
        (Language.MACEDONIAN, "Џ", "DJ"),
        (Language.MACEDONIAN, "Х", "H"),
        (Language.MACEDONIAN, "Ц", "C"),
        (Language.BULGARIAN, "Щ", "SHT"),
        (Language.UKRAINIAN, "Г", "H"),
        (Language.UKRAINIAN, "И", "Y"),
        (Language.UKRAINIAN, "Щ", "SHCH"),
    ],
)
def test_a_language_has_its_exceptions(language: Language, letter: str, to: str) -> None:
    assert transliterate(letter, language) == to


@pytest.mark.parametrize(
    ("letter", "first", "later"),
    [("Є", "YE", "IE"), ("Ї", "YI", "I"), ("Й", "Y", "I"), ("Ю", "YU", "IU"), ("Я", "YA", "IA")],
)
def test_ukrainian_names_begin_otherwise(letter: str, first: str, later: str) -> None:
    assert transliterate(letter + "А", Language.UKRAINIAN) == first + "A"
    assert transliterate("А" + letter, Language.UKRAINIAN) == "A" + later
    assert transliterate(f"А {letter}", Language.UKRAINIAN) == "A " + first


def test_teh_marbuta_is_written_otherwise_at_the_end() -> None:
    teh_marbuta, beh = "\u0629", "\u0628"
    assert transliterate(beh + teh_marbuta) == "BXAH"
    assert transliterate(beh + teh_marbuta + beh) == "BXTAB"


def test_shadda_doubles_the_letter_before_it_whatever_vowel_stands_between() -> None:
    meem, fatha, shadda, hah = "\u0645", "\u064e", "\u0651", "\u062d"
    assert transliterate(hah + meem + fatha + shadda) == "XHMM"
    assert transliterate(shadda + meem) == "M"


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("D'Artagnan", "DARTAGNAN"),
        ("Smith-Jones", "SMITH JONES"),
        ("van der  Steen", "VAN DER STEEN"),
        ("Jr.", "JR"),
        ("Gro\u00df", "GROSS"),
        ("Mu\u0308ller", "MUELLER"),
        ("\u0418\u0432\u0430\u043d", "IVAN"),
        ("\u041e\u043b\u044c\u0433\u0430", "OLGA"),
        ("", ""),
    ],
    ids=["an apostrophe", "a hyphen", "two blanks", "a stop", "sharp s", "a composed letter", "small Cyrillic",
         "a soft sign", "nothing"],
)  # fmt: skip
def test_names_as_people_write_them(name: str, zone: str) -> None:
    assert transliterate(name) == zone
    assert may_stand_for(zone, name)


@pytest.mark.parametrize("name", ["A1", "\u5f20", "A\u0000", "\U0001f600", "A/B"])
def test_what_the_tables_do_not_know_is_refused_by_its_code_point(name: str) -> None:
    with pytest.raises(ValueError, match=r"came U\+[0-9A-F]{4}"):
        transliterate(name)
