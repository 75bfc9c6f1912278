"""``consentry report``: the page that tells what a watch saw."""

import json
from pathlib import Path
from typing import Annotated

import typer

from consentry.app.report import PAGE, write_report
from consentry.backends.store import open_store


def report(
    out: Annotated[Path, typer.Argument(help="The watch's output folder.")] = Path("out"),
    output: Annotated[
        Path | None, typer.Option(help=f"Where the page goes; without it, {PAGE} in the folder.", dir_okay=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Tell where the page is as one JSON object.")] = False,
) -> None:
    """Write what a watch saw, told and missed into one page that needs nothing but a browser; print its address.

    Example: consentry report out

    Exit codes: 0 written, 1 there is no watch to tell of or the page could not be written, 2 the command line is wrong.
    """
    with open_store(out) as store:
        page = write_report(store, out, output).resolve()
    address = page.as_uri()
    typer.echo(json.dumps({"report": address, "bytes": page.stat().st_size}) if as_json else address)
