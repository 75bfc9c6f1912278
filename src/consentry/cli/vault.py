"""``consentry vault``: the key that all receipts' keys are wrapped under."""

from pathlib import Path
from typing import Annotated

import typer

from consentry.backends.vault import rotate
from consentry.backends.vault_key import read_vault_key, write_vault_key

vault_group = typer.Typer(no_args_is_help=True, help="The key vault: make its key, and wrap all keys under a new one.")


@vault_group.command()
def keygen(out: Annotated[Path, typer.Option("--out", help="File for the key; it opens everything held.")]) -> None:
    """Make a key-encryption key in a file that only you can read. Keep it on another disk than the vault.

    Example: consentry vault keygen --out keys/vault.key

    Exit codes: 0 made, 1 the file is there already or cannot be written, 2 not understood.
    """
    write_vault_key(out)
    typer.echo(str(out))


@vault_group.command("rotate")
def rotate_keys(
    folder: Annotated[Path, typer.Argument(help="The vault's folder.")],
    old: Annotated[Path, typer.Option("--old", help="The key's file so far.")],
    new: Annotated[Path, typer.Option("--new", help="The new key's file (consentry vault keygen).")],
) -> None:
    """Wrap every receipt's key under a new key, so that what a disk kept of destroyed keys opens for nobody.

    An SSD may keep what was overwritten: keys wrapped under the old key. Destroy the old key's file afterwards.

    Exit codes: 0 done, 1 the vault is open somewhere, the old key is not its key, or the disk failed, 2 not understood.
    """
    count = rotate(folder, read_vault_key(old), read_vault_key(new))
    typer.echo(f"{count} keys wrapped under {new}; now destroy {old}, and every copy of it")
