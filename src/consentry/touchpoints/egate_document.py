"""The first half of a transaction: what the document says, and how old it says its holder is. No face is looked at."""

from datetime import UTC, date, datetime

from consentry.core.screening import Finding, Found, Reason, Step
from consentry.document.checks import Verdict
from consentry.document.mrz_dates import PartialDate
from consentry.touchpoints.egate_parts import PresentedDocument

_FOUND = {
    Verdict.GENUINE: (Found.GOOD, None),
    Verdict.NOT_GENUINE: (Found.BAD, Reason.DOCUMENT_NOT_GENUINE),
    Verdict.UNDETERMINED: (Found.UNDETERMINED, Reason.DOCUMENT_UNDETERMINED),
}


def document_finding(document: PresentedDocument) -> Finding:
    """The verdict. Print alone is never genuine: anybody can print, and it holds no portrait to compare with."""
    if not document.chip:
        why = "only the printed zone was read: it proves nothing and holds no portrait"
        reason = Reason.DOCUMENT_NOT_GENUINE if document.verdict is Verdict.NOT_GENUINE else Reason.NO_CHIP
        found = Found.BAD if document.verdict is Verdict.NOT_GENUINE else Found.UNDETERMINED
        return Finding(Step.DOCUMENT, found, f"{why}. {document.why}", reason)
    return Finding(Step.DOCUMENT, *_said(document))


def _said(document: PresentedDocument) -> tuple[Found, str, Reason | None]:
    found, reason = _FOUND[document.verdict]
    return found, f"{document.verdict.value}. {document.why}", reason


def age_finding(birth: PartialDate | None, at: float, minimum: int) -> Finding:
    """Whether the holder is of the programme's age, by the document's date of birth: never by a face.

    Args:
        birth: of the document; what is unknown of it counts as late as it can be.
        at: s UTC.
        minimum: years; 0: everybody is.
    """
    if minimum <= 0:
        return Finding(Step.AGE, Found.GOOD, "this programme has no age below which it ends")
    years = None if birth is None else least_age(birth, datetime.fromtimestamp(at, UTC).date())
    if years is None:
        why = f"the document does not say whether its holder is {minimum} or older"
        return Finding(Step.AGE, Found.UNDETERMINED, why, Reason.AGE_UNKNOWN)
    if years < minimum:
        why = f"by the document's date of birth the holder may be below {minimum}, where this programme begins"
        return Finding(Step.AGE, Found.BAD, why, Reason.BELOW_AGE)
    return Finding(Step.AGE, Found.GOOD, f"{minimum} or older by the document's date of birth")


def least_age(birth: PartialDate, today: date) -> int | None:
    """Years that somebody has completed for certain; None: the year of birth is not known.

    Born on 29 February, one completes a year on 1 March of a common year.

    >>> today = date(2026, 11, 25)
    >>> least_age(PartialDate(2008, 11, 25), today), least_age(PartialDate(2008, 11, 26), today)
    (18, 17)
    >>> least_age(PartialDate(2008, None, None), today), least_age(PartialDate(None, 1, 1), today)
    (17, None)
    """
    last = birth.last()
    if last is None:
        return None
    return today.year - last.year - ((today.month, today.day) < (last.month, last.day))
