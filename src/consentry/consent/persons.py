"""The rule of two persons (R13): what one alone may not do."""

from consentry.core.errors import RefusedError

PERSONS = 2
"""How many must agree."""


def two_persons(names: tuple[str, ...], what: str) -> None:
    """Check that two different persons confirmed something.

    Args:
        names: as they gave them.
        what: they confirm, for the message.

    Raises:
        RefusedError: fewer did; one person written in two ways counts once.
    """
    persons = {" ".join(name.split()).casefold() for name in names} - {""}
    if len(persons) < PERSONS:
        raise RefusedError(f"expected {PERSONS} persons to confirm {what} (R13), came {len(persons)}", "two_persons")
