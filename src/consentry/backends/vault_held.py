"""What is held on travellers, on disk: a file for each sealed item, a file for each legal hold.

::

    FOLDER/held/RE/RECEIPT.KIND.UNTIL.NUMBER    one sealed item; RE: the id's first digits: folders stay short
    FOLDER/holds/RECEIPT                        a legal hold, as JSON

Names and ends of items are in clear, so that what is due can go without any key; the contents are noise without the
vault. Whoever renames a file to make it last longer breaks its seal.
"""

import json
import re
from pathlib import Path

from consentry.backends.vault_disk import clear_partials, put, shred, sync_folder
from consentry.consent.retention import HeldItem, Hold
from consentry.core.errors import ConsentryError, StorageError

_NAME = re.compile(r"([0-9a-f]{32})\.([a-z_]{1,32})\.([0-9]{1,12})\.([0-9a-f]{16})")
_ID = re.compile(r"[0-9a-f]{32}")
_LONGEST = 1_000_000
"""bytes of an item: a receipt has 16,000 at most, a template some 2,000."""


class HeldFolder:
    """The port ``ReferenceStore``. Several processes may hold it at a time, each any number of threads."""

    def __init__(self, folder: Path) -> None:
        """Open a store, or begin one.

        Args:
            folder: made if it is not there.

        Raises:
            StorageError: it cannot be used.
        """
        self._held, self._holds = folder / "held", folder / "holds"
        try:
            for one in (self._held, self._holds):
                one.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StorageError(f"what is held in {folder} cannot be used: {error.strerror}") from error

    def keep(self, item: HeldItem) -> None:
        """Keep an item; see the port."""
        name = f"{item.receipt_id}.{item.kind}.{item.until}.{item.number}"
        if not _NAME.fullmatch(name) or len(item.sealed) > _LONGEST:
            raise StorageError(f"expected an item of a receipt, at most {_LONGEST} bytes, came {item!r}")
        shelf = self._held / item.receipt_id[:2]
        try:
            if not shelf.exists():
                shelf.mkdir(mode=0o700, exist_ok=True)
                sync_folder(self._held)
            put(shelf / name, item.sealed, replace=False)
        except OSError as error:
            raise StorageError(f"an item could not be kept: {error.strerror}") from error

    def held(self, receipt_id: str) -> tuple[HeldItem, ...]:
        """Everything held under a receipt; see the port."""
        found = []
        for path, item in self._listed(receipt_id):
            try:
                content = path.read_bytes()
                if any(content):  # else it is being removed at this moment, or was when the power went
                    found.append(HeldItem(item.receipt_id, item.kind, item.number, item.until, content))
            except FileNotFoundError:
                continue  # dropped at this moment
            except OSError as error:
                raise StorageError(f"an item cannot be read: {error.strerror}") from error
        return tuple(sorted(found, key=lambda item: (item.kind, item.number)))

    def everything(self) -> tuple[HeldItem, ...]:
        """Everything held, without its content; see the port."""
        return tuple(item for _, item in self._listed())

    def drop(self, receipt_id: str, /, kind: str | None = None, number: str | None = None) -> int:
        """Remove items; see the port."""
        count = 0
        for path, item in self._listed(receipt_id):
            if kind in {None, item.kind} and number in {None, item.number}:
                try:
                    count += shred(path)
                except OSError as error:
                    raise StorageError(f"an item could not be removed: {error.strerror}; do it again") from error
        return count

    def hold(self, hold: Hold) -> None:
        """Keep a legal hold; see the port."""
        told = {"reason": hold.reason, "confirmed_by": list(hold.confirmed_by), "since": hold.since}
        try:
            put(self._hold(hold.receipt_id), json.dumps(told, ensure_ascii=False).encode(), replace=True)
        except OSError as error:
            raise StorageError(f"a hold could not be kept: {error.strerror}") from error

    def holds(self) -> tuple[Hold, ...]:
        """Every hold in force; one that cannot be read is an error, for what it holds must not go."""
        found = []
        try:
            for path in sorted(self._holds.iterdir()):
                if _ID.fullmatch(path.name):
                    told = json.loads(path.read_bytes())
                    found.append(Hold(path.name, told["reason"], tuple(told["confirmed_by"]), told["since"]))
        except OSError as error:
            raise StorageError(f"legal holds cannot be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError, AttributeError, ConsentryError) as error:
            raise StorageError(f"{path}: expected a legal hold; bring the file back, or lift it with two") from error
        return tuple(found)

    def lift(self, receipt_id: str) -> bool:
        """End a hold; see the port."""
        try:
            return shred(self._hold(receipt_id))
        except OSError as error:
            raise StorageError(f"a hold could not be ended: {error.strerror}; do it again") from error

    def clear_torn(self) -> None:
        """Remove what writes that were broken off left behind; while nobody else writes.

        Raises:
            StorageError: the disk did not do it.
        """
        try:
            for folder in (*self._held.iterdir(), self._holds):
                clear_partials(folder)
        except OSError as error:
            raise StorageError(f"torn items could not be removed: {error.strerror}") from error

    def _hold(self, receipt_id: str) -> Path:
        if not _ID.fullmatch(receipt_id):
            raise StorageError("expected a receipt's id of 32 hexadecimal digits")
        return self._holds / receipt_id

    def _listed(self, receipt_id: str | None = None) -> list[tuple[Path, HeldItem]]:
        """The files, and what their names say."""
        try:
            shelves = self._held.iterdir() if receipt_id is None else [self._held / receipt_id[:2]]
            paths = [path for shelf in shelves if shelf.exists() for path in shelf.iterdir()]
        except OSError as error:
            raise StorageError(f"what is held cannot be listed: {error.strerror}") from error
        matches = ((path, _NAME.fullmatch(path.name)) for path in paths)
        return [
            (path, HeldItem(match[1], match[2], match[4], int(match[3]), b""))
            for path, match in matches
            if match is not None and receipt_id in {None, match[1]}
        ]
