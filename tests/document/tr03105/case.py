"""One case: a document with one certain fault or variety, put through a whole session and a whole inspection.

Nothing is shortened: the files lie in a simulated chip, a session reads them over commands and answers, and what came
of both goes through the inspection. So a case shows what an officer would be told.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from consentry.backends.simulated_chip import Personalisation
from consentry.backends.simulated_chip_faults import Fault
from consentry.backends.simulated_emrtd import SimulatedEmrtd
from consentry.document.card_security import authenticate_card_security
from consentry.document.checks import DocumentReport, Outcome
from consentry.document.chip_session import read_chip
from consentry.document.inspection import inspect
from consentry.document.key_derivation import Password
from consentry.document.lds import EF_COM, EF_SOD, file_of
from consentry.document.trust import TrustStore
from document.pki import NOW


class Source(StrEnum):
    """How it is known what a case prescribes."""

    TEXT = "text"
    """Content and result stand in version 1.5 of BSI's text."""
    TITLE = "title"
    """Version 1.5 keeps the title only: the content went to a report of ICAO's that was not at hand. Our reading."""
    UNCLEAR = "unclear"
    """The text speaks of something that the standard does not have: our reading."""
    DELETED = "deleted"
    """The title stands there, its content was deleted: our reading of the title."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A document in a chip, and what the inspection knows besides."""

    made: Personalisation
    store: TrustStore
    printed: tuple[str, ...]
    """The zone as printed."""
    passwords: tuple[Password, ...]
    faults: tuple[Fault, ...] = ()
    chip: Callable[[Personalisation, tuple[Fault, ...]], SimulatedEmrtd] = SimulatedEmrtd
    """Another chip than the one that keeps to its protocols (``odd_chips``)."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What must come of a case."""

    check: str
    """Name of the check that must find it; ``genuine``: the document must be accepted."""
    outcomes: frozenset[Outcome] = frozenset({Outcome.FAILED})
    told: str = ""
    """What the check must say, at least: that it is this fault and no other."""


ACCEPTED = Expected("genuine")


def failed(check: str, told: str = "") -> Expected:
    """The check must find it wrong."""
    return Expected(check, told=told)


def broken(check: str) -> Expected:
    """The check fails or is broken off, and nothing is read that way."""
    return Expected(check, frozenset({Outcome.FAILED, Outcome.ABORTED}))


def refused(check: str) -> Expected:
    """The check fails, or says that it cannot be done."""
    return Expected(check, frozenset({Outcome.FAILED, Outcome.NOT_SUPPORTED}))


def unsure(check: str, told: str = "") -> Expected:
    """The check must leave it open, and the document is not genuine for that."""
    return Expected(check, frozenset({Outcome.UNDETERMINED}), told)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One row of the table."""

    identifier: str
    """BSI's."""
    title: str
    """What it is about, in our words."""
    altered: str
    """What is other than in the document as it should be."""
    make: tuple[Callable[[], Trial], ...]
    """Makers of the documents that show it: each must have the outcome."""
    expected: Expected
    source: Source = Source.TITLE
    also: Callable[[], str] | None = None
    """What else is looked at, such as what the reader sent: in words what is other than expected; empty: nothing."""


def look(trial: Trial) -> DocumentReport:
    """Read a chip and inspect what it gave, as the command does."""
    chip = trial.chip(trial.made, trial.faults)
    reading = read_chip(chip.transmit, trial.passwords, os.urandom)
    files = {file_of(number): file for number, file in reading.groups.items()}
    files |= {name: file for name, file in ((EF_COM, reading.com), (EF_SOD, reading.sod)) if file is not None}
    signed = authenticate_card_security(reading.card_security, trial.store, NOW)
    checks = (*reading.checks, signed)
    return inspect(files, trial.store, NOW, optical_mrz="\n".join(trial.printed), chip_checks=checks)


def shortfall(expected: Expected, report: DocumentReport) -> str:
    """What is other than expected, in words; empty: nothing."""
    told = "; ".join(f"{one.name} {one.outcome.value} ({one.why})" for one in (*report.failed, *report.open))
    if expected.check == ACCEPTED.check:
        return "" if report.genuine else f"expected a genuine document, told: {told}"
    found = [one for one in report.checks if one.name == expected.check]
    fitting = [one for one in found if one.outcome in expected.outcomes and expected.told in one.why]
    if not fitting:
        came = "; ".join(f"{one.outcome.value} ({one.why})" for one in found) or "nothing"
        wanted = " or ".join(sorted(expected.outcomes)) + (f" with {expected.told!r}" if expected.told else "")
        return f"expected {expected.check} {wanted}, came {came}; all: {told}"
    if report.genuine:
        return f"expected a document that is not genuine, it is, although {fitting[0].name} {fitting[0].why}"
    return ""
