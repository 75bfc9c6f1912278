"""Plots of one camera over time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from consentry.app.report.axis import Axis
from consentry.app.report.drawing import LINES, MOST_LINES, RULE, plotted
from consentry.app.report.series import PlaceSeries, Series, Values

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIZE_IN = (5.4, 1.75)
"""inches: 389 x 126 points, shown some 520 pixels wide."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a line of a plot is, for the list beside it."""

    place: str
    dashed: bool
    colour: int
    """Number of its colour, from 1."""


@dataclass(frozen=True, slots=True)
class Chart:
    """One plot."""

    title: str
    unit: str
    told: str
    """What it shows, in a sentence, for whoever cannot see it."""
    lines: tuple[Line, ...]
    left_out: tuple[str, ...]
    """Places for which there was no room."""
    svg: str
    """Markup of our own making: numbers and times, no names."""


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    values: Values
    colour: str
    dashed: bool = False
    filled: bool = False


def charts_of(series: Series, axis: Axis, key: str) -> tuple[Chart, ...]:
    """All plots for which one camera has numbers.

    Args:
        series: of one camera.
        axis: the stretch of time.
        key: begins every id in the markup, so that no two plots of a page share one.
    """
    made = (_people(series, axis, f"{key}p"), *_quantities(series, axis, key), _crossings(series, axis, f"{key}x"))
    return tuple(chart for chart in made if chart is not None)


def _people(series: Series, axis: Axis, key: str) -> Chart:
    drawn = [_Drawn(series.people, LINES[0], filled=True), _Drawn(series.most, LINES[1])]
    average = float(np.nanmean(series.people))
    told = f"On average {average:.2g} persons in the picture, {np.nanmax(series.most):.0f} at most."
    told += " Grey: nobody looked." if np.isnan(series.people).any() else ""
    lines = (Line("mean", dashed=False, colour=1), Line("most at once", dashed=False, colour=2))
    return Chart("People in the picture", "persons", told, lines, (), _svg(series, drawn, axis, key, whole=True))


_QUANTITIES: tuple[tuple[str, str, str, Callable[[PlaceSeries], Values]], ...] = (
    ("Density", "persons/m2", "density", lambda place: place.density),
    ("Longest stay", "s", "stay", lambda place: place.dwell),
    ("Waiting time", "s", "waiting time", lambda place: place.waiting),
)
"""Title, unit, word in a sentence, and which line of a place it is."""


def _quantities(series: Series, axis: Axis, key: str) -> Iterator[Chart]:
    for rank, (title, unit, word, of) in enumerate(_QUANTITIES):
        known = {name: values for name, place in series.places.items() if np.any((values := of(place)) > 0)}
        if not known:
            continue
        peaks = sorted(known, key=lambda name: -float(np.nanmax(known[name])))
        shown = peaks[:MOST_LINES]
        drawn = [_Drawn(known[name], colour) for name, colour in zip(shown, LINES, strict=False)]
        told = "; ".join(f"{name}: {word} {np.nanmax(known[name]):.3g} {unit} at most" for name in shown)
        lines = tuple(Line(name, dashed=False, colour=colour) for colour, name in enumerate(shown, 1))
        svg = _svg(series, drawn, axis, f"{key}q{rank}")
        yield Chart(title, unit, f"{told}.", lines, tuple(peaks[MOST_LINES:]), svg)


def _crossings(series: Series, axis: Axis, key: str) -> Chart | None:
    totals = {name: (highest(place.forward), highest(place.backward)) for name, place in series.places.items()}
    crossed = sorted((name for name in totals if sum(totals[name]) > 0), key=lambda name: -sum(totals[name]))
    if not crossed:
        return None
    shown = crossed[:MOST_LINES]
    drawn, lines = [], []
    for colour, name in enumerate(shown, 1):
        place = series.places[name]
        for values, way, dashed in ((place.forward, "forward", False), (place.backward, "backward", True)):
            drawn.append(_Drawn(values, LINES[colour - 1], dashed=dashed))
            lines.append(Line(f"{name}, {way}", dashed=dashed, colour=colour))
    told = "; ".join(f"{name}: {totals[name][0]:.0f} forward, {totals[name][1]:.0f} backward" for name in shown)
    svg = _svg(series, drawn, axis, key, whole=True)
    return Chart("Crossings so far", "persons", f"{told}.", tuple(lines), tuple(crossed[MOST_LINES:]), svg)


def highest(values: Values) -> float:
    """The highest value of a line; 0 where it tells nothing."""
    return float(np.max(np.nan_to_num(values), initial=0.0))


def _svg(series: Series, lines: Sequence[_Drawn], axis: Axis, key: str, *, whole: bool = False) -> str:
    return plotted(lambda plot: _draw(plot, series, lines, axis, whole=whole), _SIZE_IN, key)


def _draw(plot: "Axes", series: Series, drawn: Sequence[_Drawn], axis: Axis, *, whole: bool) -> None:
    for line in drawn:
        style = "dashed" if line.dashed else "solid"
        if line.filled:
            plot.stairs(line.values, series.edges, fill=True, color=line.colour, alpha=0.25)
        plot.stairs(line.values, series.edges, baseline=None, color=line.colour, linewidth=1.4, linestyle=style)
    top = max((float(np.nanmax(line.values)) for line in drawn), default=0.0)
    top = max(top, 1.0 if whole else 1e-3)
    plot.set_ylim(-0.02 * top, 1.08 * top)  # a line at 0 stands clear of the axis
    for begin, end in _runs(np.isnan(series.people)):
        plot.axvspan(series.edges[begin], series.edges[end], color=RULE, linewidth=0)
    plot.set_xlim(axis.begin, axis.end)
    plot.set_xticks([mark.at for mark in axis.marks], [mark.text for mark in axis.marks])
    plot.locator_params(axis="y", nbins=4, integer=whole)
    plot.grid(visible=True, axis="y")
    plot.set_axisbelow(True)


def _runs(so: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Begin and end of each run of cells.

    >>> _runs(np.array([True, True, False, True]))
    [(0, 2), (3, 4)]
    """
    steps = np.flatnonzero(np.diff(np.concatenate([[False], so, [False]]).astype(np.int8)))
    return [(int(begin), int(end)) for begin, end in zip(steps[::2], steps[1::2], strict=True)]
