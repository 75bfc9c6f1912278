"""CBOR from strangers, strictly (RFC 8949, 4.2.1 deterministic encoding): one spelling, few levels, no tags."""

from typing import NoReturn

import cbor2

from consentry.core.errors import MalformedError

_DEEPEST = 6
"""Levels: a pass has a map, in it a map of purposes, in it lists."""
_KNOWN_TAGS = (0, 1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 100, 256, 258, 260, 261, 1004, 43000, 55799)
"""Tags that the library would turn into dates, fractions, regular expressions: nothing for what strangers made."""


def _refuse(*_: object) -> NoReturn:
    raise MalformedError("expected CBOR without tags")


def read_cbor(content: bytes, what: str) -> object:
    """Decode one item that is the whole of its bytes.

    Args:
        content: of a bounded length.
        what: for errors.

    Raises:
        MalformedError: it is no CBOR, or another spelling of it than the one of deterministic encoding.
    """
    try:
        value = cbor2.loads(
            content,
            tag_hook=_refuse,
            semantic_decoders=dict.fromkeys(_KNOWN_TAGS, _refuse),
            max_depth=_DEEPEST,
            allow_indefinite=False,
            allow_duplicate_keys=False,
        )
        again = write_cbor(value)
    except (cbor2.CBORError, ValueError, TypeError, RecursionError) as error:
        raise MalformedError(f"{what}: expected CBOR in its deterministic form") from error
    if again != content:
        raise MalformedError(f"{what}: expected CBOR in its deterministic form, and nothing behind it")
    return value


def write_cbor(value: object) -> bytes:
    """Encode in the one deterministic form."""
    return cbor2.dumps(value, canonical=True)
