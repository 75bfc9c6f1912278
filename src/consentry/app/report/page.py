"""The page from frozen values: one template, escaped throughout, with nothing in it that is fetched from anywhere."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from jinja2 import Environment
from markupsafe import Markup

from consentry.app.moments import moment
from consentry.app.pages import environment, package_text
from consentry.app.report.axis import told_span
from consentry.app.report.charts import Chart
from consentry.app.report.coverage import CameraCoverage
from consentry.app.report.episodes import Episode, IncidentStory
from consentry.app.report.pictures import Shown
from consentry.app.report.places import Column, PlaceRow
from consentry.app.report.plan import Plan
from consentry.app.report.summary import Summary
from consentry.app.report.timeline import Timeline
from consentry.app.report.words import counted, lasted, listed, share, titled, unbroken

_TEMPLATES = ("page.html", "timeline.html", "alarms.html", "camera.html", "coverage.html")
_STYLE, _SCRIPT = "page.css", "filter.js"


@dataclass(frozen=True, slots=True)
class CameraPart:
    """One camera's part of the page."""

    coverage: CameraCoverage
    plan: Plan
    trouble: str | None
    """Why there is no view, in words."""
    charts: tuple[Chart, ...]
    places: tuple[PlaceRow, ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything on the page."""

    name: str
    """Of the site."""
    zone: tzinfo
    zone_name: str
    models: tuple[str, ...]
    summary: Summary
    timelines: tuple[Timeline, ...]
    incidents: tuple[IncidentStory, ...]
    notices: tuple[Episode, ...]
    shown: dict[int, Shown]
    """By the episode's number."""
    colours: dict[str, int]
    """By hazard."""
    cameras: tuple[CameraPart, ...]
    settings: tuple[tuple[str, str], ...]
    """Which watches, and the text that they used."""

    @property
    def embedded(self) -> int:
        """How many alarms have their picture in the page."""
        return sum(shown.picture is not None for shown in self.shown.values())

    @property
    def linked(self) -> int:
        """How many alarms have their picture beside the page only."""
        return sum(shown.picture is None and shown.link is not None for shown in self.shown.values())


MANY = 200
"""Alarms from which on those without a picture in the page take a line each instead of a card."""


def render(page: Page) -> str:
    """The page as HTML."""
    script = package_text(__package__, _SCRIPT)
    return (
        _environment(page.zone)
        .get_template("page.html")
        .render(
            page=page,
            style=Markup(package_text(__package__, _STYLE)),  # noqa: S704 - a file of this package
            script=Markup(script),  # noqa: S704 - a file of this package
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii"),
            compact=sum(len(incident.episodes) for incident in page.incidents) > MANY,
        )
    )


def _environment(zone: tzinfo) -> Environment:
    made = environment(__package__, *_TEMPLATES)
    made.filters |= {
        "lasted": lambda value: unbroken(lasted(value)),
        "titled": titled,
        "at": lambda at: moment(at, zone),
    }
    made.globals |= {
        "counted": counted, "listed": listed, "share": share, "span": lambda begin, end: told_span(begin, end, zone),
        "drawing": _drawing,
    }  # fmt: skip
    return made


def _drawing(chart: Chart) -> Markup:
    """A plot's markup: made by ``charts``, which gets no names."""
    return Markup(chart.svg)  # noqa: S704 - numbers and times of our own drawing


def settings_texts(watches: Sequence[tuple[int, str]]) -> tuple[tuple[str, str], ...]:
    """Each text once, with the numbers of the watches that used it, latest first."""
    used: dict[str, list[int]] = {}
    for number, text in watches:
        used.setdefault(text, []).append(number)
    told = []
    for text, numbers in reversed(used.items()):
        which = f"watch {numbers[0]}" if len(numbers) == 1 else f"{len(numbers)} watches, {numbers[0]} to {numbers[-1]}"
        told.append((which, text))
    return tuple(told)
