"""``consentry check``: is a settings file right, and what does it say."""

import json
import re
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from consentry.app.settings import Reading, describe, json_schema, read_site
from consentry.core.errors import Problem, SettingsError


def check(
    settings: Annotated[Path | None, typer.Argument(help="The site's settings.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Problems and warnings as one JSON document.")] = False,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of the settings and end.")] = False,
) -> None:
    """Check a site's settings: all mistakes at once, each with its line; if there is none, show what is set.

    Exit codes: 0 good (there may be warnings), 1 problems, 2 the command line was not understood.
    """
    if schema:
        typer.echo(json.dumps(json_schema(), indent=2))
        return
    if settings is None:
        raise typer.BadParameter("expected the path of a settings file, or --schema", param_hint="SETTINGS")
    reading = read_site(settings)
    if as_json:
        typer.echo(json.dumps(_document(reading, settings), indent=2))
        raise typer.Exit(0 if reading.site is not None else 1)
    if reading.site is None:
        raise SettingsError(reading.problems)
    typer.echo(describe(reading.site), nl=False)
    _warn(reading.warnings)


def _warn(warnings: tuple[Problem, ...]) -> None:
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    for warning in warnings:
        console.print(f"[bold yellow]warning:[/] {escape(warning.place)}\n    {escape(warning.why)}")
        console.print(f"    [green]-> {escape(warning.remedy)}[/]")


def _document(reading: Reading, path: Path) -> dict[str, object]:
    return {
        "file": str(path),
        "good": reading.site is not None,
        "problems": [_told(problem, path) for problem in reading.problems],
        "warnings": [_told(warning, path) for warning in reading.warnings],
    }


def _told(problem: Problem, path: Path) -> dict[str, object]:
    """A problem in parts: its place as a person reads it is ``site.toml:12: camera[0].zone[1]``."""
    rest = problem.place.removeprefix(str(path)).removeprefix(path.name)
    found = re.match(r":(\d+)", rest)
    return {
        "file": str(path),
        "line": int(found[1]) if found else None,
        "place": rest[found.end() if found else 0 :].lstrip(": "),
        "why": problem.why,
        "remedy": problem.remedy,
    }
