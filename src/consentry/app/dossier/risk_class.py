"""The risk class under Regulation (EU) 2024/1689, as far as the settings decide it; the rest is asked.

Annex III, point 1(a) names remote biometric identification and leaves out biometric verification whose sole purpose is
to confirm that somebody is who he claims to be. Art. 3(41) calls identification remote where people take no
active part.
"""

from consentry.app.dossier.common import identifies
from consentry.app.dossier.values import Facts, Said, Section, Text

_LAW = "Regulation (EU) 2024/1689"
_VERIFIES = Said(
    Text(
        "Travellers are compared 1:1 with what they bring themselves, to confirm that they are who they claim to be: "
        "biometric verification, which Annex III, point 1(a) leaves out. By this point alone it is not high-risk.",
        "이용자가 직접 제시한 정보와 1:1로 대조하여 본인임을 확인합니다. 이는 부속서 III 제1호 (a)에서 제외되는 생체 "
        "인증으로, 이 조항만으로는 고위험이 아닙니다.",
    ),
    f"{_LAW}, Annex III, 1(a), Art. 3(36)",
)
_IDENTIFIES = Said(
    Text(
        "Travellers are searched 1:N in a gallery: biometric identification. Where they walk through without an "
        "active act "
        "it is remote (Art. 3(41)) and high-risk by Annex III, point 1(a); this file takes it to be high-risk.",
        "갤러리에서 1:N으로 이용자를 찾는 생체 식별입니다. 능동적 행위 없이 통과하면 원격 식별(제3조 제41호)로서 "
        "부속서 "
        "III 제1호 (a)에 따라 고위험이며, 이 문서는 고위험으로 봅니다.",
    ),
    f"{_LAW}, Annex III, 1(a), Art. 3(35), 3(41)",
)
_LAB = Said(
    Text(
        "Data sets are measured; nothing is put into service on travellers. Testing before that is not covered (Art. "
        "2(8)).",
        "자료로 측정만 하며 이용자에게 적용하지 않습니다. 시장 출시 전 시험은 적용 대상이 아닙니다(제2조 제8항).",
    ),
    f"{_LAW}, Art. 2(8)",
)
_WATCHES = Said(
    Text(
        "Cameras are watched for dangers without biometric data: no identification, no categorisation, no emotion. "
        "Annex "
        "III, point 1 does not name that.",
        "카메라 감시는 생체정보를 다루지 않습니다. 식별, 분류, 감정 인식이 없으며 부속서 III 제1호에 해당하지 "
        "않습니다.",
    ),
    f"{_LAW}, Annex III, 1; tests/refusals",
)
_PROHIBITED = Said(
    Text(
        "Of the prohibited practices, biometric categorisation, emotion recognition and scraping of faces (Art. "
        "5(1)(e)-(g)) "
        "cannot be configured.",
        "금지된 관행 중 생체 분류, 감정 인식, 얼굴 이미지 무단 수집(제5조 제1항 (e)-(g))은 설정할 수 없습니다.",
    ),
    f"{_LAW}, Art. 5; tests/refusals",
)


def risk_class(facts: Facts) -> Section:
    """What class the system is in, and what that leaves open."""
    compared, profile = identifies(facts), facts.value("site.profile")
    said = [_PROHIBITED, _WATCHES]
    asked = [
        Text(
            "Is it a safety component of a product under Annex I (section B names Regulation (EC) No 300/2008 on civil "
            "aviation security), and which duties follow (Art. 2(2), 6(1))?",
            "부속서 I(B절의 민간항공 보안 규정 (EC) No 300/2008 포함) 제품의 안전 구성요소입니까(제2조 제2항, 제6조 "
            "제1항)?",
        ),
    ]
    if profile == "lab":
        said.append(_LAB)
    elif compared:
        said.append(_IDENTIFIES if profile == "gallery" else _VERIFIES)
    if profile == "gallery":
        asked.append(
            Text(
                "Is it ever used for law enforcement? Real-time remote identification in public spaces is then "
                "prohibited "
                "but for the exceptions of Art. 5(1)(h).",
                "법 집행 목적으로 사용됩니까? 그 경우 공개 장소의 실시간 원격 식별은 제5조 제1항 (h)의 예외 외에 "
                "금지됩니다.",
            )
        )
    if any(facts.value(f"touchpoint.{name}.kind") == "border_gate" for name in facts.names("touchpoint.")):
        asked.append(
            Text(
                "A border gate is declared: is it used by or for an authority, so that Annex III, point 7(d) makes it "
                "high-risk beyond the verification of travel documents?",
                "출입국 게이트가 있습니다. 당국이 사용하거나 당국을 위해 사용하여 여행 문서 검증을 넘어 부속서 III "
                "제7호 "
                "(d)에 따른 고위험에 해당합니까?",
            )
        )
    return Section(f"{_LAW}, Art. 6", Text("Risk class", "위험 등급"), tuple(said), open=tuple(asked))
