"""PACE: a channel for whoever knows a password, and nothing for whoever records it (ICAO Doc 9303-11, clause 4.4).

::

    step       reader sends                    chip answers           what both know then
    select     protocol, password, group       9000
    nonce      -                               80 encrypted nonce     s, by the password
    mapping    81 public value                 82 public value        a generator that depends on s
    agreement  83 public value to it           84 public value        a secret, hence session keys
    token      85 checksum of the chip's       86 checksum of ours    that the other has the same

With integrated mapping 81 is a nonce of the reader's, and 82 is empty (``integrated_mapping``).

With chip authentication mapping the last answer also has 8A: the number that ties the chip's mapping key to its static
key, which the state signed in EF.CardSecurity. Then the chip is no copy (clause 4.4.3.5).
"""

import hmac
from dataclasses import dataclass

from consentry.document import integrated_mapping
from consentry.document.apdu import Command
from consentry.document.chip_channel import Channel, only_object
from consentry.document.chip_ciphers import MAC_LENGTH, checksum, decrypt, encrypt_block, pad, unpad
from consentry.document.chip_errors import ChipError, UnsupportedError
from consentry.document.key_agreement import DhGroup, EcGroup, Group, Random
from consentry.document.key_derivation import KeyUse, Password, Suite, derive_key
from consentry.document.oids import write_oid
from consentry.document.secure_messaging import SecureMessaging, SessionKeys
from consentry.document.security_infos import STANDARD_GROUPS, ChipKey, Mapping, PaceInfo
from consentry.document.tlv import Tlv, write_tlv

NONCE = 16
"""bytes of the nonce that chips send. The standard asks for whole blocks (4.4.3.3); OpenPACE sends 8 with 3DES."""
_LONGEST_NONCE = 64
"""bytes: beyond what any group could use."""
_PUBLIC_KEY = 0x7F49
_CHIP_DATA = 0x8A


@dataclass(frozen=True, slots=True, repr=False)
class MappingProof:
    """What chip authentication mapping leaves to be compared with the chip's static key."""

    public: bytes
    """The chip's public value of the mapping."""
    number: bytes
    """What its static key is multiplied by to give it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What came of it."""

    protection: SecureMessaging
    proof: MappingProof | None
    """None: another mapping."""


def choose(infos: tuple[PaceInfo, ...]) -> PaceInfo:
    """The way that the reader takes: chip authentication mapping first, then the library's arithmetic, then ECDH.

    Raises:
        UnsupportedError: none of them.
    """
    able = [one for one in infos if _available(one)]
    if not able:
        listed = "; ".join(map(str, infos)) or "none"
        raise UnsupportedError(f"expected PACE in a group that the reader does, the chip offers: {listed}")
    return max(able, key=_preference)  # of those alike the first


def _preference(info: PaceInfo) -> tuple[bool, ...]:
    guarded = info.group is not None and STANDARD_GROUPS[info.group].guarded
    return info.mapping is Mapping.CHIP_AUTHENTICATION, guarded, info.agreement == "ECDH"


def _available(info: PaceInfo) -> bool:
    group = STANDARD_GROUPS.get(info.group) if info.group is not None else None
    if group is None:
        return False
    return info.mapping is not Mapping.INTEGRATED or integrated_mapping.suits(group)


def establish(channel: Channel, info: PaceInfo, password: Password, random: Random, *, ambiguous: bool = False) -> Pace:
    """Run the protocol above.

    Args:
        channel: to the chip, in the master file.
        info: the way, as ``choose`` gives it.
        password: what is printed.
        random: source of the reader's secrets.
        ambiguous: whether the chip offers more than one group, so that the command must name it.

    Raises:
        StatusError: the chip refused, at the token mostly because of another document's password.
        ChipError: an answer is not one of a chip that knows the password.
        UnsupportedError: the group or mapping is none that the reader has.
    """
    if info.group is None or not _available(info):
        raise UnsupportedError(f"expected a standard group that the reader does, the chip offers {info}")
    group = STANDARD_GROUPS[info.group]
    _select(channel, info, password, ambiguous=ambiguous)
    nonce = _nonce(channel, info.suite, password)
    if info.mapping is Mapping.INTEGRATED:
        group, theirs = _map_alone(channel, group, info.suite, nonce, random), b""
    else:
        group, theirs = _map(channel, group, nonce, random)
    ours, secret, peer = _agree(channel, group, random)
    keys = SessionKeys.derive(secret, info.suite)
    opened = _confirm(channel, info, keys, group.public_tag, ours=ours, theirs=peer)
    proof = _mapping_proof(keys, theirs, opened) if info.mapping is Mapping.CHIP_AUTHENTICATION else None
    return Pace(SecureMessaging(keys), proof)


def _select(channel: Channel, info: PaceInfo, password: Password, *, ambiguous: bool) -> None:
    """MSE:Set AT (4.4.4.1)."""
    data = write_tlv(0x80, write_oid(info.oid)[2:]) + write_tlv(0x83, bytes([password.reference]))
    if ambiguous and info.group is not None:
        data += write_tlv(0x84, bytes([info.group]))
    channel.order("PACE select", Command(0x00, 0x22, 0xC1, 0xA4, data))


def _nonce(channel: Channel, suite: Suite, password: Password) -> bytes:
    sealed = only_object("PACE nonce", channel.authenticate("PACE nonce", b"", last=False), 0x80)
    if not sealed or len(sealed) % suite.block or len(sealed) > _LONGEST_NONCE:
        raise ChipError(f"PACE nonce: expected whole blocks of {suite.block} bytes, came {len(sealed)} bytes")
    key = derive_key(password.secret, KeyUse.PASSWORD, suite)
    return decrypt(suite, key, bytes(suite.block), sealed)


def _map(channel: Channel, group: Group, nonce: bytes, random: Random) -> tuple[Group, bytes]:
    step = "PACE mapping"
    secret = group.secret(random)
    ours = group.public(secret)
    theirs = only_object(step, channel.authenticate(step, write_tlv(0x81, ours), last=False), 0x82)
    _differ(step, ours, theirs)
    return group.mapped(nonce, secret, theirs), theirs


def _map_alone(channel: Channel, group: Group, suite: Suite, nonce: bytes, random: Random) -> Group:
    """Integrated mapping: the reader sends a nonce of its own, and the chip nothing."""
    step = "PACE mapping"
    ours = random(suite.key_length)
    theirs = only_object(step, channel.authenticate(step, write_tlv(0x81, ours), last=False), 0x82)
    if theirs:
        raise ChipError(f"{step}: expected nothing of the chip in integrated mapping, came {len(theirs)} bytes")
    return integrated_mapping.mapped(group, suite, nonce, ours)


def _agree(channel: Channel, group: Group, random: Random) -> tuple[bytes, bytes, bytes]:
    """Our public value, the secret, the chip's public value."""
    step = "PACE agreement"
    secret = group.secret(random)
    ours = group.public(secret)
    theirs = only_object(step, channel.authenticate(step, write_tlv(0x83, ours), last=False), 0x84)
    _differ(step, ours, theirs)
    return ours, group.shared(secret, theirs), theirs


def _differ(step: str, ours: bytes, theirs: bytes) -> None:
    """A chip that sends back what it was sent could know nothing at all (4.4.1, step 3 d)."""
    if ours == theirs:
        raise ChipError(f"{step}: expected a public value of the chip's own, it sent the reader's back")


def _confirm(
    channel: Channel, info: PaceInfo, keys: SessionKeys, tag: int, *, ours: bytes, theirs: bytes
) -> tuple[Tlv, ...]:
    step = "PACE token"
    answer = channel.authenticate(step, write_tlv(0x85, token(keys, info.oid, tag, theirs)), last=True)
    if not answer or answer[0].tag != 0x86 or len(answer[0].value) != MAC_LENGTH:
        raise ChipError(f"{step}: expected the chip's token of {MAC_LENGTH} bytes in object 86")
    if not hmac.compare_digest(token(keys, info.oid, tag, ours), bytes(answer[0].value)):
        raise ChipError(f"{step}: the chip's token is wrong: it does not know the password")
    if info.mapping is not Mapping.CHIP_AUTHENTICATION and any(one.tag == _CHIP_DATA for one in answer):
        raise ChipError(f"{step}: chip authentication data (8A) came where the mapping has none")
    return answer


def token(keys: SessionKeys, oid: str, tag: int, public: bytes) -> bytes:
    """What proves to the other side that one has the keys: the checksum of its public value (4.4.3.4)."""
    value = public.lstrip(b"\0") if tag == DhGroup.public_tag else public  # a number goes without leading zeros
    data = write_tlv(_PUBLIC_KEY, write_oid(oid), write_tlv(tag, value))
    padded = pad(data, keys.suite.block) if keys.suite is Suite.TRIPLE_DES else data
    return checksum(keys.suite, keys.for_checksums, padded)


def _mapping_proof(keys: SessionKeys, public: bytes, answer: tuple[Tlv, ...]) -> MappingProof:
    """Open the chip authentication data: its starting vector is -1 encrypted (4.4.3.5.2)."""
    step = "PACE chip authentication mapping"
    sealed = [bytes(one.value) for one in answer if one.tag == _CHIP_DATA]
    if len(sealed) != 1:
        raise ChipError(f"{step}: expected object 8A once, it came {len(sealed)} times")
    if keys.suite is Suite.TRIPLE_DES:
        raise ChipError(f"{step}: expected AES, the chip uses 3DES")
    vector = encrypt_block(keys.for_encryption, b"\xff" * 16)
    try:
        return MappingProof(public, unpad(decrypt(keys.suite, keys.for_encryption, vector, sealed[0])))
    except ValueError as error:
        raise ChipError(f"{step}: object 8A does not open: {error}") from error


def mapping_holds(proof: MappingProof, key: ChipKey) -> bool:
    """Whether the chip that did the mapping has the private part of a static key."""
    group = key.group
    number = int.from_bytes(proof.number, "big")
    if not isinstance(group, EcGroup) or not 0 < number < group.curve.order - 1:
        return False
    return group.curve.encode(group.times(number, group.curve.decode(key.public))) == proof.public
