"""Renders the evaluation of alarms: one file with everything in it, that asks nobody for anything; no picture, no name.

Layout and colours are the watch report's (``app.report``); what is special stands in ``page.css`` beside this.
"""

from pathlib import Path

from jinja2 import Environment

from consentry.app.alarm_evaluation import AlarmEvaluation
from consentry.app.alarm_report.timeline import timelines
from consentry.app.alarm_report.words import delay, described, limits, readings, three
from consentry.app.moments import moment
from consentry.app.pages import environment, style_of, write_page
from consentry.app.report.words import counted, lasted, titled

_MOST_FAULTS = 500
"""Missed events and false alarms in the page, of each: more than anybody reads; the JSON has all."""


def render_alarms(evaluation: AlarmEvaluation, name: str) -> str:
    """The page as HTML.

    Args:
        evaluation: what came of it.
        name: of what was judged, in words.
    """
    drawn, left_out = timelines(evaluation)
    return (
        _environment()
        .get_template("page.html")
        .render(
            style=style_of(__package__),
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
    write_page(path, render_alarms(evaluation, name))


def _environment() -> Environment:
    made = environment(__package__, "page.html")
    made.filters |= {"at": _at, "lasted": lasted, "three": three, "titled": titled}
    made.globals |= {"counted": counted, "delay": delay}
    return made


def _at(seconds: float) -> str:
    return moment(max(seconds, 0.0))
