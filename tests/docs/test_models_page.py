"""docs/models.md says exactly what the manifest says."""

import re
from pathlib import Path

import pytest

from consentry.backends.manifest import Role, manifest, model_sets

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "models.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^### `([^`]+)`\n(.*?)(?=^##|\Z)", PAGE, re.DOTALL | re.MULTILINE))


def test_each_supply_has_its_section_and_nothing_else_has() -> None:
    assert list(SECTIONS) == list(manifest())


@pytest.mark.parametrize("name", list(manifest()))
def test_a_section_is_what_the_manifest_says(name: str) -> None:
    one = manifest()[name]
    told = re.findall(r"^\| ([^|]+?) \| (.+) \|$", SECTIONS[name], re.MULTILINE)
    expected = [("licence", one.licence), ("source", one.source)]
    if one.role is not Role.FOOTAGE:
        expected = [("role", one.role.value), *expected, ("published figures", one.figures)]
        expected += [("training data", one.training), ("input", one.input), ("preferred runtime", one.runtime)]
    expected += [("note", one.note)] if one.note else []
    for file in one.files:
        words = f"`{file.name}`, {file.size:,} bytes, SHA-256 `{file.sha256}`"
        words += f", <{file.url}>" if file.url else ""
        words += f"; carried by the Python package `{file.package}`" if file.package else ""
        words += f"; Debian puts it at `{file.system}`" if file.system else ""
        expected.append(("file", words))
    assert told == expected


def test_the_sets_are_those_of_the_manifest() -> None:
    told = re.findall(r"^\| `(\w+)` \| `([\w-]+)` \| `([\w-]+)` \| (.+) \|$", PAGE, re.MULTILINE)
    assert told == [(one.name, one.persons, one.faces, one.about) for one in model_sets().values()]
