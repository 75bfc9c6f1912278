"""What a witness signs with ML-DSA-44: a statement on a tree's beginning (C2SP tlog-cosignature v1.0.1, ML-DSA-44)."""

import struct

from consentry.core.errors import MalformedError
from consentry.ledger.checkpoint import Checkpoint

_LABEL = b"subtree/v1\n\0"


def cosigned_message(text: str, cosigner: str, at: int) -> bytes:
    """The structure ``cosigned_message`` for a whole checkpoint; its extension lines are no part of it.

    Args:
        text: of the checkpoint.
        cosigner: the witness's name.
        at: s since 1970.

    Raises:
        MalformedError: the text is no checkpoint, or a name is too long.
    """
    head = Checkpoint.parse(text)
    return b"".join(
        (
            _LABEL,
            _short(cosigner),
            struct.pack(">Q", at),
            _short(head.origin),
            struct.pack(">QQ", 0, head.size),
            head.root,
        )
    )


def _short(text: str) -> bytes:
    content = text.encode()
    if not 1 <= len(content) <= 255:
        raise MalformedError(f"expected a name of 1-255 bytes, came {len(content)}")
    return bytes([len(content)]) + content
