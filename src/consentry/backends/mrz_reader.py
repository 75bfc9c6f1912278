"""A picture of a document to its machine readable zone: find the lines, cut them out, read, settle.

Two networks of our own do the seeing (training/mrz in the sources); ``document.mrz_decode`` and ``document.mrz_repair``
do the deciding. What is not certain is refused: no line of the result is a guess.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.backends.mrz_lines import Grey, Line, cut, evened, lines_of, prepared, room, shrunk, width_of
from consentry.backends.networks import load_network
from consentry.core.frames import Image
from consentry.document.mrz_decode import CHARACTERS, LineReading, allowed, log_lengths, read_line
from consentry.document.mrz_layout import LAYOUTS, Layout
from consentry.document.mrz_repair import Doubt, Settled, settle
from consentry.ports import Network

FINDER: Final = "consentry-mrz-finder"
READER: Final = "consentry-mrz-reader"
_SIDES: Final = (640, 1152)
"""px of the square that the finder looks at; the larger one where the first gave nothing: a zone far away."""
_CUTS: Final = ((1.35, 0.6), (1.55, 0.9))
"""Heights and margins of the cuts, in heights of a capital letter. Two looks are averaged: where they disagree, nothing
is sure."""
_GROUPS: Final = 4
"""Groups of lines that are read before the picture is given up."""
_BEYOND: Final = 0.6
"""Of a line's length is looked for letters on either side of it: the finder may have seen only the half."""
_FEWEST: Final = 12
"""Letters without which a line says nothing of where it begins: the shortest has 30, and half may be illegible."""
_STEP: Final = 4
"""px of a line for each step of the reader."""
_LEADING: Final = 1.7
"""Heights of a capital letter between lines, by the standard."""
_LIKELY: Final = -12.0
"""Natural logarithm, per line, below which a group is no zone: another length, another script or no text at all."""


@dataclass(frozen=True, slots=True)
class ZoneReading:
    """What a picture gave."""

    settled: Settled | None
    """The zone, with what was repaired; None: refused."""
    why: str = ""
    """Why it was refused, in words that hold nothing of the holder."""


class MrzReader:
    """Reads zones from pictures. Keeps nothing of them."""

    def __init__(self, finder: Network | None = None, reader: Network | None = None) -> None:
        """Load the networks, unless they are given.

        Raises:
            SupplyError: their files are missing or altered.
            NetworkError: the runtime refused them.
        """
        self._finder = finder or load_network(FINDER)
        self._reader = reader or load_network(READER)

    def read(self, image: Image, today: date) -> ZoneReading:
        """Read the zone of a document.

        Args:
            image: upright or not.
            today: as in ``parse_mrz``.
        """
        grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
        why = "no lines of a machine readable zone were found in the picture"
        for side in _SIDES:
            for group in self._groups(grey, side):
                told = self._settled(grey, group, today)
                if isinstance(told, Settled):
                    return ZoneReading(told)
                why = told.why if told is not None else why
        return ZoneReading(None, why)

    def _groups(self, grey: Grey, side: int) -> tuple[tuple[Line, ...], ...]:
        high, wide = grey.shape
        scale = side / max(high, wide)
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        size = (max(round(wide * scale), 1), max(round(high * scale), 1))
        seen = np.full((side, side), int(grey.mean()), np.uint8)
        seen[: size[1], : size[0]] = cv2.resize(grey, size, interpolation=how)
        logits = _only(self._finder.run(evened(seen)[None, None]))[0, 0]
        sureness = 1 / (1 + np.exp(-logits[: -(-size[1] // 2), : -(-size[0] // 2)]))
        return lines_of(sureness.astype(np.float32), 2 / scale)[:_GROUPS]

    def _settled(self, grey: Grey, group: tuple[Line, ...], today: date) -> Settled | Doubt | None:
        """What a group of lines says; None: it is no zone."""
        small, factor = shrunk(grey, group[0])
        lines = [line.scaled(factor) for line in group]
        told: Settled | Doubt | None = None
        # As they were found; then as far as letters go on beyond that, for the finder may have missed an end.
        for stretched in (False, True):
            best = self._likeliest(small, self._stretched(small, lines) if stretched else lines)
            if best is None or best.likely < _LIKELY:
                continue
            now = self._decided(small, best, today)
            if isinstance(now, Settled):
                return now
            told = told or now
        return told

    def _likeliest(self, grey: Grey, group: list[Line]) -> "_Way | None":
        """Which of the lines, read which way, are most likely a zone of which size."""
        ways = []
        for lines in _ways(group):
            seen = self._seen(grey, lines, *_CUTS[0])
            lengths = [log_lengths(one, max(layout.width for layout in LAYOUTS)) for one in seen]
            for first, layout in _windows(len(lines)):
                rows = slice(first, first + layout.rows)
                likely = sum(float(length[layout.width]) for length in lengths[rows]) / layout.rows
                ways.append(_Way(likely, lines[rows], seen[rows], layout))
        return max(ways, key=lambda way: way.likely, default=None)

    def _stretched(self, grey: Grey, lines: list[Line]) -> list[Line]:
        """The same lines from the first letter to the last, also where the finder saw only a part of them."""
        more = max(line.end - line.begin for line in lines) * _BEYOND
        before, behind = np.min([room(grey, line, more) for line in lines], axis=0)
        best, most = lines, 0
        for way in _ways([line.longer(before, behind) for line in lines]):
            seen = self._seen(grey, way, *_CUTS[0])
            spans = [_letters(one, width_of(line, *_CUTS[0])) for one, line in zip(seen, way, strict=True)]
            shown = [span for span in spans if span is not None]
            letters = sum(span.count for span in shown)
            if letters > most:
                most, begin, end = letters, min(span.begin for span in shown), max(span.end for span in shown)
                best = [line.part(begin, end, _CUTS[0][1]) for line in way]
        return best

    def _decided(self, grey: Grey, way: "_Way", today: date) -> Settled | Doubt:
        """Look again, decode for each layout of that size (a visa or not), and settle the likelier one."""
        looks = [way.seen, *(self._seen(grey, way.lines, *how) for how in _CUTS[1:])]
        free = _read(looks, np.ones((way.size.rows, way.size.width, len(CHARACTERS)), np.bool_))
        layouts = [one for one in LAYOUTS if (one.rows, one.width) == (way.size.rows, way.size.width)]
        read = [(_read(looks, allowed(layout)), layout) for layout in layouts]
        readings, layout = max(read, key=lambda one: sum(reading.log_likelihood for reading in one[0]))
        return settle(readings, [reading.text for reading in free], layout, today)

    def _seen(self, grey: Grey, lines: Sequence[Line], tall: float, margin: float) -> list[NDArray[np.float64]]:
        """For each line T x 38: how probable the blank and each character are from left to right."""
        batch = np.stack([prepared(cut(grey, line, tall, margin)) for line in lines])
        logits = _only(self._reader.run(batch[:, None])).astype(np.float64)
        chances = np.exp(logits - logits.max(2, keepdims=True))
        return list(chances / chances.sum(2, keepdims=True))


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """A way to read lines."""

    likely: float
    """Natural logarithm, per line, of how likely they have the length of that size."""
    lines: list[Line]
    seen: list[NDArray[np.float64]]
    """As ``_seen`` with the first of the cuts."""
    size: Layout
    """Any layout of the size."""


def _ways(group: list[Line]) -> Iterator[list[Line]]:
    """A group as it lies, and upside down; where it is too short for some zone, with a line more on either side."""
    if len(group) == 1:
        apart = _LEADING * group[0].height
        group = [group[0].shifted(-apart), group[0], group[0].shifted(apart)]
    elif len(group) == 2:
        middle = [line.at((line.begin + line.end) / 2) for line in group]
        apart = float((middle[1] - middle[0]) @ group[0].across)
        group = [group[0].shifted(-apart), *group, group[1].shifted(apart)]
    yield group
    yield [line.turned() for line in reversed(group)]


def _windows(lines: int) -> Iterator[tuple[int, Layout]]:
    """Which of so many lines may be a zone of which size; layouts of one size once."""
    for layout in {(one.rows, one.width): one for one in LAYOUTS}.values():
        for first in range(lines - layout.rows + 1):
            yield first, layout


def _read(looks: list[list[NDArray[np.float64]]], may: NDArray[np.bool_]) -> list[LineReading]:
    """Lines as several looks together say."""
    found = []
    for row, here in enumerate(may):
        each = [read_line(look[row], here) for look in looks]
        places = np.mean([reading.places for reading in each], axis=0)
        found.append(LineReading(places, float(np.mean([reading.log_likelihood for reading in each]))))
    return found


@dataclass(frozen=True, slots=True)
class _Span:
    """Letters that follow each other evenly."""

    count: int
    begin: float
    """Where the first begins, as a fraction of the cut."""
    end: float


def _letters(seen: NDArray[np.float64], wide: int) -> _Span | None:
    """The longest even run of letters in a line.

    Args:
        seen: T x 38.
        wide: px of the cut; the rest of what the network saw was filled up.
    """
    best = seen.argmax(1)
    shown = np.flatnonzero((best > 0) & (best != np.concatenate([[0], best[:-1]])))
    shown = shown[shown * _STEP < wide]
    if len(shown) < _FEWEST:
        return None
    pitch = float(np.median(np.diff(shown)))
    runs = np.split(shown, np.flatnonzero(np.diff(shown) > 1.9 * pitch) + 1)
    run = max(runs, key=len)
    begin, end = run[0] + 0.5 - pitch / 2, run[-1] + 0.5 + pitch / 2
    return _Span(len(run), begin * _STEP / wide, end * _STEP / wide)


def _only(outputs: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    return next(iter(outputs.values()))
