"""Real certificates, master lists and security objects, and what mutations of them do."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.document.certificates import LONGEST, Certificate, read_certificate, read_time
from consentry.document.cms import SignedData, read_signed_data, signature_holds
from consentry.document.tlv import TlvError, read_only, read_tlv, to_der

LISTS = {
    "DE_ML_2026-05-28-08-28-45.ml": 588,
    "NL_ML_2026-07-22.ml": 411,
    "ICAO_allowlist_2025-08.ml": 520,
}
OBJECTS = {
    "bsi2008/EF_SOD.bin": ("brainpoolP224r1", "sha1", True),
    "loes2006/ef011D.bin": ("RSA 2048", "sha256", False),
    "nz2013/NZ2013_EF_SOD.bin": ("RSA 2048", "sha256", False),
}
LIMIT = 4_000_000


def security_object(folder: Path, name: str) -> SignedData:
    file = (folder / "data" / "documents" / "emrtd" / name).read_bytes()
    return read_signed_data(read_tlv(to_der(file, longest=65_536)).value, longest=65_536)


def certificates(folder: Path, name: str) -> list[Certificate]:
    signed = read_signed_data((folder / "data" / "documents" / "masterlists" / name).read_bytes(), longest=LIMIT)
    _version, listed = read_only(signed.content, 0x30).parts(2)
    return [read_certificate(one.raw) for one in listed.children()]


@pytest.mark.shared
@pytest.mark.parametrize(("name", "count"), LISTS.items())
def test_every_certificate_of_the_shared_lists_is_read(name: str, count: int, shared: Path) -> None:
    """1,519 in all; ``cryptography.x509`` refuses about a sixth."""
    read = certificates(shared, name)
    assert len(read) == count
    assert all(len(one.country) == 2 for one in read)
    self_signed = [one for one in read if one.issuer == one.subject and one.authority_key in (None, one.subject_key)]
    assert sum(one.signed_by(one) for one in self_signed[::20]) == len(self_signed[::20])


@pytest.mark.shared
@pytest.mark.parametrize("name", LISTS)
def test_the_shared_lists_are_signed_by_who_they_say(name: str, shared: Path) -> None:
    signed = read_signed_data((shared / "data" / "documents" / "masterlists" / name).read_bytes(), longest=LIMIT)
    assert signed.content_type == "2.23.136.1.1.2"
    (signer,) = signed.signers
    (certificate,) = (one for one in signed.certificates if signer.is_made_by(one))
    assert signature_holds(signed, signer, certificate)
    assert "2.23.136.1.1.3" in certificate.purposes


@pytest.mark.shared
@pytest.mark.parametrize(("name", "expected"), OBJECTS.items())
def test_the_shared_security_objects_are_signed(name: str, expected: tuple[str, str, bool], shared: Path) -> None:
    """Brainpool P224, RSA, and New Zealand's in BER with an algorithm that names no hash."""
    signed = security_object(shared, name)
    (signer,), (certificate,) = signed.signers, signed.certificates
    key, hashed, weak = expected
    assert (certificate.key.name, signer.hash) == (key, hashed)
    assert signature_holds(signed, signer, certificate)
    assert bool(list(certificate.key.weaknesses(signer.algorithm.with_hash(signer.hash)))) is weak


@pytest.mark.shared
@pytest.mark.parametrize("name", OBJECTS)
def test_one_flipped_bit_is_no_longer_signed(name: str, shared: Path) -> None:
    """Either it no longer reads, or no signature over the content holds any more."""
    data = to_der((shared / "data" / "documents" / "emrtd" / name).read_bytes(), longest=65_536)
    body = bytearray(read_tlv(data).value)
    dice = random.Random(name)
    before = security_object(shared, name)
    held = 0
    for _ in range(300):
        place = dice.randrange(len(body))
        body[place] ^= 1 << dice.randrange(8)
        try:
            signed = read_signed_data(bytes(body), longest=65_536)
            held += any(signature_holds(signed, s, c) for s in signed.signers for c in signed.certificates) and (
                signed.content != before.content
            )
        except TlvError:
            pass
        body = bytearray(read_tlv(data).value)
    assert held == 0


@pytest.mark.shared
def test_mutated_bytes_raise_what_the_tree_names(shared: Path) -> None:
    """Bytes changed, cut and doubled: nothing but ``TlvError`` comes out."""
    seeds = [to_der((shared / "data" / "documents" / "emrtd" / n).read_bytes(), longest=65_536) for n in OBJECTS]
    dice = random.Random(3)
    refused = 0
    for number in range(3000):
        data = bytearray(seeds[number % len(seeds)])
        for _ in range(dice.choice((1, 1, 2, 8))):
            data[dice.randrange(len(data))] = dice.randrange(256)
        if dice.random() < 0.2:
            del data[dice.randrange(len(data)) :]
        try:
            read_signed_data(read_tlv(bytes(data)).value, longest=65_536)
        except TlvError:
            refused += 1
    assert 0 < refused < 3000


@given(st.binary(max_size=300))
@settings(max_examples=300)
def test_no_bytes_break_the_readers(data: bytes) -> None:
    for read in (read_certificate, lambda d: read_signed_data(d, longest=300)):
        with pytest.raises(TlvError):
            read(data)


@pytest.mark.parametrize(
    ("tag", "text", "seconds"),
    [
        (0x17, "700101000000Z", 0.0),
        (0x17, "491231235959Z", 2524607999.0),
        (0x18, "20260528082845Z", 1779956925.0),
        (0x17, "7001010000Z", 0.0),
        (0x17, "700101010000+0100", 0.0),
    ],
    ids=["epoch", "last year of two digits", "four digits", "without seconds", "with an offset"],
)
def test_times_are_seconds(tag: int, text: str, seconds: float) -> None:
    element = read_tlv(bytes([tag, len(text)]) + text.encode())
    assert read_time(element) == seconds


@pytest.mark.parametrize("text", ["", "Z", "991332000000Z", "20260528", "99010100000٣Z", "9901010000000"])
def test_what_is_no_time_is_refused(text: str) -> None:
    data = text.encode()
    with pytest.raises(TlvError, match="expected a time"):
        read_time(read_tlv(bytes([0x17, len(data)]) + data))


def test_a_certificate_longer_than_any_is_refused_unread() -> None:
    with pytest.raises(TlvError, match="at most"):
        read_certificate(bytes(LONGEST + 1))
