"""The protected channel to a chip, the reader's side (ICAO Doc 9303-11, clause 9.8; ISO/IEC 7816-4, clause 10).

Each command and each answer raises a counter that enters its checksum, so nothing can be replayed, left out or put in
another order. What an answer holds is looked at only after its checksum. One wrong answer ends the channel: chips drop
their keys then as well.

::

    command   CLA|0C INS P1 P2  [87 01 cryptogram | 85 cryptogram] [97 Ne] 8E checksum
    answer                      [87 01 cryptogram | 85 cryptogram]  99 status  8E checksum   status
"""

import hmac
from dataclasses import dataclass, replace

from consentry.document.apdu import EXTENDED, SHORT, Command, Response
from consentry.document.chip_ciphers import MAC_LENGTH, checksum, decrypt, encrypt, encrypt_block, pad, unpad
from consentry.document.chip_errors import SecureMessagingError, meaning
from consentry.document.key_derivation import KeyUse, Suite, derive_key
from consentry.document.tlv import Tlv, TlvError, read_all, write_tlv

PROTECTED = 0x0C
"""Bits of the class that say: protected, header included in the checksum."""
CRYPTOGRAM, CRYPTOGRAM_ODD, EXPECTED, STATUS, CHECKSUM = 0x87, 0x85, 0x97, 0x99, 0x8E
"""Tags. The odd one belongs to commands of odd instruction, and has no byte that tells its padding."""
SHORT_READ = 223
"""bytes that fit into an answer of 256 once they are protected: 4 + 224 + 4 + 10 is 242 in AES's blocks."""
OVERHEAD = 35
"""bytes at most that protection adds to an answer: tags and lengths 5, padding 16, status 4, checksum 10."""
_WHOLE = b"\x01"
"""First byte of a cryptogram: padded by method 2."""


@dataclass(frozen=True, slots=True, repr=False)
class SessionKeys:
    """Keys of one session, and what is done with them under a counter."""

    suite: Suite
    for_encryption: bytes
    for_checksums: bytes

    @classmethod
    def derive(cls, secret: bytes, suite: Suite) -> "SessionKeys":
        """The keys of a shared secret."""
        return cls(suite, derive_key(secret, KeyUse.ENCRYPT, suite), derive_key(secret, KeyUse.AUTHENTICATE, suite))

    def __repr__(self) -> str:
        """Never shows a key."""
        return f"SessionKeys({self.suite})"

    def encrypt(self, counter: int, data: bytes) -> bytes:
        """Pad and encrypt."""
        return encrypt(self.suite, self.for_encryption, self._vector(counter), pad(data, self.suite.block))

    def decrypt(self, counter: int, data: bytes) -> bytes:
        """Decrypt and take the padding off.

        Raises:
            ValueError: no whole blocks, or no padding.
        """
        return unpad(decrypt(self.suite, self.for_encryption, self._vector(counter), data))

    def checksum(self, counter: int, data: bytes) -> bytes:
        """The checksum of data under a counter."""
        block = self.suite.block
        return checksum(self.suite, self.for_checksums, pad(counter.to_bytes(block, "big") + data, block))

    def _vector(self, counter: int) -> bytes:
        if self.suite is Suite.TRIPLE_DES:
            return bytes(8)
        return encrypt_block(self.for_encryption, counter.to_bytes(16, "big"))


class SecureMessaging:
    """One protected channel."""

    def __init__(self, keys: SessionKeys, counter: int = 0) -> None:
        """Begin.

        Args:
            keys: of this session.
            counter: the send sequence counter: after BAC made of both challenges, else 0.
        """
        self._keys = keys
        self._counter = counter
        self._over = False

    @property
    def suite(self) -> Suite:
        """The cipher."""
        return self._keys.suite

    def protect(self, command: Command) -> Command:
        """The protected form of a command.

        Raises:
            SecureMessagingError: the channel is over.
        """
        if self._over:
            raise SecureMessagingError("expected a channel that holds, this one ended at a wrong answer")
        self._counter += 1
        block = self._keys.suite.block
        bare = replace(command, cla=command.cla | PROTECTED)
        objects = b""
        if command.data:
            sealed = self._keys.encrypt(self._counter, command.data)
            odd = command.ins & 1
            objects += write_tlv(CRYPTOGRAM_ODD, sealed) if odd else write_tlv(CRYPTOGRAM, _WHOLE, sealed)
        if command.expected is not None:
            width = 1 if command.expected <= SHORT else 2
            objects += write_tlv(EXPECTED, (command.expected % (1 << 8 * width)).to_bytes(width, "big"))
        signed = pad(bare.header, block) + objects if objects else bare.header
        objects += write_tlv(CHECKSUM, self._keys.checksum(self._counter, signed))
        extended = len(objects) >= SHORT or (command.expected or 0) > SHORT
        return replace(bare, data=objects, expected=EXTENDED if extended else SHORT)

    def reveal(self, response: Response) -> Response:
        """What a protected answer holds.

        Raises:
            SecureMessagingError: it is not protected, not by these keys, or not in its turn; the channel is then over.
        """
        self._counter = (self._counter + 1) % (1 << 8 * self._keys.suite.block)
        try:
            return self._reveal(response)
        except (TlvError, ValueError) as error:
            self._over = True
            raise SecureMessagingError(f"an answer under secure messaging is not what it should be: {error}") from error
        except SecureMessagingError:
            self._over = True
            raise

    def _reveal(self, response: Response) -> Response:
        if not response.data:
            told = f"{response.status:04X} ({meaning(response.status)})"
            raise SecureMessagingError(f"expected a protected answer, the chip gave up protection with {told}")
        *objects, last = read_all(response.data)
        tags = [one.tag for one in objects]
        if last.tag != CHECKSUM or len(last.value) != MAC_LENGTH or tags not in _ORDERS:
            came = " ".join(f"{one.tag:X}" for one in (*objects, last))
            raise SecureMessagingError(f"expected objects [87 or 85] 99 8E in a protected answer, came {came}")
        signed = b"".join(one.raw for one in objects)
        if not hmac.compare_digest(self._keys.checksum(self._counter, signed), bytes(last.value)):
            raise SecureMessagingError("the checksum of an answer is wrong: altered, replayed, or by another chip")
        status = bytes(objects[-1].value)
        if status != response.status.to_bytes(2, "big"):
            raise SecureMessagingError(f"expected the protected status {status.hex()}, outside stands another")
        data = self._open(objects[0]) if len(objects) == 2 else b""
        return Response(data, response.status)

    def _open(self, sealed: Tlv) -> bytes:
        """What a cryptogram holds: at least one byte, since an empty one is left out."""
        value = bytes(sealed.value)
        if sealed.tag == CRYPTOGRAM:
            if value[:1] != _WHOLE:
                raise SecureMessagingError(f"expected a cryptogram that begins with 01, came {value[:1].hex()}")
            value = value[1:]
        return self._keys.decrypt(self._counter, value)


_ORDERS = ([STATUS], [CRYPTOGRAM, STATUS], [CRYPTOGRAM_ODD, STATUS])
