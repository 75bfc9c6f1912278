"""Whom one believes: logs, witnesses, and how many of them must agree (C2SP tlog-policy)."""

import re
from dataclasses import dataclass, field

from consentry.core.errors import MalformedError, ProofError
from consentry.ledger.checkpoint import Checkpoint
from consentry.ledger.note import Kind, Note, VerifierKey

_NONE = "none"
LONGEST = 1_000_000
"""bytes of a policy."""
_DECIMAL = re.compile(r"[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class Group:
    """So many of these must have seen a checkpoint."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A checkpoint that a policy accepts, and who saw it."""

    checkpoint: Checkpoint
    log: VerifierKey
    witnesses: tuple[tuple[str, int], ...]
    """Names in the policy, and when they saw it, s since 1970 (0: not said)."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as read."""

    logs: tuple[VerifierKey, ...]
    witnesses: dict[str, VerifierKey] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str = _NONE

    def accept(self, note: Note) -> Seen:
        """Check a checkpoint: signed by a log of the policy, seen by its quorum.

        Raises:
            MalformedError: the note is no checkpoint.
            ProofError: nobody known signed it, a known signature is wrong, or too few witnesses saw it.
        """
        head = Checkpoint.parse(note.text)
        log = next((one for one in self.logs if one.name == head.origin and note.by(one)), None)
        if log is None:
            known = ", ".join(one.name for one in self.logs)
            raise ProofError(f"expected a checkpoint signed by {known or 'a log of the policy'}, came {head.origin}")
        seen = [(name, note.by(key)) for name, key in self.witnesses.items()]
        witnesses = {name: signature.at for name, signature in seen if signature is not None}
        if not self._agreed(self.quorum, frozenset(witnesses)):
            raise ProofError(
                f"expected the quorum {self.quorum}, came {len(witnesses)} of {len(self.witnesses)} witnesses"
                f" ({', '.join(sorted(witnesses)) or 'none'})"
            )
        return Seen(head, log, tuple(sorted(witnesses.items())))

    def _agreed(self, name: str, seen: frozenset[str]) -> bool:
        if name == _NONE:
            return True
        group = self.groups.get(name)
        if group is None:
            return name in seen
        return sum(self._agreed(member, seen) for member in group.members) >= group.threshold


def read_policy(content: bytes | str) -> Policy:
    """Read a policy file.

    Raises:
        MalformedError: with the line.
    """
    text = content if isinstance(content, str) else content.decode(errors="surrogateescape")
    if len(text) > LONGEST:
        raise MalformedError(f"expected a policy of at most {LONGEST} bytes, came {len(text)}")
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), 1):
        words = line.strip(" \t").split()
        if words and not words[0].startswith("#"):
            try:
                reader.take(words)
            except MalformedError as error:
                raise MalformedError(f"line {number} of the policy: {error}") from error
    if reader.quorum is None:
        raise MalformedError("expected one line 'quorum NAME' or 'quorum none' in the policy, came none")
    return Policy(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum)


class _Reader:
    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, VerifierKey] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self._used: set[str] = set()

    def take(self, words: list[str]) -> None:
        """One line."""
        known = {"log": self._log, "witness": self._witness, "group": self._group, "quorum": self._quorum}
        if words[0] not in known:
            raise MalformedError(f"expected one of {', '.join(known)}, came another word")
        known[words[0]](words[1:])

    def _log(self, words: list[str]) -> None:
        if len(words) not in (1, 2):
            raise MalformedError("expected log VKEY [URL]")
        key = VerifierKey.parse(words[0])
        if key.kind is not Kind.ED25519:
            raise MalformedError(f"expected the key of a log (kind 1), came kind {int(key.kind)}")
        if any(key.public == one.public for one in self.logs):
            raise MalformedError("the same log twice")
        self.logs.append(key)

    def _witness(self, words: list[str]) -> None:
        if len(words) not in (2, 3):
            raise MalformedError("expected witness NAME VKEY [URL]")
        key = VerifierKey.parse(words[1])
        if key.kind is Kind.ED25519:
            raise MalformedError("expected the key of a witness (kind 4 or 6), came kind 1")
        if any(key.public == one.public for one in self.witnesses.values()):
            raise MalformedError("the same witness twice")
        self._new(words[0])
        self.witnesses[words[0]] = key

    def _group(self, words: list[str]) -> None:
        if len(words) < 3:
            raise MalformedError("expected group NAME all|any|COUNT MEMBER...")
        name, wanted, members = words[0], words[1], tuple(words[2:])
        self._new(name)
        for member in members:
            self._defined(member)
            if member in self._used:
                raise MalformedError(f"{member} is a member already; it may count once")
            self._used.add(member)
        counts = {"all": len(members), "any": 1}
        threshold = counts.get(wanted) or (int(wanted) if _DECIMAL.fullmatch(wanted) else 0)
        if not 1 <= threshold <= len(members):
            raise MalformedError(f"expected all, any or a number of 1-{len(members)}")
        self.groups[name] = Group(threshold, members)

    def _quorum(self, words: list[str]) -> None:
        if len(words) != 1 or self.quorum is not None:
            raise MalformedError("expected one quorum NAME in the whole file")
        if words[0] != _NONE:
            self._defined(words[0])
        self.quorum = words[0]

    def _new(self, name: str) -> None:
        if name == _NONE or name in self.witnesses or name in self.groups:
            raise MalformedError(f"the name {name} is taken")

    def _defined(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise MalformedError(f"expected a name defined above, came {name}")
