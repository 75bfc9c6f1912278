"""A proof in one file that something was logged, to be checked offline and years later (C2SP tlog-proof v1)."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Self

from consentry.core.errors import MalformedError, ProofError
from consentry.ledger.merkle import SIZE, check_inclusion, leaf_hash
from consentry.ledger.note import Note
from consentry.ledger.policy import Policy, Seen

_FIRST = "c2sp.org/tlog-proof@v1"
_DEEPEST = 63
"""Siblings in a proof: a tree of more than 2**63 entries is none."""
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class LoggedProof:
    """Where an entry stands, its siblings, and a checkpoint above them."""

    index: int
    siblings: tuple[bytes, ...]
    checkpoint: Note
    extra: bytes | None = None
    """Anything at all: nobody signed it."""

    def __str__(self) -> str:
        """As a file."""
        lines = [_FIRST]
        if self.extra is not None:
            lines.append(f"extra {base64.b64encode(self.extra).decode()}")
        lines.append(f"index {self.index}")
        lines.extend(base64.b64encode(one).decode() for one in self.siblings)
        return "\n".join(lines) + "\n\n" + str(self.checkpoint)

    @classmethod
    def parse(cls, content: bytes | str) -> Self:
        """Read a file.

        Raises:
            MalformedError: it is no such proof.
        """
        try:
            text = content if isinstance(content, str) else content.decode()
        except UnicodeDecodeError as error:
            raise MalformedError(f"at byte {error.start}: expected a proof in UTF-8") from error
        head, gap, note = text.partition("\n\n")
        lines = head.split("\n")
        if not gap or lines.pop(0) != _FIRST or not lines:
            raise MalformedError(f"expected a proof that begins with {_FIRST} and ends with a checkpoint")
        extra = _decode(lines.pop(0)[6:]) if lines[0].startswith("extra ") else None
        match = _INDEX.fullmatch(lines[0]) if lines else None
        if match is None:
            raise MalformedError("expected a line 'index NUMBER' in the proof")
        siblings = tuple(_decode(line) for line in lines[1:])
        if len(siblings) > _DEEPEST or any(len(one) != SIZE for one in siblings):
            raise MalformedError(f"expected at most {_DEEPEST} hashes of {SIZE} bytes in the proof")
        return cls(int(match[1]), siblings, Note.parse(note), extra)

    def check(self, entry: bytes, policy: Policy) -> Seen:
        """Check that an entry was logged, by whom one believes.

        Raises:
            ProofError: it was not, or nobody whom the policy believes says so.
        """
        seen = policy.accept(self.checkpoint)
        try:
            check_inclusion(self.index, seen.checkpoint.size, leaf_hash(entry), self.siblings, seen.checkpoint.root)
        except ProofError as error:
            raise ProofError(f"{seen.checkpoint.origin}: {error}") from error
        return seen


def _decode(code: str) -> bytes:
    try:
        return base64.b64decode(code, validate=True)
    except binascii.Error as error:
        raise MalformedError("expected base64 in a line of the proof") from error
