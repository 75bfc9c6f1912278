"""Opening a file of events: found or made, checked to be ours, brought to the version of this program."""

import os
from pathlib import Path

from sqlalchemy import Connection

from consentry.backends import store_schema as schema
from consentry.backends.store_file import StoreFile
from consentry.core.errors import StorageError


def open_file(path: Path, *, create: bool) -> StoreFile:
    """Open a file of events, of the version that this program knows.

    Args:
        path: the file.
        create: make it and its folder if they are missing, and be sure that they can be written to.

    Raises:
        StorageError: as for ``store.open_store``.
    """
    if create:
        _make(path.parent)
    elif not path.is_file():
        raise StorageError(
            f"expected the events of a watch at {path}, there is no such file; "
            "name the output folder of a watch, or run one first"
        )
    file = StoreFile(path, create=create)
    try:
        _bring_up(file, create=create)
    except StorageError:
        file.close()
        raise
    return file


def _make(folder: Path) -> None:
    if folder.is_dir():
        return
    try:
        folder.mkdir(parents=True)
        # SQLite makes its files' names durable in the folder; the folder's own name is for us to make durable.
        parent = os.open(folder.absolute().parent, os.O_RDONLY)
        try:
            os.fsync(parent)
        finally:
            os.close(parent)
    except OSError as error:
        raise StorageError(
            f"expected to make the output folder {folder}, the system said: {error.strerror}; choose another folder"
        ) from error


def _bring_up(file: StoreFile, *, create: bool) -> None:
    """Bring the file to the version of this program; a reader writes only if it must."""
    if file.path.exists() and not (create and file.path.stat().st_size == 0):
        # Looked at before it is opened to write: that alone would change the header of another program's file.
        with file.reading("the events of a watch") as connection:
            now = _version(file, connection)
        if now is None and not create:
            raise StorageError(f"expected the events of a watch in {file.path}, it is empty; run a watch first")
        if now == len(schema.STEPS) and not create:
            return
    with file.writing("a store of events") as connection:
        _version(file, connection)
        schema.bring_up(connection)


def _version(file: StoreFile, connection: Connection) -> int | None:
    """The file's version; refuses what this program must not touch."""
    try:
        now = schema.version(connection)
    except StorageError as error:
        raise StorageError(f"expected the events of a watch in {file.path}, {error}; move it away") from error
    if now is not None and now > len(schema.STEPS):
        raise StorageError(
            f"{file.path} was written by a newer Consentry (version {now} of the file, this Consentry knows "
            f"{len(schema.STEPS)}); use that Consentry, or choose another output folder"
        )
    return now
