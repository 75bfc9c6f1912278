"""Files that are there, or gone, when a call returns: what the vault and the held items are written with."""

import os
from contextlib import suppress
from pathlib import Path

_PARTIAL = ".partial"


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put(path: Path, content: bytes, *, replace: bool) -> None:
    """Write a file for its owner alone; whole or not at all, durable when it returns.

    Raises:
        FileExistsError: it is there and is not to be replaced.
        OSError: the disk did not take it.
    """
    partial = path.with_name(f"{path.name}.{os.urandom(4).hex()}{_PARTIAL}")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            partial.replace(path)
        else:
            os.link(partial, path)  # unlike a rename it fails where a file is
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()
    sync_folder(path.parent)


def shred(path: Path) -> bool:
    """Overwrite a file with zeros, remove it, and make both durable. False: there was none.

    An SSD, a journal or a snapshot may keep the old bytes all the same.

    Raises:
        OSError: the disk did not do it.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    try:
        left = os.fstat(handle).st_size
        while left > 0:
            left -= os.write(handle, bytes(min(left, 1 << 16)))
        os.fsync(handle)
    finally:
        os.close(handle)
    with suppress(FileNotFoundError):  # somebody else removes it at the same time: it is gone as asked
        path.unlink()
    sync_folder(path.parent)
    return True


def clear_partials(folder: Path) -> None:
    """Shred what writes that were broken off left behind; call it while nobody else writes."""
    for path in folder.glob(f"*{_PARTIAL}"):
        shred(path)
