"""Journey passes: what a gate accepts, and each way of cheating failing on its own check."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import cbor2
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given
from hypothesis import strategies as st

from consent.receipts import GIVEN, UNTIL, consent
from consentry.consent.profile import Construction, Installation, Profile
from consentry.consent.purposes import DataClass, Purpose
from consentry.core.errors import MalformedError, RefusedError
from consentry.face import pass_
from consentry.face.pass_ import Gate, issue_pass, open_pass, read_pass
from consentry.face.pass_cbor import read_cbor, write_cbor
from consentry.face.pass_claims import Claims
from consentry.face.pass_cose import _structure, open_sign1, sign1
from consentry.face.quantised import quantised, restored
from consentry.face.status_list import read_list, sign_list
from consentry.face.template import comparison_score
from consentry.ledger.note import Kind, SigningKey
from face.passes import GATE, GROUP, ISSUER, PERMIT, TERMS, issued, template

NOW = GIVEN + 600.0


def never(_place: int, _at: float) -> bool:
    return False


def always_first(_id: bytes, _touchpoint: str, _at: float, _end: float) -> bool:
    return True


def shown(content: bytes, gate: Gate = GATE, at: float = NOW) -> pass_.OpenedPass:
    return open_pass(content, gate, at, never, always_first)


def test_a_pass_opens_at_its_touchpoints_and_holds_its_face() -> None:
    opened = shown(issued())
    assert (opened.purpose, opened.touchpoint) == (Purpose.BOARDING, "gate 12")
    assert opened.receipt == "0123456789abcdef0123456789abcdef"
    assert comparison_score(opened.reference, template()) > 0.9999
    assert comparison_score(opened.reference, template(2)) < 0.5
    assert "0123" not in repr(opened)
    opened.wipe()
    assert not opened.reference.vector.any()


CHEATS: dict[str, tuple[Callable[[], object], str]] = {
    "sealed to other touchpoints": (lambda: shown(issued(), replace(GATE, group=X25519PrivateKey.generate())), "seal"),
    "signed by a stranger": (
        lambda: shown(
            issue_pass(consent(), template(), TERMS, PERMIT, SigningKey.new("x", Kind.ED25519), GROUP.public_key())
        ),
        "issuer",
    ),
    "signed by a stranger under the issuer's key number": (lambda: shown(_forged()), "signature"),
    "for another airport": (lambda: shown(issued(replace(TERMS, airport="GMP"))), "airport"),
    "dated into the future": (lambda: shown(issued(replace(TERMS, begin=NOW + 500))), "not_yet_valid"),
    "expired": (lambda: shown(issued(), at=float(UNTIL)), "expired"),
    "expired before the consent": (lambda: shown(issued(replace(TERMS, end=NOW - 1))), "expired"),
    "at a touchpoint not agreed to": (lambda: shown(issued(), replace(GATE, touchpoint="gate 13")), "touchpoint"),
    "for a purpose not agreed to": (lambda: shown(issued(), replace(GATE, purpose=Purpose.SECURITY)), "touchpoint"),
    "withdrawn": (lambda: open_pass(issued(), GATE, NOW, lambda *_: True, always_first), "revoked"),
    "unknown whether withdrawn": (
        lambda: open_pass(issued(), GATE, NOW, lambda *_: None, always_first),
        "status_unknown",
    ),
    "shown again": (lambda: open_pass(issued(), GATE, NOW, never, lambda *_: False), "replayed"),
}


def _forged() -> bytes:
    """Claims of the forger's own, under the issuer's key number, sealed as anybody can seal."""
    claims, _ = read_pass(issued(), GROUP, [ISSUER.verifier])
    message = sign1(claims.to_bytes(), SigningKey.new("x", Kind.ED25519), pass_._CONTEXT)
    protected, unprotected, payload, signature = cbor2.loads(message[1:])
    header = cbor2.loads(protected) | {4: ISSUER.verifier.id}
    forged = b"\xd2" + write_cbor([write_cbor(header), unprotected, payload, signature])
    return b"CJP1" + pass_._SUITE.encrypt(forged, GROUP.public_key(), pass_._CONTEXT)


@pytest.mark.parametrize("cheat", CHEATS)
def test_every_cheat_fails_on_its_own_check(cheat: str) -> None:
    deed, check = CHEATS[cheat]
    with pytest.raises(RefusedError) as told:
        deed()
    assert told.value.check == check


def test_a_failed_check_does_not_use_a_pass_up() -> None:
    """Who shows his pass at the wrong gate can still show it at the right one."""
    seen: list[bytes] = []

    def first_use(number: bytes, *_: object) -> bool:
        seen.append(number)
        return True

    with pytest.raises(RefusedError):
        open_pass(issued(), replace(GATE, touchpoint="gate 13"), NOW, never, first_use)
    assert not seen


@given(st.integers(0, 2**16), st.integers(1, 255))
def test_a_pass_changed_anywhere_does_not_open(place: int, flip: int) -> None:
    content = bytearray(PASS)
    content[place % len(content)] ^= flip
    with pytest.raises((RefusedError, MalformedError)) as told:
        shown(bytes(content))
    assert getattr(told.value, "check", "seal") == "seal"


PASS = issued()


@given(st.integers(0, 2_000))
def test_no_beginning_of_a_pass_opens(end: int) -> None:
    with pytest.raises((RefusedError, MalformedError)):
        shown(PASS[: end % len(PASS)])


def test_who_photographs_a_pass_learns_nothing() -> None:
    """The sealed bytes hold neither template nor journey, and two passes of one traveller have nothing in common."""
    one, other = issued(), issued()
    assert quantised(template())[:16] not in one
    assert b"KE123" not in one
    assert one[4:] != other[4:]
    assert not {one[at : at + 8] for at in range(4, len(one) - 8)} & {
        other[at : at + 8] for at in range(4, len(other) - 8)
    }


@pytest.mark.parametrize("profile", [Profile.SEALED, Profile.GALLERY, Profile.LAB])
def test_no_other_profile_makes_passes(profile: Profile) -> None:
    with pytest.raises(RefusedError, match="forbids pass"):
        Installation(profile, ("a", "b")).permit(Construction.PASS)


def test_without_a_consent_or_beyond_it_no_pass_is_made() -> None:
    lane = Installation(Profile.WALLET).permit(Construction.CAMERA_LANE)
    less = consent(data_classes=tuple(one for one in DataClass if one is not DataClass.PASSAGES))
    issue_pass(less, template(), TERMS, PERMIT, ISSUER, GROUP.public_key())
    for wrong in (
        lambda: issue_pass(consent(), template(), TERMS, lane, ISSUER, GROUP.public_key()),
        lambda: issue_pass(object(), template(), TERMS, PERMIT, ISSUER, GROUP.public_key()),  # type: ignore[arg-type]
        lambda: issued(replace(TERMS, begin=UNTIL + 1.0, end=UNTIL + 9.0)),
        lambda: issued(replace(TERMS, begin=GIVEN - 900.0)),
    ):
        with pytest.raises(RefusedError):
            wrong()


def test_a_pass_ends_with_the_consent_at_the_latest() -> None:
    claims, _ = read_pass(issued(replace(TERMS, end=UNTIL + 1e6)), GROUP, [ISSUER.verifier])
    assert claims.end == UNTIL


# Claims, CBOR, COSE


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00", b"\xa0", b"\x9f\xff", b"\xbf\xff", b"\xc1\x00", b"\xd8\x23\x63(a)", b"\x81" * 9 + b"\x00",
     b"\x9b" + b"\xff" * 8, b"\xa2\x01\x00\x01\x00", b"\x18\x00", b"\x00\x00", b"\xfb\x7f\xf8" + bytes(6)],
)  # fmt: skip
def test_hostile_cbor_is_told(content: bytes) -> None:
    with pytest.raises(MalformedError):
        Claims.parse(content)


@given(st.binary(max_size=60))
def test_any_bytes_are_one_spelling_or_refused(content: bytes) -> None:
    with suppress(MalformedError):
        assert write_cbor(read_cbor(content, "any")) == content


@given(st.data())
def test_a_claim_left_out_doubled_or_of_another_kind_is_told(data: st.DataObject) -> None:
    claims, _ = read_pass(PASS, GROUP, [ISSUER.verifier])
    told = dict(cbor2.loads(claims.to_bytes()))
    which = data.draw(st.sampled_from(sorted(told)))
    other = data.draw(st.sampled_from([None, -1, 2**70, "", "x" * 65, b"", b"x" * 2000, [], {}, {"x": ["y"]}, True]))
    if other is None:
        del told[which]
    else:
        told[which] = other
    with suppress(MalformedError):
        assert Claims.parse(write_cbor(told)).to_bytes() == write_cbor(told)


def test_what_is_signed_is_what_the_working_group_signs() -> None:
    """cose-wg/Examples, eddsa-sig-02: its structure to be signed, and its signature, by Ed448, over ours."""
    expected = "846a5369676e61747572653143a101274054546869732069732074686520636f6e74656e742e"
    made = _structure(bytes.fromhex("a10127"), b"", b"This is the content.")
    assert made.hex() == expected
    public = (
        "5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778edf124769b46c7061bd6783df1e50f6cd1fa1abeafe825"
        "6180"
    )
    signature = (
        "988240a3a2f189bd486de14aa77f54686c576a09f2e7ed9bae910df9139c2ac3be7c27b7e10a20fa17c9d57d3510a2cf1f634bc0345ab9be"
        "00849842171d1e9e98b2674c0e38bfcf6c557a1692b01b71015a47ac9f7748840cad1da80cbb5b349309febb912672b377c8b2072af1598b3700"
    )
    Ed448PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), made)


def test_what_is_signed_for_one_use_is_nothing_for_another() -> None:
    message = sign1(b"payload", ISSUER, b"a status list")
    assert open_sign1(message, [ISSUER.verifier], b"a status list").payload == b"payload"
    with pytest.raises(RefusedError, match="changed"):
        open_sign1(message, [ISSUER.verifier], b"a pass")


# HPKE


def _extract(salt: bytes, label: bytes, key: bytes, suite: bytes) -> bytes:
    mac = HMAC(salt or bytes(32), SHA256())
    mac.update(b"HPKE-v1" + suite + label + key)
    return mac.finalize()


def _expand(secret: bytes, label: bytes, what: bytes, length: int, suite: bytes) -> bytes:
    return HKDFExpand(SHA256(), length, length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + what).derive(secret)


def _schedule(shared: bytes, pair: bytes, what: bytes) -> tuple[bytes, bytes]:
    """Key and nonce of base mode by the words of RFC 9180, 4.1 and 5.1, DHKEM(X25519, HKDF-SHA256), AES-128-GCM."""
    kem, suite = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x01"
    secret = _expand(_extract(b"", b"eae_prk", shared, kem), b"shared_secret", pair, 32, kem)
    context = b"\0" + _extract(b"", b"psk_id_hash", b"", suite) + _extract(b"", b"info_hash", what, suite)
    secret = _extract(secret, b"secret", b"", suite)
    return _expand(secret, b"key", context, 16, suite), _expand(secret, b"base_nonce", context, 12, suite)


def test_the_seal_is_rfc_9180s() -> None:
    """Appendix A.1.1: key, nonce and first ciphertext by the RFC's words; what that code seals, the library opens."""
    private = X25519PrivateKey.from_private_bytes(
        bytes.fromhex("52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736")
    )
    receiver = X25519PrivateKey.from_private_bytes(
        bytes.fromhex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8")
    )
    what = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
    encapsulated, known = private.public_key().public_bytes_raw(), receiver.public_key().public_bytes_raw()
    assert encapsulated.hex() == "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"
    key, nonce = _schedule(private.exchange(X25519PublicKey.from_public_bytes(known)), encapsulated + known, what)
    assert (key.hex(), nonce.hex()) == ("4531685d41d65f03dc48f6b8302c05b0", "56d890e5accaaf011cff4b7d")
    sealed = AESGCM(key).encrypt(nonce, b"Beauty is truth, truth beauty", b"Count-0")
    assert sealed.hex() == (
        "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"
    )
    ours = AESGCM(key).encrypt(nonce, b"Beauty is truth, truth beauty", b"")
    assert pass_._SUITE.decrypt(encapsulated + ours, receiver, what) == b"Beauty is truth, truth beauty"


# Templates in bytes, lists of withdrawn passes


@given(st.integers(0, 10_000), st.sampled_from([128, 256, 384]))
def test_a_quantised_template_is_nearly_itself(seed: int, size: int) -> None:
    one, other = template(seed, size), template(seed + 1, size)
    again = restored(quantised(one), one.model)
    assert comparison_score(again, one) > 0.9995
    assert abs(comparison_score(again, other) - comparison_score(one, other)) < 0.02
    assert np.linalg.norm(again.vector) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("content", [b"", bytes(256), b"\x01" * 1025], ids=["empty", "all zero", "too long"])
def test_bytes_that_are_no_template_are_told(content: bytes) -> None:
    with pytest.raises(MalformedError):
        restored(content, "model")


@given(st.sets(st.integers(0, 999)), st.integers(0, 999))
def test_a_list_tells_who_was_withdrawn(revoked: set[int], place: int) -> None:
    found = read_list(sign_list(revoked, 1000, NOW, ISSUER), [ISSUER.verifier])
    assert found.revoked(place, NOW + 60) is (place in revoked)


def test_a_list_that_cannot_tell_says_so() -> None:
    found = read_list(sign_list([3], 10, NOW, ISSUER), [ISSUER.verifier])
    assert found.revoked(3, NOW + 86_400) is True
    assert found.revoked(3, NOW + 86_402) is None
    assert found.revoked(3, NOW - 200) is None
    assert found.revoked(10, NOW) is None
    with pytest.raises(RefusedError, match="issuer"):
        read_list(sign_list([3], 10, NOW, SigningKey.new("x", Kind.ED25519)), [ISSUER.verifier])


def test_a_list_that_unpacks_without_an_end_is_told() -> None:
    import zlib  # noqa: PLC0415 - for this bomb alone

    content = write_cbor([int(NOW), 131_072, zlib.compress(bytes(50_000_000), 9)[:10_000]])
    with pytest.raises(MalformedError, match="expected 16384 bytes"):
        read_list(sign1(content, ISSUER, b"consentry status list 1"), [ISSUER.verifier])
    for size in (0, 131_073):
        with pytest.raises(ValueError, match="expected 1-131072"):
            sign_list([], size, NOW, ISSUER)
    full = read_list(sign_list(range(0, 131_072, 3), 131_072, NOW, ISSUER), [ISSUER.verifier])
    assert full.revoked(131_070, NOW) is True
