"""``consentry demo``: watch a sample from beginning to end, then walk one traveller's journey from consent to proof."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from consentry.app.demo import choose_demo
from consentry.app.report import write_report
from consentry.app.wiring import Wishes
from consentry.backends.store import open_store
from consentry.cli.watch import run_and_show


def demo(
    out: Annotated[Path, typer.Option(help="Folder for the report, the evidence and the video.")] = Path("demo-out"),
    simulated: Annotated[
        bool, typer.Option("--simulated", help="Watch the simulated hall even if real footage is at hand.")
    ] = False,
    faces: Annotated[
        Path | None,
        typer.Option(help="Folder with NAME_neutral.jpg and NAME_smiling.jpg for the journey; else a drawn face."),
    ] = None,
    only: Annotated[str | None, typer.Option(help="One half alone: watch or journey.")] = None,
) -> None:
    """Watch a sample, then walk a traveller's journey: consent, pass, lounge, boarding, withdrawal, proof.

    A report, redacted evidence and an annotated video come out, and a public log with the command that verifies it.

    Example: consentry demo --out demo-out

    Exit codes: 0 shown, 1 something could not be done, 2 the command line was not understood.
    """
    if only not in (None, "watch", "journey"):
        raise typer.BadParameter(f"expected watch or journey, came {only!r}", param_hint="--only")
    console = Console(stderr=True, soft_wrap=True)
    if only != "journey":
        _watch(out, console, simulated=simulated)
    if only != "watch":
        _journey(out, faces)


def _watch(out: Path, console: Console, *, simulated: bool) -> None:
    # 1. Real footage if it is to be had, else a hall that says that it is drawn.
    chosen = choose_demo(simulated=simulated)
    console.print(f"[bold]watching:[/] {escape(chosen.about)}")
    # 2. The watch, as anybody would run it.
    wired = run_and_show(chosen.site, Wishes(out=out, annotated=True))
    # 3. What came of it.
    with open_store(out) as store:
        page = write_report(store, out)
    console.print(f"[bold]report:[/] {page.resolve().as_uri()}")
    for video in wired.videos:
        if video.where is not None:
            console.print(f"[bold]video, heads found are covered:[/] {(out / video.where).resolve().as_uri()}")


def _journey(out: Path, faces: Path | None) -> None:
    """The journey compares faces, and whoever watches may not: it walks in a process of its own."""
    words = [str(out), *(() if faces is None else (str(faces),))]
    ended = subprocess.run([sys.executable, "-m", "consentry.cli.journey", *words], check=False)  # noqa: S603 - ours
    if ended.returncode:
        raise typer.Exit(ended.returncode)
