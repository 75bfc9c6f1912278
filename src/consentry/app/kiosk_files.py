"""Where a site keeps what consent needs: keys in one folder, state in another."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from consentry.backends.key_files import read_key
from consentry.backends.log_file import LogFile
from consentry.backends.vault import VaultFolder
from consentry.backends.vault_held import HeldFolder
from consentry.backends.vault_key import read_vault_key
from consentry.core.errors import MalformedError, StorageError
from consentry.ledger.note import Kind, SigningKey
from consentry.ports import LogStore

PATIENCE = 10.0
"""s that somebody waits for a log that another process is just writing to: an entry takes some 10 ms."""


class ConsentFiles:
    """The keys and folders of one site.

    ::

        KEYS/receipts.key   signs receipts
        KEYS/log.key        signs the log's heads
        KEYS/vault.key      wraps the receipts' keys
        STATE/vault, STATE/log
    """

    def __init__(self, keys: Path, state: Path) -> None:
        """Read the keys.

        Raises:
            StorageError: one cannot be read, or others can read it.
            MalformedError: one is no such key, or one key signs both receipts and the log.
        """
        self._state = state
        self.receipt_key: SigningKey = _ed25519(keys / "receipts.key")
        self._log_key = _ed25519(keys / "log.key")
        if self.receipt_key.verifier.public == self._log_key.verifier.public:
            raise MalformedError(f"{keys}: expected a key for receipts and another for the log, came one for both")
        self._vault_key = read_vault_key(keys / "vault.key")

    def vault(self) -> VaultFolder:
        """The vault, opened; raises as ``VaultFolder``."""
        return VaultFolder(self._state / "vault", self._vault_key)

    def store(self) -> HeldFolder:
        """What is held; raises as ``HeldFolder``."""
        return HeldFolder(self._state / "vault")

    def open_log(self) -> AbstractContextManager[LogStore]:
        """The log for a few entries; waits while another process has it.

        Raises:
            StorageError: it cannot be opened, or not within ``PATIENCE``.
        """
        return _patient(lambda: LogFile(self._state / "log", self._log_key))


@contextmanager
def _patient(opens: Callable[[], LogFile]) -> Iterator[LogStore]:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            log = opens()
            break
        except StorageError as error:
            if "held by another process" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.02)
    with closing(log):
        yield log


def _ed25519(path: Path) -> SigningKey:
    key = read_key(path)
    if key.kind is not Kind.ED25519:
        raise MalformedError(f"{path}: expected a key of kind log, came {key.kind.name}")
    return key
