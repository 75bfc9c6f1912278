"""Deviation lists: who may publish one, of whose documents it speaks, and that it excuses nothing."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from consentry.document.certificates import read_certificate
from consentry.document.checks import Check, DocumentReport, Outcome, Verdict
from consentry.document.deviation_list import DeviationList, read_deviation_list
from consentry.document.inspection import inspect
from consentry.document.issuing import write_mrz_group
from consentry.document.known_faults import KnownFaults
from consentry.document.lds import EF_SOD, TAGS, file_of
from consentry.document.signatures import digest
from consentry.document.signed_list import SignerId
from consentry.document.tlv import TlvError, write_tlv
from document.fault_lists import (
    AA_KEY,
    TEXT,
    WRONG_HASH,
    authorities,
    deviation,
    deviation_list,
    deviation_signer,
)
from document.pki import MRZ, NOW, Passport, authority, key, passport, signer

ONE = passport()
"""Signed by one signer throughout: its certificate is another whenever it is issued."""
DSC, STRANGER = ONE.dsc, authority(key("secp256r1", role="forger"))
KEY_ID = DSC.key.identifier
PERIOD = write_tlv(0xA4, write_tlv(0x18, b"20171001000000Z"), write_tlv(0x18, b"20180205235959.999Z"))
"""Fractions of seconds as in the Italian list of 2018."""
ANSWERED = Check("active_authentication", Outcome.SUCCESSFUL, "RSA 2048 with sha256", "ICAO Doc 9303-11, 6.1")


def numbers(*texts: bytes) -> bytes:
    return write_tlv(0xA5, *(write_tlv(0x13, text) for text in texts))


def report(
    made: DeviationList, one: Passport | None = None, files: dict[int, bytes] | None = None, **rest: tuple[Check, ...]
) -> DocumentReport:
    one = one or ONE
    faults = KnownFaults(deviations=(made,))
    return inspect(files or one.files(), one.store(), NOW, optical_mrz="\n".join(MRZ), faults=faults, **rest)


NARROWED = {
    "all documents": ((), True),
    "passports": ((write_tlv(0x80, b"P<"),), True),
    "passports, explicitly tagged": ((write_tlv(0xA0, write_tlv(0x13, b"P<")),), True),
    "identity cards": ((write_tlv(0x80, b"ID"),), False),
    "this number": ((numbers(b"L898902C3", b"X1"),), True),
    "other numbers": ((numbers(b"X1"),), False),
    "no number": ((numbers(),), False),
    "this signer": ((write_tlv(0xA1, DSC.issuer, DSC.serial),), True),
    "another signer": ((write_tlv(0xA1, DSC.issuer, b"\x02\x01\x4e"),), False),
    "this signer by its key": ((write_tlv(0x82, KEY_ID),), True),
    "another by its key": ((write_tlv(0x82, KEY_ID[::-1]),), False),
    "this signer by its hash": ((write_tlv(0x83, digest("sha256", DSC.der)),), True),
    "another by its hash": ((write_tlv(0x83, digest("sha1", DSC.der)),), False),
    "a period of issue": ((PERIOD,), True),
    "this signer, other numbers": ((write_tlv(0x82, KEY_ID), numbers(b"X1")), False),
}


@pytest.mark.parametrize("narrowed", NARROWED)
def test_a_list_speaks_of_the_documents_that_it_names(narrowed: str) -> None:
    documents, concerned = NARROWED[narrowed]
    made = read_deviation_list(deviation_list(deviation(*documents), hashed="sha256"), authorities())
    assert (made.country, made.deviations[0].text) == ("UT", TEXT.decode())
    found = report(made)
    assert found.outcome("known_deviations") is (Outcome.UNDETERMINED if concerned else Outcome.SUCCESSFUL)
    assert any(TEXT.decode() in check.why for check in found.checks) is concerned


@pytest.mark.parametrize(
    ("kind", "parameter", "words"),
    [
        (WRONG_HASH, b"\x02\x01\x0c", "a hash in EF.SOD is wrong (DG12)"),
        (WRONG_HASH, b"\x02\x01\x15", "a hash in EF.SOD is wrong (EF.COM)"),
        ("2.23.136.1.1.7.3.1", b"\x02\x01\x08", "the zone says something wrong (date of expiry)"),
        ("2.23.136.1.1.7.3.1", b"\x02\x01\x63", "the zone says something wrong (field 99)"),
        ("2.23.136.1.1.7.1.2", bytes.fromhex("0603551D23"), "certificate is miscoded (extension 2.5.29.35)"),
        ("2.23.136.1.1.7.5.1", b"\x0c\x01x", "a deviation of kind 2.23.136.1.1.7.5.1"),
    ],
    ids=["group", "EF.COM", "field", "unknown field", "extension", "unknown kind"],
)
def test_kind_and_parameter_are_told_in_words(kind: str, parameter: bytes, words: str) -> None:
    data = deviation_list(deviation(PERIOD, kind=kind, text=b"", parameter=parameter))
    (told,) = (one for one in report(read_deviation_list(data, authorities())).checks if one.name == "known_deviations")
    assert told.why == f"UT says of its documents: {told.why.partition(': ')[2]}"
    assert words in told.why
    assert told.why.endswith(", if issued from 2017-10-01 to 2018-02-05")


def test_a_list_of_another_state_says_nothing() -> None:
    made = replace(read_deviation_list(deviation_list(deviation()), authorities()), country="XX")
    assert not [check for check in report(made).checks if check.name == "known_deviations"]


def test_no_list_excuses_a_failed_check() -> None:
    made = read_deviation_list(deviation_list(deviation()), authorities())
    files = ONE.files() | {file_of(1): write_mrz_group((MRZ[0].replace("ANNA", "ANNE"), MRZ[1]))}
    found = report(made, files=files)
    assert found.outcome("group_hashes") is Outcome.FAILED
    assert found.verdict is Verdict.NOT_GENUINE


def test_a_list_speaks_where_the_signature_does_not_hold() -> None:
    """Then its explanation is wanted most; the signer is the one that EF.SOD names."""
    made = read_deviation_list(deviation_list(deviation(write_tlv(0x82, KEY_ID))), authorities())
    one = replace(ONE, parts={"signature": write_tlv(0x04, bytes(64))})
    found = report(made, one)
    assert found.outcome("sod_signature") is Outcome.FAILED
    assert found.outcome("known_deviations") is Outcome.UNDETERMINED


def test_a_list_speaks_of_its_state_s_documents_without_any_signed_object() -> None:
    made = read_deviation_list(deviation_list(deviation(numbers(b"L898902C3"))), authorities())
    files = {name: file for name, file in ONE.files().items() if name != EF_SOD}
    assert report(made, files=files).outcome("known_deviations") is Outcome.UNDETERMINED


def test_a_key_that_may_be_known_to_others_proves_nothing() -> None:
    """The chip answers rightly, and so would its copy."""
    one = replace(ONE, more={15: write_tlv(TAGS[15], key("rsa2048", role="chip").public)})
    for kind, outcome in ((AA_KEY, Outcome.UNDETERMINED), (WRONG_HASH, Outcome.SUCCESSFUL)):
        made = read_deviation_list(deviation_list(deviation(kind=kind)), authorities())
        found = report(made, one, chip_checks=(ANSWERED,))
        assert found.outcome("active_authentication") is found.outcome("clone_protection") is outcome
        assert found.genuine is (outcome is Outcome.SUCCESSFUL)
    assert report(made, one).genuine is False


def test_a_signer_of_whom_nothing_is_said_is_nobody() -> None:
    certificate = read_certificate(DSC.der)
    assert not SignerId().names(certificate)
    both = SignerId(key=certificate.subject_key, issuer=(certificate.issuer, 1))
    assert not both.names(certificate)


def test_a_deviation_prints_no_number_of_a_document() -> None:
    made = read_deviation_list(deviation_list(deviation(numbers(b"L898902C3"))), authorities())
    assert "L898902C3" not in repr(made)


def test_hundreds_of_thousands_of_numbers_are_read() -> None:
    """As many as the largest list that there is, of Italy in 2018, has."""
    many = b"".join(write_tlv(0x13, f"CA{number:07}".encode()) for number in range(346_275))
    made = read_deviation_list(deviation_list(deviation(write_tlv(0xA5, many))), authorities())
    assert len(made.deviations[0].numbers or ()) == 346_275


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "document signer": (lambda: deviation_list(deviation(), by=signer(key("secp256r1"), passport().csca)), "a signer"),
    "stranger": (lambda: deviation_list(deviation(), by=deviation_signer(STRANGER)), "expected a trusted authority"),
    "altered": (lambda: deviation_list(deviation()).replace(TEXT, TEXT.swapcase()), "expected a signature that holds"),
    "no deviation": (lambda: deviation_list(b"\x30\x00"), "expected 2 elements"),
    "narrowed by nobody knows what": (lambda: deviation_list(deviation(write_tlv(0xA9, b""))), "came tag A9"),
    "a hash without its function": (lambda: deviation_list(deviation(write_tlv(0x83, b"x"))), "the hash function"),
    "a period of one day": (lambda: deviation_list(deviation(write_tlv(0xA4, b""))), "expected 2 elements"),
    "a period of no days": (
        lambda: deviation_list(deviation(write_tlv(0xA4, write_tlv(0x18, b"x"), write_tlv(0x18, b"x")))),
        "a day of issue",
    ),
    "nothing": (lambda: b"\x30\x00", "expected"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_list_of_a_trusted_state_is_refused(case: str) -> None:
    data, why = REFUSED[case]
    with pytest.raises(TlvError, match=why):
        read_deviation_list(data(), authorities())
