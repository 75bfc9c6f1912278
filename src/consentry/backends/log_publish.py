"""The log written as plain files that any web server can serve (C2SP tlog-tiles), the checkpoint last.

Whoever reads while it is being written finds the old checkpoint with everything it needs, or the new one with
everything it needs. Broken off, it goes on the next time: a file that is there already is left as it is.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from consentry.backends.log_file import LogFile, replaced
from consentry.backends.witness_client import WitnessClient
from consentry.core.errors import BackendError, MalformedError, ProofError, StorageError
from consentry.ledger.checkpoint import Checkpoint
from consentry.ledger.merkle import SIZE
from consentry.ledger.note import Note
from consentry.ledger.tiles import HEIGHT, WIDTH, Tile, new_tiles, write_bundle


class Published:
    """What came of publishing."""

    def __init__(self, note: Note, files: int, missing: tuple[str, ...]) -> None:
        self.note = note
        """The checkpoint as published, with the witnesses' signatures."""
        self.files = files
        """Tiles and bundles written now."""
        self.missing = missing
        """Witnesses that did not sign, and why."""


def publish(log: LogFile, folder: Path, witnesses: Iterable[WitnessClient] = ()) -> Published:
    """Write what is new of a log, have the witnesses sign, then write the checkpoint.

    Args:
        log: to be published.
        folder: of the web server.
        witnesses: who are asked to sign. One that is away holds nothing up: its signature is missing.

    Raises:
        StorageError: the folder cannot be written, or holds another log.
    """
    note = log.checkpoint()
    head = Checkpoint.parse(note.text)
    try:
        # 1. What is there already.
        before = _size_there(folder / "checkpoint", head)
        # 2. Tiles and bundles, before anybody is told of them.
        written = sum(_write(folder / tile.path, _content(log, tile)) for tile in new_tiles(before, head.size))
        # 3. Witnesses.
        missing = []
        for witness in witnesses:
            try:
                note = Note(note.text, (*note.signatures, witness.cosign(log, note)))
            except (BackendError, ProofError, MalformedError) as error:
                missing.append(f"{witness.name}: {error}")
        # 4. The head.
        replaced(folder / "checkpoint", str(note).encode())
    except OSError as error:
        raise StorageError(f"the log could not be published to {folder}: {error.strerror}") from error
    return Published(note, written, tuple(missing))


def _size_there(path: Path, head: Checkpoint) -> int:
    """Size of the log that is published already; 0: none is."""
    if not path.is_file():
        return 0
    try:
        there = Checkpoint.parse(Note.parse(path.read_bytes()).text)
    except MalformedError as error:
        raise StorageError(f"{path}: {error}; move it away to publish everything anew") from error
    if there.origin != head.origin or there.size > head.size:
        raise StorageError(f"{path} is of {there.origin} with {there.size} entries, not an older one of {head.origin}")
    return there.size


def _content(log: LogFile, tile: Tile) -> bytes:
    first = tile.number * WIDTH
    if tile.level is None:
        return write_bundle([log.raw(index) for index in range(first, first + tile.width)])
    content = log.tree.hashes(HEIGHT * tile.level, first, tile.width)
    assert len(content) == tile.width * SIZE  # noqa: S101 - the log is as long as its checkpoint says
    return content


def _write(path: Path, content: bytes) -> bool:
    """Write a file that never changes; whether it had to be written."""
    if path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    return True
