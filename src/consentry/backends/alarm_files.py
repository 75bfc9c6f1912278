"""Alarms that were told, from wherever a watch left them: its folder, JSON lines, CSV, or KISA's XML of another system.

Only alarms that opened count; those about Consentry itself (``health``) are no danger and are left out.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from consentry.backends.bounded_xml import bounded_bytes
from consentry.backends.kisa_files import is_kisa, read_kisa
from consentry.backends.store import STORE_FILE, open_store
from consentry.core.errors import MalformedError
from consentry.core.events import HEALTH, AlarmState
from consentry.evaluation.alarms import Told
from consentry.evaluation.recordings import CameraTold, Heard
from consentry.ports import AlarmQuery

_MOST_BYTES = 256 << 20
"""An alarm is a line of about 300 bytes: room for 900,000, more than a thousand a day for two years."""
_LATEST_S = 1e12
"""s UTC: far beyond any clock, and not so far that arithmetic fails."""
_KEYS = ("hazard", "camera", "place", "state", "at")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What ``consentry events --csv`` puts a ``'`` in front of, so that no spreadsheet runs it."""


def read_alarms(path: Path) -> Heard:
    """Every alarm that opened, in order of time.

    Args:
        path: the output folder of a watch, the lines of ``watch --json`` or ``events --json``, a table of
            ``events --csv``, or a KISA file or folder of them.

    Raises:
        StorageError: it cannot be read.
        MalformedError: it is none of these; names what was expected, what came and where.
    """
    if path.is_dir() and (path / STORE_FILE).exists():
        return _from_store(path)
    if is_kisa(path):
        clips = read_kisa(path)
        told = [CameraTold(clip.name, Told(one.begin, one.hazard, "")) for clip in clips for one in clip.alarms]
        return Heard(tuple(told), frozenset(clip.name for clip in clips))
    if path.is_dir():
        raise MalformedError(f"{path}: expected {STORE_FILE} of a watch or KISA's .xml files in it, came neither")
    raw = bounded_bytes(path, _MOST_BYTES)
    if len(raw) > _MOST_BYTES:
        raise MalformedError(f"{path}: expected at most {_MOST_BYTES >> 20} MB, came more")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedError(f"{path}: expected UTF-8, came something else at byte {error.start}") from error
    rows = _csv_rows(text, path) if path.suffix.lower() == ".csv" else _json_rows(text, path)
    alarms = [one for one in (_told(row, where) for row, where in rows) if one is not None]
    return Heard(tuple(sorted(alarms, key=lambda one: (one.told, one.camera))))


def _from_store(folder: Path) -> Heard:
    """Of each camera its newest watch: a clip that was watched twice into one folder was told of twice."""
    with open_store(folder) as store:
        newest = {record.camera: watch.number for watch in store.watches() for record in watch.cameras}
        kept = store.each(AlarmQuery(state=AlarmState.OPENED.value))
        alarms = tuple(
            CameraTold(one.alarm.camera, Told(one.alarm.at, one.alarm.hazard, one.alarm.place))
            for one in kept
            if one.alarm.hazard != HEALTH and newest.get(one.alarm.camera, one.watch) == one.watch
        )
    return Heard(alarms, frozenset(newest))


def _json_rows(text: str, path: Path) -> Iterator[tuple[Mapping[str, object], str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise MalformedError(f"{where}: expected one JSON object a line, the reader said: {error}") from error
        if not isinstance(row, dict):
            raise MalformedError(f"{where}: expected one JSON object a line, came {line[:40]!r}")
        yield row, where


def _csv_rows(text: str, path: Path) -> Iterator[tuple[Mapping[str, object], str]]:
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        if missing := [key for key in _KEYS if key not in (rows.fieldnames or ())]:
            raise MalformedError(f"{path}: expected the columns {', '.join(_KEYS)}, came no {', '.join(missing)}")
        for row in rows:
            where = f"{path}:{rows.line_num}"
            cells = {key: _unquoted(row[key] or "") for key in _KEYS}
            yield cells | {"at": _float(cells["at"], where)}, where
    except csv.Error as error:
        raise MalformedError(f"{path}:{rows.line_num}: expected CSV, the reader said: {error}") from error


def _unquoted(text: str) -> str:
    """A cell as it was before ``events --csv`` made it harmless."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def _float(text: str, where: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise MalformedError(f"{where}: expected at in s, came {text[:40]!r}") from error


def _told(row: Mapping[str, object], where: str) -> CameraTold | None:
    """An alarm, if it opened and is a danger."""
    hazard, camera, place, state, at = (row.get(key) for key in _KEYS)
    if not (isinstance(hazard, str) and isinstance(camera, str) and isinstance(place, str) and hazard and camera):
        raise MalformedError(f"{where}: expected hazard, camera and place as texts, came {row!r:.120}")
    if isinstance(at, bool) or not isinstance(at, int | float) or not abs(at) < _LATEST_S:
        raise MalformedError(f"{where}: expected at in s, came {at!r}")
    if state not in {one.value for one in AlarmState}:
        raise MalformedError(f"{where}: expected the state opened or cleared, came {state!r}")
    if state != AlarmState.OPENED.value or hazard == HEALTH:
        return None
    return CameraTold(camera, Told(float(at), hazard, place))
