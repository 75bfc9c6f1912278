"""What the parsers are fed with before it is spoiled: documents of Utopia, and real ones where they are at hand."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench import utopia
from bench.fuzz import parsers
from bench.fuzz.grammar import Mutator, answered, blind, join, lettered, structured
from consentry.backends.simulated_emrtd import SimulatedEmrtd
from consentry.document import issuing, issuing_infos
from consentry.document.certificates import read_certificate
from consentry.document.chip_session import read_chip
from consentry.document.cms import read_signed_data
from consentry.document.defect_list import CONTENT as DEFECT_LIST
from consentry.document.issuing_certificates import DAY, write_name, write_number, write_revocation_list
from consentry.document.key_derivation import Suite
from consentry.document.lds import EF_CARD_ACCESS, EF_CARD_SECURITY, EF_COM, EF_SOD, file_of
from consentry.document.master_list import LONGEST
from consentry.document.oids import write_oid
from consentry.document.secure_messaging import SessionKeys
from consentry.document.security_infos import STANDARD_GROUPS, Mapping
from consentry.document.signatures import digest
from consentry.document.tlv import read_only, write_tlv

KINDS = (("secp256r1", False), ("rsa1024", False), ("brainpoolP256r1", True))
_TLV, _TEXT, _ANSWERS, _BLIND = (structured, structured, structured, blind), (lettered,), (answered,), (blind,)


@dataclass(frozen=True, slots=True)
class Parser:
    """One parser and what it is fed with."""

    name: str
    read: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    mutators: tuple[Mutator, ...]
    """Each as often as it stands here."""
    share: int
    """Of the inputs, relative to the others: those that do more arithmetic get fewer."""


def parsers_with_inputs(folder: Path, documents: Path | None = None) -> tuple[Parser, ...]:
    """All of them.

    Args:
        folder: empty, for parsers that read files.
        documents: real ones; None: only Utopia's.
    """
    real = {} if documents is None else dict(_real(documents))
    rows: tuple[tuple[Callable[[bytes], None], tuple[bytes, ...], tuple[Mutator, ...], int], ...] = (
        (parsers.tlv, (*_sods(), *_portraits(), *_lists()), _TLV, 8),
        (parsers.signed_data, (*_sods(inner=True), *_lists()), _TLV, 8),
        (parsers.security_object, _sods(), _TLV, 10),
        (parsers.certificate, tuple(_certificates()), _TLV, 14),
        (parsers.revocation_list, (_revocations(),), _TLV, 8),
        (parsers.master_list, (_lists()[0],), _TLV, 2),
        (parsers.deviation_list, (_lists()[1],), _TLV, 4),
        (parsers.defect_list, (_lists()[2],), _TLV, 4),
        (parsers.signed_faults, (_deviations(), _defects()), (structured,), 2),
        (parsers.signed_object, tuple(_content_of_sods()), (structured,), 2),
        (parsers.signed_certificate, tuple(_bodies()), (structured,), 2),
        (parsers.com, (utopia.passport().files()[EF_COM],), _TLV, 10),
        (parsers.zone_group, (utopia.passport().groups[1],), _TLV, 10),
        (parsers.zone_text, tuple(_zones()), _TEXT, 14),
        (parsers.portrait, _portraits(), _TLV, 12),
        (parsers.picture, tuple(utopia.picture(kind, 60, 80) for kind in ("JPEG", "JPEG2000")), _BLIND, 12),
        (parsers.texts, tuple(_text_groups()), _TLV, 12),
        (parsers.card_access, (utopia.passport().more[EF_CARD_ACCESS], *_all_ways()), _TLV, 5),
        (parsers.security_group, tuple(_security_groups()), _TLV, 6),
        (parsers.active_key, tuple(issuing_infos.write_active_group(one) for one in _public_keys()), _TLV, 10),
        (parsers.active_signature, (bytes(range(128)), bytes(range(64))), _BLIND, 1),
        (parsers.card_security, (utopia.passport().more[EF_CARD_SECURITY],), _TLV, 3),
        (parsers.chip_answer, (bytes(range(200)) + b"\x90\0", bytes.fromhex("00a4040c07a0000002471001")), _BLIND, 6),
        (parsers.protected_answer, tuple(_protected()), _TLV, 4),
        (parsers.signed_answer, tuple(_protected(signed=False)), _TLV, 4),
        (parsers.extended_length, (issuing_infos.write_capabilities(1024, 65_535),), _TLV, 5),
        (parsers.session, tuple(map(_recorded, ("open", "BAC", "PACE"))), _ANSWERS, 2),
        (parsers.document, tuple(_whole(kind, explicit=explicit) for kind, explicit in KINDS), _ANSWERS, 2),
        (partial(parsers.trust_file, folder=folder), (*_lists(), *_certificates(), *_pems()), (*_TLV, blind), 1),
        (partial(parsers.trust_index, folder=folder), (_index(),), _BLIND, 1),
    )  # fmt: skip
    return tuple(
        Parser(_name(read), read, (*seeds, *real.get(_name(read), ())), mutators, share)
        for read, seeds, mutators, share in rows
    )


def _name(read: Callable[[bytes], None]) -> str:
    function = read.func if isinstance(read, partial) else read
    return str(function.__name__)


def _sods(*, inner: bool = False) -> tuple[bytes, ...]:
    files = [utopia.passport(kind, explicit=explicit).files()[EF_SOD] for kind, explicit in KINDS]
    return tuple(bytes(read_only(file, 0x77).value) if inner else file for file in files)


def _certificates() -> Iterator[bytes]:
    for kind, explicit in KINDS:
        one = utopia.passport(kind, explicit=explicit)
        yield from (one.csca.der, one.dsc.der)


def _pems() -> Iterator[bytes]:
    for der in _certificates():
        yield b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n"


def _revocations() -> bytes:
    serials = {serial: utopia.NOW - serial * DAY for serial in range(1, 30)}
    return write_revocation_list(utopia.passport().csca, utopia.NOW - DAY, utopia.NOW + DAY, serials)


def _deviations() -> bytes:
    """Content of a deviation list."""
    documents = write_tlv(
        0x30,
        write_tlv(0x80, b"P<"),
        write_tlv(0xA1, write_name("UT", "Utopia CSCA"), write_number(77)),
        write_tlv(0xA4, write_tlv(0x18, b"20200101000000Z"), write_tlv(0x18, b"20210101000000Z")),
        write_tlv(0xA5, write_tlv(0x13, b"L898902C3")),
    )
    kind = write_oid("2.23.136.1.1.7.3.1")
    told = write_tlv(0x31, write_tlv(0x30, write_tlv(0x13, b"a slip"), kind, write_tlv(0xA0, write_number(5))))
    return write_tlv(0x30, write_number(0), write_tlv(0x31, write_tlv(0x30, documents, told)))


def _defects() -> bytes:
    """Content of a defect list: a key that is known to others, and data groups that are not as their hashes say."""
    dsc = utopia.passport().dsc
    kinds = (
        write_tlv(0x30, write_oid(f"{DEFECT_LIST}.1.4")),
        write_tlv(0x30, write_oid(f"{DEFECT_LIST}.2.1"), write_tlv(0x31, write_number(2), write_number(11))),
    )
    whole = write_tlv(0x04, digest("sha256", dsc.der))
    one = write_tlv(0x30, write_tlv(0x30, dsc.issuer, dsc.serial), whole, write_tlv(0x31, *kinds))
    return write_tlv(0x30, write_number(0), parsers.DEFECT_HASH, write_tlv(0x31, one))


def _lists() -> tuple[bytes, bytes, bytes]:
    """A master list, a deviation list, a defect list."""
    root, at = utopia.passport().csca, utopia.NOW
    deviations, defects = utopia.deviation_signer(), utopia.defect_signer()
    return (
        issuing.write_master_list(tuple(_certificates()), utopia.list_signer(), at, (root.der,)),
        issuing.write_signed_data(issuing.DEVIATION_LIST, _deviations(), deviations, at, (deviations.der,)),
        issuing.write_signed_data(DEFECT_LIST, _defects(), defects, at, (defects.der, root.der)),
    )


def _content_of_sods() -> Iterator[bytes]:
    for sod in _sods(inner=True):
        yield read_signed_data(sod, longest=LONGEST).content


def _bodies() -> Iterator[bytes]:
    """What is signed of each certificate."""
    for one in _certificates():
        yield read_certificate(one).body


def _zones() -> Iterator[bytes]:
    td1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
    td2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
    mrva = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<")
    for lines in (utopia.MRZ, td1, td2, mrva):
        yield "\n".join(lines).encode("ascii")


def _portraits() -> tuple[bytes, ...]:
    """By the old standard in both formats, and one by the new with what its reader looks for."""
    old = tuple(issuing.write_portrait_group(utopia.picture(kind, 60, 80), 60, 80) for kind in ("JPEG", "JPEG2000"))
    size = write_tlv(0xA7, write_tlv(0x80, b"\x3c"), write_tlv(0x81, b"\x50"))
    face = write_tlv(0x80, utopia.picture("JPEG", 60, 80)) + write_tlv(0xA1, size)
    for tag in (0xA0, 0xA0, 0xA1, 0x30, 0xA1, 0x65, 0xA1):
        face = write_tlv(tag, face)
    header = write_tlv(0xA1, bytes.fromhex("80020101 810102 87020101 8802002A"))
    template = write_tlv(0x7F60, header, write_tlv(0x7F2E, face))
    return *old, write_tlv(0x75, write_tlv(0x7F61, bytes.fromhex("020101"), template))


def _text_groups() -> Iterator[bytes]:
    names = write_tlv(0xA0, write_number(1), write_tlv(0x5F0F, b"SMITH<<ANNA"))
    born = write_tlv(0x5F2B, bytes.fromhex("19740812"))
    yield write_tlv(0x6B, write_tlv(0x5C, b"\x5f\x0e\x5f\x2b"), write_tlv(0x5F0E, b"ERIKSSON<<ANNA"), born, names)
    yield write_tlv(
        0x6C, write_tlv(0x5C, b"\x5f\x19"), write_tlv(0x5F19, "Bürgeramt".encode()), write_tlv(0x5F55, b"x" * 14)
    )
    yield write_tlv(0x6D, bytes(range(20)))
    person = write_tlv(0xA1, write_tlv(0x5F50, bytes.fromhex("20260101")), write_tlv(0x5F51, b"SMITH<<CHARLES"))
    yield write_tlv(0x70, write_number(1), person)


def _all_ways() -> Iterator[bytes]:
    """EF.CardAccess with every mapping and cipher, and keys over numbers."""
    ways = [
        issuing_infos.write_pace_info(agreement, mapping, suite, group)
        for agreement, group in (("ECDH", 13), ("DH", 1))
        for mapping in (Mapping.GENERIC, Mapping.INTEGRATED)
        for suite in Suite
    ]
    group = STANDARD_GROUPS[0]
    key = issuing_infos.write_chip_key(group, group.public(7), 3)
    yield issuing_infos.write_card_access(*ways, issuing_infos.write_chip_info("DH", Suite.AES_256, 3), key)


def _security_groups() -> Iterator[bytes]:
    yield utopia.passport().groups[14]
    for one in _all_ways():
        yield write_tlv(0x6E, one)


def _public_keys() -> Iterator[bytes]:
    for kind, explicit in KINDS:
        yield utopia.steady_key(kind, "csca", explicit=explicit).public


def _protected(*, signed: bool = True) -> Iterator[bytes]:
    """Answers under secure messaging by each cipher; without checksum where the parser adds it."""
    for suite in Suite:
        keys = SessionKeys.derive(b"both know", suite)
        sealed = write_tlv(0x87, b"\1", keys.encrypt(7, bytes(range(40)))) + bytes.fromhex("99029000")
        mac = write_tlv(0x8E, keys.checksum(7, sealed))
        yield sealed + mac + b"\x90\0" if signed else sealed


def _recorded(opened: str) -> bytes:
    """All answers of a chip to a reader whose "random" numbers are always the same."""
    small = issuing.write_portrait_group(utopia.picture("JPEG", 30, 40), 30, 40)
    one = utopia.passport()
    one = utopia.Passport(one.csca, one.dsc, dict(one.groups) | {2: small}, one.more)
    chip = SimulatedEmrtd(utopia.chip(opened, one), random=utopia.steady("chip"))
    answers: list[bytes] = []

    def transmit(command: bytes) -> bytes:
        answers.append(chip.transmit(command))
        return answers[-1]

    read_chip(transmit, (utopia.PASSWORD, utopia.CAN), utopia.steady("reader"))
    return join(answers)


def _whole(kind: str, *, explicit: bool) -> bytes:
    files = utopia.passport(kind, explicit=explicit).files()
    details = dict(zip((file_of(11), file_of(12)), _text_groups(), strict=False))
    return join([(files | details).get(name, b"") + b"\x90\0" for name in parsers.FILES])


def _index() -> bytes:
    entry = {"sha256": "0" * 64, "kind": "authority", "source": "x.cer", "imported": 1.0, "told": "x", "root": ""}
    return json.dumps({"version": 1, "entries": [entry]}, indent=1).encode("ascii")


_REAL = {
    "security_object": ("emrtd/*/EF_SOD.bin", "emrtd/*/*EF_SOD.bin", "emrtd/loes2006/ef011D.bin"),
    "com": ("emrtd/*/EF_COM.bin", "emrtd/*/ef011E.bin"),
    "zone_group": ("emrtd/*/Datagroup1.bin", "emrtd/*/EF_DG1.bin", "emrtd/*/ef0101.bin"),
    "portrait": ("emrtd/*/Datagroup2.bin", "emrtd/*/EF_DG2.bin", "emrtd/*/ef0102.bin", "emrtd/*/*DG2_*.dat"),
    "texts": ("emrtd/*/EF_DG11.bin", "emrtd/*/EF_DG12.bin"),
    "security_group": ("emrtd/*/Datagroup14.bin", "emrtd/*/EF_DG14.bin"),
    "active_key": ("emrtd/*/Datagroup15.bin", "emrtd/*/EF_DG15.bin", "emrtd/*/ef010F.bin"),
    "certificate": ("masterlists/*.cer",),
}


_EACH = 40
"""Of a real master list each so many-th certificate is taken: some 40 of 1,519, of 30 states and more."""


def _real(documents: Path) -> Iterator[tuple[str, tuple[bytes, ...]]]:
    for name, patterns in _REAL.items():
        paths = sorted({path for pattern in patterns for path in documents.glob(pattern)})
        seeds = [path.read_bytes() for path in paths]
        if name == "certificate":
            for path in sorted(documents.glob("masterlists/*.ml")):
                content = read_signed_data(path.read_bytes(), longest=LONGEST).content
                seeds += [bytes(one.raw) for one in read_only(content, 0x30).parts(2)[1].children()[::_EACH]]
        yield name, tuple(seeds)
