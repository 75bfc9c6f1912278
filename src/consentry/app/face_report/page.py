"""The page from frozen values: one template, escaped throughout, nothing in it is fetched from anywhere."""

import os
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from consentry.app.face_evaluation_values import FaceEvaluation, ModelResult
from consentry.app.face_report.plots import Plot, det_plot, score_plot
from consentry.app.face_report.words import acquired, carried, grouped, limits, readings, smallest_width, source
from consentry.app.report.words import clean, counted
from consentry.core.errors import StorageError
from consentry.evaluation.bootstrap import Estimate, percent

_TEMPLATES = ("page.html", "model.html")


@dataclass(frozen=True, slots=True)
class _Part:
    """One model's part of the page."""

    number: int
    result: ModelResult
    scores: Plot
    readings: tuple[str, ...]
    carried: tuple[str, ...]


def render_evaluation(evaluation: FaceEvaluation, name: str) -> str:
    """The page as HTML.

    Args:
        evaluation: what came of it.
        name: of the pictures, in words.
    """
    parts = [
        _Part(number, model, score_plot(model, number), readings(model), carried(model))
        for number, model in enumerate(evaluation.models, 1)
    ]
    style = files("consentry.app.report").joinpath("page.css").read_text("utf-8") + _text("page.css")
    return (
        _environment()
        .get_template("page.html")
        .render(
            style=Markup(style),  # noqa: S704 - files of this package
            name=name,
            evaluation=evaluation,
            about=evaluation.about,
            parts=parts,
            det=det_plot(evaluation.models, evaluation.about.subjects),
            acquired=acquired(evaluation),
            limits=list(limits(evaluation)),
        )
    )


def write_evaluation_page(evaluation: FaceEvaluation, name: str, path: Path) -> None:
    """Write the page, as a whole or not at all.

    Raises:
        StorageError: it could not be written.
    """
    text = render_evaluation(evaluation, name)
    part = path.with_name(f".{path.name[:40]}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)  # noqa: PTH105 - the same call as Path.replace
    except OSError as error:
        raise StorageError(f"{path} could not be written: {error.strerror}; give another file with --out") from error


def _environment() -> Environment:
    environment = Environment(
        loader=DictLoader({name: _text(name) for name in _TEMPLATES}),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"percent": percent, "rate": _rate, "interval": _interval}
    environment.globals |= {
        "counted": counted, "drawing": _drawing, "grouped": grouped, "smallest_width": smallest_width, "source": source
    }  # fmt: skip
    return environment


def _rate(estimate: Estimate | None) -> str:
    return "-" if estimate is None else f"{percent(estimate.rate)} %"


def _interval(estimate: Estimate | None) -> str:
    return "" if estimate is None else f"{percent(estimate.low)}-{percent(estimate.high)} %"


def _drawing(plot: Plot) -> Markup:
    """A plot's markup: made by ``plots``, which gets no names."""
    return Markup(plot.svg)  # noqa: S704 - numbers of our own drawing


@cache
def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
