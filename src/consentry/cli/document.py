"""``consentry document``: is a travel document what it says it is."""

import typer

from consentry.cli.document_check import check

document_group = typer.Typer(no_args_is_help=True, help="Travel documents: prove them genuine.")


@document_group.callback()
def _document() -> None:
    """Keeps ``check`` a command of its own while there is no other."""


document_group.command("check")(check)
