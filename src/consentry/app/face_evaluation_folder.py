"""Pictures to evaluate with: a folder of files named SUBJECT_anything.ext, and a table that groups the subjects.

Names of subjects stay here: everything behind this knows numbers.
"""

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from consentry.core.errors import MalformedError, SourceError

ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif")
_UNKNOWN = {"", "na", "n/a", "nan", "none", "unknown", "-"}
"""What tables write for what is not known."""
_MANY = 8
"""Different numbers in a column from which on they are cut into bands: as groups of their own they would be empty."""
_BANDS = 3
_ROWS = 1_000_000
"""Rows of a groups file at most."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Whose pictures lie where."""

    subjects: tuple[str, ...]
    """Names as the files have them, sorted; a subject's number is its place here."""
    paths: tuple[Path, ...]
    """Sorted by subject, then by name: a subject's first is its reference where one is wanted."""
    whose: tuple[int, ...]
    """The number of the subject of each picture."""

    def digest(self) -> str:
        """SHA-256 over the hashes of all files, sorted: the same pictures under other names are the same set.

        Raises:
            SourceError: one cannot be read any more.
        """
        try:
            hashes = sorted(map(_hash, self.paths))
        except OSError as error:
            raise SourceError(f"a picture cannot be read: {error.strerror}") from error
        return hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def find_pictures(folder: Path) -> Pictures:
    """The pictures of a folder.

    Raises:
        SourceError: there is no such folder, a picture's name tells no subject, or there are fewer than two subjects.
    """
    if not folder.is_dir():
        raise SourceError(f"expected a folder of pictures named SUBJECT_anything.jpg, there is none at {folder}")
    found = sorted(
        path for path in folder.iterdir() if path.suffix.lower() in ENDINGS and not path.name.startswith(".")
    )
    odd = [path.name for path in found if not path.stem.partition("_")[0] or "_" not in path.stem]
    if odd:
        raise SourceError(
            f"{folder}: expected pictures named SUBJECT_anything.jpg, came {odd[0]!r}"
            + (f" and {len(odd) - 1} more that tell no subject" if len(odd) > 1 else "")
        )
    names = [path.stem.partition("_")[0] for path in found]
    subjects = tuple(sorted(set(names)))
    if len(subjects) < 2:
        raise SourceError(
            f"{folder}: expected pictures of at least two people, named SUBJECT_anything.jpg; "
            f"came {len(found)} of {len(subjects)}"
        )
    numbers = {name: number for number, name in enumerate(subjects)}
    order = sorted(range(len(found)), key=lambda place: (numbers[names[place]], found[place].name))
    return Pictures(subjects, tuple(found[place] for place in order), tuple(numbers[names[place]] for place in order))


def read_groups(path: Path, subjects: Sequence[str]) -> dict[str, dict[int, str]]:
    """Groups of subjects by every column of a table: for each column, the group of each subject's number.

    The first column names the subject. A subject without a row, or whose cell says that it is not known, is in no
    group. A column of many numbers is cut into bands of about as many people.

    Args:
        path: CSV with a heading, UTF-8.
        subjects: names, a subject's number is its place.

    Raises:
        SourceError: it cannot be read.
        MalformedError: it is no such table, names a subject twice, or none of the subjects.
    """
    rows = _rows(path)
    heading, numbers = rows[0], {name: number for number, name in enumerate(subjects)}
    cells: dict[int, list[str]] = {}
    for line, row in enumerate(rows[1:], 2):
        if len(row) != len(heading):
            raise MalformedError(f"{path}:{line}: expected {len(heading)} cells, came {len(row)}")
        number = numbers.get(row[0].strip())
        if number in cells:
            raise MalformedError(f"{path}:{line}: a subject comes a second time")
        if number is not None:
            cells[number] = [cell.strip() for cell in row]
    if not cells:
        raise MalformedError(
            f"{path}: expected the subjects of the pictures in its first column, none of them is there"
        )
    return {
        column.strip(): _grouped({number: row[place] for number, row in cells.items()})
        for place, column in enumerate(heading)
        if place
    }


def _rows(path: Path) -> list[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row, _ in zip(csv.reader(file), range(_ROWS), strict=False) if row]
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise MalformedError(f"{path}: expected a table of comma-separated values in UTF-8: {error}") from error
    if len(rows) < 2 or len(rows[0]) < 2:
        raise MalformedError(f"{path}: expected a heading, a column of subjects and at least one of groups")
    if len(set(rows[0])) < len(rows[0]):
        raise MalformedError(f"{path}: expected columns of different names")
    return rows


def _grouped(cells: Mapping[int, str]) -> dict[int, str]:
    known = {number: cell for number, cell in cells.items() if cell.lower() not in _UNKNOWN}
    values = {number: value for number, cell in known.items() if (value := _number(cell)) is not None}
    if len(values) < len(known) or len(set(values.values())) <= _MANY:
        return known
    return _bands(values)


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _bands(values: Mapping[int, float]) -> dict[int, str]:
    """Bands of about as many people, each named by its least and greatest value.

    >>> _bands({0: 18.0, 1: 19.0, 2: 25.0, 3: 26.0, 4: 40.0, 5: 61.0})
    {0: '18 to 19', 1: '18 to 19', 2: '25 to 26', 3: '25 to 26', 4: '40 to 61', 5: '40 to 61'}
    """
    ordered = sorted(values.values())
    limits = [ordered[len(ordered) * part // _BANDS] for part in range(1, _BANDS)]
    bands: dict[int, list[float]] = {}
    for value in ordered:
        bands.setdefault(sum(value >= limit for limit in limits), []).append(value)
    names = {band: f"{inside[0]:g} to {inside[-1]:g}" for band, inside in bands.items()}
    return {number: names[sum(value >= limit for limit in limits)] for number, value in values.items()}
