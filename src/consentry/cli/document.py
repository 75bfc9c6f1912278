"""``consentry document``: what a travel document says, and whether it is what it says."""

import typer

from consentry.cli.document_check import check
from consentry.cli.document_mrz import mrz

document_group = typer.Typer(no_args_is_help=True, help="Travel documents: read them, and prove them genuine.")
document_group.command("check")(check)
document_group.command("mrz")(mrz)
