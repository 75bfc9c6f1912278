"""Private keys in files that only their owner can read."""

from pathlib import Path

from consentry.backends.secret_files import read_secret, write_new
from consentry.core.errors import MalformedError
from consentry.ledger.note import SigningKey


def write_key(path: Path, key: SigningKey) -> None:
    """Write a new key's file.

    Raises:
        StorageError: there is a file already, or it cannot be written.
    """
    write_new(path, key.secret)


def read_key(path: Path) -> SigningKey:
    """Read a key's file.

    Raises:
        StorageError: it cannot be read, or others can.
        MalformedError: it holds no key.
    """
    text = read_secret(path, "consentry log keygen makes a key")
    try:
        return SigningKey.parse(text)
    except MalformedError as error:
        raise MalformedError(f"{path}: {error}") from error
