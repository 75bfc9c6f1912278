"""The transparency log: durable entries a second beside bare fsync, opening, publishing, and the size of a proof."""

import os
import platform
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from consentry.backends.log_file import LogFile
from consentry.backends.log_publish import publish
from consentry.ledger.checkpoint import Checkpoint
from consentry.ledger.entry import Entry, Kind
from consentry.ledger.merkle import inclusion_proof, leaf_hash
from consentry.ledger.note import Kind as Signs
from consentry.ledger.note import Note, SigningKey
from consentry.ledger.proof import LoggedProof

_KEY = SigningKey.new("airport.example/log", Signs.ED25519)


def told(number: int) -> Entry:
    """An entry as a receipt makes it."""
    commitment = number.to_bytes(32, "big")
    return Entry(Kind.RECEIPT, 1.8e9 + number, "boarding", "kiosk 3", commitment, {"notice": "2026-11"})


def main() -> None:
    """Print the figures."""
    print(f"{os.cpu_count()} cores, {platform.machine()}, {time.strftime('%Y-%m-%d')}")
    with TemporaryDirectory(dir=".") as folder:
        _durable(Path(folder))
        _large(Path(folder))
    for size in (1_000_000, 100_000_000):
        print(f"proof in a log of {size:,}: {len(_proof(size)):,} bytes, {_proof(size).count(chr(10)):,} lines")


def _durable(folder: Path) -> None:
    """One entry at a time, and in groups, beside a bare write and fsync of as many bytes."""
    log = LogFile(folder / "log", _KEY)
    size = len(told(0).to_bytes())
    for group in (1, 10, 100):
        ours, bare = [], []
        with (folder / "bare").open("wb", buffering=0) as file:
            for turn in range(100):
                entries = [told(turn * group + number) for number in range(group)]
                begin = time.perf_counter()
                log.extend(entries)
                ours.append(time.perf_counter() - begin)
                begin = time.perf_counter()
                file.write(bytes((size + 12) * group))
                os.fsync(file.fileno())
                bare.append(time.perf_counter() - begin)
        ratio = median(one / other for one, other in zip(ours, bare, strict=True))
        print(
            f"{group:4} at a time: {group / median(ours):10,.0f} durable entries/s, "
            f"{ratio:.2f} times a bare write and fsync ({median(ours) * 1e3:.2f} ms)"
        )
    log.close()


def _large(folder: Path) -> None:
    """A log of 200,000: filling, opening, publishing, adding to what is published."""
    log = LogFile(folder / "large", _KEY)
    count = 200_000
    begin = time.perf_counter()
    for first in range(0, count, 1000):
        log.extend(told(number) for number in range(first, first + 1000))
    filled = time.perf_counter() - begin
    begin = time.perf_counter()
    files = publish(log, folder / "www").files
    published = time.perf_counter() - begin
    log.append(told(count))
    begin = time.perf_counter()
    publish(log, folder / "www")
    again = time.perf_counter() - begin
    log.close()
    begin = time.perf_counter()
    opened = LogFile(folder / "large", _KEY)
    print(
        f"{count:,} entries: filled in {filled:.1f} s, opened in {time.perf_counter() - begin:.1f} s, "
        f"published in {published:.1f} s ({files} files), one more in {again * 1e3:.0f} ms"
    )
    opened.close()


def _proof(size: int) -> str:
    """A proof's file in a log of that size; the hashes themselves do not matter for its length."""
    siblings = inclusion_proof(size // 3, size, lambda level, number: leaf_hash(f"{level} {number}".encode()))
    head = Checkpoint(_KEY.name, size, bytes(32))
    return str(LoggedProof(size // 3, siblings, Note(head.text, ()).signed(_KEY)))


if __name__ == "__main__":
    main()
