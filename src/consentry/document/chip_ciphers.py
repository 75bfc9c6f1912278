"""Ciphers and checksums of the chip's channel: 3DES with two keys and AES, both in CBC (ICAO Doc 9303-11, 9.8.6).

3DES is broken for much data under one key (Sweet32); a session moves some 100 KB, and documents of the past know
nothing else.
"""

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

from consentry.document.key_derivation import Suite

MAC_LENGTH = 8
"""bytes: AES's is cut to as many as 3DES has."""


def pad(data: bytes, block: int) -> bytes:
    """Padding method 2 (ISO/IEC 9797-1): ``80`` and zeros up to a whole block; always at least one byte.

    >>> pad(b"ab", 4).hex()
    '61628000'
    """
    return data + b"\x80" + bytes(-(len(data) + 1) % block)


def unpad(data: bytes) -> bytes:
    """Take method 2's padding off.

    Raises:
        ValueError: there is none.
    """
    bare = data.rstrip(b"\0")
    if bare[-1:] != b"\x80":
        raise ValueError("expected padding 80 00 ..., there is none")
    return bare[:-1]


def encrypt(suite: Suite, key: bytes, vector: bytes, data: bytes) -> bytes:
    """Encrypt whole blocks in CBC."""
    state = _cbc(suite, key, vector).encryptor()
    return state.update(data) + state.finalize()


def decrypt(suite: Suite, key: bytes, vector: bytes, data: bytes) -> bytes:
    """Decrypt whole blocks in CBC.

    Raises:
        ValueError: they are not whole.
    """
    state = _cbc(suite, key, vector).decryptor()
    return state.update(data) + state.finalize()


def encrypt_block(key: bytes, data: bytes) -> bytes:
    """Encrypt one block with AES alone, as starting vectors are made."""
    state = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - one block, which the standard asks for
    return state.update(data) + state.finalize()


def checksum(suite: Suite, key: bytes, data: bytes) -> bytes:
    """The MAC of data: for 3DES, whole blocks and ISO/IEC 9797-1 algorithm 3 (retail MAC); for AES, CMAC, cut.

    >>> from consentry.document.key_derivation import Suite
    >>> key = bytes.fromhex("7962D9ECE03D1ACD4C76089DCE131543")  # Doc 9303-11, appendix D.3
    >>> message = "72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2"
    >>> checksum(Suite.TRIPLE_DES, key, pad(bytes.fromhex(message), 8)).hex()
    '5f1448eea8ad90a7'
    """
    if suite is not Suite.TRIPLE_DES:
        state = CMAC(algorithms.AES(key))
        state.update(data)
        return state.finalize()[:MAC_LENGTH]
    first, second = key[:8], key[8:]
    chain = encrypt(suite, first * 2, bytes(8), data)[-8:]  # two equal keys: single DES
    return encrypt(suite, first * 2, bytes(8), decrypt(suite, second * 2, bytes(8), chain))


def _cbc(suite: Suite, key: bytes, vector: bytes) -> Cipher[modes.CBC]:
    if suite is Suite.TRIPLE_DES:
        return Cipher(TripleDES(key + key[:8]), modes.CBC(vector))
    return Cipher(algorithms.AES(key), modes.CBC(vector))
