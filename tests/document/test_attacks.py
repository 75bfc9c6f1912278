"""Attacks as named assets, each in a chip, read by a whole session and refused by the check that must see it.

Those on files alone that only an inspection sees are in ``test_inspection``, too; here nothing is told by hand: what
the chip proves or does not prove comes from the dialogue with it.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from consentry.document.checks import Check, DocumentReport, Outcome
from consentry.document.inspection import inspect
from consentry.document.issuing import write_com, write_mrz_group, write_portrait_group
from consentry.document.issuing_certificates import DAY, Wish, write_revocation_list
from consentry.document.issuing_infos import write_active_group, write_card_access
from consentry.document.key_derivation import Suite
from consentry.document.lds import EF_CARD_ACCESS, TAGS
from consentry.document.revocation import read_revocation_list
from consentry.document.security_infos import Mapping
from consentry.document.tlv import write_tlv
from document.pki import MRZ, NOW, YEAR, Passport, authority, key, passport, picture, signer
from document.tr03105.case import look
from document.tr03105.specimen import (
    P_256,
    Specimen,
    active_key,
    pace_info,
    static,
    with_active,
    with_bac,
    with_chip_mapping,
    with_pace,
)

AES, DES = (P_256, Mapping.GENERIC, Suite.AES_128), (P_256, Mapping.GENERIC, Suite.TRIPLE_DES)
FORGER = key("secp256r1", role="forger")


def genuine() -> Specimen:
    """BAC, active authentication; its state signs with P-256."""
    csca = authority(key("secp256r1", role="csca"))
    return replace(with_active("secp256r1"), csca=csca, dsc=signer(key("secp256r1", role="dsc"), csca))


def put(number: int, file: bytes, one: Specimen | None = None) -> Specimen:
    """Another file in the chip, which the state did not sign."""
    one = one or genuine()
    return replace(one, groups=dict(one.groups) | {number: file}, signed=one.groups)


def signed_by_the_state(number: int, file: bytes) -> Specimen:
    """Another file, which the state signed."""
    one = genuine()
    return replace(one, groups=dict(one.groups) | {number: file})


def altered_data_group_1() -> Specimen:
    return put(1, write_mrz_group((MRZ[0].replace("ANNA", "ANNE"), MRZ[1])))


def swapped_data_group_2() -> Specimen:
    return put(2, write_portrait_group(picture("JPEG", 300, 400), 300, 400))


def signed_again_by_a_stranger() -> Specimen:
    """The forger alters data group 1 and signs anew with a key of his own, the true certificate beside it."""
    one = altered_data_group_1()
    return replace(one, signed=None, dsc=replace(one.dsc, key=FORGER))


def signer_under_an_authority_that_nobody_trusts() -> Specimen:
    one = genuine()
    own = authority(key("secp256r1", role="forger's authority"))
    return replace(one, dsc=signer(FORGER, own))


def expired_signer() -> Specimen:
    one = genuine()
    old = Wish("UT", "Utopia DSC", NOW - 3 * YEAR, NOW - DAY, serial=5)
    return replace(one, dsc=signer(one.dsc.key, one.csca, old))


def expired_document() -> Specimen:
    lines = (MRZ[0], "L898902C36UTO7408122F2604158ZE184226B<<<<<18")
    one = signed_by_the_state(1, write_mrz_group(lines))
    password = replace(genuine().chip.mrz, expiry="260415")
    return replace(one, printed=lines, passwords=(password,), chip=replace(one.chip, mrz=password))


def revoked_signer() -> Specimen:
    one = genuine()
    return replace(one, lists=(read_revocation_list(revocations(one)),))


def revocations(one: Specimen) -> bytes:
    """A list of its authority, on which its signer stands."""
    return write_revocation_list(one.csca, NOW - DAY, NOW + DAY, {77: NOW - DAY})


def hash_list_with_a_missing_group() -> Specimen:
    one = genuine()
    return replace(one, signed={number: file for number, file in one.groups.items() if number != 2})


def directory_that_hides_a_group() -> Specimen:
    """Data group 15 is hidden, so that nobody asks the chip to prove anything."""
    return replace(genuine(), com=write_com((1, 2, 14)))


def copy_without_the_key_of_active_authentication() -> Specimen:
    """All files of a genuine document, the public key among them; the private one never left the true chip."""
    one = genuine()
    return replace(one, chip=replace(one.chip, active_key=FORGER.private))


def copy_with_a_key_of_its_own() -> Specimen:
    """The forger puts his own public key into data group 15: the dialogue succeeds, the state did not sign the key."""
    one = genuine()
    forged = put(15, write_active_group(FORGER.public), one)
    return replace(forged, chip=replace(one.chip, active_key=FORGER.private))


def copy_without_the_key_of_chip_authentication() -> Specimen:
    one = with_bac()
    other = replace(static(P_256), secret=static(P_256).secret + 1)
    return replace(one, chip=replace(one.chip, chip_keys={None: other}))


def copy_without_the_key_of_the_mapping() -> Specimen:
    one = with_chip_mapping(P_256)
    other = replace(static(P_256), secret=static(P_256).secret + 1)
    return replace(one, chip=replace(one.chip, mapping_key=other))


def downgraded_to_basic_access() -> Specimen:
    """EF.CardAccess is taken away, so that the reader takes BAC, whose key can be guessed by who listens."""
    one = with_pace(AES)
    return replace(one, chip=replace(one.chip, master={}, basic=True))


def downgraded_to_a_weaker_cipher() -> Specimen:
    one = with_pace(AES)
    return replace(one, chip=replace(one.chip, master={EF_CARD_ACCESS: write_card_access(pace_info(*DES))}))


def downgraded_from_the_mapping_that_proves_the_chip() -> Specimen:
    """A copy that cannot do chip authentication mapping offers the generic one instead."""
    one = with_chip_mapping(P_256)
    master = {EF_CARD_ACCESS: write_card_access(pace_info(*AES))}
    return replace(one, chip=replace(one.chip, master=master, mapping_key=None))


def oversized_data_group() -> Specimen:
    return put(2, bytes.fromhex("7584FFFFFFFF") + bytes(64))


def oversized_element_in_data_group_2() -> Specimen:
    return signed_by_the_state(2, write_tlv(TAGS[2], bytes.fromhex("7F6184FFFFFFFF") + bytes(64)))


def oversized_security_object() -> Specimen:
    return replace(genuine(), sod=bytes.fromhex("7783100000") + bytes(64))


def nested(tag: int, levels: int) -> bytes:
    inside = b""
    for _ in range(levels):
        inside = write_tlv(tag, inside)
    return inside


def nested_security_object() -> Specimen:
    return replace(genuine(), sod=write_tlv(0x77, nested(0x30, 10_000)))


def nested_security_object_without_an_end() -> Specimen:
    return replace(genuine(), sod=write_tlv(0x77, b"\x30\x80" * 15_000))


def nested_portrait() -> Specimen:
    return signed_by_the_state(2, write_tlv(TAGS[2], nested(0x7F61, 5_000)))


def nested_security_infos() -> Specimen:
    return signed_by_the_state(14, write_tlv(TAGS[14], nested(0x31, 5_000)))


def decompression_bomb() -> Specimen:
    """Five kilobytes that say they have two gigapixels, signed by the state itself."""
    data = bytearray(picture("JPEG", 300, 400))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = b"\xb0\x00\xb0\x00"
    return signed_by_the_state(2, write_portrait_group(bytes(data), 300, 400))


def decompression_bomb_in_jpeg_2000() -> Specimen:
    data = bytearray(picture("JPEG2000", 300, 400))
    for mark, skip in ((b"ihdr", 4), (b"\xff\x51", 6)):
        at = data.index(mark) + skip
        data[at : at + 8] = b"\0\0\xb0\0\0\0\xb0\0"
    return signed_by_the_state(2, write_portrait_group(bytes(data), 300, 400))


ASSETS: dict[Callable[[], Specimen], tuple[str, ...]] = {
    altered_data_group_1: ("group_hashes",),
    swapped_data_group_2: ("group_hashes",),
    signed_again_by_a_stranger: ("sod_signature",),
    expired_signer: ("signer_validity",),
    expired_document: ("expiry",),
    revoked_signer: ("signer_revocation",),
    hash_list_with_a_missing_group: ("group_hashes",),
    directory_that_hides_a_group: ("com_sod",),
    copy_without_the_key_of_active_authentication: ("active_authentication", "clone_protection"),
    copy_with_a_key_of_its_own: ("group_hashes",),
    copy_without_the_key_of_chip_authentication: ("chip_authentication", "clone_protection"),
    copy_without_the_key_of_the_mapping: ("pace_chip_authentication", "clone_protection"),
    downgraded_to_basic_access: ("card_access",),
    downgraded_to_a_weaker_cipher: ("card_access",),
    downgraded_from_the_mapping_that_proves_the_chip: ("card_access",),
    oversized_data_group: ("reading",),
    oversized_element_in_data_group_2: ("portrait",),
    oversized_security_object: ("reading",),
    nested_security_object: ("sod_format",),
    nested_security_object_without_an_end: ("sod_format",),
    nested_portrait: ("portrait",),
    nested_security_infos: ("security_infos",),
    decompression_bomb: ("portrait",),
    decompression_bomb_in_jpeg_2000: ("portrait",),
}


def test_the_document_that_they_are_made_of_is_genuine() -> None:
    for make in (genuine, with_bac, lambda: with_pace(AES), lambda: with_chip_mapping(P_256)):
        report = look(make().trial())
        assert report.genuine, report.checks


@pytest.mark.parametrize("make", ASSETS, ids=lambda make: make.__name__)
def test_an_attack_is_refused_by_its_checks(make: Callable[[], Specimen]) -> None:
    report = look(make().trial())
    assert not report.genuine
    refused = {check.name for check in report.checks if check.outcome in {Outcome.FAILED, Outcome.ABORTED}}
    assert set(ASSETS[make]) <= refused, report.checks


def test_an_authority_that_nobody_trusts_is_undetermined() -> None:
    """It may be a state whose certificates nobody has imported yet: not genuine, and not called false."""
    report = look(signer_under_an_authority_that_nobody_trusts().trial())
    assert not report.genuine
    assert report.outcome("signer_chain") is Outcome.UNDETERMINED


# --- cut off at every byte ------------------------------------------------------------------------------------------

PROVED = (Check("active_authentication", Outcome.SUCCESSFUL, "as if the chip had signed", ""),)


def small() -> Passport:
    """With a portrait of few bytes, so that each can be the last."""
    more = {15: write_active_group(active_key().public), 2: write_portrait_group(picture("JPEG", 90, 120), 90, 120)}
    return replace(passport(), more=more)


def test_cut_off_at_every_byte_no_file_leaves_a_document_genuine() -> None:
    """Whatever is cut off wherever: no exception, never genuine, and the whole document is."""
    one = small()
    files, store = one.files(), one.store()

    def said(changed: dict[int, bytes]) -> DocumentReport:
        return inspect(files | changed, store, NOW, optical_mrz="\n".join(MRZ), chip_checks=PROVED)

    assert said({}).genuine
    for name, file in files.items():
        for length in range(len(file)):
            report = said({name: file[:length]})
            assert not report.genuine, (hex(name), length)
            assert report.failed, (hex(name), length)
