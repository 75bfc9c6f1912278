"""``consentry face quality``: how good a picture of a face is for comparing, and what would make it better."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from consentry.backends.face_pictures import read_face_picture
from consentry.backends.face_quality import FaceQuality
from consentry.backends.face_samples import load_acquiring_finder, samples
from consentry.core.errors import ConsentryError
from consentry.face.acquisition import Asked
from consentry.face.advice import Language, advice
from consentry.face.quality import Measure, Quality
from consentry.face.quality_limits import LIVE, PORTRAIT, Limits

EXIT_NOT_GOOD = 3
"""Measured, and not good enough for what was asked. 1 is left for what could not be measured."""
_PLACES = {place.name: place for place in (LIVE, PORTRAIT)}
_BAR = 12
"""Characters."""


def quality(
    image: Annotated[Path, typer.Argument(help="A picture with a face.")],
    place: Annotated[str, typer.Option("--for", help="What is asked: `live` of a gate, `portrait` of a document.")] = (
        LIVE.name
    ),
    language: Annotated[Language, typer.Option(help="Of the advice.")] = Language.ENGLISH,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Measure the quality of a face's picture after ISO/IEC 29794-5, and say what to do about what is not good.

    Exit codes: 0 good, 3 not good, 1 no face or no picture, 2 not understood.
    """
    limits = _PLACES.get(place)
    if limits is None:
        raise typer.BadParameter(f"expected one of {', '.join(_PLACES)}, came {place!r}", param_hint="--for")
    found = samples(load_acquiring_finder(), read_face_picture(image), 0.0)
    if not found:
        raise ConsentryError(
            f"{image}: expected a face, none was found. Let it be at least {Asked().width:.0f} px wide and upright"
        )
    reader = FaceQuality(limits)
    # The same rule as at a gate: a face far behind the traveller is none of this picture's.
    count = sum(one.width >= Asked().beside * found[0].width for one in found)
    told = reader.read(found[0], count)
    if as_json:
        typer.echo(json.dumps(document(told, reader.limits, language), ensure_ascii=False, indent=2))
    else:
        show(Console(), told, limits, language)
    if told.lacking:
        raise typer.Exit(EXIT_NOT_GOOD)


def document(told: Quality, limits: Limits, language: Language) -> dict[str, Any]:
    """What a program may want to know. Nothing of the face itself."""
    return {
        "for": limits.name,
        "good": not told.lacking,
        "unified": told.unified,
        "measures": [
            {
                "component": one.component.value,
                "value": one.value,
                "least": limits.least(one.component),
                "good": one.good,
                "native": round(one.native, 4) + 0.0,  # no minus before a zero
                "unit": one.unit,
                "how": one.how,
            }
            for one in told.measures
        ],
        "advice": [{"component": one.component.value, "text": one.text(language)} for one in advice(told)],
    }


def show(console: Console, told: Quality, limits: Limits, language: Language) -> None:
    """A table with bars, and the advice. What is not good has a mark, not a colour alone."""
    table = Table(box=None, pad_edge=False, title=f"quality, for {limits.name}", title_justify="left")
    for heading in ("", "component"):
        table.add_column(heading, no_wrap=True)
    table.add_column("value", justify="right")
    table.add_column("", no_wrap=True)
    table.add_column("asked", justify="right")
    table.add_column("measured")
    for one in told.measures:
        least = limits.least(one.component)
        mark = Text("" if one.good else "!", style="bold red")
        native = f"{one.native + 0.0:.3g} {one.unit}"
        table.add_row(mark, one.component.value, str(one.value), _bar(one), str(least) if least else "-", native)
    console.print(table)
    for one in told.measures:
        if one.how:
            console.print(f"{one.component.value}: by {one.how}")
    for tip in advice(told):
        console.print(Text(f"-> {tip.text(language)} ({tip.component.value})"))
    console.print("not good" if told.lacking else "good: everything that is asked for")


def _bar(one: Measure) -> Text:
    full = round(one.value * _BAR / 100)
    return Text("█" * full + "·" * (_BAR - full), style="green" if one.good else "red")
