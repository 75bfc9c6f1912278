"""Everything held on one person, in words (GDPR Art. 15), and a receipt as the traveller reads it: English and Korean.

What is told is what was opened under the traveller's key. Nobody is looked up by a name or a face: he shows his code.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from consentry.consent.receipt_record import ConsentReceipt, Party, Role
from consentry.consent.retention import HOLDABLE, WITHDRAWN, HeldItem, Hold, place_of
from consentry.consent.words import CLASSES, HELD, PLACES, PROFILES, PURPOSES, Language


@dataclass(frozen=True, slots=True)
class HeldPassage:
    """A passage as it is held."""

    at: float
    """s UTC."""
    touchpoint: str
    purpose: str
    decision: str
    """``go`` or ``ask staff``."""
    number: str = ""
    """Of the held item, by which one is contested: that was not me."""


def receipt_words(receipt: ConsentReceipt, language: Language, zone: tzinfo) -> str:
    """The receipt as the traveller reads it, with the times of a zone."""
    english = language is Language.EN
    labels = _EN if english else _KO
    parties = {role: [_named(party) for party in receipt.parties if party.role is role] for role in Role}
    lines = [
        labels["receipt"],
        f"{labels['number']}: {receipt.id}",
        f"{labels['journey']}: {receipt.journey}",
        f"{labels['controller']}: {'; '.join(parties[Role.CONTROLLER])}",
        f"{labels['processors']}: {'; '.join(parties[Role.PROCESSOR]) or labels['nobody']}",
        f"{labels['others']}: {labels['nobody']}",
        labels["agreed"],
        *(
            f"- {PURPOSES[language][one.purpose]}: {', '.join(one.touchpoints)} ({one.duty})"
            for one in receipt.purposes
        ),
        labels["data"],
        *(
            f"- {CLASSES[language][kind]}: {PLACES[language][place_of(receipt.profile, kind)]}"
            for kind in receipt.data_classes
        ),
        PROFILES[language][receipt.profile],
        f"{labels['given']}: {_moment(receipt.given, zone)}",
        f"{labels['until']}: {_moment(receipt.until, zone)}",
        f"{labels['kept']}: {_moment(receipt.passages_until, zone)}",
        f"{labels['withdraw']}: {receipt.withdrawal}",
        *(f"{labels['authority']}: {name}" for name in parties[Role.AUTHORITY]),
        f"{labels['notice']}: {receipt.notice.version}, {receipt.notice.address} ({receipt.jurisdiction})",
    ]
    return "\n".join(lines) + "\n"


def held_words(
    receipt: ConsentReceipt,
    items: Iterable[HeldItem],
    passages: Sequence[HeldPassage],
    holds: Iterable[Hold],
    language: Language,
    zone: tzinfo,
) -> str:
    """Everything held on the person of a receipt, in words.

    Args:
        receipt: his, checked.
        items: everything held under it.
        passages: those among the items, opened.
        holds: in force; those on other receipts are passed over.
        language: of the words.
        zone: of the times.
    """
    labels = _EN if language is Language.EN else _KO
    mine = [item for item in items if item.receipt_id == receipt.id]
    lines = [receipt_words(receipt, language, zone), labels["held"] if mine else labels["nothing"]]
    lines += [f"- {HELD[language].get(item.kind, item.kind)}: {labels['until']} {_moment(item.until, zone)}"
              for item in mine]  # fmt: skip
    if passages:
        lines.append(labels["passages"])
        lines += [
            f"- {_moment(one.at, zone)}: {one.touchpoint}, {_purpose(one.purpose, language)}, {one.decision}"
            + (f" [{one.number}]" if one.number else "")
            for one in sorted(passages, key=lambda one: one.at)
        ]
    for hold in holds:
        if hold.receipt_id == receipt.id:
            kept = {item.kind for item in mine} & (HOLDABLE - {WITHDRAWN})
            kinds = ", ".join(HELD[language][kind] for kind in sorted(kept))
            lines.append(f"{labels['hold']}: {hold.reason} ({_moment(hold.since, zone)}): {kinds or labels['nobody']}")
    lines.append(labels["template"])
    return "\n".join(lines) + "\n"


_EN = {
    "receipt": "Receipt of your consent",
    "number": "Number",
    "journey": "Journey",
    "controller": "Who answers for it",
    "processors": "Who works for them",
    "others": "Who else gets your data",
    "nobody": "nobody",
    "agreed": "You agreed that your face is compared so that you can:",
    "data": "You agreed to the use of:",
    "given": "Given",
    "until": "until",
    "kept": "This receipt and passages are kept until",
    "withdraw": "Withdraw at any time, with effect at once",
    "authority": "Complaints",
    "notice": "Notice that you read",
    "held": "What is held on you:",
    "nothing": "Nothing is held on you any more.",
    "passages": "Your passages:",
    "hold": "Kept beyond its time by a legal hold",
    "template": "Templates are never shown, not even to you: they are of no use but to recognise you.",
}
_KO = {
    "receipt": "동의 영수증",
    "number": "번호",
    "journey": "여정",
    "controller": "개인정보처리자",
    "processors": "처리 수탁자",
    "others": "제3자 제공",
    "nobody": "없음",
    "agreed": "얼굴 대조에 동의하신 목적:",
    "data": "이용에 동의하신 항목:",
    "given": "동의 시각",
    "until": "유효 기한",
    "kept": "영수증과 통과 기록 보관 기한",
    "withdraw": "언제든지 철회 가능, 즉시 효력",
    "authority": "이의 제기",
    "notice": "읽으신 안내문",
    "held": "보관 중인 정보:",
    "nothing": "보관 중인 정보가 더 이상 없습니다.",
    "passages": "통과 기록:",
    "hold": "법적 보존 조치로 기한 후에도 보관",
    "template": "특징 정보는 본인에게도 표시하지 않습니다. 본인을 알아보는 것 외에는 쓸모가 없기 때문입니다.",
}


def _named(party: Party) -> str:
    return f"{party.name}, {party.address} ({party.contact})"


def _purpose(name: str, language: Language) -> str:
    known = {purpose.value: words for purpose, words in PURPOSES[language].items()}
    return known.get(name, name)


def _moment(at: float, zone: tzinfo) -> str:
    return f"{datetime.fromtimestamp(at, zone):%Y-%m-%d %H:%M %Z}"
