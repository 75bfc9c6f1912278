"""Names in the machine readable zone: identifiers, fillers, truncation (ICAO Doc 9303-3, clause 4.6; part 4, 4.2.3)."""

from dataclasses import dataclass

from consentry.document.check_digits import FILLER

_DIVIDER = FILLER * 2
"""Between the primary identifier and the secondary."""


@dataclass(frozen=True, slots=True)
class Names:
    """A holder's names as the zone gives them, in capital letters A-Z."""

    primary: str
    """Usually the surname; parts divided by blanks."""
    secondary: str = ""
    """Usually the given names; parts divided by blanks; empty where there is none."""
    truncated: bool = False
    """The field is full to its last place: it must be taken for cut short (part 4, 4.2.3)."""


def read_names(field: str) -> Names:
    """Read the field of names.

    The standard knows one double filler, between the identifiers. Some states put more between given names; they are
    read as the blank that they stand for.

    Raises:
        ValueError: it begins with a filler.

    >>> read_names("VAN<DER<STEEN<<MARIANNE<LOUISE")
    Names(primary='VAN DER STEEN', secondary='MARIANNE LOUISE', truncated=True)
    >>> read_names("ARKFREITH<<<<<<")
    Names(primary='ARKFREITH', secondary='', truncated=False)
    """
    if field.startswith(FILLER):
        raise ValueError("expected a name, came a filler")
    primary, _, secondary = field.rstrip(FILLER).partition(_DIVIDER)
    given = " ".join(part for part in secondary.split(FILLER) if part)
    return Names(primary.replace(FILLER, " "), given, not field.endswith(FILLER))


def write_names(names: Names, width: int) -> str:
    """Write the field of names.

    What is too long is cut at the end of the field, and the last place then holds a letter: that is how a reader knows
    that something is missing (part 4, 4.2.3). A surname that leaves no room is cut so far that the first letter of the
    given names still fits.

    >>> write_names(Names("PAPANDROPOULOUS", "JONATHON WARREN TREVOR"), 30)
    'PAPANDROPOULOUS<<JONATHON<WARR'
    >>> write_names(Names("ERIKSSON", "ANNA MARIA"), 30)
    'ERIKSSON<<ANNA<MARIA<<<<<<<<<<'
    """
    primary, secondary = names.primary.replace(" ", FILLER), names.secondary.replace(" ", FILLER)
    if not secondary:
        return _filled(primary, width)
    if len(primary) + len(_DIVIDER) + 1 > width:
        return _filled(primary, width - len(_DIVIDER) - 1) + _DIVIDER + secondary[0]
    return _filled(primary + _DIVIDER + secondary, width)


def _filled(text: str, width: int) -> str:
    cut = text[:width]
    if len(text) > width and cut.endswith(FILLER):
        # A field that ends with a filler would say that nothing is missing: one letter gives way to the next part's.
        cut = cut.rstrip(FILLER)
        following = text[len(cut) :].lstrip(FILLER)[:1]
        cut = (cut[: width - 2] + FILLER + following)[-width:] if following else cut
    return cut.ljust(width, FILLER)
