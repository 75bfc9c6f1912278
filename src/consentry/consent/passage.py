"""A passage as it is held: when, where, for what, and what came of it; under the receipt's number, never a name."""

import json

from consentry.consent.access import HeldPassage
from consentry.consent.erasure import seal, unseal
from consentry.consent.purposes import DataClass
from consentry.consent.retention import HeldItem
from consentry.core.errors import MalformedError

_LONGEST = 200
"""Letters of a name of a touchpoint and the like."""


def seal_passage(passage: HeldPassage, key: bytes, receipt_id: str, until: int) -> HeldItem:
    """A passage sealed under the traveller's key; its own number is that of the item."""
    told = {
        "at": passage.at,
        "decision": passage.decision,
        "purpose": passage.purpose,
        "touchpoint": passage.touchpoint,
    }
    content = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    return seal(key, receipt_id, DataClass.PASSAGES.value, until, content)


def open_passage(key: bytes, item: HeldItem) -> HeldPassage:
    """Read it again.

    Raises:
        ProofError: as ``unseal``.
        MalformedError: it is something else.
    """
    content = unseal(key, item)
    try:
        told = json.loads(content)
        made = HeldPassage(
            float(told["at"]), str(told["touchpoint"]), str(told["purpose"]), str(told["decision"]), item.number
        )
    except (ValueError, KeyError, TypeError) as error:
        raise MalformedError(f"expected a held passage, came an item of kind {item.kind}") from error
    if any(len(word) > _LONGEST for word in (made.touchpoint, made.purpose, made.decision)):
        raise MalformedError("expected a held passage with short words")
    return made
