"""Signed notes: a text and who stands for it (C2SP signed-note v1.0.0, tlog-cosignature v1.0.1).

Three kinds of signature: the log's own (Ed25519, 0x01), and cosignatures of witnesses with the time at which they saw
the log (Ed25519, 0x04; ML-DSA-44, 0x06, which stays safe from quantum computers).
"""

import base64
import binascii
import hashlib
import re
import struct
from dataclasses import dataclass
from enum import IntEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from consentry.core.errors import MalformedError, ProofError
from consentry.ledger.subtree import cosigned_message

LONGEST = 1_000_000
"""bytes of a note: a checkpoint with 64 cosignatures of ML-DSA-44 has 220,000."""
MOST = 64
"""Signatures in a note; 16 must be accepted at least."""
_DASH = "\N{EM DASH} "
_NAME = re.compile(r"[^\s+]+")
_PRIVATE = "PRIVATE+KEY+"
_SECRET = re.compile(r"PRIVATE\+KEY\+(?P<name>[^\s+]+)\+(?P<id>[0-9a-f]{8})\+(?P<key>[A-Za-z0-9+/=]+)")


class Kind(IntEnum):
    """The byte that says what a signature is."""

    ED25519 = 0x01
    """Over the text: the log's own."""
    COSIGNATURE = 0x04
    """Over the text and a time, by Ed25519."""
    COSIGNATURE_ML_DSA_44 = 0x06
    """Over the log's name, size, root and a time, by ML-DSA-44 (FIPS 204)."""


_KEY_BYTES = {Kind.ED25519: 32, Kind.COSIGNATURE: 32, Kind.COSIGNATURE_ML_DSA_44: 1312}


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Whose signature is believed, as it is handed round: a vkey."""

    name: str
    kind: Kind
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart; no protection by themselves."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        """As text: name, id and key joined by ``+``."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read a vkey.

        Raises:
            MalformedError: it is none, of a kind that is not known, or its id is not its key's.
        """
        name, _, rest = text.strip().partition("+")
        said, _, key = rest.partition("+")
        content = _decode(key, "the key of a vkey")
        if not _NAME.fullmatch(name) or not content:
            raise MalformedError("expected a vkey: name+id+key")
        if content[0] not in set(Kind):
            raise MalformedError(f"vkey of {name}: expected a key of kind 1, 4 or 6, came {content[0]}")
        made = cls(name, Kind(content[0]), content[1:])
        if len(made.public) != _KEY_BYTES[made.kind]:
            raise MalformedError(f"vkey of {name}: expected {_KEY_BYTES[made.kind]} bytes, came {len(made.public)}")
        if made.id.hex() != said:
            raise MalformedError(f"vkey of {name}: its id is not its key's; was it copied whole?")
        return made


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """A key that signs notes. It does not print itself."""

    name: str
    kind: Kind
    private: Ed25519PrivateKey | MLDSA44PrivateKey

    @classmethod
    def new(cls, name: str, kind: Kind) -> "SigningKey":
        """A fresh key.

        Raises:
            MalformedError: the name is empty, or has a space or a plus.
        """
        made = MLDSA44PrivateKey.generate() if kind is Kind.COSIGNATURE_ML_DSA_44 else Ed25519PrivateKey.generate()
        return cls(_named(name), kind, made)

    @classmethod
    def parse(cls, text: str) -> "SigningKey":
        """Read a key as ``secret`` gives it.

        Raises:
            MalformedError: it is none; nothing of the text is told.
        """
        match = _SECRET.fullmatch(text.strip())
        content = _decode(match["key"], "the private key") if match else b""
        if match is None or len(content) != 33 or content[0] not in set(Kind):
            raise MalformedError(f"expected a private key, {_PRIVATE}name+id+key")
        kind, seed = Kind(content[0]), content[1:]
        post_quantum = kind is Kind.COSIGNATURE_ML_DSA_44
        private = (
            MLDSA44PrivateKey.from_seed_bytes(seed) if post_quantum else Ed25519PrivateKey.from_private_bytes(seed)
        )
        made = cls(match["name"], kind, private)
        if made.verifier.id.hex() != match["id"]:
            raise MalformedError("the private key's id is not its own; was it copied whole?")
        return made

    @property
    def secret(self) -> str:
        """The key as text, in the form of Go's sumdb/note; for a file that nobody else can read."""
        seed = self.private.private_bytes_raw()
        code = base64.b64encode(bytes([self.kind]) + seed).decode()
        return f"{_PRIVATE}{self.name}+{self.verifier.id.hex()}+{code}"

    @property
    def verifier(self) -> VerifierKey:
        """What others need to check its signatures."""
        return VerifierKey(self.name, self.kind, self.private.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        """The name alone."""
        return f"SigningKey({self.name!r}, {self.kind.name})"


@dataclass(frozen=True, slots=True)
class Signature:
    """One line below a note's text."""

    name: str
    key_id: bytes
    content: bytes
    """Signature, after a time of eight bytes in cosignatures."""

    @property
    def at(self) -> int:
        """Of a cosignature: s since 1970 at which the witness saw the log."""
        return int(struct.unpack(">Q", self.content[:8])[0])

    def __str__(self) -> str:
        """As the line, without its end."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.content).decode()}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the signatures below it; nothing is checked yet."""

    text: str
    """Ends with a newline."""
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        """The note as it is published."""
        return self.text + "\n" + "".join(f"{one}\n" for one in self.signatures)

    @classmethod
    def parse(cls, content: bytes | str) -> "Note":
        """Read a note.

        Raises:
            MalformedError: it is none.
        """
        text = _text(content)
        body, gap, lines = text.rpartition("\n\n")
        if not gap or not lines.endswith("\n"):
            raise MalformedError("expected a note: a text, an empty line, signatures, and an end of line")
        rows = lines[:-1].split("\n")
        if len(rows) > MOST:
            raise MalformedError(f"expected at most {MOST} signatures, came {len(rows)}")
        return cls(body + "\n", tuple(_signature(row) for row in rows))

    def signed(self, key: SigningKey, at: float = 0.0) -> "Note":
        """The note with one more signature.

        Args:
            key: whose.
            at: of a cosignature, s UTC.
        """
        return Note(self.text, (*self.signatures, _sign(self.text, key, int(at))))

    def by(self, key: VerifierKey) -> Signature | None:
        """The key's signature, checked; None where there is none.

        Raises:
            ProofError: there is one, and it is wrong: the whole note is then not to be believed.
        """
        for one in self.signatures:
            if one.name == key.name and one.key_id == key.id:
                _check(self.text, one, key)
                return one
        return None


def _text(content: bytes | str) -> str:
    if len(content) > LONGEST:
        raise MalformedError(f"expected a note of at most {LONGEST} bytes, came {len(content)}")
    try:
        text = content if isinstance(content, str) else content.decode()
    except UnicodeDecodeError as error:
        raise MalformedError(f"at byte {error.start}: expected a note in UTF-8") from error
    if any(letter < " " and letter != "\n" for letter in text):
        raise MalformedError("expected a note without control characters")
    return text


def _signature(row: str) -> Signature:
    name, _, code = row.removeprefix(_DASH).partition(" ")
    if not row.startswith(_DASH) or not _NAME.fullmatch(name):
        raise MalformedError("expected a line of a signature: a dash, a name and a code in base64")
    content = _decode(code, f"signature of {name}")
    if len(content) < 5:
        raise MalformedError(f"signature of {name}: expected an id of four bytes and a signature, came {len(content)}")
    return Signature(name, content[:4], content[4:])


def _sign(text: str, key: SigningKey, at: int) -> Signature:
    stamp = b"" if key.kind is Kind.ED25519 else struct.pack(">Q", at)
    made = key.private.sign(_message(text, key.name, key.kind, at))
    return Signature(key.name, key.verifier.id, stamp + made)


def _check(text: str, signature: Signature, key: VerifierKey) -> None:
    try:
        if key.kind is Kind.ED25519:
            said, at = signature.content, 0
        else:
            said, at = signature.content[8:], signature.at
        public = _public(key)
        public.verify(said, _message(text, key.name, key.kind, at))
    except (InvalidSignature, ValueError, struct.error) as error:
        raise ProofError(f"the signature of {key.name} does not hold over this text") from error


def _private(kind: Kind, seed: bytes) -> Ed25519PrivateKey | MLDSA44PrivateKey:
    if kind is Kind.COSIGNATURE_ML_DSA_44:
        return MLDSA44PrivateKey.from_seed_bytes(seed)
    return Ed25519PrivateKey.from_private_bytes(seed)


def _public(key: VerifierKey) -> Ed25519PublicKey | MLDSA44PublicKey:
    if key.kind is Kind.COSIGNATURE_ML_DSA_44:
        return MLDSA44PublicKey.from_public_bytes(key.public)
    return Ed25519PublicKey.from_public_bytes(key.public)


def _message(text: str, name: str, kind: Kind, at: int) -> bytes:
    """What is signed."""
    if kind is Kind.ED25519:
        return text.encode()
    if kind is Kind.COSIGNATURE:
        return f"cosignature/v1\ntime {at}\n{text}".encode()
    return cosigned_message(text, name, at)


def _named(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise MalformedError("expected a key's name without spaces and plus signs, such as airport.example/log")
    return name


def _decode(code: str, what: str) -> bytes:
    try:
        return base64.b64decode(code, validate=True)
    except binascii.Error as error:
        raise MalformedError(f"{what}: expected base64") from error
