"""Files of a chip that somebody saved into a folder, under the names that readers give them."""

import re
from pathlib import Path

from consentry.core.errors import SourceError
from consentry.document.lds import EF_COM, EF_SOD, LONGEST_GROUP, file_of

_NAMES = (
    (re.compile(r"(?:ef)?[_. -]?com"), EF_COM),
    (re.compile(r"(?:ef)?[_. -]?sod"), EF_SOD),
)
_GROUP = re.compile(r"(?:ef)?[_. -]?(?:datagroup|dg)[_. -]?0?(\d{1,2})")
_NUMBER = re.compile(r"(?:ef)?[_. -]?(01[0-9a-f]{2})")
_ENDINGS = frozenset({"", ".bin", ".dat", ".der"})
EXPECTED = "ef011E.bin or EF_COM.bin, ef011D.bin or EF_SOD.bin, ef0101.bin, EF_DG1.bin or Datagroup1.bin"


def file_identifier(name: str) -> int | None:
    """File identifier of a file by its name; None: it is none of a chip.

    >>> [f"{file_identifier(name):04X}" for name in ("ef010F.bin", "EF_DG2.bin", "Datagroup14.bin", "EF_SOD.bin")]
    ['010F', '0102', '010E', '011D']
    >>> file_identifier("notes.txt") is file_identifier("DG17.bin") is None
    True
    """
    path = Path(name.lower())
    if path.suffix not in _ENDINGS:
        return None
    for pattern, identifier in _NAMES:
        if pattern.fullmatch(path.stem):
            return identifier
    if group := _GROUP.fullmatch(path.stem):
        return file_of(int(group[1])) if 1 <= int(group[1]) <= 16 else None
    if number := _NUMBER.fullmatch(path.stem):
        identifier = int(number[1], 16)
        return identifier if identifier in {EF_COM, EF_SOD, *map(file_of, range(1, 17))} else None
    return None


def read_chip_folder(folder: Path) -> dict[int, bytes]:
    """Read them, by file identifier.

    Raises:
        SourceError: there is no such folder, no such file in it, two under one identifier, or one too long.
    """
    if not folder.is_dir():
        raise SourceError(f"expected a folder with files of a chip, there is none at {folder}")
    files: dict[int, bytes] = {}
    try:
        for path in sorted(folder.iterdir()):
            identifier = file_identifier(path.name) if path.is_file() else None
            if identifier is None:
                continue
            if identifier in files:
                raise SourceError(f"{folder}: expected each file once, {path.name} is a second {identifier:04X}")
            if path.stat().st_size > LONGEST_GROUP:
                raise SourceError(f"{path}: expected at most {LONGEST_GROUP} bytes, came {path.stat().st_size}")
            files[identifier] = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{folder} cannot be read: {error.strerror}") from error
    if not files:
        raise SourceError(f"{folder}: expected files of a chip such as {EXPECTED}, found none")
    return files
