"""COSE_Sign1 with Ed25519 (RFC 9052, 4.2; RFC 9053, 2.2): one signer, one algorithm, nothing to choose."""

from collections.abc import Collection
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from consentry.core.errors import MalformedError, RefusedError
from consentry.face.pass_cbor import read_cbor, write_cbor
from consentry.ledger.note import Kind, SigningKey, VerifierKey

_TAG = b"\xd2"
"""CBOR tag 18, COSE_Sign1."""
_ALGORITHM, _KEY_ID = 1, 4
"""Header parameters (RFC 9052, 3.1)."""
_EDDSA = -8
"""EdDSA (RFC 9053, table 4); with a key of Ed25519 alone it means Ed25519."""
_SIGNATURE = 64
_LONGEST = 4_000
"""bytes of a message: the largest QR code holds 2,953."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A message that holds."""

    payload: bytes
    by: VerifierKey


def sign1(payload: bytes, key: SigningKey, context: bytes) -> bytes:
    """Sign.

    Args:
        payload: what is signed.
        key: of kind ``ED25519``.
        context: external data that is signed too and not sent: it keeps uses of a key apart.

    Raises:
        ValueError: the key is of another kind.
    """
    if key.kind is not Kind.ED25519:
        raise ValueError(f"expected a key of kind ED25519, came {key.kind.name}")
    protected = write_cbor({_ALGORITHM: _EDDSA, _KEY_ID: key.verifier.id})
    signature = key.private.sign(_structure(protected, context, payload))
    return _TAG + write_cbor([protected, {}, payload, signature])


def open_sign1(content: bytes, keys: Collection[VerifierKey], context: bytes, *, longest: int = _LONGEST) -> Signed:
    """Check a message and give what it holds.

    Args:
        content: the tagged message.
        keys: who may have signed.
        context: see ``sign1``.
        longest: bytes that a message may have.

    Raises:
        MalformedError: it is no such message.
        RefusedError: check ``issuer``: nobody known signed it; check ``signature``: it does not hold.
    """
    if len(content) > longest or not content.startswith(_TAG):
        raise MalformedError(f"expected a COSE_Sign1 message of at most {longest} bytes")
    match read_cbor(content[len(_TAG) :], "COSE_Sign1"):
        case [bytes() as protected, dict() as unprotected, bytes() as payload, bytes() as signature]:
            header = read_cbor(protected, "protected header")
        case _:
            raise MalformedError("expected a COSE_Sign1 message: headers, payload, signature")
    if unprotected or not isinstance(header, dict) or set(header) != {_ALGORITHM, _KEY_ID}:
        raise MalformedError("expected a protected header with algorithm and key, and no other")
    if header[_ALGORITHM] != _EDDSA or len(signature) != _SIGNATURE:
        raise MalformedError("expected a signature by EdDSA")
    key = next((one for one in keys if one.kind is Kind.ED25519 and one.id == header[_KEY_ID]), None)
    if key is None:
        raise RefusedError("expected a pass of an issuer that is known here", "issuer")
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, _structure(protected, context, payload))
    except (InvalidSignature, ValueError) as error:
        raise RefusedError("the pass was changed, or its signature was", "signature") from error
    return Signed(payload, key)


def _structure(protected: bytes, context: bytes, payload: bytes) -> bytes:
    """Sig_structure (RFC 9052, 4.4)."""
    return write_cbor(["Signature1", protected, context, payload])
