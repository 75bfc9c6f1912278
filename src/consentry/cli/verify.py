"""Check a published log without trusting whoever published it: the ledger, this file, and nothing else of Consentry.

An outsider may copy ``consentry/ledger``, ``consentry/core/errors.py`` and this file, install ``cryptography``, and run
``python -m consentry.cli.verify``; ``consentry verify`` is the same.
"""

import argparse
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from consentry.core.errors import BackendError, ConsentryError, MalformedError, ProofError
from consentry.ledger.audit import audit, check_continues
from consentry.ledger.entry import Entry, commit
from consentry.ledger.note import LONGEST, Note
from consentry.ledger.policy import Policy, Seen, read_policy
from consentry.ledger.proof import LoggedProof
from consentry.ledger.tiles import LONGEST_ENTRY, WIDTH, Tile

_WAIT_S = 30.0
"""s for a web server to answer."""
_LARGEST = WIDTH * (LONGEST_ENTRY + 2)
"""bytes of the largest file of a log: a full bundle of the longest entries."""

Read = Callable[[str, int], bytes]
"""A path below the log's prefix, and the most bytes that it may have, to its content."""


def verify_log(where: str, policy: Policy, since: Path | None = None, *, entries: bool = True) -> dict[str, object]:
    """Check a published log: its head, every entry, and that it continues what was seen before.

    Args:
        where: folder or address of the log.
        policy: whom one believes.
        since: a checkpoint kept from earlier.
        entries: read every entry too.

    Returns:
        What was found, in plain values.

    Raises:
        ProofError: it is not to be believed.
        MalformedError: something is not what it must be.
        BackendError: it cannot be read.
    """
    read = reader(where)
    note = Note.parse(read("checkpoint", LONGEST))

    def fetch(tile: Tile) -> bytes:
        return read(tile.path, _LARGEST)

    found: dict[str, object] = {}
    if since is not None:
        old = Note.parse(_file(since, LONGEST))
        before, _ = check_continues(old, note, policy, fetch)
        found["continues"] = before.checkpoint.size
    if entries:
        told = audit(note, policy, fetch)
        found |= {"kinds": told.kinds, "first": _time(told.first), "last": _time(told.last)}
    return _head(policy.accept(note)) | found


def verify_proof(proof: Path, policy: Policy, entry: bytes) -> dict[str, object]:
    """Check offline that an entry was logged.

    Args:
        proof: the ``.tlog-proof`` file.
        policy: whom one believes.
        entry: the bytes of the entry.

    Raises:
        ProofError: it was not.
        MalformedError: a file is not what it must be.
        BackendError: a file cannot be read.
    """
    read = LoggedProof.parse(_file(proof, LONGEST))
    seen = read.check(entry, policy)
    told = Entry.parse(entry)
    return _head(seen) | {"index": read.index, "kind": told.kind.value, "at": _time(told.at)}


def verify_record(entry: bytes, salt: bytes, record: bytes) -> None:
    """Check that an entry stands for this very record.

    Raises:
        ProofError: it does not.
    """
    try:
        bound = commit(salt, record)
    except ValueError as error:
        raise ProofError(str(error)) from error
    if Entry.parse(entry).commitment != bound:
        raise ProofError("the entry stands for another record, or the salt is another one")


def reader(where: str) -> Read:
    """What reads a log's files from a folder or from a web server."""
    if where.startswith(("http://", "https://")):
        return lambda path, most: _web(f"{where.rstrip('/')}/{path}", most)
    return lambda path, most: _file(Path(where) / path, most)


def _web(address: str, most: int) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=_WAIT_S) as answer:  # noqa: S310 - http and https alone come here
            content: bytes = answer.read(most + 1)
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise BackendError(f"{address} cannot be read: {getattr(error, 'reason', type(error).__name__)}") from error
    return _sized(content, most, address)


def _file(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return _sized(file.read(most + 1), most, str(path))
    except OSError as error:
        raise BackendError(f"{path} cannot be read: {error.strerror}") from error


def _sized(content: bytes, most: int, where: str) -> bytes:
    if len(content) > most:
        raise MalformedError(f"{where}: expected at most {most} bytes")
    return content


def _head(seen: Seen) -> dict[str, object]:
    return {
        "log": seen.checkpoint.origin,
        "size": seen.checkpoint.size,
        "root": seen.checkpoint.root.hex(),
        "witnesses": {name: _time(at or None) for name, at in seen.witnesses},
    }


def _time(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def tell(found: dict[str, object]) -> str:
    """What was found, in lines for a person."""
    witnesses = found["witnesses"]
    assert isinstance(witnesses, dict)  # noqa: S101 - made above
    lines = [f"{found['log']}: {found['size']} entries, root {str(found['root'])[:16]}..."]
    lines += [f"  seen by {name} at {at or 'a time not said'}" for name, at in witnesses.items()]
    if not witnesses:
        lines.append("  no witness is asked for by this policy: the operator alone stands for it")
    if "continues" in found:
        lines.append(f"  continues the log of {found['continues']} entries that you had seen: nothing was changed")
    kinds = found.get("kinds")
    if isinstance(kinds, dict):
        lines.append(f"  every entry read, from {found['first']} to {found['last']}:")
        lines += [f"  {count:8} {kind}" for kind, count in sorted(kinds.items())]
    if "index" in found:
        lines.append(f"  entry {found['index']} is in it: {found['kind']} at {found['at']}")
    return "\n".join(lines)


def read_policy_file(path: Path) -> Policy:
    """A policy from a file.

    Raises:
        MalformedError: with the line.
        BackendError: it cannot be read.
    """
    return read_policy(_file(path, LONGEST))


def main(words: list[str] | None = None) -> int:
    """The command by itself; 0 it holds, 1 it does not or could not be checked, 2 not understood."""
    parser = argparse.ArgumentParser(prog="consentry.cli.verify", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", help="folder or address of a log, or a .tlog-proof file")
    parser.add_argument("--policy", type=Path, required=True, help="whom you believe (C2SP tlog-policy)")
    parser.add_argument("--since", type=Path, help="checkpoint that you kept from earlier")
    parser.add_argument("--entry", type=Path, help="the entry that a proof is of")
    parser.add_argument("--record", type=Path, help="the record that the entry stands for, with --salt")
    parser.add_argument("--salt", help="64 hexadecimal digits")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(words)
    try:
        found = run(asked.what, asked.policy, asked.since, asked.entry, asked.record, asked.salt)
    except ConsentryError as error:
        sys.stderr.write(f"does not hold: {error}\n")
        return 1
    sys.stdout.write((json.dumps(found, indent=2) if asked.json else tell(found)) + "\n")
    return 0


def run(
    what: str, policy: Path, since: Path | None, entry: Path | None, record: Path | None, salt: str | None
) -> dict[str, object]:
    """Check a log, or with ``entry`` a proof, and with ``record`` and ``salt`` what the entry stands for."""
    believed = read_policy_file(policy)
    if entry is None:
        return verify_log(what, believed, since)
    content = _file(entry, LONGEST_ENTRY)
    found = verify_proof(Path(what), believed, content)
    if record is not None:
        try:
            given = bytes.fromhex(salt or "")
        except ValueError as error:
            raise MalformedError("expected --salt as 64 hexadecimal digits") from error
        verify_record(content, given, _file(record, LONGEST))
        found["record"] = "is the one that was logged"
    return found


if __name__ == "__main__":
    raise SystemExit(main())
