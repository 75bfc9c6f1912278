"""The touchpoints' common key: who has its private half opens journey passes, who has the public one seals them.

The private half is for touchpoints alone; where passes are issued the public half is enough.
"""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from consentry.backends.secret_files import read_public, read_secret, write_new
from consentry.core.errors import MalformedError

_PRIVATE, _PUBLIC = "CONSENTRY+TOUCHPOINTS+PRIVATE+", "CONSENTRY+TOUCHPOINTS+PUBLIC+"
_MAKER = "consentry pass keygen makes a pair"


def write_group_key(private: Path, public: Path) -> None:
    """Make a new pair of files, the private one for its owner alone.

    Raises:
        StorageError: one is there already, or cannot be written.
    """
    key = X25519PrivateKey.generate()
    write_new(private, f"{_PRIVATE}{key.private_bytes_raw().hex()}")
    write_new(public, f"{_PUBLIC}{key.public_key().public_bytes_raw().hex()}", 0o644)


def read_group_key(path: Path) -> X25519PrivateKey:
    """The private half, for a touchpoint.

    Raises:
        StorageError: it cannot be read, or others can read it.
        MalformedError: it is no such key; nothing of it is told.
    """
    return X25519PrivateKey.from_private_bytes(_key(path, read_secret(path, _MAKER), _PRIVATE))


def read_group_public(path: Path) -> X25519PublicKey:
    """The public half, for whoever issues passes.

    Raises:
        StorageError: it cannot be read.
        MalformedError: it is no such key.
    """
    return X25519PublicKey.from_public_bytes(_key(path, read_public(path, _MAKER), _PUBLIC))


def _key(path: Path, text: str, first: str) -> bytes:
    try:
        key = bytes.fromhex(text.removeprefix(first)) if text.startswith(first) else b""
    except ValueError as error:
        raise MalformedError(f"{path}: expected {first} and 64 hexadecimal digits") from error
    if len(key) != 32:
        raise MalformedError(f"{path}: expected {first} and 64 hexadecimal digits")
    return key
