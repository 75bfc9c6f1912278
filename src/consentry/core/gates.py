"""What a gate says: that it let somebody in. Never whom."""

from dataclasses import dataclass

MOST_PERSONS = 20
"""Persons that one authorisation may be for: a class with its teacher; more is a slip or an attack."""


@dataclass(frozen=True, slots=True)
class Authorisation:
    """A gate authorised a passage. It holds nothing of whoever is to pass: no name, no number of a pass or receipt."""

    gate: str
    """Name of the gate."""
    at: float
    """When, by the gate's clock, s UTC."""
    persons: int = 1
    """How many may pass on it: more for a group's or an assisted traveller's."""

    def __post_init__(self) -> None:
        """Check.

        Raises:
            ValueError: the number of persons is none.
        """
        if not 1 <= self.persons <= MOST_PERSONS:
            raise ValueError(f"persons: expected 1 to {MOST_PERSONS}, came {self.persons!r}")
