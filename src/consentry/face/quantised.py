"""A template in one byte a number, for a QR code."""

import numpy as np

from consentry.core.errors import MalformedError
from consentry.face.template import Template

_MOST = 127
LONGEST = 1_024
"""Numbers: no embedder here has more than 512."""


def quantised(template: Template) -> bytes:
    """Each number as a signed byte, the largest becoming 127; the scale is not missed: templates have length 1.

    Returns:
        One byte for each number.
    """
    largest = float(np.abs(template.vector).max())
    numbers = np.rint(template.vector * (_MOST / largest)).astype(np.int8)
    return bytes(numbers.tobytes())


def restored(content: bytes, model: str) -> Template:
    """The template of such bytes.

    Args:
        content: one byte for each number.
        model: which embedder made it.

    Raises:
        MalformedError: they are no direction, or too many.
    """
    vector = np.frombuffer(content, np.int8).astype(np.float32)
    length = float(np.linalg.norm(vector))
    if not 0 < len(content) <= LONGEST or length == 0:
        raise MalformedError(f"expected 1-{LONGEST} numbers that are not all zero, came {len(content)}")
    return Template(model, vector / np.float32(length))
