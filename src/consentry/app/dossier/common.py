"""Sentences that more than one document says, each with what shows it."""

from consentry.app.dossier.labels import every, rows
from consentry.app.dossier.values import Facts, Row, Said, Text

WATCH = Said(
    Text(
        "Cameras are watched for dangers without identifying anybody: the watching side cannot load a network that "
        "makes "
        "face templates, and heads are filled with grey in every picture that is kept or shown.",
        "카메라 감시는 누구도 식별하지 않습니다. 감시 기능은 얼굴 특징 정보를 만드는 모델을 불러올 수 없으며, "
        "보관하거나 표시하는 모든 영상에서 머리 부분을 회색으로 가립니다.",
    ),
    "docs/architecture.md; tests/test_watching_side.py, tests/refusals",
)
NO_ARCHIVE = Said(
    Text(
        "Recordings and archives cannot be searched for a face, and nobody is followed from camera to camera.",
        "녹화물이나 보관 자료에서 얼굴을 검색할 수 없고, 카메라 사이에서 사람을 추적하지 않습니다.",
    ),
    "tests/refusals",
)
NO_INFERENCE = Said(
    Text(
        "Emotion, sex, age, ethnicity, nationality and intent are not inferred; a model for them cannot be named.",
        "감정, 성별, 나이, 민족, 국적, 의도를 추론하지 않으며 그러한 모델은 등록할 수 없습니다.",
    ),
    "backends/refused.py; tests/refusals",
)
HASHED = Said(
    Text(
        "A network is loaded only if the manifest names it and its SHA-256 is the one that stands there.",
        "목록에 등재되고 SHA-256이 일치하는 모델만 불러옵니다.",
    ),
    "backends/manifest.toml; tests/refusals",
)
OFFICER = Said(
    Text(
        "The system advises; a person decides. Beside each touchpoint a person checks whoever prefers it or is not "
        "recognised.",
        "시스템은 조언하고 사람이 결정합니다. 각 터치포인트 옆에서 직원이 원하는 분이나 인식되지 않은 분을 확인합니다.",
    ),
    "settings [[touchpoint]] manual_lane; docs/how-to/gate.md",
)
LOGGED = Said(
    Text(
        "Receipts, erasures, counts of comparisons, disclosures, models and settings are entries of a log that "
        "outsiders "
        "check; an entry says nothing of a person.",
        "영수증, 삭제, 대조 횟수, 열람, 모델, 설정은 외부에서 검증할 수 있는 로그에 기록되며 개인을 드러내지 않습니다.",
    ),
    "docs/log.md; consentry verify",
)
CONSENT = Said(
    Text(
        "Nobody is compared without a signed receipt of his consent: each purpose and each kind of data by itself, "
        "nothing "
        "ticked beforehand, the feature template as an item of its own.",
        "서명된 동의 영수증 없이는 누구도 대조하지 않습니다. 목적과 정보 항목마다 따로 동의를 받고 미리 선택된 항목은 "
        "없으며, 특징 정보는 별도 항목입니다.",
    ),
    "docs/consent.md",
)
ERASED = Said(
    Text(
        "Withdrawal destroys the traveller's key at once and is logged; what it sealed opens for nobody. What a "
        "snapshot or "
        "an SSD kept of a key opens until the vault's key is rotated.",
        "동의를 철회하면 이용자의 키를 즉시 파기하고 로그에 남기며, 그 키로 봉인한 정보는 누구도 열 수 없습니다. "
        "스냅숏이나 SSD에 남은 키는 보관소 키를 교체할 때까지 열릴 수 있습니다.",
    ),
    "docs/consent.md",
)
HOME = {
    "wallet": Text("with the traveller alone, in a signed and sealed pass; compared 1:1",
                   "이용자 본인만 보유하는 서명·봉인된 패스에 있으며 1:1로 대조합니다"),
    "sealed": Text("at the airport, encrypted, the key with the traveller alone; compared 1:1",
                   "공항에 암호화되어 있고 키는 이용자만 보유하며 1:1로 대조합니다"),
    "gallery": Text("at the airport, in the gallery of one journey; compared 1:N at declared touchpoints",
                    "공항의 여정별 갤러리에 있으며 지정된 터치포인트에서 1:N으로 대조합니다"),
    "lab": Text("in evaluation data sets; no traveller and no camera",
                "평가용 자료에만 있으며 이용자나 카메라를 다루지 않습니다"),
}  # fmt: skip


def home(facts: Facts) -> Said:
    """Where templates live under the profile in force."""
    profile = facts.value("site.profile")
    place = HOME[profile]
    return Said(
        Text(f"Profile {profile}: the template lives {place.en}.", f"프로필 {profile}: 특징 정보는 {place.ko}."),
        "settings [site] profile; docs/consent.md",
    )


def identifies(facts: Facts) -> bool:
    """Whether travellers are compared at all."""
    return bool(facts.names("touchpoint."))


def controller_rows(facts: Facts) -> tuple[Row, ...]:
    """Who answers."""
    return rows(facts, "consent.controller", "consent.contact", "consent.jurisdiction") + every(
        facts, "consent.airport"
    )


def storage_rows(facts: Facts) -> tuple[Row, ...]:
    """How long what is kept."""
    own = ("consent.after_departure", "consent.longest", "consent.passages") if identifies(facts) else ()
    return rows(facts, *own, "retention.alarms", "retention.evidence", "retention.observations")


def log_rows(facts: Facts) -> tuple[Row, ...]:
    """What the log counts; without a log three gaps."""
    return rows(facts, "log.origin", "log.size", "log.root") + every(facts, "log.kinds.", "log.comparisons.")


def accuracy_rows(facts: Facts) -> tuple[Row, ...]:
    """What was measured; without a measurement its date and its data are gaps."""
    first = ("accuracy.date", "accuracy.data")
    rest = tuple(
        one for one in every(facts, "accuracy.") if one.label not in {row.label for row in rows(facts, *first)}
    )
    return rows(facts, *first) + rest
