"""From a wanted rate of a gallery to a threshold of single comparisons, at the gallery's size.

Who is not enrolled is compared with all N references. If each comparison errs by itself with the false match rate FMR,
a search errs with FPIR = 1 - (1 - FMR)^N (ISO/IEC 19795-1; NIST FRVT calls it the binomial model), hence

    FMR = 1 - (1 - FPIR)^(1/N).

Comparisons of one probe do not err quite by themselves, as some faces are like many: then fewer searches err than the
model says, and those that do err several times. So the model is on the careful side for FPIR.

The threshold is that of a calibration whose whole 95 % interval lies below the FMR needed. A calibration of few people
supports small galleries only, and where it does not the gallery is refused, in words.
"""

from collections.abc import Sequence
from math import expm1, floor, log1p

from consentry.core.errors import RefusedError
from consentry.face.verification import Threshold

FPIR = 0.01
"""Wanted where nobody says otherwise: one in a hundred people who did not enrol may be taken for somebody, and is then
asked by a person. Ours; programmes publish none."""
CHECK = "gallery_size"
"""``RefusedError.check`` where a calibration does not support a gallery's size."""


def fmr_needed(fpir: float, size: int) -> float:
    """The false match rate of one comparison at which a search of a gallery errs with a rate.

    Args:
        fpir: wanted, between 0 and 1.
        size: references, at least 1.

    >>> [float(f"{fmr_needed(0.01, size):.3g}") for size in (1, 10, 5000)]
    [0.01, 0.001, 2.01e-06]
    """
    if not 0 < fpir < 1 or size < 1:
        raise ValueError(f"expected a rate between 0 and 1 and at least one reference, came {fpir} and {size}")
    return -expm1(log1p(-fpir) / size)


def largest_size(fpir: float, thresholds: Sequence[Threshold]) -> int:
    """How many references the strictest threshold supports; 0: not even one.

    Args:
        fpir: wanted, between 0 and 1.
        thresholds: of one model.
    """
    least = min((one.fmr for one in thresholds), default=1.0)
    if least >= 1:
        return 0
    size = floor(log1p(-fpir) / log1p(-least) + 1e-9)  # a rate that divides evenly is not lost to rounding
    return max(0, size)


def threshold_for(fpir: float, size: int, thresholds: Sequence[Threshold]) -> Threshold:
    """The threshold for a gallery of a size; the laxest that suffices, for it finds most of the enrolled.

    Args:
        fpir: wanted, between 0 and 1.
        size: references; an empty gallery gets the threshold of one.
        thresholds: of one model, in any order.

    Raises:
        RefusedError: none suffices (``CHECK``).
    """
    needed = fmr_needed(fpir, max(1, size))
    fits = [one for one in thresholds if one.fmr <= needed * (1 + 1e-9)]
    if fits:
        return min(fits, key=lambda one: one.score)
    if not thresholds:
        raise RefusedError("expected thresholds of a calibration, came none", CHECK)
    strictest = min(thresholds, key=lambda one: one.fmr)
    raise RefusedError(
        f"a gallery of {size} with a false positive identification rate of {fpir:g} needs a false match rate of "
        f"{needed:.2g}; the calibration supports none below {strictest.fmr:g} ({strictest.data}), which is enough "
        f"for {largest_size(fpir, thresholds)} at most: calibrate with more people (consentry face calibrate), enrol "
        "fewer, or accept a higher rate",
        CHECK,
    )
