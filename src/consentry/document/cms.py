"""Signed data as documents and master lists carry it (CMS, RFC 5652; ICAO Doc 9303-10, 4.6.2 and Doc 9303-12, 8)."""

from dataclasses import dataclass

from consentry.document.certificates import Certificate, Name, read_certificate, read_name, read_time
from consentry.document.oids import read_oid
from consentry.document.signatures import Algorithm, digest, read_hash, read_signature_algorithm
from consentry.document.tlv import Tlv, TlvError, find, read_only, to_der, write_tlv

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE, _DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_SIGNING_TIME = "1.2.840.113549.1.9.5"
_MOST_CERTIFICATES, _MOST_SIGNERS = 16, 8
"""In one signed object: documents carry one certificate and one signer, master lists up to three."""


@dataclass(frozen=True, slots=True, eq=False)
class Signer:
    """One signature over the content."""

    issuer: Name | None
    """Of the signer's certificate; None: named by key identifier."""
    serial: int | None
    key: bytes | None
    """Key identifier; None: named by issuer and serial number."""
    hash: str
    algorithm: Algorithm
    signature: bytes
    attributes: bytes | None
    """Signed attributes as a SET in DER: what was signed in the content's stead; None: the content itself was."""
    content_type: str | None
    """As the signed attributes say."""
    content_digest: bytes | None
    """Likewise."""
    signing_time: float | None
    """Likewise, s UTC."""

    def is_made_by(self, certificate: Certificate) -> bool:
        """Whether the signer names this certificate."""
        if self.key is not None:
            return self.key == certificate.subject_key
        return (self.issuer, self.serial) == (certificate.issuer, certificate.serial)


@dataclass(frozen=True, slots=True, eq=False)
class SignedData:
    """Content, signatures over it, and certificates that came along."""

    content_type: str
    content: bytes
    certificates: tuple[Certificate, ...]
    unread: tuple[str, ...]
    """Why certificates that came along could not be read, one reason each."""
    signers: tuple[Signer, ...]


def read_signed_data(data: bytes | memoryview, *, longest: int) -> SignedData:
    """Read signed data in DER, or in BER that means the same.

    Args:
        data: a ContentInfo; padding behind it is cut off.
        longest: bytes.

    Raises:
        TlvError: it is none.
    """
    der = to_der(data, longest=longest)
    kind, wrapped = read_only(der, 0x30).parts(2)
    if read_oid(kind) != _SIGNED_DATA:
        raise TlvError(f"expected signed data, came content of type {read_oid(kind)}", 0)
    parts = read_only(wrapped.value, 0x30, wrapped.begin).children(8)
    sets = [part for part in parts if part.tag == 0x31]
    inner = find(parts, 0x30)
    if inner is None or len(sets) != 2:
        raise TlvError("expected digests, content and signers", wrapped.begin)
    content_type, content = inner.parts(2)
    certificates, unread = _certificates(find(parts, 0xA0))
    return SignedData(
        content_type=read_oid(content_type),
        content=bytes(read_only(content.value, 0x04, content.begin).value),
        certificates=certificates,
        unread=unread,
        signers=tuple(_signer(signer) for signer in sets[1].children(_MOST_SIGNERS)),
    )


def signature_holds(signed: SignedData, signer: Signer, certificate: Certificate) -> bool:
    """Whether a certificate's key made a signer's signature over this very content (RFC 5652, 5.4 and 5.6)."""
    how = signer.algorithm.with_hash(signer.hash)
    if signer.attributes is None:
        return certificate.key.verify(signer.signature, signed.content, how)
    right = signer.content_type == signed.content_type
    right = right and signer.content_digest == digest(signer.hash, signed.content)
    return right and certificate.key.verify(signer.signature, signer.attributes, how)


def _certificates(element: Tlv | None) -> tuple[tuple[Certificate, ...], tuple[str, ...]]:
    read, unread = [], []
    for one in () if element is None else element.children(_MOST_CERTIFICATES):
        try:
            read.append(read_certificate(one.raw))
        except TlvError as error:
            unread.append(str(error))  # told by whoever finds no certificate for a signer
    return tuple(read), tuple(unread)


def _signer(element: Tlv) -> Signer:
    _version, name, hashed, *rest = element.parts(5, 7)
    signed = rest.pop(0) if rest[0].tag == 0xA0 else None
    if len(rest) < 2:
        raise TlvError("expected the algorithm and the signature of a signer", element.begin)
    algorithm, signature, *_unsigned = rest
    if signature.tag != 0x04:
        raise TlvError(f"expected a signature, came tag {signature.tag:X}", signature.begin)
    said = {} if signed is None else _attributes(signed)
    issuer = serial = key = None
    if name.tag == 0x80:
        key = bytes(name.value)
    else:
        who, number = name.parts(2)
        issuer, serial = read_name(who), int.from_bytes(number.value, "big", signed=True)
    kind, hashed_content, time = (said.get(oid) for oid in (_CONTENT_TYPE, _DIGEST, _SIGNING_TIME))
    return Signer(
        issuer=issuer,
        serial=serial,
        key=key,
        hash=read_hash(hashed),
        algorithm=read_signature_algorithm(algorithm),
        signature=bytes(signature.value),
        # Signed as a SET, sent with a tag of its own (RFC 5652, 5.4).
        attributes=None if signed is None else write_tlv(0x31, signed.value),
        content_type=None if kind is None else read_oid(kind),
        content_digest=None if hashed_content is None else bytes(hashed_content.value),
        signing_time=None if time is None else read_time(time),
    )


def _attributes(signed: Tlv) -> dict[str, Tlv]:
    """Each attribute's one value; an attribute that comes twice or with two values is refused (RFC 5652, 11.1)."""
    said: dict[str, Tlv] = {}
    for attribute in signed.children(32):
        oid, values = attribute.parts(2)
        inner = values.children(8)
        name = read_oid(oid)
        if name in said or len(inner) != 1:
            raise TlvError(f"expected attribute {name} once, with one value", attribute.begin)
        said[name] = inner[0]
    return said
