"""Deviation lists and defect lists of Utopia, piece by piece."""

from consentry.document.certificates import Certificate, read_certificate
from consentry.document.defect_list import CONTENT as DEFECT_LIST
from consentry.document.issuing import DEVIATION_LIST, write_signed_data
from consentry.document.issuing_certificates import DEVIATION_LIST_SIGNER, Issued, Wish, issue, write_hash, write_number
from consentry.document.oids import write_oid
from consentry.document.tlv import write_tlv
from document.pki import NOW, YEAR, authority, key, passport

TEXT = b"Check digit of the optional field"
WRONG_DIGIT, AA_KEY, WRONG_HASH = (f"{DEVIATION_LIST}.{arc}" for arc in ("3.2", "1.4", "2.2"))
REVOKED, CHIP_KEYS, ACTIVE_KEYS, MISCODED, SOD_WRONG, SWITCH_OFF = (
    f"{DEFECT_LIST}.{arc}" for arc in ("1.1", "1.3", "1.4", "2.1", "2.2", "4.3")
)
DEFECT_LIST_SIGNER = "0.4.0.127.0.7.3.1.99"
"""A purpose that is none of another list's."""
PUBLISHER = authority(key("secp256r1", role="publisher"), Wish("XX", "Lists", NOW - YEAR, NOW + YEAR, authority=True))
"""Root of a state that publishes defect lists."""


def authorities() -> list[Certificate]:
    """Whom a deviation list of Utopia needs behind it."""
    return [read_certificate(passport().csca.der)]


def deviation_signer(by: Issued) -> Issued:
    """Signer of deviation lists of Utopia."""
    wish = Wish("UT", "DLS", NOW - YEAR, NOW + YEAR, serial=80, purposes=(DEVIATION_LIST_SIGNER,))
    return issue(wish, key("secp256r1", role="dls"), by)


def deviation(*documents: bytes, kind: str = WRONG_DIGIT, text: bytes = TEXT, parameter: bytes | None = None) -> bytes:
    """One deviation, and what narrows it."""
    more = b"" if parameter is None else write_tlv(0xA0, parameter)
    told = write_tlv(0x30, write_tlv(0x13, text) if text else b"", write_oid(kind), more)
    return write_tlv(0x30, write_tlv(0x30, *documents), write_tlv(0x31, told))


def deviation_list(*deviations: bytes, by: Issued | None = None, hashed: str | None = None) -> bytes:
    """A deviation list; the signer's certificate comes along."""
    algorithm = b"" if hashed is None else write_hash(hashed)
    content = write_tlv(0x30, write_number(0), algorithm, write_tlv(0x31, *deviations))
    signing = by or deviation_signer(passport().csca)
    return write_signed_data(DEVIATION_LIST, content, signing, NOW, (signing.der,))


def defect_signer(by: Issued, *purposes: str) -> Issued:
    """Signer of defect lists."""
    wish = Wish("XX", "Defects", NOW - YEAR, NOW + YEAR, serial=81, purposes=purposes)
    return issue(wish, key("secp256r1", role="defects"), by)


def named(one: Issued) -> bytes:
    """A document signer by issuer and serial number."""
    return write_tlv(0x30, one.issuer, one.serial)


def defect(signer: bytes, kind: str, *parameters: bytes, whole: bytes = b"") -> bytes:
    """One defect of one signer's documents."""
    told = write_tlv(0x30, write_oid(kind), *parameters)
    return write_tlv(0x30, signer, write_tlv(0x04, whole) if whole else b"", write_tlv(0x31, told))


def defect_list(*defects: bytes, by: Issued | None = None, root: Issued = PUBLISHER) -> bytes:
    """A defect list; the certificates of its signer and of its root come along."""
    hashed = write_oid("2.16.840.1.101.3.4.2.1")
    content = write_tlv(0x30, write_number(0), hashed, write_tlv(0x31, *defects))
    signing = by or defect_signer(root, DEFECT_LIST_SIGNER)
    return write_signed_data(DEFECT_LIST, content, signing, NOW, (signing.der, root.der))
