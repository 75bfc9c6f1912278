"""The key-encryption key: in a file that only its owner can read."""

import os
from pathlib import Path

from consentry.backends.secret_files import read_secret, write_new
from consentry.consent.erasure import KEY
from consentry.core.errors import MalformedError

_FIRST = "CONSENTRY+VAULT+KEY+"


def write_vault_key(path: Path) -> None:
    """Make a new key's file.

    Raises:
        StorageError: there is a file already, or it cannot be written.
    """
    write_new(path, f"{_FIRST}{os.urandom(KEY).hex()}")


def read_vault_key(path: Path) -> bytes:
    """Read a key's file.

    Raises:
        StorageError: it cannot be read, or others can.
        MalformedError: it holds no key; nothing of it is told.
    """
    text = read_secret(
        path, "consentry vault keygen makes a key", "and if they may have, rotate: consentry vault rotate"
    )
    try:
        key = bytes.fromhex(text.removeprefix(_FIRST))
    except ValueError as error:
        raise MalformedError(f"{path}: expected a key of a vault") from error
    if not text.startswith(_FIRST) or len(key) != KEY:
        raise MalformedError(f"{path}: expected a key of a vault, {_FIRST} and {2 * KEY} hexadecimal digits")
    return key
