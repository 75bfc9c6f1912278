"""The printed zone for ``consentry document check``: as somebody typed it, or out of a picture."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from consentry.backends.document_pictures import read_picture
from consentry.backends.mrz_reader import MrzReader
from consentry.core.errors import ConsentryError, SourceError
from consentry.document.checks import Check, Outcome
from consentry.document.mrz_repair import Settled

TEXT = ".txt"
_LONGEST_ZONE = 1000
"""bytes of a text file with a zone: three lines of 30 characters."""
_NAME, _CLAUSE = "optical_reading", "BSI TR-03135-1, 5.5.4.1"


@dataclass(frozen=True, slots=True)
class PrintedZone:
    """What is known of the print. It does not print it."""

    text: str | None = field(default=None, repr=False)
    """Its lines; None: nobody read them, or they were refused."""
    checks: tuple[Check, ...] = ()
    """What came of reading a picture."""

    @property
    def refusal(self) -> str:
        """Why a picture gave no zone; empty where none was asked."""
        return "; ".join(check.why for check in self.checks) if self.text is None else ""


def printed_zone(path: Path, today: date) -> PrintedZone:
    """The printed zone from a file: a text, or a picture.

    Args:
        path: a text file ends with ``.txt``; all others are pictures.
        today: fixes the centuries of its dates.

    Raises:
        ConsentryError: it is neither. A picture whose zone is refused is no error: that is told as a check.
    """
    if path.suffix.lower() == TEXT:
        try:
            return PrintedZone(path.read_bytes()[:_LONGEST_ZONE].decode("ascii"))
        except (OSError, UnicodeDecodeError) as error:
            raise ConsentryError(f"{path}: expected the lines of a zone as text: {error}") from error
    try:
        picture = read_picture(path)
    except SourceError as error:
        raise ConsentryError(f"{error}; a text with the lines of the zone has a name that ends with {TEXT}") from error
    reading = MrzReader().read(picture, today)
    if reading.settled is None:
        why = f"the zone was not read from the picture: {reading.why}"
        return PrintedZone(None, (Check(_NAME, Outcome.UNDETERMINED, why, _CLAUSE),))
    check = Check(_NAME, Outcome.SUCCESSFUL, f"read from the picture, {_repaired(reading.settled)}", _CLAUSE)
    return PrintedZone("\n".join(reading.settled.mrz.lines), (check,))


def _repaired(settled: Settled) -> str:
    """What was repaired: where and why, never what stands there."""
    places = [f"line {one.line}, character {one.column} ({one.why})" for one in settled.repairs]
    return f"repaired: {'; '.join(places)}" if places else "nothing repaired"
