"""docs/hazards.md is true: every option with its default, and no option that does not exist."""

import re
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from consentry.hazards.catalogue import CATALOGUE

PAGE = Path(__file__).resolve().parents[2] / "docs" / "hazards.md"
SECTIONS = dict(
    re.findall(r"^## `([^`]+)`\n(.*?)(?=^## |\Z)", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
)


def shown(default: object) -> str:
    if default is MISSING:
        return "none: must be set"
    if default is None:
        return "none"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default:g}`" if isinstance(default, int | float) else f"`{default}`"


def test_each_hazard_has_its_section() -> None:
    assert set(SECTIONS) == set(CATALOGUE)


@pytest.mark.parametrize("hazard", sorted(CATALOGUE))
def test_each_option_is_told_with_its_default_and_nothing_else(hazard: str) -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|", SECTIONS[hazard], re.MULTILINE))
    assert told == {f.name: shown(f.default) for f in fields(CATALOGUE[hazard].settings)}


@pytest.mark.parametrize("hazard", sorted(CATALOGUE))
def test_the_main_option_and_the_number_are_told(hazard: str) -> None:
    row = CATALOGUE[hazard]
    assert f"\n{row.id}: {row.summary}." in SECTIONS[hazard]
    assert f"`--hazard {hazard}:PLACE:VALUE` sets `{row.main}`" in SECTIONS[hazard]
