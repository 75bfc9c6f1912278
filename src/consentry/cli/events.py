"""``consentry events``: what a watch told, listed and exported."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path
from typing import Annotated, Final, TextIO

import typer
from rich.console import Console
from rich.markup import escape

from consentry.backends.store import STORE_FILE, SqlStore, open_store
from consentry.cli.listing import show, write_csv, write_json
from consentry.cli.when import EXPECTED, site_zone, when
from consentry.core.errors import StorageError
from consentry.core.events import AlarmState
from consentry.ports import AlarmQuery

_SHOWN: Final = 100
"""Alarms in a table without --limit: some screens full. Programs get all."""
_WIDTH: Final = 200
"""Characters of a table that no terminal shows: a usual `why` fits on one line."""


def events(
    folder: Annotated[Path, typer.Argument(help="The output folder of a watch.")] = Path("out"),
    *,
    since: Annotated[str | None, typer.Option(help=f"Not before: {EXPECTED.removeprefix('expected ')}.")] = None,
    until: Annotated[str | None, typer.Option(help="Before this time, likewise.")] = None,
    camera: Annotated[str | None, typer.Option(help="Only of this camera.")] = None,
    hazard: Annotated[str | None, typer.Option(help="Only of this hazard, such as loitering.")] = None,
    state: Annotated[
        AlarmState | None, typer.Option(help="Only those that opened, or only those that cleared.")
    ] = None,
    incident: Annotated[str | None, typer.Option(help="Only of this incident.")] = None,
    watch: Annotated[int | None, typer.Option(help="Only of the watch with this number.", min=1)] = None,
    limit: Annotated[
        int | None, typer.Option(help=f"The newest so many; a table shows {_SHOWN} if not told.", min=1)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="A table for spreadsheets.")] = False,
    output: Annotated[Path | None, typer.Option(help="Write to this file instead of standard output.")] = None,
) -> None:
    """List the alarms that a watch kept, the newest at the end; also while it runs.

    Example: consentry events out --since 2h --hazard loitering --csv --output loitering.csv

    Exit codes: 0 listed (also when there are none), 1 there are no events to read, 2 the command line is not clear.
    """
    if as_json and as_csv:
        raise typer.BadParameter("choose one of the two", param_hint="--json, --csv")
    if output is not None and _is_store(output, folder):
        raise typer.BadParameter("that is the file of events itself; name another", param_hint="--output")
    with open_store(folder) as store:
        zone = site_zone(store.watches())
        query = AlarmQuery(
            since=_time("--since", since, zone),
            until=_time("--until", until, zone),
            camera=camera,
            hazard=hazard,
            state=None if state is None else state.value,
            limit=limit,
            incident=incident,
            watch=watch,
        )
        with _stream(output) as stream:
            if as_json:
                write_json(store.each(query), stream)
            elif as_csv:
                write_csv(store.each(query), stream, zone)
            else:
                _table(store, query, stream, zone)


def _time(option: str, text: str | None, zone: tzinfo) -> float | None:
    try:
        return None if text is None else when(text, time.time(), zone)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error


def _table(store: SqlStore, query: AlarmQuery, stream: TextIO, zone: tzinfo) -> None:
    notes = Console(stderr=True, soft_wrap=True)
    # One more than shown tells whether there are older ones.
    shown = query.limit or _SHOWN
    found = store.alarms(replace(query, limit=shown + 1))
    if not found:
        notes.print(f"no alarm fits, of {_count(store)} kept in {escape(str(store.file.path))}")
        return
    newest = found[-shown:]
    console = Console(file=stream, width=None if stream.isatty() else _WIDTH)
    show(newest, console, zone)
    if query.limit is None and len(found) > shown:
        notes.print(f"the newest {shown} are shown; --limit shows more")
    watches = sorted({kept.watch for kept in newest if kept.watch is not None})
    if len(watches) > 1:
        notes.print(f"these are of watches {', '.join(map(str, watches))}; --watch {watches[-1]} shows one alone")


def _count(store: SqlStore) -> int:
    return sum(1 for _ in store.each(AlarmQuery()))


def _is_store(output: Path, folder: Path) -> bool:
    """Whether writing there would destroy the events, or the log beside them."""
    there = output.resolve()
    return there.parent == folder.resolve() and there.name.startswith(STORE_FILE)


@contextlib.contextmanager
def _stream(output: Path | None) -> Iterator[TextIO]:
    """Where to write.

    Raises:
        StorageError: the file, or what standard output leads to, does not take it.
    """
    try:
        if output is None:
            yield sys.stdout
            sys.stdout.flush()
        else:
            # newline "": CSV brings its own ends of lines.
            with output.open("w", encoding="utf-8", newline="") as file:
                yield file
    except BrokenPipeError:
        raise  # whoever read has gone: for main, which ends quietly
    except OSError as error:
        if output is None:  # else the interpreter tries again at its end, and tells in its own way
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        where = output or "to standard output"
        raise StorageError(
            f"expected to write {where}, the system said: {error.strerror}; name another file"
        ) from error
