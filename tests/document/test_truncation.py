"""Everything that a chip or a state hands over, cut off at every byte, and grown beyond all measure.

A cut file is refused with the one error of all parsers, and never taken for a whole one. So is a file that was cut
inside and had every length around the cut made right, as an attacker would do it, where a signature is looked at; the
parsers of unsigned files may find what is left to be whole, and raise nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pytest

from backends.chips import Wish as ChipWish
from backends.chips import document
from consentry.core.errors import MalformedError
from consentry.document.active_authentication import read_active_key
from consentry.document.card_security import read_card_security
from consentry.document.certificates import read_certificate
from consentry.document.data_groups import (
    read_document_details,
    read_holder_details,
    read_optional_details,
    read_persons_to_notify,
)
from consentry.document.defect_list import read_defect_list
from consentry.document.deviation_list import read_deviation_list
from consentry.document.issuing import write_com, write_master_list, write_mrz_group, write_portrait_group
from consentry.document.issuing_certificates import DAY, write_revocation_list
from consentry.document.key_derivation import Suite
from consentry.document.lds import EF_SOD, file_of, read_com, read_mrz_group
from consentry.document.master_list import read_master_list
from consentry.document.portrait import read_portrait
from consentry.document.revocation import read_revocation_list
from consentry.document.security_infos import Mapping, read_card_access, read_security_group
from consentry.document.sod import read_security_object
from consentry.document.tlv import Tlv, read_all, read_tlv, write_tlv
from document.fault_lists import (
    PUBLISHER,
    REVOKED,
    authorities,
    defect,
    defect_list,
    deviation,
    deviation_list,
    named,
)
from document.further import FURTHER
from document.pki import MRZ, NOW, key, list_signer, passport, picture

ONE = passport()
CHIP = document(ChipWish(pace=((12, Mapping.CHIP_AUTHENTICATION, Suite.AES_128),), active="rsa1024"))
ROOT = read_certificate(PUBLISHER.der)


@dataclass(frozen=True, slots=True)
class Parser:
    """One parser, and a whole file for it."""

    read: Callable[[bytes], object]
    whole: Callable[[], bytes]
    signed: bool = False
    """Whether reading looks at a signature."""


PARSERS = {
    "EF.COM": Parser(read_com, lambda: write_com((1, 2, 11))),
    "EF.SOD": Parser(read_security_object, lambda: ONE.files()[EF_SOD]),
    "EF.CardAccess": Parser(read_card_access, lambda: CHIP.made.master[0x011C]),
    "EF.CardSecurity": Parser(read_card_security, lambda: CHIP.made.master[0x011D]),
    "DG1": Parser(read_mrz_group, lambda: write_mrz_group(MRZ)),
    "DG2": Parser(read_portrait, lambda: write_portrait_group(picture("JPEG", 100, 130), 100, 130)),
    "DG11": Parser(read_holder_details, lambda: FURTHER[11]),
    "DG12": Parser(read_document_details, lambda: FURTHER[12]),
    "DG13": Parser(read_optional_details, lambda: FURTHER[13]),
    "DG14": Parser(read_security_group, lambda: CHIP.made.files[file_of(14)]),
    "DG15": Parser(read_active_key, lambda: CHIP.made.files[file_of(15)]),
    "DG16": Parser(read_persons_to_notify, lambda: FURTHER[16]),
    "certificate": Parser(read_certificate, lambda: ONE.dsc.der),
    "revocation list": Parser(
        read_revocation_list, lambda: write_revocation_list(ONE.csca, NOW - DAY, NOW + DAY, {77: NOW, 78: NOW})
    ),
    "master list": Parser(
        lambda data: read_master_list(data, authorities()),
        lambda: write_master_list((ONE.csca.der,), list_signer(key("secp256r1", role="mls"), ONE.csca), NOW),
        signed=True,
    ),
    "deviation list": Parser(
        lambda data: read_deviation_list(data, authorities()),
        lambda: deviation_list(deviation(write_tlv(0xA5, write_tlv(0x13, b"L898902C3"))), hashed="sha256"),
        signed=True,
    ),
    "defect list": Parser(
        lambda data: read_defect_list(data, [ROOT]), lambda: defect_list(defect(named(ONE.dsc), REVOKED)), signed=True
    ),
}
OPAQUE = {"DG11", "DG12", "DG13"}
"""They pass over elements that they do not know, and look at nothing in them."""


@cache
def whole(name: str) -> bytes:
    return PARSERS[name].whole()


@pytest.mark.parametrize("name", PARSERS)
def test_a_whole_file_is_read(name: str) -> None:
    assert PARSERS[name].read(whole(name))


@pytest.mark.parametrize("name", PARSERS)
def test_cut_off_at_every_byte_a_file_is_refused_and_nothing_else(name: str) -> None:
    for length in range(len(whole(name))):
        with pytest.raises(MalformedError):
            PARSERS[name].read(whole(name)[:length])


def cut(element: Tlv, at: int) -> bytes:
    """An element that ends at a byte, with the lengths of all that it lies in made right."""
    kept = element.value[: max(at - (element.end - len(element.value)), 0)]
    if not element.constructed:
        return write_tlv(element.tag, kept)
    parts = []
    for part in read_all(element.value, element.end - len(element.value)):
        if part.end > at:
            parts += [cut(part, at)] if part.begin < at else []
            break
        parts.append(bytes(part.raw))
    return write_tlv(element.tag, *parts)


@pytest.mark.parametrize("name", PARSERS)
def test_cut_inside_with_all_lengths_made_right_nothing_else_is_raised(name: str) -> None:
    parser, element = PARSERS[name], read_tlv(whole(name))
    for at in range(element.end):
        short = cut(element, at) if name != "DG13" else write_tlv(element.tag, element.value[: max(at - 2, 0)])
        assert len(short) < element.end
        try:
            parser.read(short)
        except MalformedError:
            continue
        assert not parser.signed, f"taken for whole when it ends at byte {at}"


def nested(tag: bytes, levels: int) -> bytes:
    data = b"\x05\x00"
    for _ in range(levels):
        data = write_tlv(0x30, data)
    return write_tlv(int.from_bytes(tag, "big"), data)


ATTACKS: dict[str, Callable[[bytes], bytes]] = {
    "claims 4 GiB": lambda tag: tag + bytes.fromhex("84FFFFFFFF"),
    "a length of 127 bytes": lambda tag: tag + b"\xff" * 200,
    "without an end": lambda tag: tag + b"\x80" + b"\x05\x00" * 100,
    "two thousand levels": lambda tag: nested(tag, 2_000),
    "two thousand levels without an end": lambda tag: tag + b"\x80" + b"\x30\x80" * 2_000,
    "half a million elements": lambda tag: write_tlv(int.from_bytes(tag, "big"), b"\x05\x00" * 500_000),
    "nine megabytes": lambda tag: write_tlv(int.from_bytes(tag, "big"), bytes(9_000_000)),
    "empty": lambda _tag: b"",
    "a tag of nine bytes": lambda _tag: b"\x7f" + b"\xff" * 8 + b"\x00",
}
PASSED_OVER = {"two thousand levels"}
"""By the opaque ones: they are bytes and nothing more."""


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("name", PARSERS)
def test_named_attacks_are_refused(name: str, attack: str) -> None:
    data = ATTACKS[attack](whole(name)[:1])
    if (name in OPAQUE and attack in PASSED_OVER) or (name, attack) == ("DG13", "half a million elements"):
        assert PARSERS[name].read(data)
        return
    with pytest.raises(MalformedError):
        PARSERS[name].read(data)
