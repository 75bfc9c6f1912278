"""A lane in the terminal: what the traveller reads, what the staff reads, and one JSON object for programs."""

import json
import math
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape

from consentry.app.lane import Told
from consentry.backends.lane_counts import LaneCounts, LaneKind, Waiting
from consentry.core.screening import Measures
from consentry.touchpoints.egate_parts import Prompt
from consentry.touchpoints.lane_gallery import Bystanders
from consentry.touchpoints.lane_parts import LaneRules

WAITS_S = 86_400.0
"""s over which waiting times are told side by side: a day."""


@dataclass(slots=True)
class LaneDisplay:
    """The lane's display as lines on standard error, each when it is new."""

    console: Console
    language: str
    _last: str = ""

    def say(self, prompt: Prompt) -> None:
        """Show a sentence."""
        said = prompt.said(self.language)
        if said != self._last:
            self.console.print(f"[cyan]→ {escape(said)}[/]", highlight=False)
            self._last = said


def decision_document(told: Told) -> dict[str, Any]:
    """A decision for programs: no name, no picture, no template, and the receipt only of whoever agreed to passages."""
    decision = told.decision
    rules = decision.rules
    return {
        "touchpoint": rules.touchpoint,
        "purpose": rules.purpose.value,
        "at": round(decision.at, 3),
        "decision": decision.word,
        "check": decision.check or None,
        "why": decision.why,
        "manual_lane": None if decision.go else rules.manual_lane,
        "waited_s": round(decision.waited, 2),
        "comparisons": decision.comparisons,
        "receipt": told.receipt,
        "measures": {name: getattr(decision.measures, name) for name in Measures.__slots__},
    }


def show_decision(told: Told, console: Console, zone: tzinfo, *, as_json: bool) -> None:
    """Print a decision."""
    if as_json:
        typer.echo(json.dumps(decision_document(told), ensure_ascii=False))
        return
    decision = told.decision
    rules = decision.rules
    moment = f"{datetime.fromtimestamp(decision.at, zone):%H:%M:%S}"
    head = f"{moment}  {rules.touchpoint} ({rules.purpose.value})"
    if decision.go:
        console.print(f"{escape(head)}  [bold green]✓ GO[/]  after {decision.waited:.1f} s", highlight=False)
    else:
        lane = f"{escape(rules.manual_lane)}  [bold]{escape(decision.check)}[/]: {escape(decision.why)}"
        console.print(f"{escape(head)}  [bold yellow]✕ ASK STAFF[/]  {lane}", highlight=False)


def waits(counts: LaneCounts, touchpoint: str, at: float) -> dict[LaneKind, Waiting]:
    """Both lanes' waiting times over the last day."""
    return {lane: counts.waiting(touchpoint, lane, at - WAITS_S) for lane in LaneKind}


def summary_document(
    rules: LaneRules, people: tuple[int, int], waiting: dict[LaneKind, Waiting], bystanders: Bystanders | None
) -> dict[str, Any]:
    """The end of a lane for programs: counts, rates with their intervals, waiting times side by side.

    Args:
        rules: of the lane.
        people: decided on, and of these those who went.
        waiting: of both lanes.
        bystanders: None: this lane searches no gallery.
    """
    rate: dict[str, Any] | None = None
    if bystanders is not None:
        low, high = bystanders.interval or (None, None)
        rate = {"searched": bystanders.searched, "nobody": bystanders.nobody, "low": low, "high": high}
    return {
        "touchpoint": rules.touchpoint,
        "people": people[0],
        "go": people[1],
        "bystanders": rate,
        "waiting": {lane.value: _waiting(one) for lane, one in waiting.items()},
    }


def show_summary(document: dict[str, Any], rules: LaneRules, console: Console, *, as_json: bool) -> None:
    """Print the end of a lane."""
    if as_json:
        typer.echo(json.dumps({"summary": document}, ensure_ascii=False))
        return
    names = {LaneKind.BIOMETRIC.value: "this lane", LaneKind.MANUAL.value: rules.manual_lane}
    rate = document["bystanders"]
    if rate is not None and rate["searched"]:
        console.print(
            f"nobody's face: {rate['nobody']} of {rate['searched']} that were searched for "
            f"({rate['low']:.1%} to {rate['high']:.1%}, 95 %)",
            highlight=False,
        )
    console.print("waited in the last day, median (nine of ten within):", highlight=False)
    for lane, one in document["waiting"].items():
        said = "nobody was measured"
        if one["people"]:
            said = f"{one['median_s']:.1f} s ({one['late_s']:.1f} s), {one['people']} people"
        console.print(f"  {escape(names[lane])}: {said}", highlight=False)


def _waiting(one: Waiting) -> dict[str, float | int | None]:
    known = {"median_s": one.median, "late_s": one.late}
    return {"people": one.people, **{name: None if math.isnan(s) else round(s, 2) for name, s in known.items()}}
