"""Which document ``consentry screen`` looks at: a folder, a chip on a reader, a simulated passport, print alone."""

import os
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import typer

from consentry.app.document_check import check_document
from consentry.app.screening_document import Laid, presented, presented_print, read_simulated
from consentry.backends.chip_folder import read_chip_folder
from consentry.backends.face_pictures import read_face_picture
from consentry.backends.portrait_decoder import PortraitDecoder
from consentry.backends.reader import PcscReader
from consentry.backends.simulated_passport import simulated_passport
from consentry.backends.trust_folder import TrustFolder
from consentry.cli.document_check import came_from
from consentry.cli.document_mrz_print import PrintedZone, printed_zone
from consentry.core.errors import ConsentryError
from consentry.document.checks import Check
from consentry.document.chip_session import read_chip
from consentry.document.key_derivation import CanKey, MrzKey, Password
from consentry.document.mrz import parse_mrz
from consentry.document.trust import TrustStore


@dataclass(frozen=True, slots=True)
class Ways:
    """What was named on the command line."""

    chip: Path | None
    simulated: Path | None
    mrz: Path | None
    can: str | None = field(repr=False)
    trust: Path | None
    reader: bool

    def check(self) -> None:
        """Whether it is one document.

        Raises:
            BadParameter: it is none, or more than one, or nobody says whom to trust.
        """
        named = (self.chip is not None) + (self.simulated is not None) + self.reader
        if named > 1 or (not named and self.mrz is None):
            raise typer.BadParameter("name one document: --chip, --reader, --simulated, or --mrz alone")
        if (self.chip is not None or self.reader) and self.trust is None:
            raise typer.BadParameter("--chip and --reader need --trust: the folder of consentry trust import")


def lay(ways: Ways, now: float) -> Laid:
    """Read and inspect it.

    Args:
        ways: what was named.
        now: the moment that is asked about, s UTC.

    Raises:
        ConsentryError: it could not be read at all.
    """
    begun = time.monotonic()
    if ways.simulated is not None:
        passport = simulated_passport(read_face_picture(ways.simulated), now)
        with PortraitDecoder() as decoder:
            return read_simulated(passport, now, decoder)
    printed = PrintedZone() if ways.mrz is None else printed_zone(ways.mrz, _day(now))
    if ways.trust is None or (ways.chip is None and not ways.reader):
        one = presented_print(printed.text, printed.refusal, now)
        return Laid(one, "print alone", time.monotonic() - begun)
    trusted = TrustFolder(ways.trust).load()
    store = trusted.report.store
    if ways.chip is None:
        files, checks = _from_reader(printed, ways.can, now, store)
        source = "the chip on the reader"
    else:
        files, checks, source = read_chip_folder(ways.chip), (), f"the folder {ways.chip.name}"
    with PortraitDecoder() as decoder:
        checked = check_document(
            files,
            store,
            now,
            decoder,
            optical_mrz=printed.text,
            chip_checks=(*printed.checks, *checks),
            faults=trusted.faults,
        )
    return Laid(presented(checked), source, time.monotonic() - begun)


def _from_reader(
    printed: PrintedZone, can: str | None, now: float, store: TrustStore
) -> tuple[dict[int, bytes], tuple[Check, ...]]:
    passwords: list[Password] = [] if can is None else [CanKey(can)]
    if printed.text is not None:
        passwords.append(MrzKey.of(parse_mrz(printed.text, _day(now))))
    if not passwords:
        why = f"; {printed.refusal}" if printed.refusal else ""
        raise ConsentryError(f"the chip asks for what is printed: name --mrz with a picture or its text, or --can{why}")
    reader = PcscReader()
    try:
        came = came_from(read_chip(reader.transmit, passwords, os.urandom), store, now)
    finally:
        reader.close()
    return came.files, came.checks


def _day(moment: float) -> date:
    return datetime.fromtimestamp(moment, UTC).date()
