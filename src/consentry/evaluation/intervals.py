"""How far a rate or a share from few cases may be off, by the standard library alone."""

from math import exp, lgamma, log, log1p, sqrt
from statistics import NormalDist

_STEPS = 200
"""Halvings of a bracket: beyond float64 after about 60, so the loop below ends by itself sooner."""
_TERMS = 10_000
"""Pairs of terms of the continued fraction: it needs about the root of the number of trials."""
_NEAR = 1e-15
"""A further factor this near to 1 changes nothing that float64 could hold."""


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


def binomial_interval(hits: float, trials: float, confidence: float = 0.95) -> tuple[float, float]:
    """Exact two-sided interval of a share (Clopper and Pearson 1934).

    The limits are quantiles of beta distributions, so a part of a case counts too: a mean of several looks at one
    subject is one trial with a part of a hit.

    Args:
        hits: cases seen, 0 to ``trials``.
        trials: independent looks, above 0.
        confidence: of the interval; 0.9 gives the one-sided limits of 95 %: after no hit in 300, the rule of three.

    >>> [round(limit, 4) for limit in binomial_interval(0, 300, 0.9)]
    [0.0, 0.0099]
    """
    if not 0 <= hits <= trials or trials <= 0:
        raise ValueError(f"expected 0 <= hits <= trials and at least one trial, came {hits} of {trials}")
    tail = _tail(confidence)
    low = 0.0 if hits == 0 else _share_at(tail, hits, trials - hits + 1)
    high = 1.0 if hits == trials else _share_at(1 - tail, hits + 1, trials - hits)
    return low, high


def beta_cdf(share: float, a: float, b: float) -> float:
    """Probability that a beta variable is at most ``share``: the regularised incomplete beta function.

    By its continued fraction (Abramowitz and Stegun 26.5.8), evaluated forwards (Lentz).

    >>> round(beta_cdf(0.25, 2, 3), 6)  # 1 - 0.75**4 - 4 * 0.25 * 0.75**3
    0.261719
    """
    if share <= 0 or share >= 1:
        return float(share >= 1)
    if share > (a + 1) / (a + b + 2):  # where the fraction converges slowly its mirror converges fast
        return 1 - beta_cdf(1 - share, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(share) + b * log1p(-share)) / a
    c, d = 1.0, 1 / (1 - (a + b) * share / (a + 1))
    fraction = d
    for m in range(1, _TERMS):
        even = m * (b - m) * share / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * share / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            c, d = 1 + term / c, 1 / (1 + term * d)
            fraction *= c * d
        if abs(c * d - 1) < _NEAR:
            break
    return min(1.0, front * fraction)


def _share_at(probability: float, a: float, b: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if beta_cdf(middle, a, b) < probability else (low, middle)
    return (low + high) / 2


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
