"""Renders the evaluation of alarms: one file with everything in it, that asks nobody for anything; no picture, no name.

Layout and colours are the watch report's (``app.report``); what is special stands in ``page.css`` beside this.
"""

import os
from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from consentry.app.alarm_evaluation import AlarmEvaluation
from consentry.app.alarm_report.timeline import timelines
from consentry.app.alarm_report.words import delay, described, limits, readings, three
from consentry.app.moments import moment
from consentry.app.report.words import clean, counted, lasted, titled
from consentry.core.errors import StorageError

_MOST_FAULTS = 500
"""Missed events and false alarms in the page, of each: more than anybody reads; the JSON has all."""


def render_alarms(evaluation: AlarmEvaluation, name: str) -> str:
    """The page as HTML.

    Args:
        evaluation: what came of it.
        name: of what was judged, in words.
    """
    drawn, left_out = timelines(evaluation)
    style = files("consentry.app.report").joinpath("page.css").read_text("utf-8") + _text("page.css")
    return (
        _environment()
        .get_template("page.html")
        .render(
            style=Markup(style),  # noqa: S704 - files of this package
            name=name,
            protocol=evaluation.wish.protocol,
            described=described(evaluation.wish.protocol),
            seed=evaluation.wish.seed,
            whole=evaluation.whole,
            hazards=evaluation.hazards,
            clips=evaluation.clips,
            missed=evaluation.misses,
            false_alarms=evaluation.false_alarms,
            most=_MOST_FAULTS,
            timelines=drawn,
            left_out=left_out,
            readings=list(readings(evaluation)),
            limits=list(limits(evaluation)),
        )
    )


def write_alarms_page(evaluation: AlarmEvaluation, name: str, path: Path) -> None:
    """Write the page, as a whole or not at all.

    Raises:
        StorageError: it could not be written.
    """
    text = render_alarms(evaluation, name)
    part = path.with_name(f".{path.name[:40]}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)  # noqa: PTH105 - the same call as Path.replace
    except OSError as error:
        raise StorageError(f"{path} could not be written: {error.strerror}; give another file with --out") from error


def _environment() -> Environment:
    environment = Environment(
        loader=DictLoader({"page.html": _text("page.html")}),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"at": _at, "lasted": lasted, "three": three, "titled": titled}
    environment.globals |= {"counted": counted, "delay": delay}
    return environment


def _at(seconds: float) -> str:
    return moment(max(seconds, 0.0))


@cache
def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
