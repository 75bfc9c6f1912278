"""The page from frozen values: one template, escaped throughout, nothing in it is fetched from anywhere."""

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from consentry.app.face_evaluation_values import FaceEvaluation, ModelResult
from consentry.app.face_report.plots import Plot, det_plot, score_plot
from consentry.app.face_report.words import acquired, carried, grouped, limits, readings, smallest_width, source
from consentry.app.pages import environment, style_of, write_page
from consentry.app.report.words import counted
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
    return (
        _environment()
        .get_template("page.html")
        .render(
            style=style_of(__package__),
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
    write_page(path, render_evaluation(evaluation, name))


def _environment() -> Environment:
    made = environment(__package__, *_TEMPLATES)
    made.filters |= {"percent": percent, "rate": _rate, "interval": _interval}
    made.globals |= {
        "counted": counted, "drawing": _drawing, "grouped": grouped, "smallest_width": smallest_width, "source": source
    }  # fmt: skip
    return made


def _rate(estimate: Estimate | None) -> str:
    return "-" if estimate is None else f"{percent(estimate.rate)} %"


def _interval(estimate: Estimate | None) -> str:
    return "" if estimate is None else f"{percent(estimate.low)}-{percent(estimate.high)} %"


def _drawing(plot: Plot) -> Markup:
    """A plot's markup: made by ``plots``, which gets no names."""
    return Markup(plot.svg)  # noqa: S704 - numbers of our own drawing
