"""The live view of a watch in a terminal: cameras, rate, lag, drops, open episodes. Numbers only, no picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from consentry.app.moments import CLIP_CLOCK_S
from consentry.ports import Clock
from consentry.touchpoints.camera import CameraState, CameraStatus

_STYLES = {
    CameraState.WATCHING: "green",
    CameraState.RESTING: "dim green",
    CameraState.STALLED: "bold yellow",
    CameraState.LOST: "bold red",
    CameraState.FAILED: "bold red",
}
_RATE_S = 5.0
"""s over which the rate is averaged: 25 pictures at the usual 5/s, so that it does not flicker."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """How many pictures had come at a moment."""

    at: float
    """s of the clock."""
    given: int


class LiveView:
    """A table that is drawn anew from the cameras' statuses whenever it is asked for."""

    def __init__(
        self, statuses: Callable[[], Sequence[CameraStatus]], clock: Clock, tell: Callable[[float], str]
    ) -> None:
        """Make a view.

        Args:
            statuses: how the cameras stand now.
            clock: the time of day.
            tell: tells a capture time, s UTC, to people.
        """
        self._statuses, self._clock, self._tell = statuses, clock, tell
        self._marks: dict[str, list[_Mark]] = {}

    def __rich__(self) -> RenderableType:
        """The table of this moment."""
        now = self._clock()
        table = Table(box=None, pad_edge=False, header_style="dim", expand=False)
        for head, justify in _HEADS:
            table.add_column(head, justify="right" if justify else "left", no_wrap=head != "open episodes")
        for status in self._statuses():
            table.add_row(*self._row(status, now))
        return table

    def _row(self, status: CameraStatus, now: float) -> tuple[RenderableType, ...]:
        tally = status.tally
        return (
            status.camera,
            Text(status.state.value, style=_STYLES.get(status.state, "")),
            "" if status.at is None else self._tell(status.at),
            f"{self._rate(status, now):.1f}/s",
            lag(status, now),
            str(status.people),
            f"{status.looked}/{status.given}",
            str(tally.dropped) if tally.dropped else "-",
            str(tally.broken) if tally.broken else "-",
            Text("\n".join(status.open) or status.note or "-", style="bold red" if status.open else "dim"),
        )

    def _rate(self, status: CameraStatus, now: float) -> float:
        """Pictures analysed a second, lately."""
        marks = self._marks.setdefault(status.camera, [])
        marks.append(_Mark(now, status.given))
        while len(marks) > 2 and marks[1].at <= now - _RATE_S:
            marks.pop(0)
        first, last = marks[0], marks[-1]
        return (last.given - first.given) / (last.at - first.at) if last.at > first.at else 0.0


_HEADS = (
    ("camera", False),
    ("state", False),
    ("picture of", False),
    ("rate", True),
    ("lag", True),
    ("people", True),
    ("looked", True),
    ("dropped", True),
    ("broken", True),
    ("open episodes", False),
)
"""Columns, and whether they hold numbers."""


_OLDEST_S = 86_400.0
"""s: a picture older than a day comes from a clip that says when it was taken."""


def lag(status: CameraStatus, now: float) -> str:
    """How old the last picture is; nothing for clips, whose clock is not the clock on the wall.

    >>> lag(CameraStatus("gate", CameraState.WATCHING, at=1_795_000_000.0), 1_795_000_000.8)
    '0.8 s'
    >>> lag(CameraStatus("clip", CameraState.WATCHING, at=12.0), 1_795_000_000.8)
    ''
    """
    if status.at is None or status.at < max(CLIP_CLOCK_S, now - _OLDEST_S) or status.state is CameraState.ENDED:
        return ""
    return f"{max(now - status.at, 0.0):.1f} s"
