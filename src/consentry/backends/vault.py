"""The key vault on disk: a wrapped key in a file for each receipt, and gone when it is said to be gone.

::

    FOLDER/current      number of the generation in use, and a check of the key-encryption key
    FOLDER/lock         held while the vault is open; alone, while keys are wrapped anew
    FOLDER/keys-N/ID    a key of 32 bytes wrapped under the key-encryption key: 40 bytes

``destroy`` overwrites the file with zeros, removes it, and syncs the folder. A disk may all the same keep the 40 bytes
elsewhere: an SSD moves what is overwritten, a snapshot or a backup copies it. What it keeps is a key wrapped under the
key-encryption key, so the remedy is ``rotate``: every key that is left is wrapped under a new one, and once the old
one's file is destroyed (on a token, or shredded with the disk's own secure erase) the remains open for nobody.
"""

import fcntl
import os
import re
from collections.abc import Container
from contextlib import suppress
from pathlib import Path
from typing import Self

from consentry.backends.vault_disk import clear_partials, put, shred, sync_folder
from consentry.consent.erasure import KEY, WRAPPED, unwrap, wrap
from consentry.consent.retention import WITHDRAWN
from consentry.core.errors import ProofError, StorageError
from consentry.ports import KeyVault, ReferenceStore

_ID = re.compile(r"[0-9a-f]{32}")
_CURRENT = re.compile(rb"([1-9][0-9]{0,8}) ([0-9a-f]{80})\n")
_CHECK = bytes(KEY)
"""Wrapped under the key-encryption key it shows whether a key is the right one, and nothing of it."""


class VaultFolder:
    """The port ``KeyVault``. Several processes may hold it at a time, each any number of threads."""

    def __init__(self, folder: Path, above: bytes) -> None:
        """Open a vault, or begin one.

        Args:
            folder: made if it is not there. Keep it out of backups, or erased keys live on there.
            above: key-encryption key, 32 bytes.

        Raises:
            StorageError: the folder cannot be used, the key is another vault's, or keys are being wrapped anew.
        """
        self._folder, self._above = folder, above
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = _locked(folder, fcntl.LOCK_SH)
        except OSError as error:
            raise StorageError(f"the vault in {folder} cannot be used: {error.strerror}") from error
        try:
            self._keys = folder / f"keys-{_opened(folder, above)}"
            self._finish()
        except OSError as error:
            self.close()
            raise StorageError(f"the vault in {folder} cannot be used: {error.strerror}") from error
        except StorageError:
            self.close()
            raise

    def create(self, receipt_id: str) -> bytes:
        """A new key; see the port."""
        key = os.urandom(KEY)
        try:
            put(self._path(receipt_id), wrap(self._above, key), replace=False)
        except FileExistsError as error:
            raise StorageError("the vault has a key of this receipt already") from error
        except OSError as error:
            raise StorageError(f"the vault did not take a key: {error.strerror}") from error
        return key

    def key(self, receipt_id: str) -> bytes | None:
        """The receipt's key, or None; see the port."""
        try:
            wrapped = self._path(receipt_id).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError(f"the vault cannot be read: {error.strerror}") from error
        if not any(wrapped):
            return None  # being destroyed at this moment, or when the power went
        try:
            return unwrap(self._above, wrapped)
        except ProofError as error:
            raise StorageError("a key's file in the vault was changed on disk") from error

    def destroy(self, receipt_id: str) -> bool:
        """Destroy a key; see the port."""
        try:
            return shred(self._path(receipt_id))
        except OSError as error:
            raise StorageError(f"a key could not be destroyed: {error.strerror}; do it again") from error

    def receipts(self) -> tuple[str, ...]:
        """Every receipt that has a key."""
        try:
            return tuple(sorted(path.name for path in self._keys.iterdir() if _ID.fullmatch(path.name)))
        except OSError as error:
            raise StorageError(f"the vault cannot be read: {error.strerror}") from error

    def close(self) -> None:
        """Let keys be wrapped anew. May be called twice."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _path(self, receipt_id: str) -> Path:
        if not _ID.fullmatch(receipt_id):
            raise StorageError("expected a receipt's id of 32 hexadecimal digits")
        return self._keys / receipt_id

    def _finish(self) -> None:
        """End what a killed process or a pulled plug broke off: destroying stays destroying."""
        for path in self._keys.iterdir():
            with suppress(FileNotFoundError):  # another process ended it
                if _ID.fullmatch(path.name) and path.stat().st_size == WRAPPED and not any(path.read_bytes()):
                    shred(path)
        for other in self._folder.glob("keys-*"):
            if other != self._keys:  # of a rotation that was broken off before or after it counted
                with suppress(FileNotFoundError):
                    _emptied(other)
                    other.rmdir()


class Withdrawn(Container[str]):
    """The receipts whose key is gone, as ``SignedReceipt.check`` asks: what is not there was withdrawn or has ended."""

    def __init__(self, vault: KeyVault) -> None:
        self._vault = vault

    def __contains__(self, receipt_id: object) -> bool:
        """Whether a receipt has no key, or is none."""
        return not isinstance(receipt_id, str) or self._vault.key(receipt_id) is None


class Ended(Withdrawn):
    """Receipts that count no more: their key is gone, or a legal hold keeps what a withdrawal left."""

    def __init__(self, vault: KeyVault, store: ReferenceStore) -> None:
        super().__init__(vault)
        self._store = store

    def __contains__(self, receipt_id: object) -> bool:
        """Whether a receipt was withdrawn or has ended."""
        if super().__contains__(receipt_id):
            return True
        return any(item.kind == WITHDRAWN for item in self._store.held(str(receipt_id)))


def rotate(folder: Path, old: bytes, new: bytes) -> int:
    """Wrap every key that is left under a new key-encryption key; broken off, the old one still holds.

    Returns:
        How many keys.

    Raises:
        StorageError: the vault is open somewhere, the old key is not its key, or the disk did not do it.
    """
    try:
        lock = _locked(folder, fcntl.LOCK_EX)
        try:
            return _rotate(folder, old, new)
        finally:
            os.close(lock)
    except OSError as error:
        raise StorageError(f"the vault in {folder} could not be wrapped anew: {error.strerror}") from error


def _rotate(folder: Path, old: bytes, new: bytes) -> int:
    generation = _opened(folder, old)
    before, after = folder / f"keys-{generation}", folder / f"keys-{generation + 1}"
    _emptied(after)  # of an attempt that was broken off
    after.mkdir(mode=0o700, exist_ok=True)
    clear_partials(before)
    count = 0
    for path in sorted(before.iterdir()):
        wrapped = path.read_bytes()
        if _ID.fullmatch(path.name) and any(wrapped):
            try:
                put(after / path.name, wrap(new, unwrap(old, wrapped)), replace=False)
            except ProofError as error:
                raise StorageError("a key's file in the vault was changed on disk; nothing was rotated") from error
            count += 1
    sync_folder(folder)
    _write_current(folder, generation + 1, new)
    _emptied(before)
    before.rmdir()
    sync_folder(folder)
    return count


def _opened(folder: Path, above: bytes) -> int:
    """The generation in use, its key-encryption key checked; a new vault's is 1."""
    current = folder / "current"
    if not current.exists():
        if any(folder.glob("keys-*/*")):
            raise StorageError(f"{current} is missing; bring it back: without it nobody knows which keys are in use")
        (folder / "keys-1").mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder)
        _write_current(folder, 1, above)
        return 1
    match = _CURRENT.fullmatch(current.read_bytes())
    if match is None:
        raise StorageError(f"{current} is not what the vault wrote; bring back the file")
    try:
        check = unwrap(above, bytes.fromhex(match[2].decode()))
    except ProofError as error:
        raise StorageError(f"the key-encryption key is not that of the vault in {folder}") from error
    if check != _CHECK:
        raise StorageError(f"{current} is not what the vault wrote; bring back the file")
    return int(match[1])


def _write_current(folder: Path, generation: int, above: bytes) -> None:
    put(folder / "current", f"{generation} {wrap(above, _CHECK).hex()}\n".encode(), replace=True)


def _emptied(folder: Path) -> None:
    for path in folder.iterdir() if folder.exists() else ():
        shred(path)


def _locked(folder: Path, how: int) -> int:
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        other = "its keys are being wrapped anew" if how == fcntl.LOCK_SH else "it is open in another process"
        raise StorageError(f"the vault in {folder} cannot be had now: {other}") from error
    return handle
