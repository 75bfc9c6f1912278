"""Intervals against printed tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.evaluation.intervals import poisson_cdf, poisson_interval, wilson_interval


@pytest.mark.parametrize(
    ("count", "confidence", "low", "high"),
    [
        pytest.param(0, 0.95, 0.0, 3.689, id="none seen, two-sided"),
        pytest.param(0, 0.90, 0.0, 2.996, id="none seen, one-sided: the rule of three"),
        pytest.param(1, 0.95, 0.0253, 5.572, id="one"),
        pytest.param(3, 0.95, 0.619, 8.767, id="three"),
        pytest.param(10, 0.95, 4.795, 18.390, id="ten"),
        pytest.param(100, 0.95, 81.36, 121.63, id="a hundred"),
    ],
)
def test_poisson_limits_are_those_of_the_tables(count: int, confidence: float, low: float, high: float) -> None:
    """Garwood's limits as printed in tables of epidemiology."""
    assert poisson_interval(count, confidence) == pytest.approx((low, high), rel=1e-3, abs=1e-9)


@given(st.integers(0, 300), st.floats(0.5, 0.99))
def test_the_limits_have_the_probability_that_defines_them(count: int, confidence: float) -> None:
    """At the upper limit as few cases or fewer, at the lower as many or more, have half of what is left."""
    low, high = poisson_interval(count, confidence)
    assert low <= count <= high
    assert poisson_cdf(count, high) == pytest.approx((1 - confidence) / 2, abs=1e-9)
    if count:
        assert 1 - poisson_cdf(count - 1, low) == pytest.approx((1 - confidence) / 2, abs=1e-9)


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [
        pytest.param(0, 10, 0.0, 0.2775, id="none of ten"),
        pytest.param(10, 10, 0.7225, 1.0, id="all of ten"),
        pytest.param(81, 263, 0.2553, 0.3662, id="Newcombe 1998, table I"),
        pytest.param(15, 148, 0.0624, 0.1605, id="Newcombe 1998, table I, second"),
    ],
)
def test_wilson_limits(hits: int, trials: int, low: float, high: float) -> None:
    """Limits printed by Newcombe (Statistics in Medicine 17, 1998), method 3."""
    assert wilson_interval(hits, trials) == pytest.approx((low, high), abs=1e-4)


@pytest.mark.parametrize("call", [lambda: poisson_interval(-1), lambda: poisson_interval(1, 1.0)])
def test_nonsense_is_refused(call: object) -> None:
    """A count below none and a confidence of one have no interval."""
    with pytest.raises(ValueError, match="expected"):
        call()  # type: ignore[operator]
    with pytest.raises(ValueError, match="at least one trial"):
        wilson_interval(0, 0)
