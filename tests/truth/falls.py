"""The truth of the shared falls: GMDCSA24's own tables, one row a clip, rows without a clip left out.

A fall begins where the table says that falling begins. KISA counts from the head's touching the ground, about a second
later, so an alarm has no more time here than there. Clips of daily life, of fights and of pedestrians hold no event.
"""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from consentry.evaluation.alarms import Event

PLACE = "floor"
_FALLING = re.compile(r"Falling\s*\([^\[]*\[\s*([\d.]+)\s*to\s*([\d.]+)\s*\]")
"""``Falling (SW)[1.4 to 6]``; one row has lost its bracket: ``Falling (BW[5.9 to 10]``."""


@dataclass(frozen=True, slots=True)
class FallClip:
    """One clip."""

    name: str
    path: Path
    subject: str
    """Who acts; empty for clips of others."""
    events: tuple[Event, ...]


def falling(classes: str) -> tuple[tuple[float, float], ...]:
    """Begin and end of each fall in a table's words, s; falls that run into one another are one.

    >>> falling("Falling (BW)[2 to 4]; Falling (SW)[4 to 11]; Walking[0 to 1.8]")
    ((2.0, 11.0),)
    """
    spans = sorted((float(begin), float(end)) for begin, end in _FALLING.findall(classes))
    joined: list[tuple[float, float]] = []
    for begin, end in spans:
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return tuple(joined)


def clips(data: Path) -> tuple[FallClip, ...]:
    """The clips of falls and of daily life that are there."""
    found = []
    for table in sorted((data / "fall").glob("subject*/*.csv")):
        with table.open(encoding="utf-8", newline="") as lines:
            rows = {row["File Name"].strip(): row for row in csv.DictReader(lines, skipinitialspace=True)}
        for path in sorted(table.with_suffix("").glob("*.mp4")):
            # The last column's text holds commas in some rows, which then spill over.
            row = rows[path.name]
            words = ";".join(str(value) for value in row.values())
            events = tuple(Event("fall", PLACE, *span, note=row["Description"]) for span in falling(words))
            name = f"{table.parent.name}/{table.stem}/{path.stem}"
            found.append(FallClip(name, path, table.parent.name, events))
    return tuple(found)


def negatives(data: Path) -> tuple[FallClip, ...]:
    """Clips in which nobody falls and stays down, or fights, after which KISA wants no fall told."""
    folders = ("cctv/*.avi", "cctv/*.mp4", "cctv/*.gif", "fight/fight/*.mp4", "fight/noFight/*.mp4")
    paths = sorted(path for folder in folders for path in data.glob(folder))
    return tuple(FallClip(str(path.relative_to(data)), path, "", ()) for path in paths)
