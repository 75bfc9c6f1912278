"""``consentry document mrz``: the machine readable zone out of a picture."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from consentry.backends.document_pictures import read_picture
from consentry.backends.mrz_reader import MrzReader
from consentry.core.errors import ConsentryError
from consentry.document.mrz_repair import Settled


def mrz(
    image: Annotated[Path, typer.Argument(help="A picture of the document: a scan or a photo, in any quarter turn.")],
    today: Annotated[
        str, typer.Option(metavar="DATE", help="YYYY-MM-DD: fixes the centuries of the dates; else today's date (UTC).")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Read the machine readable zone from a picture, and say what was repaired; what is not certain is refused.

    Exit codes: 0 read, every check digit right; 1 refused, or no picture; 2 not understood.
    """
    day = _day(today)
    reading = MrzReader().read(read_picture(image), day)
    if as_json:
        told = {"read": reading.settled is not None, "why": reading.why}
        told |= {} if reading.settled is None else _told(reading.settled)
        typer.echo(json.dumps(told, indent=2))
    if reading.settled is None:
        raise ConsentryError(f"{image}: the zone was not read: {reading.why}. Take a sharper picture, or type it in")
    if not as_json:
        _show(reading.settled)


def _day(text: str) -> date:
    if not text:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"expected a date YYYY-MM-DD, came {text!r}", param_hint="--today") from error


def _told(settled: Settled) -> dict[str, Any]:
    """What a program may want to know."""
    zone = settled.mrz
    return {
        "layout": zone.layout,
        "lines": list(zone.lines),
        "code": zone.code,
        "issuer": zone.issuer,
        "primary": zone.names.primary,
        "secondary": zone.names.secondary,
        "truncated": zone.names.truncated,
        "number": zone.number,
        "nationality": zone.nationality,
        "birth": str(zone.birth),
        "sex": zone.sex,
        "expiry": str(zone.expiry),
        "optional": list(zone.optional),
        "checks": {check.name: check.right for check in zone.checks},
        "repairs": [
            {"line": one.line, "column": one.column, "was": one.was, "became": one.became, "why": one.why}
            for one in settled.repairs
        ],
        "surety": round(settled.surety, 4),
    }


def _show(settled: Settled) -> None:
    zone = settled.mrz
    for line in zone.lines:
        typer.echo(line)
    typer.echo("")
    names = f"{zone.names.primary}, {zone.names.secondary}".removesuffix(", ")
    rows = [
        ("document", f"{zone.layout} {zone.code}, {zone.issuer}, number {zone.number}"),
        ("holder", names + (" (cut short)" if zone.names.truncated else "")),
        ("", f"{zone.nationality}, {zone.sex}, born {zone.birth}"),
        ("expiry", str(zone.expiry)),
        ("optional", ", ".join(text for text in zone.optional if text) or "-"),
        ("check digits", ", ".join(f"{check.name} right" for check in zone.checks)),
        ("repaired", "nothing" if not settled.repairs else f"{len(settled.repairs)} characters"),
    ]
    for name, text in rows:
        typer.echo(f"{name:13} {text}")
    for repair in settled.repairs:
        typer.echo(f"{'':13} {repair}")
    typer.echo(f"{'least sure':13} {settled.surety:.1%} of what no check digit covers (names, kind, codes of states)")
