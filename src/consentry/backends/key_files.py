"""Private keys in files that only their owner can read."""

import os
from pathlib import Path

from consentry.core.errors import MalformedError, StorageError
from consentry.ledger.note import SigningKey

_OTHERS = 0o077
"""Permissions of the group and of all others."""
_LONGEST = 1_000
"""bytes: a key's file has some 100."""


def write_key(path: Path, key: SigningKey) -> None:
    """Write a new key's file.

    Raises:
        StorageError: there is a file already, or it cannot be written.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(f"{key.secret}\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise StorageError(f"{path} is there already; a key is never written over") from error
    except OSError as error:
        raise StorageError(f"{path} could not be written: {error.strerror}") from error


def read_key(path: Path) -> SigningKey:
    """Read a key's file.

    Raises:
        StorageError: it cannot be read, or others can.
        MalformedError: it holds no key.
    """
    try:
        with path.open("rb") as file:
            mode, content = os.fstat(file.fileno()).st_mode, file.read(_LONGEST)
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}; consentry log keygen makes a key") from error
    if mode & _OTHERS:
        raise StorageError(f"{path} can be read by others; chmod 600 it, and make a new key if they may have")
    try:
        return SigningKey.parse(content.decode("ascii", "replace"))
    except MalformedError as error:
        raise MalformedError(f"{path}: {error}") from error
