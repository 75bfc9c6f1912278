"""A reference template in bytes, as it is sealed. In arrays that can be overwritten, never in ``bytes``."""

import struct

import numpy as np

from consentry.core.errors import MalformedError
from consentry.face.template import Template

_FORM = b"CRF1"
"""Consentry reference, first form."""
_HEAD = struct.Struct("<4sH")
_MOST = 1.01
"""No number of a vector of length 1 is larger; what is no number is not smaller either."""
_LONGEST = 64, 1_024
"""Letters of a model's name, and numbers of a template: no embedder here has more than 512."""


def reference_bytes(template: Template) -> bytearray:
    """The template with its model's name, every number as float32; the caller overwrites it.

    Raises:
        MalformedError: the name or the template is too long.
    """
    name = template.model.encode()
    if len(name) > _LONGEST[0] or len(template.vector) > _LONGEST[1]:
        raise MalformedError(f"expected a template of at most {_LONGEST[1]} numbers, came {template!r}")
    return bytearray(_HEAD.pack(_FORM, len(name))) + name + template.vector.astype("<f4").data.cast("B")


def reference_of(content: bytes | bytearray) -> Template:
    """Read it again.

    Raises:
        MalformedError: it is none; nothing of it is told.
    """
    told = f"expected a reference of form {_FORM.decode()}, came {len(content)} bytes"
    try:
        form, length = _HEAD.unpack_from(content)
        name = content[_HEAD.size : _HEAD.size + length].decode()
        vector = np.frombuffer(content, "<f4", offset=_HEAD.size + length).astype(np.float32)  # a copy of our own
    except (ValueError, struct.error) as error:
        raise MalformedError(told) from error
    fits = form == _FORM and 0 < length <= _LONGEST[0] and 0 < len(vector) <= _LONGEST[1]
    if not fits or not np.all(np.abs(vector) <= _MOST):
        raise MalformedError(told)
    try:
        return Template(name, vector)
    except ValueError as error:
        raise MalformedError(told) from error
