"""Settle what a zone says from what was seen of it: repair where everything agrees, refuse where anything is in doubt.

1. Codes of states are taken from the list of those that exist; the nearest one must be clearly nearest.
2. Places that no check digit covers (names, kind of document, sex; a visa's optional field) must be seen clearly: there
   is nothing that could correct them.
3. The covered places are tried, the most probable reading first, until one satisfies every check digit and the grammar.
   It must not be far-fetched, and no other that satisfies them too may be nearly as probable: a check digit cannot tell
   G from 6, K from ``<`` or A from 0, whose values are the same modulo ten (part 3, clause 4.9), and is satisfied by
   one wrong pair of characters in ten.

Whatever was repaired is told. A refusal says which field is in doubt, and nothing of what stands in it.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import log

import numpy as np
from numpy.typing import NDArray

from consentry.document.check_digits import FILLER, check_digit
from consentry.document.mrz import Mrz, MrzError, parse_mrz
from consentry.document.mrz_decode import CHARACTERS, LineReading, allowed
from consentry.document.mrz_layout import Layout
from consentry.document.states import CODES

SURE = 0.95
"""Least probability of a character that nothing else confirms. Of 636 hard pages whose lines were found, read in three
looks, 476 have every such character above 0.9, 446 above 0.95, 416 above 0.97, none of them with a wrong one; above
0.85 one has, and in two looks one at 0.92 (a J read as I)."""
NEAR = 100.0
"""So many times as probable must a reading be as any other that satisfies the checks. Of 700 hard pages 465 are read,
439 with three times as much here and in the next; none wrong with either, nor with none in the next."""
AGAIN = 10.0
"""So many times more if the other differs in several places. Their probabilities do not multiply: a network that takes
one 0 for an O takes the next one too, and two such differences cancel out where their weights are 7 and 3."""
FAR = 1e4
"""A reading so many times less probable than the most probable one is far-fetched, even if it satisfies the checks."""
ALIKE = 2e-4
"""Least probability at which characters that look alike are thought of for each other: a network is too sure of itself
about what it seldom got wrong in training."""
_CODE = 0.01
"""Least probability of a code before the list is asked: below, something else stands there."""
_TRIES = 4000
"""Readings tried before the zone counts as illegible; each takes some 50 µs."""
_LOOK_ALIKE = ("0ODQ", "1IL", "2Z", "5S", "6G", "8B", "UV", "MNH", "<K", "EF")


@dataclass(frozen=True, slots=True)
class Repair:
    """One character that was read otherwise at first."""

    line: int
    """From 1."""
    column: int
    """From 1."""
    was: str
    became: str
    why: str

    def __str__(self) -> str:
        return f"line {self.line}, character {self.column}: {self.was} read as {self.became}: {self.why}"


@dataclass(frozen=True, slots=True)
class Settled:
    """A zone that everything agrees on."""

    mrz: Mrz
    repairs: tuple[Repair, ...]
    surety: float
    """Probability of the least sure character that no check digit covers."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a zone was not accepted, in words that hold nothing of it."""

    why: str


def settle(readings: Sequence[LineReading], free: Sequence[str], layout: Layout, today: date) -> Settled | Doubt:
    """Say what a zone says, or why that cannot be said.

    Args:
        readings: its lines, decoded with what the layout allows (``mrz_decode.allowed``).
        free: the same lines decoded without regard to it: what a repair is told against.
        layout: the layout taken for granted.
        today: as in ``parse_mrz``.
    """
    # 1. Codes from the list.
    lines = [list(reading.text) for reading in readings]
    surety = 1.0
    for name in ("issuer", "nationality"):
        span = layout.field(name).span
        code, sure = _code(readings[span.line].places[span.begin : span.end])
        if sure < SURE:
            return Doubt(f"the {name} is not to be told for sure: no code of a state, or more than one, fits")
        lines[span.line][span.begin : span.end] = code
        surety = min(surety, sure)
    # 2. What nothing confirms.
    covered = _covered(layout)
    for field in layout.fields:
        if field.name in ("issuer", "nationality"):
            continue
        span = field.span
        seen = readings[span.line].surety[span.begin : span.end][~covered[span.line, span.begin : span.end]]
        unsure = int((seen < SURE).sum())
        if unsure:
            return Doubt(f"{unsure} of {len(seen)} characters of {field.name}, which no check digit covers, are unsure")
        surety = min(surety, float(seen.min(initial=1.0)))
    # 3. What the check digits confirm.
    found = _agreeing(lines, readings, layout, covered, today)
    if isinstance(found, Doubt):
        return found
    return Settled(found, _repairs(free, found.lines, layout), surety)


def _code(places: NDArray[np.float64]) -> tuple[str, float]:
    """The code of a state that is most probable, and how sure it is among all codes."""
    columns = {character: k for k, character in enumerate(CHARACTERS)}
    chances = {
        code: float(np.prod([places[k, columns[character]] for k, character in enumerate(code)]))
        for code in (known.ljust(3, FILLER) for known in CODES)
    }
    best = max(chances, key=lambda code: chances[code])
    return best, chances[best] / sum(chances.values()) if chances[best] > _CODE else 0.0


def _covered(layout: Layout) -> NDArray[np.bool_]:
    """Rows x N: which places a check digit covers or is."""
    covered = np.zeros((layout.rows, layout.width), np.bool_)
    for check in layout.checks:
        covered[check.line, check.column] = True
        for span in check.over:
            covered[span.line, span.begin : span.end] = True
    return covered


def _agreeing(
    lines: list[list[str]], readings: Sequence[LineReading], layout: Layout, covered: NDArray[np.bool_], today: date
) -> Mrz | Doubt:
    """The one reading that satisfies everything."""
    spots = [(int(row), int(column)) for row, column in np.argwhere(covered)]
    may = allowed(layout)
    options = [_options(readings[row].places[column], may[row, column]) for row, column in spots]
    found: tuple[float, Mrz] | None = None
    for tries, (cost, choice) in enumerate(_readings([[cost for _, cost in option] for option in options])):
        if tries > _TRIES:
            return Doubt("too many readings are possible: the lines are not legible")
        if cost > (log(FAR) if found is None else found[0] + log(NEAR * AGAIN)):
            break
        for (row, column), option, rank in zip(spots, options, choice, strict=True):
            lines[row][column] = option[rank][0]
        mrz = _consistent(["".join(line) for line in lines], layout, today)
        if mrz is None:
            continue
        if found is not None:
            differs = sum(
                a != b
                for one, other in zip(mrz.lines, found[1].lines, strict=True)
                for a, b in zip(one, other, strict=True)
            )
            if differs == 1 and cost > found[0] + log(NEAR):
                continue
            return Doubt("two readings satisfy every check digit, and neither is clearly the likelier")
        found = (cost, mrz)
    if found is None:
        return Doubt("no likely reading satisfies the check digits and the grammar of the zone")
    return found[1]


def _options(places: NDArray[np.float64], may: NDArray[np.bool_]) -> list[tuple[str, float]]:
    """What a place may be, the likeliest first, each with how much less likely it is than that (a logarithm)."""
    best = CHARACTERS[int(places.argmax())]
    alike = {character for group in _LOOK_ALIKE if best in group for character in group}
    chances = {
        character: max(float(chance), ALIKE if character in alike else 0.0)
        for character, chance, allowed_here in zip(CHARACTERS, places, may, strict=True)
        if allowed_here
    }
    most = max(chances.values())
    ranked = sorted(chances.items(), key=lambda item: -item[1])
    return [(character, log(most / chance)) for character, chance in ranked if chance * FAR > most]


def _readings(costs: list[list[float]]) -> Iterator[tuple[float, list[int]]]:
    """Ranks of options, one for each place, in the order of the sum of their costs.

    >>> [choice for _, choice in _readings([[0.0, 3.0], [0.0, 1.0]])]
    [[0, 0], [0, 1], [1, 0], [1, 1]]
    """
    yield 0.0, [0] * len(costs)
    open_places = sorted((k for k, options in enumerate(costs) if len(options) > 1), key=lambda k: costs[k][1])
    if not open_places:
        return
    # Each entry: cost, ranks of the places changed so far, the last of them by its number in open_places.
    heap: list[tuple[float, tuple[tuple[int, int], ...]]] = [(costs[open_places[0]][1], ((0, 1),))]
    while heap:
        cost, changed = heapq.heappop(heap)
        choice = [0] * len(costs)
        for place, rank in changed:
            choice[open_places[place]] = rank
        yield cost, choice
        place, rank = changed[-1]
        options = costs[open_places[place]]
        if rank + 1 < len(options):
            heapq.heappush(heap, (cost + options[rank + 1] - options[rank], (*changed[:-1], (place, rank + 1))))
        if place + 1 < len(open_places):
            following = costs[open_places[place + 1]][1]
            heapq.heappush(heap, (cost + following, (*changed, (place + 1, 1))))
            if rank == 1:
                heapq.heappush(heap, (cost + following - options[1], (*changed[:-1], (place + 1, 1))))


def _consistent(lines: list[str], layout: Layout, today: date) -> Mrz | None:
    rows = tuple(lines)
    for check in layout.checks:
        printed = rows[check.line][check.column]
        if printed != FILLER and printed != check_digit("".join(span.of(rows) for span in check.over)):
            return None  # most are sorted out here, without reading what they mean
    try:
        mrz = parse_mrz("\n".join(rows), today)
    except MrzError:
        return None
    return mrz if mrz.consistent and mrz.layout == layout.name else None


def _repairs(free: Sequence[str], lines: Sequence[str], layout: Layout) -> tuple[Repair, ...]:
    may = allowed(layout)
    return tuple(
        Repair(row + 1, column + 1, was, became, _why(row, column, was, layout, may))
        for row, (before, after) in enumerate(zip(free, lines, strict=True))
        for column, (was, became) in enumerate(zip(before, after, strict=True))
        if was != became
    )


def _why(row: int, column: int, was: str, layout: Layout, may: NDArray[np.bool_]) -> str:
    if not may[row, column, CHARACTERS.index(was)]:
        return "the one cannot stand there"
    for name in ("issuer", "nationality"):
        span = layout.field(name).span
        if span.line == row and span.begin <= column < span.end:
            return "there is no state of that code"
    return "the check digits agree with the other alone"
