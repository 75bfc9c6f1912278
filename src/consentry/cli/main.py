"""The command: parse, call, show. A person's mistake gives a sentence, not a trace."""

import os
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from consentry import __version__
from consentry.cli.check import check
from consentry.cli.demo import demo
from consentry.cli.desk import desk_group
from consentry.cli.document import document_group
from consentry.cli.dossier import dossier
from consentry.cli.enrol import enrol
from consentry.cli.evaluate import evaluate_group
from consentry.cli.events import events
from consentry.cli.face import face_group
from consentry.cli.kiosk import kiosk
from consentry.cli.log import log_group
from consentry.cli.pass_ import pass_group
from consentry.cli.report import report
from consentry.cli.screen import screen
from consentry.cli.supplies import footage_group, models_group
from consentry.cli.touchpoint import touchpoint
from consentry.cli.trust import trust_group
from consentry.cli.vault import vault_group
from consentry.cli.verify_command import verify
from consentry.cli.watch import watch
from consentry.core.errors import ConsentryError, SettingsError

EXIT_FAILED = 1
"""Something could not be done; the message says what to do about it."""
EXIT_USAGE = 2
"""The command line was not understood."""

app = typer.Typer(
    name="consentry",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Watch CCTV for dangerous situations: anonymously, on your own machine.",
    epilog="Exit codes: 0 done, 1 something could not be done, 2 the command line was not understood.",
)
app.command()(watch)
app.command()(demo)
app.command()(check)
app.command()(events)
app.command()(report)
app.command()(dossier)
app.command()(screen)
app.command()(verify)
app.command()(kiosk)
app.command()(touchpoint)
app.command()(enrol)
app.add_typer(desk_group, name="desk")
app.add_typer(document_group, name="document")
app.add_typer(trust_group, name="trust")
app.add_typer(face_group, name="face")
app.add_typer(evaluate_group, name="evaluate")
app.add_typer(log_group, name="log")
app.add_typer(pass_group, name="pass")
app.add_typer(vault_group, name="vault")
app.add_typer(models_group, name="models")
app.add_typer(footage_group, name="footage")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"consentry {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Consentry: screens, identifies with consent, watches anonymously, proves to outsiders."""
    del version


def main() -> None:
    """Run the command; exit codes as in the epilog."""
    console = Console(stderr=True, soft_wrap=True)  # a log keeps its lines; a terminal wraps them itself
    try:
        app()
    except SettingsError as error:
        for problem in error.problems:
            console.print(f"[bold red]{escape(problem.place)}[/]\n    {escape(problem.why)}")
            console.print(f"    [green]-> {escape(problem.remedy)}[/]")
        console.print(f"{len(error.problems)} problem(s) in the settings; nothing was started")
        sys.exit(EXIT_FAILED)
    except ConsentryError as error:
        console.print(f"[bold red]consentry:[/] {escape(str(error))}")
        sys.exit(EXIT_FAILED)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has gone: end quietly, as tools in a pipe do.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_FAILED)
