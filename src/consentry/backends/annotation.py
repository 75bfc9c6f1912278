"""What the watch knows, drawn on a redacted picture: zones, tripwires, tracks, open alarms in words.

It takes and gives ``RedactedFrame`` only, so it cannot show a head that was not covered before. With ten persons, four
zones and two alarms a picture took 1.4 ms at 640, 1.8 ms at 960 and 2.2 ms at 1280 px (one core of an AMD EPYC).
"""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.backends.lettering import Colour, fitting, word, write
from consentry.backends.tags import INK, STRIP, Tags, shade
from consentry.core.events import Alarm
from consentry.core.frames import Image
from consentry.core.geometry import Tripwire, Zone
from consentry.core.redaction import RedactedFrame, drawn_on
from consentry.core.scene import Label, Scene
from consentry.hazards.presence import Stays

_CALM, _ALARM, _LINE, _BOX = (196, 168, 40), (52, 52, 224), (60, 200, 250), (240, 240, 240)
"""Zones, whatever an open alarm is about, tripwires, and persons whom none is about."""
_STRIP_ALARM = (24, 16, 150)
_VEIL, _VEIL_ALARM = 0.14, 0.34
"""Share of a zone's colour over the picture: the floor stays visible, and red is seen from across a room."""
_ROWS = 4
"""Open alarms in words; more would hide the picture, so the rest is counted."""
_GAP_S = 5.0
"""s that a track may be lost and its dwell goes on, as the loitering rule has it by default."""
_SHOWN_S = 1.0
"""s of dwell from which it is written: before, everybody who walks through carries a 0."""
_MOVES = 0.2
"""m/s from which a speed is written: slower is the sway of somebody who stands, and the jitter of boxes."""
_MARK = "heads found are covered"
"""On every picture: what was done to it."""


class Annotator:
    """Draws on the pictures of one camera, in order of time."""

    def __init__(self, zones: Sequence[Zone], tripwires: Sequence[Tripwire], moment: Callable[[float], str]) -> None:
        """Make an annotator.

        Args:
            zones: of this camera.
            tripwires: of this camera.
            moment: tells a capture time, s UTC, to people.
        """
        self._zones, self._tripwires, self._moment = tuple(zones), tuple(tripwires), moment
        self._stays = [Stays(zone, _GAP_S) for zone in zones]
        self._dwells: dict[int, float] = {}
        self._seen: float | None = None

    def draw(self, picture: RedactedFrame, scene: Scene, told: Sequence[Alarm], /) -> RedactedFrame:
        """A copy of the picture with everything drawn on it.

        Args:
            picture: redacted.
            scene: the newest that is not after the picture.
            told: opening alarms of the episodes that are open.
        """
        self._follow(scene)
        return drawn_on(picture, lambda image: self._draw(image, picture, scene, told))

    def _follow(self, scene: Scene) -> None:
        """Keep up with who has been in a zone for how long; a scene that is shown twice counts once."""
        if self._seen is not None and scene.at <= self._seen:
            return
        self._seen, self._dwells = scene.at, {}
        for stays in self._stays:
            for track, stay in stays.step(scene, scene.at).items():
                self._dwells[track] = max(stay.dwell, self._dwells.get(track, 0.0))

    def _draw(self, image: Image, picture: RedactedFrame, scene: Scene, told: Sequence[Alarm]) -> None:
        places = {alarm.place for alarm in told}
        px = _letters(image)
        tags = Tags(image, px)
        self._veil(image, places)
        for zone in self._zones:
            colour = _ALARM if zone.name in places else _CALM
            corners = _pixels(image, zone.corners)
            cv2.polylines(image, [corners], isClosed=True, color=colour, thickness=_stroke(image), lineType=cv2.LINE_AA)
            left, top = corners[np.argmin(corners.sum(axis=1))].tolist()
            tags.put((zone.name,), (left, top), colour)
        for wire in self._tripwires:
            _tripwire(image, wire, tags, _ALARM if wire.name in places else _LINE)
        wanted = frozenset(track for alarm in told for track in alarm.tracks)
        for index in range(len(scene)):
            self._track(image, scene, index, tags, wanted)
        _strips(image, f"{picture.camera}   {self._moment(picture.at)}", told, px)

    def _veil(self, image: Image, places: set[str]) -> None:
        """Lay a zone's colour over its floor."""
        for zone in self._zones:
            corners = _pixels(image, zone.corners)
            left, top = np.maximum(corners.min(axis=0), 0)
            right, bottom = corners.max(axis=0) + 1
            part = image[top:bottom, left:right]
            if part.size == 0:
                continue
            colour, share = (_ALARM, _VEIL_ALARM) if zone.name in places else (_CALM, _VEIL)
            veiled = part.copy()
            cv2.fillPoly(veiled, [corners - (left, top)], colour)
            cv2.addWeighted(veiled, share, part, 1 - share, 0, dst=veiled)
            part[:] = veiled

    def _track(self, image: Image, scene: Scene, index: int, tags: Tags, wanted: frozenset[int]) -> None:
        """A box with its number, how long it has been in a zone and how fast it goes."""
        track = int(scene.ids[index])
        colour = _ALARM if track in wanted else _BOX
        box = scene.boxes[index].reshape(2, 2).tolist()
        (left, top), (right, bottom) = _pixels(image, box).tolist()
        cv2.rectangle(image, (left, top), (right, bottom), colour, _stroke(image))
        words = [f"#{track}"] if scene.labels[index] == Label.PERSON else [f"#{track}", "bag"]
        if self._dwells.get(track, 0.0) >= _SHOWN_S:
            words.append(f"{self._dwells[track]:.0f} s")
        if scene.velocity is not None and (speed := float(np.hypot(*scene.velocity[index]))) >= _MOVES:
            words.append(f"{speed:.1f} m/s")
        tags.put(words, (left, top - tags.row), colour)


def _letters(image: Image) -> int:
    """Size of letters, px: readable on the picture's own width, from a phone's to a wall's."""
    width: int = image.shape[1]
    return min(max(round(width / 58), 11), 24)


def _stroke(image: Image) -> int:
    width: int = image.shape[1]
    return max(1, round(width / 640))


def _pixels(image: Image, points: Sequence[Sequence[float]]) -> NDArray[np.int32]:
    """Fractions of the picture as px, int32 (n, 2)."""
    rows, columns = image.shape[:2]
    px: NDArray[np.int32] = np.rint(np.array(points, np.float64) * (columns, rows)).astype(np.int32)
    return px


def _tripwire(image: Image, wire: Tripwire, tags: Tags, colour: Colour) -> None:
    """The line, and an arrow the way that is called forward."""
    start, end = _pixels(image, (wire.start, wire.end)).astype(np.float64)
    along = end - start
    length = float(np.hypot(*along)) or 1.0
    # To the right hand of somebody who looks from start to end, as the picture shows it (y points down).
    forward = np.array([-along[1], along[0]]) / length
    middle = (start + end) / 2
    tip = middle + forward * image.shape[1] / 28
    stroke = _stroke(image) + 1
    (x0, y0), (x1, y1) = np.rint([start, end]).astype(int).tolist()
    (xm, ym), (xt, yt) = np.rint([middle, tip]).astype(int).tolist()
    cv2.line(image, (x0, y0), (x1, y1), colour, stroke, cv2.LINE_AA)
    cv2.arrowedLine(image, (xm, ym), (xt, yt), colour, stroke, cv2.LINE_AA, tipLength=0.4)
    tags.put((wire.name,), (min(x0, x1), max(y0, y1) + 2 * stroke), colour)


def _strips(image: Image, heading: str, told: Sequence[Alarm], px: int) -> None:
    """Camera and time along the upper edge, and below it what is wrong."""
    columns, row = image.shape[1], round(px * 1.5)
    shade(image, (0, 0, columns, row), STRIP)
    write(image, heading, (px // 2, px // 8), px, INK, bold=True)
    write(image, _MARK, (columns - word(_MARK, px).shape[1] - px // 2, px // 8), px, INK)
    lines = [(f"{alarm.hazard.replace('_', ' ')}: {alarm.place}", alarm.why) for alarm in told]
    if len(lines) > _ROWS:
        lines = [*lines[: _ROWS - 1], (f"and {len(lines) - _ROWS + 1} more", "")]
    for number, (what, why) in enumerate(lines, start=1):
        _strip(image, number * row, row, px, (what, why))


def _strip(image: Image, top: int, row: int, px: int, words: tuple[str, str]) -> None:
    """One alarm: what is wrong and where comes first and is never cut for its reason."""
    columns = image.shape[1]
    shade(image, (0, top, columns, top + row), _STRIP_ALARM)
    what = fitting(words[0], px, columns - px, bold=True)
    write(image, what, (px // 2, top + px // 8), px, INK, bold=True)
    left = px + word(what, px, bold=True).shape[1]
    write(image, fitting(words[1], px, columns - left - px // 2), (left, top + px // 8), px, INK)
