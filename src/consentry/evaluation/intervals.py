"""How far a rate or a share from few cases may be off, by the standard library alone."""

from math import exp, lgamma, log, sqrt
from statistics import NormalDist

_STEPS = 200
"""Halvings of a bracket: beyond float64 after about 60, so the loop below ends by itself sooner."""


def poisson_cdf(count: int, mean: float) -> float:
    """Probability of at most ``count`` cases where ``mean`` are expected.

    >>> round(poisson_cdf(2, 3.0), 4)
    0.4232
    """
    if count < 0:
        return 0.0
    if mean <= 0:
        return 1.0
    terms = (exp(k * log(mean) - mean - lgamma(k + 1)) for k in range(count + 1))
    return min(1.0, sum(terms))


def poisson_interval(count: int, confidence: float = 0.95) -> tuple[float, float]:
    """Exact two-sided interval of the expected number of cases after ``count`` were seen.

    The limits are those of Garwood (1936): the mean at which as many or more, respectively as many or fewer, have the
    probability (1 - confidence) / 2.

    Args:
        count: cases seen.
        confidence: of the interval, between 0 and 1; 0.9 gives the one-sided limits of 95 %.

    >>> [round(limit, 3) for limit in poisson_interval(0)]
    [0.0, 3.689]
    """
    if count < 0:
        raise ValueError(f"count: expected 0 or more, came {count}")
    tail = _tail(confidence)
    low = 0.0 if count == 0 else _mean_at(count - 1, 1 - tail)
    return low, _mean_at(count, tail)


def wilson_interval(hits: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Interval of a share (Wilson 1927), which stays within 0-1 and is of use with few trials.

    >>> [round(limit, 3) for limit in wilson_interval(9, 10)]
    [0.596, 0.982]
    """
    if not 0 <= hits <= trials or trials == 0:
        raise ValueError(f"expected 0 <= hits <= trials and at least one trial, came {hits} of {trials}")
    z = NormalDist().inv_cdf(1 - _tail(confidence))
    share, spread = hits / trials, z * z / trials
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def _tail(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence: expected a number between 0 and 1, came {confidence}")
    return (1 - confidence) / 2


def _mean_at(count: int, probability: float) -> float:
    """The mean at which at most ``count`` cases have that probability; the probability falls as the mean grows."""
    low, high = 0.0, 1.0
    while poisson_cdf(count, high) > probability:
        high *= 2
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if poisson_cdf(count, middle) > probability else (low, middle)
    return (low + high) / 2
