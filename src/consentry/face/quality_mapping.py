"""From a native measure to a quality component value, 0-100, as ISO/IEC 29794-5:2025 maps it.

The constants are those of OFIQ 1.1, the standard's open reference implementation, in its file of settings
(``data/ofiq_config.jaxn``). Where ours measures something the standard does otherwise, the constants are ours: they
stand in the module that measures, with their reason.
"""

from math import cos, exp, pi, radians, sin


def sigmoid(native: float, middle: float, width: float) -> float:
    """The logistic curve that the standard maps with, 0-1: a half at ``middle``, rising within a few ``width``.

    >>> sigmoid(70, 70, 20)
    0.5
    """
    steps = min(max((native - middle) / width, -60.0), 60.0)  # exp of more leaves the range of a float
    return 1 / (1 + exp(-steps))


def rising(native: float, middle: float, width: float, height: float = 100) -> int:
    """Quality that rises with the measure.

    >>> rising(90, 70, 20)
    73
    """
    return bounded(height * sigmoid(native, middle, width))


def falling(native: float, middle: float, width: float, height: float = 100, top: float = 1) -> int:
    """Quality that falls as the measure rises: ``height`` times what lies between the curve and ``top``.

    >>> falling(0, 0, 10, height=200), falling(20, 0, 10, height=200)
    (100, 24)
    """
    return bounded(height * (top - sigmoid(native, middle, width)))


def bounded(value: float) -> int:
    """Rounded to 0-100, halves upwards.

    >>> bounded(-3), bounded(72.5), bounded(190)
    (0, 73, 100)
    """
    return int(min(max(value, 0.0), 100.0) + 0.5)


def of_angle(degrees: float) -> int:
    """Head pose: the square of the cosine, and nothing left from a right angle on.

    >>> of_angle(0), of_angle(-25), of_angle(90), of_angle(180)
    (100, 82, 0, 0)
    """
    return bounded(100 * cos(radians(degrees)) ** 2) if abs(degrees) < 90 else 0


def of_contrast(variance: float) -> int:
    """Variance of the luminance, of 1: best at 1/60, falling to both sides.

    >>> of_contrast(0), of_contrast(1 / 60), of_contrast(0.25)
    (0, 100, 20)
    """
    bent = 60 * variance
    return bounded(100 * sin(pi * bent / (bent + 1)))
