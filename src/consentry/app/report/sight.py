"""A camera's observations, boiled down as soon as they are read: a month of them is half a million."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from consentry.app.report.axis import Axis, axes
from consentry.app.report.series import Series, series_of, watched
from consentry.core.observation import Observation

_MARKS = 5
"""Times written beneath a plot."""


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What one camera saw over all watches."""

    looked: tuple[tuple[float, float], ...]
    """Stretches of time in which somebody looked, s UTC, in order."""
    seconds: float
    """s looked at in all."""
    anybody: bool
    """Whether anybody was seen."""
    lines: tuple[tuple[Axis, Series], ...]
    """What to plot: one for each clock."""


def sight_of(observations: Sequence[Observation], zone: tzinfo) -> Sight:
    """Boil down.

    Args:
        observations: of one camera, in any order.
        zone: the site's time zone.
    """
    ordered = sorted(observations, key=lambda seen: (seen.begin, seen.end))
    looked = watched(ordered)
    along = axes((at for stretch in looked for at in stretch), zone, _MARKS)
    return Sight(
        looked=looked,
        seconds=sum(seen.end - seen.begin for seen in ordered),
        anybody=any(seen.most for seen in ordered),
        lines=tuple((axis, series) for axis in along if (series := series_of(ordered, axis)) is not None),
    )
