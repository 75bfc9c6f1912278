"""``consentry trust``: whose signatures an inspection believes."""

import json
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from consentry.backends.trust_files import read_root
from consentry.backends.trust_folder import Trusted, TrustFolder
from consentry.core.errors import BackendError, ConsentryError, MalformedError
from consentry.document.certificates import Certificate

_SOON_S = 365 * 86_400.0
"""s: a year, which is how long it takes a state to have its next authority known to all others."""

trust_group = typer.Typer(no_args_is_help=True, help="Whose signatures an inspection believes: states and publishers.")

Folder = Annotated[Path, typer.Option("--trust", help="The folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


@trust_group.command("import")
def import_files(
    files: Annotated[
        list[Path], typer.Argument(help="Certificates; master, revocation, deviation, defect lists; DER or PEM.")
    ],
    root: Annotated[
        list[str] | None,
        typer.Option(help="Root of a publisher of master or defect lists: its file, or its SHA-256 as it tells it."),
    ] = None,
    trust: Folder = Path("trust"),
) -> None:
    """Import what is to be trusted. A certificate given by hand is trusted because you say so: compare it first.

    Example: consentry trust import DE_ML.ml --root DE_ROOT_CSCA.cer

    Exit codes: 0 all are there, 1 one could not be imported (the others were), 2 the command line was not understood.
    """
    folder, roots, failed = TrustFolder(trust), [read_root(text) for text in root or ()], []
    for path in files:
        try:
            entry, fresh = folder.add(path, roots, time.time())
        except (MalformedError, BackendError) as error:
            failed.append(str(error))
            continue
        typer.echo(f"{'imported' if fresh else 'already there'}: {path.name}: {entry.told}, SHA-256 {entry.sha256}")
    if failed:
        raise ConsentryError("\n".join([f"{len(failed)} of {len(files)} could not be imported", *failed]))


@trust_group.command("list")
def list_trusted(trust: Folder = Path("trust"), as_json: AsJson = False) -> None:
    """Count the trusted authorities by country and expiry; name what was imported."""
    trusted, now = TrustFolder(trust).load(), time.time()
    rows = _countries(trusted, now)
    if as_json:
        typer.echo(json.dumps(_overview(trusted, rows, now), indent=2))
        return
    typer.echo(f"{'country':8} {'valid':>6} {'ends within a year':>19} {'expired':>8}  {'last ends':10}")
    for row in rows:
        cells = f"{row['country']:8} {row['valid']:6} {row['soon']:19} {row['expired']:8}"
        typer.echo(f"{cells}  {_day(row['last_end'])}")
    store = trusted.report.store
    valid = sum(row["valid"] for row in rows)
    typer.echo(f"\n{len(store.authorities)} authorities of {len(rows)} countries, {valid} valid today")
    for entry in trusted.entries:
        typer.echo(f"{_day(entry.imported)} {entry.told} ({entry.source}, SHA-256 {entry.sha256[:16]})")
    _warn(trusted)


@trust_group.command("show")
def show_country(
    country: Annotated[str, typer.Argument(help="Two letters, such as DE.")],
    trust: Folder = Path("trust"),
    as_json: AsJson = False,
) -> None:
    """Show the trusted authorities of a country.

    Exit codes: 0 shown, 1 there are none, 2 the command line was not understood.
    """
    trusted, now, wanted = TrustFolder(trust).load(), time.time(), country.upper()
    found = sorted((one for one in trusted.report.store.authorities if one.country == wanted), key=lambda one: -one.end)
    if not found:
        there = ", ".join(sorted({one.country for one in trusted.report.store.authorities}))
        raise ConsentryError(f"no authority of {wanted} is trusted; there are those of {there}")
    if as_json:
        typer.echo(json.dumps([_authority(one, trusted, now) for one in found], indent=2))
        return
    for one in found:
        standing = "valid" if one.valid(now) else "expired" if one.end < now else "not yet valid"
        explicit = ", curve written out" if one.key.explicit else ""
        typer.echo(
            f"{standing:13} {_day(one.begin)} to {_day(one.end)}  {one.key.name}{explicit}, serial {one.serial:x}"
        )
        typer.echo(f"              SHA-256 {one.fingerprint}")
        typer.echo(f"              from {trusted.report.store.sources[one.fingerprint]}")


def _countries(trusted: Trusted, now: float) -> list[dict[str, Any]]:
    by_country: dict[str, list[Certificate]] = {}
    for one in trusted.report.store.authorities:
        by_country.setdefault(one.country or "??", []).append(one)
    return [
        {
            "country": country,
            "valid": sum(one.valid(now) for one in them),
            "soon": sum(one.valid(now) and one.end - now < _SOON_S for one in them),
            "expired": sum(one.end < now for one in them),
            "last_end": max(one.end for one in them),
        }
        for country, them in sorted(by_country.items())
    ]


def _overview(trusted: Trusted, rows: list[dict[str, Any]], now: float) -> dict[str, Any]:
    store = trusted.report.store
    keys = Counter(one.key.name for one in store.authorities)
    return {
        "authorities": len(store.authorities),
        "valid": sum(one.valid(now) for one in store.authorities),
        "countries": rows,
        "keys": dict(sorted(keys.items())),
        "refused": [{"certificate": one.fingerprint, "why": why} for one, why in trusted.report.refused],
        "revocation_lists": len(store.lists),
        "revocation_lists_not_signed": trusted.report.unsigned,
        "imported": [
            {"kind": one.kind.value, "told": one.told, "source": one.source, "at": one.imported, "sha256": one.sha256,
             "root": one.root}
            for one in trusted.entries
        ],
    }  # fmt: skip


def _authority(one: Certificate, trusted: Trusted, now: float) -> dict[str, Any]:
    return {
        "country": one.country,
        "serial": f"{one.serial:x}",
        "sha256": one.fingerprint,
        "key": one.key.name,
        "explicit": one.key.explicit,
        "begin": one.begin,
        "end": one.end,
        "valid": one.valid(now),
        "source": trusted.report.store.sources[one.fingerprint],
    }


def _warn(trusted: Trusted) -> None:
    notes = Console(stderr=True, soft_wrap=True)
    for one, why in trusted.report.refused:
        notes.print(f"[yellow]not trusted:[/] {escape(repr(one))}: {why}")
    if trusted.report.unsigned:
        notes.print(f"[yellow]{trusted.report.unsigned} revocation list(s) that no trusted authority signed[/]")


def _day(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"
