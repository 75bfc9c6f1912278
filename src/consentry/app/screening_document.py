"""From what was laid on the reader to what the gate needs of it: verdict, date of birth, portrait, and no name."""

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from consentry.app.document_check import CheckedDocument, check_document
from consentry.app.document_page.words import sentence
from consentry.backends.portrait_decoder import PortraitDecoder
from consentry.backends.simulated_passport import SimulatedPassport
from consentry.core.errors import MalformedError
from consentry.document.checks import Verdict
from consentry.document.chip_session import read_chip
from consentry.document.lds import EF_COM, EF_SOD, file_of
from consentry.document.mrz import Mrz, parse_mrz
from consentry.document.mrz_dates import PartialDate
from consentry.touchpoints.egate_parts import PresentedDocument


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Laid:
    """A document, and where it came from."""

    document: PresentedDocument
    source: str
    """In words, nothing of the holder."""
    seconds: float
    """s that reading and inspecting took."""


def presented(checked: CheckedDocument) -> PresentedDocument:
    """What the gate needs of a document whose chip, or whose chip's files, were inspected."""
    return PresentedDocument(
        verdict=checked.report.verdict,
        why=sentence(checked.report),
        chip=True,
        birth=None if checked.zone is None else checked.zone.birth,
        portrait=None if checked.portrait is None else checked.portrait.image,
    )


def presented_print(zone: str | None, refusal: str, at: float) -> PresentedDocument:
    """What print alone gives: at best nothing that is wrong.

    Args:
        zone: its lines; None: they were not read.
        refusal: why not.
        at: s UTC.
    """
    try:
        read = None if zone is None else parse_mrz(zone, datetime.fromtimestamp(at, UTC).date())
    except MalformedError:
        return _print(Verdict.NOT_GENUINE, "What is printed is no machine readable zone.")
    if read is None:
        return _print(Verdict.UNDETERMINED, f"It was not read: {refusal}.")
    if wrong := _wrong(read, at):
        return _print(Verdict.NOT_GENUINE, wrong, read.birth)
    return _print(Verdict.UNDETERMINED, "Its check digits are right.", read.birth)


def _print(verdict: Verdict, why: str, birth: PartialDate | None = None) -> PresentedDocument:
    return PresentedDocument(verdict, why, chip=False, birth=birth, portrait=None)


def _wrong(zone: Mrz, at: float) -> str:
    today, last = datetime.fromtimestamp(at, UTC).date(), zone.expiry.last()
    if not zone.consistent:
        return "Wrong: its check digits."
    return f"Wrong: it expired before {today}." if last is not None and last < today else ""


def read_simulated(passport: SimulatedPassport, at: float, decoder: PortraitDecoder) -> Laid:
    """Read a simulated passport through its chip, as any other is read, and inspect it under its own state alone."""
    begun = time.monotonic()
    reading = read_chip(passport.chip.transmit, [passport.password], os.urandom)
    files = {file_of(number): file for number, file in reading.groups.items()}
    files |= {name: file for name, file in ((EF_COM, reading.com), (EF_SOD, reading.sod)) if file is not None}
    checked = check_document(
        files,
        passport.trusted,
        at,
        decoder,
        optical_mrz="\n".join(passport.mrz),
        chip_checks=reading.checks,
    )
    return Laid(presented(checked), "a SIMULATED passport of Utopia, worth nothing elsewhere", time.monotonic() - begun)
