"""Feed spoiled inputs to parsers, and keep what must not come: other exceptions, hangs, memory that grows."""

import hashlib
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import FrameType
from typing import TYPE_CHECKING

from bench.fuzz.inputs import Parser, parsers_with_inputs
from consentry.core.errors import ConsentryError

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

HANG_S = 10
"""s of computing after which an input counts as a hang and is given up; a machine that is busy makes none."""
ROOM = 1 << 30
"""bytes of address space that a process may gain over what it has when the inputs are made: more is a MemoryError."""
_TELL = 500
"""Inputs between two calls of ``told``."""


class HangError(Exception):
    """An input took longer than ``HANG_S``."""


@dataclass(frozen=True, slots=True)
class Find:
    """What must not have come."""

    parser: str
    number: int
    """Of the input: with the seed it is made again."""
    kind: str
    """Exception and the lines that it came through, innermost first."""
    what: str
    """What it says."""
    data: bytes = field(repr=False)


@dataclass(slots=True)
class Tally:
    """What came of a run."""

    inputs: Counter[str] = field(default_factory=Counter)
    """By parser."""
    accepted: Counter[str] = field(default_factory=Counter)
    """Inputs that were read to the end, by parser."""
    spent: dict[str, float] = field(default_factory=dict)
    """s in each parser, without the mutation."""
    slowest: dict[str, tuple[float, int]] = field(default_factory=dict)
    """By parser: s and number of the input."""
    finds: list[Find] = field(default_factory=list)
    grown: float = 0.0
    """MiB that the largest memory of the process grew since it had made its first inputs and fed none."""

    def add(self, other: "Tally") -> None:
        """Take another process's in."""
        self.inputs += other.inputs
        self.accepted += other.accepted
        for name, seconds in other.spent.items():
            self.spent[name] = self.spent.get(name, 0.0) + seconds
        for name, one in other.slowest.items():
            self.slowest[name] = max(one, self.slowest.get(name, (0.0, 0)))
        self.finds += other.finds
        self.grown = max(self.grown, other.grown)


def feed(
    numbers: range, seed: int, documents: Path | None = None, told: Callable[[int], None] = lambda _: None
) -> Tally:
    """Make inputs by their numbers and feed them.

    Args:
        numbers: of the inputs; each is made by itself, in whatever process.
        seed: another seed makes other inputs of the same numbers.
        documents: folder of real ones.
        told: how many more were done.
    """
    tally = Tally()
    with TemporaryDirectory(prefix="consentry-fuzz-") as folder:
        parsers = parsers_with_inputs(Path(folder), documents)
        shares = list(accumulate(one.share for one in parsers))
        before = signal.signal(signal.SIGPROF, _hung)
        at_first = _first_memory()
        try:
            for done, number in enumerate(numbers):
                if done % _TELL == 0:
                    told(_TELL)
                parser, data = make(number, seed, parsers, shares)
                _one(tally, parser, number, data)
        finally:
            signal.signal(signal.SIGPROF, before)
    tally.grown = _largest() - at_first
    return tally


def make(number: int, seed: int, parsers: Sequence[Parser], shares: list[int]) -> tuple[Parser, bytes]:
    """An input by its number: for which parser, and the bytes."""
    dice = Random(int.from_bytes(hashlib.sha256(f"{seed} {number}".encode()).digest()[:8], "big"))
    (parser,) = dice.choices(parsers, cum_weights=shares)
    data = dice.choice(parser.seeds)
    for _ in range(dice.choice((1, 1, 1, 2))):
        data = dice.choice(parser.mutators)(data, dice, parser.seeds)
    return parser, data


_told_to: "Queue[int] | None" = None
"""Where a process of the pool says how far it is."""


def begin(told: "Queue[int]") -> None:
    """Begin a process that does nothing else: it may have ``ROOM`` more memory than it has."""
    global _told_to  # noqa: PLW0603 - once in each process, before anything else
    _told_to = told
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    most = pages * resource.getpagesize() + ROOM
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))


def part(numbers: range, seed: int, documents: Path | None) -> Tally:
    """What such a process does."""
    assert _told_to is not None
    return feed(numbers, seed, documents, _told_to.put)


def _one(tally: Tally, parser: Parser, number: int, data: bytes) -> None:
    begin = time.perf_counter()
    try:
        signal.setitimer(signal.ITIMER_PROF, HANG_S)
        try:
            parser.read(data)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        tally.accepted[parser.name] += 1
    except ConsentryError:
        pass
    except Exception as error:  # noqa: BLE001 - whatever comes is what is looked for
        tally.finds.append(Find(parser.name, number, _kind(error), str(error)[:100], data))
    spent = time.perf_counter() - begin
    tally.inputs[parser.name] += 1
    tally.spent[parser.name] = tally.spent.get(parser.name, 0.0) + spent
    tally.slowest[parser.name] = max((spent, number), tally.slowest.get(parser.name, (0.0, 0)))


def _kind(error: BaseException) -> str:
    places = []
    trace = error.__traceback__
    while trace is not None:
        places.append(f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f"{type(error).__name__} at {' < '.join(reversed(places[-5:]))}"


def _largest() -> float:
    """Largest memory of this process so far, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@cache
def _first_memory() -> float:
    """MiB when it was asked for the first time in this process."""
    return _largest()


def _hung(_signal: int, _frame: FrameType | None) -> None:
    raise HangError(f"computed longer than {HANG_S} s")
