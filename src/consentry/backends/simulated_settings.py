"""The simulated hall's settings, as somebody would write them who draws zones in its picture and measures its floor."""

from consentry.backends.simulated_plan import BARRIER, LENS, ONE_WAY, OPENING, QUEUE, SEATS, STAFF, SURVEYED, Outline
from consentry.backends.simulated_story import (
    CAMERA,
    INTRUSION_S,
    LOITERING_S,
    QUEUE_PEOPLE,
    QUEUE_S,
    TAMPERING_S,
    queue_slot,
)

_HEAD: Outline = (queue_slot(0),)
"""m: where the queue is served."""
_ALONG: Outline = ((6.9, 10.0), (6.9, 17.0))
"""m: a line along the passage, in its direction."""


def hall_settings() -> str:
    """The text of a ``site.toml`` whose one camera is the simulated hall."""
    zones = {"seats": SEATS, "staff only": STAFF, "desk": QUEUE, "passage": ONE_WAY}
    start, end = LENS.ground(((OPENING[1], BARRIER), (OPENING[0], BARRIER)))
    return "\n".join(
        [
            "# A hall that does not exist. Its zones are computed from its plan, so that they fit its picture.",
            "[site]",
            'name = "Simulated hall"',
            "",
            "[[camera]]",
            f'name = "{CAMERA}"',
            f'source = "sim:{CAMERA}"',
            "",
            "[camera.floor]",
            f"picture = {_points(LENS.ground(SURVEYED))}",
            f"metres = {_points(SURVEYED)}",
            *(line for name, outline in zones.items() for line in _zone(name, outline)),
            "",
            "[[camera.tripwire]]",
            'name = "belts" # forward is into the hall',
            f"start = {_point(start)}",
            f"end = {_point(end)}",
            _hazards(),
        ]
    )


def _zone(name: str, outline: Outline) -> tuple[str, ...]:
    return "", "[[camera.zone]]", f'name = "{name}"', f"corners = {_points(LENS.ground(outline))}"


def _hazards() -> str:
    near, far = LENS.ground(_ALONG)
    return f"""
[[camera.hazard]]
kind = "loitering"
place = "seats"
seconds = {LOITERING_S}

[[camera.hazard]]
kind = "intrusion"
place = "staff only"
seconds = {INTRUSION_S}

[[camera.hazard]]
kind = "queue"
place = "desk"
people = {QUEUE_PEOPLE}
seconds = {QUEUE_S}
head = {_point(LENS.ground(_HEAD)[0])}
clear_s = 5.0 # a short story

[[camera.hazard]]
kind = "counter_flow"
place = "passage"
direction = {_point((far[0] - near[0], far[1] - near[1]))}

[[camera.hazard]]
kind = "line_crossing"
place = "belts"
direction = "backward"

[[camera.hazard]]
kind = "tampering"
seconds = {TAMPERING_S}
"""


def _points(points: Outline) -> str:
    return f"[{', '.join(map(_point, points))}]"


def _point(point: tuple[float, float]) -> str:
    """Four digits: a twentieth of a pixel at 640."""
    return f"[{point[0]:.4f}, {point[1]:.4f}]"
