"""Every case of BSI TR-03105-5.1 that applies, each with the outcome that it must have (docs/tr03105.md)."""

from pathlib import Path

import pytest

from consentry.document.checks import Outcome
from document.tr03105.case import Case, look, shortfall
from document.tr03105.page import tables
from document.tr03105.table import APPLICABLE, named, table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tr03105.md"


def _row(case: Case):
    marks = [pytest.mark.xfail(strict=True, reason=case.missing)] if case.missing else []
    return pytest.param(case, id=case.identifier, marks=marks)


@pytest.mark.parametrize("case", [_row(case) for case in table()])
def test_a_case_has_its_outcome(case: Case) -> None:
    assert case.make
    assert [shortfall(case.expected, look(make())) for make in case.make] == [""] * len(case.make)
    assert case.also is None or case.also() == ""


MISSING = [case for case in table() if case.missing]


@pytest.mark.parametrize("case", MISSING, ids=lambda case: case.identifier)
def test_a_case_that_is_missing_is_missing_where_it_says_and_nowhere_else(case: Case) -> None:
    """What is not accepted there is not called false either: it was not read, and the report says why."""
    reports = [look(make()) for make in case.make]
    short = {place for place, report in enumerate(reports) if shortfall(case.expected, report)}
    assert short == case.lacking
    assert all(reports[place].outcome("pace") is Outcome.NOT_SUPPORTED for place in short)
    assert not any(reports[place].failed for place in short)


def test_every_case_is_once_in_the_table_and_none_is_invented() -> None:
    rows = [case.identifier for case in table()]
    assert len(rows) == len(set(rows))
    assert set(rows) == {name for unit in APPLICABLE for name in named(unit)}
    assert len(rows) == sum(APPLICABLE.values()) == 268


@pytest.mark.parametrize("name", tables())
def test_the_page_says_what_the_table_says(name: str) -> None:
    assert tables()[name] in PAGE.read_text("utf-8"), "write it anew: document.tr03105.page.write"
