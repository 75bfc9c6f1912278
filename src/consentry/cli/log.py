"""``consentry log``: keep the transparency log, publish it, and witness somebody else's."""

import json
import time
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from consentry.backends.key_files import read_key, write_key
from consentry.backends.log_file import LogFile
from consentry.backends.log_publish import publish
from consentry.backends.witness_client import WitnessClient
from consentry.backends.witness_server import WitnessKeeper, WitnessServer
from consentry.core.errors import BackendError, ConsentryError, StorageError
from consentry.ledger.note import Kind, SigningKey, VerifierKey

log_group = typer.Typer(no_args_is_help=True, help="The transparency log: publish it, prove from it, witness another.")

KeyFile = Annotated[Path, typer.Option("--key", help="The private key's file (consentry log keygen).")]
Folder = Annotated[Path, typer.Argument(help="The log's folder.")]


class KeyKind(StrEnum):
    """What a key is for."""

    LOG = "log"
    WITNESS = "witness"
    WITNESS_PQ = "witness-ml-dsa-44"


_KINDS = {
    KeyKind.LOG: Kind.ED25519,
    KeyKind.WITNESS: Kind.COSIGNATURE,
    KeyKind.WITNESS_PQ: Kind.COSIGNATURE_ML_DSA_44,
}


@log_group.command()
def keygen(
    name: Annotated[str, typer.Argument(help="Such as airport.example/log: an address without its scheme.")],
    out: Annotated[Path, typer.Option("--out", help="File for the private key; its readers can sign.")],
    kind: Annotated[KeyKind, typer.Option(help="What it is for.")] = KeyKind.LOG,
) -> None:
    """Make a key. The private part goes to a file that only you can read; the public part is printed for others.

    Example: consentry log keygen airport.example/log --out log.key

    Exit codes: 0 made, 1 the file is there already or cannot be written, 2 not understood.
    """
    key = SigningKey.new(name, _KINDS[kind])
    write_key(out, key)
    typer.echo(str(key.verifier))


@log_group.command("publish")
def publish_log(
    folder: Folder,
    out: Annotated[Path, typer.Argument(help="Folder that a web server serves.")],
    key: KeyFile,
    witness: Annotated[
        list[str] | None, typer.Option(help="ADDRESS=VKEY of a witness that is asked to sign; several times.")
    ] = None,
) -> None:
    """Write what is new of the log as plain files (C2SP tlog-tiles), signed and witnessed.

    Example: consentry log publish log /srv/www/log --key log.key --witness https://ngo.example/w=ngo.example/w+1a2b...

    Exit codes: 0 published, 1 not, or a witness did not sign, 2 not understood.
    """
    witnesses = [_witness(text) for text in witness or ()]
    log = LogFile(folder, read_key(key))
    try:
        done = publish(log, out, witnesses)
    finally:
        log.close()
    typer.echo(f"{log.size()} entries, {done.files} files written, {len(done.note.signatures)} signatures: {out}")
    if done.missing:
        raise ConsentryError("\n".join(["published, but not every witness signed", *done.missing]))


@log_group.command()
def show(
    folder: Folder,
    key: KeyFile,
    last: Annotated[int, typer.Option(help="How many of the newest entries.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show the newest entries.

    Exit codes: 0 shown, 1 the log cannot be opened, 2 not understood.
    """
    log = LogFile(folder, read_key(key))
    try:
        size = log.size()
        for index in range(max(0, size - last), size):
            entry = log.entry(index)
            if as_json:
                typer.echo(json.dumps({"index": index} | json.loads(entry.to_bytes())))
                continue
            at = datetime.fromtimestamp(entry.at, UTC).strftime("%Y-%m-%d %H:%M:%S")
            facts = ", ".join(f"{name} {value}" for name, value in sorted(entry.facts.items()))
            typer.echo(f"{index:8} {at} {entry.kind.value:13} {entry.touchpoint} {entry.purpose} {facts}".rstrip())
    finally:
        log.close()


@log_group.command()
def prove(
    folder: Folder,
    index: Annotated[int, typer.Argument(help="Of the entry.")],
    key: KeyFile,
    out: Annotated[Path, typer.Option("--out", help="FILE.tlog-proof; the entry goes to FILE.entry beside it.")],
) -> None:
    """Write a proof that an entry is in the log: checked offline, years later, by anybody.

    Exit codes: 0 written, 1 there is no such entry or it cannot be written, 2 not understood.
    """
    log = LogFile(folder, read_key(key))
    try:
        proof, entry = str(log.proof(index)), log.raw(index)
    finally:
        log.close()
    beside = out.with_suffix(".entry")
    try:
        out.write_text(proof)
        beside.write_bytes(entry)
    except OSError as error:
        raise StorageError(f"{out} could not be written: {error.strerror}") from error
    typer.echo(f"consentry verify {out} --policy POLICY --entry {beside}")


@log_group.command()
def witness(
    log: Annotated[list[str], typer.Argument(help="VKEY of each log that is watched.")],
    key: KeyFile,
    state: Annotated[Path, typer.Option("--state", help="Folder for what was signed: never lose it.")],
    listen: Annotated[str, typer.Option(help="HOST:PORT.")] = "127.0.0.1:8089",
) -> None:
    """Run a witness: sign the heads of others' logs, as long as they continue what was signed before.

    Exit codes: 0 ended by Ctrl-C, 1 it could not run, 2 not understood.
    """
    host, _, port = listen.rpartition(":")
    if not port.isdecimal() or not host:
        raise typer.BadParameter("expected HOST:PORT", param_hint="--listen")
    keeper = WitnessKeeper(state, read_key(key), [VerifierKey.parse(one) for one in log], time.time)
    try:
        server = WitnessServer(keeper, host, int(port))
    except OSError as error:
        raise BackendError(f"cannot listen at {listen}: {error.strerror}") from error
    typer.echo(f"witness listens at http://{host}:{server.server_port}", err=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


def _witness(text: str) -> WitnessClient:
    address, gap, key = text.partition("=")
    if not gap or not address.startswith(("http://", "https://")):
        raise typer.BadParameter("expected ADDRESS=VKEY", param_hint="--witness")
    return WitnessClient(address, VerifierKey.parse(key))
