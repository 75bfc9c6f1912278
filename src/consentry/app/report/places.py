"""One table a camera: the highest numbers of each zone and tripwire, in words for those who do not read plots."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from consentry.app.report.series import PlaceSeries, Values
from consentry.app.report.story import CameraStory
from consentry.app.report.words import lasted, titled, unbroken

NOT_MEASURED = "-"


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One place."""

    row: int
    """Its cell in each column."""
    name: str
    hazards: tuple[str, ...]
    """What is watched for there."""


@dataclass(frozen=True, slots=True)
class Column:
    """One quantity at every place; a quantity that no place has makes no column."""

    name: str
    cells: tuple[str, ...]


def places_of(camera: CameraStory) -> tuple[tuple[PlaceRow, ...], tuple[Column, ...]]:
    """A row for each place that the settings, an observation or an alarm names; columns of what was measured there."""
    lines = [series for _, series in camera.sight.lines]
    settled = () if camera.settings is None else tuple(place.name for place in camera.settings.places)
    seen = (name for series in lines for name in series.places)
    names = list(dict.fromkeys((*settled, *seen, *(episode.place for episode in camera.episodes))))
    rows = tuple(
        PlaceRow(
            row, "the whole picture" if name == camera.name and name not in settled else name, _hazards(camera, name)
        )
        for row, name in enumerate(names)
    )
    known = [[series.places[name] for series in lines if name in series.places] for name in names]
    columns = [
        Column(title, tuple(_cell([of(place) for place in places], shown) for places in known))
        for title, of, shown in _QUANTITIES
    ]
    columns.append(Column("Forward / back", tuple(map(_crossed, known))))
    alarms = [sum(episode.place == name for episode in camera.episodes) for name in names]
    columns.append(Column("Alarms", tuple(f"{number:,}" if number else NOT_MEASURED for number in alarms)))
    return rows, tuple(column for column in columns if set(column.cells) - {NOT_MEASURED})


_QUANTITIES: tuple[tuple[str, Callable[[PlaceSeries], Values], Callable[[float], str]], ...] = (
    ("People", lambda place: place.people, lambda value: f"{value:.1f}"),
    ("Per m2", lambda place: place.density, lambda value: f"{value:.2f}"),
    ("Stay", lambda place: place.dwell, lasted),
    ("Wait", lambda place: place.waiting, lasted),
)


def _hazards(camera: CameraStory, place: str) -> tuple[str, ...]:
    hazards = () if camera.settings is None else camera.settings.hazards
    return tuple(dict.fromkeys(titled(hazard.kind) for hazard in hazards if hazard.place == place))


def _cell(lines: Sequence[Values], shown: Callable[[float], str]) -> str:
    top = _top(lines)
    return unbroken(shown(top)) if top > 0 else NOT_MEASURED


def _crossed(places: Sequence[PlaceSeries]) -> str:
    forward = sum(_top([place.forward]) for place in places)
    backward = sum(_top([place.backward]) for place in places)
    return f"{forward:,.0f} / {backward:,.0f}" if forward + backward else NOT_MEASURED


def _top(lines: Sequence[Values]) -> float:
    """The highest value of some lines; 0 where nothing was measured."""
    return max((float(np.max(np.nan_to_num(line), initial=0.0)) for line in lines), default=0.0)
