"""Issue synthetic documents: EF.SOD, EF.COM, data groups, master lists, for tests, training and demonstrations.

The other side of ``sod``, ``cms``, ``lds`` and ``master_list``, on certificates of ``issuing_certificates``. What is
issued here is worth nothing outside: no inspection trusts its authority unless somebody imports it.

Every writer takes ``parts``: pieces that stand in the stead of the right ones, so that a document with one certain
fault can be made; an empty piece is left out.
"""

from collections.abc import Mapping
from types import MappingProxyType

from consentry.document.issuing_certificates import Issued, pieces, write_hash, write_time
from consentry.document.lds import TAGS
from consentry.document.oids import write_oid
from consentry.document.signatures import digest
from consentry.document.tlv import read_tlv, write_tlv

SECURITY_OBJECT, MASTER_LIST, DEVIATION_LIST = "2.23.136.1.1.1", "2.23.136.1.1.2", "2.23.136.1.1.7"
"""Types of signed content."""
NOTHING: Mapping[str, bytes] = MappingProxyType({})
"""No fault."""


def write_com(groups: tuple[int, ...], version: bytes = b"0107") -> bytes:
    """EF.COM with a list of data groups."""
    listed = bytes(TAGS[number] for number in groups)
    return write_tlv(0x60, write_tlv(0x5F01, version), write_tlv(0x5F36, b"040000"), write_tlv(0x5C, listed))


def write_mrz_group(lines: tuple[str, ...]) -> bytes:
    """Data group 1 with a zone."""
    return write_tlv(TAGS[1], write_tlv(0x5F1F, "".join(lines).encode("ascii")))


def write_portrait_group(picture: bytes, width: int, height: int) -> bytes:
    """Data group 2 with one picture in a record of ISO/IEC 19794-5:2005.

    Args:
        picture: JPEG, or JPEG 2000 in its file format.
        width: that the record says, px.
        height: likewise.
    """
    kind = 0 if picture[:2] == b"\xff\xd8" else 1
    image = bytes([1, kind]) + width.to_bytes(2, "big") + height.to_bytes(2, "big") + bytes(6)
    block = (20 + len(image) + len(picture)).to_bytes(4, "big") + bytes(16) + image + picture
    record = b"FAC\x00010\x00" + (14 + len(block)).to_bytes(4, "big") + b"\0\1" + block
    # Header of the template: type face, owner of the format ISO/IEC JTC 1/SC 37, format 8 (Doc 9303-10, 4.7.2).
    header = write_tlv(0xA1, bytes.fromhex("80020101 810102 87020101 88020008"))
    template = write_tlv(0x7F60, header, write_tlv(0x5F2E, record))
    return write_tlv(TAGS[2], write_tlv(0x7F61, bytes.fromhex("020101"), template))


def write_security_object(
    groups: Mapping[int, bytes],
    signer: Issued,
    at: float,
    *,
    hashed: str = "sha256",
    version: str | None = None,
    embedded: bool = True,
    parts: Mapping[str, bytes] = NOTHING,
) -> bytes:
    """EF.SOD over data groups.

    Args:
        groups: files by number.
        signer: the document signer, its key, and its certificate, which comes along.
        at: when it is signed, s UTC.
        hashed: hash function of the data groups.
        version: of the data structure, such as ``0108``, signed from version 1 of the object on; None: version 0.
        embedded: whether the signer's certificate comes along.
        parts: see ``write_signed_data``, and ``object_version``, ``object_algorithm``, ``hashes``, ``lds``.
    """
    hashes = b"".join(
        write_tlv(0x30, write_tlv(0x02, bytes([n])), write_tlv(0x04, digest(hashed, read_tlv(file).raw)))
        for n, file in sorted(groups.items())
    )
    told = b"" if version is None else _version(version)
    right = {
        "object_version": write_tlv(0x02, bytes([version is not None])),
        "object_algorithm": write_hash(hashed),
        "hashes": write_tlv(0x30, hashes),
        "lds": told,
    }
    content = write_tlv(0x30, *pieces(right, parts))
    certificates = (signer.der,) if embedded else ()
    return write_tlv(0x77, write_signed_data(SECURITY_OBJECT, content, signer, at, certificates, parts))


def _version(version: str) -> bytes:
    return write_tlv(0x30, write_tlv(0x13, version.encode("ascii")), write_tlv(0x13, b"040000"))


def write_master_list(
    authorities: tuple[bytes, ...], signer: Issued, at: float, came_along: tuple[bytes, ...] = ()
) -> bytes:
    """A master list over certificates in DER; the signer's comes along, and others that are named."""
    content = write_tlv(0x30, write_tlv(0x02, b"\0"), write_tlv(0x31, *sorted(authorities)))
    return write_signed_data(MASTER_LIST, content, signer, at, (signer.der, *came_along))


def write_signed_data(
    kind: str,
    content: bytes,
    signer: Issued,
    at: float,
    certificates: tuple[bytes, ...],
    parts: Mapping[str, bytes] = NOTHING,
) -> bytes:
    """Signed data (RFC 5652, 5), DER.

    Args:
        kind: object identifier of the content.
        content: what is signed.
        signer: who signs.
        at: when, s UTC.
        certificates: that come along, DER.
        parts: of the signed data ``version``, ``digests``, ``content``, ``certificates``, ``signers``; of the signer
            ``signer_version``, ``signer_name``, ``signer_digest``, ``attributes``, ``signer_algorithm``, ``signature``;
            of the signed attributes ``content_type``, ``message_digest``, ``signing_time``. Whoever replaces an
            attribute has it signed as well; whoever replaces ``attributes`` has not.
    """
    key = signer.key
    attributes = _attributes(kind, digest(key.hash, content), at, parts)
    of_signer = {
        "signer_version": write_tlv(0x02, b"\1"),
        "signer_name": write_tlv(0x30, signer.issuer, signer.serial),
        "signer_digest": write_hash(key.hash),
        "attributes": write_tlv(0xA0, attributes),
        "signer_algorithm": key.algorithm,
        "signature": write_tlv(0x04, key.sign(write_tlv(0x31, attributes))),
    }
    right = {
        "version": write_tlv(0x02, b"\3"),
        "digests": write_tlv(0x31, write_hash(key.hash)),
        "content": write_tlv(0x30, write_oid(kind), write_tlv(0xA0, write_tlv(0x04, content))),
        "certificates": write_tlv(0xA0, *certificates) if certificates else b"",
        "signers": write_tlv(0x31, write_tlv(0x30, *pieces(of_signer, parts))),
    }
    whole = write_tlv(0x30, *pieces(right, parts))
    return write_tlv(0x30, write_oid("1.2.840.113549.1.7.2"), write_tlv(0xA0, whole))


def _attributes(kind: str, hashed: bytes, at: float, parts: Mapping[str, bytes]) -> bytes:
    """The signed attributes, sorted as DER sorts a set."""
    right = {
        "content_type": _attribute("1.2.840.113549.1.9.3", write_oid(kind)),
        "signing_time": _attribute("1.2.840.113549.1.9.5", write_time(at)),
        "message_digest": _attribute("1.2.840.113549.1.9.4", write_tlv(0x04, hashed)),
    }
    return b"".join(sorted(pieces(right, parts)))


def _attribute(name: str, value: bytes) -> bytes:
    return write_tlv(0x30, write_oid(name), write_tlv(0x31, value))
