"""``consentry face compare``: whether two pictures show one person, and how often such an answer is wrong."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from consentry.app.face_comparison import Compared, Tools, compare_pictures
from consentry.backends.calibrations import load_threshold
from consentry.backends.embedders import load_embedder
from consentry.backends.face_pictures import read_face_picture
from consentry.backends.face_samples import load_acquiring_finder
from consentry.backends.manifest import model_sets
from consentry.core.errors import SupplyError
from consentry.face.verification import Threshold

_UNDECIDED = "undecided"


def compare(
    first: Annotated[Path, typer.Argument(metavar="A", help="A picture with one face.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Another.")],
    embedder: Annotated[
        str, typer.Option(metavar="NAME", help="The model, or several joined by + for the fusion of their scores.")
    ] = "",
    wanted: Annotated[
        float | None,
        typer.Option("--threshold-for", metavar="FMR", help="False match rate wanted; else the lowest calibrated."),
    ] = None,
    calibration: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Made by consentry face calibrate; else those that come along.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Compare the faces of two pictures: the score, the threshold with its error rate, and the decision.

    Nothing of the pictures or templates is shown or kept. Each picture must show exactly one face.

    Exit codes: 0 compared, whatever the decision; 1 could not be done; 2 the command line was not understood.
    """
    if wanted is not None and not 0 < wanted < 1:
        raise typer.BadParameter(f"expected a rate between 0 and 1, came {wanted:g}", param_hint="--threshold-for")
    tools = Tools(
        read_face_picture, load_acquiring_finder(), load_embedder(embedder or model_sets()["standard"].embedder)
    )
    threshold, missing = _threshold(tools.embedder.model, wanted, calibration)
    compared = compare_pictures((first, second), tools, threshold)
    if as_json:
        typer.echo(json.dumps(_told(compared, tools, threshold, missing), indent=2))
    else:
        _show(compared, tools, threshold, missing)


def _threshold(model: str, wanted: float | None, path: Path | None) -> tuple[Threshold | None, str]:
    """The threshold, or why there is none; whoever asked for one by rate or file is refused instead."""
    try:
        return load_threshold(model, wanted, path), ""
    except SupplyError as error:
        if wanted is not None or path is not None:
            raise
        return None, str(error)


def _told(compared: Compared, tools: Tools, threshold: Threshold | None, missing: str) -> dict[str, Any]:
    """What a program may want to know."""
    decision = None if compared.comparison is None else compared.comparison.decision.value
    told: dict[str, Any] = {
        "decision": decision or _UNDECIDED,
        "why": missing,
        "score": round(compared.score, 6),
        "embedder": tools.embedder.model,
        "finder": tools.finder.name,
        "face_widths": [round(width, 1) for width in compared.widths],
        "threshold": None,
    }
    if compared.comparison is None or threshold is None:
        return told
    barely, surely = threshold.band
    told["why"] = compared.comparison.why
    told["threshold"] = {
        "score": threshold.score,
        "match_from": surely,
        "non_match_below": barely,
        "fmr": threshold.fmr,
        "fmr_interval": [threshold.low, threshold.high],
        "data": threshold.data,
        "date": threshold.date,
    }
    return told


def _show(compared: Compared, tools: Tools, threshold: Threshold | None, missing: str) -> None:
    rows = [("score", f"{compared.score:.3f}, by {tools.embedder.model}")]
    if compared.comparison is None or threshold is None:
        rows.insert(0, ("decision", f"none: {missing}"))
    else:
        barely, surely = threshold.band
        rows.insert(0, ("decision", compared.comparison.decision.value))
        rows += [
            ("threshold", f"match from {surely:.3f}, non-match below {barely:.3f}, between them inconclusive"),
            (
                "error rate",
                f"FMR {threshold.fmr:g} wanted, {threshold.low:.2g} to {threshold.high:.2g} measured (95 %)",
            ),
            ("measured on", f"{threshold.data}, {threshold.date}"),
        ]
    first, second = compared.widths
    rows.append(("faces", f"{first:.0f} and {second:.0f} px wide, found by {tools.finder.name}"))
    for name, text in rows:
        typer.echo(f"{name:12} {text}")
