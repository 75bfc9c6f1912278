"""Every parser of what a document, its chip or a publisher of trust says, as one function of bytes each.

A function here may raise what is in the tree of ``consentry.core.errors``; anything else is a find.
"""

import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

from bench import utopia
from bench.fuzz.grammar import split
from consentry.backends.trust_folder import TrustFolder
from consentry.core.errors import ConsentryError
from consentry.document import active_authentication, chip_authentication, data_groups, pace
from consentry.document.apdu import EXTENDED, Response, read_command, read_response
from consentry.document.card_security import authenticate_card_security, read_card_security
from consentry.document.certificates import read_certificate
from consentry.document.chip_files import block_size, capabilities_fault
from consentry.document.chip_session import read_chip
from consentry.document.cms import read_signed_data, signature_holds
from consentry.document.defect_list import CONTENT as DEFECT_LIST
from consentry.document.defect_list import read_defect_list
from consentry.document.deviation_list import read_deviation_list
from consentry.document.inspection import inspect
from consentry.document.issuing import DEVIATION_LIST, SECURITY_OBJECT, write_security_object, write_signed_data
from consentry.document.key_derivation import Suite
from consentry.document.known_faults import KnownFaults
from consentry.document.lds import EF_COM, EF_SOD, file_of, read_com, read_mrz_group
from consentry.document.master_list import read_master_list
from consentry.document.mrz import parse_mrz
from consentry.document.oids import write_oid
from consentry.document.picture_header import read_header
from consentry.document.portrait import read_portrait
from consentry.document.public_keys import RsaKey
from consentry.document.revocation import read_revocation_list
from consentry.document.secure_messaging import SecureMessaging, SessionKeys
from consentry.document.security_infos import PACE, SecurityInfos, read_card_access, read_security_group
from consentry.document.sod import read_security_object
from consentry.document.tlv import Tlv, read_extent, read_tlv, to_der, write_tlv
from consentry.document.trust import trust

TODAY = date(2026, 11, 25)
FILES = (EF_COM, EF_SOD, *(file_of(number) for number in (1, 2, 11, 12, 14, 15)))
"""Of a whole document as one input."""
_CSCA = read_certificate(utopia.passport().csca.der)
_STORE = trust([(_CSCA, "fuzz")]).store
_KEYS = {suite: SessionKeys.derive(b"both know", suite) for suite in Suite}
_COUNTER = 6
_LONGEST = 4_000_000
DEFECT_HASH = write_oid("2.16.840.1.101.3.4.2.1")
"""A defect list names its hash function by an identifier alone, which tells it from a deviation list."""


def tlv(data: bytes) -> None:
    """Elements in elements, as deep as they go, and the same in DER."""
    with suppress(ConsentryError):
        read_extent(data[:8])
    with suppress(ConsentryError):
        _walk(read_tlv(data), 0)
    to_der(data, longest=_LONGEST)


def _walk(element: Tlv, depth: int) -> None:
    if element.constructed and depth < 100:
        for one in element.children(1000):
            _walk(one, depth + 1)
    repr(element)


def signed_data(data: bytes) -> None:
    """Signed data, and whether a signature over it holds by what came along."""
    made = read_signed_data(data, longest=_LONGEST)
    for signer in made.signers:
        for one in made.certificates:
            if signer.is_made_by(one):
                signature_holds(made, signer, one)


def security_object(data: bytes) -> None:
    """EF.SOD."""
    read_security_object(data)


def certificate(data: bytes) -> None:
    """A certificate, its own signature, what is weak in it."""
    one = read_certificate(data)
    one.signed_by(one)
    list(one.key.weaknesses(one.algorithm))
    assert one.fingerprint
    repr(one)


def revocation_list(data: bytes) -> None:
    """A revocation list, and whether a known authority signed it."""
    made = read_revocation_list(data)
    made.signed_by(_CSCA)
    made.current(utopia.NOW)
    trust([(_CSCA, "fuzz")], lists=[made])


def master_list(data: bytes) -> None:
    """A master list, signature and signer and all, and a store made of it."""
    made = read_master_list(data, [_CSCA])
    trust([(one, "fuzz") for one in made.certificates])


def deviation_list(data: bytes) -> None:
    """A deviation list, likewise."""
    made = read_deviation_list(data, [_CSCA])
    for one in made.deviations:
        one.concerns(_CSCA, "P", "L898902C3")


def defect_list(data: bytes) -> None:
    """A defect list, likewise."""
    made = read_defect_list(data, [_CSCA])
    made.concerning(_CSCA)


def signed_faults(data: bytes) -> None:
    """What stands in a deviation list or a defect list, signed as it should be, and looked up for a document."""
    defects = DEFECT_HASH in data[:20]
    kind, signer = (DEFECT_LIST, utopia.defect_signer()) if defects else (DEVIATION_LIST, utopia.deviation_signer())
    published = write_signed_data(kind, data, signer, utopia.NOW, (signer.der,))
    if defects:
        known = KnownFaults(defects=(read_defect_list(published, [_CSCA]),))
    else:
        known = KnownFaults(deviations=(read_deviation_list(published, [_CSCA]),))
    inspect(utopia.passport().files(), _STORE, utopia.NOW, faults=known)


def signed_object(data: bytes) -> None:
    """What EF.SOD says, signed as it should be: nothing is raised."""
    one = utopia.passport()
    sod = write_tlv(0x77, write_signed_data(SECURITY_OBJECT, data, one.dsc, utopia.NOW, (one.dsc.der,)))
    inspect(one.files() | {EF_SOD: sod}, _STORE, utopia.NOW, optical_mrz="\n".join(utopia.MRZ))


def signed_certificate(data: bytes) -> None:
    """What a document signer's certificate says, signed by its authority: nothing is raised."""
    one = utopia.passport()
    der = write_tlv(0x30, data, one.csca.key.algorithm, write_tlv(0x03, b"\0", one.csca.key.sign(data)))
    sod = write_security_object(one.groups, replace(one.dsc, der=der), utopia.NOW)
    inspect(one.files() | {EF_SOD: sod}, _STORE, utopia.NOW, optical_mrz="\n".join(utopia.MRZ))


def com(data: bytes) -> None:
    """EF.COM."""
    assert read_com(data).known in (True, False)


def zone_group(data: bytes) -> None:
    """Data group 1 and the zone in it."""
    parse_mrz(read_mrz_group(data), TODAY)


def zone_text(data: bytes) -> None:
    """A zone as text, as a camera or a keyboard gives it."""
    repr(parse_mrz(data.decode("utf-8", "surrogatepass"), TODAY))


def portrait(data: bytes) -> None:
    """Data group 2 by both standards, down to the picture's own header."""
    assert read_portrait(data).misstated is not None


def picture(data: bytes) -> None:
    """A picture's header."""
    read_header(data)


def texts(data: bytes) -> None:
    """Data groups 11, 12, 13 and 16: whichever it is."""
    readers = {
        0x6B: data_groups.read_holder_details,
        0x6C: data_groups.read_document_details,
        0x6D: data_groups.read_optional_details,
        0x70: data_groups.read_persons_to_notify,
    }
    repr(readers.get(data[0] if data else 0, data_groups.read_holder_details)(data))


def card_access(data: bytes) -> None:
    """EF.CardAccess, and the way that PACE would take."""
    _offers(read_card_access(data))


def security_group(data: bytes) -> None:
    """Data group 14, and the ways that it offers."""
    _offers(read_security_group(data))


def _offers(infos: SecurityInfos) -> None:
    infos.entries(PACE)
    with suppress(ConsentryError):
        pace.choose(infos.pace)
    with suppress(ConsentryError):
        way = chip_authentication.choose(chip_authentication.ways(infos))
        way.key.group.shared(5, way.key.public)
    key = read_certificate(utopia.passport().csca.der).key
    active_authentication.verify(key, infos.active_authentication, bytes(8), bytes(64))


def active_key(data: bytes) -> None:
    """Data group 15, and a signature by its key that is none."""
    key = active_authentication.read_active_key(data)
    active_authentication.verify(key, (), bytes(8), data[-64:])
    list(key.weaknesses(_CSCA.algorithm))


def active_signature(data: bytes) -> None:
    """A signature of active authentication, by RSA and by a curve."""
    rsa, curve = (read_certificate(utopia.passport(kind).csca.der).key for kind in ("rsa1024", "secp256r1"))
    assert isinstance(rsa, RsaKey)
    active_authentication.recover(rsa, data[:128].rjust(128, b"\0"))
    for key in (rsa, curve):
        active_authentication.verify(key, (), bytes(8), data)


def card_security(data: bytes) -> None:
    """EF.CardSecurity, and what passive authentication says of it, which raises nothing."""
    authenticate_card_security(data, _STORE, utopia.NOW)
    read_card_security(data)


def chip_answer(data: bytes) -> None:
    """An answer in the clear; the same bytes as a command, which a simulated chip reads."""
    with suppress(ConsentryError):
        read_command(data)
    repr(read_response(data))


def protected_answer(data: bytes) -> None:
    """An answer under secure messaging, as it came."""
    for keys in _KEYS.values():
        with suppress(ConsentryError):
            SecureMessaging(keys, _COUNTER).reveal(read_response(data))


def signed_answer(data: bytes) -> None:
    """Objects of an answer under secure messaging with the right checksum, as a hostile chip could send them."""
    for keys in _KEYS.values():
        mac = write_tlv(0x8E, keys.checksum(_COUNTER + 1, data))
        with suppress(ConsentryError):
            SecureMessaging(keys, _COUNTER).reveal(Response((data + mac)[:EXTENDED], 0x9000))


def extended_length(data: bytes) -> None:
    """EF.ATR/INFO: nothing is raised."""
    capabilities_fault(data)
    assert block_size(data) > 0


def session(data: bytes) -> None:
    """All answers of a chip, one after another: nothing is raised, and the session ends."""
    answers = iter(split(data))
    reading = read_chip(
        lambda _command: next(answers, b"\x6f\0"), (utopia.PASSWORD, utopia.CAN), utopia.steady("reader")
    )
    repr(reading)


def document(data: bytes) -> None:
    """All files of a document, inspected: nothing is raised."""
    files = {name: file[:-2] for name, file in zip(FILES, split(data), strict=False) if len(file) > 2}
    report = inspect(files, _STORE, utopia.NOW, optical_mrz="\n".join(utopia.MRZ))
    assert not report.genuine  # nobody asked the chip


def trust_file(data: bytes, folder: Path) -> None:
    """A file that is imported into a folder of trust: DER or PEM, of any kind."""
    shutil.rmtree(folder / "trust", ignore_errors=True)
    known, path = folder / "known.cer", folder / "input"
    known.write_bytes(_CSCA.der)
    path.write_bytes(data)
    trusted = TrustFolder(folder / "trust")
    trusted.add(known, (), utopia.NOW)
    trusted.add(path, [_CSCA], utopia.NOW)
    trusted.load()


def trust_index(data: bytes, folder: Path) -> None:
    """The index of a folder of trust."""
    (folder / "index.json").write_bytes(data)
    TrustFolder(folder).load()
