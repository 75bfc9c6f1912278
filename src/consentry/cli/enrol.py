"""``consentry enrol``: receipt, genuine document, live holder; a pass, a key or a gallery's entry comes out."""

import json
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from consentry.app.enrolment import Enrolled, Enrolment
from consentry.app.enrolment_making import Issuer, Making
from consentry.app.enrolment_papers import write_carried
from consentry.app.kiosk_files import ConsentFiles
from consentry.app.kiosk_retention import clear_due
from consentry.app.kiosk_settings import installation_of
from consentry.app.screening import GateWishes, prepare
from consentry.app.screening_words import sentence, told
from consentry.app.settings import Site, load_site
from consentry.app.starting import tell_start, touchpoint_models
from consentry.backends.group_keys import read_group_public
from consentry.backends.pass_register import PassRegister
from consentry.cli.screen_document import Ways, lay
from consentry.cli.screen_print import Prompts, show
from consentry.consent.profile import Construction, Profile
from consentry.consent.receipt import SignedReceipt
from consentry.consent.receipt_record import LONGEST
from consentry.core.errors import RefusedError, StorageError
from consentry.touchpoints.egate_parts import LIMIT_S, MINIMUM_AGE, GateRules

EXIT_REFER = 3
"""The document or the face was not clear; the reasons are told, and nothing is kept."""
_SIMULATED = "[yellow]the document is SIMULATED; the log says so. For demonstrations and tests only.[/]"
_LETTERS = 64
"""Letters of an issuer's name in a pass."""
_SAID = {
    Construction.PASS: "enrolled: the pass is with you alone; show its code at the touchpoints",
    Construction.SEALED_REFERENCE: "enrolled: the key is with you alone; without it nobody opens your reference",
    Construction.GALLERY: "enrolled in the gallery of your journey; it ends with it",
}


def enrol(
    settings: Annotated[Path, typer.Argument(help="The site's settings.")],
    *,
    receipt: Annotated[Path, typer.Option(help="The traveller's signed receipt, as the kiosk wrote it.")],
    live: Annotated[str, typer.Option(help="The camera: rtsp://, /dev/video0, a clip, a folder of pictures.")],
    out: Annotated[Path, typer.Option(help="Folder for what the traveller takes along.")],
    chip: Annotated[
        Path | None, typer.Option(help="Folder with files of a chip; it may be a copy, so it refers.")
    ] = None,
    reader: Annotated[bool, typer.Option("--reader", help="Read the chip that lies on the PC/SC reader.")] = False,
    simulated: Annotated[
        Path | None,
        typer.Option(help="A picture of a face: lays a SIMULATED passport with it on the reader; the log says so."),
    ] = None,
    mrz: Annotated[
        Path | None, typer.Option(help="The printed zone, a picture or its lines in a .txt file; it opens the chip.")
    ] = None,
    can: Annotated[str | None, typer.Option(help="Card access number, for --reader.")] = None,
    trust: Annotated[Path | None, typer.Option(help="Folder of trusted certificates, for --chip and --reader.")] = None,
    keys: Annotated[
        Path, typer.Option(help="Folder with receipts.key, log.key, vault.key, and touchpoints.pub for passes.")
    ] = Path("keys"),
    state: Annotated[Path, typer.Option(help="Folder for the vault, the log and the register.")] = Path("state"),
    confirmed_by: Annotated[
        list[str] | None, typer.Option("--confirmed-by", help="Name of a member of staff; a gallery needs two.")
    ] = None,
    fmr: Annotated[
        float | None, typer.Option(help="Highest false match rate; the lowest that was calibrated if not told.")
    ] = None,
    calibration: Annotated[
        Path | None, typer.Option(help="A calibration of your own: consentry face calibrate.", dir_okay=False)
    ] = None,
    embedder: Annotated[str | None, typer.Option(help="Which network makes templates: see consentry models.")] = None,
    minimum_age: Annotated[
        int, typer.Option(min=0, max=120, help="Age, years, at which the programme begins.")
    ] = MINIMUM_AGE,
    limit: Annotated[float, typer.Option(min=1, max=600, help="Seconds for the live face.")] = LIMIT_S,
    name: Annotated[str, typer.Option(help="Of this station, in the log.")] = "enrolment",
    pictures: Annotated[str, typer.Option(help="Kind of the QR code's file: svg or png.")] = "svg",
    language: Annotated[str, typer.Option(help="Of the sentences for the traveller: en or ko.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="What came of it as one JSON object.")] = False,
) -> None:
    """Enrol one traveller: consent, genuine document, live face against its portrait. A photograph alone never does.

    Under profile wallet a pass comes out, under sealed a key, under gallery an entry that ends with the journey.

    Example: consentry enrol site.toml --receipt papers/0123abcd.receipt --reader --mrz page.jpg --trust trust \
--live /dev/video0 --out papers

    Exit codes: 0 enrolled, 3 referred and nothing is kept, 1 refused or it could not be done, 2 not understood.
    """
    ways = Ways(chip, simulated, mrz, can, trust, reader=reader)
    ways.check()
    for value, known, option in ((pictures, ("svg", "png"), "--pictures"), (language, ("en", "ko"), "--language")):
        if value not in known:
            raise typer.BadParameter(f"expected {' or '.join(known)}, came {value!r}", param_hint=option)
    site, signed = load_site(settings), _receipt(receipt)
    files = ConsentFiles(keys, state)
    prepare()
    words = Console(stderr=True, soft_wrap=True)
    if simulated is not None:
        words.print(_SIMULATED)
    rules = GateRules(name, minimum_age=minimum_age, limit_s=limit)
    wishes = GateWishes(live, rules, fmr, calibration, embedder)
    with files.vault() as vault:
        store, now = files.store(), time.time()
        clear_due(vault, store, files.open_log, now)
        tell_start(site, files.open_log, state / "started.json", now, touchpoint_models(embedder))
        making = Making(vault, store, PassRegister(state / "passes"), _issuer(site, files, keys))
        station = Enrolment(
            installation_of(site, tuple(confirmed_by or ())), vault, store, files.open_log,
            (files.receipt_key.verifier,), making, time.time,
        )  # fmt: skip
        done = station.enrol(
            signed,
            lambda: lay(ways, time.time()),
            wishes,
            (Prompts(words, language),),
            simulated=simulated is not None,
        )
        receipt_id = signed.verified((files.receipt_key.verifier,)).id
        paths = {} if done.made is None else write_carried(done.made, receipt_id, out, pictures)
    _show(done, paths, as_json=as_json)
    raise typer.Exit(0 if done.made is not None else EXIT_REFER)


def _issuer(site: Site, files: ConsentFiles, keys: Path) -> Issuer:
    if site.consent is None:
        raise RefusedError("nobody can be enrolled here: the settings need [consent]", "settings")
    group = read_group_public(keys / "touchpoints.pub") if site.profile == Profile.WALLET else None
    return Issuer(site.consent.controller[:_LETTERS], site.consent.airport, files.receipt_key, group)


def _receipt(path: Path) -> SignedReceipt:
    try:
        with path.open("rb") as file:
            return SignedReceipt.parse(file.read(2 * LONGEST))
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}") from error


def _show(done: Enrolled, paths: dict[str, Path], *, as_json: bool) -> None:
    screening, made = done.screening, done.made
    if as_json:
        found = {
            "enrolled": made is not None,
            "made": None if made is None else made.construction.value,
            "until": None if made is None else made.until,
            "why": sentence(screening) if made is None else _SAID[made.construction],
            "reasons": [reason.value for reason in screening.reasons],
            "findings": [told(finding) for finding in screening.findings],
            "files": {kind: str(path) for kind, path in paths.items()},
        }
        typer.echo(json.dumps(found, indent=2))
        return
    show(screening, "an enrolment", Console(soft_wrap=True))
    typer.echo("not enrolled; nothing is kept" if made is None else _SAID[made.construction])
    for path in paths.values():
        typer.echo(str(path))
