"""Basic access control: a channel for whoever has seen the printed zone (ICAO Doc 9303-11, clause 4.3).

::

    reader                                   chip
    GET CHALLENGE                 ->
                                  <-         rnd_chip                        8 bytes
    E(rnd_reader rnd_chip k_reader), MAC ->
                                  <-         E(rnd_chip rnd_reader k_chip), MAC
    session keys from k_reader xor k_chip, counter from both challenges

Its keys have the entropy of a document number and two dates, and whoever recorded a session can try them offline. PACE
has no such weakness; BAC is for chips that know nothing else.
"""

import hmac

from consentry.document.apdu import Command
from consentry.document.chip_channel import Channel
from consentry.document.chip_ciphers import MAC_LENGTH, checksum, decrypt, encrypt, pad
from consentry.document.chip_errors import ChipError
from consentry.document.key_agreement import Random
from consentry.document.key_derivation import KeyUse, MrzKey, Suite, derive_key
from consentry.document.secure_messaging import SecureMessaging, SessionKeys

CHALLENGE, KEYING = 8, 16
"""bytes of a challenge and of keying material."""
_SEALED = 2 * CHALLENGE + KEYING
_SUITE = Suite.TRIPLE_DES


def basic_access(channel: Channel, key: MrzKey, random: Random) -> SecureMessaging:
    """Run the protocol above.

    Args:
        channel: to the chip, the application selected.
        key: what is printed.
        random: source of the reader's challenge and keying material.

    Raises:
        StatusError: the chip refused: another document's key, or no BAC.
        ChipError: its answer is not one of a chip that knows the key.
    """
    encrypting, checking = (derive_key(key.seed, use, _SUITE) for use in (KeyUse.ENCRYPT, KeyUse.AUTHENTICATE))
    # 1. The chip's challenge.
    theirs = channel.order("challenge", Command(0x00, 0x84, 0, 0, expected=CHALLENGE))
    if len(theirs) != CHALLENGE:
        raise ChipError(f"expected a challenge of {CHALLENGE} bytes, came {len(theirs)}")
    # 2. Show that the reader knows the key.
    ours, material = random(CHALLENGE), random(KEYING)
    sealed = encrypt(_SUITE, encrypting, bytes(8), ours + theirs + material)
    sent = sealed + checksum(_SUITE, checking, pad(sealed, 8))
    answer = channel.order("mutual authentication", Command(0x00, 0x82, 0, 0, sent, expected=_SEALED + MAC_LENGTH))
    # 3. The chip shows that it does.
    if len(answer) != _SEALED + MAC_LENGTH:
        raise ChipError(f"expected {_SEALED + MAC_LENGTH} bytes of mutual authentication, came {len(answer)}")
    sealed, mark = answer[:_SEALED], answer[_SEALED:]
    if not hmac.compare_digest(checksum(_SUITE, checking, pad(sealed, 8)), mark):
        raise ChipError("mutual authentication: the checksum of the chip's answer is wrong")
    opened = decrypt(_SUITE, encrypting, bytes(8), sealed)
    if opened[: 2 * CHALLENGE] != theirs + ours:
        raise ChipError("mutual authentication: the chip did not return both challenges")
    # 4. Keys and counter that both sides made.
    seed = bytes(a ^ b for a, b in zip(material, opened[2 * CHALLENGE :], strict=True))
    return SecureMessaging(SessionKeys.derive(seed, _SUITE), first_counter(theirs, ours))


def first_counter(theirs: bytes, ours: bytes) -> int:
    """Where the channel's counter begins: the last halves of both challenges."""
    return int.from_bytes(theirs[4:] + ours[4:], "big")
