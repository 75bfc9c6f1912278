"""``consentry kiosk``: a traveller reads, answers, and leaves with a receipt."""

import json
import time
from pathlib import Path
from typing import Annotated

import typer

from consentry.app.kiosk import Answers, Given, Journey, Kiosk
from consentry.app.kiosk_files import ConsentFiles
from consentry.app.kiosk_papers import write_papers
from consentry.app.kiosk_retention import clear_due
from consentry.app.kiosk_settings import notice_facts
from consentry.app.settings import Site, load_site
from consentry.backends.vault_qr import terminal_qr
from consentry.cli.when import when
from consentry.consent.access import receipt_words
from consentry.consent.notice import NoticeFacts, question
from consentry.consent.purposes import NEEDED, DataClass, Purpose, lacking
from consentry.consent.words import Language
from consentry.core.errors import RefusedError

EXIT_DECLINED = 3
"""The traveller did not agree; nothing is kept."""
_YES = frozenset({"y", "yes", "예", "네"})
_NO = frozenset({"n", "no", "아니오", "아니요"})
_DECLINED = {
    Language.EN: "You did not agree, so nothing is kept. A person checks you at no disadvantage:",
    Language.KO: "동의하지 않으셔서 아무것도 보관하지 않습니다. 불이익 없이 직원이 확인해 드립니다:",
}
_ANSWER = {Language.EN: "yes or no", Language.KO: "예 / 아니오"}
_LONGER = {
    Language.EN: "Your consent ends with your journey. How many days longer, 0 to {0}?",
    Language.KO: "동의는 여정과 함께 끝납니다. 며칠 더 유지하시겠습니까? (0~{0})",
}
_KEEP = {
    Language.EN: "This code is yours alone: whoever shows it may see what is held on you, and withdraw.",
    Language.KO: "이 코드는 본인만 보관하십시오. 이 코드를 제시하면 보관 정보를 열람하고 동의를 철회할 수 있습니다.",
}


def kiosk(
    settings: Annotated[Path, typer.Argument(help="The site's settings.")],
    journey: Annotated[str, typer.Option(help="Flight and day, such as 'KE123 2026-12-01'.")],
    departure: Annotated[str, typer.Option(help="Planned departure, such as 2026-12-01T10:00:00+09:00.")],
    keys: Annotated[Path, typer.Option(help="Folder with receipts.key, log.key and vault.key.")] = Path("keys"),
    state: Annotated[Path, typer.Option(help="Folder for the vault and the log.")] = Path("state"),
    out: Annotated[Path | None, typer.Option(help="Folder for the traveller's papers; none: shown only.")] = None,
    language: Annotated[Language | None, typer.Option(help="Of the notice; else the site's, else English.")] = None,
    yes_to: Annotated[
        list[str] | None, typer.Option("--yes-to", help="Agree to this and ask nothing; several times, or 'all'.")
    ] = None,
    keep_days: Annotated[
        float | None, typer.Option(min=0, help="Days beyond the journey that the traveller chose; else he is asked.")
    ] = None,
    name: Annotated[str, typer.Option(help="Of this kiosk, in the log.")] = "kiosk",
    pictures: Annotated[str, typer.Option(help="Kind of the QR codes' files: svg or png.")] = "svg",
    as_json: Annotated[
        bool, typer.Option("--json", help="The receipt's number, code and files as one object.")
    ] = False,
) -> None:
    """Show the notice, ask for each purpose and each kind of data, and give a signed, logged receipt.

    Nothing is ticked beforehand: without --yes-to every question waits for a yes or a no.

    Example: consentry kiosk site.toml --journey "KE123 2026-12-01" --departure 2026-12-01T10:00:00+09:00 --out papers

    Exit codes: 0 the receipt was given, 1 it could not be, 2 not understood, 3 the traveller did not agree.
    """
    site = load_site(settings)
    facts = notice_facts(site)
    spoken = language or _spoken(site)
    leaving = _departure(departure, site)
    if pictures not in {"svg", "png"}:
        raise typer.BadParameter("expected svg or png", param_hint="--pictures")
    chosen = None if yes_to is None else _named(yes_to, facts)
    files = ConsentFiles(keys, state)
    longest = site.consent.longest_days if site.consent is not None else 0.0
    with files.vault() as vault:
        store = files.store()
        clear_due(vault, store, files.open_log, time.time())
        taken = Kiosk(
            facts, vault, store, files.open_log, files.receipt_key, time.time, name=name, longest_days=longest
        )
        if not as_json:
            typer.echo(taken.notice(spoken))
        answers = chosen if chosen is not None else _asked(facts, spoken)
        days = keep_days if keep_days is not None else 0.0
        if chosen is None and keep_days is None and answers.purposes and not lacking(answers.data_classes):
            days = _period(spoken, longest)
        try:
            given = taken.give(answers, Journey(journey, leaving, days), spoken)
        except RefusedError as error:
            if error.check != "declined":
                raise
            _decline(facts, spoken)
    paths = {} if out is None else write_papers(given, out, spoken, site.timezone, pictures)
    _show(given, paths, spoken, site, as_json=as_json)


def _asked(facts: NoticeFacts, language: Language) -> Answers:
    """The traveller's answers; what was not asked because it no longer matters is a no."""
    purposes = frozenset(one for one in facts.purposes() if _ask(question(facts, one, language), language))
    classes: set[DataClass] = set()
    for kind in DataClass if purposes else ():
        if _ask(question(facts, kind, language), language):
            classes.add(kind)
        elif kind in NEEDED:
            break
    return Answers(purposes, frozenset(classes))


def _ask(words: str, language: Language) -> bool:
    """A yes or a no; nothing else is taken for either."""
    while True:
        answer = str(typer.prompt(f"{words} [{_ANSWER[language]}]", prompt_suffix=" ")).strip().casefold()
        if answer in _YES | _NO:
            return answer in _YES


def _period(language: Language, longest: float) -> float:
    """Days beyond the journey: the traveller's choice, none unless he asks for more (R6)."""
    while True:
        try:
            days = float(str(typer.prompt(_LONGER[language].format(f"{longest:g}"), default="0")))
        except ValueError:
            continue
        if 0 <= days <= longest:
            return days


def _named(words: list[str], facts: NoticeFacts) -> Answers:
    """What ``--yes-to`` names."""
    known: dict[str, Purpose | DataClass] = {one.value: one for one in (*facts.purposes(), *DataClass)}
    unknown = [word for word in words if word != "all" and word not in known]
    if unknown:
        raise typer.BadParameter(
            f"there is {', '.join(known)} and all; came {', '.join(unknown)}", param_hint="--yes-to"
        )
    agreed = set(known.values()) if "all" in words else {known[word] for word in words}
    return Answers(
        frozenset(one for one in agreed if isinstance(one, Purpose)),
        frozenset(one for one in agreed if isinstance(one, DataClass)),
    )


def _decline(facts: NoticeFacts, language: Language) -> None:
    typer.echo(_DECLINED[language], err=True)
    for one in facts.touchpoints:
        typer.echo(f"- {one.name}: {one.manual_lane}", err=True)
    raise typer.Exit(EXIT_DECLINED)


def _show(given: Given, paths: dict[str, Path], language: Language, site: Site, *, as_json: bool) -> None:
    if as_json:
        told = {
            "receipt_id": given.receipt.id,
            "until": given.receipt.until,
            "index": given.proof.index,
            "code": str(given.code),
            "files": {kind: str(path) for kind, path in paths.items()},
        }
        typer.echo(json.dumps(told, indent=2))
        return
    typer.echo(receipt_words(given.receipt, language, site.timezone))
    typer.echo(terminal_qr(str(given.code)))
    typer.echo(_KEEP[language])
    for path in paths.values():
        typer.echo(str(path))


def _spoken(site: Site) -> Language:
    known = [one for one in Language if site.language.partition("-")[0].casefold() == one.value]
    return known[0] if known else Language.EN


def _departure(text: str, site: Site) -> float:
    try:
        return when(text, time.time(), site.timezone)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--departure") from error
