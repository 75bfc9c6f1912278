"""Models and footage as supplies: named by upstream address, size and SHA-256, and loaded only if they match.

A supply is looked for, in this order: in each mirror folder, in the store, in what a Python dependency carries, where a
Debian package puts it. ``pulling.Pull`` brings it from a mirror or from upstream into the store.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from platformdirs import user_data_path

from consentry.backends.manifest import Role, Supply, SupplyFile, manifest, supply
from consentry.core.addresses import without_credentials
from consentry.core.errors import SupplyError

MIRROR_VARIABLE = "CONSENTRY_MIRROR"
"""Folders or addresses, separated by commas, that serve supplies by file name."""
HOME_VARIABLE = "CONSENTRY_HOME"
"""Where the store lies, instead of the user's data folder."""


@dataclass(frozen=True, slots=True)
class Located:
    """A supply that is at hand, each file's hash checked."""

    supply: Supply
    paths: tuple[Path, ...]


def store_folder() -> Path:
    """Where pulled supplies lie."""
    home = os.environ.get(HOME_VARIABLE)
    return (Path(home).expanduser() if home else user_data_path("consentry", appauthor=False)) / "supplies"


def mirrors() -> tuple[str, ...]:
    """Folders and addresses of ``CONSENTRY_MIRROR``, in order. An address may hold credentials: never show it bare."""
    return tuple(part.strip() for part in os.environ.get(MIRROR_VARIABLE, "").split(",") if part.strip())


def is_address(mirror: str) -> bool:
    """Whether a mirror is an address rather than a folder."""
    return mirror.lower().startswith(("http://", "https://"))


def mirror_folders() -> tuple[Path, ...]:
    """The mirrors that are folders."""
    return tuple(Path(mirror).expanduser() for mirror in mirrors() if not is_address(mirror))


def locate(name: str) -> Located:
    """Find a supply that is at hand, and check every file of it.

    Raises:
        SupplyError: it is not at hand, or a file is not what the manifest says; the text says how to get it.
    """
    wanted = supply(name)
    return Located(wanted, tuple(_first_that_fits(wanted, file)[0] for file in wanted.files))


def read_verified(name: str) -> tuple[bytes, ...]:
    """The bytes of every file of a supply. Read once, and those bytes are hashed: what is checked is what is loaded.

    Raises:
        SupplyError: as ``locate``.
    """
    wanted = supply(name)
    return tuple(_first_that_fits(wanted, file)[1] for file in wanted.files)


def at_hand(name: str) -> bool:
    """Whether ``locate`` would succeed."""
    try:
        locate(name)
    except SupplyError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one copy of a file stands."""

    supply: str
    file: str
    path: Path | None
    """Where it lies; None: nowhere."""
    trouble: str
    """In words; empty if it is exactly what the manifest names."""


def verify(names: Iterable[str] | None = None) -> tuple[Verdict, ...]:
    """Hash every copy of every file of the supplies named (None: of all that the manifest names).

    A file that lies nowhere has one verdict without a path. Copies that are not used, because another stands before
    them, are told too: a copy that was altered is worth knowing wherever it lies.
    """
    verdicts = []
    for wanted in [supply(name) for name in (manifest() if names is None else names)]:
        for file in wanted.files:
            found = [Verdict(wanted.name, file.name, path, trouble) for path, _, trouble in copies(file)]
            verdicts += found or [Verdict(wanted.name, file.name, None, how_to_get(wanted, file, "it lies nowhere"))]
    return tuple(verdicts)


def fault(content: bytes, file: SupplyFile) -> str:
    """What is wrong with the bytes of a file, in words; empty if they are exactly what the manifest names."""
    if len(content) != file.size:
        return f"expected {file.size:,} bytes, came {len(content):,}"
    found = hashlib.sha256(content).hexdigest()
    return "" if found == file.sha256 else f"expected SHA-256 {file.sha256[:12]}..., came {found[:12]}..."


def candidates(file: SupplyFile) -> list[Path]:
    """Where a file may lie, in the order in which it is looked for."""
    return [*(folder / file.name for folder in mirror_folders()), store_folder() / file.name, *carried(file)]


def carried(file: SupplyFile) -> list[Path]:
    """Where a file may lie because something that is installed brings it along."""
    places = []
    if file.package is not None:
        spec = find_spec(file.package)
        places += [] if spec is None or spec.origin is None else [Path(spec.origin).parent / file.name]
    if file.system is not None:
        places.append(Path(file.system))
    return places


def copies(file: SupplyFile, places: Iterable[Path] | None = None) -> Iterator[tuple[Path, bytes, str]]:
    """Every copy of a file: where, its bytes, and what is wrong with it (empty: nothing; else no bytes are given)."""
    for path in candidates(file) if places is None else places:
        try:
            size = path.stat().st_size
            if size != file.size:  # spares reading what somebody else named alike
                yield path, b"", f"expected {file.size:,} bytes, came {size:,}"
                continue
            content = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            yield path, b"", f"it cannot be read: {error.strerror}"
            continue
        trouble = fault(content, file)
        yield path, b"" if trouble else content, trouble


def how_to_get(wanted: Supply, file: SupplyFile, reason: str) -> str:
    """What is missing, why, and the three ways to get it: pull it, mirror it, or put it there by hand."""
    if not file.url:
        return (
            f"{wanted.name} ({file.name}, {file.size:,} bytes) cannot be used: {reason}. It is a part of Consentry: "
            f"install Consentry anew, or put the file into {store_folder()}"
        )
    kind = "footage" if wanted.role is Role.FOOTAGE else "models"
    return (
        f"{wanted.name} ({file.name}, {file.size:,} bytes) cannot be used: {reason}. Get it with: consentry {kind} "
        f"pull {wanted.name}; or set {MIRROR_VARIABLE} to a folder or address that has it; or put the file from "
        f"{file.url} into {store_folder()}"
    )


def _first_that_fits(wanted: Supply, file: SupplyFile) -> tuple[Path, bytes]:
    wrong = []
    for path, content, trouble in copies(file):
        if not trouble:
            return path, content
        wrong.append(f"{path}: {trouble}")
    wrong += [f"{without_credentials(str(f))} is no folder" for f in mirror_folders() if not f.is_dir()]
    raise SupplyError(how_to_get(wanted, file, "; ".join(wrong) or "it is in no mirror folder and not in the store"))
