"""An independent verdict: what OpenSSL's command says of the same synthetic passports, case by case.

``openssl verify`` judges the chain at a moment, ``openssl cms -verify`` the signature over EF.SOD. Where it knows of no
such rule (contents of data groups, EF.COM, the print) it is not asked.
"""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from consentry.document.certificates import Certificate, read_certificate
from consentry.document.checks import Outcome
from consentry.document.defect_list import read_defect_list
from consentry.document.deviation_list import read_deviation_list
from consentry.document.issuing import write_master_list
from consentry.document.issuing_certificates import DAY, Issued, Wish, write_number, write_revocation_list
from consentry.document.lds import EF_SOD
from consentry.document.master_list import read_master_list
from consentry.document.oids import write_oid
from consentry.document.passive import authenticate
from consentry.document.revocation import read_revocation_list
from consentry.document.tlv import TlvError, read_tlv, write_tlv
from consentry.document.trust import trust
from document.fault_lists import PUBLISHER, REVOKED, defect, defect_list, deviation, deviation_list, named
from document.pki import NOW, YEAR, Passport, authority, key, list_signer, passport, signer
from document.test_attacks import (
    ASSETS,
    genuine,
    oversized_security_object,
    revocations,
    revoked_signer,
    signer_under_an_authority_that_nobody_trusts,
)
from document.tr03105.case import look
from document.tr03105.specimen import Specimen

OPENSSL = shutil.which("openssl") or ""
pytestmark = pytest.mark.skipif(not OPENSSL, reason="needs Debian's openssl")


def says(folder: Path, *words: str) -> bool:
    """Whether OpenSSL says yes."""
    done = subprocess.run([OPENSSL, *words], cwd=folder, capture_output=True, timeout=60, check=False)
    return done.returncode == 0


def put(folder: Path, name: str, der: bytes, kind: str = "x509") -> str:
    """A file in PEM, as ``verify`` wants it."""
    (folder / f"{name}.der").write_bytes(der)
    assert says(folder, kind, "-inform", "DER", "-in", f"{name}.der", "-out", f"{name}.pem"), name
    return f"{name}.pem"


def _plain(
    kind: str, scheme: str | None = None, hashed: str = "sha256", *, explicit: bool = False
) -> Callable[[], Passport]:
    return lambda: passport(kind, scheme, hashed, explicit=explicit)


def _stranger() -> Passport:
    one = passport()
    return replace(one, dsc=replace(one.dsc, key=key("secp256r1", role="stranger")))


def _forged_authority() -> Passport:
    one = passport()
    return replace(one, dsc=signer(key("secp256r1", role="dsc"), authority(key("secp256r1", role="forger"))))


def _expired() -> Passport:
    one = passport()
    return replace(one, dsc=signer(one.dsc.key, one.csca, Wish("UT", "DSC", NOW - 2 * YEAR, NOW - DAY, serial=77)))


def _not_yet() -> Passport:
    one = passport()
    return replace(one, dsc=signer(one.dsc.key, one.csca, Wish("UT", "Utopia DSC", NOW + DAY, NOW + YEAR, serial=77)))


def _expired_authority() -> Passport:
    old = authority(key("secp256r1", role="csca"), Wish("UT", "Utopia CSCA", NOW - YEAR, NOW - DAY, authority=True))
    return Passport(old, signer(key("secp256r1", role="dsc"), old))


def _signer_signed_a_signer() -> Passport:
    """A document signer has signed another one: it has no right to."""
    one = passport()
    return replace(one, dsc=signer(key("secp256r1", role="second"), one.dsc))


def _other_name() -> Passport:
    one = passport()
    return replace(one, dsc=signer(one.dsc.key, replace(one.csca, subject=write_tlv(0x30, b""))))


def _wrong_digest() -> Passport:
    attribute = write_tlv(0x30, bytes.fromhex("06092A864886F70D010904"), write_tlv(0x31, write_tlv(0x04, bytes(32))))
    return replace(passport(), parts={"message_digest": attribute})


def _flipped_signature() -> Passport:
    return replace(passport("rsa2048"), parts={"signature": write_tlv(0x04, b"\1" * 256)})


CASES: dict[str, tuple[Callable[[], Passport], bool, bool]] = {
    # the passport, whether its chain holds, whether its signature holds
    "RSA 2048": (_plain("rsa2048"), True, True),
    "RSA 3072, PSS": (_plain("rsa3072", "rsa-pss"), True, True),
    "RSA 2048, PSS, SHA-512": (_plain("rsa2048", "rsa-pss", "sha512"), True, True),
    "P-224, SHA-224": (_plain("secp224r1", None, "sha224"), True, True),
    "P-256": (_plain("secp256r1"), True, True),
    "P-384, SHA-384": (_plain("secp384r1", None, "sha384"), True, True),
    "P-521, SHA-512": (_plain("secp521r1", None, "sha512"), True, True),
    "brainpoolP256r1": (_plain("brainpoolP256r1"), True, True),
    "brainpoolP384r1, SHA-384": (_plain("brainpoolP384r1", None, "sha384"), True, True),
    "brainpoolP512r1, SHA-512": (_plain("brainpoolP512r1", None, "sha512"), True, True),
    "signed by a stranger": (_stranger, True, False),
    "authority of a forger": (_forged_authority, False, True),
    "expired signer": (_expired, False, True),
    "signer not yet valid": (_not_yet, False, True),
    "expired authority": (_expired_authority, False, True),
    "signer signed by a signer": (_signer_signed_a_signer, False, True),
    "issuer's name is another": (_other_name, False, True),
    "digest of other content": (_wrong_digest, True, False),
    "altered signature": (_flipped_signature, True, False),
}


@pytest.mark.parametrize("name", CASES)
def test_openssl_agrees(name: str, tmp_path: Path) -> None:
    make, chain_holds, signature_holds = CASES[name]
    one = make()
    sod = one.files()[EF_SOD]
    # Ours.
    checks = {check.name: check.outcome for check in authenticate(sod, one.groups(), one.store(), NOW).checks}
    ours_signature = checks["sod_signature"] is Outcome.SUCCESSFUL
    ours_chain = checks["signer_chain"] is Outcome.SUCCESSFUL and checks["signer_validity"] is Outcome.SUCCESSFUL
    # OpenSSL's.
    root, leaf = put(tmp_path, "csca", one.csca.der), put(tmp_path, "dsc", one.dsc.der)
    (tmp_path / "sod.der").write_bytes(bytes(read_tlv(sod).value))
    theirs_chain = says(tmp_path, "verify", "-attime", f"{NOW:.0f}", "-no-CAfile", "-no-CApath", "-CAfile", root, leaf)
    theirs_signature = says(
        tmp_path, "cms", "-verify", "-inform", "DER", "-in", "sod.der", "-noverify", "-out", "content.der"
    )
    assert (theirs_chain, theirs_signature) == (chain_holds, signature_holds)
    assert ours_signature is theirs_signature
    if ours_signature:  # without a signature that holds nobody looks for the chain of who did not sign
        assert ours_chain is theirs_chain


@pytest.mark.parametrize(
    "make", [genuine, *ASSETS, signer_under_an_authority_that_nobody_trusts], ids=lambda make: make.__name__
)
def test_openssl_agrees_on_every_attack(make: Callable[[], Specimen], tmp_path: Path) -> None:
    """Signature, chain and hashes of each attack's files, as a whole session read them and as OpenSSL judges them."""
    one, report = make(), look(make().trial())
    sod = one.files()[EF_SOD]
    (tmp_path / "sod.der").write_bytes(sod if make is oversized_security_object else bytes(read_tlv(sod).value))
    names = put(tmp_path, "csca", (genuine() if "authority" in make.__name__ else one).csca.der), "dsc.pem"
    put(tmp_path, "dsc", one.dsc.der)
    words = ["verify", "-attime", f"{NOW:.0f}", "-no-CAfile", "-no-CApath", "-CAfile", names[0]]
    if make is revoked_signer:
        words += ["-crl_check", "-CRLfile", put(tmp_path, "crl", revocations(one), "crl")]
    read = ("cms", "-verify", "-inform", "DER", "-in", "sod.der", "-noverify", "-binary", "-out", "content.der")
    theirs = says(tmp_path, *read)
    assert (report.outcome("sod_signature") is Outcome.SUCCESSFUL) is theirs
    if not theirs:
        return
    of_chain = {report.outcome("signer_chain"), report.outcome("signer_validity")}
    ours = of_chain == {Outcome.SUCCESSFUL} and report.outcome("signer_revocation") is not Outcome.FAILED
    assert ours is says(tmp_path, *words, names[1])
    content = (tmp_path / "content.der").read_bytes()
    same = all(_digest(tmp_path, file) in content for file in one.groups.values())
    if report.outcome("group_hashes") is not Outcome.UNDETERMINED:  # a chip that gave a file out
        assert (report.outcome("group_hashes") is Outcome.SUCCESSFUL) is same


def _digest(folder: Path, file: bytes) -> bytes:
    (folder / "group").write_bytes(file)
    done = subprocess.run(
        [OPENSSL, "dgst", "-sha256", "-binary", "group"], cwd=folder, capture_output=True, timeout=60, check=True
    )
    return done.stdout


@pytest.mark.parametrize("explicit", [False, True], ids=["named", "written out"])
def test_openssl_reads_the_same_content(explicit: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a case
    """``verify`` refuses curves written out (X509_V_ERR_EC_KEY_EXPLICIT_PARAMS); the signature it verifies."""
    one = passport("brainpoolP256r1", explicit=explicit)
    sod = one.files()[EF_SOD]
    (tmp_path / "sod.der").write_bytes(bytes(read_tlv(sod).value))
    assert says(tmp_path, "cms", "-verify", "-inform", "DER", "-in", "sod.der", "-noverify", "-out", "content.der")
    signed = authenticate(sod, one.groups(), one.store(), NOW).object
    assert signed is not None
    assert signed.signed.content == (tmp_path / "content.der").read_bytes()
    root, leaf = put(tmp_path, "csca", one.csca.der), put(tmp_path, "dsc", one.dsc.der)
    chain = says(tmp_path, "verify", "-attime", f"{NOW:.0f}", "-no-CAfile", "-no-CApath", "-CAfile", root, leaf)
    assert chain is not explicit


def test_openssl_agrees_on_a_chain_of_links(tmp_path: Path) -> None:
    """Under one name, as links are: a self-issued certificate does not count in a path's length (RFC 5280, 6.1.4)."""
    first = authority(key("secp256r1", role="first"), Wish("UT", "A", NOW - YEAR, NOW + YEAR, authority=True))
    link = authority(
        key("rsa2048", role="second"), Wish("UT", "A", NOW - YEAR, NOW + YEAR, serial=2, authority=True), first
    )
    one = signer(key("secp256r1", role="dsc"), link)
    root, middle, leaf = put(tmp_path, "a", first.der), put(tmp_path, "b", link.der), put(tmp_path, "c", one.der)
    words = ("verify", "-attime", f"{NOW:.0f}", "-no-CAfile", "-no-CApath", "-CAfile", root)
    for with_link in (True, False):
        theirs = says(tmp_path, *words, *(("-untrusted", middle) if with_link else ()), leaf)
        links = [(read_certificate(link.der), "link")] if with_link else []
        ours = trust([(read_certificate(first.der), "anchor")], links).store.issuers(read_certificate(one.der))
        assert bool(ours) is theirs is with_link


@pytest.mark.parametrize(("serial", "revoked"), [(77, True), (78, False)], ids=["revoked", "another is"])
def test_openssl_agrees_on_revocation(serial: int, revoked: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a case
    one = passport()
    crl = write_revocation_list(one.csca, NOW - DAY, NOW + DAY, {serial: NOW - DAY})
    names = put(tmp_path, "csca", one.csca.der), put(tmp_path, "crl", crl, "crl"), put(tmp_path, "dsc", one.dsc.der)
    words = ("verify", "-attime", f"{NOW:.0f}", "-crl_check", "-no-CAfile", "-no-CApath", "-CAfile", names[0])
    assert says(tmp_path, *words, "-CRLfile", names[1], names[2]) is not revoked
    store = trust([(read_certificate(one.csca.der), "anchor")], lists=[read_revocation_list(crl)]).store
    assert (store.revoked(read_certificate(one.dsc.der), NOW) is not None) is revoked


@pytest.mark.parametrize("altered", [False, True], ids=["as it was", "altered"])
def test_openssl_agrees_on_a_master_list(altered: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a case
    root = authority(key("rsa2048", role="csca"))
    data = bytearray(write_master_list((root.der,), list_signer(key("secp256r1", role="mls"), root), NOW))
    if altered:
        data[data.index(root.der) + 20] ^= 1
    (tmp_path / "list.der").write_bytes(bytes(data))
    put(tmp_path, "csca", root.der)
    words = ("cms", "-verify", "-inform", "DER", "-in", "list.der", "-CAfile", "csca.pem", "-purpose", "any")
    theirs = says(tmp_path, *words, "-attime", f"{NOW:.0f}", "-out", "content.der")
    try:
        ours = read_master_list(bytes(data), [read_certificate(root.der)]).root_known
    except TlvError:
        ours = False
    assert ours is theirs is not altered


@pytest.mark.parametrize(
    ("name", "length", "allowed"),
    [("B", 0, False), ("B", 1, True), ("A", 0, True)],
    ids=["another below one that may have none", "another below one that may have one", "its own next certificate"],
)
def test_openssl_agrees_on_path_lengths(name: str, length: int, allowed: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a case
    basic = write_tlv(0x30, write_tlv(0x01, b"\xff"), write_number(length))
    told = {"basic": write_tlv(0x30, write_oid("2.5.29.19"), write_tlv(0x01, b"\xff"), write_tlv(0x04, basic))}
    first = authority(key("rsa2048", role="first"), Wish("UT", "A", NOW - YEAR, NOW + YEAR, authority=True, parts=told))
    wish = Wish("UT", name, NOW - YEAR, NOW + YEAR, serial=2, authority=True)
    second = authority(key("rsa2048", role="second"), wish, first)
    one = signer(key("secp256r1", role="dsc"), second)
    root, middle, leaf = put(tmp_path, "a", first.der), put(tmp_path, "b", second.der), put(tmp_path, "c", one.der)
    words = ("verify", "-attime", f"{NOW:.0f}", "-no-CAfile", "-no-CApath", "-CAfile", root, "-untrusted", middle, leaf)
    links = [(read_certificate(second.der), "link")]
    ours = trust([(read_certificate(first.der), "anchor")], links).store.issuers(read_certificate(one.der))
    assert bool(ours) is says(tmp_path, *words) is allowed


LISTS: dict[str, tuple[bytes, Issued, Callable[[bytes, Certificate], object]]] = {
    "deviations": (deviation_list(deviation()), passport().csca, lambda data, by: read_deviation_list(data, [by])),
    "defects": (
        defect_list(defect(named(passport().dsc), REVOKED)), PUBLISHER, lambda data, by: read_defect_list(data, [by]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("altered", [False, True], ids=["as it was", "altered"])
@pytest.mark.parametrize("name", LISTS)
def test_openssl_agrees_on_lists_of_faults(name: str, altered: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a case
    data, root, read = LISTS[name]
    content = bytearray(data)
    if altered:
        content[data.index(b"\x04", 40) + 12] ^= 1
    (tmp_path / "list.der").write_bytes(content)
    words = ("cms", "-verify", "-inform", "DER", "-in", "list.der", "-CAfile", put(tmp_path, "root", root.der))
    theirs = says(tmp_path, *words, "-purpose", "any", "-attime", f"{NOW:.0f}", "-out", "content.der")
    try:
        ours = bool(read(bytes(content), read_certificate(root.der)))
    except TlvError:
        ours = False
    assert ours is theirs is not altered
