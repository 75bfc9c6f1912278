"""What a traveller carries: a short code that shows that a receipt is his, and the whole receipt in few bytes.

The code is a secret: whoever shows it may see what is held and withdraw. It is printed once, on the receipt, and the
airport keeps nothing from which it could be made again but a hash.
"""

import base64
import binascii
import hashlib
import hmac
import re
import zlib
from dataclasses import dataclass

from consentry.consent.receipt import SignedReceipt
from consentry.consent.receipt_record import LONGEST, SECRET
from consentry.core.errors import MalformedError
from consentry.ledger.entry import SALT

_CODE = re.compile(r"CONSENTRY:1:([A-Z2-7]+)")
_PARTS = (16, SECRET, SALT, 32)
"""bytes of the receipt's id, the secret, the salt of the log's entry, the hash of the signed receipt."""
_WHOLE = b"CR1"
_HEADER = 2_000
"""bytes that a signed receipt may have above its content."""


@dataclass(frozen=True, slots=True, repr=False)
class TravellerCode:
    """What the traveller shows at the privacy desk. It does not print itself; ``str`` gives it."""

    receipt_id: str
    secret: bytes
    """32 bytes; the receipt's ``holder`` is made from them."""
    salt: bytes
    """32 bytes: with the receipt's file they show that the log's entry stands for it (``consentry verify``)."""
    digest: bytes
    """SHA-256 of the signed receipt's file."""

    @classmethod
    def of(cls, receipt_id: str, secret: bytes, salt: bytes, signed: SignedReceipt) -> "TravellerCode":
        """The code of a receipt."""
        return cls(receipt_id, secret, salt, hashlib.sha256(signed.to_bytes()).digest())

    def __str__(self) -> str:
        """As text for a QR code: capital letters and digits, which take least room."""
        content = bytes.fromhex(self.receipt_id) + self.secret + self.salt + self.digest
        return f"CONSENTRY:1:{base64.b32encode(content).decode().rstrip('=')}"

    @classmethod
    def parse(cls, text: str) -> "TravellerCode":
        """Read a code.

        Raises:
            MalformedError: it is none; nothing of it is told.
        """
        match = _CODE.fullmatch(text.strip())
        try:
            content = base64.b32decode(match[1] + "=" * (-len(match[1]) % 8)) if match else b""
        except binascii.Error as error:
            raise MalformedError(
                "expected the code of a receipt, CONSENTRY:1: and letters; was it read whole?"
            ) from error
        if len(content) != sum(_PARTS):
            raise MalformedError("expected the code of a receipt, CONSENTRY:1: and letters; was it read whole?")
        parts, at = [], 0
        for size in _PARTS:
            parts.append(content[at : at + size])
            at += size
        made = cls(parts[0].hex(), parts[1], parts[2], parts[3])
        if str(made) != text.strip():
            raise MalformedError("expected the code of a receipt in its one spelling")
        return made

    def is_of(self, signed: SignedReceipt) -> bool:
        """Whether the code was given with this very receipt."""
        return hmac.compare_digest(self.digest, hashlib.sha256(signed.to_bytes()).digest())


def packed(signed: SignedReceipt) -> bytes:
    """The whole receipt for a large QR code: compressed, about half as long."""
    return _WHOLE + zlib.compress(signed.to_bytes(), 9)


def unpacked(content: bytes) -> SignedReceipt:
    """Read a whole receipt from a QR code; nothing is checked yet.

    Raises:
        MalformedError: it is none, or longer than a receipt can be.
    """
    reader = zlib.decompressobj()
    try:
        plain = reader.decompress(content.removeprefix(_WHOLE), LONGEST + _HEADER)
    except zlib.error as error:
        raise MalformedError("expected a whole receipt of a QR code") from error
    if not content.startswith(_WHOLE) or not reader.eof or reader.unused_data:
        raise MalformedError("expected a whole receipt of a QR code")
    return SignedReceipt.parse(plain)
