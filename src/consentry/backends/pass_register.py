"""What an issuer of passes remembers: how many it issued, and the places of those that were withdrawn.

No receipt's number stands here: which place is whose lies sealed under the traveller's key.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from consentry.backends.vault_disk import put
from consentry.core.errors import StorageError
from consentry.face.status_list import MOST, sign_list
from consentry.ledger.note import SigningKey


class PassRegister:
    """Places in the list of withdrawn passes. Several processes may use one."""

    def __init__(self, folder: Path) -> None:
        """Open a register, or begin one.

        Raises:
            StorageError: the folder cannot be used.
        """
        self._folder, self._path = folder, folder / "places.json"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StorageError(f"the register of passes in {folder} cannot be used: {error.strerror}") from error

    def new_place(self) -> int:
        """The place of the next pass; on disk when it returns, so that no two passes have one.

        Raises:
            StorageError: the disk did not take it, or the list is full.
        """
        with self._locked():
            issued, revoked = self._read()
            if issued >= MOST:
                raise StorageError(f"the list of passes is full after {MOST}: begin another with a key of its own")
            self._write(issued + 1, revoked)
        return issued

    def revoke(self, place: int) -> None:
        """Withdraw a pass; on disk when it returns.

        Raises:
            StorageError: there is no such pass, or the disk did not take it.
        """
        with self._locked():
            issued, revoked = self._read()
            if not 0 <= place < issued:
                raise StorageError(f"expected a place of one of {issued} passes, came {place}")
            self._write(issued, sorted({*revoked, place}))

    def signed_list(self, at: float, key: SigningKey) -> bytes:
        """The list as gates take it.

        Args:
            at: now, s UTC.
            key: the issuer's.
        """
        issued, revoked = self._read()
        return sign_list(revoked, max(1, issued), at, key)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            lock = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError as error:
            raise StorageError(f"the register of passes cannot be used: {error.strerror}") from error
        try:
            yield
        finally:
            os.close(lock)

    def _write(self, issued: int, revoked: list[int]) -> None:
        try:
            put(self._path, json.dumps({"issued": issued, "revoked": revoked}).encode(), replace=True)
        except OSError as error:
            raise StorageError(f"the register of passes could not be written: {error.strerror}") from error

    def _read(self) -> tuple[int, list[int]]:
        try:
            told = json.loads(self._path.read_bytes())
            issued, revoked = int(told["issued"]), [int(one) for one in told["revoked"]]
        except FileNotFoundError:
            return 0, []
        except OSError as error:
            raise StorageError(f"the register of passes cannot be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise StorageError(f"{self._path} is not what was written; bring it back: it knows withdrawals") from error
        return issued, revoked
