"""The manifest of supplies: what each is, for what it may be used, and the hash without which it is not loaded.

The file ``manifest.toml`` beside this one is part of the package, so a model that is not in it cannot be loaded,
whatever a settings file says. Sets of models stand there too.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from consentry.backends.refused import REFUSED_KINDS, REFUSED_ON_WATCH, refused_kind
from consentry.core.errors import MalformedError, SupplyError

MOTION = "motion"
"""What stands in a set where no network looks for persons: whatever moves against a learnt background."""
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""Plain letters only: a letter that merely looks like another cannot hide a refused kind."""
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.([a-z0-9]+)")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LARGEST = 1 << 30
"""bytes: a gigabyte. Whatever is larger was not meant for a machine beside a camera, or its size is a slip."""


class Role(StrEnum):
    """What a supply may be for. There is no other role: a model that infers or recognises people cannot be named.

    Roles of the screening side are left out of ``WATCHING``.
    """

    PERSONS = "persons"
    FACES = "faces"
    POSES = "poses"
    """Where joints are: whether somebody stands or lies. Second looks only; nobody is recognised by how he moves."""
    DOCUMENTS = "documents"
    """Reading what is printed in travel documents: it looks at letters, at nobody."""
    TEMPLATES = "templates"
    """Face embedders: a traveller at a touchpoint against that traveller's own document or receipt."""
    ATTACKS = "attacks"
    """Whether the face at a touchpoint is a picture of one."""
    QUALITY = "quality"
    """How a face at a touchpoint is turned and placed, so that the traveller can be told what to do."""
    FOOTAGE = "footage"


WATCHING = frozenset({Role.PERSONS, Role.FACES, Role.POSES})
"""Roles of models that look at CCTV. A supply in one of them may not compute a face template either."""
SCREENING = frozenset({Role.TEMPLATES, Role.ATTACKS, Role.QUALITY})
"""Roles of models that look at one face at a touchpoint. No setting of a watch can name one, and no code that watches
reaches the modules that load them (``tests/test_watching_side.py``)."""
MODELS = frozenset(Role) - {Role.FOOTAGE}
"""Roles of networks."""
_OWN = "consentry"
"""The package whose files need no upstream: they come with it."""
_ENDINGS = dict.fromkeys(MODELS, ("onnx", "xml", "bin")) | {Role.FOOTAGE: ("avi", "mp4", "mkv", "gif")}
"""How files of a role may end: a network cannot come in as footage, whose names may be anything."""


@dataclass(frozen=True, slots=True)
class SupplyFile:
    """One file of a supply."""

    name: str
    url: str
    """Upstream, over https; empty for a file that Consentry's own package carries."""
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
    """Who made it, and where these bytes come from."""
    figures: str = ""
    """Published figures and where they stand. Models only."""
    training: str = ""
    """What it was trained on, as far as known. Models only."""
    input: str = ""
    """The input contract: shape, order of colours, range, how a picture is fitted. Models only."""
    runtime: str = "openvino"
    """The runtime to prefer where both are installed."""
    note: str = ""
    """What else is known of it; for footage, what is to be seen."""

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True)
class ModelSet:
    """Which models look, where the settings do not say."""

    name: str
    about: str
    persons: str
    """Name of a supply, or ``motion``."""
    faces: str
    """Name of a supply."""
    poses: str = ""
    """Name of the supply that looks again where a rule cannot decide; empty: rules do without."""
    embedder: str = ""
    """Name of the supply that makes templates at a touchpoint; empty: with this set no face is compared."""
    attacks: tuple[str, ...] = ()
    """Names of supplies that look for presentation attacks at a touchpoint."""
    quality: tuple[str, ...] = ()
    """Names of supplies that measure a face at a touchpoint."""

    @property
    def supplies(self) -> tuple[str, ...]:
        """The supplies that a watch needs; what screens is pulled by those who screen."""
        return tuple(name for name in (self.persons, self.faces, self.poses) if name not in ("", MOTION))

    @property
    def screening(self) -> tuple[str, ...]:
        """The supplies that a touchpoint needs; none where no face is compared."""
        return (self.faces, self.embedder, *self.attacks, *self.quality) if self.embedder else ()


def parse_manifest(text: str) -> dict[str, Supply]:
    """Read a manifest's supplies.

    Raises:
        MalformedError: it is no manifest, leaves something out that must be known of a model, or names a role that is
            unknown or a kind of model that is refused.
    """
    supplies: dict[str, Supply] = {}
    files: set[str] = set()
    for row in _tables(text, "supply"):
        one = _parse_row(row)
        if one.name in supplies:
            raise MalformedError(f"supply {one.name!r}: named twice")
        supplies[one.name] = one
        # Mirrors and the store go by file name alone, on some disks without regard to capitals.
        for name in (file.name.lower() for file in one.files):
            if name in files:
                raise MalformedError(f"supply {one.name!r}: another file is named {name!r} too")
            files.add(name)
    return supplies


def parse_sets(text: str, supplies: dict[str, Supply]) -> dict[str, ModelSet]:
    """Read a manifest's sets of models.

    Raises:
        MalformedError: a set names what is not there, or what is there for something else.
    """
    sets = {}
    for row in _tables(text, "set"):
        said: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
        try:
            one = ModelSet(**said)
        except TypeError as error:
            raise MalformedError(f"set {row.get('name')!r}: {error}") from error
        for role, name in _places(one):
            there = isinstance(name, str) and (
                (name in supplies and supplies[name].role is role) or (role, name) in _NOBODY
            )
            if not there:
                raise MalformedError(f"set {one.name!r}: expected a supply for {role}, came {name!r}")
        sets[one.name] = one
    return sets


_NOBODY = frozenset({(Role.PERSONS, MOTION), (Role.POSES, ""), (Role.TEMPLATES, "")})
"""Where a set may do without a network, and what stands there then."""


def _places(one: ModelSet) -> Iterator[tuple[Role, object]]:
    """Every supply that a set names, and for what."""
    yield from (
        (Role.PERSONS, one.persons),
        (Role.FACES, one.faces),
        (Role.POSES, one.poses),
        (Role.TEMPLATES, one.embedder),
    )
    for role, names in ((Role.ATTACKS, one.attacks), (Role.QUALITY, one.quality)):
        # A bare text would be taken letter by letter: it is one wrong name.
        yield from ((role, name) for name in (names if isinstance(names, tuple) else (names,)))


def _tables(text: str, key: str) -> list[dict[str, Any]]:
    try:
        rows = tomllib.loads(text).get(key, [])
    except tomllib.TOMLDecodeError as error:
        raise MalformedError(f"expected a manifest in TOML: {error}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise MalformedError(f"expected [[{key}]] tables in the manifest, came {rows!r}")
    return rows


def _parse_row(row: dict[str, Any]) -> Supply:
    name, role = row.get("name"), row.get("role")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise MalformedError(f"expected a supply's name in plain small letters, digits and hyphens, came {name!r}")
    files = tuple(_parse_file(name, entry) for entry in row.get("file", ()))
    _refuse(name, role, files)
    if not isinstance(role, str) or role not in set(Role):
        raise MalformedError(f"supply {name!r}: expected a role of {', '.join(Role)}, came {role!r}")
    texts = {key: value for key, value in row.items() if key not in {"file", "role"}}
    try:
        one = Supply(**texts, role=Role(role), files=files)
    except TypeError as error:
        raise MalformedError(f"supply {name!r}: {error}") from error
    _check_supply(one, texts)
    return one


def _refuse(name: str, role: object, files: tuple[SupplyFile, ...]) -> None:
    """A refused kind is caught by its role, and under another role by its names, addresses and paths.

    Footage may be called what upstream called it, ``face-demographics-walking``: its ending keeps it from being loaded.
    """
    said = [str(role)]
    if role != Role.FOOTAGE:
        said.append(name)
        for file in files:
            said += [file.name, urlsplit(file.url).path, file.package or "", file.system or ""]
    for kinds in (REFUSED_KINDS, REFUSED_ON_WATCH if str(role) in WATCHING else ()):
        for text in said:
            kind = refused_kind(text, kinds)
            if kind is not None:
                raise MalformedError(f"supply {name!r}: models for {kind.name} are refused: {kind.promise} ({text!r})")


def _parse_file(supply_name: str, entry: object) -> SupplyFile:
    here = f"supply {supply_name!r}"
    if not isinstance(entry, dict):
        raise MalformedError(f"{here}: expected [[supply.file]] tables, came {entry!r}")
    try:
        file = SupplyFile(**entry)
    except TypeError as error:
        raise MalformedError(f"{here}: {error}") from error
    _check_texts(f"{here}, a file", {key: value for key, value in entry.items() if key != "size"})
    if not _FILE.fullmatch(file.name):
        raise MalformedError(f"{here}: expected a plain file name, came {file.name!r}")
    if not _SHA256.fullmatch(file.sha256):
        raise MalformedError(f"{here}, {file.name}: expected a SHA-256 in hexadecimal, came {file.sha256!r}")
    if type(file.size) is not int or not 0 < file.size <= _LARGEST:
        raise MalformedError(f"{here}, {file.name}: expected a size of 1 to {_LARGEST:,} bytes, came {file.size!r}")
    own = file.package is not None and file.package.partition(".")[0] == _OWN
    upstream = urlsplit(file.url)
    if own and not file.url:
        return file
    if upstream.scheme != "https" or not upstream.hostname or "@" in upstream.netloc:
        raise MalformedError(f"{here}, {file.name}: expected an upstream address with https, came {file.url!r}")
    return file


def _check_supply(one: Supply, texts: dict[str, Any]) -> None:
    here = f"supply {one.name!r}"
    _check_texts(here, texts)
    if not one.files:
        raise MalformedError(f"{here}: expected at least one [[supply.file]], there is none")
    needed = ("licence", "source", *(("figures", "training", "input") if one.role in MODELS else ("note",)))
    missing = [key for key in needed if not getattr(one, key).strip()]
    if missing:
        raise MalformedError(f"{here}: expected {', '.join(missing)}, nothing is said")
    for file in one.files:
        ending = file.name.rpartition(".")[2]
        if ending not in _ENDINGS[one.role]:
            expected = ", ".join(_ENDINGS[one.role])
            raise MalformedError(f"{here}: expected a file for {one.role} to end in {expected}, came {file.name!r}")


def _check_texts(here: str, texts: dict[str, Any]) -> None:
    for key, value in texts.items():
        if not isinstance(value, str):
            raise MalformedError(f"{here}: expected {key} to be a text, came {value!r}")


@cache
def manifest() -> dict[str, Supply]:
    """The manifest of this package, by name."""
    return parse_manifest(_text())


@cache
def model_sets() -> dict[str, ModelSet]:
    """The sets of models of this package, by name."""
    return parse_sets(_text(), manifest())


def _text() -> str:
    return resources.files("consentry.backends").joinpath("manifest.toml").read_text("utf-8")


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
