"""``consentry evaluate``: how often it is wrong, measured on pictures of people who agreed to it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from consentry.app.face_evaluation import EMBEDDERS, WIDTHS, Wish, evaluate_faces
from consentry.app.face_evaluation_attacks import FRAMES, AttackBench
from consentry.app.face_evaluation_folder import find_pictures, read_groups
from consentry.app.face_evaluation_gathering import Tools
from consentry.app.face_evaluation_values import FaceEvaluation
from consentry.app.face_report import told, write_evaluation_page
from consentry.app.face_report.words import acquired, limits, readings, smallest_width
from consentry.backends.embedders import load_embedder
from consentry.backends.face_attacks import load_attack_detector
from consentry.backends.face_pictures import read_face_picture
from consentry.backends.face_samples import load_acquiring_finder
from consentry.cli.evaluate_alarms import alarms
from consentry.cli.progress import told_progress

evaluate_group = typer.Typer(
    no_args_is_help=True, help="Measure how often it is wrong, on pictures of people who agreed."
)
evaluate_group.command("alarms")(alarms)


@evaluate_group.command("faces")
def faces(
    folder: Annotated[Path, typer.Argument(help="Pictures named SUBJECT_anything.jpg, two or more of each person.")],
    embedder: Annotated[
        list[str] | None, typer.Option(help="Repeatable; names joined by + are fused. All of them and the fusion.")
    ] = None,
    groups: Annotated[
        Path | None, typer.Option(help="CSV, first column the subject: differentials by every other column.")
    ] = None,
    widths: Annotated[
        str, typer.Option(metavar="PX,PX", help="Widths of the face to which probes are scaled down; none: not done.")
    ] = ",".join(map(str, WIDTHS)),
    fmr: Annotated[
        float | None, typer.Option(help="Of the threshold in use; the lowest of its calibration if not told.")
    ] = None,
    calibration: Annotated[Path | None, typer.Option(help="Thresholds of consentry face calibrate.")] = None,
    attacks: Annotated[bool, typer.Option("--attacks", help="Also present simulated attacks; takes minutes.")] = False,
    out: Annotated[Path | None, typer.Option(help="Also write a page without any picture.", dir_okay=False)] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same figures.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Everything as one JSON object.")] = False,
) -> None:
    """Measure errors of comparing faces on a folder: FMR, FNMR, DET, FTA, 1:N, widths, groups, attacks.

    Profile lab: pictures of people who agreed to measuring. Nothing of them is kept; no name of them is told.

    Example: consentry evaluate faces pictures --groups people.csv --out faces.html

    Exit codes: 0 measured, 1 could not be done, 2 the command line was not understood.
    """
    pictures = find_pictures(folder)
    wish = Wish(
        seed=seed,
        date=datetime.now(UTC).date().isoformat(),
        widths=_widths(widths),
        fmr=fmr,
        calibration=calibration,
        groups=None if groups is None else read_groups(groups, pictures.subjects),
        attack_frames=FRAMES,
    )
    finder = load_acquiring_finder()
    tools = Tools(
        read_face_picture, finder, tuple(load_embedder(name) for name in dict.fromkeys(embedder or EMBEDDERS))
    )
    bench = AttackBench(read_face_picture, finder, load_attack_detector(networks=True), seed) if attacks else None
    with told_progress(Console(stderr=True, soft_wrap=True)) as progress:
        evaluation = evaluate_faces(pictures, tools, wish, progress, bench)
    if out is not None:
        write_evaluation_page(evaluation, folder.resolve().name, out)
    if as_json:
        typer.echo(json.dumps(told(evaluation)))
    else:
        _show(evaluation)
        if out is not None:
            typer.echo(f"\n{out.resolve().as_uri()}")


def _widths(text: str) -> tuple[int, ...]:
    if text.strip().lower() in {"", "none"}:
        return ()
    try:
        widths = tuple(sorted({int(part) for part in text.split(",")}))
    except ValueError as error:
        raise typer.BadParameter(f"expected widths such as 24,32, came {text!r}", param_hint="--widths") from error
    if not all(8 <= width <= 4096 for width in widths):
        raise typer.BadParameter(f"expected widths of 8 to 4096 px, came {text!r}", param_hint="--widths")
    return widths


def _show(evaluation: FaceEvaluation) -> None:
    about, acquisition = evaluation.about, evaluation.acquisition
    typer.echo(f"{about.subjects} people, {about.pictures} pictures, profile {about.profile}; intervals hold 95 %")
    reasons = ", ".join(f"{reason} {count}" for reason, count in acquisition.reasons)
    typer.echo(f"not acquired (FTA) {acquisition.fta}{f': {reasons}' if reasons else ''}")
    for model in evaluation.models:
        used, curves = model.in_use, model.curves
        typer.echo(f"\n{model.model}")
        typer.echo(f"  threshold {used.threshold}")
        typer.echo(f"  FMR  {used.fmr}")
        typer.echo(f"  FNMR {used.fnmr}")
        typer.echo(f"  EER  {curves.eer:.2%} ({curves.eer_low:.2%} to {curves.eer_high:.2%})")
        for one in model.searched[-1:]:
            typer.echo(f"  1:{one.size} FPIR {one.fpir}; FNIR {one.fnir}")
        if evaluation.widths:
            typer.echo(f"  {smallest_width(evaluation.widths, model.model)}")
        for sentence in readings(model):
            typer.echo(f"  {sentence}")
    typer.echo(f"\n{acquired(evaluation)}")
    if evaluation.attacks is not None:
        typer.echo(f"\nsimulated attacks: BPCER {evaluation.attacks.bpcer}; APCER of each kind")
        for species in evaluation.attacks.species:
            typer.echo(f"  {species.name:20} {species.apcer}")
    typer.echo("\nWhat it does not show")
    for sentence in limits(evaluation):
        typer.echo(f"  - {sentence}")
