"""DSA keys, which Doc 9303-12, clause 4.4.2, still allows a state to sign with (FIPS 186-4, clause 4).

None of the 1,519 authorities in the shared master lists has one; conformity tests have (BSI TR-03105-5.1, LDS_H).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa

from consentry.document.oids import read_integer
from consentry.document.signatures import LIBRARY_HASHES, WEAK_HASHES, Algorithm
from consentry.document.tlv import Tlv, TlvError, read_only

_PRIMES, _ORDERS = frozenset({1024, 2048, 3072}), frozenset({160, 224, 256})
"""bits (FIPS 186-4, 4.2)."""
_LONGEST = 3072 // 8 + 1
"""bytes of a number with its sign."""
_STRONG = 2048
"""bits of the prime from which a key counts as strong, as with RSA."""


@dataclass(frozen=True, slots=True)
class DsaKey:
    """A DSA key: see ``public_keys.PublicKey``."""

    prime: int
    order: int
    generator: int
    public: int
    explicit: bool = False

    @property
    def name(self) -> str:
        """``DSA`` and the number of bits."""
        return f"DSA {self.prime.bit_length()}"

    def verify(self, signature: bytes, data: bytes, how: Algorithm) -> bool:
        """See ``PublicKey``."""
        if how.hash is None or how.scheme != "dsa":
            return False
        try:
            numbers = dsa.DSAParameterNumbers(self.prime, self.order, self.generator)
            key = dsa.DSAPublicNumbers(self.public, numbers).public_key()
            key.verify(signature, data, LIBRARY_HASHES[how.hash]())
        except (InvalidSignature, UnsupportedAlgorithm, ValueError):
            return False
        return True

    def weaknesses(self, how: Algorithm) -> Iterator[str]:
        """See ``PublicKey``."""
        if how.hash in WEAK_HASHES:
            yield f"hash {how.hash}"
        if self.prime.bit_length() < _STRONG:
            yield f"{self.name}: fewer than {_STRONG} bits"


def read_dsa_key(parameters: Tlv, bits: memoryview, begin: int) -> DsaKey:
    """A key by its parameters and its number (RFC 3279, 2.3.2).

    Raises:
        TlvError: another length than the standard has, or a number that is none of the group.
    """
    p, q, g = (read_integer(one, _LONGEST) for one in parameters.parts(3))
    y = read_integer(read_only(bits, 0x02, begin), _LONGEST)
    if p.bit_length() not in _PRIMES or q.bit_length() not in _ORDERS or p < 0 or q < 0:
        raise TlvError("expected a DSA key of 1024, 2048 or 3072 bits with an order of 160, 224 or 256", begin)
    if not (1 < g < p and 1 < y < p):
        raise TlvError("expected a DSA key whose numbers are below its prime", begin)
    return DsaKey(p, q, g, y)
