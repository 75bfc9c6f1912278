"""The words that travellers read, English and Korean: purposes, kinds of data, places."""

from collections.abc import Mapping
from enum import StrEnum

from consentry.consent.profile import Profile
from consentry.consent.purposes import DataClass, Purpose
from consentry.consent.retention import RECEIPT, Place


class Language(StrEnum):
    """A language that the notice and receipts are told in."""

    EN = "en"
    KO = "ko"


PURPOSES: Mapping[Language, Mapping[Purpose, str]] = {
    Language.EN: {
        Purpose.BAG_DROP: "hand over luggage",
        Purpose.SECURITY: "enter the security control",
        Purpose.LOUNGE: "enter the lounge",
        Purpose.BOARDING: "board the aircraft",
        Purpose.BORDER: "use the automated lane of the border control",
    },
    Language.KO: {
        Purpose.BAG_DROP: "수하물 위탁",
        Purpose.SECURITY: "보안 검색 구역 입장",
        Purpose.LOUNGE: "라운지 입장",
        Purpose.BOARDING: "항공기 탑승",
        Purpose.BORDER: "출입국 심사 자동 통로 이용",
    },
}
CLASSES: Mapping[Language, Mapping[DataClass, str]] = {
    Language.EN: {
        DataClass.DOCUMENT_PORTRAIT: "the portrait in your travel document, read once to enrol you",
        DataClass.FACE_IMAGE: "pictures of your face, when you enrol and at the places that you choose",
        DataClass.FEATURE_TEMPLATE: "a feature template: numbers made from your face by which it can be recognised"
        " (biometric data, specially protected)",
        DataClass.JOURNEY: "your flight and its day",
        DataClass.PASSAGES: "when you passed which place, under your receipt's number (not needed: you may say no)",
    },
    Language.KO: {
        DataClass.DOCUMENT_PORTRAIT: "여행 서류에 저장된 얼굴 사진 (등록할 때 한 번 읽음)",
        DataClass.FACE_IMAGE: "등록할 때와 선택하신 장소에서 촬영하는 얼굴 영상",
        DataClass.FEATURE_TEMPLATE: "특징 정보: 얼굴에서 만들어 본인을 알아볼 수 있는 숫자"
        " (민감정보인 생체인식정보, 별도 동의)",
        DataClass.JOURNEY: "항공편과 출발일",
        DataClass.PASSAGES: "영수증 번호로 기록하는 통과 장소와 시각 (선택 사항: 거부하셔도 됩니다)",
    },
}
HELD: Mapping[Language, Mapping[str, str]] = {
    Language.EN: {**{kind.value: words for kind, words in CLASSES[Language.EN].items()}, RECEIPT: "this receipt"},
    Language.KO: {**{kind.value: words for kind, words in CLASSES[Language.KO].items()}, RECEIPT: "이 영수증"},
}
"""By the kind of a held item."""
PLACES: Mapping[Language, Mapping[Place, str]] = {
    Language.EN: {
        Place.NOWHERE: "not kept; deleted at the decision",
        Place.TRAVELLER: "kept by you alone, in your journey pass; the airport has no copy",
        Place.SEALED: "kept at the airport encrypted; you alone have the key",
        Place.GALLERY: "kept at the airport in the gallery of your journey, and searched at each place that you choose",
        Place.AIRPORT: "kept at the airport encrypted; its key is destroyed when you withdraw",
    },
    Language.KO: {
        Place.NOWHERE: "보관하지 않으며 판정 즉시 삭제합니다",
        Place.TRAVELLER: "본인의 여정 패스에만 보관하며 공항에는 사본이 없습니다",
        Place.SEALED: "암호화하여 공항에 보관하며 열쇠는 본인만 가집니다",
        Place.GALLERY: "여정별 갤러리로 공항에 보관하며 선택하신 장소마다 대조합니다",
        Place.AIRPORT: "암호화하여 공항에 보관하며 동의를 철회하시면 열쇠를 파기합니다",
    },
}
PROFILES: Mapping[Language, Mapping[Profile, str]] = {
    Language.EN: {
        Profile.WALLET: "Your face is compared with the one template in your own pass, and with nobody else's.",
        Profile.SEALED: "Your face is compared with your own template, opened by your code, and with nobody else's.",
        Profile.GALLERY: "Your face is searched among those of all travellers of your journey who agreed.",
        Profile.LAB: "No travellers are compared here.",
    },
    Language.KO: {
        Profile.WALLET: "얼굴은 본인의 패스에 있는 본인의 특징 정보와만 대조합니다.",
        Profile.SEALED: "얼굴은 본인의 코드로 여는 본인의 특징 정보와만 대조합니다.",
        Profile.GALLERY: "얼굴은 같은 여정에서 동의한 모든 여행자의 특징 정보 가운데에서 찾습니다.",
        Profile.LAB: "이곳에서는 여행자의 얼굴을 대조하지 않습니다.",
    },
}
