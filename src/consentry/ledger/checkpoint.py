"""A log's head: its name, its size, its root, signed (C2SP tlog-checkpoint v1.0.0)."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Self

from consentry.core.errors import MalformedError
from consentry.ledger.merkle import SIZE

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself at one moment."""

    origin: str
    """The log's name."""
    size: int
    """Entries."""
    root: bytes
    """32 bytes."""
    extension: tuple[str, ...] = ()
    """Further lines, of which nothing is understood."""

    @property
    def text(self) -> str:
        """As it is signed.

        >>> print(Checkpoint("airport.example/log", 7, bytes(32)).text, end="")
        airport.example/log
        7
        AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
        """
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extension)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a note.

        Raises:
            MalformedError: it is no checkpoint.
        """
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise MalformedError("expected a checkpoint: a name, a size and a root, each on a line")
        if not _NUMBER.fullmatch(lines[1]):
            raise MalformedError("line 2 of a checkpoint: expected a size in decimal without leading zeros")
        try:
            root = base64.b64decode(lines[2], validate=True)
        except binascii.Error as error:
            raise MalformedError("line 3 of a checkpoint: expected a root in base64") from error
        if len(root) != SIZE:
            raise MalformedError(f"line 3 of a checkpoint: expected a root of {SIZE} bytes, came {len(root)}")
        return cls(lines[0], int(lines[1]), root, tuple(lines[3:-1]))
