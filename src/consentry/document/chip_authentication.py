"""Chip authentication: new session keys that only the holder of a static private key can have (Doc 9303-11, 6.2).

::

    reader                                       chip
    (3DES)  MSE:Set KAT, 91 public value  ->     9000
    (AES)   MSE:Set AT, protocol, key     ->     9000
            GENERAL AUTHENTICATE 80 public value -> 7C
    both start again: new keys, counter 0
    any protected command                 ->     an answer that only the new keys protect

The chip proves itself with the first answer under the new keys, so the procedure ends with one. Its public key is in
data group 14: what is proved is worth what passive authentication says of that group.
"""

from dataclasses import dataclass

from consentry.document.apdu import Command
from consentry.document.chip_channel import Channel
from consentry.document.chip_errors import ChipError, UnsupportedError
from consentry.document.key_agreement import Random
from consentry.document.key_derivation import Suite
from consentry.document.oids import write_oid
from consentry.document.secure_messaging import SecureMessaging, SessionKeys
from consentry.document.security_infos import ChipAuthenticationInfo, ChipKey, SecurityInfos
from consentry.document.tlv import write_tlv

_OLD_OIDS = {"DH": "0.4.0.127.0.7.2.2.3.1.1", "ECDH": "0.4.0.127.0.7.2.2.3.2.1"}
"""Chips of the first years give a key alone: 3DES is meant."""


@dataclass(frozen=True, slots=True)
class Way:
    """A protocol with the key that belongs to it."""

    info: ChipAuthenticationInfo
    key: ChipKey

    def __str__(self) -> str:
        """For people."""
        return f"{self.info.agreement}, {self.info.suite}, {self.key.group.name}"


def ways(infos: SecurityInfos) -> tuple[Way, ...]:
    """The ways that data group 14 offers, best first: those whose key is there, the longest session keys first.

    Raises:
        ChipError: it offers the protocol and no key for it, or keys that no number tells apart.
    """
    offered = infos.chip_authentication or tuple(
        ChipAuthenticationInfo(_OLD_OIDS[key.agreement], key.agreement, Suite.TRIPLE_DES, 1, key.key)
        for key in infos.chip_keys
    )
    found = []
    for info in offered:
        keys = [key for key in infos.chip_keys if key.agreement == info.agreement and info.key in (None, key.key)]
        if len(keys) == 1:
            found.append(Way(info, keys[0]))
    if offered and not found:
        raise ChipError("data group 14 offers chip authentication without one key that belongs to it")
    return tuple(sorted(found, key=lambda way: -way.info.suite.value))


def choose(offered: tuple[Way, ...]) -> Way:
    """The first; where one is among them in whose group the library reckons with secrets, the first such.

    Raises:
        UnsupportedError: there is none.
    """
    if not offered:
        raise UnsupportedError("expected a way of chip authentication, the chip offers none")
    return max(offered, key=lambda way: way.key.group.guarded)


def authenticate(channel: Channel, way: Way, random: Random, confirm: Command) -> None:
    """Run the protocol above; the channel then has the new keys.

    Args:
        channel: to the chip, protected.
        way: as ``choose`` gives it.
        random: source of the reader's secret.
        confirm: a harmless command, whose answer shows that the chip has the new keys.

    Raises:
        StatusError: the chip refused.
        SecureMessagingError: the chip does not have the new keys: it is a copy, or broken.
        ChipError: another answer is not what it should be.
    """
    group, key = way.key.group, way.key
    secret = group.secret(random)
    public, shared = group.public(secret), group.shared(secret, key.public)
    reference = b"" if key.key is None else write_tlv(0x84, key.key.to_bytes(key.key.bit_length() // 8 + 1, "big"))
    step = "chip authentication"
    if way.info.suite is Suite.TRIPLE_DES:
        channel.order(step, Command(0x00, 0x22, 0x41, 0xA6, write_tlv(0x91, public) + reference))
    else:
        protocol = write_tlv(0x80, write_oid(way.info.oid)[2:])
        channel.order(step, Command(0x00, 0x22, 0x41, 0xA4, protocol + reference))
        channel.authenticate(step, write_tlv(0x80, public), last=True)
    channel.protect(SecureMessaging(SessionKeys.derive(shared, way.info.suite)))
    channel.order("first command under the keys of chip authentication", confirm)
