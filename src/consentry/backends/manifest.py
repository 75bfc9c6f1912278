"""The manifest of supplies: what each is, for what it may be used, and the hash without which it is not loaded.

The file ``manifest.toml`` beside this one is part of the package, so a model that is not in it cannot be loaded,
whatever a settings file says.
"""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from consentry.core.errors import MalformedError, SupplyError


class Role(StrEnum):
    """What a supply may be for. There is no other role: a model that infers or recognises people cannot be named."""

    PERSONS = "persons"
    FACES = "faces"
    FOOTAGE = "footage"


REFUSED_KINDS = {
    "emotion": "nobody's mood is inferred from a face or a gait",
    "age": "nobody's age is inferred from a face",
    "sex": "nobody's sex is inferred from a face",
    "gender": "nobody's sex is inferred from a face",
    "ethnicity": "nobody's ethnicity is inferred from a face",
    "nationality": "nobody's nationality is inferred from a face",
    "person-reidentification": "nobody is followed across cameras by appearance",
    "gait": "nobody is recognised by the way they walk",
    "intent": "nobody is scored",
}
"""Kinds of model that the manifest may never hold, with the promise that each would break (docs/why.md)."""


@dataclass(frozen=True, slots=True)
class SupplyFile:
    """One file of a supply."""

    name: str
    url: str
    """Upstream."""
    size: int
    """bytes."""
    sha256: str
    package: str | None = None
    """The Python package that carries it, read as a file and never imported."""
    system: str | None = None
    """Where a Debian package puts it."""


@dataclass(frozen=True, slots=True)
class Supply:
    """A model or a clip."""

    name: str
    role: Role
    files: tuple[SupplyFile, ...]
    licence: str
    source: str
    """Where it comes from, and where its published figures stand."""
    training: str = ""
    """What it was trained on, as far as known."""
    input: str = ""
    """The input contract: shape, order of colours, range."""
    runtime: str = "openvino"
    """The runtime to prefer where both are installed."""
    note: str = ""


def parse_manifest(text: str) -> dict[str, Supply]:
    """Read a manifest.

    Raises:
        MalformedError: it is no manifest, or names a role that is unknown or a kind of model that is refused.
    """
    try:
        rows = tomllib.loads(text).get("supply", [])
    except tomllib.TOMLDecodeError as error:
        raise MalformedError(f"expected a manifest in TOML: {error}") from error
    supplies: dict[str, Supply] = {}
    for row in rows:
        one = _parse_row(row)
        if one.name in supplies:
            raise MalformedError(f"supply {one.name!r}: named twice")
        supplies[one.name] = one
    return supplies


def _parse_row(row: dict[str, Any]) -> Supply:
    name, role = str(row.get("name")), str(row.get("role"))
    # A refused kind is caught by its role, and by its own name when it comes under another role.
    words = {role, *([] if role == Role.FOOTAGE else re.split(r"[^a-z]+", name.lower()))}
    for kind, promise in REFUSED_KINDS.items():
        if kind in words or f"{kind}s" in words or (role != Role.FOOTAGE and kind in name):
            raise MalformedError(f"supply {name!r}: models for {kind} are refused: {promise}")
    if role not in set(Role):
        raise MalformedError(f"supply {name!r}: expected a role of {', '.join(Role)}, came {role!r}")
    try:
        files = tuple(SupplyFile(**entry) for entry in row["file"])
        one = Supply(
            **{key: value for key, value in row.items() if key != "file"} | {"role": Role(role), "files": files}
        )
    except (TypeError, KeyError) as error:
        raise MalformedError(f"supply {name!r}: {error}") from error
    for file in files:
        if not re.fullmatch(r"[\w.-]+", file.name) or not re.fullmatch(r"[0-9a-f]{64}", file.sha256):
            raise MalformedError(
                f"supply {name!r}: expected a plain file name and a SHA-256 in hexadecimal, came {file}"
            )
    return one


@cache
def manifest() -> dict[str, Supply]:
    """The manifest of this package, by name."""
    return parse_manifest(resources.files("consentry.backends").joinpath("manifest.toml").read_text("utf-8"))


def supply(name: str) -> Supply:
    """One supply by name.

    Raises:
        SupplyError: nothing of that name is in the manifest.
    """
    known = manifest()
    if name not in known:
        raise SupplyError(
            f"expected a supply that the manifest names, came {name!r}; there are: {', '.join(sorted(known))}"
        )
    return known[name]
