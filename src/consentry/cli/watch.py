"""``consentry watch``: cameras and clips in, alarms out."""

import signal
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live
from rich.markup import escape

from consentry.app.moments import moment
from consentry.app.settings import Site, load_site, override_sources, site_from_options
from consentry.app.settings_values import has_own_clock
from consentry.app.watching import Watching
from consentry.app.wiring import WiredWatch, Wishes, wire
from consentry.backends.sinks import JsonLines
from consentry.cli.live import LiveView
from consentry.core.errors import ConsentryError
from consentry.core.events import Alarm, AlarmState, Incident
from consentry.touchpoints.camera import CameraState, CameraStatus

Tell = Callable[[float], str]
"""Tells a capture time, s UTC, to people."""


class Lines:
    """A sink that tells alarms to a person, one line each."""

    def __init__(self, console: Console, tell: Tell) -> None:
        self._console, self._tell = console, tell

    def report(self, alarm: Alarm, _incident: Incident, /) -> None:
        """Tell one alarm."""
        style = "bold red" if alarm.state is AlarmState.OPENED else "dim"
        words = f"{alarm.state.value:7}  {alarm.hazard} at {alarm.place} ({alarm.camera}): {alarm.why}"
        self._console.print(f"{self._tell(alarm.at)}  [{style}]{escape(words)}[/]", highlight=False)


def watch(
    settings: Annotated[
        Path | None, typer.Argument(help="The site's settings; without them, say what to watch with options.")
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option(help="NAME=ADDRESS: a camera, or another source for one of the settings.")
    ] = None,
    zone: Annotated[list[str] | None, typer.Option(help="NAME:x,y;x,y;x,y... in fractions of the picture.")] = None,
    line: Annotated[list[str] | None, typer.Option(help="NAME:x,y;x,y: a tripwire from start to end.")] = None,
    hazard: Annotated[list[str] | None, typer.Option(help="KIND:PLACE[:VALUE], such as loitering:hall:20.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for events and redacted evidence.")] = Path("out"),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line on standard output.")] = False,
    once: Annotated[bool, typer.Option("--once", help="End when the clips have ended, even if cameras go on.")] = False,
    realtime: Annotated[bool, typer.Option("--realtime", help="Clips at their own pace.")] = False,
    annotated: Annotated[
        bool, typer.Option("--annotated", help="Also write a redacted video of each camera with what was seen.")
    ] = False,
) -> None:
    """Watch cameras and clips for dangerous situations, anonymously.

    ADDRESS is rtsp://, http(s)://, /dev/video0, a clip, a folder of pictures, or sim:hall.

    Example: consentry watch --source cam=clip.mp4 --zone "hall:0.1,0.4;0.9,0.4;0.9,1;0.1,1" --hazard loitering:hall:20

    Exit codes: 0 watched to the end, 1 a camera failed or the settings are wrong, 2 the command line is not clear.
    """
    site = _site(settings, source or [], zone or [], line or [], hazard or [])
    if once and not any(has_own_clock(camera.source) for camera in site.cameras):
        raise ConsentryError("--once ends with the clips, and no camera's source is one; leave --once out")
    run_and_show(site, Wishes(out=out, realtime=realtime, once=once, annotated=annotated), as_json=as_json)


def run_and_show(site: Site, wishes: Wishes, *, as_json: bool = False) -> WiredWatch:
    """Run a watch to its end and show it: alarms as they come, the live view in a terminal, how it ended.

    Raises:
        Exit: with code 1, a camera failed.
        ConsentryError: it could not begin.
    """

    def tell(at: float) -> str:
        return moment(at, site.timezone)

    # 1. Alarms go to standard output, everything about the watch itself to standard error.
    words = Console(stderr=True, soft_wrap=True)
    lines = Console(soft_wrap=True)
    show = words if as_json else lines
    sink = JsonLines(sys.stdout) if as_json else Lines(lines, tell)
    wired = wire(site, time.time, (sink,), lambda text: words.print(f"[yellow]{escape(text)}[/]"), wishes)
    words.print(escape(f"models: {wired.models}"))
    # 2. Watch. Signals end it in order.
    stop_on_signals(wired.watching)
    try:
        with _live(wired, show, tell, as_json=as_json):
            ended = wired.watching.run(wired.settings, wired.record)
    finally:
        wired.close()
    # 3. How it ended, and where to look.
    say_how_it_ended(words, ended)
    if wishes.out is not None:
        words.print(escape(f"kept in {wishes.out}: look with consentry events {wishes.out}, or consentry report"))
    if any(status.state is CameraState.FAILED for status in ended):
        raise typer.Exit(1)
    return wired


def _live(wired: WiredWatch, console: Console, tell: Tell, *, as_json: bool) -> AbstractContextManager[object]:
    """The live view, where a person sits in front of it and nothing else is written to the same terminal."""
    if not console.is_terminal or (as_json and sys.stdout.isatty()):
        return nullcontext()
    view = LiveView(wired.watching.statuses, time.time, tell)
    return Live(view, console=console, refresh_per_second=2, transient=True)


def _site(settings: Path | None, sources: list[str], zones: list[str], lines: list[str], hazards: list[str]) -> Site:
    if settings is None:
        return site_from_options(sources, zones, lines, hazards)
    if zones or lines or hazards:
        raise ConsentryError(
            "--zone, --line and --hazard describe a site without a settings file; "
            f"with {settings.name}, write them into the file (only --source may override it)"
        )
    return override_sources(load_site(settings), sources)


def stop_on_signals(watching: Watching) -> None:
    """SIGTERM and Ctrl-C end the watch in order: open episodes are cleared and told, clips are finished."""

    def stop(number: int, _frame: FrameType | None) -> None:
        watching.stop()
        signal.signal(number, signal.SIG_DFL)  # who asks twice is not asked to wait

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def say_how_it_ended(console: Console, ended: tuple[CameraStatus, ...]) -> None:
    """One line a camera: what was looked at, and what was not."""
    for status in ended:
        tally = status.tally
        parts = [
            f"{status.given} pictures, {status.looked} looked at",
            f"{tally.decoded} decoded of {tally.arrived}",
            *(
                f"{count} {word}"
                for count, word in (
                    (tally.spared, "spared"),
                    (tally.dropped, "dropped"),
                    (tally.broken, "broken"),
                    (tally.reconnects, "reconnects"),
                )
                if count
            ),
        ]
        console.print(escape(f"{status.camera}: {status.state.value}, {', '.join(parts)}"))
