"""What a process that handles travellers tells the log when it starts: profile, settings, networks; once per change.

Anybody can then see under which profile, settings and networks a time was, and that they were changed, and when.
Hashes bind them: whoever is later given the settings or a network's file can check that these are the ones.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from consentry import __version__
from consentry.app.settings import Site, describe
from consentry.backends.manifest import model_sets, supply
from consentry.backends.vault_disk import put
from consentry.core.errors import MalformedError, StorageError
from consentry.ledger.entry import Entry, Kind
from consentry.ports import LogStore

_Facts = dict[str, str | int]


def touchpoint_models(embedder: str | None = None) -> tuple[str, ...]:
    """Names of the networks that a touchpoint looks with.

    Args:
        embedder: one or several joined by ``+``; None: that of the standard set.
    """
    standard = model_sets()["standard"]
    embedders = (embedder or standard.embedder).split("+")
    return (standard.faces, *embedders, *standard.attacks, *standard.quality)


def tell_start(
    site: Site,
    open_log: Callable[[], AbstractContextManager[LogStore]],
    record: Path,
    at: float,
    models: Sequence[str] = (),
) -> tuple[int, ...]:
    """Tell the log what is new since the last start.

    Args:
        site: the settings in force.
        open_log: opens the log for a few entries.
        record: file in which it is remembered where the last ones stand; without it they are told again.
        at: now, s UTC.
        models: names of the networks in use; empty: no face is looked at.

    Returns:
        Where the new entries stand; none where nothing was changed.

    Raises:
        SupplyError: a network is not in the manifest.
        StorageError: the log or the record could not be written.
    """
    wanted = _wanted(site, models)
    places, new = _read(record), []
    with open_log() as log:
        for kind, facts in wanted.items():
            if not _stands(log, places.get(kind.value), kind, facts):
                places[kind.value] = log.append(Entry(kind, at, facts=facts))
                new.append(places[kind.value])
    if new:
        try:
            record.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            put(record, json.dumps(places, sort_keys=True).encode(), replace=True)
        except OSError as error:
            raise StorageError(f"{record} could not be written: {error.strerror}") from error
    return tuple(new)


def _wanted(site: Site, models: Sequence[str]) -> dict[Kind, _Facts]:
    """What the log is to say of each kind."""
    settings = hashlib.sha256(describe(site).encode()).hexdigest()  # credentials are left out: a hash could be searched
    wanted: dict[Kind, _Facts] = {
        Kind.PROFILE_START: {"profile": site.profile, "version": __version__},
        Kind.SETTINGS: {"sha256": settings},
    }
    if models:
        wanted[Kind.MODELS] = {file.name: file.sha256 for name in models for file in supply(name).files}
    return wanted


def _stands(log: LogStore, place: int | None, kind: Kind, facts: _Facts) -> bool:
    """Whether the entry that is remembered says just that."""
    if place is None or not 0 <= place < log.size():
        return False
    try:
        entry = log.entry(place)
    except MalformedError:
        return False
    return entry.kind is kind and dict(entry.facts) == facts


def _read(record: Path) -> dict[str, int]:
    """The places; what is no record counts for nothing: everything is then told again."""
    try:
        told = json.loads(record.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        return {}
    kinds = {kind.value for kind in Kind}
    if not isinstance(told, dict):
        return {}
    return {name: place for name, place in told.items() if name in kinds and type(place) is int}
