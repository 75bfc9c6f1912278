"""Settings of a site: read ``site.toml``, tell everything wrong with it at once, give plain values.

::

    text ──tomllib──> tables ──settings_tables (each key)──────> faults ──settings_lines──> problems with lines
                         └────settings_checks (between keys)──┘
                         └────settings_build──> Site (settings_values), if there is no fault
"""

import re
import tomllib
from pathlib import Path

from consentry.app.settings_build import Reading, build
from consentry.app.settings_faults import shown
from consentry.app.settings_hazards import json_schema
from consentry.app.settings_lines import Path as KeyPath
from consentry.app.settings_lines import line_of, lines_of
from consentry.app.settings_options import override_sources, site_from_options
from consentry.app.settings_text import describe
from consentry.app.settings_values import CameraSettings, Site, WatchedHazard
from consentry.core.errors import Problem, SettingsError

__all__ = [
    "CameraSettings",
    "Reading",
    "Site",
    "WatchedHazard",
    "describe",
    "json_schema",
    "load_site",
    "override_sources",
    "parse_site",
    "read_site",
    "read_text",
    "site_from_options",
]

_DEEPEST = 32
"""Lists and tables within each other that are read; the deepest key of ``site.toml`` needs seven."""
_WHERE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
"""How ``tomllib`` ends its messages (Python 3.11 to 3.14)."""


def load_site(path: Path) -> Site:
    """The settings in a file.

    Raises:
        SettingsError: with every problem of the file.
    """
    return _site(read_site(path))


def parse_site(text: str, name: str = "site.toml") -> Site:
    """The settings in a text; relative paths of sources stay as they are.

    Raises:
        SettingsError: with every problem of the text, its places beginning with ``name``.
    """
    return _site(read_text(text, name))


def _site(reading: Reading) -> Site:
    if reading.site is None:
        raise SettingsError(reading.problems)
    return reading.site


def read_site(path: Path) -> Reading:
    """The settings in a file, or what is wrong with them."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        remedy = "give the path of a settings file"
        return Reading(None, (Problem(str(path), f"expected a settings file, {error.strerror}", remedy),))
    except UnicodeDecodeError as error:
        why = f"expected text in UTF-8, byte {error.start} is none of it"
        return Reading(None, (Problem(str(path), why, "save the file as UTF-8"),))
    return read_text(text, path.name, path.parent)


def read_text(text: str, name: str, folder: Path | None = None) -> Reading:
    """The settings in a text, or what is wrong with them.

    Args:
        text: TOML.
        name: what its places are told to be in.
        folder: where relative paths of sources begin; None: left as they are.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Reading(None, (_syntax(str(error), text, name),))
    except ValueError:  # of Python itself, which reads no whole number of thousands of digits
        why = "expected numbers, came one of thousands of digits"
        return Reading(None, (Problem(name, why, "shorten it"),))
    except RecursionError:
        raw = None
    if raw is None or _deeper_than(raw, _DEEPEST):
        why = f"expected settings, came lists or tables nested more than {_DEEPEST} deep"
        return Reading(None, (Problem(name, why, "flatten them"),))
    lines = lines_of(text)
    return build(raw, lambda path: _place(name, line_of(lines, path), path, raw), folder)


def _deeper_than(raw: object, limit: int) -> bool:
    """Whether lists and tables stand within each other more than ``limit`` deep; it goes no deeper itself."""
    inner = list(raw.values()) if isinstance(raw, dict) else raw if isinstance(raw, list) else []
    return bool(inner) and (limit == 0 or any(_deeper_than(one, limit - 1) for one in inner))


def _syntax(message: str, text: str, name: str) -> Problem:
    found = _WHERE.search(message)
    line, column = (found[1], found[2]) if found else (None, None)
    place = f"{name}:{line or max(len(text.splitlines()), 1)}:" + (f" column {column}" if column else "")
    why = f"this is not TOML: {_WHERE.sub('', message)}"
    return Problem(place.rstrip(":"), why, "correct the line; texts and times stand in quotes, lists in [ ]")


def _place(name: str, line: int | None, path: KeyPath, raw: dict[str, object]) -> str:
    """``site.toml:12: camera[0] "hall" zone[1].corners``."""
    told, gap = "", ""
    for depth, part in enumerate(path):
        if isinstance(part, int):
            told += f"[{part}]"
            label = _label(raw, path[: depth + 1])
            told += f' "{label}"' if label else ""
            gap = " " if label else "."
        else:
            told += f"{gap}{part}"
            gap = "."
    return ": ".join(words for words in (f"{name}:{line}" if line else name, told) if words)


def _label(raw: dict[str, object], path: KeyPath) -> str | None:
    """The name of a camera or a touchpoint: positions alone are hard to count in a long file."""
    if len(path) != 2 or path[0] not in {"camera", "touchpoint"}:
        return None
    tables = raw[path[0]]
    table = tables[path[1]] if isinstance(tables, list) and isinstance(path[1], int) else None
    name = table.get("name") if isinstance(table, dict) else None
    return shown(name)[1:-1] if isinstance(name, str) else None
