"""A screening as people and programs are told it."""

from typing import Any

from consentry.core.screening import Advice, Finding, Screening, Step

TITLES = {
    Step.DOCUMENT: "Document",
    Step.AGE: "Age of the programme",
    Step.NETWORKS: "Networks",
    Step.PORTRAIT: "Portrait of the document",
    Step.FACE: "One face in the lane",
    Step.QUALITY: "Quality of the live pictures",
    Step.ATTACK: "A live person",
    Step.CHALLENGE: "Challenge",
    Step.COMPARISON: "Live face against portrait",
}
"""As an officer reads the steps, in their order."""


def told(finding: Finding) -> dict[str, Any]:
    """A finding for programs."""
    return {
        "step": finding.step.value,
        "found": finding.found.value,
        "why": finding.why,
        "reason": None if finding.reason is None else finding.reason.value,
    }


def sentence(screening: Screening) -> str:
    """The advice in a sentence."""
    if screening.advice is Advice.CLEAR:
        return "Everything that was to be looked at is good. The officer decides."
    reasons = "; ".join(reason.value for reason in screening.reasons) or "not everything was looked at"
    return f"To the manual lane: {reasons}."


def screening_document(screening: Screening, source: str) -> dict[str, Any]:
    """A screening for programs: no name, no number of a document, no picture, no template.

    Args:
        screening: what came of it.
        source: where the document came from, in words.
    """
    measures = screening.measures
    return {
        "touchpoint": screening.touchpoint,
        "at": screening.at,
        "document": source,
        "advice": screening.advice.value,
        "why": sentence(screening),
        "reasons": [reason.value for reason in screening.reasons],
        "findings": [told(finding) for finding in screening.findings],
        "measures": {name: getattr(measures, name) for name in type(measures).__slots__},
        "timings": [
            {"part": timing.part, "seconds": round(timing.seconds, 4), "times": timing.times}
            for timing in screening.timings
        ],
    }
