"""A site described by the options of a command instead of a file, and sources that options override."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from consentry.app.settings_build import build, told
from consentry.app.settings_faults import Fault, nearest, shown
from consentry.app.settings_lines import Path
from consentry.app.settings_tables import checked_source
from consentry.app.settings_values import CameraSettings, Site, has_own_clock
from consentry.core.addresses import without_credentials
from consentry.core.errors import Problem, SettingsError
from consentry.core.geometry import Tripwire, WholePicture
from consentry.hazards.catalogue import CATALOGUE, Row


def site_from_options(
    sources: Sequence[str], zones: Sequence[str] = (), lines: Sequence[str] = (), hazards: Sequence[str] = ()
) -> Site:
    """The site that the options of ``consentry watch`` describe.

    Args:
        sources: ``NAME=ADDRESS``, a camera each.
        zones: ``NAME:x,y;x,y;x,y`` for every camera, or ``CAMERA/NAME:...`` for one.
        lines: ``NAME:x,y;x,y``, likewise.
        hazards: ``KIND:PLACE`` or ``KIND:PLACE:VALUE``, where the value sets the hazard's main option. Hazards of the
            whole picture may leave the place out, or name a camera.

    Raises:
        SettingsError: with every problem, its place the option.
    """
    draft = _Draft()
    for text in sources:
        draft.camera(text)
    for text in zones:
        draft.place("--zone", "zone", text)
    for text in lines:
        draft.place("--line", "tripwire", text)
    for text in hazards:
        draft.hazard(text)
    reading = build({"site": {"name": "without a settings file"}, "camera": draft.cameras}, draft.where)
    problems = (*told(draft.faults, draft.where), *(reading.problems if sources else ()))
    if problems or reading.site is None:
        raise SettingsError(problems)
    return reading.site


def override_sources(site: Site, sources: Sequence[str]) -> Site:
    """The site with other sources for some of its cameras (``NAME=ADDRESS``).

    Raises:
        SettingsError: a camera is unknown, or a clip without a date stands in where a schedule needs one.
    """
    cameras = {camera.name: camera for camera in site.cameras}
    problems = []
    for text in sources:
        name, equals, source = text.partition("=")
        place = option("--source", text)
        if not (equals and source):
            problems.append(Problem(place, "expected NAME=ADDRESS", "such as --source hall=clip.mp4"))
        elif name not in cameras:
            why = f"expected the name of a camera of the settings, came {shown(name)}"
            problems.append(Problem(place, why, nearest(name, cameras)))
        else:
            cameras[name] = replace(cameras[name], source=source)
            problems += _unfit(source, place) or _undated(cameras[name], place)
    if problems:
        raise SettingsError(tuple(problems))
    return replace(site, cameras=tuple(cameras.values()))


def _unfit(source: str, place: str) -> list[Problem]:
    try:
        checked_source(source)
    except ValueError as error:
        return [Problem(place, str(error), "such as --source hall=clip.mp4")]
    return []


def _undated(camera: CameraSettings, place: str) -> list[Problem]:
    if has_own_clock(camera.source) and camera.recorded_at is None and any(h.schedule.spans for h in camera.hazards):
        why = "a clip does not say at what time of day it was taken, and a hazard of this camera has hours of duty"
        return [Problem(place, why, "add recorded_at to the camera in the settings")]
    return []


def option(flag: str, text: str) -> str:
    """An option as it was given, without credentials."""
    return f'{flag} "{without_credentials(text)}"'


@dataclass
class _Draft:
    """Tables as a settings file would have them, and which option each came from."""

    cameras: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    origins: dict[Path, str] = field(default_factory=dict)

    def where(self, path: Path) -> str:
        """The option that a key came from."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.origins:
                return self.origins[path[:length]]
        return "--source"

    def camera(self, text: str) -> None:
        name, equals, source = text.partition("=")
        path: Path = ("camera", len(self.cameras))
        self.origins[path] = option("--source", text)
        self.cameras.append({"name": name, "source": source})
        if not equals:
            self._refuse(self.origins[path], "expected NAME=ADDRESS", "such as --source hall=clip.mp4")
            self.cameras[-1] = {"name": f"camera {len(self.cameras)}", "source": text}

    def place(self, flag: str, kind: str, text: str) -> None:
        where = option(flag, text)
        drawn = _drawn(text)
        if drawn is None or (kind == "tripwire" and len(drawn[1]) != 2):
            example = "hall:0.1,0.4;0.9,0.4;0.9,1" if kind == "zone" else "door:0.1,0.5;0.9,0.5"
            self._refuse(where, "expected NAME: and points x,y divided by ;", f"such as {flag} {example!r}")
            return
        name, points = drawn
        camera, slash, own = name.rpartition("/")
        table = {"corners": points} if kind == "zone" else {"start": points[0], "end": points[1]}
        for number in self._numbers(camera if slash else None, where):
            self._add(number, kind, {"name": own, **table}, where)

    def hazard(self, text: str) -> None:
        where = option("--hazard", text)
        kind, _, rest = text.partition(":")
        place, _, value = rest.partition(":")
        row = CATALOGUE.get(kind)
        if row is None:
            self._refuse(where, f"expected a hazard of the catalogue, came {shown(kind)}", nearest(kind, CATALOGUE))
            return
        table: dict[str, Any] = {"kind": kind}
        if value and row.main is None:
            self._refuse(where, f"{kind} has no option that a third part could set", f"write {kind}:{place}")
            return
        if value and row.main is not None:
            table[row.main] = _toml_value(value)
        camera, slash, own = place.rpartition("/")
        if row.place is WholePicture:
            for number in self._numbers(place or None, where):
                self._add(number, "hazard", table, where)
            return
        if own:
            table["place"] = own
        for number in self._with_place(row, own, self._numbers(camera if slash else None, where)):
            self._add(number, "hazard", table, where)

    def _with_place(self, row: Row, place: str, numbers: list[int]) -> list[int]:
        """The cameras that have the place, else the first, where the check will tell that it is unknown."""
        kind = "tripwire" if row.place is Tripwire else "zone"
        having = [n for n in numbers if any(table["name"] == place for table in self.cameras[n].get(kind, ()))]
        return having or numbers[:1]

    def _numbers(self, camera: str | None, where: str) -> list[int]:
        names = [str(table["name"]) for table in self.cameras]
        if camera is None:
            return list(range(len(names)))
        if camera not in names:
            self._refuse(where, f"expected the name of a camera, came {shown(camera)}", nearest(camera, names))
        return [number for number, name in enumerate(names) if name == camera]

    def _add(self, number: int, kind: str, table: dict[str, Any], where: str) -> None:
        tables = self.cameras[number].setdefault(kind, [])
        self.origins["camera", number, kind, len(tables)] = where
        tables.append(table)

    def _refuse(self, where: str, why: str, remedy: str) -> None:
        path: Path = ("option", len(self.faults))
        self.origins[path] = where
        self.faults.append(Fault(path, why, remedy))


def _drawn(text: str) -> tuple[str, list[list[float]]] | None:
    name, colon, rest = text.partition(":")
    try:
        points = [[float(number) for number in point.split(",")] for point in rest.strip(" ;").split(";")]
    except ValueError:
        return None
    return (name, points) if colon and all(len(point) == 2 for point in points) else None


def _toml_value(text: str) -> object:
    """``20`` as a number, ``0,1`` as a list, ``forward`` as a text."""
    for written in (text, f"[{text}]"):
        try:
            return tomllib.loads(f"value = {written}")["value"]
        except ValueError:  # no TOML, or a number of thousands of digits
            continue
    return text
