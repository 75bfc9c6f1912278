"""Alarms as a table for people, as JSON and CSV for programs and spreadsheets."""

import csv
import json
import re
from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Final, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from consentry.app.moments import CLIP_CLOCK_S, moment
from consentry.backends.sinks import as_json
from consentry.core.events import AlarmState
from consentry.hazards.words import seconds
from consentry.ports import KeptAlarm

COLUMNS: Final = (
    "time", "hazard", "camera", "place", "episode", "state", "at", "tracks", "score", "why", "incident", "still",
    "clip",
)  # fmt: skip
"""Of the CSV file: the local time, then the keys of the JSON."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula, which may run programs (OWASP, CSV injection)."""

_WIDE: Final = 160
"""Characters: the other columns take about 70, an incident's name 45, and 45 are left for the words."""
_UNSHOWABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, which a terminal obeys, and signs that turn the reading direction of what follows."""


def kept_json(kept: KeptAlarm) -> dict[str, object]:
    """An alarm as the watch told it, with its incident and its evidence."""
    return as_json(kept.alarm) | {"incident": kept.incident, "still": kept.still, "clip": kept.clip}


def write_json(alarms: Iterable[KeptAlarm], stream: TextIO) -> None:
    """One object a line."""
    stream.writelines(json.dumps(kept_json(kept), ensure_ascii=False) + "\n" for kept in alarms)


def write_csv(alarms: Iterable[KeptAlarm], stream: TextIO, zone: tzinfo) -> None:
    """A table for spreadsheets (RFC 4180). ``time`` is empty where a clip has no date; ``at`` then is its position."""
    rows = csv.writer(stream, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for kept in alarms:
        at = kept.alarm.at
        time = "" if at < CLIP_CLOCK_S else datetime.fromtimestamp(at, zone).isoformat(timespec="milliseconds")
        told = kept_json(kept) | {"time": time, "tracks": " ".join(map(str, kept.alarm.tracks))}
        rows.writerow(cell(told[column]) for column in COLUMNS)


def cell(value: object) -> object:
    """A value that a spreadsheet shows and does not run.

    >>> cell("=1+1"), cell("-gate"), cell("gate"), cell(-0.5), cell(None)
    ("'=1+1", "'-gate", 'gate', -0.5, '')
    """
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def show(alarms: Iterable[KeptAlarm], console: Console, zone: tzinfo) -> None:
    """A table, the newest at its end; where the terminal is narrow, the incident stands under the words."""
    wide = console.width >= _WIDE
    table = Table(box=None, pad_edge=False, header_style="dim")
    for head in ("time", "hazard", "camera", "place", "state", "lasted"):
        table.add_column(head, no_wrap=head in {"time", "state", "lasted"}, overflow="fold")
    table.add_column("why" if wide else "why, incident", overflow="fold")
    if wide:
        table.add_column("incident", overflow="fold", style="dim")
    for kept in alarms:
        alarm = kept.alarm
        why, incident = Text(harmless(alarm.why)), Text(harmless(kept.incident), style="dim")
        table.add_row(
            moment(alarm.at, zone),
            *(Text(harmless(word)) for word in (alarm.hazard, alarm.camera, alarm.place)),
            Text(alarm.state.value, style="red" if alarm.state is AlarmState.OPENED else "green"),
            "" if kept.lasted is None else _lasted(kept.lasted),
            *((why, incident) if wide else (Text("\n").join((why, incident)),)),
        )
    console.print(table)


def harmless(text: str) -> str:
    r"""A text that a terminal only shows.

    >>> harmless("gate\x1b[2J")
    'gate�[2J'
    """
    return _UNSHOWABLE.sub("\ufffd", text)


def _lasted(value: float) -> str:
    if value < 60:
        return seconds(value)
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
