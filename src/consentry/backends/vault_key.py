"""The key-encryption key: in a file that only its owner can read."""

import os
from pathlib import Path

from consentry.consent.erasure import KEY
from consentry.core.errors import MalformedError, StorageError

_FIRST = "CONSENTRY+VAULT+KEY+"
_OTHERS = 0o077
"""Permissions of the group and of all others."""


def write_vault_key(path: Path) -> None:
    """Make a new key's file.

    Raises:
        StorageError: there is a file already, or it cannot be written.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(f"{_FIRST}{os.urandom(KEY).hex()}\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise StorageError(f"{path} is there already; a key is never written over") from error
    except OSError as error:
        raise StorageError(f"{path} could not be written: {error.strerror}") from error


def read_vault_key(path: Path) -> bytes:
    """Read a key's file.

    Raises:
        StorageError: it cannot be read, or others can.
        MalformedError: it holds no key; nothing of it is told.
    """
    try:
        with path.open("rb") as file:
            mode, content = os.fstat(file.fileno()).st_mode, file.read(1_000)
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}; consentry vault keygen makes a key") from error
    if mode & _OTHERS:
        raise StorageError(
            f"{path} can be read by others; chmod 600 it, and if they may have, rotate: consentry vault rotate"
        )
    text = content.decode("ascii", "replace").strip()
    try:
        key = bytes.fromhex(text.removeprefix(_FIRST))
    except ValueError as error:
        raise MalformedError(f"{path}: expected a key of a vault") from error
    if not text.startswith(_FIRST) or len(key) != KEY:
        raise MalformedError(f"{path}: expected a key of a vault, {_FIRST} and {2 * KEY} hexadecimal digits")
    return key
