"""Plots as pictures of lines that stand in a page itself, drawn by matplotlib in the page's own ink.

Colours are the page's (CSS variables), so a plot follows the page into dark and onto paper. No name is ever given to
matplotlib: names stand in the page beside the plot, where the template escapes them.
"""

import io
import logging
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_LINES = 6
"""Lines in one plot at most: as many colours of Okabe and Ito's palette as keep apart on white and on black."""

_INK = {"#010203": "var(--ink-soft)", "#040506": "var(--rule)"} | {
    f"#0708{number:02x}": f"var(--series-{number})" for number in range(1, MOST_LINES + 1)
}
"""Colours that matplotlib is given, and what the page has in their stead."""
TEXT, RULE = list(_INK)[:2]
LINES = list(_INK)[2:]
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # letters stay letters: they are read aloud, searched and scaled
    "svg.hashsalt": "consentry",  # the same store gives the same page
    "text.parse_math": False,
    "font.family": ["DejaVu Sans"],  # comes with matplotlib; the page's own font replaces it
    "font.size": 8.0,
    "axes.unicode_minus": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.edgecolor": RULE,
    "axes.labelcolor": TEXT,
    "xtick.color": TEXT,
    "ytick.color": TEXT,
    "ytick.left": False,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
}


def plotted(draw: Callable[["Axes"], None], size: tuple[float, float], key: str) -> str:
    """A plot as markup to stand in a page.

    Args:
        draw: draws into the axes, in colours of ``LINES``, ``TEXT`` and ``RULE`` alone.
        size: inches.
        key: begins every id in the markup, so that no two plots of a page share one.
    """
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # where its cache cannot be written it works all the same
    # Imported here: it takes a second that only a page needs.
    from matplotlib import rc_context  # noqa: PLC0415
    from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    with rc_context(_STYLE):
        figure = Figure(figsize=size, layout="constrained")
        figure.patch.set_visible(False)
        FigureCanvasSVG(figure)
        plot = figure.subplots()
        plot.patch.set_visible(False)
        draw(plot)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return _embedded(out.getvalue(), key)


_ID = re.compile(r'(?<=\bid=")|(?<=href="#)|(?<=url\(#)')
_HEAD = re.compile(r"^.*?<svg[^>]*?(viewBox=\"[^\"]*\")[^>]*>", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>|<!--.*?-->|^\s+", re.DOTALL | re.MULTILINE)


def _embedded(svg: str, key: str) -> str:
    """A drawing as part of a page: its own ids, the page's colours, no size of its own, no declaration."""
    body = _METADATA.sub("", _HEAD.sub("", svg))
    for given, wanted in _INK.items():
        body = body.replace(given, wanted)
    box = _HEAD.match(svg)
    if box is None:
        raise ValueError("matplotlib gave no svg element with a viewBox")
    return f'<svg class="plot" {box[1]} aria-hidden="true">{_ID.sub(f"{key}-", body)}'
