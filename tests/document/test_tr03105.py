"""Every case of BSI TR-03105-5.1 that applies, each with the outcome that it must have (docs/tr03105.md)."""

from pathlib import Path

import pytest

from document.tr03105.case import Case, look, shortfall
from document.tr03105.page import tables
from document.tr03105.table import APPLICABLE, named, table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tr03105.md"


@pytest.mark.parametrize("case", table(), ids=lambda case: case.identifier)
def test_a_case_has_its_outcome(case: Case) -> None:
    assert case.make
    assert [shortfall(case.expected, look(make())) for make in case.make] == [""] * len(case.make)
    assert case.also is None or case.also() == ""


def test_every_case_is_once_in_the_table_and_none_is_invented() -> None:
    rows = [case.identifier for case in table()]
    assert len(rows) == len(set(rows))
    assert set(rows) == {name for unit in APPLICABLE for name in named(unit)}
    assert len(rows) == sum(APPLICABLE.values()) == 268


@pytest.mark.parametrize("name", tables())
def test_the_page_says_what_the_table_says(name: str) -> None:
    assert tables()[name] in PAGE.read_text("utf-8"), "write it anew: document.tr03105.page.write"
