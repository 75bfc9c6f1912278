"""``consentry demo``: watch a sample from beginning to end, and leave a report, evidence and an annotated video."""

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
) -> None:
    """Watch a sample from beginning to end: a report, redacted evidence and an annotated video come out.

    Example: consentry demo --out demo-out

    Exit codes: 0 shown, 1 something could not be done, 2 the command line was not understood.
    """
    console = Console(stderr=True, soft_wrap=True)
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
