"""Ground truth and results in KISA's XML: KisaLibraryIndex/Library/Clip/{Header, Alarms/Alarm}.

The guide (2026.6) has the shape of a result on p. 45, ``hh:mm:ss`` on p. 41, the names of events on p. 43, several
events in order of time on p. 46. Its own scorer fails on a wrong name, a blank or a missing header (p. 48, question 8),
so nothing is guessed here either. Files know no places, only kinds.
"""

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path, PureWindowsPath
from types import MappingProxyType

from consentry.backends.bounded_xml import Element, bounded_bytes, parse_xml
from consentry.core.errors import MalformedError, StorageError

KISA_NAMES = MappingProxyType(
    {
        "Loitering": "loitering",
        "Intrusion": "intrusion",
        "FireDetection": "fire",
        "Falldown": "fall",
        "Abandonment": "abandoned_object",
        "Violence": "fight",
    }
)
"""KISA's names and ours: the first four from p. 43, Abandonment from the example on p. 45, Violence as files in use
have it. A name that is not here stays as it is."""
_OURS = {ours: name for name, ours in KISA_NAMES.items()}
_TIME = re.compile(r"(\d{2,4}):([0-5]\d):([0-5]\d)")
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (section 2.2)."""
_MOST_FILES = 10_000
"""In one folder: thirty times KISA's largest set."""


@dataclass(frozen=True, slots=True)
class KisaAlarm:
    """One alarm or event of a file."""

    hazard: str
    """Our name."""
    begin: float
    """s from the clip's beginning, whole."""
    lasts: float = 0.0
    """s."""


@dataclass(frozen=True, slots=True)
class KisaClip:
    """One clip of a file."""

    name: str
    """Of its file, without folder and ending."""
    alarms: tuple[KisaAlarm, ...]
    seconds: float | None = None
    """s that it lasts; None where the header does not say, as in results."""


def is_kisa(path: Path) -> bool:
    """Whether a path is a KISA file or a folder of them."""
    return path.suffix.lower() == ".xml" or (path.is_dir() and next(path.glob("*.xml"), None) is not None)


def read_kisa(path: Path) -> tuple[KisaClip, ...]:
    """All clips of a file, or of a folder's ``.xml`` files, in order of name.

    Raises:
        StorageError: it cannot be read.
        MalformedError: it is not in KISA's shape, exceeds the bounds, or a clip stands twice.
    """
    files = sorted(path.glob("*.xml")) if path.is_dir() else [path]
    if len(files) > _MOST_FILES:
        raise MalformedError(f"{path}: expected at most {_MOST_FILES:,} files, came {len(files):,}")
    found: dict[str, KisaClip] = {}
    for file in files:
        for clip in parse_kisa(bounded_bytes(file), file.name):
            if clip.name in found:
                raise MalformedError(f"{file.name}: expected each clip once, came {clip.name} again")
            found[clip.name] = clip
    return tuple(found[name] for name in sorted(found))


def parse_kisa(raw: bytes, where: str) -> tuple[KisaClip, ...]:
    """The clips of one document.

    Args:
        raw: the document.
        where: its name, for messages.

    Raises:
        MalformedError: it is not in KISA's shape or exceeds the bounds.
    """
    root = parse_xml(raw, where)
    if root.tag != "KisaLibraryIndex":
        raise MalformedError(f"{where}: expected <KisaLibraryIndex>, came <{root.tag[:60]}>")
    clips = tuple(_clip(element, where) for element in root.all("Library", "Clip"))
    if not clips:
        raise MalformedError(f"{where}: expected a <Clip> in a <Library>, came none")
    return clips


def _clip(element: Element, where: str) -> KisaClip:
    name = PureWindowsPath(element.one("Header", "Filename") or "").stem
    if not name:
        raise MalformedError(f"{where}: expected the clip's name in Header/Filename, came none")
    alarms = tuple(_alarm(alarm, f"{where}, {name}") for alarm in element.all("Alarms", "Alarm"))
    told = element.one("Header", "AlarmEvents")
    if told is not None and told != str(len(alarms)):
        raise MalformedError(
            f"{where}, {name}: AlarmEvents says {told[:20]!r}, expected {len(alarms)} as there are alarms"
        )
    duration = element.one("Header", "Duration")
    return KisaClip(name, alarms, None if duration is None else _seconds(duration, f"{where}, {name}: Duration"))


def _alarm(element: Element, where: str) -> KisaAlarm:
    name = element.one("AlarmDescription")
    if not name:
        raise MalformedError(f"{where}: expected the kind of event in AlarmDescription, came none")
    begin = _seconds(element.one("StartTime") or "", f"{where}: StartTime")
    lasts = element.one("AlarmDuration")
    return KisaAlarm(
        KISA_NAMES.get(name, name), begin, 0.0 if lasts is None else _seconds(lasts, f"{where}: AlarmDuration")
    )


def _seconds(text: str, where: str) -> float:
    match = _TIME.fullmatch(text)
    if match is None:
        raise MalformedError(f"{where}: expected hh:mm:ss, came {text[:20]!r}")
    hours, minutes, seconds = map(int, match.groups())
    return float(3600 * hours + 60 * minutes + seconds)


def kisa_document(name: str, alarms: Iterable[KisaAlarm]) -> str:
    """A result in KISA's shape: in order of time, on whole seconds, without what KISA has no name for.

    Args:
        name: the clip's file name, with its ending.
        alarms: of this clip.

    >>> "<StartTime>00:03:01</StartTime>" in kisa_document("C00_001_0030.mp4", [KisaAlarm("loitering", 180.7)])
    True
    """
    told = [alarm for alarm in sorted(alarms, key=lambda one: one.begin) if alarm.hazard in _OURS]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>', "<KisaLibraryIndex>", "<Library>", "<Clip>", "<Header>",
        f"<AlarmEvents>{len(told)}</AlarmEvents>", f"<Filename>{_written(name)}</Filename>", "</Header>", "<Alarms>",
    ]  # fmt: skip
    for alarm in told:
        lines += [
            "<Alarm>", f"<StartTime>{_clock(alarm.begin)}</StartTime>",
            f"<AlarmDescription>{_OURS[alarm.hazard]}</AlarmDescription>",
            f"<AlarmDuration>{_clock(alarm.lasts)}</AlarmDuration>", "</Alarm>",
        ]  # fmt: skip
    return "\n".join([*lines, "</Alarms>", "</Clip>", "</Library>", "</KisaLibraryIndex>", ""])


def write_kisa(folder: Path, clips: Sequence[KisaClip], ending: str = ".mp4") -> tuple[Path, ...]:
    """Write one result a clip, named as the clip; returns the files. Each is written as a whole or not at all.

    Args:
        folder: made if it is missing.
        clips: with their alarms.
        ending: of the clips' own files.

    Raises:
        StorageError: a file could not be written.
        MalformedError: a clip's name would lead out of the folder.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for clip in clips:
            if not clip.name or clip.name in {".", ".."} or set(clip.name) & set("/\\:\0"):
                raise MalformedError(f"expected a clip's name that can be a file's, came {clip.name!r}")
            path = folder / f"{clip.name}.xml"
            part = path.with_name(f".{path.name}.part")
            part.write_text(kisa_document(f"{clip.name}{ending}", clip.alarms), encoding="utf-8")
            os.replace(part, path)  # noqa: PTH105 - the same call as Path.replace
            written.append(path)
    except OSError as error:
        raise StorageError(f"{folder} could not be written to: {error.strerror or error}; name another") from error
    return tuple(written)


def _written(text: str) -> str:
    return escape(_UNWRITABLE.sub("\ufffd", text), quote=False)


def _clock(seconds: float) -> str:
    whole = max(0, int(seconds + 0.5))  # halves up, not to even
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
