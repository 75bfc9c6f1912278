"""A receipt: its fields, its signature, and each way in which it gives no consent."""

import base64
import copy
import dataclasses
import json
import math
import pickle
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from consent.receipts import GIVEN, KEY, RECEIPT, SECRET, UNTIL, consent, receipt, signed
from consentry.consent.profile import Profile
from consentry.consent.purposes import DataClass, Purpose
from consentry.consent.receipt import (
    AgreedPurpose,
    Consent,
    ConsentReceipt,
    Party,
    Role,
    SignedReceipt,
    check_consent,
    sign_receipt,
)
from consentry.core.errors import ConsentryError, MalformedError, RefusedError
from consentry.ledger.note import Kind, SigningKey

NOBODY: frozenset[str] = frozenset()
MANDATORY = {
    # name: (clause of ISO/IEC TS 27560:2023, where it stands here); mandatory as the DPV community group lists it
    "schema version": ("6.3.3, 6.4.5", ("schema_version",)),
    "record id": ("6.3.3", ("record_id",)),
    "receipt id": ("6.4.5", ("receipt_id",)),
    "pii principal id": ("6.3.3", ("pii_principal_id",)),
    "privacy notice": ("6.3.4", ("pii_processing", "privacy_notice")),
    "language": ("6.3.4", ("pii_processing", "language")),
    "purpose": ("6.3.4", ("pii_processing", "purposes", 0, "purpose")),
    "pii information": ("6.3.4", ("pii_processing", "pii_information")),
    "pii controllers": ("6.3.4", ("pii_processing", "pii_controllers", 0)),
    "storage locations": ("6.3.4", ("pii_processing", "storage_locations", 0)),
    "retention period": ("6.3.4", ("pii_processing", "retention_period", "until")),
    "jurisdiction": ("6.3.4", ("pii_processing", "jurisdiction")),
    "recipient third parties": ("6.3.4", ("pii_processing", "recipient_third_parties")),
    "withdrawal method": ("6.3.4", ("pii_processing", "withdrawal_method")),
    "pii type": ("6.3.5", ("pii_processing", "pii_information", 0, "pii_type")),
    "party id": ("6.3.6", ("parties", 0, "party_id")),
    "party address": ("6.3.6", ("parties", 0, "party_address")),
    "party name": ("6.3.6", ("parties", 0, "party_name")),
    "party contact": ("6.3.6", ("parties", 0, "party_contact")),
    "party type": ("6.3.6", ("parties", 0, "party_type")),
    "event time": ("6.3.7", ("events", 0, "event_time")),
    "validity duration": ("6.3.7", ("events", 0, "validity_duration")),
    "entity id": ("6.3.7", ("events", 0, "entity_id")),
    "event type": ("6.3.7", ("events", 0, "event_type")),
    "event state": ("6.3.7", ("events", 0, "event_state")),
}


@pytest.mark.parametrize(("clause", "path"), MANDATORY.values(), ids=MANDATORY)
def test_every_mandatory_field_of_27560_is_there(clause: str, path: tuple[str | int, ...]) -> None:
    found: Any = json.loads(RECEIPT.to_bytes())
    for part in path:
        found = found[part]
    assert found == [] if path[-1] == "recipient_third_parties" else found, clause


def test_the_feature_template_is_an_item_of_its_own_and_processors_are_named() -> None:
    told = json.loads(RECEIPT.to_bytes())
    items = {one["pii_type"]: one for one in told["pii_processing"]["pii_information"]}
    assert items["feature_template"] == {
        "pii_type": "feature_template",
        "special_pii_category": True,
        "storage_location": "with the traveller alone",
    }
    assert [one for one in items.values() if one["special_pii_category"]] == [items["feature_template"]]
    (processor,) = told["pii_processing"]["pii_processors"]
    assert [one["party_name"] for one in told["parties"] if one["party_id"] == processor] == ["Lanes Ltd"]


@pytest.mark.parametrize("profile", Profile)
def test_a_receipt_is_read_back_as_it_was(profile: Profile) -> None:
    made = receipt(profile=profile)
    assert ConsentReceipt.parse(made.to_bytes()) == made
    again = SignedReceipt.parse(sign_receipt(made, KEY).to_bytes())
    assert again.verified([KEY.verifier]) == made


NO_CONSENT: dict[str, tuple[dict[str, Any], str]] = {
    "no purpose": ({"purposes": ()}, "at least one purpose"),
    "a purpose twice": ({"purposes": RECEIPT.purposes[:1] * 2}, "each purpose once"),
    "a purpose anywhere": ({"purposes": (AgreedPurpose(Purpose.LOUNGE, (), "duty"),)}, "touchpoints and a duty"),
    "a touchpoint without a duty": ({"purposes": (AgreedPurpose(Purpose.LOUNGE, ("l",), ""),)}, "a duty"),
    "no template": (
        {"data_classes": tuple(one for one in DataClass if one is not DataClass.FEATURE_TEMPLATE)},
        "agreement to feature_template",
    ),
    "no data": ({"data_classes": ()}, "agreement to document_portrait, face_image"),
    "data out of order": ({"data_classes": tuple(reversed(DataClass))}, "once, in order"),
    "no controller": ({"parties": RECEIPT.parties[1:]}, "a controller"),
    "a party without contact": ({"parties": (Party(Role.CONTROLLER, "A", "B", ""),)}, "name, address and contact"),
    "no period": ({"until": GIVEN}, "begins before it ends"),
    "beyond the calendar": ({"until": 10**12, "passages_until": 10**12}, "period"),
    "passages that end before": ({"passages_until": UNTIL - 1}, "passages"),
    "a short id": ({"id": "ab"}, "id of 32"),
    "a name as holder": ({"holder": "A. Kim"}, "holder of 64"),
    "no way to withdraw": ({"withdrawal": ""}, "a way to withdraw"),
    "no jurisdiction": ({"jurisdiction": ""}, "a jurisdiction"),
    "no journey": ({"journey": ""}, "a journey"),
}


@pytest.mark.parametrize(("changes", "why"), NO_CONSENT.values(), ids=NO_CONSENT)
def test_what_is_no_consent_cannot_be_written_down(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(MalformedError, match=why):
        receipt(**changes)


def test_a_checked_receipt_covers_what_was_agreed_and_nothing_else() -> None:
    given = consent()
    assert given.purposes == {Purpose.LOUNGE, Purpose.BOARDING}
    assert given.touchpoints == {"lounge", "gate 12", "gate 14"}
    assert given.covers(Purpose.LOUNGE, "lounge", GIVEN)
    assert given.covers("boarding", "gate 14", UNTIL - 1)
    for purpose, touchpoint, at in (
        (Purpose.LOUNGE, "gate 12", GIVEN),
        (Purpose.BOARDING, "lounge", GIVEN),
        (Purpose.SECURITY, "lounge", GIVEN),
        (Purpose.LOUNGE, "lounge", GIVEN - 1),
        (Purpose.LOUNGE, "lounge", UNTIL),
        (Purpose.LOUNGE, "lounge", math.nan),
    ):
        assert not given.covers(purpose, touchpoint, at)
        with pytest.raises(RefusedError, match="does not cover") as refused:
            check_consent(given, purpose, touchpoint, at)
        assert refused.value.check == "coverage"
    check_consent(given, Purpose.LOUNGE, "lounge", GIVEN, set(DataClass))


def test_refused_passages_are_not_covered() -> None:
    given = consent(data_classes=tuple(one for one in DataClass if one is not DataClass.PASSAGES))
    with pytest.raises(RefusedError, match="does not cover passages"):
        check_consent(given, Purpose.LOUNGE, "lounge", GIVEN, [DataClass.PASSAGES])


@pytest.mark.parametrize("profile", Profile)
def test_who_agreed_under_one_profile_did_not_agree_under_another(profile: Profile) -> None:
    given = consent(profile=profile)
    for other in Profile:
        if other is profile:
            check_consent(given, Purpose.LOUNGE, "lounge", GIVEN, profile=other)
            continue
        with pytest.raises(RefusedError, match=f"given under profile {profile}") as refused:
            check_consent(given, Purpose.LOUNGE, "lounge", GIVEN, profile=other)
        assert refused.value.check == "coverage"


REFUSED = {
    "withdrawn": (GIVEN + 1, frozenset({RECEIPT.id})),
    "not_yet_valid": (GIVEN - 1, NOBODY),
    "expired": (UNTIL, NOBODY),
}


@pytest.mark.parametrize(("name", "at", "withdrawn"), [(name, *told) for name, told in REFUSED.items()])
def test_a_receipt_out_of_its_time_is_refused_by_name(name: str, at: float, withdrawn: frozenset[str]) -> None:
    with pytest.raises(RefusedError) as refused:
        signed().check([KEY.verifier], at, withdrawn)
    assert refused.value.check == name


def test_a_moment_that_is_no_number_is_refused() -> None:
    with pytest.raises(RefusedError):
        signed().check([KEY.verifier], math.nan, NOBODY)


def test_another_key_is_refused_by_name() -> None:
    stranger = SigningKey.new("airport.example/receipts", Kind.ED25519)
    witness = SigningKey.new("airport.example/receipts", Kind.COSIGNATURE)
    for keys in ([], [stranger.verifier], [witness.verifier]):
        with pytest.raises(RefusedError) as refused:
            signed().check(keys, GIVEN, NOBODY)
        assert refused.value.check == "other_key"
    claimed = dataclasses.replace(sign_receipt(RECEIPT, stranger), key_id=signed().key_id)
    with pytest.raises(RefusedError) as refused:
        claimed.check([KEY.verifier], GIVEN, NOBODY)
    assert refused.value.check == "signature"
    with pytest.raises(MalformedError, match="key of Ed25519"):
        sign_receipt(RECEIPT, witness)


def test_a_changed_byte_anywhere_is_refused() -> None:
    """Every byte of the file, each with one bit turned: the first line and the receipt."""
    content = signed().to_bytes()
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1 << (place % 8)
        with pytest.raises((RefusedError, MalformedError)) as refused:
            SignedReceipt.parse(bytes(changed)).check([KEY.verifier], GIVEN, NOBODY)
        if isinstance(refused.value, RefusedError):
            assert refused.value.check in {"signature", "other_key"}


@given(st.data())
def test_bytes_added_cut_or_swapped_are_refused(data: st.DataObject) -> None:
    content = signed().to_bytes()
    begin = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(begin, len(content)))
    changed = content[:begin] + data.draw(st.binary(max_size=8)) + content[end:]
    if changed != content:
        with pytest.raises((RefusedError, MalformedError)):
            SignedReceipt.parse(changed).check([KEY.verifier], GIVEN, NOBODY)


@given(st.binary(max_size=200) | st.recursive(st.integers() | st.text(), lambda x: st.dictionaries(st.text(), x)))
def test_what_is_no_receipt_is_refused_in_words_even_signed(told: object) -> None:
    content = told if isinstance(told, bytes) else json.dumps(told).encode()
    with pytest.raises(MalformedError):
        ConsentReceipt.parse(content)


@given(st.data())
def test_fields_of_another_type_are_refused_even_signed(data: st.DataObject) -> None:
    told = json.loads(RECEIPT.to_bytes())
    path = data.draw(st.sampled_from([path for _, path in MANDATORY.values()]))
    at: Any = told
    for part in path[:-1]:
        at = at[part]
    before = at[path[-1]]
    at[path[-1]] = data.draw(st.sampled_from([None, 5, [1], {"a": 1}, "", True, "x"]))
    content = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    try:
        again = ConsentReceipt.parse(content)
    except ConsentryError:
        return
    assert again.to_bytes() == content  # a text in another text's place
    assert isinstance(before, str)


def test_the_signature_is_a_detached_jws_that_openssl_checks(tmp_path: Path) -> None:
    """RFC 7797: the signature is over the header, a dot, and the content as it is."""
    one = signed()
    line, _, content = one.to_bytes().partition(b"\n")
    header, _, code = line.partition(b"..")
    told = json.loads(base64.urlsafe_b64decode(header + b"=" * (-len(header) % 4)))
    assert told == {
        "alg": "EdDSA", "b64": False, "crit": ["b64"], "kid": one.key_id, "typ": "consentry-receipt+json",
    }  # fmt: skip
    public = Ed25519PublicKey.from_public_bytes(KEY.verifier.public)
    (tmp_path / "key.pem").write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    (tmp_path / "message").write_bytes(header + b"." + content)
    (tmp_path / "signature").write_bytes(base64.urlsafe_b64decode(code + b"=="))
    checked = subprocess.run(
        [
            "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "message",
            "-sigfile", "signature",
        ],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert "Signature Verified Successfully" in checked.stdout, checked.stderr


def test_another_header_is_not_taken() -> None:
    """Nobody chooses an algorithm: the header is one, byte by byte."""
    line, _, content = signed().to_bytes().partition(b"\n")
    header, _, code = line.partition(b"..")
    told = json.loads(base64.urlsafe_b64decode(header + b"=" * (-len(header) % 4)))
    for change in ({"alg": "none"}, {"alg": "HS256"}, {"b64": True}, {"crit": []}, {"typ": "JWT"}, {"jwk": {}}):
        other = base64.urlsafe_b64encode(json.dumps(told | change, separators=(",", ":")).encode()).rstrip(b"=")
        with pytest.raises(MalformedError, match="JWS header"):
            SignedReceipt.parse(other + b".." + code + b"\n" + content)


def test_only_who_has_the_secret_holds_the_receipt() -> None:
    assert RECEIPT.held_by(SECRET)
    assert not RECEIPT.held_by(bytes(32))
    with pytest.raises(MalformedError, match="secret of 32"):
        RECEIPT.held_by(b"short")


def forged() -> Consent:
    genuine, made = consent(), object.__new__(Consent)
    for field in dataclasses.fields(Consent):
        object.__setattr__(made, field.name, getattr(genuine, field.name))
    return made


def test_nobody_else_can_make_a_consent() -> None:
    genuine = consent()
    parts = [getattr(genuine, field.name) for field in dataclasses.fields(Consent)]
    with pytest.raises(RefusedError, match="nothing else is one"):
        Consent(*parts, object())
    with pytest.raises(TypeError):
        Consent(*parts)
    with pytest.raises((ValueError, TypeError)):
        dataclasses.replace(genuine, until=1e12)
    assert forged().covers(Purpose.LOUNGE, "lounge", GIVEN)
    for false in (forged(), copy.copy(genuine), pickle.loads(pickle.dumps(genuine)), None, RECEIPT, signed()):
        with pytest.raises(RefusedError, match="another object") as refused:
            check_consent(false, Purpose.LOUNGE, "lounge", GIVEN)
        assert refused.value.check == "consent"


def test_nothing_of_a_traveller_is_printed() -> None:
    for told in map(repr, (RECEIPT, signed(), consent())):
        assert not any(part in told for part in (RECEIPT.id, RECEIPT.holder, "KE123", "lounge"))
