"""What changed since the last dossier: its facts held against those of now, key by key."""

from consentry.app.dossier.labels import label_of
from consentry.app.dossier.values import Document, Fact, Facts, Row, Said, Section, Text

_SOURCE = "facts.json of both"


def changes(old: Facts | None, new: Facts, when: Text) -> Document:
    """The document.

    Args:
        old: facts of the last dossier; None: there is none.
        new: facts of this one.
        when: the last dossier's time in words.
    """
    title = Text("What changed since the last dossier", "이전 문서 이후의 변경 사항")
    law = "GDPR Art. 35(11); Regulation (EU) 2024/1689, Art. 11(1), Annex IV, 6"
    if old is None:
        none = Text(
            "No earlier dossier was given to compare with (--since).",
            "비교할 이전 문서가 주어지지 않았습니다(--since).",
        )
        return Document("changes", title, law, (Section("GDPR Art. 35(11)", title, open=(none,)),))
    since = Said(Text(f"Compared with the dossier of {when.en}.", f"비교 대상: {when.ko} 문서."), _SOURCE)
    altered = tuple(
        Row(label_of(key), Fact(f"{old.known[key].value} -> {fact.value}", fact.source))
        for key, fact in new.known.items()
        if key in old.known and old.known[key].value != fact.value
    )
    added = tuple(Row(label_of(key), fact) for key, fact in new.known.items() if key not in old.known)
    gone = tuple(Row(label_of(key), fact) for key, fact in old.known.items() if key not in new.known)
    parts = (
        (Text("Changed", "변경"), altered),
        (Text("New", "추가"), added),
        (Text("No longer there", "삭제"), gone),
    )
    nothing = Said(Text("Nothing changed.", "변경된 것이 없습니다."), _SOURCE)
    sections = tuple(Section("GDPR Art. 35(11)", name, (), rows) for name, rows in parts if rows)
    first = Section("GDPR Art. 35(11)", title, (since,) if sections else (since, nothing))
    return Document("changes", title, law, (first, *sections))
