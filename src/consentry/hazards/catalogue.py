"""All hazards in one table. A new hazard is one row here and one file beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from consentry.core.geometry import Tripwire, View, WholePicture, Zone
from consentry.hazards.crowd import Crowd, CrowdSettings, Crush, CrushSettings
from consentry.hazards.fall import Fall, FallSettings
from consentry.hazards.fire import Fire, FireSettings
from consentry.hazards.flow import CounterFlow, CounterFlowSettings
from consentry.hazards.lines import LineCrossing, LineCrossingSettings
from consentry.hazards.panic import Panic, PanicSettings
from consentry.hazards.queue import Queue, QueueSettings
from consentry.hazards.rule import HazardSettings, Rule
from consentry.hazards.running import Running, RunningSettings
from consentry.hazards.tailgating import Tailgating, TailgatingSettings
from consentry.hazards.tampering import Tampering, TamperingSettings
from consentry.hazards.zones import Intrusion, IntrusionSettings, Loitering, LoiteringSettings


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
    needs_fire: bool = False
    """Whether it reads the picture's ``FireReading``."""
    needs_second_look: bool = False
    """Whether it wishes for second looks, and works less surely without."""


ROWS = (
    Row("intrusion", "D1", "somebody is where nobody should be", Zone, IntrusionSettings, Intrusion, "seconds"),
    Row("line_crossing", "D2", "somebody crosses a line", Tripwire, LineCrossingSettings, LineCrossing, "direction"),
    Row("loitering", "D3", "somebody stays for long", Zone, LoiteringSettings, Loitering, "seconds"),
    Row("counter_flow", "D4", "somebody goes the wrong way", Zone, CounterFlowSettings, CounterFlow, "direction"),
    Row("running", "D9", "somebody runs", Zone, RunningSettings, Running, "speed"),
    Row("panic", "D9", "many suddenly run", Zone, PanicSettings, Panic, "people", needs_crowd=True),
    Row(
        "fall", "D7", "somebody falls and does not get up", Zone, FallSettings, Fall, "seconds", needs_second_look=True
    ),
    Row("crowd", "D10", "too many people for the floor", Zone, CrowdSettings, Crowd, "density", needs_crowd=True),
    Row(
        "crush",
        "D10",
        "a dense crowd is stuck and pushes",
        Zone,
        CrushSettings,
        Crush,
        "density",
        needs_floor=True,
        needs_crowd=True,
    ),
    Row("queue", "D11", "a queue is too long or too slow", Zone, QueueSettings, Queue, "people", needs_crowd=True),
    Row("fire", "D12", "something burns or smokes", WholePicture, FireSettings, Fire, "seconds", needs_fire=True),
    Row("tailgating", "D14", "more pass a gate than it let in", Tripwire, TailgatingSettings, Tailgating, "gate"),
    Row("tampering", "D13", "the camera cannot see", WholePicture, TamperingSettings, Tampering, "seconds"),
)
"""One row a hazard."""

CATALOGUE: dict[str, Row] = {row.name: row for row in ROWS}
"""The rows by name."""
