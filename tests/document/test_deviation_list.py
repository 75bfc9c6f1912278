"""Deviation lists: who may publish one, of whose documents it speaks, and that it excuses nothing."""

from dataclasses import replace

import pytest

from consentry.document.certificates import read_certificate
from consentry.document.checks import Outcome
from consentry.document.deviation_list import read_deviation_list
from consentry.document.inspection import inspect
from consentry.document.issuing import DEVIATION_LIST, write_mrz_group, write_signed_data
from consentry.document.issuing_certificates import DEVIATION_LIST_SIGNER, Issued, Wish, issue, write_number
from consentry.document.lds import file_of
from consentry.document.oids import write_oid
from consentry.document.tlv import TlvError, write_tlv
from document.pki import MRZ, NOW, YEAR, authority, key, passport, signer

KIND = "2.23.136.1.1.7.3.1"
TEXT = b"Check digit of the optional field"


def list_signer(by: Issued) -> Issued:
    wish = Wish("UT", "DLS", NOW - YEAR, NOW + YEAR, serial=80, purposes=(DEVIATION_LIST_SIGNER,))
    return issue(wish, key("secp256r1", role="dls"), by)


def deviation(*documents: bytes, text: bytes = TEXT) -> bytes:
    told = write_tlv(0x30, write_tlv(0x13, text), write_oid(KIND))
    return write_tlv(0x30, write_tlv(0x30, *documents), write_tlv(0x31, told))


def published(*deviations: bytes, by: Issued | None = None) -> bytes:
    content = write_tlv(0x30, write_number(0), write_tlv(0x31, *deviations))
    signing = by or list_signer(passport().csca)
    return write_signed_data(DEVIATION_LIST, content, signing, NOW, (signing.der,))


def authorities() -> list:
    return [read_certificate(passport().csca.der)]


NARROWED = {
    "all documents": ((), True),
    "passports": ((write_tlv(0x80, b"P<"),), True),
    "passports, explicitly tagged": ((write_tlv(0xA0, write_tlv(0x13, b"P<")),), True),
    "identity cards": ((write_tlv(0x80, b"ID"),), False),
    "this number": ((write_tlv(0xA3, write_tlv(0x13, b"L898902C3"), write_tlv(0x13, b"X1")),), True),
    "other numbers": ((write_tlv(0xA3, write_tlv(0x13, b"X1")),), False),
    "this signer": ((write_tlv(0xA1, passport().dsc.issuer, write_number(77)),), True),
    "another signer": ((write_tlv(0xA1, passport().dsc.issuer, write_number(78)),), False),
}


@pytest.mark.parametrize("narrowed", NARROWED)
def test_a_list_speaks_of_the_documents_that_it_names(narrowed: str) -> None:
    documents, concerned = NARROWED[narrowed]
    made = read_deviation_list(published(deviation(*documents)), authorities())
    assert (made.country, made.deviations[0].kind, made.deviations[0].text) == ("UT", KIND, TEXT.decode())
    one = passport()
    report = inspect(one.files(), one.store(), NOW, deviations=(made,))
    assert report.outcome("known_deviations") is (Outcome.UNDETERMINED if concerned else Outcome.SUCCESSFUL)
    assert any(TEXT.decode() in check.why for check in report.checks) is concerned


def test_a_list_of_another_state_says_nothing() -> None:
    made = replace(read_deviation_list(published(deviation()), authorities()), country="XX")
    one = passport()
    report = inspect(one.files(), one.store(), NOW, deviations=(made,))
    assert not [check for check in report.checks if check.name == "known_deviations"]


def test_no_list_excuses_a_failed_check() -> None:
    made = read_deviation_list(published(deviation()), authorities())
    one = passport()
    files = one.files() | {file_of(1): write_mrz_group((MRZ[0].replace("ANNA", "ANNE"), MRZ[1]))}
    assert inspect(files, one.store(), NOW, deviations=(made,)).outcome("group_hashes") is Outcome.FAILED


DSC, STRANGER = signer(key("secp256r1", role="dsc"), passport().csca), authority(key("secp256r1", role="forger"))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (
            lambda: published(deviation(), by=DSC),
            "expected a signer for",
        ),
        (
            lambda: published(deviation(), by=list_signer(STRANGER)),
            "expected a trusted",
        ),
        (lambda: published(deviation()).replace(TEXT, TEXT.swapcase()), "expected a signature that holds"),
        (lambda: published(b"\x30\x00"), "expected 2 elements"),
        (lambda: b"\x30\x00", "expected"),
    ],
    ids=["document signer", "stranger", "altered", "no deviation", "nothing"],
)
def test_what_is_no_list_of_a_trusted_state_is_refused(data, why: str) -> None:
    with pytest.raises(TlvError, match=why):
        read_deviation_list(data(), authorities())
