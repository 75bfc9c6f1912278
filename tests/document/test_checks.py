"""Absence is not success."""

import pytest

from consentry.document.checks import Check, DocumentReport, Outcome

NEEDED = frozenset({"signature", "hashes"})


def check(name: str, outcome: Outcome) -> Check:
    return Check(name, outcome, "", "")


@pytest.mark.parametrize(
    ("checks", "genuine"),
    [
        ((), False),
        ((("signature", Outcome.SUCCESSFUL),), False),
        ((("signature", Outcome.SUCCESSFUL), ("hashes", Outcome.SUCCESSFUL)), True),
        ((("signature", Outcome.SUCCESSFUL), ("hashes", Outcome.UNDETERMINED)), False),
        ((("signature", Outcome.SUCCESSFUL), ("hashes", Outcome.NOT_SUPPORTED)), False),
        ((("signature", Outcome.SUCCESSFUL), ("hashes", Outcome.SUCCESSFUL), ("clone", Outcome.FAILED)), False),
        ((("signature", Outcome.SUCCESSFUL), ("hashes", Outcome.SUCCESSFUL), ("clone", Outcome.NOT_SUPPORTED)), True),
        ((("signature", Outcome.SUCCESSFUL), ("hashes", Outcome.SUCCESSFUL), ("hashes", Outcome.FAILED)), False),
    ],
    ids=[
        "nothing", "one missing", "all", "one undecided", "one not offered", "another failed", "another not offered",
        "one done twice, once failed",
    ],
)  # fmt: skip
def test_genuine_needs_every_essential_check(checks: tuple[tuple[str, Outcome], ...], genuine: bool) -> None:  # noqa: FBT001 - a column of the table
    report = DocumentReport(tuple(check(*row) for row in checks), NEEDED)
    assert report.genuine is genuine


def test_without_essential_checks_nothing_is_genuine() -> None:
    assert not DocumentReport((check("anything", Outcome.SUCCESSFUL),), frozenset()).genuine


def test_what_was_never_looked_at_is_open() -> None:
    report = DocumentReport((check("signature", Outcome.SUCCESSFUL),), NEEDED)
    assert [(one.name, one.outcome) for one in report.open] == [("hashes", Outcome.UNDETERMINED)]
    assert report.outcome("hashes") is Outcome.UNDETERMINED
