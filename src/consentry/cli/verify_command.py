"""``consentry verify``: the same as ``python -m consentry.cli.verify``, among the other commands."""

import json
from pathlib import Path
from typing import Annotated

import typer

from consentry.cli.verify import run, tell


def verify(
    what: Annotated[str, typer.Argument(help="Folder or address of a published log, or a .tlog-proof file.")],
    policy: Annotated[Path, typer.Option(help="Whom you believe: a file as C2SP tlog-policy has it.")],
    since: Annotated[Path | None, typer.Option(help="Checkpoint that you kept from earlier.")] = None,
    entry: Annotated[Path | None, typer.Option(help="The entry that a proof is of.")] = None,
    record: Annotated[Path | None, typer.Option(help="The record that the entry stands for; with --salt.")] = None,
    salt: Annotated[str | None, typer.Option(help="64 hexadecimal digits that bind the record.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Check a log, or a proof from it, without trusting who published it. Needs no installation beside the ledger.

    Examples:
      consentry verify https://airport.example/log --policy policy.txt --since checkpoint-of-may
      consentry verify erasure.tlog-proof --policy policy.txt --entry erasure.entry

    Exit codes: 0 it holds, 1 it does not or could not be checked, 2 not understood.
    """
    found = run(what, policy, since, entry, record, salt)
    typer.echo(json.dumps(found, indent=2) if as_json else tell(found))
