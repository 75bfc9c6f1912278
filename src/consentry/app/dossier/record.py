"""The record of processing activities: GDPR Art. 30(1), letter by letter, one activity after the other."""

from consentry.app.dossier.common import CONSENT, ERASED, HASHED, LOGGED, WATCH, home, identifies
from consentry.app.dossier.labels import every, rows
from consentry.app.dossier.values import Document, Facts, Said, Section, Text


def processing_record(facts: Facts) -> Document:
    """The document."""
    sections = (*(_travellers(facts) if identifies(facts) else ()), *_cameras(facts))
    title = Text("Record of processing activities", "처리 활동 기록부")
    return Document("record-of-processing", title, "GDPR Art. 30", (_controller(facts), *sections))


def _controller(facts: Facts) -> Section:
    return Section(
        "GDPR Art. 30(1)(a)",
        Text("Controller and contacts", "개인정보처리자와 연락처"),
        rows=rows(facts, "consent.controller", "consent.contact"),
        open=(
            Text("Who are joint controllers, the representative and the data protection officer?",
                 "공동 처리자, 대리인, 보호책임자는 누구입니까?"),
        ),
    )  # fmt: skip


def _travellers(facts: Facts) -> tuple[Section, ...]:
    activity = Text("Travellers who agreed", "동의한 이용자")
    places = every(facts, "touchpoint.")
    purposes = tuple(one for one in places if one.label.en.endswith((": purposes", ": duty")))
    kept = rows(facts, "consent.after_departure", "consent.longest", "consent.passages")
    classes = Said(
        Text("Travellers who agreed: document portrait, face image, feature template (Art. 9), journey, passages.",
             "동의한 이용자: 여권 사진, 얼굴 영상, 특징 정보(제9조), 여정, 통과 기록."),
        "consent/purposes.py",
    )  # fmt: skip
    return (
        Section("GDPR Art. 30(1)(b)", _titled(activity, "purposes", "목적"), (CONSENT,), purposes),
        Section("GDPR Art. 30(1)(c)", _titled(activity, "people and data", "정보주체와 항목"), (classes, home(facts))),
        Section("GDPR Art. 30(1)(d)", _titled(activity, "recipients", "제공받는 자"), (),
                rows(facts, "consent.processors")),
        Section("GDPR Art. 30(1)(e)", _titled(activity, "transfers abroad", "국외 이전"), (), (), _abroad()),
        Section("GDPR Art. 30(1)(f)", _titled(activity, "time limits", "삭제 기한"), (ERASED,), kept),
        Section("GDPR Art. 30(1)(g)", _titled(activity, "security", "안전조치"), (home(facts), HASHED, LOGGED)),
    )  # fmt: skip


def _cameras(facts: Facts) -> tuple[Section, ...]:
    activity = Text("Cameras watched for dangers", "위험 감시 카메라")
    classes = Said(
        Text("Whoever is in view: covered pictures of an alarm, counts and places, without a name.",
             "촬영 범위의 사람: 가림 처리된 경보 영상, 집계와 위치(이름 없음)."),
        "docs/architecture.md",
    )  # fmt: skip
    kept = rows(facts, "retention.alarms", "retention.evidence", "retention.observations", "evidence.clips")
    asked = (
        Text("Who may see alarms and covered pictures?", "경보와 가림 처리된 영상을 볼 수 있는 사람은 누구입니까?"),
    )
    return (
        Section("GDPR Art. 30(1)(b)", _titled(activity, "purposes", "목적"), (WATCH,), every(facts, "camera.")),
        Section("GDPR Art. 30(1)(c)", _titled(activity, "people and data", "정보주체와 항목"), (classes,)),
        Section("GDPR Art. 30(1)(d)", _titled(activity, "recipients", "제공받는 자"), (), (), asked),
        Section("GDPR Art. 30(1)(e)", _titled(activity, "transfers abroad", "국외 이전"), (), (), _abroad()),
        Section("GDPR Art. 30(1)(f)", _titled(activity, "time limits", "삭제 기한"), (), kept),
        Section("GDPR Art. 30(1)(g)", _titled(activity, "security", "안전조치"), (WATCH, HASHED)),
    )


def _titled(activity: Text, en: str, ko: str) -> Text:
    return Text(f"{activity.en}: {en}", f"{activity.ko}: {ko}")


def _abroad() -> tuple[Text, ...]:
    return (
        Text("To which third countries does anything go, and under which safeguards?",
             "어느 나라로 어떤 보호조치 아래 이전됩니까?"),
    )  # fmt: skip
