"""docs/settings.md is true: every key of ``site.toml`` is named with default and unit, and every key named exists."""

import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from consentry.app.settings import json_schema, read_text
from consentry.app.settings_tables import CameraTable, SiteFile

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "settings.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## `([^`]+)`\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE))


def inner(annotation: object) -> type[BaseModel] | None:
    """The table that a key holds, if it holds one or a list of them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := inner(part))), None)


def tables(model: type[BaseModel], prefix: str = "") -> dict[str, type[BaseModel]]:
    """Every table below one, by its header in TOML."""
    found: dict[str, type[BaseModel]] = {}
    for key, field in model.model_fields.items():
        table = inner(field.annotation)
        if table is not None:
            path = f"{prefix}{key}"
            several = "tuple" in str(field.annotation)
            found[f"[[{path}]]" if several else f"[{path}]"] = table
            found |= tables(table, f"{path}.")
    return found


TABLES = tables(SiteFile)


def keys(model: type[BaseModel]) -> dict[str, str]:
    """The keys of a table that hold no table themselves, with their defaults as the page shows them."""
    told = {}
    for key, field in model.model_fields.items():
        if inner(field.annotation) is None:
            value = field.default
            told[key] = "must be set" if field.is_required() else "none" if value in {None, ()} else f"`{shown(value)}`"
    return told


def shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def test_each_table_has_its_section_and_nothing_else_has() -> None:
    assert set(SECTIONS) == set(TABLES)
    assert len(TABLES) == 14


@pytest.mark.parametrize("header", sorted(TABLES))
def test_each_key_is_told_with_default_unit_and_meaning_and_no_other_is(header: str) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+) \|$", SECTIONS[header], re.MULTILINE)
    assert {key: default for key, default, _, _ in rows} == keys(TABLES[header])
    assert len(rows) == len(keys(TABLES[header]))
    for key, _, unit, meaning in rows:
        assert len(meaning) > 10, key
        expected = {"days": "days", "s": "s"}.get(key.rpartition("_")[2] if "_" in key else "")
        assert expected is None or unit == expected, key
        assert unit in {"-", "s", "days", "m", "pixels", "pictures/s", "fractions of the picture"}


def test_the_page_and_the_schema_speak_of_the_same_tables() -> None:
    told = {name for name in json_schema()["$defs"] if name.endswith("Table")}
    assert told == {model.__name__ for model in TABLES.values()}


EXAMPLE = '[[camera]]\nname = "cam"\nsource = "rtsp://10.0.0.7/1"\n'
BOUNDS = {
    "a zone of 0.0001 of the picture": (
        '[[camera.zone]]\nname = "z"\ncorners = [[0,0],[{0},0],[{0},{0}]]',
        0.0142,
        0.0141,
    ),
    "a line of 0.005": ('[[camera.tripwire]]\nname = "l"\nstart = [0,0]\nend = [{0},0]', 0.0051, 0.0049),
    "a name of 64 letters": ('neighbours = []\n[[camera]]\nsource = "x"\nname = "{0}"', "a" * 64, "a" * 65),
    "a time in the calendar": ("recorded_at = {0}-12-31T00:00:00", 9998, 9999),
    "a time since 1970": ("recorded_at = {0}-01-01T00:00:00", 1970, 1969),
}


@pytest.mark.parametrize(("text", "good", "bad"), BOUNDS.values(), ids=BOUNDS)
def test_the_bounds_that_the_page_tells_are_those_of_the_check(text: str, good: object, bad: object) -> None:
    assert read_text(EXAMPLE + text.format(good), "site.toml").problems == ()
    assert len(read_text(EXAMPLE + text.format(bad), "site.toml").problems) == 1


def test_only_cameras_are_needed() -> None:
    assert [key for key, field in SiteFile.model_fields.items() if field.is_required()] == ["camera"]
    assert [key for key, field in CameraTable.model_fields.items() if field.is_required()] == ["name", "source"]
