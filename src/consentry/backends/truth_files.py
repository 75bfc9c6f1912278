"""Truth of recordings from files: what a person saw, written as TOML (``docs/scoring.md``) or as KISA's XML."""

import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from consentry.backends.bounded_xml import bounded_bytes
from consentry.backends.kisa_files import is_kisa, read_kisa
from consentry.core.errors import MalformedError, StorageError
from consentry.evaluation.alarms import Event
from consentry.evaluation.recordings import TruthClip

GAP_S = 3.0
"""s between two crossings up to which they are one event: the rule's default of ``clear_s``, and a guard who is told
that somebody crosses need not be told again for the next in the same group."""
_MOST_BYTES = 4 << 20
_MOST_EVENTS = 100_000
"""In one file, its loops written out."""
_LATEST_S = 1e12
"""s: far beyond any recording, and not so far that arithmetic fails."""
_YEAR_S = 365 * 86_400.0
"""s: a position beyond it would be taken for the time of day."""
_CLIP = {"name", "file", "sha256", "seconds", "loops", "site", "quiet", "recorded_at"}
_EVENT = {"hazard", "place", "begin", "end", "ambiguous", "every_loop", "note"}
_CROSSING = {"place", "direction", "at", "every_loop", "note"}

Table = dict[str, Any]


def read_truth(path: Path) -> tuple[TruthClip, ...]:
    """The truth of every clip in a file or folder, in order of name.

    Args:
        path: a TOML or KISA file, or a folder of either kind; settings (``*.site.toml``) are passed over.

    Raises:
        StorageError: it cannot be read, or the folder holds no truth.
        MalformedError: a file is not what it should be; names what was expected, what came and where.
    """
    if is_kisa(path):
        return tuple(
            TruthClip(
                clip.name,
                tuple(Event(one.hazard, "", one.begin, one.begin + one.lasts) for one in clip.alarms),
                clip.seconds,
            )
            for clip in read_kisa(path)
        )
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    files = [file for file in files if not file.name.endswith(".site.toml")]
    if not files:
        raise StorageError(f"{path}: expected truth as NAME.toml or NAME.xml, came no such file; see docs/scoring.md")
    clips: dict[str, TruthClip] = {}
    for file in files:
        clip = _read_toml(file)
        if clip.name in clips:
            raise MalformedError(f"{file}: expected each clip once, came {clip.name!r} again")
        clips[clip.name] = clip
    return tuple(clips[name] for name in sorted(clips))


def _read_toml(file: Path) -> TruthClip:
    raw = _table_of(file)
    _only(raw, {"clip", "event", "crossing"}, f"{file}")
    clip = raw.get("clip")
    if not isinstance(clip, dict):
        raise MalformedError(f"{file}: expected a table [clip], came none; see docs/scoring.md")
    where = f"{file}: clip"
    _only(clip, _CLIP, where)
    name, seconds = _text(clip, "name", where), _number(clip, "seconds", where)
    loops = clip.get("loops", 1)
    if seconds <= 0 or not isinstance(loops, int) or not 1 <= loops <= _MOST_EVENTS or seconds * loops > _YEAR_S:
        raise MalformedError(
            f"{where}: expected seconds above 0 and loops from 1, a year in all, came {seconds} and {loops!r}"
        )
    starts = [loop * seconds for loop in range(loops)]
    events = tuple(_events(raw, starts, seconds * loops, str(file)))
    crossings = tuple(_crossing_events(raw, clip, starts, file))
    if len(events) + len(crossings) > _MOST_EVENTS:
        raise MalformedError(f"{file}: expected at most {_MOST_EVENTS:,} events, came more")
    return TruthClip(name, events + crossings, seconds * loops, _recorded_at(clip, where))


def _table_of(file: Path) -> Table:
    raw = bounded_bytes(file, _MOST_BYTES)
    if len(raw) > _MOST_BYTES:
        raise MalformedError(f"{file}: expected at most {_MOST_BYTES >> 20} MB, came more")
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"{file}: expected TOML, the reader said: {error}") from error


def _events(raw: Table, starts: list[float], lasts: float, file: str) -> Iterator[Event]:
    for table, where in _tables(raw, "event", _EVENT, file):
        hazard, place = _text(table, "hazard", where), _text(table, "place", where)
        begin, end = _number(table, "begin", where), _number(table, "end", where)
        if not 0 <= begin <= end or begin > lasts:
            raise MalformedError(
                f"{where}: expected 0 <= begin <= end and a begin within {lasts:g} s, came {begin}, {end}"
            )
        for start in _chosen(table, starts, where):
            note = str(table.get("note", ""))
            yield Event(hazard, place, start + begin, start + end, _flag(table, "ambiguous", where), note)


def _crossing_events(raw: Table, clip: Table, starts: list[float], file: Path) -> Iterator[Event]:
    """Crossings in a direction that is watched for, those within ``GAP_S`` of each other as one event."""
    times: dict[tuple[str, str], list[float]] = {}
    for table, where in _tables(raw, "crossing", _CROSSING, str(file)):
        place, direction = _text(table, "place", where), _text(table, "direction", where)
        if direction not in {"forward", "backward"}:
            raise MalformedError(f"{where}: expected direction forward or backward, came {direction!r}")
        at = table.get("at")
        if not isinstance(at, list) or not all(_is_number(one) for one in at):
            raise MalformedError(f"{where}: expected at as a list of s, came {at!r}")
        times.setdefault((place, direction), []).extend(
            start + float(one) for start in _chosen(table, starts, where) for one in at
        )
    if not times:
        return
    for place, directions in _watched_lines(clip, file):
        crossed = sorted(at for direction in directions for at in times.get((place, direction), ()))
        groups: list[list[float]] = []
        for at in crossed:
            if groups and at - groups[-1][-1] <= GAP_S:
                groups[-1].append(at)
            else:
                groups.append([at])
        for group in groups:
            yield Event("line_crossing", place, group[0], group[-1], note=f"{len(group)} cross")


def _watched_lines(clip: Table, file: Path) -> Iterator[tuple[str, set[str]]]:
    """Each tripwire with the directions that the settings have an alarm for."""
    where = f"{file}: clip"
    site = _table_of(file.parent / _text(clip, "site", f"{where} (its crossings need the settings' directions)"))
    for camera in site.get("camera", ()):
        for hazard in camera.get("hazard", ()) if isinstance(camera, dict) else ():
            if isinstance(hazard, dict) and hazard.get("kind") == "line_crossing":
                direction = hazard.get("direction", "both")
                both = {"forward", "backward"}
                yield str(hazard.get("place")), both if direction == "both" else {str(direction)} & both


def _recorded_at(clip: Table, where: str) -> float | None:
    value = clip.get("recorded_at")
    if value is None:
        return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise MalformedError(f"{where}: expected recorded_at as in 2026-11-25T14:30:00Z, with an offset, came {value}")
    return value.timestamp()


def _tables(raw: Table, name: str, keys: set[str], file: str) -> Iterator[tuple[Table, str]]:
    tables = raw.get(name, [])
    if not isinstance(tables, list):
        raise MalformedError(f"{file}: expected tables [[{name}]], came {type(tables).__name__}")
    for number, table in enumerate(tables):
        where = f"{file}: {name}[{number}]"
        if not isinstance(table, dict):
            raise MalformedError(f"{where}: expected a table, came {table!r}")
        _only(table, keys, where)
        yield table, where


def _chosen(table: Table, starts: list[float], where: str) -> list[float]:
    """When the loops begin in which something happens."""
    return starts if _flag(table, "every_loop", where) else starts[:1]


def _only(table: Table, keys: set[str], where: str) -> None:
    if unknown := sorted(set(table) - keys):
        raise MalformedError(f"{where}: expected only {', '.join(sorted(keys))}, came {', '.join(unknown)}")


def _text(table: Table, key: str, where: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise MalformedError(f"{where}: expected a text in {key}, came {value!r}")
    return value


def _number(table: Table, key: str, where: str) -> float:
    value = table.get(key)
    if not _is_number(value):
        raise MalformedError(f"{where}: expected a number of s in {key}, came {value!r}")
    return float(value)  # type: ignore[arg-type]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LATEST_S


def _flag(table: Table, key: str, where: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise MalformedError(f"{where}: expected true or false in {key}, came {value!r}")
    return value
