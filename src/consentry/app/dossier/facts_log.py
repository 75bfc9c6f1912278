"""What the transparency log says, as counts: it holds nothing of a person."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from consentry.app.dossier.values import Fact
from consentry.ledger.checkpoint import Checkpoint
from consentry.ledger.entry import Entry, Kind
from consentry.ports import LogStore


@dataclass(frozen=True, slots=True)
class Counted:
    """A log, counted."""

    origin: str
    size: int
    root: bytes
    kinds: Mapping[str, int]
    """Entries of each kind."""
    sums: Mapping[str, int]
    """Sums of what comparisons' entries count, by touchpoint and what is counted."""
    first: float | None
    """s UTC of the oldest entry."""
    last: float | None
    settings: str
    """SHA-256 of the settings that were last told to be in force; empty: none were."""
    profile: str
    """Likewise."""


def count(log: LogStore) -> Counted:
    """Read every entry of a log.

    Raises:
        StorageError: an entry was changed on disk.
        MalformedError: an entry is none.
    """
    head = Checkpoint.parse(log.checkpoint().text)
    kinds: Counter[str] = Counter()
    sums: Counter[str] = Counter()
    times: list[float] = []
    told = {Kind.SETTINGS: "", Kind.PROFILE_START: ""}
    for index in range(head.size):
        entry = log.entry(index)
        kinds[entry.kind.value] += 1
        times.append(entry.at)
        if entry.kind is Kind.COMPARISONS:
            sums.update(_sums(entry))
        elif entry.kind is Kind.SETTINGS:
            told[entry.kind] = str(entry.facts.get("sha256", ""))
        elif entry.kind is Kind.PROFILE_START:
            told[entry.kind] = str(entry.facts.get("profile", ""))
    return Counted(
        head.origin, head.size, head.root, dict(kinds), dict(sums), min(times, default=None), max(times, default=None),
        told[Kind.SETTINGS], told[Kind.PROFILE_START],
    )  # fmt: skip


def log_facts(log: Counted) -> dict[str, Fact]:
    """Facts by key. A kind of which there is no entry is told as 0: the log was read whole."""
    source = f"log {log.origin}, {log.size} entries"
    told = {"log.origin": log.origin, "log.size": str(log.size), "log.root": log.root.hex()}
    if log.first is not None and log.last is not None:
        told |= {"log.first": _moment(log.first), "log.last": _moment(log.last)}
    told |= {f"log.kinds.{kind.value}": str(log.kinds.get(kind.value, 0)) for kind in Kind}
    told |= {f"log.comparisons.{name}": str(number) for name, number in sorted(log.sums.items())}
    return {key: Fact(value, source) for key, value in told.items()}


def _sums(entry: Entry) -> dict[str, int]:
    place = entry.touchpoint or "-"
    return {f"{place}, {name}": value for name, value in entry.facts.items() if isinstance(value, int)}


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
