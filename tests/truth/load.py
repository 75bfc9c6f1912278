"""Reads the ground truth: what a person saw in each clip, and the settings that it was written for."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from consentry.evaluation.alarms import Event

HERE = Path(__file__).parent
"""Where the files are."""
GAP_S = 3.0
"""s between two crossings up to which they are one event: a rule's default of ``clear_s``, and a guard who is told that
somebody crosses need not be told again for the next in the same group."""

Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Crossing:
    """One person's feet cross a tripwire."""

    place: str
    direction: str
    """``forward`` or ``backward``."""
    at: float
    """s from the beginning."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What happens in a clip."""

    name: str
    """Of the clip and of its camera in the settings."""
    file: str
    sha256: str
    seconds: float
    """s that the clip lasts once."""
    loops: int
    """How often it is watched without a pause."""
    site: Path
    """Settings in the shape of ``site.toml`` with the zones, tripwires and hazards that the events speak of."""
    events: tuple[Event, ...]
    """All of them, those of line crossings included."""
    crossings: tuple[Crossing, ...]
    quiet: frozenset[tuple[str, str]]
    """Hazards and places of which nothing is to be told."""

    @property
    def watched_s(self) -> float:
        """s that are watched in all."""
        return self.seconds * self.loops

    @property
    def settings(self) -> Table:
        """The settings, not checked."""
        return tomllib.loads(self.site.read_text(encoding="utf-8"))

    @property
    def camera(self) -> Table:
        """The settings' only camera."""
        (camera,) = self.settings["camera"]
        return dict(camera)


def names() -> tuple[str, ...]:
    """Every clip that has a truth."""
    return tuple(sorted(path.stem for path in HERE.glob("*.toml") if not path.name.endswith(".site.toml")))


def load(name: str) -> Truth:
    """The truth of one clip."""
    raw = tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))
    clip = raw["clip"]
    seconds, loops = float(clip["seconds"]), int(clip.get("loops", 1))
    site = HERE / clip["site"]
    crossings = tuple(sorted(_crossings(raw, seconds, loops), key=lambda c: (c.at, c.place)))
    truth = Truth(
        clip["name"],
        clip["file"],
        clip["sha256"],
        seconds,
        loops,
        site,
        tuple(_events(raw, seconds, loops)),
        crossings,
        frozenset((hazard, place) for hazard, place in clip["quiet"]),
    )
    return replace(truth, events=truth.events + tuple(_crossing_events(truth)))


def _starts(table: Table, seconds: float, loops: int) -> Iterator[float]:
    """When the loops begin in which something happens."""
    yield from (loop * seconds for loop in range(loops if table.get("every_loop") else 1))


def _events(raw: Table, seconds: float, loops: int) -> Iterator[Event]:
    for table in raw.get("event", ()):
        for start in _starts(table, seconds, loops):
            yield Event(
                table["hazard"],
                table["place"],
                start + table["begin"],
                start + table["end"],
                table.get("ambiguous", False),
                table["note"],
            )


def _crossings(raw: Table, seconds: float, loops: int) -> Iterator[Crossing]:
    for table in raw.get("crossing", ()):
        for start in _starts(table, seconds, loops):
            yield from (Crossing(table["place"], table["direction"], start + at) for at in table["at"])


def _crossing_events(truth: Truth) -> Iterator[Event]:
    """Crossings in a direction that is watched for, those within ``GAP_S`` of each other as one event."""
    for hazard in truth.camera["hazard"]:
        if hazard["kind"] != "line_crossing":
            continue
        wanted = {"both": {"forward", "backward"}}.get(hazard["direction"], {hazard["direction"]})
        times = [c.at for c in truth.crossings if c.place == hazard["place"] and c.direction in wanted]
        groups: list[list[float]] = []
        for at in times:
            if groups and at - groups[-1][-1] <= GAP_S:
                groups[-1].append(at)
            else:
                groups.append([at])
        for group in groups:
            yield Event("line_crossing", hazard["place"], group[0], group[-1], note=f"{len(group)} cross")
