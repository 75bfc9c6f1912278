"""``consentry watch``: clips in, alarms out."""

import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from consentry.app.moments import moment
from consentry.app.settings import Site, load_site, override_sources, site_from_options
from consentry.app.watching import Watching
from consentry.app.wiring import wire
from consentry.backends.sinks import JsonLines
from consentry.core.errors import ConsentryError
from consentry.core.events import Alarm, Incident
from consentry.touchpoints.camera import CameraState, CameraStatus


class Lines:
    """A sink that tells alarms to a person, one line each."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def report(self, alarm: Alarm, _incident: Incident, /) -> None:
        """Tell one alarm."""
        self._console.print(escape(f"{moment(alarm.at)}  {alarm.state.value:7}  {_where(alarm)}: {alarm.why}"))


def _where(alarm: Alarm) -> str:
    return f"{alarm.hazard} at {alarm.place} ({alarm.camera})"


def watch(
    settings: Annotated[
        Path | None, typer.Argument(help="The site's settings; without them, say what to watch with options.")
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option(help="NAME=CLIP: a camera, or another source for one of the settings.")
    ] = None,
    zone: Annotated[list[str] | None, typer.Option(help="NAME:x,y;x,y;x,y... in fractions of the picture.")] = None,
    line: Annotated[list[str] | None, typer.Option(help="NAME:x,y;x,y: a tripwire from start to end.")] = None,
    hazard: Annotated[list[str] | None, typer.Option(help="KIND:PLACE[:VALUE], such as loitering:hall:20.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line on standard output.")] = False,
) -> None:
    """Watch clips for dangerous situations, anonymously.

    Example: consentry watch --source cam=clip.mp4 --zone "hall:0.1,0.4;0.9,0.4;0.9,1;0.1,1" --hazard loitering:hall:20

    Exit codes: 0 watched to the end, 1 a camera failed or the settings are wrong, 2 the command line is not clear.
    """
    site = _site(settings, source or [], zone or [], line or [], hazard or [])
    errors = Console(stderr=True, soft_wrap=True)
    sink = JsonLines(sys.stdout) if as_json else Lines(Console(soft_wrap=True))
    wired = wire(site, time.time, (sink,), lambda text: errors.print(f"[yellow]{escape(text)}[/]"))
    errors.print(escape(f"models: {wired.models}"))
    _stop_on_signals(wired.watching)
    _say_how_it_ended(errors, wired.watching.run(wired.settings, wired.models))


def _site(settings: Path | None, sources: list[str], zones: list[str], lines: list[str], hazards: list[str]) -> Site:
    if settings is None:
        return site_from_options(sources, zones, lines, hazards)
    if zones or lines or hazards:
        raise ConsentryError(
            "--zone, --line and --hazard describe a site without a settings file; "
            f"with {settings.name}, write them into the file (only --source may override it)"
        )
    return override_sources(load_site(settings), sources)


def _stop_on_signals(watching: Watching) -> None:
    """SIGTERM and Ctrl-C end the watch in order: open episodes are cleared and told."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        watching.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def _say_how_it_ended(console: Console, ended: tuple[CameraStatus, ...]) -> None:
    for status in ended:
        tally = status.tally
        console.print(
            escape(
                f"{status.camera}: {status.state.value}, {status.given} pictures, {status.looked} looked at, "
                f"{tally.decoded} decoded of {tally.arrived}, {tally.broken} broken"
            )
        )
    if any(status.state is CameraState.FAILED for status in ended):
        raise typer.Exit(1)
