"""From what a network saw in a line to characters: exactly as many as the line has, each one that may stand there.

A recogniser with CTC gives, for each of T steps from left to right, how probable each character is and how probable it
is that no new one begins (the blank). Its usual reading, the best at each step, loses one ``<`` of a long run or
doubles a letter, and does not know how sure it is. A line of the zone has 30, 36 or 44 characters. So all ways to write
exactly that many are summed up here, forwards and backwards. What comes out is, for each place, how probable each
character is, given the length and the kinds of character that may stand there.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consentry.document.check_digits import FILLER
from consentry.document.mrz_layout import Kind, Layout

CHARACTERS = "<ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
"""What a zone may hold, in the order of the recogniser's classes; class 0 is the blank, so that ``<`` is class 1."""
_OF_KIND = {Kind.LETTERS: CHARACTERS[:27], Kind.DIGITS: FILLER + CHARACTERS[27:], Kind.MIXED: CHARACTERS}
_NEVER = -np.inf


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LineReading:
    """A line of known length. It does not print itself: it is about a person."""

    places: NDArray[np.float64]
    """N x 37: how probable each of ``CHARACTERS`` is at each place; rows sum to 1."""
    log_likelihood: float
    """Natural logarithm of how probable it is that the line says anything of that length and kind at all."""

    @property
    def text(self) -> str:
        """The most probable character of each place."""
        return "".join(CHARACTERS[int(k)] for k in self.places.argmax(1))

    @property
    def surety(self) -> NDArray[np.float64]:
        """N: how probable the character in ``text`` is."""
        best: NDArray[np.float64] = self.places.max(1)
        return best


def allowed(layout: Layout) -> NDArray[np.bool_]:
    """Rows x N x 37: which characters may stand where.

    >>> from consentry.document.mrz_layout import TD3
    >>> "".join(character for character, may in zip(CHARACTERS, allowed(TD3)[1, 20]) if may)
    '<FM'
    """
    may = np.zeros((layout.rows, layout.width, len(CHARACTERS)), np.bool_)
    for field in layout.fields:
        may[field.span.line, field.span.begin : field.span.end] = _among(_OF_KIND[field.kind])
    for check in layout.checks:
        digits = CHARACTERS[27:]
        may[check.line, check.column] = _among(FILLER + digits if check.fillable else digits)
    sex, names = layout.field("sex").span, layout.field("names").span
    may[sex.line, sex.begin] = _among("MF" + FILLER)
    may[names.line, names.begin] = _among(CHARACTERS[1:27])
    may[0, 0] = _among("V") if layout.visa else _among(CHARACTERS[1:27].replace("V", ""))
    return may


def _among(characters: str) -> NDArray[np.bool_]:
    return np.array([character in characters for character in CHARACTERS])


def log_lengths(seen: NDArray[np.float64], longest: int) -> NDArray[np.float64]:
    """How probable each length is.

    Args:
        seen: T x 38, probabilities of the blank and of ``CHARACTERS`` at each step.
        longest: the longest line asked for.

    Returns:
        longest + 1 natural logarithms, by length from 0.
    """
    forward = _Forward(seen, np.ones((longest, len(CHARACTERS))))
    for _ in forward:
        pass
    ends = forward.blank + np.concatenate([[0.0], forward.ends.sum(1)])
    with np.errstate(divide="ignore"):
        logs: NDArray[np.float64] = np.log(ends) + forward.log_scale
    return logs


def log_likelihood(seen: NDArray[np.float64], may: NDArray[np.bool_]) -> float:
    """How probable it is that a line says anything of a length and kind, a natural logarithm; as ``read_line``'s."""
    forward = _Forward(seen, may.astype(np.float64))
    for _ in forward:
        pass
    end = float(forward.blank[-1] + forward.ends[-1].sum())
    return float(np.log(end)) + forward.log_scale if end > 0 else _NEVER


def read_line(seen: NDArray[np.float64], may: NDArray[np.bool_]) -> LineReading:
    """Read a line.

    Args:
        seen: T x 38, probabilities of the blank and of ``CHARACTERS`` at each step.
        may: N x 37, which characters may stand at each of its N places.
    """
    forward = _Forward(seen, may.astype(np.float64))
    begun = [(entered, forward.log_scale) for entered in forward]
    end = float(forward.blank[-1] + forward.ends[-1].sum())
    width = len(may)
    if not end > 0:
        return LineReading(np.full((width, len(CHARACTERS)), 1 / len(CHARACTERS)), _NEVER)
    log_likelihood = float(np.log(end)) + forward.log_scale
    places = np.zeros((width, len(CHARACTERS)))
    for (entered, log_scale), (onwards, log_onwards) in zip(reversed(begun), _backward(seen, may), strict=True):
        places += entered * onwards * np.exp(log_scale + log_onwards - log_likelihood)
    # Every way to write the line enters each place once, so that a row sums to 1, but for rounding.
    return LineReading(places / places.sum(1, keepdims=True), log_likelihood)


class _Forward:
    """Sums over the ways to have written so many characters after so many steps, scaled so that nothing vanishes."""

    def __init__(self, seen: NDArray[np.float64], may: NDArray[np.float64]) -> None:
        self._seen, self._may = seen, may
        self.ends = np.zeros(may.shape)
        """N x 37: ways whose last step showed the N-th character."""
        self.blank = np.zeros(len(may) + 1)
        """N + 1: ways whose last step showed a blank, by the characters before it."""
        self.blank[0] = 1.0
        self.log_scale = 0.0

        self._step = 0

    def __iter__(self) -> "_Forward":
        """Steps from left to right, once."""
        return self

    def __next__(self) -> NDArray[np.float64]:
        """Take a step; N x 37: ways that began the N-th character just now."""
        if self._step == len(self._seen):
            raise StopIteration
        step = self._seen[self._step]
        self._step += 1
        totals = self.ends.sum(1)
        before = np.zeros_like(self.ends)
        before[1:] = np.maximum(totals[:-1, None] - self.ends[:-1], 0.0)  # the same twice needs a blank between
        before += self.blank[:-1, None]
        weight = step[1:] * self._may
        entered = weight * before
        self.ends = weight * self.ends + entered
        self.blank = step[0] * self.blank
        self.blank[1:] += step[0] * totals
        scale = max(float(self.ends.max()), float(self.blank.max()), 1e-300)
        self.ends /= scale
        self.blank /= scale
        self.log_scale += float(np.log(scale))
        begun: NDArray[np.float64] = entered / scale
        return begun


def _backward(seen: NDArray[np.float64], may: NDArray[np.bool_]) -> list[tuple[NDArray[np.float64], float]]:
    """Ways to finish after each character (N x 37), with the logarithm of their scale; from the last step on."""
    weights = may.astype(np.float64)
    ends = np.zeros(may.shape)
    ends[-1] = 1.0
    blank = np.zeros(len(may) + 1)
    blank[-1] = 1.0
    log_scale, found = 0.0, []
    for step in seen[::-1]:
        found.append((ends, log_scale))
        shown = step[1:] * weights * ends
        following = np.zeros_like(ends)
        following[:-1] = shown[1:].sum(1, keepdims=True) - shown[1:]
        onwards = step[0] * blank
        ends = shown + np.maximum(following, 0.0) + onwards[1:, None]
        onwards[:-1] += shown.sum(1)
        scale = max(float(ends.max()), float(onwards.max()), 1e-300)
        ends, blank = ends / scale, onwards / scale
        log_scale += float(np.log(scale))
    return found
