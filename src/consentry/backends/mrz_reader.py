"""A picture of a document to its machine readable zone: find the lines, cut them out, read, settle.

Two networks of our own do the seeing (training/mrz in the sources); ``document.mrz_decode`` and ``document.mrz_repair``
do the deciding. What is not certain is refused: no line of the result is a guess.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.backends.mrz_lines import Grey, Line, cut, evened, lines_of, prepared, room, shrunk, width_of
from consentry.backends.networks import load_network
from consentry.core.frames import Image
from consentry.document.mrz_decode import LineReading, allowed, log_lengths, log_likelihood, read_line
from consentry.document.mrz_layout import LAYOUTS, Layout
from consentry.document.mrz_repair import Doubt, Settled, settle
from consentry.ports import Network

FINDER: Final = "consentry-mrz-finder"
READER: Final = "consentry-mrz-reader"
_SIDES: Final = (640, 1152, 896, 1536, 2048)
"""px of the square that the finder looks at, each after the first where those before gave nothing that could be
settled: it was taught on letters 5 to 19 px apart, and the page may be a quarter of the picture's width."""
_ENLARGED: Final = 1.5
"""How much larger than itself a picture is looked at, but for the first two sides: beyond, there is nothing to see."""
_CUTS: Final = ((1.35, 0.6, 0.0), (1.45, 0.75, 0.06), (1.25, 0.45, 0.0))
"""Heights, margins and how far across, in heights of a capital letter, of the cuts. Three looks are averaged: where
they disagree, nothing is sure. A second look of height 1.55 reads fewer pages (315 of 600 hard ones, this one 325 with
the same thresholds): its letters are too small."""
_GROUPS: Final = 4
"""Groups of lines that are read before the picture is given up."""
_BEYOND: Final = 1.2
"""Of a line's length is looked for letters on either side of it: the finder may have seen only a third."""
_PIECE, _PACE = 30.0, 24.0
"""Heights of a capital letter: so long are the pieces in which a line is looked through, and so far from each other.
They are about as wide as what the reader takes without squeezing it."""
_FEWEST: Final = 12
"""Letters without which a line says nothing of where it begins: the shortest has 30, and half may be illegible."""
_SEEN: Final = 0.4
"""Probability from which a letter is one, before it is known how many there must be: in noise most have less."""
_GAP: Final = 2.6
"""Letters' distances that a run of them goes on over: one letter may be missed."""
_STEP: Final = 4
"""px of a line for each step of the reader."""
_LEADING: Final = 1.7
"""Heights of a capital letter between lines, by the standard."""
_BY_LENGTH: Final = 4
"""Ways to read lines that are looked at closer, those of the likeliest length."""
_LIKELY: Final = -20.0
"""Natural logarithm, per line, below which a group is no zone: other letters, another length or no text at all. Three
characters that cannot stand where they were surely seen cost as much; more are never repaired."""


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
            image: lying in any quarter turn, and up to a dozen degrees off it.
            today: as in ``parse_mrz``.
        """
        grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
        why = ""
        for side in _sides(max(grey.shape)):
            for group in self._groups(grey, side):
                told = self._settled(grey, group, today)
                if isinstance(told, Settled):
                    return ZoneReading(told)
                why = why or (told.why if told is not None else "")
        return ZoneReading(None, why or "no lines of a machine readable zone were found in the picture")

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
            best = self._likeliest(small, self._stretched(small, lines) if stretched else _ways(lines))
            if best is None or best.likely < _LIKELY:
                continue
            now = self._decided(small, best, today)
            if isinstance(now, Settled):
                return now
            told = told or now
        return told

    def _likeliest(self, grey: Grey, ways: Iterable[list[Line]]) -> "_Way | None":
        """Which of the lines, read which way, are most likely a zone of which layout."""
        by_length = []
        for lines in ways:
            seen = self._seen(grey, lines, *_CUTS[0][:2])
            letters = [len(_begun(one)) for one in seen]
            if max(letters) < _FEWEST:
                continue
            lengths = [log_lengths(one, max(layout.width for layout in LAYOUTS)) for one in seen]
            for first, size in _windows(len(lines)):
                rows = slice(first, first + size.rows)
                if min(letters[rows]) < size.width / 2:  # no text, or none that could be read
                    continue
                likely = sum(float(length[size.width]) for length in lengths[rows]) / size.rows
                by_length.append((likely, lines[rows], seen[rows], size))
        by_length.sort(key=lambda one: -one[0])
        # The right number of letters may stand in a line that lies upside down: the kinds of character tell.
        found = [
            _Way(sum(log_likelihood(one, may) for one, may in zip(seen, allowed(layout), strict=True)) / size.rows,
                 lines, seen, layout)
            for likely, lines, seen, size in by_length[:_BY_LENGTH] if likely > _LIKELY
            for layout in LAYOUTS if (layout.rows, layout.width) == (size.rows, size.width)
        ]  # fmt: skip
        return max(found, key=lambda way: way.likely, default=None)

    def _decided(self, grey: Grey, way: "_Way", today: date) -> Settled | Doubt:
        """Look again, decode with what the layout allows, and settle it."""
        looks = [way.seen, *(self._shifted(grey, way.lines, *how) for how in _CUTS[1:])]
        may = allowed(way.layout)
        free = [reading.text for reading in _read(looks, np.ones_like(may))]
        return settle(_read(looks, may), free, way.layout, today)

    def _stretched(self, grey: Grey, lines: list[Line]) -> Iterator[list[Line]]:
        """The same lines, either way, from the first letter to the last, if the finder saw only a part of them."""
        more = max(line.end - line.begin for line in lines) * _BEYOND
        before, behind = np.min([room(grey, line, more) for line in lines], axis=0)
        for way in _ways([line.longer(before, behind) for line in lines]):
            runs = [run for line in way if len(run := _even_run(self._letters(grey, line))) >= _FEWEST]
            if runs:
                pitch = float(np.median(np.concatenate([np.diff(run) for run in runs])))
                begin, end = min(run[0] for run in runs) - pitch / 2, max(run[-1] for run in runs) + pitch / 2
                for early, late in _trims(round((end - begin) / pitch)):
                    first, last = begin + early * pitch, end - late * pitch
                    yield [replace(line, begin=line.begin + first, end=line.begin + last) for line in way]

    def _letters(self, grey: Grey, line: Line) -> NDArray[np.float64]:
        """Where letters stand in a long line, px from its begin, read in pieces that overlap."""
        begins = np.arange(line.begin, max(line.end - _PIECE * line.height, line.begin) + 1, _PACE * line.height)
        pieces = [replace(line, begin=at, end=min(at + _PIECE * line.height, line.end)) for at in map(float, begins)]
        pieces[-1] = replace(pieces[-1], end=line.end)
        tall = _CUTS[0][0]
        overlap = (_PIECE - _PACE) / 2 * line.height
        found = []
        for piece, seen in zip(pieces, self._seen(grey, pieces, tall, 0), strict=True):
            places = piece.begin + (_begun(seen) + 0.5) * _STEP / width_of(piece, tall, 0) * (piece.end - piece.begin)
            least = piece.begin if piece is pieces[0] else piece.begin + overlap
            most = piece.end if piece is pieces[-1] else piece.end - overlap
            found.append(places[(places >= least) & (places < most)] - line.begin)
        return np.concatenate(found)

    def _shifted(
        self, grey: Grey, lines: Sequence[Line], tall: float, margin: float, across: float
    ) -> list[NDArray[np.float64]]:
        return self._seen(grey, [line.shifted(across * line.height) for line in lines], tall, margin)

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
    """Natural logarithm, per line, of how probable it is that they say anything of that layout."""
    lines: list[Line]
    seen: list[NDArray[np.float64]]
    """As ``_seen`` with the first of the cuts."""
    layout: Layout


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


def _sides(longer: int) -> list[int]:
    """At which sizes a picture is looked at.

    >>> _sides(600), _sides(1200), _sides(4000)
    ([640, 1152, 896], [640, 1152, 896, 1536], [640, 1152, 896, 1536, 2048])
    """
    return [side for k, side in enumerate(_SIDES) if k < 2 or side <= longer * _ENLARGED]


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


def _trims(letters: int) -> Iterator[tuple[int, int]]:
    """How many letters too many to take away before and behind: a frame or a fold is sometimes taken for one.

    >>> list(_trims(45)), list(_trims(33))
    ([(0, 0), (1, 0), (0, 1)], [(0, 0)])
    """
    yield 0, 0
    for width in sorted({layout.width for layout in LAYOUTS}):
        if 0 < letters - width <= 2:
            yield letters - width, 0
            yield 0, letters - width


def _begun(seen: NDArray[np.float64]) -> NDArray[np.intp]:
    """Steps at which letters begin, read step by step."""
    best = seen.argmax(1)
    return np.flatnonzero((best > 0) & (seen.max(1) > _SEEN) & (best != np.concatenate([[0], best[:-1]])))


def _even_run(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """The longest run of letters that follow each other evenly.

    >>> _even_run(np.array([0.0, 7, 8, 9, 10, 14]))
    array([ 7.,  8.,  9., 10.])
    """
    if len(places) < 2:
        return places
    apart = np.diff(places)
    runs = np.split(places, np.flatnonzero(apart > _GAP * np.median(apart)) + 1)
    return max(runs, key=len)


def _only(outputs: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    return next(iter(outputs.values()))
