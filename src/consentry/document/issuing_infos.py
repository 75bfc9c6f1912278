"""Write what a chip says of its protocols: the other side of ``security_infos`` and of data group 15.

For simulated documents. Pieces that are wrong on purpose are made by giving other numbers, or by joining other bytes.
"""

from consentry.document.issuing import write_signed_data
from consentry.document.issuing_certificates import Issued, write_number
from consentry.document.key_agreement import DhGroup, EcGroup, Group
from consentry.document.key_derivation import Suite
from consentry.document.lds import TAGS
from consentry.document.oids import write_oid
from consentry.document.security_infos import Mapping
from consentry.document.tlv import write_tlv

SECURITY_OBJECT = "0.4.0.127.0.7.3.2.1"
"""Type of the content of EF.CardSecurity."""
_PACE_ARCS = {
    ("DH", Mapping.GENERIC): 1,
    ("ECDH", Mapping.GENERIC): 2,
    ("DH", Mapping.INTEGRATED): 3,
    ("ECDH", Mapping.INTEGRATED): 4,
    ("ECDH", Mapping.CHIP_AUTHENTICATION): 6,
}
_BASE = "0.4.0.127.0.7.2.2"


def agreement_of(group: Group) -> str:
    """``ECDH`` or ``DH``."""
    return "ECDH" if isinstance(group, EcGroup) else "DH"


def write_pace_info(
    agreement: str, mapping: Mapping, suite: Suite, group: int, *, version: int = 2, oid: str | None = None
) -> bytes:
    """A way of PACE.

    >>> write_pace_info("ECDH", Mapping.GENERIC, Suite.AES_128, 13).hex()  # Doc 9303-11, appendix G.1
    '3012060a04007f0007020204020202010202010d'
    """
    name = oid or f"{_BASE}.4.{_PACE_ARCS[agreement, mapping]}.{suite.value}"
    return write_tlv(0x30, write_oid(name), write_number(version), write_number(group))


def write_chip_info(
    agreement: str, suite: Suite, key: int | None = None, *, version: int = 1, oid: str | None = None
) -> bytes:
    """A way of chip authentication."""
    name = oid or f"{_BASE}.3.{1 if agreement == 'DH' else 2}.{suite.value}"
    numbered = b"" if key is None else write_number(key)
    return write_tlv(0x30, write_oid(name), write_number(version), numbered)


def write_chip_key(group: Group, public: bytes, key: int | None = None) -> bytes:
    """A static public key of the chip."""
    if isinstance(group, EcGroup):
        oid, kind, bits = f"{_BASE}.1.2", _named_curve(group), public
    elif isinstance(group, DhGroup):
        oid, kind = f"{_BASE}.1.1", _numbers(group)
        bits = write_number(int.from_bytes(public, "big"))
    else:
        raise TypeError(f"expected points or powers, came {type(group).__name__}")
    numbered = b"" if key is None else write_number(key)
    return write_tlv(0x30, write_oid(oid), write_tlv(0x30, kind, write_tlv(0x03, b"\0", bits)), numbered)


def _named_curve(group: EcGroup) -> bytes:
    return write_tlv(0x30, write_oid("1.2.840.10045.2.1"), write_oid(group.curve.oid))


def _numbers(group: DhGroup) -> bytes:
    """Of X9.42 where the order is known, else of PKCS#3."""
    numbers = group.parameters
    order = b"" if numbers.order is None else write_number(numbers.order)
    kind = "1.2.840.113549.1.3.1" if numbers.order is None else "1.2.840.10046.2.1"
    written = write_tlv(0x30, write_number(numbers.prime), write_number(numbers.generator), order)
    return write_tlv(0x30, write_oid(kind), written)


def write_active_info(algorithm: str) -> bytes:
    """How the chip signs in active authentication: object identifier of the algorithm."""
    return write_tlv(0x30, write_oid("2.23.136.1.1.5"), write_number(1), write_oid(algorithm))


def write_card_access(*infos: bytes) -> bytes:
    """EF.CardAccess."""
    return write_tlv(0x31, *sorted(infos))


def write_security_group(*infos: bytes) -> bytes:
    """Data group 14."""
    return write_tlv(TAGS[14], write_card_access(*infos))


def write_card_security(infos: tuple[bytes, ...], signer: Issued, at: float) -> bytes:
    """EF.CardSecurity.

    Args:
        infos: what it says.
        signer: who signs.
        at: when, s UTC.
    """
    return write_signed_data(SECURITY_OBJECT, write_card_access(*infos), signer, at, (signer.der,))


def write_active_group(public: bytes) -> bytes:
    """Data group 15 with a SubjectPublicKeyInfo."""
    return write_tlv(TAGS[15], public)


def write_capabilities(command: int, answer: int) -> bytes:
    """EF.ATR/INFO: bytes of the longest command and answer of extended length (Doc 9303-10, 3.11.1)."""
    return write_tlv(0x7F66, write_number(command), write_number(answer))
