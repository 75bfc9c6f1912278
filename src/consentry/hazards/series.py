"""A number over the last seconds: its mean, whatever the rate at which it was sampled."""

from collections import deque

from consentry.hazards.rule import EPSILON_S, GAP_S

SPACING_S = 0.09
"""Samples are kept at least this far apart: 11 a second say as much of a crowd as 30."""
_DIGITS = 6
"""A mean of ten equal tens is ten: rounded beyond what any reading is worth, so that a limit met exactly is met."""


class Recent:
    """A number sampled at uneven times, joined by straight lines, as far back as ``keep_s``.

    >>> recent = Recent(keep_s=10)
    >>> for now in (0, 2, 3, 4, 6, 8, 10):
    ...     recent.add(now, 2.0 * now)
    >>> recent.mean(0, 10), recent.mean(8, 10), recent.mean(-1, 5)
    (10.0, 18.0, None)
    """

    def __init__(self, keep_s: float, spacing_s: float = SPACING_S) -> None:
        self._keep_s, self._spacing_s = keep_s, spacing_s
        self._points: deque[tuple[float, float]] = deque()

    def add(self, now: float, value: float) -> None:
        """Add a sample; after a silence longer than the usual gap the past counts no more."""
        if self._points and now - self._points[-1][0] > GAP_S + EPSILON_S:
            self._points.clear()
        if len(self._points) > 1 and now - self._points[-2][0] < self._spacing_s:
            self._points.pop()
        self._points.append((now, value))
        while len(self._points) > 2 and self._points[1][0] <= now - self._keep_s:
            self._points.popleft()

    def mean(self, begin: float, end: float) -> float | None:
        """The mean between two times; None where the samples do not reach back so far."""
        points = self._points
        if not points or points[0][0] > begin + EPSILON_S or end <= begin:
            return None
        area = 0.0
        for (t0, v0), (t1, v1) in zip(points, list(points)[1:], strict=False):
            left, right = max(t0, begin), min(t1, end)
            if right > left:
                slope = (v1 - v0) / (t1 - t0)
                area += (right - left) * (v0 + slope * ((left + right) / 2 - t0))
        covered = min(points[-1][0], end) - max(points[0][0], begin)
        return round(area / covered, _DIGITS) if covered > 0 else points[-1][1]

    def forget(self) -> None:
        """Begin anew."""
        self._points.clear()
