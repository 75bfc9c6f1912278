"""Everything held on one person, in words: his alone, in both languages."""

from zoneinfo import ZoneInfo

import pytest

from consent.receipts import RECEIPT, UNTIL, receipt
from consentry.consent.access import HeldPassage, held_words, receipt_words
from consentry.consent.profile import Profile
from consentry.consent.retention import HeldItem, Hold, Place
from consentry.consent.words import CLASSES, PLACES, PURPOSES, Language

SEOUL = ZoneInfo("Asia/Seoul")
OTHER = "f" * 32
TWO = ("A. Kim", "B. Lee")
ITEMS = [
    HeldItem(RECEIPT.id, "receipt", "0" * 16, UNTIL, b"x"),
    HeldItem(RECEIPT.id, "passages", "1" * 16, UNTIL, b"y"),
    HeldItem(OTHER, "feature_template", "2" * 16, UNTIL, b"z"),
]
PASSAGES = [HeldPassage(UNTIL - 60.0, "gate 12", "boarding", "go", "1" * 16)]


@pytest.mark.parametrize("language", Language)
def test_a_receipt_in_words_tells_what_was_agreed(language: Language) -> None:
    text = receipt_words(RECEIPT, language, SEOUL)
    for told in (
        RECEIPT.id, "KE123 2027-01-15", "Example Airport", "Lanes Ltd", "gate 12, gate 14", RECEIPT.withdrawal,
        "2027-01-16 03:00 KST", RECEIPT.notice.address, *CLASSES[language].values(),
    ):  # fmt: skip
        assert told in text
    told = {purpose.value for purpose, words in PURPOSES[language].items() if f"- {words}:" in text}
    assert told == {"lounge", "boarding"}


@pytest.mark.parametrize("profile", [Profile.WALLET, Profile.SEALED, Profile.GALLERY])
@pytest.mark.parametrize("language", Language)
def test_where_the_template_lies_is_told_as_it_is(language: Language, profile: Profile) -> None:
    places = {Profile.WALLET: Place.TRAVELLER, Profile.SEALED: Place.SEALED, Profile.GALLERY: Place.GALLERY}
    text = receipt_words(receipt(profile=profile), language, SEOUL)
    lying = {place for place in places.values() if PLACES[language][place] in text}
    assert lying == {places[profile]}


@pytest.mark.parametrize("language", Language)
def test_what_is_held_is_told_and_nothing_of_others(language: Language) -> None:
    holds = [Hold(RECEIPT.id, "order 4 C 12/26", TWO, UNTIL), Hold(OTHER, "order of another", TWO, UNTIL)]
    text = held_words(RECEIPT, ITEMS, PASSAGES, holds, language, SEOUL)
    assert "order 4 C 12/26" in text
    assert "order of another" not in text
    assert OTHER not in text
    assert f"[{'1' * 16}]" in text
    assert f"gate 12, {PURPOSES[language]['boarding']}, go" in text  # type: ignore[index]
    assert not any(person in text for person in TWO)


def test_nothing_held_is_said() -> None:
    assert "Nothing is held on you any more." in held_words(RECEIPT, [], [], [], Language.EN, SEOUL)
    assert "더 이상 없습니다" in held_words(RECEIPT, ITEMS[2:], [], [], Language.KO, SEOUL)
