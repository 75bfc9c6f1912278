"""What facts are called in a document."""

from collections.abc import Iterator

from consentry.app.dossier.values import Facts, Row, Text, row

LABELS: dict[str, Text] = {
    "consent.controller": Text("Controller", "개인정보처리자"),
    "consent.airport": Text("Airport", "공항"),
    "consent.contact": Text("Contact for questions of privacy", "개인정보 문의처"),
    "consent.jurisdiction": Text("Jurisdiction", "관할"),
    "consent.notice": Text("Notice to travellers", "이용자 안내문"),
    "consent.withdrawal": Text("How travellers withdraw", "동의 철회 방법"),
    "consent.processors": Text("Processors", "처리 수탁자"),
    "consent.authority": Text("Supervisory authority", "감독기관"),
    "consent.after_departure": Text("A journey, and the consent with it, ends after departure by", "출발 후 여정 종료"),
    "consent.longest": Text("Longest stay that a traveller may choose", "이용자가 선택할 수 있는 최장 보관"),
    "consent.passages": Text("Passages are kept after the consent's end for", "동의 종료 후 통과 기록 보관"),
    "retention.alarms": Text("Alarms are kept for", "경보 보관"),
    "retention.evidence": Text("Covered stills and clips are kept for", "가림 처리된 영상 보관"),
    "retention.observations": Text("Counts and densities are kept for", "집계 보관"),
    "evidence.clips": Text("Length and width of a clip", "영상 길이와 너비"),
    "site.name": Text("Site", "사업장"),
    "site.profile": Text("Legal profile", "법적 프로필"),
    "site.timezone": Text("Time zone", "시간대"),
    "site.settings": Text("SHA-256 of the settings", "설정의 SHA-256"),
    "consentry.version": Text("Version of Consentry", "Consentry 버전"),
    "models.watching": Text("Networks that watch", "감시 모델"),
    "log.origin": Text("Log", "로그"),
    "log.size": Text("Entries of the log", "로그 항목 수"),
    "log.root": Text("Root of the log", "로그 루트 해시"),
    "log.first": Text("First entry", "첫 항목"),
    "log.last": Text("Last entry", "마지막 항목"),
    "accuracy.date": Text("Accuracy was measured on", "정확도 측정일"),
    "accuracy.data": Text("Accuracy was measured with", "정확도 측정 자료"),
    "accuracy.file": Text("File of the measurement", "측정 파일"),
    "accuracy.fta": Text("Failure to acquire (FTA), interval 95 %", "획득 실패율(FTA), 95 % 구간"),
    "accuracy.fte": Text("Failure to enrol (FTE), interval 95 %", "등록 실패율(FTE), 95 % 구간"),
}
"""By key. What is not here is called by its key's last part."""
_GROUPS = {
    "touchpoint.": Text("Touchpoint", "터치포인트"),
    "camera.": Text("Camera", "카메라"),
    "model.": Text("Model", "모델"),
    "log.kinds.": Text("Log entries", "로그 항목"),
    "log.comparisons.": Text("Comparisons counted", "대조 집계"),
    "accuracy.": Text("Accuracy", "정확도"),
}


def label_of(key: str) -> Text:
    """What a fact is called.

    >>> label_of("touchpoint.gate 12.duty").en
    'Touchpoint gate 12: duty'
    """
    if key in LABELS:
        return LABELS[key]
    for prefix, word in _GROUPS.items():
        if key.startswith(prefix):
            name, _, part = key.removeprefix(prefix).rpartition(".")
            rest = f"{name}: {part}" if name else part
            return Text(f"{word.en} {rest}", f"{word.ko} {rest}")
    return Text(key, key)


def rows(facts: Facts, *keys: str) -> tuple[Row, ...]:
    """Rows of facts that must be there: one that is not known is an open question."""
    return tuple(row(facts, key, label_of(key)) for key in keys)


def every(facts: Facts, *prefixes: str) -> tuple[Row, ...]:
    """Rows of all facts whose key begins so."""
    return tuple(_every(facts, prefixes))


def _every(facts: Facts, prefixes: tuple[str, ...]) -> Iterator[Row]:
    for key, fact in facts.known.items():
        if key.startswith(prefixes):
            yield Row(label_of(key), fact)
