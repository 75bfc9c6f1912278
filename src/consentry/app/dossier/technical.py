"""The technical file of Regulation (EU) 2024/1689: the risk class, Articles 9 to 15, and Annex IV point by point."""

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
    home,
    identifies,
    log_rows,
    storage_rows,
)
from consentry.app.dossier.facts_models import UNPUBLISHED
from consentry.app.dossier.labels import every, rows
from consentry.app.dossier.risk_class import risk_class
from consentry.app.dossier.values import Document, Facts, Row, Said, Section, Text

_ACT = "Regulation (EU) 2024/1689"


def technical_file(facts: Facts) -> Document:
    """The document."""
    sections = (risk_class(facts), *_articles(facts), *_annex(facts))
    return Document(
        "ai-act-technical-file", Text("Technical file", "기술 문서"), f"{_ACT}, Art. 9-15, Annex IV", sections
    )


def _articles(facts: Facts) -> tuple[Section, ...]:
    compared = identifies(facts)
    return (
        Section(f"{_ACT}, Art. 9", Text("Risk management", "위험 관리"),
                (NO_ARCHIVE, NO_INFERENCE, *((CONSENT,) if compared else ())), (), (
                    *facts.doubts,
                    Text("Which residual risks were judged acceptable, by whom, and when are they judged again?",
                         "수용 가능하다고 판단한 잔여 위험, 판단자, 재평가 시기는 무엇입니까?"))),
        Section(f"{_ACT}, Art. 10", Text("Data and data governance", "데이터와 데이터 거버넌스"), (_OWN_TRAINING,),
                _training(facts), _untold(facts)),
        Section(f"{_ACT}, Art. 11", Text("Technical documentation", "기술 문서화"),
                (Said(Text("This file is made anew from the settings, the log and the measurement.",
                           "이 문서는 설정, 로그, 측정 결과로부터 새로 생성됩니다."), "docs/dossier.md"),),
                rows(facts, "consentry.version", "site.settings")),
        Section(f"{_ACT}, Art. 12", Text("Record-keeping", "기록 보관"), (LOGGED,),
                log_rows(facts) + storage_rows(facts)),
        Section(f"{_ACT}, Art. 13", Text("Transparency and instructions", "투명성과 사용 지침"),
                (Said(Text("Commands, settings, models and their limits are documented.",
                           "명령, 설정, 모델과 한계를 문서화하였습니다."),
                      "docs/commands.md, docs/settings.md, docs/models.md"),),
                rows(facts, "consent.notice") if compared else ()),
        Section(f"{_ACT}, Art. 14", Text("Human oversight", "인적 감독"), (OFFICER,) if compared else (),
                tuple(one for one in every(facts, "touchpoint.") if one.label.en.endswith("manual lane")), (
                    Text("Who oversees it, with which training and authority to stop it? Art. 14(5) asks two persons "
                         "to "
                         "confirm an identification under Annex III, point 1(a).",
                         "감독자는 누구이며 어떤 교육과 중지 권한이 있습니까? 제14조 제5항은 부속서 III 제1호 (a)의 "
                         "식별을 "
                         "두 사람이 확인하도록 합니다."),)),
        Section(f"{_ACT}, Art. 15", Text("Accuracy, robustness, cybersecurity", "정확도, 견고성, 사이버보안"),
                (HASHED,),
                accuracy_rows(facts) if compared else (), _unmeasured(facts)),
    )  # fmt: skip


_OWN_TRAINING = Said(
    Text("Nothing that is captured here trains any model; no command trains one.",
         "여기서 촬영한 정보로 모델을 학습시키지 않으며 학습 명령이 없습니다."),
    "tests/refusals",
)  # fmt: skip


def _training(facts: Facts) -> tuple[Row, ...]:
    """What each model was trained on."""
    parts = (": trained on", ": training, as far as known")
    return tuple(one for one in every(facts, "model.") if one.label.en.endswith(parts))


def _untold(facts: Facts) -> tuple[Text, ...]:
    """Models of which nobody outside knows what they were trained on."""
    told = {name: facts.value(f"model.{name}.training, as far as known") for name in facts.names("model.")}
    return tuple(
        Text(
            f"What was {name} trained on? Its maker says: {words}", f"{name}의 학습 자료는 무엇입니까? 제작자: {words}"
        )
        for name, words in told.items()
        if any(untold in words for untold in UNPUBLISHED)
    )


def _unmeasured(facts: Facts) -> tuple[Text, ...]:
    """What of the accuracy was not measured."""
    if not identifies(facts):
        return (_HAZARDS,)
    asked = [_HAZARDS]
    if not facts.below("accuracy.attacks."):
        asked.append(Text("How often do presentation attacks pass (APCER of each species)? None were measured.",
                          "제시 공격은 얼마나 통과합니까(종별 APCER)? 측정되지 않았습니다."))  # fmt: skip
    if not any(".group " in key for key in facts.known):
        asked.append(Text("Do errors differ between groups of people? No groups were measured.",
                          "집단 간 오류율 차이가 있습니까? 집단별로 측정되지 않았습니다."))  # fmt: skip
    if facts.value("site.profile") == "gallery" and not any(".fpir at " in key for key in facts.known):
        asked.append(Text("How often is a stranger taken for somebody enrolled (FPIR at the gallery's size)?",
                          "미등록자를 등록자로 오인하는 비율(갤러리 크기별 FPIR)은 얼마입니까?"))  # fmt: skip
    return tuple(asked)


_HAZARDS = Text("How often are dangers missed and how often is an alarm false, at this site's cameras?",
                "이 사업장 카메라에서 위험을 놓치거나 잘못 경보하는 비율은 얼마입니까?")  # fmt: skip


def _annex(facts: Facts) -> tuple[Section, ...]:
    compared = identifies(facts)
    return (
        Section(f"{_ACT}, Annex IV, 1", Text("General description", "일반 설명"),
                (*((CONSENT, home(facts)) if compared else ()), WATCH),
                rows(facts, "site.name", "site.profile", "consentry.version") + every(facts, "touchpoint.", "camera."),
                (
                    Text("On which hardware is it meant to run here?", "어떤 하드웨어에서 운영합니까?"),)),
        Section(f"{_ACT}, Annex IV, 2", Text("Elements and development", "구성 요소와 개발"), (HASHED, _OWN_TRAINING),
                every(facts, "model.")),
        Section(f"{_ACT}, Annex IV, 3", Text("Monitoring, functioning, control", "모니터링, 기능, 통제"),
                (OFFICER, ERASED) if compared else (WATCH,), accuracy_rows(facts) if compared else (),
                (_HAZARDS,)),
        Section(f"{_ACT}, Annex IV, 4", Text("Appropriateness of the performance metrics", "성능 지표의 적절성"),
                (Said(Text("FMR, FNMR, FTA and FPIR after ISO/IEC 19795, APCER and BPCER after ISO/IEC 30107-3, with "
                           "an interval of 95 %.",
                           "ISO/IEC 19795의 FMR, FNMR, FTA, FPIR과 ISO/IEC 30107-3의 APCER, BPCER(95 % 구간)."),
                      "docs/commands.md: consentry evaluate faces"),) if compared else ()),
        Section(f"{_ACT}, Annex IV, 5", Text("Risk management system", "위험 관리 체계"), open=(
            Text("Where is the risk management system of Art. 9 described?",
                 "제9조의 위험 관리 체계는 어디에 기술되어 있습니까?"),)),
        Section(f"{_ACT}, Annex IV, 6", Text("Changes through the lifecycle", "수명주기 중 변경"),
                (Said(Text("What changed since the last dossier stands in changes.md.",
                           "이전 문서 이후의 변경 사항은 changes.md에 있습니다."), "changes.md"),)),
        Section(f"{_ACT}, Annex IV, 7", Text("Harmonised standards", "조화 표준"), open=(
            Text("Which harmonised standards are applied?", "적용한 조화 표준은 무엇입니까?"),)),
        Section(f"{_ACT}, Annex IV, 8", Text("EU declaration of conformity", "EU 적합성 선언"), open=(
            Text("Who is the provider, and where is the declaration (Art. 16, 47)?",
                 "공급자는 누구이며 선언서는 어디에 있습니까(제16조, 제47조)?"),)),
        Section(f"{_ACT}, Annex IV, 9", Text("Post-market monitoring", "시판 후 모니터링"), open=(
            Text("Where is the plan for monitoring after it is put into service (Art. 72)?",
                 "서비스 개시 후 모니터링 계획(제72조)은 어디에 있습니까?"),)),
    )  # fmt: skip
