"""Plots of an evaluation: DET of all models, and the scores of each. Numbers only; names stand in the page beside.

In the DET plot, grey is what so few people cannot show: left, no false match rate can be told from none; below, no
false non-match rate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from consentry.app.face_evaluation_values import ModelResult
from consentry.app.report.drawing import LINES, MOST_LINES, RULE, TEXT, plotted
from consentry.evaluation.bootstrap import percent
from consentry.evaluation.intervals import binomial_interval
from consentry.evaluation.thresholds import smallest_fmr

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DET_IN, _SCORES_IN = (5.4, 3.6), (5.4, 2.0)
"""inches."""
_TICKS = (1e-5, 1e-4, 1e-3, 0.01, 0.1, 1.0)


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot."""

    title: str
    told: str
    """What it shows, for whoever cannot see it."""
    svg: str
    """Markup of our own making: numbers, no names."""
    lines: tuple[tuple[str, int], ...]
    """Name and number of the colour of each line."""


def det_plot(models: Sequence[ModelResult], people: int) -> Plot:
    """Both error rates against each other, each model a line with its band."""
    shown = models[:MOST_LINES]
    least = min(model.curves.fmr[0] for model in shown)
    floor = binomial_interval(0, people)[1]

    def draw(plot: "Axes") -> None:
        bottom = min(1e-3, floor / 10)
        plot.axvspan(least, smallest_fmr(people), color=RULE, alpha=0.45, linewidth=0)
        plot.axhspan(bottom, floor, color=RULE, alpha=0.45, linewidth=0)
        for model, colour in zip(shown, LINES, strict=False):
            curves = model.curves
            low, middle, high = (np.maximum(part, bottom) for part in (curves.low, curves.fnmr, curves.high))
            plot.fill_between(curves.fmr, low, high, step="post", color=colour, alpha=0.15, linewidth=0)
            plot.step(curves.fmr, middle, where="post", color=colour, linewidth=1.5)
        plot.set_xscale("log")
        plot.set_yscale("log")
        plot.set_xlim(least, 1)
        plot.set_ylim(bottom, 1)
        plot.minorticks_off()
        for set_ticks, edge in ((plot.set_xticks, float(least)), (plot.set_yticks, bottom)):
            ticks = [tick for tick in _TICKS if tick > edge]
            set_ticks([edge, *ticks], ["none", *(f"{percent(tick)} %" for tick in ticks)])
        plot.set_xlabel("false match rate")
        plot.set_ylabel("false non-match rate")
        plot.grid(visible=True)
        plot.set_axisbelow(True)

    told = "; ".join(
        f"{model.model}: equal error rate {percent(model.curves.eer)} % "
        f"({percent(model.curves.eer_low)}-{percent(model.curves.eer_high)} %)"
        for model in shown
    )
    lines = tuple((model.model, colour) for colour, model in enumerate(shown, 1))
    return Plot("Detection error trade-off (DET)", f"{told}.", plotted(draw, _DET_IN, "det"), lines)


def score_plot(model: ModelResult, number: int) -> Plot:
    """How the scores of one model lie on both sides of its threshold."""
    scores, threshold = model.scores, model.in_use.threshold

    def draw(plot: "Axes") -> None:
        for counts, colour in ((scores.non_mated, LINES[1]), (scores.mated, LINES[0])):
            shares = 100 * counts / max(int(counts.sum()), 1)
            plot.stairs(shares, scores.edges, fill=True, color=colour, alpha=0.25)
            plot.stairs(shares, scores.edges, color=colour, linewidth=1.4)
        plot.axvline(threshold.score, color=TEXT, linewidth=1.0, linestyle="dashed")
        plot.set_xlim(float(scores.edges[0]), float(scores.edges[-1]))
        plot.set_xlabel("score")
        plot.set_ylabel("% of comparisons")
        plot.grid(visible=True, axis="y")
        plot.set_axisbelow(True)

    mated, others = (np.flatnonzero(counts) for counts in (scores.mated, scores.non_mated))
    told = (
        f"Mated scores lie between {scores.edges[mated[0]]:.2f} and {scores.edges[mated[-1] + 1]:.2f}, "
        f"non-mated between {scores.edges[others[0]]:.2f} and {scores.edges[others[-1] + 1]:.2f}; "
        f"the threshold in use, dashed, at {threshold.score:.3f}."
    )
    return Plot("Scores", told, plotted(draw, _SCORES_IN, f"s{number}"), (("mated", 1), ("non-mated", 2)))
