"""The notice and the words: complete in both languages, made from the settings, and named by its hash."""

import dataclasses
import hashlib

import pytest

from consent.receipts import RECEIPT
from consentry.consent.notice import DeclaredTouchpoint, NoticeFacts, notice_of, notice_text, question
from consentry.consent.profile import Profile
from consentry.consent.purposes import NEEDED, DataClass, Purpose
from consentry.consent.receipt import Party, Role
from consentry.consent.retention import RECEIPT as THE_RECEIPT
from consentry.consent.retention import Place
from consentry.consent.words import CLASSES, HELD, PLACES, PROFILES, PURPOSES, Language

FACTS = NoticeFacts(
    profile=Profile.WALLET,
    controller=RECEIPT.parties[0],
    processors=RECEIPT.parties[1:],
    authority=Party(Role.AUTHORITY, "Commission", "3 Law Street", "help@commission.example"),
    jurisdiction="KR",
    version="2026-11",
    address="https://airport.example/notice",
    withdrawal="At every desk, at once.",
    touchpoints=(
        DeclaredTouchpoint("lounge", (Purpose.LOUNGE,), "contract of the lounge, 3", "lounge counter"),
        DeclaredTouchpoint("gate 12", (Purpose.BOARDING,), "security programme, 4", "gate 12 desk"),
        DeclaredTouchpoint("lane 1", (Purpose.SECURITY, Purpose.BOARDING), "security programme, 2", "lane 2"),
    ),
    after_departure=10_800,
    passages_days=3,
)
TOLD = (
    "공항 Example Airport", "privacy@airport.example", "Lanes Ltd", "dpo@lanes.example", "Commission", "KR", "2026-11",
    "https://airport.example/notice", "At every desk, at once.", "lounge counter", "gate 12 desk", "lane 2",
    "contract of the lounge, 3", "security programme, 4", "security programme, 2",
)  # fmt: skip


@pytest.mark.parametrize("language", Language)
def test_every_word_is_there_in_each_language(language: Language) -> None:
    assert set(PURPOSES[language]) == set(Purpose)
    assert set(CLASSES[language]) == set(DataClass)
    assert set(PLACES[language]) == set(Place)
    assert set(PROFILES[language]) == set(Profile)
    assert set(HELD[language]) == {*map(str, DataClass), THE_RECEIPT}


@pytest.mark.parametrize("profile", [Profile.WALLET, Profile.SEALED, Profile.GALLERY])
@pytest.mark.parametrize("language", Language)
def test_the_notice_tells_everything_that_it_must(language: Language, profile: Profile) -> None:
    text = notice_text(dataclasses.replace(FACTS, profile=profile), language)
    for told in (*TOLD, *CLASSES[language].values(), PROFILES[language][profile]):
        assert told in text
    assert {purpose for purpose in Purpose if PURPOSES[language][purpose] in text} == set(FACTS.purposes())
    assert len({notice_text(dataclasses.replace(FACTS, profile=one), language) for one in Profile}) == 4


def test_who_works_for_nobody_is_told_too() -> None:
    bare = dataclasses.replace(FACTS, processors=(), authority=None)
    assert "nobody else" in notice_text(bare, Language.EN)
    assert "supervisory authority" in notice_text(bare, Language.EN)
    assert "처리 수탁자: 없음" in notice_text(bare, Language.KO)


@pytest.mark.parametrize("language", Language)
def test_a_receipt_names_the_very_text_that_was_read(language: Language) -> None:
    named = notice_of(FACTS, language)
    assert named.digest == hashlib.sha256(notice_text(FACTS, language).encode()).hexdigest()
    assert (named.version, named.language) == ("2026-11", language.value)
    other = dataclasses.replace(FACTS, passages_days=4)
    assert notice_of(other, language).digest != named.digest


@pytest.mark.parametrize("language", Language)
def test_each_purpose_and_each_kind_of_data_has_a_question_of_its_own(language: Language) -> None:
    asked = [question(FACTS, one, language) for one in (*FACTS.purposes(), *DataClass)]
    assert len(set(asked)) == len(asked) == 8
    assert "gate 12, lane 1" in question(FACTS, Purpose.BOARDING, language)
    free = {"en": "works without it", "ko": "거부하셔도"}[language]
    assert {kind for kind in DataClass if free in question(FACTS, kind, language)} == set(DataClass) - NEEDED
