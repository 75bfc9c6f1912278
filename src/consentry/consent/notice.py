"""The notice that a traveller reads before he is asked (ISO/IEC 29184), made from the settings: it cannot differ."""

import hashlib
from dataclasses import dataclass

from consentry.consent.profile import Profile
from consentry.consent.purposes import NEEDED, DataClass, Purpose
from consentry.consent.receipt_record import Notice, Party
from consentry.consent.retention import place_of
from consentry.consent.words import CLASSES, PLACES, PROFILES, PURPOSES, Language


@dataclass(frozen=True, slots=True)
class DeclaredTouchpoint:
    """A touchpoint as the notice tells of it."""

    name: str
    purposes: tuple[Purpose, ...]
    duty: str
    """The duty to check an identity that it serves."""
    manual_lane: str
    """Where a person checks instead."""


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """Everything that a notice tells."""

    profile: Profile
    controller: Party
    processors: tuple[Party, ...]
    authority: Party | None
    jurisdiction: str
    version: str
    address: str
    """Where it can be read again."""
    withdrawal: str
    """Where and how, in English."""
    touchpoints: tuple[DeclaredTouchpoint, ...]
    after_departure: float
    """s from the planned departure to the end of the journey."""
    passages_days: float
    """days that passages are kept beyond the consent."""
    withdrawal_ko: str = ""
    """The same in Korean; without it the English words are told."""

    def withdrawal_in(self, language: Language) -> str:
        """Where and how to withdraw, in a language."""
        return (self.withdrawal_ko or self.withdrawal) if language is Language.KO else self.withdrawal

    def purposes(self) -> tuple[Purpose, ...]:
        """What can be agreed to here, in order of the list."""
        served = {purpose for one in self.touchpoints for purpose in one.purposes}
        return tuple(purpose for purpose in Purpose if purpose in served)

    def serving(self, purpose: Purpose) -> tuple[DeclaredTouchpoint, ...]:
        """The touchpoints that serve a purpose."""
        return tuple(one for one in self.touchpoints if purpose in one.purposes)


def notice_of(facts: NoticeFacts, language: Language) -> Notice:
    """The notice as a receipt names it."""
    digest = hashlib.sha256(notice_text(facts, language).encode()).hexdigest()
    return Notice(facts.version, facts.address, digest, language.value)


def notice_text(facts: NoticeFacts, language: Language) -> str:
    """The notice, to be read before anything is asked."""
    lines = _english(facts) if language is Language.EN else _korean(facts)
    return "\n".join(lines) + "\n"


def _english(facts: NoticeFacts) -> list[str]:
    hours = f"{facts.after_departure / 3600:g}"
    return [
        "Passing with your face: what you are asked, before you are asked",
        "",
        f"Who asks: {_party(facts.controller)}.",
        f"Who works for them: {'; '.join(map(_party, facts.processors)) or 'nobody else'}.",
        "Who else gets your data: nobody. Nothing is sold, nothing trains a computer.",
        "",
        "You need not agree. Beside each place there is a lane where a person checks, at no disadvantage:",
        *(
            f"- {one.name}: to {' or to '.join(PURPOSES[Language.EN][purpose] for purpose in one.purposes)}."
            f" Why identities are checked there: {one.duty}. With a person instead: {one.manual_lane}."
            for one in facts.touchpoints
        ),
        "",
        PROFILES[Language.EN][facts.profile],
        "What is used, and where it lies:",
        *_classes(facts, Language.EN),
        "",
        f"How long: until {hours} h after your planned departure, unless you choose longer.",
        f"Passages, if you agree to them, and your receipt: {facts.passages_days:g} days more, to contest them with.",
        f"Withdraw at any time, with effect at once: {facts.withdrawal}",
        "You may see everything that is held on you, have it corrected or deleted, and complain"
        + (f" to {_party(facts.authority)}." if facts.authority else " to your supervisory authority."),
        "What is risky: a template that was stolen cannot be changed like a password. Hence where it lies, above.",
        f"Law: {facts.jurisdiction}. Notice {facts.version}, to be read again at {facts.address}",
    ]


def _korean(facts: NoticeFacts) -> list[str]:
    hours = f"{facts.after_departure / 3600:g}"
    return [
        "얼굴로 통과하기: 동의를 묻기 전에 알려 드립니다",
        "",
        f"개인정보처리자: {_party(facts.controller)}",
        f"처리 수탁자: {'; '.join(map(_party, facts.processors)) or '없음'}",
        "제3자 제공: 없음. 판매하지 않으며 학습에 사용하지 않습니다.",
        "",
        "동의하지 않으셔도 됩니다. 각 장소 옆에는 직원이 확인하는 통로가 있으며 불이익이 없습니다.",
        *(
            f"- {one.name}: {', '.join(PURPOSES[Language.KO][purpose] for purpose in one.purposes)}."
            f" 신원을 확인하는 근거: {one.duty}. 직원이 확인하는 통로: {one.manual_lane}."
            for one in facts.touchpoints
        ),
        "",
        PROFILES[Language.KO][facts.profile],
        "이용하는 항목과 보관 장소:",
        *_classes(facts, Language.KO),
        "",
        f"보유 기간: 더 길게 선택하지 않으시면 예정 출발 후 {hours}시간까지입니다.",
        f"동의하신 통과 기록과 영수증은 이의를 제기하실 수 있도록 {facts.passages_days:g}일 더 보관합니다.",
        f"언제든지 철회하실 수 있으며 즉시 효력이 있습니다: {facts.withdrawal_in(Language.KO)}",
        "보관 중인 모든 정보의 열람, 정정, 삭제를 요구하실 수 있으며 "
        + (f"{_party(facts.authority)}에" if facts.authority else "감독기관에")
        + " 이의를 제기하실 수 있습니다.",
        "위험: 특징 정보는 유출되면 비밀번호처럼 바꿀 수 없습니다. 그래서 보관 장소를 위와 같이 정했습니다.",
        f"적용 법률: {facts.jurisdiction}. 안내문 {facts.version}판, 다시 보기: {facts.address}",
    ]


def _classes(facts: NoticeFacts, language: Language) -> list[str]:
    return [f"- {CLASSES[language][kind]}: {PLACES[language][place_of(facts.profile, kind)]}." for kind in DataClass]


def _party(party: Party) -> str:
    return f"{party.name}, {party.address} ({party.contact})"


def question(facts: NoticeFacts, about: Purpose | DataClass, language: Language) -> str:
    """One question to the traveller, about one thing; nothing is ticked beforehand."""
    if isinstance(about, Purpose):
        places = ", ".join(one.name for one in facts.serving(about))
        words = PURPOSES[language][about]
        return (
            f"Do you agree that your face is compared so that you can {words} ({places})?"
            if language is Language.EN
            else f"{words} 목적으로 얼굴을 대조하는 데 동의하십니까? ({places})"
        )
    words, needed = CLASSES[language][about], about in NEEDED
    if language is Language.EN:
        return f"Do you agree to the use of {words}?{'' if needed else ' Everything else works without it.'}"
    return f"다음 항목의 이용에 동의하십니까? {words}{'' if needed else ' 거부하셔도 이용하실 수 있습니다.'}"
