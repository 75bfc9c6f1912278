"""Defect lists: who may publish one, which documents it warns of, and what its warnings do."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from consentry.document.certificates import read_certificate
from consentry.document.checks import Check, DocumentReport, Outcome, Verdict
from consentry.document.defect_list import CONTENT, DefectList, read_defect_list
from consentry.document.inspection import inspect
from consentry.document.issuing_certificates import DEVIATION_LIST_SIGNER, MASTER_LIST_SIGNER
from consentry.document.known_faults import KnownFaults
from consentry.document.lds import EF_SOD, TAGS
from consentry.document.signatures import digest
from consentry.document.tlv import TlvError, write_tlv
from document.fault_lists import (
    ACTIVE_KEYS,
    CHIP_KEYS,
    MISCODED,
    PUBLISHER,
    REVOKED,
    SOD_WRONG,
    SWITCH_OFF,
    defect,
    defect_list,
    defect_signer,
    named,
)
from document.pki import MRZ, NOW, Passport, authority, key, passport, signer

ONE = replace(passport(), more={15: write_tlv(TAGS[15], key("rsa2048", role="chip").public)})
DSC = ONE.dsc
OTHER = signer(key("secp256r1", role="other"), ONE.csca)
ROOT = read_certificate(PUBLISHER.der)
ANSWERED = Check("active_authentication", Outcome.SUCCESSFUL, "RSA 2048 with sha256", "ICAO Doc 9303-11, 6.1")
STATUS = b"\x0a\x01\x00"
"""ENUMERATED: nothing is said of why."""


def report(made: DefectList, one: Passport = ONE, files: dict[int, bytes] | None = None) -> DocumentReport:
    faults = KnownFaults(defects=(made,))
    return inspect(
        files or one.files(), one.store(), NOW, optical_mrz="\n".join(MRZ), chip_checks=(ANSWERED,), faults=faults
    )


NAMED = {
    "issuer and number": (named(DSC), b"", True),
    "issuer and number, and its hash": (named(DSC), digest("sha256", DSC.der), True),
    "issuer and number, and another's hash": (named(DSC), digest("sha256", OTHER.der), False),
    "another's number": (write_tlv(0x30, DSC.issuer, b"\x02\x01\x4e"), b"", False),
    "key": (write_tlv(0x80, DSC.key.identifier), b"", True),
    "another's key": (write_tlv(0x80, OTHER.key.identifier), b"", False),
}


@pytest.mark.parametrize("case", NAMED)
def test_documents_are_named_by_their_signer(case: str) -> None:
    by, whole, meant = NAMED[case]
    made = read_defect_list(defect_list(defect(by, SOD_WRONG, whole=whole)), [ROOT])
    assert (made.publisher, made.root_known, made.signed) == ("XX", True, NOW)
    assert bool(made.concerning(read_certificate(DSC.der))) is meant
    assert report(made).outcome("known_defects") is (Outcome.UNDETERMINED if meant else Outcome.SUCCESSFUL)


WARNINGS = {
    "revoked": (REVOKED, (STATUS,), Outcome.FAILED, Verdict.NOT_GENUINE, "its signer is revoked"),
    "groups": (
        MISCODED, (bytes.fromhex("3106020102020107"),), Outcome.UNDETERMINED, Verdict.UNDETERMINED, "(DG2, DG7)",
    ),
    "signed object": (SOD_WRONG, (b"\x05\x00",), Outcome.UNDETERMINED, Verdict.UNDETERMINED, "EF.SOD is wrong"),
    "unknown": (f"{CONTENT}.1.9", (), Outcome.UNDETERMINED, Verdict.UNDETERMINED, f"a defect of kind {CONTENT}.1.9"),
    "harmless": (SWITCH_OFF, (), Outcome.SUCCESSFUL, Verdict.GENUINE, "must be switched off"),
    "of another application": (f"{CONTENT}.3.1", (), Outcome.SUCCESSFUL, Verdict.GENUINE, f"{CONTENT}.3.1"),
}  # fmt: skip


@pytest.mark.parametrize("warning", WARNINGS)
def test_what_a_warning_does(warning: str) -> None:
    kind, parameters, outcome, verdict, words = WARNINGS[warning]
    found = report(read_defect_list(defect_list(defect(named(DSC), kind, *parameters)), [ROOT]))
    (told,) = (one for one in found.checks if one.name == "known_defects")
    assert (told.outcome, found.verdict) == (outcome, verdict)
    assert words in told.why


@pytest.mark.parametrize(("kind", "proves"), [(ACTIVE_KEYS, False), (CHIP_KEYS, True)], ids=["its key", "another key"])
def test_a_key_that_is_known_to_others_proves_nothing(kind: str, *, proves: bool) -> None:
    found = report(read_defect_list(defect_list(defect(named(DSC), kind)), [ROOT]))
    assert (found.outcome("clone_protection") is Outcome.SUCCESSFUL) is proves
    assert found.verdict is Verdict.UNDETERMINED


def test_without_a_signer_nothing_is_looked_up_and_that_is_no_success() -> None:
    made = read_defect_list(defect_list(defect(named(DSC), REVOKED)), [ROOT])
    files = {name: file for name, file in ONE.files().items() if name != EF_SOD}
    found = report(made, files=files)
    assert found.outcome("known_defects") is Outcome.UNDETERMINED
    assert "known_defects" in {one.name for one in found.lacking}


def test_a_list_that_vouches_for_itself_says_so() -> None:
    stranger = authority(key("secp256r1", role="stranger"))
    made = read_defect_list(defect_list(root=stranger), [ROOT])
    assert (made.root_known, made.root.der) == (False, stranger.der)


FORGER = authority(key("secp256r1", role="forger"))
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "signer of documents": (lambda: defect_list(by=DSC), "expected a signer for defect lists"),
    "signer of master lists": (
        lambda: defect_list(by=defect_signer(PUBLISHER, MASTER_LIST_SIGNER)), "expected a signer for defect lists",
    ),
    "signer of deviation lists": (
        lambda: defect_list(by=defect_signer(PUBLISHER, DEVIATION_LIST_SIGNER)), "expected a signer for defect lists",
    ),
    "nobody behind": (lambda: defect_list(by=defect_signer(FORGER, "1.2.3")), "expected an authority that signed"),
    "altered": (
        lambda: defect_list(defect(named(DSC), REVOKED)).replace(b"\x01\x05\x01\x01", b"\x01\x05\x01\x02"),
        "expected a signature that holds",
    ),
    "a signer that is none": (lambda: defect_list(defect(b"\x05\x00", REVOKED)), "expected a document signer"),
    "no kinds": (lambda: defect_list(write_tlv(0x30, named(DSC), b"\x30\x00")), "expected a set of kinds"),
    "nothing": (lambda: b"\x30\x00", "expected"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_list_of_a_publisher_is_refused(case: str) -> None:
    data, why = REFUSED[case]
    with pytest.raises(TlvError, match=why):
        read_defect_list(data(), [ROOT])
