"""``consentry desk``: a traveller sees what is held on him, says "that was not me", and withdraws."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer

from consentry.app.kiosk_files import ConsentFiles
from consentry.app.kiosk_retention import clear_due
from consentry.app.privacy_desk import LoggedDeed, PrivacyDesk
from consentry.app.settings import Site, load_site
from consentry.backends.document_pictures import read_picture
from consentry.backends.pass_register import PassRegister
from consentry.backends.qr import read_qr
from consentry.backends.vault_disk import put
from consentry.consent.receipt_code import TravellerCode
from consentry.consent.retention import Hold
from consentry.consent.words import Language
from consentry.core.errors import MalformedError, StorageError

desk_group = typer.Typer(no_args_is_help=True, help="The privacy desk: see, correct, withdraw; legal holds.")

Settings = Annotated[Path, typer.Argument(help="The site's settings.")]
Code = Annotated[str, typer.Option("--code", help="The traveller's code, a picture of it (png, jpg), or - to type it.")]
Keys = Annotated[Path, typer.Option(help="Folder with receipts.key, log.key and vault.key.")]
State = Annotated[Path, typer.Option(help="Folder for the vault and the log.")]
By = Annotated[list[str], typer.Option("--by", help="Name of a member of staff who confirms; two are needed.")]
_KEYS, _STATE = Path("keys"), Path("state")
_PICTURES = {".png", ".jpg", ".jpeg", ".webp"}


@desk_group.command()
def show(
    settings: Settings,
    code: Code,
    keys: Keys = _KEYS,
    state: State = _STATE,
    language: Annotated[Language, typer.Option(help="Of the words.")] = Language.EN,
) -> None:
    """Show everything held on who shows this code. That it was shown is logged.

    Example: consentry desk show site.toml --code papers/0123abcd.code.png

    Exit codes: 0 shown, 1 the code opens nothing here, 2 not understood.
    """
    mine, site = _code(code), load_site(settings)
    with _desk(keys, state) as desk:
        typer.echo(desk.show(mine, language, site.timezone))


@desk_group.command()
def correct(
    settings: Settings,
    code: Code,
    passage: Annotated[str, typer.Option(help="Number of the passage, as `desk show` tells it.")],
    keys: Keys = _KEYS,
    state: State = _STATE,
    out: Annotated[Path | None, typer.Option(help="Folder for the proof that it was logged.")] = None,
) -> None:
    """Mark a passage: that was not me. It stays, contested, so that the mistake can be looked into.

    Exit codes: 0 marked, 1 there is no such passage, 2 not understood.
    """
    mine, _ = _code(code), _checked(settings)
    with _desk(keys, state) as desk:
        deed = desk.correct(mine, passage)
    typer.echo("marked as contested; staff will look into it")
    _papers(deed, out, mine, "correction")


@desk_group.command()
def withdraw(
    settings: Settings,
    code: Code,
    keys: Keys = _KEYS,
    state: State = _STATE,
    out: Annotated[Path | None, typer.Option(help="Folder for the proof that it was erased.")] = None,
) -> None:
    """Withdraw: the key is destroyed, what is held is gone, and the traveller gets a proof of it.

    Example: consentry desk withdraw site.toml --code papers/0123abcd.code.png --out papers

    Exit codes: 0 withdrawn, 1 the code opens nothing here, 2 not understood.
    """
    mine, _ = _code(code), _checked(settings)
    with _desk(keys, state) as desk:
        done = desk.withdraw(mine)
        left = desk.opens(mine)
    if done.erasure is None:
        typer.echo(f"withdrawn; a legal hold keeps {', '.join(done.kept) or 'nothing'} until it is lifted")
        return
    rest = f", but {'; '.join(left)}" if left else " and nothing opens any more"
    typer.echo(f"withdrawn; the key is destroyed{rest}")
    _papers(done.erasure, out, mine, "erasure")


@desk_group.command()
def opens(settings: Settings, code: Code, keys: Keys = _KEYS, state: State = _STATE) -> None:
    """Try everything that this code could open: after a withdrawal, nothing does.

    Exit codes: 0 nothing opens, 1 it could not be tried, 2 not understood, 3 something opens.
    """
    mine, _ = _code(code), _checked(settings)
    with _desk(keys, state) as desk:
        found = desk.opens(mine)
    typer.echo("\n".join(found) or "nothing opens")
    if found:
        raise typer.Exit(3)


@desk_group.command()
def hold(
    settings: Settings,
    receipt: Annotated[str, typer.Option(help="Number of the receipt.")],
    reason: Annotated[str, typer.Option(help="Claim or order; the traveller is told.")],
    by: By,
    keys: Keys = _KEYS,
    state: State = _STATE,
) -> None:
    """Keep what was done under a receipt beyond its time: receipt, journey and passages, never a face.

    Exit codes: 0 held, 1 fewer than two persons confirmed it, 2 not understood.
    """
    _checked(settings)
    with _desk(keys, state) as desk:
        desk.hold(Hold(receipt, reason, tuple(by), int(time.time())))
    typer.echo("held")


@desk_group.command()
def lift(
    settings: Settings,
    receipt: Annotated[str, typer.Option(help="Number of the receipt.")],
    by: By,
    keys: Keys = _KEYS,
    state: State = _STATE,
) -> None:
    """End a legal hold; what a withdrawal had to leave goes now.

    Exit codes: 0 ended, or there was none, 1 fewer than two persons confirmed it, 2 not understood.
    """
    _checked(settings)
    with _desk(keys, state) as desk:
        typer.echo("ended" if desk.lift(receipt, tuple(by)) else "there was no hold on this receipt")


@desk_group.command()
def clear(settings: Settings, keys: Keys = _KEYS, state: State = _STATE) -> None:
    """Erase what has ended, now; kiosk and touchpoints also do it whenever they start.

    Exit codes: 0 done, 1 a disk did not do it, 2 not understood.
    """
    _checked(settings)
    files = ConsentFiles(keys, state)
    with files.vault() as vault:
        done = clear_due(vault, files.store(), files.open_log, time.time())
    held = f", {len(done.held_back)} kept by legal holds" if done.held_back else ""
    typer.echo(f"{done.items} items and {len(done.keys)} keys gone{held}; the latest was {done.late:.0f} s overdue")


@desk_group.command("list")
def revoked_list(
    settings: Settings,
    out: Annotated[Path, typer.Option("--out", help="File for the signed list of withdrawn passes.")],
    keys: Keys = _KEYS,
    state: State = _STATE,
) -> None:
    """Sign the list of withdrawn passes, to be carried to gates: each takes a list of at most a day.

    Exit codes: 0 written, 1 it could not be, 2 not understood.
    """
    _checked(settings)
    files = ConsentFiles(keys, state)
    content = PassRegister(state / "passes").signed_list(time.time(), files.receipt_key)
    _write(out, content)
    typer.echo(f"{len(content)} bytes: {out}")


@contextmanager
def _desk(keys: Path, state: Path) -> Iterator[PrivacyDesk]:
    files = ConsentFiles(keys, state)
    with files.vault() as vault:
        yield PrivacyDesk(
            vault,
            files.store(),
            PassRegister(state / "passes"),
            files.open_log,
            (files.receipt_key.verifier,),
            time.time,
        )


def _checked(settings: Path) -> Site:
    """The settings, so that a desk does not work for a site whose settings are wrong."""
    return load_site(settings)


def _code(text: str) -> TravellerCode:
    """The code as typed, from a picture, or from standard input, where no list of processes shows it."""
    if text == "-":
        return TravellerCode.parse(sys.stdin.readline())
    path = Path(text)
    if path.suffix.lower() not in _PICTURES:
        return TravellerCode.parse(text)
    for found in read_qr(read_picture(path)):
        with suppress(MalformedError):
            return TravellerCode.parse(found.decode("ascii", "replace"))
    raise MalformedError(f"{path}: expected the QR code of a receipt; is it sharp and whole?")


def _papers(deed: LoggedDeed, out: Path | None, code: TravellerCode, name: str) -> None:
    """What lets the traveller show later what was done; ``consentry verify`` takes it."""
    if out is None:
        return
    stem = f"{code.receipt_id[:8]}.{name}"
    for ending, content in (
        ("tlog-proof", str(deed.proof).encode()),
        ("entry", deed.entry.to_bytes()),
        ("record", deed.record),
    ):
        _write(out / f"{stem}.{ending}", content)
    typer.echo(
        f"consentry verify {out / stem}.tlog-proof --policy POLICY --entry {out / stem}.entry "
        f"--record {out / stem}.record --salt {code.salt.hex()}"
    )


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path, content, replace=True)
    except OSError as error:
        raise StorageError(f"{path} could not be written: {error.strerror}") from error
