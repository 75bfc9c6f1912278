"""The wiring of one transaction at the gate: networks, camera, witnesses, and what is forgotten after it.

The steps are the touchpoint's (``touchpoints.egate``). Here they get their parts, and here the process is asked to fill
what it frees (``backends.wiping``), since decoders, resizers and encoders make copies of their own.
"""

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from consentry.app.screening_document import Laid
from consentry.backends.sources import open_source
from consentry.backends.wiping import fill_freed, give_back
from consentry.core.screening import Screening, Timing
from consentry.touchpoints.egate import screen
from consentry.touchpoints.egate_parts import FaceParts, GateParts, GateRules, Witness

RATE = 12.5
"""Pictures a second: a blink of 0.1 s is in one of them, and the attack cues were measured at this rate. A camera drops
what comes while a frame is looked at, so a slow machine looks at fewer."""
WIDEST = 1280
"""px that a live picture is given wide."""


@dataclass(frozen=True, slots=True)
class GateWishes:
    """What whoever runs the lane asks for."""

    live: str
    """Address of the live source: a camera, a clip, a folder of pictures."""
    rules: GateRules
    fmr: float | None = None
    """Highest false match rate that is wanted, 0-1; None: the lowest that the calibration supports."""
    calibration: Path | None = None
    """A calibration of the operator's own; None: the one that comes with Consentry."""
    embedder: str | None = None
    """Name of an embedder, or several joined by ``+``; None: that of the standard set."""
    realtime: bool = False
    """Clips at their own pace, for somebody who watches."""


def prepare() -> None:
    """Ask the process to fill whatever it frees: once, before the first document is read."""
    fill_freed()


def screen_traveller(
    laid: Laid,
    wishes: GateWishes,
    at: float,
    witnesses: Sequence[Witness] = (),
    faces: Callable[[GateWishes], FaceParts] | None = None,
) -> Screening:
    """Screen one traveller, and forget.

    Args:
        laid: the document.
        wishes: of the lane.
        at: s UTC; clips count as taken from then on.
        witnesses: who sees it as it goes.
        faces: makes the face side's parts; None: ``screening_faces``.

    Raises:
        SourceError: the address of the live source is of a kind that nobody knows.
    """
    prepare()
    make = faces or _networks
    try:
        source = open_source(
            wishes.rules.touchpoint,
            wishes.live,
            rate=RATE,
            width=WIDEST,
            recorded_at=at,
            clock=time.time,
            realtime=wishes.realtime,
        )
        parts = GateParts(lambda: make(wishes), source, tuple(witnesses), time.monotonic)
        screening = screen(laid.document, parts, wishes.rules, at)
    finally:
        laid.document.wipe()
        gc.collect()  # a decoder may hang in a cycle
        give_back()
    return replace(screening, timings=(Timing("document", laid.seconds), *screening.timings))


def _networks(wishes: GateWishes) -> FaceParts:
    from consentry.app.screening_faces import face_parts  # noqa: PLC0415 - seconds to load, and only for a face to look at

    return face_parts(wishes)
