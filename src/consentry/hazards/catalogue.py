"""All hazards in one table. A new hazard is one row here and one file beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from consentry.core.geometry import Tripwire, View, WholePicture, Zone
from consentry.hazards.rule import HazardSettings, Rule
from consentry.hazards.zones import Intrusion, IntrusionSettings


@dataclass(frozen=True, slots=True)
class Row:
    """One hazard."""

    name: str
    """As in the settings."""
    id: str
    """Number in the table of features."""
    summary: str
    """One sentence for ``--help`` and the docs."""
    place: type[Zone] | type[Tripwire] | type[WholePicture]
    """What it is watched at."""
    settings: type[HazardSettings]
    rule: Callable[[str, Any, Any, View], Rule]
    """Called with the camera's name, the place, the settings and the view."""
    main: str | None = None
    """The option that ``--hazard NAME:PLACE:VALUE`` sets."""
    needs_floor: bool = False
    """Whether it cannot work without a floor plan."""
    needs_crowd: bool = False
    """Whether it reads the zone's ``CrowdReading``."""


CATALOGUE: dict[str, Row] = {
    row.name: row
    for row in (
        Row("intrusion", "D1", "somebody is where nobody should be", Zone, IntrusionSettings, Intrusion, "seconds"),
    )
}
