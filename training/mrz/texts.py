"""Zones that could stand in a document, of nobody: random letters and digits around the codes that exist."""

from dataclasses import dataclass

import numpy as np

from consentry.document.mrz import MrzFields, write_mrz
from consentry.document.mrz_layout import LAYOUTS, MRV_A, MRV_B, TD1, TD3, Layout, Span
from consentry.document.mrz_names import Names
from consentry.document.states import CODES

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VOWELS = "AEIOU"
_DIGITS = "0123456789"
_CODES = sorted(CODES)
_SYLLABLES = [c + v for c in "BCDFGHJKLMNPQRSTVWXYZ" for v in _VOWELS] + list(_VOWELS)


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone and its kind."""

    layout: Layout
    lines: tuple[str, ...]


def random_zone(rng: np.random.Generator, layout: Layout | None = None) -> Zone:
    """A zone whose check digits are right, of any layout; TD3 and TD1 more often, as the world has them."""
    layout = layout or LAYOUTS[rng.choice(len(LAYOUTS), p=_shares())]
    while True:
        fields = MrzFields(
            code=_code(rng, layout),
            issuer=_pick(rng, _CODES),
            names=Names(_name(rng, 1, 3), _name(rng, 0, 4)),
            number=_number(rng, 9),
            nationality=_pick(rng, _CODES),
            birth=_date(rng),
            sex=_pick(rng, "MF<"),
            expiry=_date(rng),
            optional=_optional(rng, layout.field("optional").span),
            optional2=_optional(rng, layout.field("optional2").span) if layout is TD1 else "",
        )
        try:
            return Zone(layout, write_mrz(fields, layout))
        except ValueError:
            continue  # a truncated name may end where a filler must not stand: draw another


def _shares() -> list[float]:
    shares = {TD3: 0.4, TD1: 0.3, MRV_A: 0.08, MRV_B: 0.08}
    return [shares.get(layout, 0.14) for layout in LAYOUTS]


def _pick(rng: np.random.Generator, of: list[str] | str) -> str:
    return of[int(rng.integers(len(of)))]


def _word(rng: np.random.Generator, of: str, least: int, most: int) -> str:
    return "".join(_pick(rng, of) for _ in range(int(rng.integers(least, most + 1))))


def _code(rng: np.random.Generator, layout: Layout) -> str:
    first = "V" if layout.visa else "P" if layout is TD3 else _pick(rng, "IAC")
    return first + ("" if rng.random() < 0.6 else _pick(rng, _LETTERS))


def _name(rng: np.random.Generator, least: int, most: int) -> str:
    """Syllables or bare letters: the network must read letters, and not guess at names that it knows."""
    parts = []
    for _ in range(int(rng.integers(least, most + 1))):
        if rng.random() < 0.5:
            parts.append("".join(_pick(rng, _SYLLABLES) for _ in range(int(rng.integers(1, 6)))))
        else:
            parts.append(_word(rng, _LETTERS, 1, 12))
    return " ".join(parts)


def _number(rng: np.random.Generator, most: int) -> str:
    kind = rng.random()
    if kind < 0.5:
        return _word(rng, _LETTERS, 1, 2) + _word(rng, _DIGITS, 6, most - 2)
    if kind < 0.7:
        return _word(rng, _DIGITS, most, most)
    if kind < 0.8:  # specimens: zeros
        return _word(rng, _LETTERS, 0, 2) + "0" * (most - 3) + _word(rng, _DIGITS, 1, 1)
    return _word(rng, _LETTERS + _DIGITS, most, most)


def _date(rng: np.random.Generator) -> str:
    return f"{rng.integers(100):02d}{rng.integers(1, 13):02d}{rng.integers(1, 29):02d}"


def _optional(rng: np.random.Generator, span: Span) -> str:
    width = span.end - span.begin
    kind = rng.random()
    if kind < 0.5:
        return ""
    text = _number(rng, 9) if kind < 0.8 else _word(rng, _LETTERS + _DIGITS + "<", 1, width)
    return text[:width].rstrip("<")
