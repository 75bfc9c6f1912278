"""What the airport holds under ``sealed`` and ``gallery``: a dump of the whole disk, what it opens, and what goes."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from consent.receipts import GIVEN, KEY, UNTIL, signed
from consentry.backends.sealed_store import HeldReferences
from consentry.backends.vault import VaultFolder
from consentry.backends.vault_held import HeldFolder
from consentry.consent.erasure import LoggedReceipt, seal, unseal, unwrap
from consentry.consent.profile import Construction, Installation, Profile
from consentry.consent.receipt import Consent
from consentry.core.errors import ConsentryError, ProofError, RefusedError, StorageError
from consentry.face.gallery import gallery_reference
from consentry.face.reference_form import reference_of
from consentry.face.sealed import TravellerKey, open_reference, seal_reference
from consentry.face.template import Template
from consentry.ledger.note import Kind, SigningKey

AT = GIVEN + 60.0
ABOVE = bytes(range(32))
SEALED = Installation(Profile.SEALED).permit(Construction.SEALED_REFERENCE)
GALLERY = Installation(Profile.GALLERY, ("A. Kim", "B. Lee")).permit(Construction.GALLERY)


def template(seed: int) -> Template:
    vector = np.random.default_rng(seed).normal(size=256).astype(np.float32)
    return Template("face-reidentification-retail-0095", vector / np.float32(np.linalg.norm(vector)))


class Airport:
    """Vault and store in a folder, and travellers who agreed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.vault, self.store = VaultFolder(folder / "vault", ABOVE), HeldFolder(folder / "vault")
        self.held = HeldReferences(self.vault, self.store, [KEY.verifier])

    def agrees(self, number: int, profile: Profile, **changes: object) -> Consent:
        receipt = signed(id=f"{number:032x}", profile=profile, **changes)
        key = self.vault.create(f"{number:032x}")
        self.store.keep(LoggedReceipt(receipt, bytes(32)).sealed(key, f"{number:032x}", UNTIL + 86_400))
        return self.held.consent(f"{number:032x}", AT)

    def seals(self, number: int) -> bytes:
        """Enrols somebody; returns the content of his code."""
        consent = self.agrees(number, Profile.SEALED)
        content, key = seal_reference(consent, template(number), SEALED, AT)
        self.held.keep(consent, content)
        return key.to_bytes()


@pytest.fixture
def airport(tmp_path: Path) -> Iterator[Airport]:
    one = Airport(tmp_path)
    yield one
    one.vault.close()


def opens(airport: Airport, code: bytes, at: float = AT) -> Template:
    key = TravellerKey.parse(code)
    airport.held.consent(key.receipt, at)
    return open_reference(airport.held.reference(key.receipt, at), key)


def test_the_travellers_code_opens_his_own_and_no_other(airport: Airport) -> None:
    codes = [airport.seals(number) for number in range(3)]
    for number, code in enumerate(codes):
        assert np.array_equal(opens(airport, code).vector, template(number).vector)
    mixed = codes[0][:20] + codes[1][20:]
    with pytest.raises(RefusedError) as refused:
        opens(airport, mixed)
    assert refused.value.check == "key"


def test_a_dump_of_the_disk_opens_nothing(airport: Airport) -> None:
    """Every file, with the key-encryption key and every key of the vault: all that the operator has."""
    codes = [airport.seals(number) for number in range(3)]
    dump = {path: path.read_bytes() for path in airport.folder.rglob("*") if path.is_file()}
    everything = b"".join(dump.values())
    for number, code in enumerate(codes):
        vector = template(number).vector
        assert code[20:] not in everything, "the traveller's key is not here"
        assert vector.tobytes()[:12] not in everything
        assert np.rint(vector * 127 / np.abs(vector).max()).astype(np.int8).tobytes()[:12] not in everything
    keys = [unwrap(ABOVE, content) for path, content in dump.items() if path.parent.name.startswith("keys-")]
    assert len(keys) == 3
    inner = [unseal(airport.vault.key(item.receipt_id) or b"", item) for number in range(3)
             for item in airport.store.held(f"{number:032x}") if item.kind == "feature_template"]  # fmt: skip
    assert len(inner) == 3, "the operator's own lock opens, and there is another behind it"
    tried = 0
    stretches = [everything[place : place + 32] for place in range(0, len(everything) - 32, 16)]
    for content, key in itertools.product(inner, [*keys, ABOVE, *stretches]):
        with pytest.raises(InvalidTag):
            AESGCM(key).decrypt(content[:12], content[12:], b"consentry sealed reference 1" + bytes(16))
        with pytest.raises(RefusedError):
            open_reference(content, TravellerKey(f"{tried % 3:032x}", bytearray(key)))
        tried += 1
    assert tried > 500


def test_after_withdrawal_the_travellers_own_code_opens_nothing(airport: Airport) -> None:
    code = airport.seals(1)
    (item,) = [one for one in airport.store.held(f"{1:032x}") if one.kind == "feature_template"]
    airport.vault.destroy(f"{1:032x}")
    with pytest.raises(RefusedError) as refused:
        opens(airport, code)
    assert refused.value.check == "withdrawn"
    with pytest.raises(RefusedError):
        airport.held.reference(f"{1:032x}", AT)
    for key in (TravellerKey.parse(code).secret, ABOVE):
        with pytest.raises(ProofError):
            unseal(bytes(key), item)


def test_it_ends_with_the_consent_though_nobody_cleared(airport: Airport) -> None:
    code = airport.seals(1)
    with pytest.raises(RefusedError) as refused:
        opens(airport, code, at=float(UNTIL))
    assert refused.value.check == "expired"
    with pytest.raises(RefusedError, match="nothing is held"):
        airport.held.reference(f"{1:032x}", float(UNTIL))


def test_a_new_reference_takes_the_place_of_the_old_one(airport: Airport) -> None:
    old = airport.seals(1)
    consent = airport.held.consent(f"{1:032x}", AT)
    content, key = seal_reference(consent, template(9), SEALED, AT)
    airport.held.keep(consent, content)
    assert np.array_equal(opens(airport, key.to_bytes()).vector, template(9).vector)
    with pytest.raises(RefusedError):
        opens(airport, old)


def test_a_journeys_enrolled_are_those_whose_consent_holds_now(airport: Airport) -> None:
    for number, changes in {1: {}, 2: {}, 3: {"until": GIVEN + 90}, 4: {"journey": "KE999 2027-01-15"}, 5: {}}.items():
        consent = airport.agrees(number, Profile.GALLERY, **changes)
        airport.held.keep(consent, gallery_reference(consent, template(number), GALLERY, AT))
    airport.agrees(6, Profile.GALLERY)  # agreed, and was not enrolled
    airport.vault.destroy(f"{2:032x}")
    found = {
        consent.receipt_id: reference_of(content) for consent, content in airport.held.enrolled("KE123 2027-01-15", AT)
    }
    assert set(found) == {f"{number:032x}" for number in (1, 3, 5)}
    assert np.array_equal(found[f"{5:032x}"].vector, template(5).vector)
    later = [consent.receipt_id for consent, _ in airport.held.enrolled("KE123 2027-01-15", GIVEN + 90.0)]
    assert later == [f"{number:032x}" for number in (1, 5)]
    assert airport.held.receipts() == {f"{number:032x}" for number in (1, 3, 4, 5)}
    assert {number for number in range(1, 8) if f"{number:032x}" in airport.held.gone()} == {2, 6, 7}


def test_who_withdrew_under_a_legal_hold_is_not_enrolled_though_the_key_stays(airport: Airport) -> None:
    """As the privacy desk leaves it: the reference dropped, the consent marked, the key kept for what is on hold."""
    code = airport.seals(1)
    key = airport.vault.key(f"{1:032x}") or b""
    airport.store.keep(seal(key, f"{1:032x}", "withdrawn", UNTIL, b"withdrawn"))
    with pytest.raises(RefusedError) as refused:
        opens(airport, code)
    assert refused.value.check == "withdrawn"
    assert f"{1:032x}" not in airport.held.gone()
    airport.store.drop(f"{1:032x}", "feature_template")
    assert f"{1:032x}" in airport.held.gone()
    assert airport.held.receipts() == frozenset()


def test_another_signers_receipt_gives_no_consent(airport: Airport) -> None:
    code = airport.seals(1)
    stranger = SigningKey.new("airport.example/receipts", Kind.ED25519).verifier
    other = HeldReferences(airport.vault, airport.store, [stranger])
    with pytest.raises(RefusedError) as refused:
        other.consent(TravellerKey.parse(code).receipt, AT)
    assert refused.value.check == "other_key"
    assert list(other.enrolled("KE123 2027-01-15", AT)) == []


def test_a_receipt_moved_under_another_number_gives_no_consent(airport: Airport) -> None:
    airport.seals(1)
    key = airport.vault.create(f"{2:032x}")
    airport.store.keep(
        LoggedReceipt(signed(id=f"{1:032x}", profile=Profile.SEALED), bytes(32)).sealed(key, f"{2:032x}", UNTIL)
    )
    with pytest.raises(RefusedError, match="another one"):
        airport.held.consent(f"{2:032x}", AT)


def test_without_a_receipt_there_is_no_consent(airport: Airport) -> None:
    airport.seals(1)
    airport.store.drop(f"{1:032x}", "receipt")
    with pytest.raises(StorageError, match="expected one receipt"):
        airport.held.consent(f"{1:032x}", AT)


def test_a_changed_file_opens_nothing(airport: Airport) -> None:
    code = airport.seals(1)
    (path,) = airport.folder.rglob("*feature_template*")
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    with pytest.raises(ConsentryError):
        opens(airport, code)
