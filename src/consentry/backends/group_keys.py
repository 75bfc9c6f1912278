"""The touchpoints' common key: who has its private half opens journey passes, who has the public one seals them.

The private half is for touchpoints alone; where passes are issued the public half is enough.
"""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from consentry.core.errors import MalformedError, StorageError

_PRIVATE, _PUBLIC = "CONSENTRY+TOUCHPOINTS+PRIVATE+", "CONSENTRY+TOUCHPOINTS+PUBLIC+"
_OTHERS = 0o077
"""Permissions of the group and of all others."""
_LONGEST = 1_000
"""bytes: a key's file has some 100."""


def write_group_key(private: Path, public: Path) -> None:
    """Make a new pair of files, the private one for its owner alone.

    Raises:
        StorageError: one is there already, or cannot be written.
    """
    key = X25519PrivateKey.generate()
    _write(private, f"{_PRIVATE}{key.private_bytes_raw().hex()}\n", 0o600)
    _write(public, f"{_PUBLIC}{key.public_key().public_bytes_raw().hex()}\n", 0o644)


def read_group_key(path: Path) -> X25519PrivateKey:
    """The private half, for a touchpoint.

    Raises:
        StorageError: it cannot be read, or others can read it.
        MalformedError: it is no such key; nothing of it is told.
    """
    content, mode = _read(path)
    if mode & _OTHERS:
        raise StorageError(f"{path} can be read by others; chmod 600 it, and make a new key if they may have")
    return X25519PrivateKey.from_private_bytes(_key(path, content, _PRIVATE))


def read_group_public(path: Path) -> X25519PublicKey:
    """The public half, for whoever issues passes.

    Raises:
        StorageError: it cannot be read.
        MalformedError: it is no such key.
    """
    return X25519PublicKey.from_public_bytes(_key(path, _read(path)[0], _PUBLIC))


def _read(path: Path) -> tuple[bytes, int]:
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST), os.fstat(file.fileno()).st_mode
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}; consentry pass keygen makes a pair") from error


def _key(path: Path, content: bytes, first: str) -> bytes:
    text = content.decode("ascii", "replace").strip()
    try:
        key = bytes.fromhex(text.removeprefix(first)) if text.startswith(first) else b""
    except ValueError as error:
        raise MalformedError(f"{path}: expected {first} and 64 hexadecimal digits") from error
    if len(key) != 32:
        raise MalformedError(f"{path}: expected {first} and 64 hexadecimal digits")
    return key


def _write(path: Path, text: str, mode: int) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise StorageError(f"{path} is there already; a key is never written over") from error
    except OSError as error:
        raise StorageError(f"{path} could not be written: {error.strerror}") from error
