"""A document as it should be, and each attack on it, refused by the check that it must be refused by."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from consentry.document.certificates import read_certificate
from consentry.document.checks import Check, DocumentReport, Outcome
from consentry.document.inspection import ESSENTIAL, inspect
from consentry.document.issuing import write_com, write_mrz_group, write_portrait_group, write_security_object
from consentry.document.issuing_certificates import DAY, Wish, issue, write_explicit, write_revocation_list
from consentry.document.lds import EF_COM, EF_SOD, file_of
from consentry.document.mrz import parse_mrz
from consentry.document.revocation import read_revocation_list
from consentry.document.tlv import write_tlv
from consentry.document.trust import TrustStore, trust
from document.pki import (
    MRZ,
    NOW,
    YEAR,
    Passport,
    authority,
    key,
    passport,
    picture,
    signer,
)

PRINTED = "\n".join(MRZ)
ORIGINAL = (Check("active_authentication", Outcome.SUCCESSFUL, "RSA 2048 with sha256", "ICAO Doc 9303-11, 6.1"),)
Files = Mapping[int, bytes]


def chipped(kind: str = "secp256r1", **rest) -> Passport:
    """A passport with a key for active authentication."""
    return replace(passport(kind), more={15: write_tlv(0x6F, key("rsa2048", role="chip").public)}, **rest)


def look(files: Files, store: TrustStore, **rest) -> DocumentReport:
    return inspect(files, store, NOW, **({"optical_mrz": PRINTED, "chip_checks": ORIGINAL} | rest))


def failed(report: DocumentReport) -> set[str]:
    return {check.name for check in report.failed}


@pytest.mark.parametrize(
    ("kind", "scheme", "hashed", "explicit"),
    [
        ("rsa2048", "rsa", "sha256", False),
        ("rsa2048", "rsa", "sha1", False),
        ("rsa3072", "rsa-pss", "sha256", False),
        ("rsa2048", "rsa-pss", "sha512", False),
        ("secp224r1", "ecdsa", "sha224", False),
        ("secp256r1", "ecdsa", "sha256", False),
        ("secp256r1", "ecdsa", "sha256", True),
        ("secp384r1", "ecdsa", "sha384", False),
        ("secp521r1", "ecdsa", "sha512", True),
        ("brainpoolP256r1", "ecdsa", "sha256", True),
        ("brainpoolP256r1", "ecdsa-plain", "sha256", False),
        ("brainpoolP384r1", "ecdsa", "sha384", True),
        ("brainpoolP512r1", "ecdsa-plain", "sha512", False),
    ],
)
def test_a_passport_as_it_should_be_is_genuine(kind: str, scheme: str, hashed: str, explicit: bool) -> None:  # noqa: FBT001
    one = replace(chipped(), **_signers(passport(kind, scheme, hashed, explicit=explicit)), hashed=hashed)
    report = look(one.files(), one.store())
    assert report.genuine, report.checks
    assert (report.outcome("algorithms") is Outcome.SUCCESSFUL) is (hashed != "sha1")


def _signers(one: Passport) -> dict[str, object]:
    return {"csca": one.csca, "dsc": one.dsc}


def test_nothing_is_undetermined_and_never_genuine() -> None:
    report = inspect({}, trust([]).store, NOW)
    assert not report.genuine
    assert not report.failed
    assert {check.name for check in report.open} >= ESSENTIAL


def test_a_zone_in_a_picture_alone_is_never_genuine() -> None:
    report = inspect({}, chipped().store(), NOW, optical_mrz=PRINTED, chip_checks=ORIGINAL)
    assert not report.genuine
    assert report.outcome("optical_digits") is Outcome.SUCCESSFUL
    assert report.outcome("optical_mrz") is Outcome.UNDETERMINED


@pytest.mark.parametrize("missing", [EF_COM, EF_SOD, file_of(1), file_of(2), file_of(15)])
def test_whatever_file_is_missing_it_is_not_called_genuine(missing: int) -> None:
    """And it is not called false either: what was not read was not looked at."""
    one = chipped()
    files = {name: file for name, file in one.files().items() if name != missing}
    report = look(files, one.store())
    assert not report.genuine
    assert not report.failed


@pytest.mark.parametrize("left_out", ["optical_mrz", "chip_checks"])
def test_what_was_not_asked_is_undetermined(left_out: str) -> None:
    one = chipped()
    report = look(one.files(), one.store(), **{left_out: None if left_out == "optical_mrz" else ()})
    assert not report.genuine
    assert not report.failed


# --- attack assets: what a forger does, and the check that must refuse it -------------------------------------------

Attack = Callable[[], tuple[Files, TrustStore, dict[str, object]]]
OTHER = MRZ[1].replace("L898902C3", "L898902C4")


def _altered_dg1() -> tuple[Files, TrustStore, dict[str, object]]:
    one = chipped()
    forged = write_mrz_group((MRZ[0].replace("ANNA", "ANNE"), MRZ[1]))
    return one.files() | {file_of(1): forged}, one.store(), {}


def _swapped_dg2() -> tuple[Files, TrustStore, dict[str, object]]:
    one = chipped()
    other = write_portrait_group(picture("JPEG", 300, 400), 300, 400)
    return one.files() | {file_of(2): other}, one.store(), {}


def _resigned_by_a_stranger() -> tuple[Files, TrustStore, dict[str, object]]:
    """The true signer's certificate comes along, the signature is another key's."""
    one = chipped()
    stranger = replace(one.dsc, key=key("secp256r1", role="stranger"))
    return replace(one, dsc=stranger).files(), one.store(), {}


def _untrusted_authority() -> tuple[Files, TrustStore, dict[str, object]]:
    """A whole PKI of the forger's, with the same names."""
    one = chipped()
    own = authority(key("secp256r1", role="forger"))
    return replace(one, dsc=signer(key("secp256r1", role="forger's"), own)).files(), one.store(), {}


def _another_states_authority() -> tuple[Files, TrustStore, dict[str, object]]:
    """An authority that is trusted for its own state signs for Utopia."""
    one = chipped()
    foreign = authority(key("secp256r1", role="foreign"), Wish("XX", "CSCA", NOW - YEAR, NOW + YEAR, authority=True))
    store = trust([(read_certificate(foreign.der), "test")]).store
    return replace(one, dsc=signer(key("secp256r1", role="dsc"), foreign)).files(), store, {}


def _signer_of_another_state() -> tuple[Files, TrustStore, dict[str, object]]:
    one = chipped()
    foreign = authority(key("secp256r1", role="foreign"), Wish("XX", "CSCA", NOW - YEAR, NOW + YEAR, authority=True))
    theirs = Wish("XX", "DSC", NOW - YEAR, NOW + YEAR)
    store = trust([(read_certificate(foreign.der), "test")]).store
    return replace(one, dsc=signer(key("secp256r1", role="dsc"), foreign, theirs)).files(), store, {}


def _expired_signer() -> tuple[Files, TrustStore, dict[str, object]]:
    one = chipped()
    old = signer(one.dsc.key, one.csca, Wish("UT", "Utopia DSC", NOW - 3 * YEAR, NOW - DAY, serial=5))
    return replace(one, dsc=old).files(), one.store(), {}


def _expired_document() -> tuple[Files, TrustStore, dict[str, object]]:
    lines = (MRZ[0], "L898902C36UTO7408122F2604158ZE184226B<<<<<18")
    one = chipped(mrz=lines)
    return one.files(), one.store(), {"optical_mrz": "\n".join(lines)}


def _revoked() -> tuple[Files, TrustStore, dict[str, object]]:
    one = chipped()
    crl = write_revocation_list(one.csca, NOW - DAY, NOW + DAY, {77: NOW - DAY})
    store = trust([(read_certificate(one.csca.der), "test")], lists=[read_revocation_list(crl)]).store
    return one.files(), store, {}


def _missing_group() -> tuple[Files, TrustStore, dict[str, object]]:
    """EF.SOD does not vouch for data group 2, which is there."""
    one = chipped()
    signed = {number: file for number, file in one.groups().items() if number != 2}
    return one.files() | {EF_SOD: write_security_object(signed, one.dsc, NOW - DAY)}, one.store(), {}


def _com_hides() -> tuple[Files, TrustStore, dict[str, object]]:
    """EF.COM hides the key of active authentication, so that nobody asks for it."""
    one = chipped()
    return one.files() | {EF_COM: write_com((1, 2))}, one.store(), {}


def _com_adds() -> tuple[Files, TrustStore, dict[str, object]]:
    one = chipped()
    return one.files() | {EF_COM: write_com((1, 2, 3, 15))}, one.store(), {}


def _curveball() -> tuple[Files, TrustStore, dict[str, object]]:
    """The authority's public key under a generator of the forger's own (CVE-2020-0601), written out in the signer."""
    one = chipped()
    curve, private = one.csca.key._curve, 0x1234567
    public = one.csca.key.private.public_key().public_numbers()
    generator = curve.multiply(pow(private, -1, curve.order), (public.x, public.y))
    assert curve.multiply(private, generator) == (public.x, public.y)
    point = write_tlv(0x03, b"\0", curve.encode((public.x, public.y)))
    how = write_tlv(0x30, bytes.fromhex("06072A8648CE3D0201"), write_explicit(curve, generator))
    forged = Wish("UT", "DSC", NOW - YEAR, NOW + YEAR, serial=9, parts={"key": write_tlv(0x30, how, point)})
    return replace(one, dsc=signer(key("secp256r1", role="forger"), one.csca, forged)).files(), one.store(), {}


def _authority_signs_documents() -> tuple[Files, TrustStore, dict[str, object]]:
    one = chipped()
    return replace(one, dsc=one.csca).files(), one.store(), {}


def _printed_differs() -> tuple[Files, TrustStore, dict[str, object]]:
    one = chipped()
    return one.files(), one.store(), {"optical_mrz": f"{MRZ[0].replace('ANNA', 'ANNE')}\n{MRZ[1]}"}


def _copied_chip() -> tuple[Files, TrustStore, dict[str, object]]:
    one = chipped()
    no = Check("active_authentication", Outcome.FAILED, "not over this challenge", "ICAO Doc 9303-11, 6.1")
    return one.files(), one.store(), {"chip_checks": (no,)}


def _altered_attribute() -> tuple[Files, TrustStore, dict[str, object]]:
    """The digest of other content, signed by nobody."""
    one = chipped()
    other = write_tlv(0x30, bytes.fromhex("06092A864886F70D010904"), write_tlv(0x31, write_tlv(0x04, bytes(32))))
    return replace(one, parts={"message_digest": other}).files(), one.store(), {}


def _bomb() -> tuple[Files, TrustStore, dict[str, object]]:
    """A kilobyte that says it has two gigapixels, signed by the state itself."""
    header = bytearray(picture("JPEG", 300, 400))
    at = header.index(b"\xff\xc0")
    header[at + 5 : at + 9] = b"\xb0\x00\xb0\x00"
    one = chipped(face=bytes(header))
    return one.files(), one.store(), {}


ATTACKS: dict[Attack, str] = {
    _altered_dg1: "group_hashes",
    _swapped_dg2: "group_hashes",
    _resigned_by_a_stranger: "sod_signature",
    _another_states_authority: "signer_chain",
    _signer_of_another_state: "issuing_state",
    _expired_signer: "signer_validity",
    _expired_document: "expiry",
    _revoked: "signer_revocation",
    _missing_group: "group_hashes",
    _com_hides: "com_sod",
    _com_adds: "com_sod",
    _curveball: "sod_signature",
    _authority_signs_documents: "sod_signature",
    _printed_differs: "optical_mrz",
    _copied_chip: "clone_protection",
    _altered_attribute: "sod_signature",
    _bomb: "portrait",
}


@pytest.mark.parametrize(("attack", "refused_by"), ATTACKS.items(), ids=lambda one: getattr(one, "__name__", one))
def test_an_attack_is_refused_by_its_check(attack: Attack, refused_by: str) -> None:
    files, store, rest = attack()
    report = look(files, store, **rest)
    assert not report.genuine
    assert refused_by in failed(report), report.checks


def test_a_signer_of_an_authority_that_nobody_trusts_is_undetermined() -> None:
    """It may be a state whose certificates nobody has imported yet: not genuine, and not called false."""
    files, store, _ = _untrusted_authority()
    report = look(files, store)
    assert not report.genuine
    assert {check.name for check in report.open} == {"signer_chain", "signer_validity", "signer_revocation"}


def test_the_chip_that_signed_with_a_key_nobody_vouches_for_may_be_a_copy() -> None:
    """The forger's chip offers a data group 15 of its own that EF.SOD does not know: the dialogue succeeds."""
    plain = passport()
    own = write_tlv(0x6F, key("rsa2048", role="forger").public)
    report = look(dict(plain.files()) | {file_of(15): own}, plain.store())
    assert not report.genuine
    assert report.outcome("clone_protection") is not Outcome.SUCCESSFUL


@pytest.mark.parametrize(
    ("signed", "outcome"),
    [
        (Outcome.SUCCESSFUL, Outcome.SUCCESSFUL),
        (Outcome.UNDETERMINED, Outcome.UNDETERMINED),
        (None, Outcome.UNDETERMINED),
    ],
)
def test_the_mapping_of_pace_proves_nothing_by_a_file_that_nobody_signed(
    signed: Outcome | None, outcome: Outcome
) -> None:
    one = replace(passport(), more={14: write_tlv(0x6E, write_tlv(0x31))})
    mapped = Check("pace_chip_authentication", Outcome.SUCCESSFUL, "has the key in EF.CardSecurity", "")
    checks = (mapped,) if signed is None else (mapped, Check("card_security", signed, "", ""))
    report = look(one.files(), one.store(), chip_checks=checks)
    assert report.outcome("clone_protection") is outcome
    assert report.genuine is (outcome is Outcome.SUCCESSFUL)


def test_a_document_without_protection_against_copies_says_so() -> None:
    one = passport()
    report = look(one.files(), one.store(), chip_checks=())
    assert report.outcome("clone_protection") is Outcome.NOT_SUPPORTED
    assert not report.genuine
    assert not report.failed


def test_a_signer_that_does_not_come_along_is_found_at_hand() -> None:
    one = replace(chipped(), embedded=False)
    bare = look(one.files(), one.store())
    assert bare.outcome("sod_signature") is Outcome.UNDETERMINED
    store = trust([(read_certificate(one.csca.der), "test")], signers=[read_certificate(one.dsc.der)]).store
    assert look(one.files(), store).genuine


def test_a_signer_at_hand_is_not_trusted_for_being_there() -> None:
    one = replace(chipped(), embedded=False)
    store = trust([], signers=[read_certificate(one.dsc.der)]).store
    report = look(one.files(), store)
    assert report.outcome("sod_signature") is Outcome.SUCCESSFUL
    assert report.outcome("signer_chain") is Outcome.UNDETERMINED


def test_no_check_tells_anything_of_the_holder() -> None:
    one = chipped()
    for files in (one.files(), _altered_dg1()[0], _expired_document()[0]):
        told = repr(look(files, one.store(), optical_mrz=f"{MRZ[0]}\n{OTHER}"))
        for secret in ("ERIKSSON", "ANNA", "L898902C", "740812", "ZE184226"):
            assert secret not in told


def test_the_mrz_of_the_tests_is_consistent() -> None:
    from datetime import date  # noqa: PLC0415 - only here

    assert parse_mrz(PRINTED, date(2026, 11, 25)).consistent


def test_issue_is_deterministic_in_what_it_says() -> None:
    one = issue(Wish("UT", "X", NOW, NOW + DAY), key("secp256r1"))
    read = read_certificate(one.der)
    assert (read.country, read.begin, read.end, read.key.name) == ("UT", NOW, NOW + DAY, "secp256r1")
    assert read.signed_by(read)
