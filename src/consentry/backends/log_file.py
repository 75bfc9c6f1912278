"""The log on disk: entries one after another in one file, each safe on disk before it counts, and the tree above them.

::

    FOLDER/entries     for each entry: its length (4 bytes), its bytes, the first 8 bytes of its leaf hash
    FOLDER/checkpoint  the last signed head, replaced at once
    FOLDER/torn        what broken appends left behind

An append that a killed process or a pulled plug broke off leaves a torn end, which nobody was told of: it is put aside
when the log is opened again. Whatever stood in a signed checkpoint must be there: a file that is shorter, or has
another root than the checkpoint says, is not opened, for going on would fork the log.
"""

import fcntl
import os
import struct
import threading
from array import array
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from consentry.backends.log_tree import GrowingTree
from consentry.core.errors import MalformedError, ProofError, StorageError
from consentry.ledger.checkpoint import Checkpoint
from consentry.ledger.entry import LONGEST, Entry
from consentry.ledger.merkle import consistency_proof, inclusion_proof, leaf_hash
from consentry.ledger.note import Note, SigningKey
from consentry.ledger.proof import LoggedProof

_HEAD = struct.Struct(">I")
_SEAL = 8
"""bytes of the leaf hash that follow an entry: a torn end is told from a whole one."""
_READ = 1 << 20
"""bytes read at once when a log is opened."""


class LogFile:
    """The port ``LogStore``. One process may hold it at a time; within it, any thread may append."""

    def __init__(self, folder: Path, key: SigningKey) -> None:
        """Open a log, or begin one.

        Args:
            folder: made if it is not there.
            key: of the log; its name is the log's origin.

        Raises:
            StorageError: the folder cannot be used, another process holds the log, or it is not what was signed.
        """
        self._key, self._lock = key, threading.Lock()
        self._tree, self._places = GrowingTree(), array("Q", [0])
        self._head = folder / "checkpoint"
        self._broken = False
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = _held(folder / "entries")
        except OSError as error:
            raise StorageError(f"the log in {folder} cannot be used: {error.strerror}") from error
        try:
            self._recover(folder / "torn")
            self._signed = self._known_head()
        except OSError as error:
            self.close()
            raise StorageError(f"the log in {folder} cannot be used: {error.strerror}") from error
        except StorageError:
            self.close()
            raise

    def append(self, entry: Entry) -> int:
        """Keep one entry; see ``extend``."""
        return self.extend([entry])

    def extend(self, entries: Iterable[Entry]) -> int:
        """Keep entries in order, on disk when it returns; broken off, some may be there. Gives the first one's index.

        Raises:
            StorageError: the disk did not take them.
        """
        contents = [entry.to_bytes() for entry in entries]
        if any(len(content) > LONGEST for content in contents):
            raise StorageError(f"expected entries of at most {LONGEST} bytes")
        leaves = [leaf_hash(content) for content in contents]
        rows = [
            _HEAD.pack(len(content)) + content + leaf[:_SEAL] for content, leaf in zip(contents, leaves, strict=True)
        ]
        with self._lock:
            first = self._tree.size
            self._write(b"".join(rows))
            for row, leaf in zip(rows, leaves, strict=True):
                self._tree.append(leaf)
                self._places.append(self._places[-1] + len(row))
            return first

    def size(self) -> int:
        """How many entries there are."""
        return self._tree.size

    def entry(self, index: int) -> Entry:
        """One entry.

        Raises:
            StorageError: there is none with this index, or the file was changed under the log.
        """
        return Entry.parse(self.raw(index))

    def raw(self, index: int) -> bytes:
        """The bytes of one entry; raises as ``entry``."""
        with self._lock:
            if not 0 <= index < self._tree.size:
                raise StorageError(f"the log has {self._tree.size} entries; there is no entry {index}")
            begin, end = self._places[index], self._places[index + 1]
            row = os.pread(self._file, end - begin, begin)
        content = row[_HEAD.size : -_SEAL]
        if leaf_hash(content) != self._tree.subtree(0, index):
            raise StorageError(f"entry {index} of the log was changed on disk")
        return content

    def checkpoint(self) -> Note:
        """The signed head of everything appended so far; on disk when it returns, and never another for this size."""
        with self._lock:
            signed = self._signed
            if signed is not None and Checkpoint.parse(signed.text).size == self._tree.size:
                return signed
            head = Checkpoint(self._key.name, self._tree.size, self._tree.root())
            note = Note(head.text, ()).signed(self._key)
            try:
                replaced(self._head, str(note).encode())
            except OSError as error:
                raise StorageError(f"the log's checkpoint could not be written: {error.strerror}") from error
            self._signed = note
            return note

    def proof(self, index: int, checkpoint: Note | None = None) -> LoggedProof:
        """That an entry is in the log.

        Args:
            index: of the entry.
            checkpoint: the head that it is proved against, perhaps with witnesses' signatures; None: the newest.

        Raises:
            StorageError: that head does not reach to the entry.
        """
        note = checkpoint or self.checkpoint()
        size = Checkpoint.parse(note.text).size
        if not 0 <= index < size <= self._tree.size:
            raise StorageError(f"expected an entry of the first {size}, came {index}")
        return LoggedProof(index, inclusion_proof(index, size, self._tree.subtree), note)

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """That the log of ``new`` entries continues the one of ``old``.

        Raises:
            StorageError: not 0 < old <= new <= size.
        """
        if not 0 < old <= new <= self._tree.size:
            raise StorageError(f"expected sizes of 1 to {self._tree.size}, came {old} and {new}")
        return consistency_proof(old, new, self._tree.subtree)

    @property
    def tree(self) -> GrowingTree:
        """The hashes, for who writes tiles."""
        return self._tree

    def close(self) -> None:
        """Let another process have it. May be called twice."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _write(self, content: bytes) -> None:
        """Put bytes at the end, safe on disk when it returns; where that fails the end stays where it was."""
        if self._broken:
            raise StorageError("the log's disk failed before; open the log again once it works")
        try:
            done = 0
            while done < len(content):
                done += os.pwrite(self._file, content[done:], self._places[-1] + done)
        except OSError as error:
            self._forget_torn()
            raise StorageError(f"the log could not be written: {error.strerror}") from error
        try:
            os.fsync(self._file)
        except OSError as error:
            # What the disk has now nobody knows, and a second fsync would not say: the kernel tells an error once.
            self._broken = True
            raise StorageError(f"the log's disk failed: {error.strerror}; nothing more is appended") from error

    def _recover(self, torn: Path) -> None:
        """Read every whole entry; put aside what a broken append left behind."""
        end, waiting = 0, b""
        while chunk := os.pread(self._file, _READ, end + len(waiting)):
            waiting += chunk
            used = 0
            while (row := _whole(waiting, used)) is not None:
                self._tree.append(row[1])
                used = row[0]
                self._places.append(end + used)
            end, waiting = end + used, waiting[used:]
        if waiting:
            with torn.open("ab") as file:
                file.write(waiting)
                file.flush()
                os.fsync(file.fileno())
            os.ftruncate(self._file, end)
            os.fsync(self._file)

    def _known_head(self) -> Note | None:
        """The checkpoint on disk, held against the entries."""
        if not self._head.is_file():
            return None
        try:
            note = Note.parse(self._head.read_bytes())
            head = Checkpoint.parse(note.text)
            signed = note.by(self._key.verifier)
        except (MalformedError, ProofError) as error:
            raise StorageError(f"{self._head}: {error}; the log is not opened") from error
        if signed is None or head.origin != self._key.name:
            raise StorageError(f"{self._head}: expected a checkpoint of {self._key.name}, signed with its key")
        if head.size > self._tree.size or self._tree.root(head.size) != head.root:
            raise StorageError(
                f"{self._head} says {head.size} entries, {self._tree.size} are there or they differ: entries were lost "
                "or changed; bring back the file `entries`, going on would fork the log"
            )
        return note

    def _forget_torn(self) -> None:
        """Cut off what a failed append may have left; if that fails too, opening the log does it."""
        with suppress(OSError):
            os.ftruncate(self._file, self._places[-1])


def _whole(content: bytes, at: int) -> tuple[int, bytes] | None:
    """Where the entry at ``at`` ends, and its leaf hash; None where it is not whole."""
    begin = at + _HEAD.size
    if begin > len(content):
        return None
    (length,) = _HEAD.unpack_from(content, at)
    end = begin + length + _SEAL
    if length > LONGEST or end > len(content):
        return None
    leaf = leaf_hash(content[begin : begin + length])
    return (end, leaf) if leaf[:_SEAL] == content[begin + length : end] else None


def _held(path: Path) -> int:
    """The file's number, locked for this process."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(file)
        raise StorageError(f"{path} is held by another process") from error
    _sync_folder(path.parent)
    return file


def replaced(path: Path, content: bytes) -> None:
    """Write a file so that either the old or the new one is there, whatever happens."""
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
