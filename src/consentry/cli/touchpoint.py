"""``consentry touchpoint``: a lane where travellers who agreed to it are compared, and everybody else is not."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from consentry.app.kiosk_settings import installation_of
from consentry.app.lane import LaneWishes, Told
from consentry.app.lane_opening import read_shown
from consentry.app.lane_site import JourneyWishes, LaneSite, declared, lane_site
from consentry.app.settings import Site, load_site
from consentry.backends.calibrations import load_thresholds
from consentry.backends.lane_counts import LaneCounts, LaneKind
from consentry.backends.manifest import model_sets
from consentry.cli.touchpoint_print import LaneDisplay, show_decision, show_summary, summary_document, waits
from consentry.cli.when import when
from consentry.consent.profile import Profile
from consentry.consent.purposes import Purpose
from consentry.core.geometry import Zone, crossing_edges
from consentry.face.search_threshold import FPIR
from consentry.touchpoints.egate_parts import LIMIT_S, Prompt
from consentry.touchpoints.lane_gallery import Bystanders
from consentry.touchpoints.lane_parts import LaneRules

_FEWEST = 3
"""Corners of a mask."""
EXIT_STAFF = 3
"""The traveller is asked to the staff; the check is printed. 0 is go and nothing else."""


def touchpoint(
    name: Annotated[str, typer.Argument(help="Of the touchpoint, as the settings declare it.")],
    *,
    settings: Annotated[Path, typer.Option(help="The site's settings.")] = Path("site.toml"),
    live: Annotated[
        str | None, typer.Option(help="The lane's camera: rtsp://, /dev/video0, a clip, a folder of pictures.")
    ] = None,
    shown: Annotated[
        Path | None, typer.Option("--pass", help="A pass or key as a file or picture; else its code is shown live.")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", help="One traveller after another until the end.")] = False,
    purpose: Annotated[Purpose | None, typer.Option(help="Where the touchpoint serves several.")] = None,
    keys: Annotated[Path, typer.Option(help="Folder with the touchpoint's keys.")] = Path("keys"),
    state: Annotated[Path, typer.Option(help="Folder for vault, log, counts and the memory of passes.")] = Path(
        "state"
    ),
    withdrawn: Annotated[
        Path | None, typer.Option(help="The signed list of withdrawn passes: consentry desk list.")
    ] = None,
    journey: Annotated[str | None, typer.Option(help="Profile gallery: flight and day, as the receipts say.")] = None,
    departure: Annotated[str | None, typer.Option(help="Profile gallery: planned departure of the journey.")] = None,
    confirmed_by: Annotated[
        list[str] | None, typer.Option("--confirmed-by", help="Profile gallery: a member of staff; it needs two.")
    ] = None,
    fpir: Annotated[
        float, typer.Option(min=1e-9, max=0.5, help="Profile gallery: highest false positive identification rate.")
    ] = FPIR,
    mask: Annotated[
        str | None, typer.Option(help="Capture mask x,y;x,y;x,y in fractions: outside it no face is looked at.")
    ] = None,
    fmr: Annotated[
        float | None, typer.Option(help="Highest false match rate; the lowest that was calibrated if not told.")
    ] = None,
    calibration: Annotated[
        Path | None, typer.Option(help="A calibration of your own: consentry face calibrate.", dir_okay=False)
    ] = None,
    embedder: Annotated[str | None, typer.Option(help="Which network makes templates: see consentry models.")] = None,
    limit: Annotated[float, typer.Option(min=1, max=600, help="Seconds for the live face.")] = LIMIT_S,
    manual_wait: Annotated[
        float | None, typer.Option(min=0, help="Note that somebody waited so many seconds in the manual lane.")
    ] = None,
    language: Annotated[str, typer.Option(help="Of the sentences for the traveller: en or ko.")] = "en",
    at: Annotated[str | None, typer.Option(help="When a clip was taken; now if not told.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object for each traveller, and one at the end.")
    ] = False,
) -> None:
    """Run one lane of a touchpoint: the act of the traveller, his live face, go or ask staff.

    The settings' profile says how: wallet takes a journey pass, sealed the key of a sealed reference, gallery searches
    the gallery of one journey. Pictures, templates and keys are overwritten at each decision.

    Example: consentry touchpoint "gate 12" --live /dev/video0 --follow

    Exit codes: 0 go (with --follow and gallery: the lane ended in order), 3 ask staff, 1 could not be done,
    2 not understood.
    """
    if language not in ("en", "ko"):
        raise typer.BadParameter(f"expected en or ko, came {language!r}", param_hint="--language")
    site, words = load_site(settings), Console(soft_wrap=True)
    rules = replace(declared(site, name, purpose, _mask(mask)), limit_s=limit)
    now = time.time() if at is None else _moment(at, site, "--at")
    if live is None:
        _without_camera(rules, state, manual_wait, words, as_json=as_json)
        return
    wishes = LaneWishes(live, rules, fmr, calibration, embedder)
    installation = installation_of(site, tuple(confirmed_by or ()))
    many = installation.profile is Profile.GALLERY
    asked = _Asked(shown, withdrawn, _journey(journey, departure, fpir, site) if many else None, follow=follow)
    say = LaneDisplay(Console(stderr=True, soft_wrap=True), language).say
    people = go = 0
    bystanders = Bystanders() if many else None
    with lane_site(site, installation, keys, state, time.time()) as here:
        if manual_wait is not None:
            here.counts.waited(name, LaneKind.MANUAL, now, manual_wait)
        for told in _travellers(here, wishes, asked, now, say):
            show_decision(told, words, site.timezone, as_json=as_json)
            people, go = people + 1, go + told.decision.go
            if bystanders is not None:
                bystanders.count(told.decision)
            if trouble := here.hours_between(time.time()):
                typer.echo(f"the log waits: {trouble}", err=True)
        summary = summary_document(rules, (people, go), waits(here.counts, name, now), bystanders)
    show_summary(summary, rules, words, as_json=as_json)
    raise typer.Exit(0 if many or follow or go else EXIT_STAFF)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the options say of the traveller's act, or of the gallery."""

    shown: Path | None
    withdrawn: Path | None
    journey: JourneyWishes | None
    follow: bool


def _travellers(
    here: LaneSite, wishes: LaneWishes, asked: _Asked, now: float, say: Callable[[Prompt], None]
) -> Iterator[Told]:
    """Everybody whom the lane decides on."""
    if asked.journey is not None:
        thresholds = load_thresholds(wishes.embedder or model_sets()["standard"].embedder, wishes.calibration)
        with (
            here.gallery(wishes.rules, asked.journey, thresholds, now) as opened,
            here.lane(wishes, now, say) as lane,
        ):
            threshold, over = opened.gallery.threshold, len(opened.passed_over)
            typer.echo(f"{len(opened.gallery)} enrolled, {over} passed over; threshold {threshold}", err=True)
            yield from lane.all(opened.parts)
        return
    act = here.act(wishes.rules, asked.withdrawn)
    content = None if asked.shown is None else read_shown(asked.shown)
    with here.lane(wishes, now, say) as lane:
        if asked.follow and content is None:
            yield from lane.several(act)
        else:
            yield lane.one(act, content)


def _without_camera(rules: LaneRules, state: Path, manual_wait: float | None, words: Console, *, as_json: bool) -> None:
    """Note a wait of the manual lane, and tell both lanes' waiting times."""
    counts, now = LaneCounts(state / "lanes.sqlite"), time.time()
    try:
        if manual_wait is not None:
            counts.waited(rules.touchpoint, LaneKind.MANUAL, now, manual_wait)
        summary = summary_document(rules, (0, 0), waits(counts, rules.touchpoint, now), None)
    finally:
        counts.close()
    show_summary(summary, rules, words, as_json=as_json)


def _journey(journey: str | None, departure: str | None, fpir: float, site: Site) -> JourneyWishes:
    if journey is None or departure is None:
        raise typer.BadParameter(
            "profile gallery searches one journey: name it and its departure", param_hint="--journey"
        )
    return JourneyWishes(journey, _moment(departure, site, "--departure"), fpir)


def _mask(text: str | None) -> Zone | None:
    if text is None:
        return None
    try:
        corners = tuple((float(x), float(y)) for x, y in (point.split(",") for point in text.split(";")))
    except ValueError:
        corners = ()
    inside = all(0 <= part <= 1 for corner in corners for part in corner)
    if len(corners) < _FEWEST or not inside or crossing_edges(corners) is not None:
        why = f"expected three or more corners x,y;x,y;x,y in fractions whose edges do not cross, came {text!r}"
        raise typer.BadParameter(why, param_hint="--mask")
    return Zone("capture mask", corners)


def _moment(text: str, site: Site, option: str) -> float:
    try:
        return when(text, time.time(), site.timezone)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error
