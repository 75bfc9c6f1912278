"""``consentry evaluate alarms``: how well alarms agree with what a person saw, by a published protocol."""

import json
import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from consentry.app.alarm_evaluation import AlarmEvaluation, Wish, evaluate_alarms
from consentry.app.alarm_report import told, write_alarms_page
from consentry.app.alarm_report.words import delay, described, figure, limits, rate, readings
from consentry.app.moments import moment
from consentry.backends.alarm_files import read_alarms
from consentry.backends.kisa_files import KISA_NAMES, KisaAlarm, KisaClip, write_kisa
from consentry.backends.truth_files import read_truth
from consentry.cli.listing import harmless
from consentry.evaluation.alarm_rates import AlarmRates
from consentry.evaluation.protocols import Protocol, Tolerance, ilids, kisa, plain

EXIT_BELOW: Final = 3
"""What was asked for with --require is not reached, or there was nothing to judge."""
_SHOWN: Final = 30
"""Missed events and false alarms on a terminal, of each: a screen full."""
_WIDE: Final = 150
"""Characters from which figures and their intervals stand side by side."""
_WIDTH: Final = 200
"""Characters of a table that no terminal shows."""


class ProtocolName(StrEnum):
    """By which protocol."""

    KISA = "kisa"
    ILIDS = "ilids"
    PLAIN = "plain"


def alarms(
    truth: Annotated[
        Path, typer.Argument(help="What a person saw: NAME.toml, KISA's NAME.xml, or a folder of either.")
    ],
    told_alarms: Annotated[
        Path, typer.Argument(metavar="ALARMS", help="A watch's folder, JSON lines, CSV of events, or KISA's XML.")
    ],
    *,
    protocol: Annotated[ProtocolName, typer.Option(help="Whose windows, repeats and weights.")] = ProtocolName.KISA,
    before: Annotated[float | None, typer.Option(help="plain: s before an event from which an alarm counts.")] = None,
    after: Annotated[float | None, typer.Option(help="plain: s after it begins until which one counts.")] = None,
    tolerance: Annotated[
        float, typer.Option(min=0, help="ilids, plain: s by which times may be wrong; windows grow by it at both ends.")
    ] = 0.0,
    sampling: Annotated[
        float | None, typer.Option(help="s between two looks of the system; a tolerance below it is refused.")
    ] = None,
    alpha: Annotated[
        list[str] | None, typer.Option(metavar="[HAZARD=]A", help="ilids, plain: recall bias, for all or one hazard.")
    ] = None,
    hazard: Annotated[list[str] | None, typer.Option(help="Only of this hazard; repeatable.")] = None,
    camera: Annotated[
        list[str] | None,
        typer.Option(metavar="CLIP=CAMERA", help="Which camera's alarms are of which clip; repeatable."),
    ] = None,
    require: Annotated[
        float | None, typer.Option(min=0, max=1, help="Exit with 3 if F1, 0 to 1, is below this.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Also write a page with a timeline.", dir_okay=False)] = None,
    kisa_out: Annotated[
        Path | None,
        typer.Option(help="Also write the alarms as KISA's result files into this folder.", file_okay=False),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of drawing clips anew; the same seed, the same intervals.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Everything as one JSON object.")] = False,
) -> None:
    """Score alarms against truth: recall, precision, F1, false alarms a day, time to alarm, each with its interval.

    Example: consentry evaluate alarms truth out --protocol kisa --out alarms.html

    Exit codes: 0 scored, 1 a file could not be read, 2 the command line was not understood, 3 below --require.
    """
    tolerated = _tolerance(tolerance, sampling)
    wish = Wish(
        _protocol(protocol, before, after, tolerated, alpha or []),
        frozenset(hazard or ()),
        {name: clip for clip, name in (_pair(text, "--camera") for text in camera or [])},
        seed,
    )
    clips, heard = read_truth(truth), read_alarms(told_alarms)
    evaluation = evaluate_alarms(clips, heard, wish)
    if out is not None:
        write_alarms_page(evaluation, f"{truth.resolve().name} and {told_alarms.resolve().name}", out)
    if kisa_out is not None:
        write_kisa(kisa_out, _results(evaluation))
    if as_json:
        typer.echo(json.dumps(told(evaluation), ensure_ascii=False))
    else:
        _show(evaluation, out)
    if require is not None and (evaluation.whole.f1 is None or evaluation.whole.f1.value < require):
        found = (
            "there was nothing to judge" if evaluation.whole.f1 is None else f"F1 is {evaluation.whole.f1.value:.4f}"
        )
        typer.echo(f"{found}; {require:g} is required", err=True)
        raise typer.Exit(EXIT_BELOW)


def _tolerance(seconds: float, sampling: float | None) -> Tolerance:
    try:
        return Tolerance(seconds, sampling)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--tolerance, --sampling") from error


def _protocol(
    name: ProtocolName, before: float | None, after: float | None, tolerance: Tolerance, alpha: list[str]
) -> Protocol:
    if name is not ProtocolName.PLAIN and (before is not None or after is not None):
        raise typer.BadParameter(f"{name} has windows of its own; use --protocol plain", param_hint="--before, --after")
    if name is ProtocolName.KISA and (tolerance.seconds or alpha):
        raise typer.BadParameter(
            "kisa has no tolerance and no weights; use --protocol plain --before 2 --after 10",
            param_hint="--tolerance, --alpha",
        )
    try:
        everywhere, single = _biases(alpha)
        if name is ProtocolName.KISA:
            return kisa()
        if name is ProtocolName.ILIDS:
            return ilids(everywhere, single, tolerance)
        if before is None or after is None:
            raise typer.BadParameter("plain has no windows of its own; say both", param_hint="--before, --after")
        return plain(before, after, tolerance, everywhere, single)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--alpha, --before, --after") from error


def _biases(texts: Iterable[str]) -> tuple[float | None, dict[str, float]]:
    everywhere: float | None = None
    single: dict[str, float] = {}
    for text in texts:
        name, _, number = text.rpartition("=")
        try:
            value = float(number)
        except ValueError as error:
            raise typer.BadParameter(
                f"expected a number or HAZARD=NUMBER, came {text!r}", param_hint="--alpha"
            ) from error
        if name:
            single[name] = value
        else:
            everywhere = value
    return everywhere, single


def _pair(text: str, option: str) -> tuple[str, str]:
    left, sign, right = text.partition("=")
    if not (left and sign and right):
        raise typer.BadParameter(f"expected CLIP=CAMERA, came {text!r}", param_hint=option)
    return left, right


def _results(evaluation: AlarmEvaluation) -> list[KisaClip]:
    """Every alarm that was told of a clip, hits and others alike, as KISA has it."""
    clips = []
    for clip in evaluation.clips:
        it = clip.score
        alarms = [*(hit.told for hit in it.hits), *it.false_alarms, *it.repeats, *it.excused]
        named = [one for one in alarms if one.hazard in KISA_NAMES.values()]
        clips.append(KisaClip(clip.name, tuple(KisaAlarm(one.hazard, max(one.at, 0.0)) for one in named)))
    return clips


def _show(evaluation: AlarmEvaluation, page: Path | None) -> None:
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    protocol = evaluation.wish.protocol
    console.print(Text(f"protocol {protocol.name} ({protocol.source})", style="bold"))
    console.print(Text(described(protocol)))
    console.print((_wide_table if console.width >= _WIDE else _narrow_table)(evaluation))
    _faults(console, evaluation)
    for sentence in readings(evaluation):
        console.print(Text(harmless(sentence)))
    console.print(Text("\nWhat it does not show", style="bold"))
    for sentence in limits(evaluation):
        console.print(Text(f"  - {harmless(sentence)}"))
    if page is not None:
        typer.echo(f"\n{page.resolve().as_uri()}")


def _wide_table(evaluation: AlarmEvaluation) -> Table:
    table = _headed(
        ("hit", "missed", "false", "recall", "precision", "F1", "false/h", "false/day", "median / p95", ""), gap=2
    )
    verdicts = {True: Text("reached", "green"), False: Text("not reached", "red"), None: Text("")}
    for name, it, passed in _rows(evaluation):
        rated = (figure(it.recall), figure(it.precision), figure(it.f1, 3), rate(it.false_per_hour))
        table.add_row(name, *_counts(it), *rated, rate(it.false_per_day), delay(it), verdicts[passed])
    return table


def _narrow_table(evaluation: AlarmEvaluation) -> Table:
    """Intervals below their figures; those of recall and precision, and rates an hour, are in the JSON and the page."""
    table = _headed(("hit", "miss", "false", "recall", "prec.", "F1", "false/day", "delay"), gap=1)
    for name, it, passed in _rows(evaluation):
        shares = (figure(one).partition(" ")[0] for one in (it.recall, it.precision))
        bounded = (text.replace(" (", "\n(") for text in (figure(it.f1, 3), rate(it.false_per_day)))
        verdict = {True: Text("\nreached", "green"), False: Text("\nnot reached", "red"), None: Text("")}[passed]
        table.add_row(name + verdict, *_counts(it), *shares, *bounded, delay(it).replace(" / ", "\n"))
    return table


def _headed(heads: tuple[str, ...], gap: int) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, gap, 0, 0))
    table.add_column("", overflow="fold")
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    return table


def _rows(evaluation: AlarmEvaluation) -> Iterator[tuple[Text, AlarmRates, bool | None]]:
    """Name, figures and verdict: each hazard, all together, then each clip if there are several."""
    for one in evaluation.hazards:
        yield Text(harmless(one.name)), one.rates, one.passed
    yield Text("all together", "bold"), evaluation.whole, None
    if len(evaluation.clips) > 1:
        for clip in evaluation.clips:
            yield Text(f"clip {harmless(clip.name)}", "dim"), clip.rates, None


def _counts(it: AlarmRates) -> tuple[str, str, str]:
    return str(it.hits), str(it.misses), str(it.false_alarms)


def _faults(console: Console, evaluation: AlarmEvaluation) -> None:
    missed = [(one.clip, one.event.begin, one.event.hazard, one.event.place, one.why) for one in evaluation.misses]
    false = [(one.clip, one.told.at, one.told.hazard, one.told.place, one.why) for one in evaluation.false_alarms]
    for title, rows in (("missed", missed), ("false", false)):
        if not rows:
            continue
        console.print(Text(f"\n{title}", style="bold"))
        for clip, at, hazard, place, why in rows[:_SHOWN]:
            console.print(Text(harmless(f"  {moment(max(at, 0.0))}  {clip}: {hazard} at {place or 'no place'}: {why}")))
        if len(rows) > _SHOWN:
            console.print(Text(f"  and {len(rows) - _SHOWN} more; --json has them all"))
    console.print()
