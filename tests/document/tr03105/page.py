"""The tables of docs/tr03105.md, written from the table of cases, so that no figure there is anybody's memory."""

import re
from collections import Counter
from pathlib import Path

from document.tr03105.case import ACCEPTED, Case, Source
from document.tr03105.table import APPLICABLE, counted, table

_ABOUT = {
    "ISO7816_A": "the application", "ISO7816_B": "basic access control, the protected channel",
    "ISO7816_C": "reading files", "ISO7816_D": "chip authentication", "ISO7816_F": "active authentication",
    "ISO7816_G": "PACE", "LDS_A": "EF.COM", "LDS_B": "data group 1, the zone", "LDS_C": "data group 2, the portrait",
    "LDS_F": "data group 14", "LDS_H": "EF.SOD and its signer's certificate", "LDS_I": "data group 15",
    "LDS_J": "EF.CardSecurity", "LDS_K": "EF.ATR/INFO",
}  # fmt: skip


def tables() -> dict[str, str]:
    """Each table by its name, as it must stand in the page."""
    return {"sum": _sum(), "units": _units(), "sources": _sources(), "cases": _cases()}


def write(page: Path) -> None:
    """Put the tables into the page, each between the two comments that name it."""
    text = page.read_text("utf-8")
    for name, inside in tables().items():
        pattern = rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)"
        text = re.sub(pattern, lambda found, inside=inside: found[1] + inside + found[2], text, flags=re.DOTALL)
    page.write_text(text, "utf-8")


def _sum() -> str:
    trials = sum(len(case.make) for case in table())
    rows = len(table())
    told = sum(case.source is Source.TEXT for case in table())
    return (
        f"**{rows} of {sum(APPLICABLE.values())}** cases, shown by {trials} documents. In {told} of them "
        f"content and result stand in BSI's text; in the other {rows - told} they are our reading, as told below.\n"
    )


def _units() -> str:
    lines = [f"| {unit} | {_ABOUT[unit]} | {count} | {held} |" for unit, (count, held) in counted().items()]
    return "\n".join(["| unit | about | cases | as they must be |", "|---|---|---|---|", *lines, ""])


_SOURCES = {
    Source.TEXT: "content and result stand in BSI's text of version 1.5.",
    Source.TITLE: "BSI keeps the title and refers to a report of ICAO's that was not at hand. What is altered and what "
    "must come is our reading of title and standard.",
    Source.UNCLEAR: "BSI's text speaks of a signature in EF.SOD that the standard does not have. Our reading.",
    Source.DELETED: "BSI keeps the title and has deleted the content. Our reading of the title.",
}


def _sources() -> str:
    count = Counter(case.source for case in table())
    return "".join(f"- `{source}` ({count[source]} cases): {words}\n" for source, words in _SOURCES.items())


def _cases() -> str:
    lines = [
        f"| {case.identifier} | {case.title} | {case.altered} | {_must(case)} | {case.source} |" for case in table()
    ]
    head = ["| case | what it is about | what is altered | what must come | reading |", "|---|---|---|---|---|"]
    return "\n".join([*head, *lines, ""])


def _must(case: Case) -> str:
    if case.expected == ACCEPTED:
        return "genuine"
    return f"`{case.expected.check}` {' or '.join(sorted(case.expected.outcomes))}"
