"""A screening in the terminal: what the traveller is told as it goes, and the findings as an officer reads them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from consentry.app.screening_words import TITLES, sentence
from consentry.core.frames import Image
from consentry.core.screening import Advice, Finding, Found, Measures, Screening
from consentry.face.sample import FaceSample
from consentry.touchpoints.egate_parts import Prompt

_MARKS = {
    Found.GOOD: ("✓", "green"),
    Found.BAD: ("✕", "bold red"),
    Found.UNDETERMINED: ("?", "yellow"),
    Found.NOT_LOOKED_AT: ("\N{EN DASH}", "dim"),
}
"""A sign for each, so that nothing depends on colour."""


@dataclass(slots=True)
class Prompts:
    """A witness that tells the traveller's sentences on standard error, each when it is new, and sees no picture."""

    console: Console
    language: str
    _last: str = ""

    def portrait(self, image: Image, /) -> None:
        """See ``Witness``."""

    def live(self, sample: FaceSample, /) -> None:
        """See ``Witness``."""

    def found(self, finding: Finding, /) -> None:
        """See ``Witness``."""

    def forget(self) -> None:
        """See ``Witness``."""

    def decided(self, screening: Screening, /) -> None:
        """See ``Witness``."""

    def prompt(self, prompt: Prompt, /) -> None:
        """See ``Witness``."""
        said = prompt.said(self.language)
        if said != self._last:
            self.console.print(f"[cyan]→ {escape(said)}[/]", highlight=False)
            self._last = said


def show(screening: Screening, source: str, console: Console) -> None:
    """Print a screening.

    Args:
        screening: what came of it.
        source: where the document came from, in words.
        console: standard output.
    """
    moment = f"{datetime.fromtimestamp(screening.at, UTC):%Y-%m-%d %H:%M} UTC"
    console.print(escape(f"{screening.touchpoint}, {moment}, {source}"), highlight=False)
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for finding in screening.findings:
        mark, style = _MARKS[finding.found]
        table.add_row(
            f"[{style}]{mark}[/]", TITLES[finding.step], f"[{style}]{finding.found.value}[/]", escape(finding.why)
        )
    console.print(table, highlight=False)
    style = "bold green" if screening.advice is Advice.CLEAR else "bold yellow"
    console.print(f"\n[{style}]{screening.advice.value.upper()}[/]  {escape(sentence(screening))}", highlight=False)
    if numbers := _numbers(screening.measures):
        console.print(escape(numbers), style="dim", highlight=False)
    console.print(escape(_times(screening)), style="dim", highlight=False)


def _numbers(measures: Measures) -> str:
    parts = []
    if measures.score is not None:
        parts.append(f"score {measures.score:.3f} at threshold {measures.threshold:.3f}")
    if measures.quality is not None:
        parts.append(f"quality {measures.quality} of 100")
    if measures.attack is not None:
        parts.append(f"attack {measures.attack:.2f} of 1")
    if measures.frames:
        parts.append(f"{measures.compared} of {measures.frames} live pictures compared")
    return ", ".join(parts)


def _times(screening: Screening) -> str:
    told = (
        f"{timing.part} {timing.seconds:.2f} s{f' in {timing.times} turns' if timing.times > 1 else ''}"
        for timing in screening.timings
    )
    return f"time: {', '.join(told)}"
