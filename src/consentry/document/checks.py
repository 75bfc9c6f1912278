"""What was checked on a document, and what came of it (BSI TR-03135-1 v2.5, clause 3.5.2).

Absence is never success: a check that could not be done says so, and ``genuine`` asks for every essential check by its
name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What came of a check."""

    SUCCESSFUL = "successful"
    FAILED = "failed"
    """It was looked at, and it is wrong."""
    UNDETERMINED = "undetermined"
    """It could not be decided: something that it needs is missing."""
    NOT_SUPPORTED = "not supported"
    """The document does not offer it, or not to a system without a right of its own, as this one."""
    ABORTED = "aborted"
    """It was begun, and the chip or the reader broke off."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    """Stable, for programs: ``sod_signature``."""
    outcome: Outcome
    why: str
    """In words for an officer. No name, number or date of the holder."""
    clause: str
    """Where the check is laid down."""


class Verdict(StrEnum):
    """What all checks together say."""

    GENUINE = "genuine"
    NOT_GENUINE = "not genuine"
    """At least one thing was looked at and is wrong."""
    UNDETERMINED = "undetermined"
    """Nothing is wrong, and something without which nothing is called genuine could not be decided."""


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """Everything that was looked at on one document."""

    checks: tuple[Check, ...]
    essential: frozenset[str]
    """Names of the checks without which nothing is called genuine."""

    @property
    def genuine(self) -> bool:
        """Every essential check was done and is successful, and no check at all failed.

        >>> DocumentReport((), frozenset()).genuine
        False
        """
        done = {check.name for check in self.checks if check.outcome is Outcome.SUCCESSFUL}
        return bool(self.essential) and self.essential <= done and not self.failed

    @property
    def verdict(self) -> Verdict:
        """All of it in one word.

        >>> DocumentReport((), frozenset()).verdict
        <Verdict.UNDETERMINED: 'undetermined'>
        """
        if self.failed:
            return Verdict.NOT_GENUINE
        return Verdict.GENUINE if self.genuine else Verdict.UNDETERMINED

    @property
    def lacking(self) -> tuple[Check, ...]:
        """Essential checks that are neither successful nor failed: what keeps a document from being called genuine."""
        missing = (one for one in self.open if one.name not in {check.name for check in self.checks})
        done = (Outcome.SUCCESSFUL, Outcome.FAILED)
        return (
            *(check for check in self.checks if check.name in self.essential and check.outcome not in done),
            *missing,
        )

    @property
    def failed(self) -> tuple[Check, ...]:
        """What was looked at and is wrong."""
        return tuple(check for check in self.checks if check.outcome is Outcome.FAILED)

    @property
    def open(self) -> tuple[Check, ...]:
        """What could not be decided although it should have been: an officer looks at these."""
        unsure = (Outcome.UNDETERMINED, Outcome.ABORTED)
        named = {check.name for check in self.checks}
        missing = [
            Check(name, Outcome.UNDETERMINED, "it was not looked at", "BSI TR-03135-1, 3.5.2")
            for name in sorted(self.essential - named)
        ]
        return (*(check for check in self.checks if check.outcome in unsure), *missing)

    def outcome(self, name: str) -> Outcome:
        """The outcome of a check by its name; the worst where it was done more than once."""
        return worst(check.outcome for check in self.checks if check.name == name)


_WORST_FIRST = (
    Outcome.FAILED,
    Outcome.ABORTED,
    Outcome.UNDETERMINED,
    Outcome.NOT_SUPPORTED,
    Outcome.SUCCESSFUL,
)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The worst of several outcomes; undetermined if there is none.

    >>> worst([]), worst([Outcome.SUCCESSFUL, Outcome.NOT_SUPPORTED])
    (<Outcome.UNDETERMINED: 'undetermined'>, <Outcome.NOT_SUPPORTED: 'not supported'>)
    """
    there = set(outcomes)
    return next((outcome for outcome in _WORST_FIRST if outcome in there), Outcome.UNDETERMINED)
