"""Every case of BSI TR-03105-5.1 that applies, each with the outcome that it must have (docs/tr03105.md)."""

import pytest

from document.tr03105.case import Case, look, shortfall
from document.tr03105.table import APPLICABLE, named, table


def _row(case: Case):
    marks = [pytest.mark.xfail(strict=True, reason=case.missing)] if case.missing else []
    return pytest.param(case, id=case.identifier, marks=marks)


@pytest.mark.parametrize("case", [_row(case) for case in table()])
def test_a_case_has_its_outcome(case: Case) -> None:
    assert case.make
    assert [shortfall(case.expected, look(make())) for make in case.make] == [""] * len(case.make)
    assert case.also is None or case.also() == ""


def test_every_case_is_once_in_the_table_and_none_is_invented() -> None:
    rows = [case.identifier for case in table()]
    assert len(rows) == len(set(rows))
    assert set(rows) <= {name for unit in APPLICABLE for name in named(unit)}
    assert sum(APPLICABLE.values()) == 268
