"""``consentry check``: is a settings file right, and what does it say."""

from pathlib import Path
from typing import Annotated

import typer

from consentry.app.settings import describe, load_site


def check(settings: Annotated[Path, typer.Argument(help="The site's settings.")]) -> None:
    """Check a site's settings: all mistakes at once, each with its line; if there is none, show what is set.

    Exit codes: 0 good, 1 problems, 2 the command line was not understood.
    """
    typer.echo(describe(load_site(settings)))
