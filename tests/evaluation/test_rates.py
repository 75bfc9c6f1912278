"""FMR, FNMR, EER, transactions: by hand, by theory, and what must hold of any scores."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.evaluation.comparisons import Comparisons
from consentry.evaluation.rates import Transaction, curve, equal_error, false_match_rate, false_non_match_rate
from evaluation.score_tables import relabelled, shuffled, tables

TABLE = Comparisons.of(
    [0.9, 0.8, 0.4, 0.7, 0.5, 0.3, 0.2, 0.1],
    [1, 2, 3, 1, 1, 2, 3, 2],
    [1, 2, 3, 2, 3, 3, 1, 1],
)
"""Three mated comparisons (0.9, 0.8, 0.4), five non-mated (0.7, 0.5, 0.3, 0.2, 0.1)."""


@pytest.mark.parametrize(
    ("threshold", "fmr", "fnmr"),
    [
        pytest.param(0.05, 1.0, 0.0, id="below all"),
        pytest.param(0.3, 3 / 5, 0.0, id="a score at the threshold matches"),
        pytest.param(0.45, 2 / 5, 1 / 3, id="between"),
        pytest.param(0.75, 0.0, 1 / 3, id="above all strangers"),
        pytest.param(0.95, 0.0, 1.0, id="above all"),
    ],
)
def test_rates_by_hand(threshold: float, fmr: float, fnmr: float) -> None:
    assert false_match_rate(TABLE, threshold) == pytest.approx(fmr)
    assert false_non_match_rate(TABLE, threshold) == pytest.approx(fnmr)


def test_the_curve_by_hand() -> None:
    both = curve(TABLE)
    assert both.thresholds[:-1].tolist() == [0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9]
    assert both.fmr * 5 == pytest.approx([5, 4, 3, 2, 2, 1, 0, 0, 0])
    assert both.fnmr * 3 == pytest.approx([0, 0, 0, 0, 1, 1, 1, 2, 3])
    assert both.fnmr_at(0.2) == pytest.approx(1 / 3)


@pytest.mark.parametrize("distance", [1.0, 2.0, 3.29])
def test_eer_of_two_normal_distributions(distance: float) -> None:
    """Signal detection theory: with equal spread the EER is the normal distribution's at half the distance."""
    quantiles = np.array([NormalDist().inv_cdf((k + 0.5) / 4000) for k in range(4000)])
    scores = np.concatenate([quantiles, quantiles + distance])
    table = Comparisons.of(scores, [0] * 8000, [1] * 4000 + [0] * 4000)
    both = curve(table)
    assert float(equal_error(both.fmr, both.fnmr)) == pytest.approx(NormalDist().cdf(-distance / 2), abs=5e-4)


@given(tables())
def test_rates_stay_within_0_and_1_and_move_one_way(table: Comparisons) -> None:
    both = curve(table)
    for rate in (both.fmr, both.fnmr):
        assert rate.min() >= 0
        assert rate.max() <= 1
    assert (np.diff(both.fmr) <= 0).all()
    assert (np.diff(both.fnmr) >= 0).all()
    assert both.fmr[0] == 1
    assert both.fmr[-1] == 0
    assert both.fnmr[0] == 0
    assert both.fnmr[-1] == 1


@given(tables())
def test_the_eer_lies_where_the_rates_cross(table: Comparisons) -> None:
    both = curve(table)
    eer = float(equal_error(both.fmr, both.fnmr))
    after = int(np.argmax(both.fmr <= both.fnmr))
    around = [rate[k] for rate in (both.fmr, both.fnmr) for k in (max(after - 1, 0), after)]
    assert min(around) - 1e-12 <= eer <= max(around) + 1e-12


@given(tables(), st.integers(0, 99))
def test_who_is_called_what_and_in_which_order_changes_nothing(table: Comparisons, seed: int) -> None:
    both = curve(table)
    for other in (relabelled(table, seed), shuffled(table, seed)):
        assert np.array_equal(curve(other).fmr, both.fmr)
        assert np.array_equal(curve(other).fnmr, both.fnmr)


@given(*(st.floats(0, 1) for _ in range(4)))
def test_a_transaction_is_never_better_than_its_comparison_for_the_honest(
    fmr: float, fnmr: float, fta: float, fte: float
) -> None:
    """FAR at most FMR, FRR at least FNMR and FTA (ISO/IEC 19795-1)."""
    whole = Transaction(fmr, fnmr, fta, fte)
    assert 0 <= whole.gfar <= whole.far <= fmr
    assert max(fnmr, fta) - 1e-12 <= whole.frr <= 1 + 1e-12
    assert whole.frr <= whole.gfrr + 1e-12 <= 1 + 2e-12


def test_what_cannot_be_rated_is_refused() -> None:
    with pytest.raises(ValueError, match="1 mated and 0 non-mated"):
        curve(Comparisons.of([0.5], [1], [1]))
    with pytest.raises(ValueError, match="at least one"):
        false_match_rate(Comparisons.of([0.5], [1], [1]), 0.1)
    with pytest.raises(ValueError, match="one length"):
        Comparisons.of([0.5], [1, 2], [1, 2])
    with pytest.raises(ValueError, match="numbers"):
        Comparisons.of([float("nan")], [1], [2])
    with pytest.raises(ValueError, match="between 0 and 1"):
        Transaction(0.1, 0.1, 1.1)
