"""Commands to a chip and its answers, short and extended (ISO/IEC 7816-4, clauses 5.1 to 5.3)."""

from dataclasses import dataclass

from consentry.document.chip_errors import ChipError

OK = 0x9000
SHORT, EXTENDED = 256, 65_536
"""Most bytes that a command in short or extended form can ask for."""
_SHORT_DATA, _EXTENDED_DATA = 255, 65_535


@dataclass(frozen=True, slots=True, repr=False)
class Command:
    """One command."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    expected: int | None = None
    """Most bytes that may come back (Ne): 256 or 65,536 for as many as there are; None: none."""

    def __repr__(self) -> str:
        """Never shows its data: a password may be derived from it."""
        return f"Command({self.header.hex()}, {len(self.data)} bytes, expected={self.expected})"

    @property
    def header(self) -> bytes:
        """Class, instruction, parameters."""
        return bytes([self.cla, self.ins, self.p1, self.p2])

    def encode(self) -> bytes:
        """The bytes of the command: short where it fits, else extended.

        Raises:
            ValueError: more data than a command can have.

        >>> Command(0, 0xB0, 0, 0, expected=256).encode().hex(), Command(0, 0xB0, 0, 0, expected=257).encode().hex()
        ('00b0000000', '00b00000000101')
        """
        if len(self.data) > _EXTENDED_DATA or (self.expected or 0) > EXTENDED:
            raise ValueError(f"expected at most {_EXTENDED_DATA} bytes of data in a command, came {len(self.data)}")
        extended = len(self.data) > _SHORT_DATA or (self.expected or 0) > SHORT
        width = 2 if extended else 1
        lead = b"\0" if extended else b""
        parts = [self.header]
        if self.data:
            parts += [lead, len(self.data).to_bytes(width, "big"), self.data]
        if self.expected is not None:
            parts += [lead if not self.data else b"", (self.expected % (1 << 8 * width)).to_bytes(width, "big")]
        return b"".join(parts)


@dataclass(frozen=True, slots=True, repr=False)
class Response:
    """One answer."""

    data: bytes
    status: int
    """Status word, ``0x9000`` for success."""

    def __repr__(self) -> str:
        """Never shows its data: it may be a face."""
        return f"Response({len(self.data)} bytes, {self.status:04X})"

    def encode(self) -> bytes:
        """The bytes of the answer."""
        return self.data + self.status.to_bytes(2, "big")


def read_response(raw: bytes) -> Response:
    """Read an answer.

    Raises:
        ChipError: it is shorter than a status word, or longer than any.
    """
    if not 2 <= len(raw) <= EXTENDED + 2:
        raise ChipError(f"expected an answer of 2 to {EXTENDED + 2} bytes, came {len(raw)}")
    return Response(raw[:-2], int.from_bytes(raw[-2:], "big"))


def read_command(raw: bytes) -> Command:
    """Read a command, as a chip does.

    Raises:
        ChipError: its lengths do not fit.

    >>> read_command(bytes.fromhex("00a4020c02011e")), read_command(bytes.fromhex("00b00000000101"))
    (Command(00a4020c, 2 bytes, expected=None), Command(00b00000, 0 bytes, expected=257))
    """
    if len(raw) < 4:
        raise ChipError(f"expected a command of at least 4 bytes, came {len(raw)}")
    body = raw[4:]
    extended = len(body) >= 3 and body[0] == 0
    width = 2 if extended else 1
    body = body[1:] if extended else body
    data = b""
    if len(body) > width:
        length = int.from_bytes(body[:width], "big")
        data, body = body[width : width + length], body[width + length :]
        if len(data) != length or not length:
            raise ChipError(f"expected {length} bytes of data in a command, there are {len(data)}")
    if len(body) not in (0, width):
        raise ChipError(f"expected a length of {width} bytes at the end of a command, there are {len(body)}")
    expected = (int.from_bytes(body, "big") or 1 << 8 * width) if body else None
    return Command(raw[0], raw[1], raw[2], raw[3], data, expected)
