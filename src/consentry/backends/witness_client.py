"""Ask a witness to sign a checkpoint (C2SP tlog-witness v1.0.0, add-checkpoint)."""

import requests

from consentry.backends.log_file import LogFile
from consentry.core.addresses import without_credentials
from consentry.core.errors import BackendError, MalformedError, ProofError
from consentry.ledger.checkpoint import Checkpoint
from consentry.ledger.note import Note, Signature, VerifierKey
from consentry.ledger.witness import Request

_WAIT_S = (5.0, 10.0)
"""s to connect and to answer: a witness checks some 30 hashes and writes one file."""
_LONGEST = 10_000
"""bytes of an answer: one line with a signature of ML-DSA-44 has 3,300."""


class WitnessClient:
    """One witness, by its address and its key."""

    def __init__(self, address: str, key: VerifierKey) -> None:
        """Nothing is asked yet.

        Args:
            address: without ``/add-checkpoint``.
            key: with which its answer is checked.
        """
        self.name = key.name
        self._address, self._key = address.rstrip("/"), key

    def cosign(self, log: LogFile, note: Note) -> Signature:
        """The witness's signature under a checkpoint of the log, checked.

        Raises:
            BackendError: the witness is away or refuses.
            ProofError: what it answers does not hold, or its view is not this log's.
        """
        size = Checkpoint.parse(note.text).size
        old = 0
        for _ in range(2):  # the first answer may say where the witness stands
            proof = log.consistency(old, size) if 0 < old < size else ()
            answer = self._ask(Request(old, proof, note))
            if answer.status_code != requests.codes.conflict:
                break
            old = _standing(answer, size)
        if answer.status_code != requests.codes.ok:
            raise BackendError(f"{without_credentials(self._address)} answers {answer.status_code}")
        return self._checked(note, answer.content)

    def _ask(self, request: Request) -> requests.Response:
        try:
            answer = requests.post(
                f"{self._address}/add-checkpoint", str(request).encode(), timeout=_WAIT_S, allow_redirects=False
            )
        except requests.RequestException as error:
            raise BackendError(f"{without_credentials(self._address)} cannot be reached") from error
        if len(answer.content) > _LONGEST:
            raise BackendError(f"{without_credentials(self._address)} answers more than a signature")
        return answer

    def _checked(self, note: Note, content: bytes) -> Signature:
        try:
            made = Note.parse(note.text.encode() + b"\n" + content)
            signature = made.by(self._key)
        except MalformedError as error:
            raise ProofError(f"{self.name}: expected a signature's line: {error}") from error
        if signature is None:
            raise ProofError(f"{self.name}: expected a signature by its key, came another one's")
        return signature


def _standing(answer: requests.Response, size: int) -> int:
    said = answer.text.strip()
    if not said.isascii() or not said.isdecimal() or int(said) > size:
        raise ProofError("the witness has seen a longer log than this one, or cannot say how long")
    return int(said)
