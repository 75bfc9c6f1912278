"""``consentry screen``: one traveller at the gate, document and live face, to an advice for the officer."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from consentry.app.desk import Desk, is_loopback
from consentry.app.screening import GateWishes, prepare, screen_traveller
from consentry.app.screening_words import screening_document
from consentry.cli.screen_document import Ways, lay
from consentry.cli.screen_print import Prompts, show
from consentry.cli.when import when
from consentry.core.screening import Advice, Screening
from consentry.touchpoints.egate_parts import LIMIT_S, MINIMUM_AGE, GateRules, Witness

EXIT_REFER = 3
"""Advice to refer; the reasons are printed. 0 is clear and nothing else."""
_OPEN_S = 60.0
"""s that the gate waits for the officer's page to be opened before it begins."""
_TOLD_S = 3.0
"""s that an open page has to fetch the decision; it asks five times a second."""


def screen(
    *,
    live: Annotated[str, typer.Option(help="The lane's camera: rtsp://, /dev/video0, a clip, a folder of pictures.")],
    chip: Annotated[Path | None, typer.Option(help="Folder with files of a chip: ef0101.bin, EF_SOD.bin ...")] = None,
    reader: Annotated[bool, typer.Option("--reader", help="Read the chip that lies on the PC/SC reader.")] = False,
    simulated: Annotated[
        Path | None, typer.Option(help="A picture of a face: lays a simulated passport with it on the reader.")
    ] = None,
    mrz: Annotated[
        Path | None,
        typer.Option(help="The printed zone: a picture, or its lines in a .txt file; alone it never clears."),
    ] = None,
    can: Annotated[str | None, typer.Option(help="Card access number, for --reader.")] = None,
    trust: Annotated[Path | None, typer.Option(help="Folder of trusted certificates, for --chip and --reader.")] = None,
    fmr: Annotated[
        float | None,
        typer.Option(min=0, max=0.5, help="Highest false match rate; the lowest that was calibrated if not told."),
    ] = None,
    calibration: Annotated[
        Path | None, typer.Option(help="A calibration of your own: consentry face calibrate.", dir_okay=False)
    ] = None,
    embedder: Annotated[str | None, typer.Option(help="Which network makes templates: see consentry models.")] = None,
    minimum_age: Annotated[
        int, typer.Option(min=0, max=120, help="Age, years, at which the programme begins.")
    ] = MINIMUM_AGE,
    limit: Annotated[float, typer.Option(min=1, max=600, help="Seconds for the live face.")] = LIMIT_S,
    touchpoint: Annotated[str, typer.Option(help="Name of the lane.")] = "gate",
    desk: Annotated[
        str | None,
        typer.Option(help="Show the officer's page at this port, or HOST:PORT, of this machine; 0: any free."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The screening as one JSON object.")] = False,
    at: Annotated[str | None, typer.Option(help="The day that is asked about, 2026-11-25; now if not told.")] = None,
    language: Annotated[str, typer.Option(help="Of the sentences for the traveller: en or ko.")] = "en",
) -> None:
    """Screen one traveller: the document, the live face against its portrait, attacks, quality.

    The advice is clear or refer; the officer decides. Pictures and templates are overwritten at the decision.

    Example: consentry screen --simulated portrait.jpg --live clip.mp4 --desk 8080

    Exit codes: 0 clear, 3 refer, 1 could not be done, 2 the command line was not understood.
    """
    ways = Ways(chip, simulated, mrz, can, trust, reader=reader)
    ways.check()
    if language not in ("en", "ko"):
        raise typer.BadParameter(f"expected en or ko, came {language!r}", param_hint="--language")
    prepare()
    page = None if desk is None else _desk(desk, touchpoint, language)
    now = time.time() if at is None else _moment(at)
    rules = GateRules(touchpoint, minimum_age=minimum_age, limit_s=limit)
    wishes = GateWishes(live, rules, fmr, calibration, embedder, realtime=page is not None)
    words = Console(stderr=True, soft_wrap=True)
    screening, source = _run(ways, wishes, now, page, Prompts(words, language))
    if as_json:
        typer.echo(json.dumps(screening_document(screening, source), indent=2))
    else:
        show(screening, source, Console(soft_wrap=True))
    raise typer.Exit(0 if screening.advice is Advice.CLEAR else EXIT_REFER)


def _run(ways: Ways, wishes: GateWishes, now: float, page: Desk | None, prompts: Prompts) -> tuple[Screening, str]:
    """The transaction, with the officer's page as long as it lasts."""
    witnesses: tuple[Witness, ...] = (prompts,)
    if page is None:
        laid = lay(ways, now)
        return screen_traveller(laid, wishes, now, witnesses), laid.source
    with page:
        prompts.console.print(f"officer's page: [bold]{escape(page.address)}[/]", highlight=False)
        if not page.wait_until_open(_OPEN_S):
            prompts.console.print("[yellow]nobody opened the page; the gate begins without it[/]")
        laid = lay(ways, now)
        screening = screen_traveller(laid, wishes, now, (prompts, page))
        page.wait_until_told(_TOLD_S)
    return screening, laid.source


def _desk(text: str, touchpoint: str, language: str) -> Desk:
    host, _, port = text.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    if not (port.isdecimal() and int(port) < 65_536):
        raise typer.BadParameter(f"expected a port such as 8080, or 127.0.0.1:8080, came {text!r}", param_hint="--desk")
    if not is_loopback(host):
        why = f"expected an address of this machine such as 127.0.0.1, came {host!r}: the page shows faces"
        raise typer.BadParameter(why, param_hint="--desk")
    return Desk(touchpoint, host, int(port), language=language)


def _moment(text: str) -> float:
    """A day at noon, or a moment as other commands take it."""
    try:
        if len(text.strip()) == len("2026-11-25"):
            return datetime.fromisoformat(f"{text.strip()}T12:00:00+00:00").timestamp()
        return when(text, time.time(), UTC)
    except ValueError as error:
        raise typer.BadParameter(f"expected a day such as 2026-11-25, came {text!r}", param_hint="--at") from error
