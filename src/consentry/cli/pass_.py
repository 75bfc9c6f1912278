"""``consentry pass``: the touchpoints' common key, to which journey passes are sealed."""

from pathlib import Path
from typing import Annotated

import typer

from consentry.backends.group_keys import write_group_key

pass_group = typer.Typer(no_args_is_help=True, help="Journey passes: make the touchpoints' common key.")


@pass_group.callback()
def passes() -> None:
    """Journey passes: make the touchpoints' common key."""


@pass_group.command()
def keygen(
    out: Annotated[Path, typer.Option("--out", help="Folder for touchpoints.key and touchpoints.pub.")],
) -> None:
    """Make the pair of keys that passes are sealed to: touchpoints.key for touchpoints alone, touchpoints.pub to enrol.

    Example: consentry pass keygen --out keys

    Exit codes: 0 made, 1 a file is there already or cannot be written, 2 not understood.
    """
    private, public = out / "touchpoints.key", out / "touchpoints.pub"
    write_group_key(private, public)
    typer.echo(f"{private}\n{public}")
