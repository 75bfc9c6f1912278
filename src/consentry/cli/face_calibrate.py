"""``consentry face calibrate``: thresholds for wanted false match rates, from pictures of people who agreed to it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from consentry.app.face_calibration import calibrate as measured
from consentry.app.face_evaluation import EMBEDDERS
from consentry.app.face_evaluation_folder import find_pictures
from consentry.app.face_evaluation_gathering import Tools
from consentry.backends.calibrations import Calibration, write_calibrations
from consentry.backends.embedders import load_embedder
from consentry.backends.face_pictures import read_face_picture
from consentry.backends.face_samples import load_acquiring_finder
from consentry.cli.progress import told_progress
from consentry.evaluation.bootstrap import percent


def calibrate(
    folder: Annotated[Path, typer.Argument(help="Pictures named SUBJECT_anything.jpg, two or more of each person.")],
    fmr: Annotated[list[float], typer.Option(help="Wanted false match rate, 0-1; repeatable.")],
    embedder: Annotated[
        list[str] | None, typer.Option(help="Repeatable; names joined by + are fused. All of them and the fusion.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What to call the pictures; the folder's name if not told.")] = None,
    out: Annotated[Path, typer.Option(help="File; calibrations of other models in it stay.", dir_okay=False)] = Path(
        "calibrations.json"
    ),
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same figures.")] = 1,
) -> None:
    """Choose thresholds for wanted false match rates, and write them with what was measured.

    A rate that so many people cannot support is refused, and the smallest that they do support is told.

    Example: consentry face calibrate pictures --fmr 1e-3 --fmr 1e-2

    Exit codes: 0 written, 1 could not be done, 2 the command line was not understood.
    """
    if not all(0 < rate < 1 for rate in fmr):
        raise typer.BadParameter("expected rates between 0 and 1", param_hint="--fmr")
    tools = Tools(
        read_face_picture,
        load_acquiring_finder(),
        tuple(load_embedder(one) for one in dict.fromkeys(embedder or EMBEDDERS)),
    )
    today = datetime.now(UTC).date().isoformat()
    with told_progress(Console(stderr=True, soft_wrap=True)) as progress:
        made = measured(find_pictures(folder), tools, fmr, name or folder.resolve().name, seed, today, progress)
    write_calibrations(made, out)
    for one in made:
        _show(one)
    typer.echo(f"written to {out}")


def _show(one: Calibration) -> None:
    typer.echo(f"{one.model}: {one.subjects} people, {one.non_mated:,} non-mated and {one.mated:,} mated comparisons")
    for point in one.points:
        typer.echo(
            f"  FMR {percent(point.fmr)} %: match from {point.score:.3f}, non-match below {point.barely:.3f}; measured "
            f"{percent(point.measured)} % ({percent(point.low)}-{percent(point.high)} %), "
            f"FNMR {percent(point.fnmr)} % ({percent(point.fnmr_low)}-{percent(point.fnmr_high)} %)"
        )
