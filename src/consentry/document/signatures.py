"""How signatures in travel documents are made and verified, as the world's states make them (ICAO Doc 9303-12, 4.4).

RSA with PKCS#1 v1.5 and PSS, ECDSA, DSA, hashes from SHA-1 to SHA-512. What is weak by today's measure is verified all
the same and told as weak: a passport of 2006 is not forged because it is old.
"""

import hashlib
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives import hashes

from consentry.document.oids import HASHES, read_algorithm, read_integer
from consentry.document.tlv import Tlv, TlvError, read_only

LIBRARY_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
"""The hash functions of ``oids.HASHES`` in ``cryptography``."""
WEAK_HASHES = frozenset({"sha1"})
"""Collisions have been made (Stevens and others, 2017); Doc 9303-12 allows it for checking old documents only."""


@dataclass(frozen=True, slots=True)
class Algorithm:
    """How a signature was made."""

    scheme: str
    """``rsa`` (PKCS#1 v1.5), ``rsa-pss``, ``dsa``, ``ecdsa`` (r and s in DER) or ``ecdsa-plain`` (side by side)."""
    hash: str | None
    """None: named elsewhere, by the signer's digest algorithm."""
    mask_hash: str | None = None
    """PSS: hash of the mask."""
    salt: int = 0
    """PSS: length of the salt, bytes."""

    def with_hash(self, name: str) -> "Algorithm":
        """The same, the hash filled in where it is named elsewhere."""
        return self if self.hash is not None else replace(self, hash=name)

    def __str__(self) -> str:
        """For people: ``rsa-pss with sha256``."""
        return f"{self.scheme} with {self.hash or 'a hash named elsewhere'}"


_SCHEMES = {
    "1.2.840.113549.1.1.1": Algorithm("rsa", None),
    "1.2.840.113549.1.1.5": Algorithm("rsa", "sha1"),
    "1.2.840.113549.1.1.14": Algorithm("rsa", "sha224"),
    "1.2.840.113549.1.1.11": Algorithm("rsa", "sha256"),
    "1.2.840.113549.1.1.12": Algorithm("rsa", "sha384"),
    "1.2.840.113549.1.1.13": Algorithm("rsa", "sha512"),
    "1.2.840.10045.2.1": Algorithm("ecdsa", None),
    "1.2.840.10045.4.1": Algorithm("ecdsa", "sha1"),
    "1.2.840.10045.4.3.1": Algorithm("ecdsa", "sha224"),
    "1.2.840.10045.4.3.2": Algorithm("ecdsa", "sha256"),
    "1.2.840.10045.4.3.3": Algorithm("ecdsa", "sha384"),
    "1.2.840.10045.4.3.4": Algorithm("ecdsa", "sha512"),
    "1.2.840.10040.4.3": Algorithm("dsa", "sha1"),
    "2.16.840.1.101.3.4.3.1": Algorithm("dsa", "sha224"),
    "2.16.840.1.101.3.4.3.2": Algorithm("dsa", "sha256"),
    "0.4.0.127.0.7.1.1.4.1.1": Algorithm("ecdsa-plain", "sha1"),
    "0.4.0.127.0.7.1.1.4.1.2": Algorithm("ecdsa-plain", "sha224"),
    "0.4.0.127.0.7.1.1.4.1.3": Algorithm("ecdsa-plain", "sha256"),
    "0.4.0.127.0.7.1.1.4.1.4": Algorithm("ecdsa-plain", "sha384"),
    "0.4.0.127.0.7.1.1.4.1.5": Algorithm("ecdsa-plain", "sha512"),
}
"""By object identifier (RFC 8017, RFC 5758, BSI TR-03111 5.2.1). Some states name the key's algorithm in its stead."""
_PSS = "1.2.840.113549.1.1.10"
_MGF1 = "1.2.840.113549.1.1.8"
_LONGEST_SALT = 256
"""bytes: the salt is as long as the hash; RSA keys of 2,048 bits leave room for 222."""


def read_signature_algorithm(element: Tlv) -> Algorithm:
    """The algorithm that an AlgorithmIdentifier names.

    Raises:
        TlvError: none that a travel document may use; MD5 is not among them.
    """
    oid, parameters = read_algorithm(element)
    if oid == _PSS:
        return _pss(parameters)
    if oid not in _SCHEMES:
        raise TlvError(f"expected a signature algorithm of Doc 9303-12, came {oid}", element.begin)
    return _SCHEMES[oid]


def named_algorithm(oid: str) -> Algorithm | None:
    """The algorithm of an object identifier that needs no parameters; None: none that a travel document may use."""
    return _SCHEMES.get(oid)


def read_hash(element: Tlv) -> str:
    """The hash function that an AlgorithmIdentifier names, as ``hashlib`` calls it.

    Raises:
        TlvError: none that a travel document may use.
    """
    oid, _ = read_algorithm(element)
    if oid not in HASHES:
        raise TlvError(f"expected a hash function of Doc 9303-12, came {oid}", element.begin)
    return HASHES[oid]


def digest(name: str, *parts: bytes | memoryview) -> bytes:
    """The hash of bytes one behind the other."""
    state = hashlib.new(name, usedforsecurity=False)  # which are allowed is decided where a name is read
    for part in parts:
        state.update(part)
    return state.digest()


def _pss(parameters: Tlv | None) -> Algorithm:
    """RSASSA-PSS-params (RFC 8017, appendix A.2.3): defaults are SHA-1, MGF1 with SHA-1, 20 bytes of salt."""
    name = mask = "sha1"
    salt = 20
    for part in () if parameters is None else parameters.children(4):
        inner = read_only(part.value, 0x02 if part.tag in {0xA2, 0xA3} else 0x30, part.begin)
        if part.tag == 0xA0:
            name = read_hash(inner)
        elif part.tag == 0xA1:
            oid, how = read_algorithm(inner)
            if oid != _MGF1 or how is None:
                raise TlvError(f"expected the mask generation function MGF1, came {oid}", inner.begin)
            mask = read_hash(how)
        elif part.tag == 0xA2:
            salt = read_integer(inner, 2)
    if not 0 <= salt <= _LONGEST_SALT:
        raise TlvError(f"expected a salt of at most {_LONGEST_SALT} bytes, came {salt}", 0)
    return Algorithm("rsa-pss", name, mask, salt)
