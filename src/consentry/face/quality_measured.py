"""A component as it was measured, before anybody says what is good enough."""

from dataclasses import dataclass

from consentry.face.quality import Component


@dataclass(frozen=True, slots=True)
class Measured:
    """One component of one sample."""

    component: Component
    value: int
    """Quality component value, 0-100."""
    native: float
    """The measure itself."""
    unit: str
    """Of ``native``."""
    how: str = ""
    """Which of several ways measured it."""
