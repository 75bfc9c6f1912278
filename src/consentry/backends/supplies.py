"""Models and footage as supplies: named by upstream address, size and SHA-256, and loaded only if they match.

A supply is looked for, in this order: in each mirror folder, in the store, in what a Python dependency carries, where a
Debian package puts it. ``pulling.pull`` brings it from a mirror or from upstream into the store.
"""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from platformdirs import user_data_path

from consentry.backends.manifest import Role, Supply, SupplyFile, manifest, supply
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
    return (Path(home) if home else user_data_path("consentry", appauthor=False)) / "supplies"


def mirrors() -> tuple[str, ...]:
    """Folders and addresses of ``CONSENTRY_MIRROR``, in order."""
    return tuple(part.strip() for part in os.environ.get(MIRROR_VARIABLE, "").split(",") if part.strip())


def is_address(mirror: str) -> bool:
    """Whether a mirror is an address rather than a folder."""
    return mirror.startswith(("http://", "https://"))


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
    """How one file of a supply stands."""

    supply: str
    file: str
    path: Path | None
    """Where it lies; None: nowhere that fits."""
    trouble: str
    """In words; empty if it is exactly what the manifest names."""


def verify(names: Iterable[str] | None = None) -> tuple[Verdict, ...]:
    """Hash every file of the supplies named (None: of all that the manifest names)."""
    verdicts = []
    for wanted in [supply(name) for name in (manifest() if names is None else names)]:
        for file in wanted.files:
            try:
                verdicts.append(Verdict(wanted.name, file.name, _first_that_fits(wanted, file)[0], ""))
            except SupplyError as error:
                verdicts.append(Verdict(wanted.name, file.name, None, str(error)))
    return tuple(verdicts)


def fault(content: bytes, file: SupplyFile) -> str | None:
    """What is wrong with the bytes of a file, in words; None if they are exactly what the manifest names."""
    if len(content) != file.size:
        return f"expected {file.size:,} bytes, came {len(content):,}"
    found = hashlib.sha256(content).hexdigest()
    return None if found == file.sha256 else f"expected SHA-256 {file.sha256[:12]}..., came {found[:12]}..."


def candidates(file: SupplyFile) -> list[Path]:
    """Where a file may lie, in the order in which it is looked for."""
    places = [Path(mirror) / file.name for mirror in mirrors() if not is_address(mirror)]
    places.append(store_folder() / file.name)
    if file.package is not None:
        spec = find_spec(file.package)
        places += [] if spec is None or spec.origin is None else [Path(spec.origin).parent / file.name]
    if file.system is not None:
        places.append(Path(file.system))
    return places


def _first_that_fits(wanted: Supply, file: SupplyFile) -> tuple[Path, bytes]:
    wrong = []
    for path in candidates(file):
        try:
            if path.stat().st_size != file.size:  # spares reading what somebody else named alike
                wrong.append(f"{path}: expected {file.size:,} bytes, came {path.stat().st_size:,}")
                continue
            content = path.read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            wrong.append(f"{path}: {error.strerror}")
            continue
        trouble = fault(content, file)
        if trouble is None:
            return path, content
        wrong.append(f"{path}: {trouble}")
    kind = "footage" if wanted.role is Role.FOOTAGE else "models"
    reasons = "; ".join(wrong) or "it is in no mirror folder and not in the store"
    raise SupplyError(
        f"{wanted.name} ({file.name}) cannot be used: {reasons}. Get it with: consentry {kind} pull {wanted.name}; or "
        f"set {MIRROR_VARIABLE} to a folder that holds {file.name}; it comes from {file.url}"
    )
