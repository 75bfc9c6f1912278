"""What gates say, read and handed to the cameras that watch them. Nothing of it is kept on any disk.

An event is an object with ``gate`` (its name), ``at`` (s UTC, or RFC 3339 with an offset) and ``persons`` (1 to 20,
1 if not told). Anything more is refused: a name or a number of a pass has no business here.
"""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from math import isfinite

from consentry.core.errors import MalformedError
from consentry.core.gates import MOST_PERSONS, Authorisation

_MOST = 100_000
"""Authorisations that wait for one camera: a clip's file of a day at one a second; about 15 MB."""
_AHEAD_S = 60.0
"""How far beyond a picture's time an authorisation may be and is handed over: a gate's clock that is ahead. What lies
further on waits, as most of a file beside a clip does."""
_LATEST = 253_370_764_800.0
"""s UTC: the year 9999."""
_KEYS = frozenset({"gate", "at", "persons"})


def read_authorisation(value: object, now: float | None = None) -> Authorisation:
    """An event as it was sent.

    Args:
        value: as ``json`` reads it.
        now: s UTC, taken where no time is told; None: a time must be told.

    Raises:
        MalformedError: it is none. The text quotes names of keys at most, never values: they may be anybody's.
    """
    if not isinstance(value, dict):
        raise MalformedError(f"expected an object with gate, at and persons, came {_kind(value)}")
    unknown = [key for key in value if key not in _KEYS]
    if unknown:
        raise MalformedError(
            f"expected gate, at and persons and nothing more, came {len(unknown)} other keys; nothing of a person "
            "belongs into a gate's event"
        )
    gate, persons = value.get("gate"), value.get("persons", 1)
    if not isinstance(gate, str) or not 0 < len(gate) <= 64:
        raise MalformedError(f"gate: expected a name of 1 to 64 letters, came {_kind(gate)}")
    if isinstance(persons, bool) or not isinstance(persons, int) or not 1 <= persons <= MOST_PERSONS:
        raise MalformedError(f"persons: expected a whole number from 1 to {MOST_PERSONS}")
    return Authorisation(gate, _time(value.get("at"), now), persons)


def read_authorisations(content: bytes, now: float | None, most: int) -> list[Authorisation]:
    """The event, or the list of them, in a text.

    Raises:
        MalformedError: it is no JSON, or one of them is none: then none is taken.
    """
    try:
        value = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and JSONDecodeError are of the former
        raise MalformedError("expected JSON in UTF-8") from error
    values = value if isinstance(value, list) else [value]
    if len(values) > most:
        raise MalformedError(f"expected at most {most} events at once, came {len(values)}")
    return [read_authorisation(one, now) for one in values]


def _time(told: object, now: float | None) -> float:
    if told is None and now is not None:
        return now
    if isinstance(told, int | float) and not isinstance(told, bool) and isfinite(told) and 0 <= told <= _LATEST:
        return float(told)
    if isinstance(told, str) and len(told) <= 40:
        try:
            moment = datetime.fromisoformat(told)
        except ValueError:
            moment = None
        if moment is not None and moment.tzinfo is not None and 1970 <= moment.year <= 9998:
            return moment.timestamp()
    raise MalformedError("at: expected s UTC, or a time with its offset such as 2026-11-25T10:00:00+01:00")


def _kind(value: object) -> str:
    names: Mapping[type, str] = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    return "nothing" if value is None else names.get(type(value), "a number")


class GateBook:
    """Hands what gates say to every camera that watches them. Safe from several threads.

    A touchpoint in the same process, the listener and the file all ``report`` here; whatever comes next does too.
    """

    def __init__(self, trouble: Callable[[str], None], sources: Iterable[Callable[[], None]] = ()) -> None:
        """Make a book that nobody reads yet.

        Args:
            trouble: told in words what goes wrong.
            sources: asked for news whenever a camera asks; each reports what it finds.
        """
        self._trouble, self._sources = trouble, list(sources)
        self._lock = threading.Lock()
        self._readers: list[GateReader] = []

    @property
    def gates(self) -> frozenset[str]:
        """Names of all gates that somebody watches."""
        return frozenset[str]().union(*(reader.gates for reader in self._readers))

    def reader(self, gates: Iterable[str]) -> "GateReader":
        """What a camera reads of some gates, from now on."""
        reader = GateReader(self, frozenset(gates))
        self._readers.append(reader)
        return reader

    def ask(self, source: Callable[[], None]) -> None:
        """Ask one more source for news."""
        self._sources.append(source)

    def report(self, one: Authorisation, /) -> bool:
        """Take an authorisation; False: nobody watches its gate."""
        with self._lock:
            return self._hand_on(one)

    def poll(self) -> None:
        """Ask the sources for news."""
        for source in self._sources:
            source()

    def taken(self, reader: "GateReader", until: float) -> tuple[Authorisation, ...]:
        """What waits for a reader up to a time, in order of time."""
        with self._lock:
            due = [one for one in reader.waiting if one.at <= until]
            if due:
                rest = [one for one in reader.waiting if one.at > until]
                reader.waiting.clear()
                reader.waiting.extend(rest)
        return tuple(sorted(due, key=lambda one: one.at))

    def _hand_on(self, one: Authorisation) -> bool:
        heard = False
        for reader in self._readers:
            if one.gate not in reader.gates:
                continue
            heard = True
            if len(reader.waiting) == _MOST and not reader.overflowed:
                reader.overflowed = True
                self._trouble(f"more than {_MOST} events of gates wait for one camera; the oldest are dropped")
            reader.waiting.append(one)
        return heard


class GateReader:
    """The port ``GateEvents`` of one camera."""

    def __init__(self, book: GateBook, gates: frozenset[str]) -> None:
        self._book, self.gates = book, gates
        self.waiting: deque[Authorisation] = deque(maxlen=_MOST)
        self.overflowed = False

    def take(self, at: float, /) -> tuple[Authorisation, ...]:
        """What came since the last call and concerns pictures up to this time or a minute on."""
        self._book.poll()
        return self._book.taken(self, at + _AHEAD_S)
