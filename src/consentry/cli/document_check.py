"""``consentry document check``: is it what it says, and what could not be proved."""

import json
import os
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from consentry.app.document_check import CheckedDocument, check_document
from consentry.app.document_details import Section, details_json, further_sections, zone_rows
from consentry.app.document_page import write_document_page
from consentry.app.document_page.words import OUTCOMES, grouped, sentence
from consentry.backends.chip_folder import read_chip_folder
from consentry.backends.portrait_decoder import PortraitDecoder
from consentry.backends.reader import PcscReader
from consentry.backends.trust_folder import TrustFolder
from consentry.cli.document_mrz_print import PrintedZone, printed_zone
from consentry.cli.when import when
from consentry.core.errors import ConsentryError
from consentry.document.card_security import authenticate_card_security
from consentry.document.checks import Check, Verdict
from consentry.document.chip_session import ChipReading, read_chip
from consentry.document.key_derivation import CanKey, MrzKey, Password
from consentry.document.lds import EF_COM, EF_SOD, file_of
from consentry.document.mrz import parse_mrz
from consentry.document.trust import TrustStore

EXITS = {Verdict.GENUINE: 0, Verdict.NOT_GENUINE: 3, Verdict.UNDETERMINED: 4}
"""0 only where everything essential was proved, so that a script that goes on after success goes on after nothing else.
1 and 2 keep their meaning of all commands: nothing was decided."""


@dataclass(frozen=True, slots=True)
class _Came:
    """What was read of a document."""

    files: dict[int, bytes]
    checks: tuple[Check, ...]
    source: str


def check(
    *,
    trust: Annotated[Path, typer.Option(help="Folder of trusted certificates: see consentry trust.")],
    chip: Annotated[Path | None, typer.Option(help="Folder with files of the chip: ef0101.bin, EF_SOD.bin ...")] = None,
    reader: Annotated[bool, typer.Option("--reader", help="Read the chip that lies on the PC/SC reader.")] = False,
    mrz: Annotated[
        Path | None, typer.Option(help="The printed zone: a picture of it, or its lines in a .txt file.")
    ] = None,
    can: Annotated[str | None, typer.Option(help="Card access number, for --reader.")] = None,
    at: Annotated[str | None, typer.Option(help="The day that is asked about, 2026-11-25; now if not told.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Verdict and checks as one JSON object.")] = False,
    details: Annotated[
        bool, typer.Option("--details", help="Also show what the chip says of holder and document: names, numbers.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(help="Also write a page for an officer; it shows face and name.", dir_okay=False)
    ] = None,
) -> None:
    """Check a travel document: signature, signer, contents, print, portrait, copy; each with its reason.

    Example: consentry document check --chip passport --trust trust --mrz passport.jpg

    Exit codes: 0 genuine, 3 not genuine, 4 undetermined, 1 could not be done, 2 the command line was not understood.
    """
    if (chip is None) is not reader:
        raise typer.BadParameter("name a folder with --chip, or ask for --reader: one of the two")
    now = time.time() if at is None else _moment(at)
    trusted = TrustFolder(trust).load()
    store = trusted.report.store
    printed = PrintedZone() if mrz is None else printed_zone(mrz, _day(now))
    came = _from_reader(printed, can, now, store) if chip is None else _from_folder(chip)
    with PortraitDecoder() as decoder:
        document = check_document(
            came.files,
            store,
            now,
            decoder,
            optical_mrz=printed.text,
            chip_checks=(*printed.checks, *came.checks),
            faults=trusted.faults,
        )
    if html is not None:
        states = len({one.country for one in store.authorities})
        write_document_page(document, html, came.source, f"{len(store.authorities)} authorities of {states} countries")
    if as_json:
        told = _told(document) | ({"details": details_json(document.zone, document.further)} if details else {})
        typer.echo(json.dumps(told, indent=2))
    else:
        _show(document)
        if details:
            _show_details(document)
    raise typer.Exit(EXITS[document.report.verdict])


def _from_folder(folder: Path) -> _Came:
    return _Came(read_chip_folder(folder), (), f"the folder {folder.name}")


def _from_reader(printed: PrintedZone, can: str | None, now: float, store: TrustStore) -> _Came:
    passwords: list[Password] = [] if can is None else [CanKey(can)]
    if printed.text is not None:
        passwords.append(MrzKey.of(parse_mrz(printed.text, _day(now))))
    if not passwords:
        why = f"; {printed.refusal}" if printed.refusal else ""
        raise ConsentryError(f"the chip asks for what is printed: name --mrz with a picture or its text, or --can{why}")
    reader = PcscReader()
    try:
        reading = read_chip(reader.transmit, passwords, os.urandom)
    finally:
        reader.close()
    return came_from(reading, store, now)


def came_from(reading: ChipReading, store: TrustStore, now: float) -> _Came:
    """What a session with a chip gave, with the check of EF.CardSecurity that needs to know whom to trust."""
    files = {file_of(number): file for number, file in reading.groups.items()}
    files |= {name: file for name, file in ((EF_COM, reading.com), (EF_SOD, reading.sod)) if file is not None}
    signed = () if reading.card_security is None else (authenticate_card_security(reading.card_security, store, now),)
    return _Came(files, (*reading.checks, *signed), "the chip on the reader")


def _day(moment: float) -> date:
    return datetime.fromtimestamp(moment, UTC).date()


def _moment(text: str) -> float:
    """A day at noon, or a moment as other commands take it."""
    try:
        if len(text.strip()) == len("2026-11-25"):
            return datetime.fromisoformat(f"{text.strip()}T12:00:00+00:00").timestamp()
        return when(text, time.time(), UTC)
    except ValueError as error:
        raise typer.BadParameter(f"expected a day such as 2026-11-25, came {text!r}", param_hint="--at") from error


def _told(document: CheckedDocument) -> dict[str, Any]:
    """For programs: no name, number or picture."""
    report = document.report
    return {
        "verdict": report.verdict.value,
        "genuine": report.genuine,
        "why": sentence(report),
        "at": document.at,
        "checks": [
            {
                "name": row.check.name,
                "outcome": row.check.outcome.value,
                "essential": row.essential,
                "why": row.check.why,
                "clause": row.check.clause,
            }
            for group in grouped(report)
            for row in group.rows
        ],
    }


def _show(document: CheckedDocument) -> None:
    report = document.report
    for group in grouped(report):
        typer.echo(group.title)
        for row in group.rows:
            star = "*" if row.essential else " "
            typer.echo(f"  {OUTCOMES[row.check.outcome]:13} {star} {row.title}: {row.check.why} [{row.check.clause}]")
    typer.echo(f"\n{report.verdict.value.upper()}. {sentence(report)}")
    typer.echo("* without it nothing is called genuine")


def _show_details(document: CheckedDocument) -> None:
    typer.echo("\nWhat the chip says, proved as far as the checks above say")
    for section in (Section("Zone (DG1)", zone_rows(document.zone)), *further_sections(document.further)):
        typer.echo(section.title)
        for name, text in section.rows:
            typer.echo(f"  {name}: {text}")
