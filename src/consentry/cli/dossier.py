"""``consentry dossier``: the files that a regulator asks for, made from what is set, logged and measured."""

import json
import time
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from consentry.app.dossier import Sources, Written, gather, read_facts, write_dossier
from consentry.app.dossier.facts_accuracy import read_evaluation
from consentry.app.dossier.facts_log import count
from consentry.app.settings import load_site
from consentry.backends.key_files import read_key
from consentry.backends.log_file import LogFile
from consentry.consent.words import Language
from consentry.core.errors import StorageError


def dossier(
    settings: Annotated[Path, typer.Argument(help="The site's settings.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the files; one without a dossier in it.")],
    log: Annotated[Path | None, typer.Option(help="The log's folder: it is counted, and told of the dossier.")] = None,
    key: Annotated[Path | None, typer.Option(help="The log's private key (consentry log keygen).")] = None,
    accuracy: Annotated[
        Path | None, typer.Option(help="What consentry evaluate faces --json wrote.", dir_okay=False)
    ] = None,
    since: Annotated[Path | None, typer.Option(help="Folder of the last dossier, to tell what changed.")] = None,
    language: Annotated[Language, typer.Option(help="Of the files.")] = Language.EN,
    as_json: Annotated[bool, typer.Option("--json", help="Files, hashes and open questions as one object.")] = False,
) -> None:
    """Write the impact assessment (GDPR Art. 35), the record of processing (Art. 30) and the AI Act's technical file.

    Each fact names where it comes from. What nothing at hand answers is listed as open; nothing is made up.

    Example: consentry dossier site.toml --out dossier-2026-12 --log state/log --key keys/log.key --accuracy faces.json

    Exit codes: 0 written, 1 it could not be, 2 the command line was not understood.
    """
    if (log is None) != (key is None):
        raise typer.BadParameter("expected both or neither of --log and --key", param_hint="--log")
    site, at = load_site(settings), time.time()
    old = None if since is None else read_facts(since)
    measured = None if accuracy is None else read_evaluation(accuracy)
    if log is None or key is None:
        written = write_dossier(gather(Sources(site, settings, at, None, measured)), old, out, site.timezone, language)
        _show(written, out, None, as_json=as_json)
        return
    if not (log / "entries").is_file():
        raise StorageError(f"{log} holds no log; expected the folder that --state names, with /log behind it")
    with closing(LogFile(log, read_key(key))) as opened:
        facts = gather(Sources(site, settings, at, count(opened), measured))
        written = write_dossier(facts, old, out, site.timezone, language)
        index = opened.append(written.entry(at))
        opened.checkpoint()
    _show(written, out, index, as_json=as_json)


def _show(written: Written, out: Path, index: int | None, *, as_json: bool) -> None:
    if as_json:
        told = {"folder": str(out), "files": dict(written.hashes), "open": dict(written.open_counts), "index": index}
        typer.echo(json.dumps(told, indent=2))
        return
    for name, asked in written.open_counts.items():
        typer.echo(f"{out / name}.html and .md: {asked} open questions")
    where = "no log was given, so none was told of it" if index is None else f"the log was told: entry {index}"
    typer.echo(where)
