"""``consentry models`` and ``consentry footage``: what there is, where it lies, how to get it, whether it is right."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from consentry.app.networks_in_use import Networks, choose_networks
from consentry.app.settings_tables import ModelsTable
from consentry.backends.manifest import MODELS, Role, Supply, SupplyFile, manifest, model_sets
from consentry.backends.pulling import Pull
from consentry.backends.supplies import Verdict, locate, verify
from consentry.core.errors import ConsentryError, StorageError, SupplyError

Names = Annotated[list[str] | None, typer.Argument(help="Names of supplies, as list shows them.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
Screening = Annotated[bool, typer.Option("--screening", help="Without NAMES: those that a touchpoint needs.")]

_STANDARD = "standard"
"""The set that a bare ``pull`` brings."""

models_group = typer.Typer(no_args_is_help=True, help="The neural networks: what there is, and how to get it.")
footage_group = typer.Typer(no_args_is_help=True, help="Sample clips: what there is, and how to get it.")


@models_group.command("list")
def list_models(as_json: AsJson = False) -> None:
    """List the models of the manifest: role, set, licence, size, where each lies; and which set would be used now."""
    now = choose_networks(ModelsTable())
    if as_json:
        # The words begin with the set's name: basic where anything of the standard set is lacking.
        head = {"set": now.why.partition(" ")[0], "persons": now.person, "faces": now.face, "why": now.why}
        typer.echo(json.dumps(head | {"models": [_row(one) for one in _of(MODELS)]}, indent=2))
        return
    _show(_of(MODELS))
    typer.echo(f"\nwould be used now: {now.why}")


@footage_group.command("list")
def list_footage(as_json: AsJson = False) -> None:
    """List the sample clips of the manifest: licence, size, where each lies."""
    if as_json:
        typer.echo(json.dumps({"footage": [_row(one) for one in _of({Role.FOOTAGE})]}, indent=2))
        return
    _show(_of({Role.FOOTAGE}))


@models_group.command("pull")
def pull_models(names: Names = None, screening: Screening = False) -> None:
    """Pull models into the store, from the mirrors and else from upstream; without NAMES what a watch needs.

    Broken off, it goes on where it was. Exit codes: 0 all are at hand, 1 one could not be had, 2 not understood.
    """
    _pull(_named(names or list(_standard(screening=screening)), MODELS))


@footage_group.command("pull")
def pull_footage(names: Names = None) -> None:
    """Pull sample clips into the store, from the mirrors and else from upstream; without NAMES all of them.

    Broken off, it goes on where it was. Exit codes: 0 all are at hand, 1 one could not be had, 2 not understood.
    """
    _pull(_named(names or [one.name for one in _of({Role.FOOTAGE})], {Role.FOOTAGE}))


@models_group.command("verify")
def verify_models(names: Names = None, screening: Screening = False, as_json: AsJson = False) -> None:
    """Hash every copy of every model and name what is altered or missing.

    Exit codes: 0 what is needed is right and nothing is altered, 1 something is altered, or missing and needed (of
    those in NAMES every one is needed, else those of the set that would be used now), 2 not understood.
    """
    if names:
        needed = {one.name for one in _named(names, MODELS)}
    else:
        needed = set(_standard(screening=True)) if screening else _used(choose_networks(ModelsTable()))
    _verify(names or [one.name for one in _of(MODELS)], needed, as_json=as_json)


@footage_group.command("verify")
def verify_footage(names: Names = None, as_json: AsJson = False) -> None:
    """Hash every copy of every clip and name what is altered or missing.

    Exit codes: 0 nothing is altered and of those in NAMES none is missing, 1 otherwise, 2 not understood.
    """
    needed = {one.name for one in _named(names or [], {Role.FOOTAGE})}
    _verify(names or [one.name for one in _of({Role.FOOTAGE})], needed, as_json=as_json)


def _standard(*, screening: bool) -> tuple[str, ...]:
    """What the standard set needs to watch, or to screen: who watches is brought no model that compares faces."""
    standard = model_sets()[_STANDARD]
    return standard.screening if screening else standard.supplies


def _of(roles: set[Role] | frozenset[Role]) -> list[Supply]:
    return [one for one in manifest().values() if one.role in roles]


def _named(names: list[str], roles: set[Role] | frozenset[Role]) -> list[Supply]:
    """The supplies named; one of the other group is as unknown as one that does not exist."""
    known = {one.name: one for one in _of(roles)}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SupplyError(f"expected names of {', '.join(known)}; came {', '.join(map(repr, unknown))}")
    return [known[name] for name in dict.fromkeys(names)]


def _used(now: Networks) -> set[str]:
    return {name for name in (now.person, now.face) if name in manifest()}


def _sets_of(name: str) -> list[str]:
    return [one.name for one in model_sets().values() if name in (*one.supplies, *one.screening)]


def _row(one: Supply) -> dict[str, Any]:
    """What a program may want to know of a supply."""
    try:
        where, trouble = [str(path) for path in locate(one.name).paths], ""
    except SupplyError as error:
        where, trouble = [], str(error)
    return {
        "name": one.name,
        "role": one.role.value,
        "sets": _sets_of(one.name),
        "licence": one.licence,
        "bytes": one.size,
        "at_hand": not trouble,
        "paths": where,
        "trouble": trouble,
        "source": one.source,
        "files": [{"name": f.name, "url": f.url, "bytes": f.size, "sha256": f.sha256} for f in one.files],
    }


def _show(supplies: list[Supply]) -> None:
    rows = [("name", "role", "set", "licence", "size", "where")]
    for one in supplies:
        told = _row(one)
        where = told["paths"][0] if told["at_hand"] else _absent(one)
        sets = ", ".join(told["sets"]) or "-"
        rows.append((one.name, one.role.value, sets, one.licence, f"{one.size / 1e6:.1f} MB", where))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        typer.echo("  ".join([*cells, row[-1]]).rstrip())


def _absent(one: Supply) -> str:
    altered = [verdict.path for verdict in verify([one.name]) if verdict.path is not None and verdict.trouble]
    return f"ALTERED: {altered[0]}" if altered else "not at hand"


def _pull(wanted: list[Supply]) -> None:
    errors = Console(stderr=True, soft_wrap=True)
    failed = []
    with _progress(errors) as shown:
        pull = Pull(shown, lambda text: errors.print(f"[yellow]{escape(text)}[/]", highlight=False))
        for one in wanted:
            try:
                located = pull.pull(one.name)
            except StorageError:
                raise  # the next one would meet the same disk
            except SupplyError as error:
                failed.append((one, error))
            else:
                typer.echo(f"{one.name}: {', '.join(map(str, located.paths))}")
    if failed:
        told = "\n".join(str(error) for _, error in failed)
        raise ConsentryError(f"{len(failed)} of {len(wanted)} could not be had\n{told}")


@contextmanager
def _progress(console: Console) -> Iterator[Any]:
    """A bar for each file on standard error; none where that is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def shown(file: SupplyFile, size: int) -> None:
            if file.name not in tasks:
                tasks[file.name] = bars.add_task(escape(file.name), total=file.size)
            bars.update(tasks[file.name], completed=size)

        yield shown


def _verify(names: list[str], needed: set[str], *, as_json: bool) -> None:
    verdicts = verify(names)
    bad = [one for one in verdicts if one.trouble and (one.path is not None or one.supply in needed)]
    if as_json:
        told = [_verdict(one) | {"needed": one.supply in needed} for one in verdicts]
        typer.echo(json.dumps({"good": not bad, "files": told}, indent=2))
    else:
        for one in verdicts:
            where = "" if one.path is None else f" at {one.path}"
            why = f": {one.trouble}" if one.path is not None and one.trouble else ""
            need = "" if one.path is not None else f" ({'needed' if one.supply in needed else 'not needed now'})"
            typer.echo(f"{_standing(one):8} {one.supply}: {one.file}{where}{why}{need}")
    if bad:
        raise ConsentryError("\n".join(_advice(one) for one in bad))


def _standing(one: Verdict) -> str:
    if not one.trouble:
        return "right"
    return "missing" if one.path is None else "altered"


def _verdict(one: Verdict) -> dict[str, Any]:
    return {
        "supply": one.supply,
        "file": one.file,
        "path": None if one.path is None else str(one.path),
        "standing": _standing(one),
        "trouble": one.trouble,
    }


def _advice(one: Verdict) -> str:
    if one.path is None:
        return one.trouble
    return f"{one.path} is not what the manifest names ({one.trouble}): it is never loaded; replace or remove it"
