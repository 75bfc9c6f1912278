"""Names of checks as an officer reads them, in the groups in which they stand on the page and in the terminal."""

from dataclasses import dataclass

from consentry.document.checks import Check, DocumentReport, Outcome, Verdict

_GROUPS: tuple[tuple[str, dict[str, str]], ...] = (
    (
        "Signed by the state",
        {
            "sod_format": "Signed object (EF.SOD)",
            "sod_conformity": "Form of the signed object",
            "sod_signature": "Signature of the document signer",
            "group_hashes": "Contents of the chip against what was signed",
            "com_sod": "Chip's own list against the signed one",
            "further_groups": "Further data groups",
            "closed_groups": "Fingers and irises",
        },
    ),
    (
        "Trusted signer",
        {
            "signer_chain": "Authority behind the signer",
            "signer_validity": "Validity of signer and authority",
            "signer_revocation": "Revocation of the signer",
            "issuing_state": "Issuing state against the signer's state",
            "algorithms": "Strength of keys and hashes",
            "known_deviations": "Faults that the state itself tells",
            "known_defects": "Faults that inspecting states know",
        },
    ),
    (
        "Printed page and data",
        {
            "mrz_format": "Zone in the chip",
            "mrz_digits": "Check digits in the chip",
            "optical_reading": "Reading of the print",
            "optical_digits": "Check digits in print",
            "optical_mrz": "Print against chip",
            "expiry": "Date of expiry",
        },
    ),
    (
        "Portrait",
        {
            "portrait": "Portrait and its size",
            "portrait_record": "Record of the portrait",
            "portrait_decoded": "Decoding of the portrait",
        },
    ),
    (
        "The chip itself",
        {
            "clone_protection": "Protection against copies",
            "pace": "Protected channel (PACE)",
            "bac": "Protected channel (BAC)",
            "pace_chip_authentication": "Proof by PACE",
            "chip_authentication": "Proof by chip authentication",
            "active_authentication": "Proof by active authentication",
            "card_access": "Channel as strong as the state meant it",
            "card_security": "Signature over the chip's static keys",
            "security_infos": "List of the chip's protocols",
            "extended_length": "Lengths of commands that the chip says it takes",
            "secure_messaging": "Channel throughout",
            "application": "Application of a travel document",
            "reading": "Reading of the files",
        },
    ),
)
_OTHERS = "Others"
OUTCOMES = {
    Outcome.SUCCESSFUL: "successful",
    Outcome.FAILED: "FAILED",
    Outcome.UNDETERMINED: "undetermined",
    Outcome.NOT_SUPPORTED: "not supported",
    Outcome.ABORTED: "ABORTED",
}
"""As people are shown them: what needs their eye stands out without colour."""


@dataclass(frozen=True, slots=True)
class Row:
    """One check as it is shown."""

    title: str
    check: Check
    essential: bool

    @property
    def mark(self) -> str:
        """A sign for the outcome, so that nothing depends on colour."""
        return {Outcome.SUCCESSFUL: "✓", Outcome.FAILED: "✕", Outcome.NOT_SUPPORTED: "\N{EN DASH}"}.get(
            self.check.outcome, "?"
        )


@dataclass(frozen=True, slots=True)
class Group:
    """Checks that belong together."""

    title: str
    rows: tuple[Row, ...]


def grouped(report: DocumentReport) -> tuple[Group, ...]:
    """All checks of a report, and the essential ones that nobody looked at, each in its group."""
    looked = {check.name for check in report.checks}
    checks = (*report.checks, *(check for check in report.open if check.name not in looked))
    known = {name for _, titles in _GROUPS for name in titles}
    groups = [(title, [_row(titles[name], one, report) for name in titles for one in checks if one.name == name])
              for title, titles in _GROUPS]  # fmt: skip
    groups.append((_OTHERS, [_row(one.name.replace("_", " "), one, report) for one in checks if one.name not in known]))
    return tuple(Group(title, tuple(rows)) for title, rows in groups if rows)


def _row(title: str, check: Check, report: DocumentReport) -> Row:
    return Row(title, check, check.name in report.essential)


def title_of(name: str) -> str:
    """What a check is called."""
    return next((titles[name] for _, titles in _GROUPS if name in titles), name.replace("_", " "))


def sentence(report: DocumentReport) -> str:
    """The verdict in a sentence: what is wrong, or what is lacking."""
    if report.verdict is Verdict.NOT_GENUINE:
        return "Wrong: " + "; ".join(f"{_subject(check)} ({check.why})" for check in report.failed) + "."
    if report.verdict is Verdict.UNDETERMINED:
        lacking = "; ".join(dict.fromkeys(map(_subject, report.lacking)))
        return f"Nothing is wrong, but not everything could be proved. Lacking: {lacking}."
    return "A trusted state signed what the chip holds, it agrees with the print, and the chip is the original."


def _subject(check: Check) -> str:
    title = title_of(check.name)
    return title[:1].lower() + title[1:]
