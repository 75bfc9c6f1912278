"""One redacted picture of each camera's place, for the report's heat map to lie on."""

EVERY_S = 3600.0
"""s between two views of the empty place: daylight moves on, and a chair is moved; more says nothing new."""
AGAIN_S = 60.0
"""s before the next try, where none could be kept yet or the one kept shows people."""


class ViewTimes:
    """When a camera's view is due: at first any picture, then one without people, then hourly."""

    def __init__(self) -> None:
        self._tried: float | None = None
        self._kept = self._empty = False

    def due(self, at: float, *, empty: bool) -> bool:
        """Whether a picture of this time should become the view; it then counts as tried.

        Args:
            at: s UTC.
            empty: nobody is in it.
        """
        wait = EVERY_S if self._empty else AGAIN_S
        if self._tried is not None and (abs(at - self._tried) < wait or (self._kept and not empty)):
            return False
        self._tried = at
        return True

    def kept(self, *, empty: bool) -> None:
        """It was kept."""
        self._kept, self._empty = True, empty


def view_name(camera: str) -> str:
    """Name of the still that shows a camera's place.

    >>> view_name("gate 3")
    'view-gate 3'
    """
    return f"view-{camera}"
