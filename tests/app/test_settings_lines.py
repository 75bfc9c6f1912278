"""Where keys stand: the reader of lines against texts that TOML allows, and settings against anything at all."""

import tomllib
from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.app.settings_build import build
from consentry.app.settings_lines import line_of, lines_of

TEXTS = {
    "a comment that looks like a table": ("# [site]\n[site]\nname = 1", ("site", "name"), 3),
    "a quote in a comment": ("# it's\nname = 1", ("name",), 2),
    "a hash in a text": ('a = "# x"\nb = 1', ("b",), 2),
    "an escaped quote": ('a = "x\\"\\\\"\nb = 1', ("b",), 2),
    "a literal with a backslash": ("a = 'x\\'\nb = 1", ("b",), 2),
    "a long text": ('a = """\n[b]\nc = 1\n"""\nb = 1', ("b",), 5),
    "a long text with quotes at its end": ('a = """x"""""\nb = 1', ("b",), 2),
    "a long literal": ("a = '''\n''\n'''\nb = 1", ("b",), 4),
    "a quoted key": ('"a.b" = 1\n"c]" = 2', ("c]",), 2),
    "a dotted key": ("a.b = 1\na.c = 2", ("a", "c"), 2),
    "a list over lines": ("a = [\n  1, # one\n\n  2,\n]\nb = 1", ("a", 1), 4),
    "a list in a list": ("a = [[1, 2],\n [3,\n 4]]", ("a", 1, 1), 3),
    "an inline table": ('a = {b = 1, c = {d = "}"}}\ne = 1', ("a", "c", "d"), 1),
    "tables in a list": ("[[a]]\nb = 1\n[[a]]\nb = 2\n[[a.c]]\nd = 3", ("a", 1, "c", 0, "d"), 6),
    "a table below a list": ("[[a]]\n[a.b]\nc = 1\n[[a]]\n[a.b]\nc = 2", ("a", 1, "b", "c"), 6),
    "spaces in a header": ("[ a . b ]\nc = 1", ("a", "b", "c"), 2),
    "dates": ("a = 2026-11-23 10:00:00\nb = [07:00:00, 2026-11-23]\nc = 1", ("c",), 3),
    "returns": ("a = 1\r\n\r\nb = 2\r\n", ("b",), 3),
}


@pytest.mark.parametrize(("text", "path", "line"), TEXTS.values(), ids=TEXTS)
def test_a_key_is_found_on_its_line(text: str, path: tuple[str | int, ...], line: int) -> None:
    found: object = tomllib.loads(text)
    for part in path:
        found = found[part]  # type: ignore[index] - the path is one of the text
    assert lines_of(text)[path] == line


def test_what_is_not_there_is_at_the_table_around_it() -> None:
    lines = lines_of("[[camera]]\nname = 1\n\n[[camera]]\nname = 2\n")
    assert line_of(lines, ("camera", 1, "source")) == 4
    assert line_of(lines, ("site", "name")) is None


values = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.datetimes() | st.dates() | st.times()
    | st.sampled_from(["intrusion", "z", "cam", "rtsp://a/1", "sim:hall", "22:00-05:00"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
"""Whatever TOML can say: it has no null."""
PLACES = [
    ("site",), ("site", "name"), ("site", "timezone"), ("models",), ("models", "person"), ("retention",),
    ("retention", "alarms_days"), ("evidence", "width"), ("camera",), ("camera", 0), ("camera", 0, "name"),
    ("camera", 0, "source"), ("camera", 0, "recorded_at"), ("camera", 0, "neighbours"), ("camera", 0, "floor"),
    ("camera", 0, "floor", "picture"), ("camera", 0, "zone"), ("camera", 0, "zone", 0),
    ("camera", 0, "zone", 0, "name"),
    ("camera", 0, "zone", 0, "corners"), ("camera", 0, "tripwire", 0, "end"), ("camera", 0, "hazard"),
    ("camera", 0, "hazard", 0), ("camera", 0, "hazard", 0, "kind"), ("camera", 0, "hazard", 0, "place"),
    ("camera", 0, "hazard", 0, "schedule"), ("camera", 0, "hazard", 0, "seconds"),
    ("camera", 0, "hazard", 1, "direction"),
]  # fmt: skip


def good() -> dict:
    floor = {"picture": [[0, 0], [1, 0], [1, 1], [0, 1]], "metres": [[0, 0], [9, 0], [9, 9], [0, 9]]}
    camera = {
        "name": "cam", "source": "rtsp://a/1", "recorded_at": datetime(2026, 11, 23, 10), "neighbours": [],  # noqa: DTZ001
        "floor": floor, "zone": [{"name": "z", "corners": [[0, 0], [1, 0], [1, 1]]}],
        "tripwire": [{"name": "l", "start": [0, 0], "end": [1, 1]}],
        "hazard": [
            {"kind": "intrusion", "place": "z", "seconds": 3, "schedule": ["22:00-05:00"]},
            {"kind": "line_crossing", "place": "l", "direction": "both"},
        ],
    }  # fmt: skip
    return {"site": {}, "models": {}, "retention": {}, "evidence": {}, "camera": [camera]}


def test_the_site_to_spoil_is_good() -> None:
    assert build(good(), str).problems == ()


@given(st.sampled_from(PLACES), values)
@settings(max_examples=400, deadline=None)
def test_whatever_stands_at_a_place_is_read_or_told_and_never_breaks(
    path: tuple[str | int, ...], value: object
) -> None:
    raw = good()
    table: object = raw
    for part in path[:-1]:
        table = table[part]  # type: ignore[index] - the path is one of the site's
    table[path[-1]] = value  # type: ignore[index] - likewise
    reading = build(raw, str)
    assert (reading.site is None) == bool(reading.problems)
    if isinstance(value, date | time) and path[-1] != "recorded_at":
        assert reading.problems, "a bare date is no text"
