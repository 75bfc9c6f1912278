"""Every check that there is has a title that an officer reads."""

import re
from pathlib import Path

import consentry
from consentry.app.document_page.words import grouped, title_of
from consentry.document.checks import Check, DocumentReport, Outcome
from consentry.document.clone_protection import PROOFS
from consentry.document.inspection import ESSENTIAL
from consentry.document.known_faults import DEFECTS, DEVIATIONS

NAMED = re.compile(
    r"""(?:name,\s*clause\s*=\s*|names,\s*clause\s*=\s*\(|_NAME,\s*_CLAUSE\s*=\s*|\bCheck\(\s*|\.tell\(\s*)
        "([a-z_]+)"(?:,\s*"([a-z_]+)"\))?""",
    re.VERBOSE,
)
"""Where the sources name a check."""


def names() -> set[str]:
    """Of all checks: as the sources name them, and those that are made from tables."""
    root = Path(consentry.__file__).parent
    found = {
        name
        for folder in ("document", "cli", "app")
        for file in (root / folder).rglob("*.py")
        for each in NAMED.findall(file.read_text("utf-8"))
        for name in each
        if name
    }
    return found | ESSENTIAL | PROOFS.keys() | {DEVIATIONS, DEFECTS, "portrait_decoded"}


def test_every_check_has_a_title_and_a_group() -> None:
    there = names()
    assert {"extended_length", "application", "optical_reading", "portrait_record", "known_defects"} <= there
    assert len(there) >= 35
    assert [name for name in sorted(there) if title_of(name) == name.replace("_", " ")] == []


def test_what_nobody_named_is_shown_among_others() -> None:
    odd = DocumentReport((Check("quite_new", Outcome.SUCCESSFUL, "why", "clause"),), frozenset({"quite_new"}))
    assert [(group.title, group.rows[0].title) for group in grouped(odd)] == [("Others", "quite new")]
