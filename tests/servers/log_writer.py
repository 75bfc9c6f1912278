"""Append entries to a log until killed; print each index once it is acknowledged, and sign a head now and then.

usage: log_writer.py FOLDER PRIVATE_KEY_HEX FIRST
"""

import sys
from itertools import count
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consentry.backends.log_file import LogFile
from consentry.ledger.entry import Entry, Kind
from consentry.ledger.note import Kind as Signs
from consentry.ledger.note import SigningKey


def main() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(sys.argv[2]))
    log = LogFile(Path(sys.argv[1]), SigningKey("airport.example/log", Signs.ED25519, private))
    for number in count(int(sys.argv[3])):
        index = log.append(Entry(Kind.COMPARISONS, float(number), facts={"count": number}))
        sys.stdout.write(f"{index} {number}\n")
        if number % 7 == 0:
            sys.stdout.write(
                f"signed {log.checkpoint().text.splitlines()[1]} {log.checkpoint().text.splitlines()[2]}\n"
            )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
