"""The advice is what the findings make it: whatever is missing or not good refers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.core.screening import ESSENTIAL, Advice, Finding, Found, Reason, Screening, Step

GOOD = tuple(Finding(step, Found.GOOD, "as it should be") for step in Step if step in ESSENTIAL)
findings = st.lists(
    st.builds(
        Finding, st.sampled_from(Step), st.sampled_from(Found), st.just("why"), st.sampled_from(Reason) | st.none()
    )
)


def screened(*found: Finding) -> Screening:
    return Screening("gate 7", 0.0, found)


def test_all_essential_steps_and_all_good_clear() -> None:
    assert screened(*GOOD).advice is Advice.CLEAR
    assert screened(*GOOD, Finding(Step.CHALLENGE, Found.GOOD, "met")).advice is Advice.CLEAR


@pytest.mark.parametrize("step", sorted(ESSENTIAL))
def test_a_missing_step_refers(step: Step) -> None:
    assert screened(*(one for one in GOOD if one.step is not step)).advice is Advice.REFER


@pytest.mark.parametrize("found", [one for one in Found if one is not Found.GOOD])
@pytest.mark.parametrize("step", Step)
def test_anything_that_is_not_good_refers_even_beside_all_that_is(step: Step, found: Found) -> None:
    assert screened(*GOOD, Finding(step, found, "why")).advice is Advice.REFER


@given(findings)
def test_clear_means_every_essential_step_and_nothing_else_than_good(found: list[Finding]) -> None:
    screening = screened(*found)
    whole = {one.step for one in found} >= ESSENTIAL and all(one.found is Found.GOOD for one in found)
    assert (screening.advice is Advice.CLEAR) is whole


@given(findings)
def test_reasons_are_those_of_the_findings_each_once(found: list[Finding]) -> None:
    reasons = screened(*found).reasons
    assert set(reasons) == {one.reason for one in found} - {None}
    assert len(set(reasons)) == len(reasons)


def test_a_step_by_its_name() -> None:
    assert screened(*GOOD).of(Step.AGE) == GOOD[1]
    assert screened().of(Step.AGE) is None
