"""1:N by hand, and by the law that holds where scores are independent."""

import numpy as np
import pytest

from consentry.evaluation.identification import Searches, search

BY_HAND = Searches(
    np.array([[0.9, 0.2, 0.3], [0.4, 0.3, 0.1], [0.1, 0.2, 0.6]]), np.array([1, 2, 3]), np.array([1, 2, 3])
)
"""1 finds itself; 2 is taken for 1 if 1 is there; 3 finds itself at 0.6."""


def test_galleries_of_two_by_hand() -> None:
    """Of the three galleries {1,2}, {1,3}, {2,3} each is as likely; at 0.35."""
    (found,) = search(BY_HAND, [2], 0.35, seed=1, galleries=3000)
    # Searches of 2: {1,2}: 1 is best, missed; {2,3}: 0.3 is under the threshold, missed. Of 1 and 3: found.
    assert found.fnir.rate == pytest.approx(2 / 6, abs=0.02)
    # Not enrolled: 3 against {1,2}: 0.2; 2 against {1,3}: 0.4, answered; 1 against {2,3}: 0.3.
    assert found.fpir.rate == pytest.approx(1 / 3, abs=0.03)
    # The best is right: 1 and 3 always, 2 only in {2,3}.
    assert found.rank1.rate == pytest.approx(5 / 6, abs=0.02)
    assert (found.size, found.fnir.subjects) == (2, 3)


def test_of_independent_scores_false_positives_grow_as_the_law_says() -> None:
    """FPIR(N) = 1 - (1 - FMR) ** N where the comparisons of a search are independent."""
    rng = np.random.default_rng(3)
    scores = rng.random((300, 120))
    searches = Searches(scores, np.arange(300), np.arange(120))
    for found in search(searches, [1, 10, 50], 0.98, seed=2, galleries=60):
        assert found.fpir.rate == pytest.approx(1 - 0.98**found.size, abs=0.03)
        assert found.fpir.low <= found.fpir.rate <= found.fpir.high


def test_errors_grow_with_the_gallery_and_with_neither_is_the_threshold_to_blame() -> None:
    rng = np.random.default_rng(4)
    middles = rng.normal(size=(60, 8))
    vectors = middles + 0.5 * rng.normal(size=(2, 60, 8))
    vectors /= np.linalg.norm(vectors, axis=-1)[..., None]
    searches = Searches(vectors[0] @ vectors[1].T, np.arange(60), np.arange(60))
    found = search(searches, [2, 10, 30], 0.7, seed=1)
    assert [one.fpir.rate for one in found] == sorted(one.fpir.rate for one in found)
    assert [one.rank1.rate for one in found] == sorted((one.rank1.rate for one in found), reverse=True)
    assert all(one.fnir.rate >= 1 - one.rank1.rate for one in found)


@pytest.mark.parametrize("size", [0, 3])
def test_a_gallery_of_nobody_or_everybody_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="a gallery of 1 to 2 people"):
        search(BY_HAND, [size], 0.5, seed=1)


def test_searches_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        Searches(np.zeros((2, 2)), np.array([1]), np.array([1, 2]))
    with pytest.raises(ValueError, match="one reference"):
        Searches(np.zeros((1, 2)), np.array([1]), np.array([1, 1]))
