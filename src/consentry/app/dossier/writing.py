"""A dossier as files: each document twice, and the facts beside them for the next dossier to be held against."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from types import MappingProxyType

from consentry.app.dossier.changes import changes
from consentry.app.dossier.impact import impact_assessment
from consentry.app.dossier.page import Setting, as_markdown, as_page
from consentry.app.dossier.record import processing_record
from consentry.app.dossier.technical import technical_file
from consentry.app.dossier.values import Document, Fact, Facts, Text
from consentry.consent.words import Language
from consentry.core.errors import MalformedError, StorageError
from consentry.ledger.entry import Entry, Kind

FACTS = "facts.json"
"""Beside the documents."""
_FORM = 1
"""Of the facts' file."""
_LARGEST = 16 << 20
"""bytes of a facts' file; a site of a thousand cameras has some 300,000."""


@dataclass(frozen=True, slots=True)
class Written:
    """A dossier on disk."""

    hashes: Mapping[str, str]
    """SHA-256 of each file, by its name."""
    open_counts: Mapping[str, int]
    """Open questions of each document, by its name."""

    def entry(self, at: float) -> Entry:
        """What the log is told: that it was made, and of which files it consists."""
        return Entry(Kind.DOSSIER, at, facts=dict(self.hashes))


def write_dossier(facts: Facts, old: Facts | None, out: Path, zone: tzinfo, language: Language) -> Written:
    """Write all documents; none is left where one could not be written.

    Args:
        facts: of now.
        old: of the last dossier; None: there is none.
        out: a folder without a dossier in it; made if it is not there.
        zone: in which times are told.
        language: of the documents.

    Raises:
        StorageError: there is a dossier in the folder, or the disk did not take one.
    """
    if (out / FACTS).exists():
        raise StorageError(f"{out} holds a dossier already; give a new folder, and compare with --since {out}")
    then = "" if old is None else _moment(old.made_at, zone)
    documents = (
        impact_assessment(facts),
        processing_record(facts),
        technical_file(facts),
        changes(old, facts, Text(then, then)),
    )
    setting = Setting(facts.value("site.name"), _moment(facts.made_at, zone), language)
    contents = _contents(documents, setting) | {FACTS: _facts_file(facts)}
    _write(out, contents)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    return Written(hashes, {document.name: document.open_count() for document in documents})


def read_facts(folder: Path) -> Facts:
    """The facts of an earlier dossier.

    Raises:
        StorageError: they cannot be read.
        MalformedError: they are none.
    """
    path = folder / FACTS
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}; give the folder of the last dossier") from error
    try:
        told = json.loads(content)
        known = {key: Fact(_word(one["value"]), _word(one["source"])) for key, one in told["facts"].items()}
        found, form = Facts(float(told["made_at"]), MappingProxyType(known)), told["form"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise MalformedError(f"{path}: expected the facts of a dossier, came something else") from error
    if form != _FORM:
        raise MalformedError(f"{path}: expected facts of form {_FORM}, came {form!r:.20}")
    return found


def _word(told: object) -> str:
    if not isinstance(told, str):
        raise TypeError("expected words")
    return told


def _contents(documents: tuple[Document, ...], setting: Setting) -> dict[str, bytes]:
    found = {}
    for document in documents:
        found[f"{document.name}.md"] = as_markdown(document, setting).encode()
        found[f"{document.name}.html"] = as_page(document, setting).encode()
    return found


def _facts_file(facts: Facts) -> bytes:
    told = {
        "form": _FORM,
        "made_at": facts.made_at,
        "facts": {key: {"value": fact.value, "source": fact.source} for key, fact in facts.known.items()},
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")


def _write(out: Path, contents: Mapping[str, bytes]) -> None:
    """All files or none; the facts last, since they say that there is a dossier."""
    done: list[Path] = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            part = out / f".{name}.part"
            done.append(part)
            part.write_bytes(content)
            os.replace(part, out / name)  # noqa: PTH105 - the same call as Path.replace
            done[-1] = out / name
    except OSError as error:
        for path in done:
            path.unlink(missing_ok=True)
        raise StorageError(f"the dossier could not be written to {out}: {error.strerror}") from error


def _moment(at: float, zone: tzinfo) -> str:
    return f"{datetime.fromtimestamp(at, zone):%Y-%m-%d %H:%M %Z}"
