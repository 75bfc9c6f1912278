"""The data protection impact assessment: GDPR Art. 35, in the order of WP 248 rev.01, annex 2.

What only the controller can judge (likelihood, severity, advice, views) is asked and never answered here.
"""

from consentry.app.dossier.common import (
    CONSENT,
    ERASED,
    HASHED,
    LOGGED,
    NO_ARCHIVE,
    NO_INFERENCE,
    OFFICER,
    WATCH,
    accuracy_rows,
    controller_rows,
    home,
    identifies,
    log_rows,
    storage_rows,
)
from consentry.app.dossier.labels import every, rows
from consentry.app.dossier.values import Document, Facts, Said, Section, Text
from consentry.app.settings_consent_checks import GDPR


def impact_assessment(facts: Facts) -> Document:
    """The document."""
    sections = (*_description(facts), *_assets(facts), *_proportionality(facts), *_risks(facts), *_parties())
    title = Text("Data protection impact assessment", "개인정보 영향평가")
    return Document("dpia", title, "GDPR Art. 35; WP 248 rev.01, annex 2", sections)


def _description(facts: Facts) -> tuple[Section, ...]:
    compared = identifies(facts)
    return (
        Section(
            "GDPR Art. 35(7)(a)",
            Text("Nature, scope, context and purposes", "처리의 성격, 범위, 맥락, 목적"),
            ((CONSENT, home(facts)) if compared else ()) + (WATCH,),
            controller_rows(facts) + rows(facts, "site.name", "site.profile", "site.settings", "consentry.version"),
            _elsewhere(facts),
        ),
        Section(
            "GDPR Art. 35(7)(a)",
            Text("Functional description", "기능 설명"),
            (),
            every(facts, "touchpoint.", "camera."),
            (
                Text("How many people pass the cameras and touchpoints in a day?",
                     "하루에 카메라와 터치포인트를 지나는 사람은 몇 명입니까?"),
                Text("Which children, workers or other vulnerable people are among them?",
                     "아동, 근로자 등 취약한 정보주체가 포함됩니까?"),
            ),
        ),
        Section(
            "GDPR Art. 35(7)(a)",
            Text("Personal data, recipients, storage period", "개인정보 항목, 제공받는 자, 보관 기간"),
            (Said(_classes(compared), "consent/purposes.py; docs/consent.md"),),
            rows(facts, *(("consent.processors",) if compared else ())) + storage_rows(facts),
            (Text("Who else receives anything of it, and on what ground?",
                  "그 밖에 제공받는 자와 근거는 무엇입니까?"),),
        ),
    )  # fmt: skip


def _assets(facts: Facts) -> tuple[Section, ...]:
    return (
        Section(
            "GDPR Art. 35(7)(a)",
            Text("Assets: networks, software, people, paper", "자산: 모델, 소프트웨어, 인력, 종이"),
            (HASHED,),
            rows(facts, "models.watching") + every(facts, "model."),
            (
                Text("On which machines does it run, where do they stand, and who has access to them?",
                     "어떤 장비에서 운영하며 위치와 접근 권한자는 누구입니까?"),
            ),
        ),
        Section(
            "GDPR Art. 35(8)",
            Text("Codes of conduct", "행동강령"),
            open=(Text("Which approved codes of conduct are followed?", "준수하는 승인된 행동강령은 무엇입니까?"),),
        ),
    )  # fmt: skip


def _elsewhere(facts: Facts) -> tuple[Text, ...]:
    """This assessment follows the GDPR; another law may ask for another."""
    where = facts.value("consent.jurisdiction")
    if where in {"", *GDPR}:
        return ()
    return (
        Text(f"The jurisdiction is {where}: which assessment does its law ask for? This one follows the GDPR.",
             f"관할은 {where}입니다. 해당 법률이 요구하는 평가는 무엇입니까? 이 문서는 GDPR을 따릅니다."),
    )  # fmt: skip


def _classes(compared: bool) -> Text:  # noqa: FBT001 - one question
    watched = Text("Of those whom cameras see: covered pictures, counts and places, without a name.",
                   "카메라에 보이는 사람: 가림 처리된 영상, 인원 집계와 위치(이름 없음).")  # fmt: skip
    if not compared:
        return watched
    return Text(
        "Of travellers who agreed: document portrait and face image (until the decision), feature template (Art. 9), "
        "journey, passages. " + watched.en,
        "동의한 이용자: 여권 사진과 얼굴 영상(결정 시까지), 특징 정보(제9조), 여정, 통과 기록. " + watched.ko,
    )


def _proportionality(facts: Facts) -> tuple[Section, ...]:
    compared = identifies(facts)
    duties = tuple(one for one in every(facts, "touchpoint.") if one.label.en.endswith((": duty", ": purposes")))
    rights = (CONSENT, ERASED) if compared else ()
    return (
        Section("GDPR Art. 5(1)(b)", Text("Purposes: specified, explicit, legitimate", "목적의 특정성, 명확성, 정당성"),
                rows=duties,
                open=(Text("Which purpose does each camera serve that milder means do not?",
                           "덜 침해적인 수단으로 달성할 수 없는 각 카메라의 목적은 무엇입니까?"),)),
        Section("GDPR Art. 6, 9", Text("Lawfulness", "적법성"), (CONSENT,) if compared else (),
                open=(Text("What is the legal basis of watching the cameras (Art. 6(1))?",
                           "카메라 감시의 법적 근거(제6조 제1항)는 무엇입니까?"), *_basis(facts))),
        Section("GDPR Art. 5(1)(c)", Text("Adequate, relevant, limited", "최소 수집"),
                (*((home(facts),) if compared else ()), WATCH, NO_ARCHIVE, NO_INFERENCE)),
        Section("GDPR Art. 5(1)(e)", Text("Storage limitation", "보관 제한"), (), storage_rows(facts)),
        Section("GDPR Art. 12-14", Text("Information", "정보 제공"), (),
                rows(facts, "consent.notice") if compared else (),
                (Text("Where are the signs about the cameras, and what do they say?",
                      "카메라 안내판의 위치와 내용은 무엇입니까?"),)),
        Section("GDPR Art. 15, 20", Text("Access and portability", "열람과 이동"),
                (Said(Text("The privacy desk shows everything held under a receipt, and logs that it did.",
                           "개인정보 창구는 영수증으로 보관 정보를 모두 보여 주고 그 사실을 로그에 남깁니다."),
                      "docs/commands.md: consentry desk"),) if compared else ()),
        Section("GDPR Art. 16-19, 21", Text("Rectification, erasure, restriction, objection", "정정, 삭제, 제한, 거부"),
                rights, rows(facts, "consent.withdrawal") if compared else ()),
        Section("GDPR Art. 28", Text("Processors", "수탁자"), (),
                rows(facts, "consent.processors") if compared else (),
                (Text("Which contracts bind the processors?", "수탁 계약은 어떻게 체결되어 있습니까?"),)),
        Section("GDPR Art. 44-49", Text("Transfers to third countries", "국외 이전"),
                open=(Text("Does anything leave the jurisdiction, and under which safeguards?",
                           "국외로 이전되는 정보와 보호조치는 무엇입니까?"),)),
        Section("GDPR Art. 36", Text("Prior consultation", "사전 협의"), (), rows(facts, "consent.authority"),
                (Text("Is a high risk left that the authority must be asked about?",
                      "감독기관과 사전 협의가 필요한 높은 위험이 남아 있습니까?"),)),
    )  # fmt: skip


def _basis(facts: Facts) -> tuple[Text, ...]:
    """Under a gallery the question that EDPB Opinion 11/2024 puts."""
    if facts.value("site.profile") != "gallery":
        return ()
    return (
        Text(
            "EDPB Opinion 11/2024 holds a gallery under the operator's control not compatible with the GDPR for "
            "passenger "
            "flow. Which statute allows it here?",
            "EDPB 의견 11/2024는 운영자가 관리하는 갤러리를 GDPR과 양립할 수 없다고 봅니다. 허용하는 법률은 "
            "무엇입니까?",
        ),
    )


def _risks(facts: Facts) -> tuple[Section, ...]:
    measures = {
        Text("Illegitimate access", "불법적인 접근"): (*((home(facts), ERASED) if identifies(facts) else ()), WATCH),
        Text("Undesired modification", "원치 않는 변경"): (HASHED, LOGGED),
        Text("Disappearance of data", "정보의 소실"): (OFFICER,) if identifies(facts) else (),
    }
    risks = tuple(
        Section("GDPR Art. 35(7)(c)-(d)", Text(f"Risk: {name.en}", f"위험: {name.ko}"), said, (), _rating(name))
        for name, said in measures.items()
    )
    wrong = Section(
        "GDPR Art. 35(7)(c)-(d)",
        Text("Risk: being taken for another, or refused", "위험: 오인 또는 거부"),
        (OFFICER,),
        accuracy_rows(facts) if identifies(facts) else (),
        _rating(Text("Being taken for another, or refused", "오인 또는 거부")),
    )
    watched = Section("GDPR Art. 35(7)(d)", Text("What was done, as the log counts it", "로그가 집계한 처리 내역"),
                      (LOGGED,), log_rows(facts), facts.doubts)  # fmt: skip
    return (*risks, *((wrong,) if identifies(facts) else ()), watched)


def _rating(name: Text) -> tuple[Text, ...]:
    return (
        Text(f"{name.en}: how likely and how severe is it here, from which sources, and with which impact?",
             f"{name.ko}: 이곳에서의 가능성, 심각성, 위험원, 영향은 어떠합니까?"),
    )  # fmt: skip


def _parties() -> tuple[Section, ...]:
    return (
        Section("GDPR Art. 35(2)", Text("Advice of the data protection officer", "개인정보 보호책임자의 의견"),
                open=(Text("Who is the data protection officer, and what was the advice?",
                           "개인정보 보호책임자는 누구이며 의견은 무엇입니까?"),)),
        Section("GDPR Art. 35(9)", Text("Views of travellers and staff", "이용자와 근로자의 의견"),
                open=(Text("Whose views were sought, and what were they?",
                           "누구의 의견을 들었고 내용은 무엇입니까?"),)),
        Section("GDPR Art. 35(11)", Text("Review", "재검토"),
                (Said(Text("What changed since the last dossier stands in changes.md.",
                           "이전 문서 이후의 변경 사항은 changes.md에 있습니다."), "changes.md"),)),
    )  # fmt: skip
