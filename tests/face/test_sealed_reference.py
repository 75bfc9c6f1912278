"""A reference that its traveller's key opens, once, and nothing else does."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.receipts import GIVEN, consent
from consentry.consent.profile import Construction, Installation, Profile
from consentry.core.errors import MalformedError, RefusedError
from consentry.face.reference_form import reference_bytes, reference_of
from consentry.face.sealed import CHECK, TravellerKey, open_reference, seal_reference
from consentry.face.template import Template

AT = GIVEN + 60.0
PERMIT = Installation(Profile.SEALED).permit(Construction.SEALED_REFERENCE)


def template(seed: int = 1, numbers: int = 256) -> Template:
    vector = np.random.default_rng(seed).normal(size=numbers).astype(np.float32)
    return Template("face-reidentification-retail-0095", vector / np.float32(np.linalg.norm(vector)))


def sealed(**changes: object) -> tuple[bytes, TravellerKey]:
    return seal_reference(consent(AT, profile=Profile.SEALED, **changes), template(), PERMIT, AT)


@pytest.mark.parametrize("numbers", [1, 128, 256, 384, 1024])
def test_a_reference_in_bytes_comes_back(numbers: int) -> None:
    content = reference_bytes(template(3, numbers))
    again = reference_of(content)
    assert again.model == template().model
    assert np.array_equal(again.vector, template(3, numbers).vector)
    content[:] = bytes(len(content))
    assert again.vector.any(), "a copy of its own"


@given(st.binary(max_size=80) | st.binary(max_size=60).map(lambda rest: b"CRF1\x01\x00m" + rest))
def test_other_bytes_are_no_reference(content: bytes) -> None:
    with pytest.raises(MalformedError, match="expected a reference"):
        reference_of(content)


def test_the_key_opens_it_and_is_gone_afterwards() -> None:
    content, key = sealed()
    code = key.to_bytes()
    assert len(code) == 52
    shown = TravellerKey.parse(code)
    opened = open_reference(content, shown)
    assert np.array_equal(opened.vector, template().vector)
    assert not any(shown.secret)
    with pytest.raises(RefusedError):
        open_reference(content, shown)


def test_nothing_of_the_template_is_in_the_ciphertext_and_each_is_another() -> None:
    (one, key), (other, another) = sealed(), sealed()
    assert template().vector.tobytes()[:16] not in one
    assert one != other
    assert key.secret != another.secret
    assert key.secret not in one
    with pytest.raises(RefusedError):
        open_reference(one, another)


def test_every_changed_byte_and_every_other_receipt_is_refused() -> None:
    content, key = sealed()
    code = key.to_bytes()
    for place in {0, 11, 12, 40, len(content) - 17, len(content) - 1}:
        changed = bytearray(content)
        changed[place] ^= 1
        with pytest.raises(RefusedError) as refused:
            open_reference(bytes(changed), TravellerKey.parse(code))
        assert refused.value.check == CHECK
    for short in (content[:-1], content[:12], content[:28], b""):
        with pytest.raises(RefusedError):
            open_reference(short, TravellerKey.parse(code))
    with pytest.raises(RefusedError):
        open_reference(content, TravellerKey("ff" * 16, TravellerKey.parse(code).secret))


@pytest.mark.parametrize("code", [b"", b"CSK1", bytes(52), b"CSK2" + bytes(48), b"CSK1" + bytes(49)])
def test_what_is_no_key_is_told_without_telling_it(code: bytes) -> None:
    with pytest.raises(MalformedError, match="expected a traveller's key of 52 bytes"):
        TravellerKey.parse(code)


def test_a_key_does_not_print_itself() -> None:
    _, key = sealed()
    assert key.secret.hex() not in repr(key)


NOT_ALLOWED = {
    "another profile's consent": ({"profile": Profile.WALLET}, AT),
    "after its end": ({"profile": Profile.SEALED}, GIVEN + 20 * 3600.0),
    "before its begin": ({"profile": Profile.SEALED}, GIVEN - 1.0),
    "to nothing": ({"profile": Profile.SEALED, "purposes": ()}, AT),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_ALLOWED)
def test_no_reference_without_a_consent_that_covers_it(name: str) -> None:
    changes, at = NOT_ALLOWED[name]
    try:
        made = consent(GIVEN + 60, **changes)
    except MalformedError:
        return  # no such receipt can be made
    with pytest.raises(RefusedError):
        seal_reference(made, template(), PERMIT, at)


@pytest.mark.parametrize(("profile", "construction"), list(product(Profile, Construction)))
def test_no_reference_with_another_permit(profile: Profile, construction: Construction) -> None:
    try:
        permit = Installation(profile, ("A. Kim", "B. Lee")).permit(construction)
    except RefusedError:
        return
    if construction is not Construction.SEALED_REFERENCE:
        with pytest.raises(RefusedError):
            seal_reference(consent(AT, profile=Profile.SEALED), template(), permit, AT)
