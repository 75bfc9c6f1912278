"""Keys in files: made once and never written over, secret ones for their owner alone."""

import os
from pathlib import Path

from consentry.core.errors import StorageError

_OTHERS = 0o077
"""Permissions of the group and of all others."""
_LONGEST = 1_000
"""bytes: a key's file has some 100."""


def write_new(path: Path, text: str, mode: int = 0o600) -> None:
    """Write a new key's file.

    Args:
        path: of the file.
        text: one line.
        mode: permissions; for its owner alone if not told.

    Raises:
        StorageError: there is a file already, or it cannot be written.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with os.fdopen(handle, "w") as file:
            file.write(f"{text}\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise StorageError(f"{path} is there already; a key is never written over") from error
    except OSError as error:
        raise StorageError(f"{path} could not be written: {error.strerror}") from error


def read_public(path: Path, maker: str) -> str:
    """The line of a key's file that anybody may read; ``maker`` is told where there is none.

    Raises:
        StorageError: it cannot be read.
    """
    return _read(path, maker)[0]


def read_secret(path: Path, maker: str, remedy: str = "and make a new key if they may have") -> str:
    """The line of a secret key's file.

    Args:
        path: of the file.
        maker: what makes such a key, for who has none.
        remedy: what to do where others could read it.

    Raises:
        StorageError: it cannot be read, or others can.
    """
    text, mode = _read(path, maker)
    if mode & _OTHERS:
        raise StorageError(f"{path} can be read by others; chmod 600 it, {remedy}")
    return text


def _read(path: Path, maker: str) -> tuple[str, int]:
    try:
        with path.open("rb") as file:
            content, mode = file.read(_LONGEST), os.fstat(file.fileno()).st_mode
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}; {maker}") from error
    return content.decode("ascii", "replace").strip(), mode
