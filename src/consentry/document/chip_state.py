"""What a session with a chip knows so far, and what it may do."""

from dataclasses import dataclass, field

from consentry.document.checks import Check, Outcome
from consentry.document.chip_channel import Channel
from consentry.document.chip_files import File, Progress, block_size, read_file
from consentry.document.key_agreement import Random
from consentry.document.security_infos import NOTHING, SecurityInfos


@dataclass(frozen=True, slots=True)
class Policy:
    """What a session may do."""

    groups: frozenset[int] = frozenset({1, 2, 5, 7, 11, 12, 13, 14, 15, 16})
    """Data groups to read. Fingers and irises (3, 4) need another right, and are never asked for."""
    bac_although_pace_failed: bool = False
    """Take the weaker way when the stronger one failed. The failure stays on record either way."""
    chip_authentication: bool = True
    active_authentication: bool = True


@dataclass(slots=True, repr=False)
class SessionState:
    """One session."""

    channel: Channel
    random: Random
    policy: Policy
    progress: Progress | None
    checks: list[Check] = field(default_factory=list)
    com: bytes | None = None
    sod: bytes | None = None
    groups: dict[int, bytes] = field(default_factory=dict)
    card_access: bytes | None = None
    card_security: bytes | None = None
    offered: SecurityInfos = NOTHING
    """By EF.CardAccess: anybody can have written it."""
    signed: SecurityInfos | None = None
    """By data group 14, as far as passive authentication finds it signed; None: not there, or not readable."""
    secured: SecurityInfos | None = None
    """By EF.CardSecurity, likewise."""
    block: int = block_size(None)
    """bytes to read with one command."""

    def tell(self, name: str, outcome: Outcome, why: str, clause: str) -> None:
        """Put a check on record."""
        self.checks.append(Check(name, outcome, why, clause))

    def read(self, file: File) -> bytes | None:
        """Read a file of the directory at hand; None: there is none.

        Raises:
            as ``chip_files.read_file``.
        """
        return read_file(self.channel, file, self.block, self.progress)
