"""What a witness does: it signs only heads that continue what it signed before (C2SP tlog-witness v1.0.0).

It needs no entries: a proof of consistency is enough. So whoever shows one history to travellers and another one to a
court needs every witness of the quorum to lie with him.
"""

import base64
import binascii
import re
from dataclasses import dataclass, replace

from consentry.core.errors import MalformedError, ProofError
from consentry.ledger.checkpoint import Checkpoint
from consentry.ledger.merkle import check_consistency
from consentry.ledger.note import Note, Signature, SigningKey, VerifierKey

_MOST = 63
"""Hashes of a proof."""
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


class ConflictError(ProofError):
    """Who asks believes that the witness stands elsewhere; ``size`` says where it stands."""

    def __init__(self, size: int) -> None:
        self.size = size
        super().__init__(f"this witness has seen the log at size {size}")


class UnknownLogError(ProofError):
    """The witness does not watch this log."""


class UnsignedError(ProofError):
    """The checkpoint is not signed by the log."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a log asks a witness: sign this head; I believe you stand at ``old``."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: Note

    def __str__(self) -> str:
        """As the body of a request."""
        lines = [f"old {self.old}", *(base64.b64encode(one).decode() for one in self.proof)]
        return "\n".join(lines) + "\n\n" + str(self.checkpoint)

    @classmethod
    def parse(cls, content: bytes) -> "Request":
        """Read a request's body.

        Raises:
            MalformedError: it is none.
        """
        try:
            head, gap, note = content.decode().partition("\n\n")
            lines = head.split("\n")
            match = _OLD.fullmatch(lines[0])
            proof = tuple(base64.b64decode(line, validate=True) for line in lines[1:])
        except (UnicodeDecodeError, binascii.Error) as error:
            raise MalformedError("expected a size, a proof in base64, an empty line and a checkpoint") from error
        if not gap or match is None or len(proof) > _MOST:
            raise MalformedError(f"expected a line 'old SIZE', at most {_MOST} hashes, an empty line and a checkpoint")
        return cls(int(match[1]), proof, Note.parse(note))


@dataclass(frozen=True, slots=True)
class Watched:
    """One log as a witness knows it."""

    key: VerifierKey
    size: int = 0
    root: bytes = b""
    """Of the head last signed; empty where none was."""


def consider(watched: Watched, request: Request, key: SigningKey, at: float) -> tuple[Watched, Signature]:
    """Sign a head, or say why not. The state that comes back must be kept before the signature is given away.

    Args:
        watched: what the witness knows of the log.
        request: what is asked.
        key: of the witness.
        at: now, s UTC.

    Raises:
        UnknownLogError: it is another log's head.
        UnsignedError: the log did not sign it.
        ConflictError: the witness stands elsewhere.
        MalformedError: it is no checkpoint, or the sizes make no sense.
        ProofError: the head does not continue what was signed.
    """
    head = Checkpoint.parse(request.checkpoint.text)
    if head.origin != watched.key.name:
        raise UnknownLogError(f"this witness does not watch {head.origin}")
    if request.checkpoint.by(watched.key) is None:
        raise UnsignedError(f"expected a checkpoint signed by {watched.key.name}")
    if request.old > head.size:
        raise MalformedError(f"expected an old size of at most {head.size}, came {request.old}")
    if request.old != watched.size:
        raise ConflictError(watched.size)
    if watched.size == head.size and watched.root and watched.root != head.root:
        raise ConflictError(watched.size)  # one size with two roots: a fork
    if watched.size:
        check_consistency(watched.size, head.size, watched.root, head.root, request.proof)
    elif request.proof:
        raise ProofError("expected no proof from size 0")
    signed = Note(request.checkpoint.text, ()).signed(key, at)
    return replace(watched, size=head.size, root=head.root), signed.signatures[0]
