"""What a chip says of its protocols: EF.CardAccess, data group 14, EF.CardSecurity (ICAO Doc 9303-11, clause 9.2).

EF.CardAccess is not signed: whoever forges a chip writes it. What it says counts only once data group 14, which the
state signed, says the same.
"""

from dataclasses import dataclass
from enum import Enum

from consentry.document.curves import CURVES
from consentry.document.dh_groups import DH_1024_160, DH_2048_224, DH_2048_256, DhParameters
from consentry.document.key_agreement import DhGroup, EcGroup, Group
from consentry.document.key_derivation import Suite
from consentry.document.lds import read_group
from consentry.document.oids import read_algorithm, read_bits, read_integer, read_oid
from consentry.document.public_keys import EcKey, read_public_key
from consentry.document.signatures import named_algorithm
from consentry.document.tlv import Tlv, TlvError, read_only, read_tlv

PACE = "0.4.0.127.0.7.2.2.4."
"""Beginning of the identifiers of PACE, as of those below."""
_CHIP_AUTHENTICATION = "0.4.0.127.0.7.2.2.3."
_CHIP_KEY = "0.4.0.127.0.7.2.2.1."
_ACTIVE_AUTHENTICATION = "2.23.136.1.1.5"
_MOST_INFOS = 64
"""In one file: real ones have 3 to 12."""
_LONGEST_PRIME, _SHORTEST_PRIME = 4096, 1024
"""bits of a Diffie-Hellman prime in data group 14: the groups of RFC 5114 have 1,024 and 2,048."""
_DH_KEYS = {"1.2.840.113549.1.3.1", "1.2.840.10046.2.1"}
"""Of PKCS#3 and of X9.42."""
LONGEST = 65_536
"""bytes of EF.CardAccess or EF.CardSecurity."""


class Mapping(Enum):
    """How PACE makes the generator out of the nonce."""

    GENERIC = "generic"
    INTEGRATED = "integrated"
    CHIP_AUTHENTICATION = "chip authentication"


_PACE_KINDS = {
    1: ("DH", Mapping.GENERIC),
    2: ("ECDH", Mapping.GENERIC),
    3: ("DH", Mapping.INTEGRATED),
    4: ("ECDH", Mapping.INTEGRATED),
    6: ("ECDH", Mapping.CHIP_AUTHENTICATION),
}
"""By the arc before the last of the protocol's identifier."""
_BY_NAME = {curve.name: curve for curve in CURVES}
STANDARD_GROUPS: dict[int, Group] = {
    **{number: DhGroup.of(group) for number, group in enumerate((DH_1024_160, DH_2048_224, DH_2048_256))},
    **{
        number: EcGroup.of(_BY_NAME[name])
        for number, name in enumerate(
            (
                "secp192r1", "brainpoolP192r1", "secp224r1", "brainpoolP224r1", "secp256r1", "brainpoolP256r1",
                "brainpoolP320r1", "secp384r1", "brainpoolP384r1", "brainpoolP512r1", "secp521r1",
            ),
            start=8,
        )
    },
}  # fmt: skip
"""Doc 9303-11, table 6: groups by their number."""


@dataclass(frozen=True, slots=True)
class PaceInfo:
    """One way in which a chip does PACE."""

    oid: str
    agreement: str
    """``DH`` or ``ECDH``."""
    mapping: Mapping
    suite: Suite
    version: int
    group: int | None
    """Number of a standard group; None: parameters of its own, which Doc 9303 does not allow."""

    def __str__(self) -> str:
        """For people: ``PACE ECDH generic mapping, AES-128, brainpoolP256r1``."""
        group = STANDARD_GROUPS.get(self.group) if self.group is not None else None
        name = group.name if group else f"group {self.group}"
        return f"PACE {self.agreement} {self.mapping.value} mapping, {self.suite}, {name}"


@dataclass(frozen=True, slots=True)
class ChipAuthenticationInfo:
    """One way in which a chip does chip authentication."""

    oid: str
    agreement: str
    suite: Suite
    version: int
    key: int | None
    """Number of its key; None: there is only one."""


@dataclass(frozen=True, slots=True)
class ChipKey:
    """A public key of the chip for key agreement."""

    group: Group
    public: bytes
    """As it would be sent."""
    key: int | None
    """Its number."""

    @property
    def agreement(self) -> str:
        """``DH`` or ``ECDH``."""
        return "ECDH" if isinstance(self.group, EcGroup) else "DH"


@dataclass(frozen=True, slots=True)
class ActiveAuthenticationInfo:
    """How the chip signs with an elliptic curve in active authentication."""

    hash: str | None
    """None: the algorithm named is none that may be used."""
    oid: str


@dataclass(frozen=True, slots=True)
class SecurityInfos:
    """All that one file says."""

    pace: tuple[PaceInfo, ...]
    chip_authentication: tuple[ChipAuthenticationInfo, ...]
    chip_keys: tuple[ChipKey, ...]
    active_authentication: tuple[ActiveAuthenticationInfo, ...]
    faulty: tuple[str, ...]
    """Entries of known protocols that are not as they should be, in words: nothing is done with them."""
    raw: frozenset[bytes]
    """Every entry as it stands."""

    def entries(self, protocol: str) -> frozenset[bytes]:
        """The entries as they stand whose identifier begins with a protocol's, also those that nothing is done with."""
        return frozenset(one for one in self.raw if read_oid(read_tlv(one).children(3)[0]).startswith(protocol))


NOTHING = SecurityInfos((), (), (), (), (), frozenset())


def read_card_access(file: bytes | memoryview) -> SecurityInfos:
    """Read EF.CardAccess; padding behind it is cut off.

    Raises:
        TlvError: it is no set of entries.
    """
    element = read_tlv(file)
    if element.tag != 0x31:
        raise TlvError(f"expected a set of security infos, came tag {element.tag:X}", 0)
    return read_infos(element)


def read_security_group(file: bytes | memoryview) -> SecurityInfos:
    """Read data group 14.

    Raises:
        TlvError: it is none.
    """
    group = read_group(file, 14)
    return read_infos(read_only(group.value, 0x31, group.end - len(group.value)))


def read_infos(element: Tlv) -> SecurityInfos:
    """Read a set of entries. A faulty one is told and left out, so that a state's slip closes no other door.

    Raises:
        TlvError: it is no set of entries, each with an identifier.
    """
    found: list[PaceInfo | ChipAuthenticationInfo | ChipKey | ActiveAuthenticationInfo] = []
    faulty: list[str] = []
    entries = element.children(_MOST_INFOS)
    for entry in entries:
        if entry.tag != 0x30:
            raise TlvError(f"expected a security info, came tag {entry.tag:X}", entry.begin)
        parts = entry.parts(2, 3)
        oid = read_oid(parts[0])
        try:
            info = _read_info(oid, parts)
        except TlvError as error:
            faulty.append(f"{oid}: {error}")
            continue
        if info is not None:
            found.append(info)
    return SecurityInfos(
        pace=tuple(one for one in found if isinstance(one, PaceInfo)),
        chip_authentication=tuple(one for one in found if isinstance(one, ChipAuthenticationInfo)),
        chip_keys=tuple(one for one in found if isinstance(one, ChipKey)),
        active_authentication=tuple(one for one in found if isinstance(one, ActiveAuthenticationInfo)),
        faulty=tuple(faulty),
        raw=frozenset(bytes(entry.raw) for entry in entries),
    )


def _read_info(
    oid: str, parts: tuple[Tlv, ...]
) -> PaceInfo | ChipAuthenticationInfo | ChipKey | ActiveAuthenticationInfo | None:
    """One entry; None: of a protocol that the reader does not do, such as terminal authentication."""
    if oid.startswith(PACE):
        return _pace(oid, parts)
    if oid.startswith(_CHIP_AUTHENTICATION):
        return _chip_authentication(oid, parts)
    if oid.startswith(_CHIP_KEY):
        return _chip_key(oid, parts)
    if oid == _ACTIVE_AUTHENTICATION:
        named = read_oid(parts[2] if len(parts) == 3 else parts[1])
        how = named_algorithm(named)
        plain = how is not None and how.scheme.startswith("ecdsa")
        return ActiveAuthenticationInfo(how.hash if how and plain else None, named)
    return None


def _pace(oid: str, parts: tuple[Tlv, ...]) -> PaceInfo | None:
    arcs = [int(arc) for arc in oid.removeprefix(PACE).split(".")]
    if len(arcs) == 1:
        return None  # PACEDomainParameterInfo: parameters written out, which Doc 9303-11, 9.2.1 does not allow
    if len(arcs) != 2:
        raise TlvError("expected a PACE protocol of Doc 9303-11", parts[0].begin)
    kind, suite = _PACE_KINDS.get(arcs[0]), _suite(arcs[1])
    if kind is None:
        return None  # a mapping that there is not: the other ways stay open (BSI TR-03105-5.1, ISO7816_G_36)
    if suite is None or (kind[1] is Mapping.CHIP_AUTHENTICATION and suite is Suite.TRIPLE_DES):
        raise TlvError("expected a cipher that PACE has with this mapping", parts[0].begin)
    version = read_integer(parts[1], 1)
    group = read_integer(parts[2], 2) if len(parts) == 3 else None
    if version != 2:
        raise TlvError(f"expected PACE version 2, came {version}", parts[1].begin)
    return PaceInfo(oid, *kind, suite, version, group)


def _chip_authentication(oid: str, parts: tuple[Tlv, ...]) -> ChipAuthenticationInfo:
    arcs = [int(arc) for arc in oid.removeprefix(_CHIP_AUTHENTICATION).split(".")]
    suite = _suite(arcs[-1])
    version = read_integer(parts[1], 1)
    if len(arcs) != 2 or arcs[0] not in {1, 2} or suite is None or version != 1:
        raise TlvError("expected a chip authentication protocol of Doc 9303-11, version 1", parts[0].begin)
    key = read_integer(parts[2], 8) if len(parts) == 3 else None
    return ChipAuthenticationInfo(oid, "DH" if arcs[0] == 1 else "ECDH", suite, version, key)


def _suite(arc: int) -> Suite | None:
    return Suite(arc) if arc in {suite.value for suite in Suite} else None


def _chip_key(oid: str, parts: tuple[Tlv, ...]) -> ChipKey:
    number = read_integer(parts[2], 8) if len(parts) == 3 else None
    how, encoded = parts[1].parts(2)
    algorithm, parameters = read_algorithm(how)
    if oid == _CHIP_KEY + "1" and algorithm in _DH_KEYS and parameters is not None:
        return _dh_key(parameters, encoded, number)
    if oid != _CHIP_KEY + "2":
        raise TlvError("expected a key for DH or ECDH", parts[0].begin)
    key = read_public_key(parts[1])
    if not isinstance(key, EcKey):
        raise TlvError("expected a key on a curve", parts[1].begin)
    return ChipKey(EcGroup.of(key.curve), key.curve.encode(key.point), number)


def _dh_key(parameters: Tlv, encoded: Tlv, number: int | None) -> ChipKey:
    """PKCS#3: prime, base, length of the secret. X9.42: prime, generator, order and more (RFC 3279, 2.3.3)."""
    longest = _LONGEST_PRIME // 8 + 1
    prime, generator, *more = parameters.parts(2, 5)
    p, g = read_integer(prime, longest), read_integer(generator, longest)
    third = read_integer(more[0], longest) if more and more[0].tag == 0x02 else None
    order = third if third is not None and third.bit_length() >= _LEAST_ORDER else None
    if not _SHORTEST_PRIME <= p.bit_length() <= _LONGEST_PRIME or not p & 1 or not 1 < g < p - 1:
        raise TlvError(f"expected a prime of {_SHORTEST_PRIME} to {_LONGEST_PRIME} bits and a base", parameters.begin)
    group = DhParameters(f"DH {p.bit_length()}", p, g, order)
    bits = read_bits(encoded)
    public = read_integer(read_only(bits, 0x02, encoded.begin), longest)
    if not group.holds(public):
        raise TlvError("expected a public number of its group", encoded.begin)
    return ChipKey(DhGroup.of(group), public.to_bytes(group.size, "big"), number)


_LEAST_ORDER = 128
"""bits: a smaller third number is the length of a secret, as PKCS#3 has it, and no order of a subgroup."""
