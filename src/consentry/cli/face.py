"""``consentry face``: single pictures of faces, compared and measured. At a gate: ``consentry screen``."""

import typer

from consentry.cli.face_calibrate import calibrate
from consentry.cli.face_compare import compare
from consentry.cli.face_quality import quality

face_group = typer.Typer(no_args_is_help=True, help="Pictures of faces: compare two, measure one.")
face_group.command("compare")(compare)
face_group.command("quality")(quality)
face_group.command("calibrate")(calibrate)
