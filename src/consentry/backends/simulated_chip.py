"""What a simulated chip is made of, and what its parts share."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from consentry.backends.simulated_chip_faults import Faults, Part, Step
from consentry.document.apdu import OK, Response
from consentry.document.key_agreement import Group, Random
from consentry.document.key_derivation import CanKey, MrzKey
from consentry.document.secure_messaging import SessionKeys

ActiveKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class RefusedError(Exception):
    """A command is refused, with a status word. It never leaves the chip."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"{status:04X}")


@dataclass(frozen=True, slots=True, repr=False)
class StaticKey:
    """A private key for key agreement, for chip authentication or for PACE's mapping by it."""

    group: Group
    secret: int


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Personalisation:
    """What a state put into a chip."""

    files: Mapping[int, bytes]
    """Of the application, by file identifier: ``0x0101`` is data group 1."""
    master: Mapping[int, bytes] = field(default_factory=dict)
    """Of the master file: EF.CardAccess (``0x011C``) where PACE is offered, EF.CardSecurity, EF.ATR/INFO."""
    mrz: MrzKey | None = None
    """The password of the zone; None with no CAN either: the chip gives its files to anybody."""
    can: CanKey | None = None
    basic: bool = True
    """Whether BAC opens it."""
    active_key: ActiveKey | None = None
    active_hash: str = "sha256"
    """Of active authentication."""
    short_trailer: bool = False
    """RSA with SHA-1 ends with BC, as Doc 9303 has it."""
    chip_keys: Mapping[int | None, StaticKey] = field(default_factory=dict)
    """Of chip authentication, by number."""
    mapping_key: StaticKey | None = None
    """Of PACE's chip authentication mapping."""
    largest: int = 256
    """bytes of an answer; beyond 256 the chip knows extended length."""
    at_end: int = 0x9000
    """Status of a read that asks for more than there is: ``9000``, ``6282`` (with data), ``6B00``, ``6C00``."""
    short_identifiers: bool = True
    """Whether files are read by their short identifier, too."""


@dataclass(slots=True, repr=False)
class ChipState:
    """What a chip knows between commands; a reset forgets all of it but the first three."""

    made: Personalisation
    random: Random
    faults: Faults
    application: bool = False
    file: bytes | None = None
    allowed: bool = False
    """Whether access control was passed."""
    challenge: bytes | None = None
    following: tuple[SessionKeys, int] | None = None
    """Keys and counter that protect what comes after this answer."""

    @property
    def controlled(self) -> bool:
        """Whether files are given only behind access control."""
        return self.made.mrz is not None or self.made.can is not None

    def answer(self, step: Step, data: bytes = b"", status: int = OK) -> Response:
        """An answer, as far as faults let it through.

        Raises:
            RefusedError: a fault has another status in its stead.
        """
        told = int.from_bytes(self.faults.passes(step, Part.STATUS, status.to_bytes(2, "big")), "big")
        if told != status:
            raise RefusedError(told)
        return Response(self.faults.passes(step, Part.ANSWER, data), told)

    def value(self, step: Step, value: bytes) -> bytes:
        """A value, as far as faults let it through."""
        return self.faults.passes(step, Part.VALUE, value)

    def message(self, step: Step, value: bytes) -> bytes:
        """What is to be sealed, as far as faults let it through."""
        return self.faults.passes(step, Part.MESSAGE, value)
