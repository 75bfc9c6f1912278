"""A document of Utopia before it goes into a chip: every part can be replaced by one with a fault.

What BSI calls its default configurations (TR-03105-5.1, clause 4) is here ``with_bac``, ``with_pace`` and so on. Two
things are other than there. Utopia's passport has an elliptic chip key, and one for active authentication where chip
authentication cannot be, since nothing is called genuine here that could be a copy. And hashes of data groups are of
the files as they lie in the chip, also where a length in them is wrong.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from consentry.backends.simulated_chip import Personalisation, StaticKey
from consentry.backends.simulated_chip_faults import Fault
from consentry.backends.simulated_chip_numbers import arithmetic_of
from consentry.document.certificates import Certificate, read_certificate
from consentry.document.issuing import write_com, write_mrz_group, write_portrait_group, write_security_object
from consentry.document.issuing_certificates import DAY, Issued, SigningKey
from consentry.document.issuing_infos import (
    agreement_of,
    write_active_group,
    write_active_info,
    write_card_access,
    write_card_security,
    write_chip_info,
    write_chip_key,
    write_pace_info,
    write_security_group,
)
from consentry.document.key_derivation import CanKey, MrzKey, Password, Suite
from consentry.document.lds import EF_CARD_ACCESS, EF_CARD_SECURITY, EF_COM, EF_SOD, file_of
from consentry.document.revocation import RevocationList
from consentry.document.security_infos import STANDARD_GROUPS
from consentry.document.security_infos import Mapping as PaceMapping
from consentry.document.signatures import digest
from consentry.document.tlv import write_tlv
from consentry.document.trust import TrustStore, trust
from document.pki import MRZ, NOW, authority, key, picture, signer
from document.tr03105.case import Trial

ZONE = MrzKey("L898902C3", "740812", "320415")
"""Of ``pki.MRZ``."""
CAN = CanKey("123456")
BRAINPOOL_256, P_256 = 13, 12
"""Numbers of standard groups (Doc 9303-11, table 6): BSI's default, and the quickest."""
PLAIN_ECDSA = "0.4.0.127.0.7.1.1.4.1"
"""Base of BSI's identifiers of ECDSA with r and s side by side."""
_HASHES = {"sha1": 1, "sha224": 2, "sha256": 3, "sha384": 4, "sha512": 5}


@dataclass(frozen=True, slots=True, eq=False)
class Specimen:
    """One document, and what an inspection of it knows besides."""

    csca: Issued
    dsc: Issued
    groups: Mapping[int, bytes]
    """Files of the data groups by number, as they lie in the chip."""
    chip: Personalisation
    """Keys and behaviour of the chip; its files are put in at the end."""
    signed: Mapping[int, bytes] | None = None
    """What EF.SOD vouches for where that is not what lies in the chip."""
    hashed: str = "sha256"
    version: str | None = None
    """Of the data structure, where EF.SOD says it."""
    embedded: bool = True
    """Whether the signer's certificate lies in EF.SOD."""
    parts: Mapping[str, bytes] = field(default_factory=dict)
    """Faults of EF.SOD (``issuing.write_security_object``)."""
    sod: bytes | None = None
    """EF.SOD whole, in the stead of the right one."""
    com: bytes | None = None
    """EF.COM likewise."""
    printed: tuple[str, ...] = MRZ
    trusted: tuple[Issued, ...] | None = None
    """Whom the inspection trusts; None: the authority."""
    at_hand: tuple[Certificate, ...] = ()
    """Document signers that the inspection has by another way."""
    lists: tuple[RevocationList, ...] = ()
    passwords: tuple[Password, ...] = (ZONE,)

    def hashes(self) -> bytes:
        """The list of hashes in EF.SOD."""
        signed = self.groups if self.signed is None else self.signed
        return hash_list({number: digest(self.hashed, file) for number, file in sorted(signed.items())})

    def written_sod(self) -> bytes:
        """EF.SOD."""
        if self.sod is not None:
            return self.sod
        return write_security_object(
            {},
            self.dsc,
            NOW - 100 * DAY,
            hashed=self.hashed,
            version=self.version,
            embedded=self.embedded,
            parts={"hashes": self.hashes()} | dict(self.parts),
        )

    def written_com(self) -> bytes:
        """EF.COM."""
        return write_com(tuple(sorted(self.groups))) if self.com is None else self.com

    def files(self) -> dict[int, bytes]:
        """All files of the application by identifier."""
        return {file_of(number): file for number, file in self.groups.items()} | {
            EF_COM: self.written_com(),
            EF_SOD: self.written_sod(),
        }

    def trial(self, *faults: Fault) -> Trial:
        """The document in its chip."""
        trusted = (self.csca,) if self.trusted is None else self.trusted
        anchors = [(read_certificate(one.der), "test") for one in trusted]
        store: TrustStore = trust(anchors, lists=self.lists, signers=self.at_hand).store
        made = replace(self.chip, files=self.files())
        return Trial(made, store, self.printed, self.passwords, faults)


def laid(make: Callable[[], Specimen], *faults: Fault) -> Callable[[], Trial]:
    """A maker of the document in its chip."""
    return lambda: make().trial(*faults)


def hash_list(hashes: Mapping[int, bytes]) -> bytes:
    """DataGroupHash of each number, in a sequence."""
    entries = (write_tlv(0x30, write_tlv(0x02, bytes([n])), write_tlv(0x04, one)) for n, one in hashes.items())
    return write_tlv(0x30, *entries)


def signing(kind: str, scheme: str, hashed: str, role: str) -> SigningKey:
    """The key of a kind and a role, signing by a scheme: one key for all schemes, since long ones take long to find."""
    return replace(key(kind, role=role), scheme=scheme, hash=hashed)


def issued(
    kind: str, scheme: str = "ecdsa", hashed: str = "sha256", authority_kind: str | None = None
) -> tuple[Issued, Issued]:
    """An authority and a signer of Utopia by one scheme in the whole chain."""
    csca = authority(signing(authority_kind or kind, scheme, hashed, "csca"))
    return csca, signer(signing(kind, scheme, hashed, "dsc"), csca)


@cache
def default_chain() -> tuple[Issued, Issued]:
    """BSI's default: RSA-PSS with SHA-256, 3,072 and 2,048 bits."""
    return issued("rsa2048", "rsa-pss", "sha256", "rsa3072")


@cache
def zone_group() -> bytes:
    """Data group 1."""
    return write_mrz_group(MRZ)


@cache
def face_group() -> bytes:
    """Data group 2."""
    return write_portrait_group(picture(), 413, 531)


@cache
def static(number: int) -> StaticKey:
    """A key for chip authentication in a standard group."""
    group = STANDARD_GROUPS[number]
    size = 16  # bytes: quick, and never more than the order of a group
    seed = digest("sha256", f"{number}".encode())[:size]
    return StaticKey(group, 1 + int.from_bytes(seed, "big"))


def public_of(key: StaticKey) -> bytes:
    """Its public value."""
    return arithmetic_of(key.group).public(key.secret)


def chip_infos(number: int = P_256, suite: Suite = Suite.TRIPLE_DES, reference: int | None = None) -> tuple[bytes, ...]:
    """What data group 14 says of chip authentication: protocol and key."""
    one = static(number)
    agreement = agreement_of(one.group)
    return write_chip_info(agreement, suite, reference), write_chip_key(one.group, public_of(one), reference)


def active_key(kind: str = "secp256r1") -> SigningKey:
    """A key for active authentication."""
    return key(kind, role="active")


def active_info(hashed: str = "sha256") -> bytes:
    """What data group 14 says of active authentication by a curve."""
    return write_active_info(f"{PLAIN_ECDSA}.{_HASHES[hashed]}")


def plain() -> Specimen:
    """A chip that gives its files to anybody, with active authentication (RSA, as it needs no data group 14)."""
    csca, dsc = default_chain()
    signing_key = active_key("rsa1024")
    groups = {1: zone_group(), 2: face_group(), 15: write_active_group(signing_key.public)}
    chip = Personalisation(files={}, active_key=signing_key.private)
    return Specimen(csca, dsc, groups, chip)


def with_bac() -> Specimen:
    """BAC, and chip authentication behind it."""
    csca, dsc = default_chain()
    groups = {1: zone_group(), 2: face_group(), 14: write_security_group(*chip_infos())}
    chip = Personalisation(files={}, mrz=ZONE, chip_keys={None: static(P_256)})
    return Specimen(csca, dsc, groups, chip)


def with_active(kind: str, hashed: str = "sha256", *, named: str | None = None, short: bool = False) -> Specimen:
    """BAC and active authentication, without chip authentication.

    Args:
        kind: of the key.
        hashed: hash function.
        named: identifier that data group 14 gives to the way of signing; None: it gives the right one, on a curve.
        short: whether RSA with SHA-1 ends with one byte.
    """
    csca, dsc = default_chain()
    signing_key = active_key(kind)
    groups = {1: zone_group(), 2: face_group(), 15: write_active_group(signing_key.public)}
    if named is not None or not kind.startswith("rsa"):
        groups[14] = write_security_group(active_info(hashed) if named is None else write_active_info(named))
    chip = Personalisation(files={}, mrz=ZONE, active_key=signing_key.private, active_hash=hashed, short_trailer=short)
    return Specimen(csca, dsc, groups, chip)


def with_pace(
    *ways: tuple[int, PaceMapping, Suite], access: tuple[bytes, ...] | None = None, more: tuple[bytes, ...] = ()
) -> Specimen:
    """PACE alone, no BAC, and chip authentication behind it.

    Args:
        ways: group's number, mapping, cipher; none: BSI's default.
        access: entries of EF.CardAccess in the stead of those ways'.
        more: further entries in EF.CardAccess and data group 14.
    """
    csca, dsc = default_chain()
    chosen = ways or ((BRAINPOOL_256, PaceMapping.GENERIC, Suite.TRIPLE_DES),)
    infos = (*(pace_info(*one) for one in chosen), *more) if access is None else access
    groups = {1: zone_group(), 2: face_group(), 14: write_security_group(*infos, *chip_infos())}
    chip = Personalisation(
        files={},
        master={EF_CARD_ACCESS: write_card_access(*infos)},
        mrz=ZONE,
        can=CAN,
        basic=False,
        chip_keys={None: static(P_256)},
    )
    return Specimen(csca, dsc, groups, chip)


def with_chip_mapping(
    number: int = BRAINPOOL_256,
    suite: Suite = Suite.AES_128,
    listed: Callable[[tuple[bytes, ...], StaticKey], tuple[bytes, ...]] | None = None,
) -> Specimen:
    """PACE with chip authentication mapping, and no other proof that the chip is no copy.

    Args:
        number: of the group.
        suite: cipher.
        listed: entries of EF.CardSecurity, made of EF.CardAccess's and the chip's key, in the stead of the right ones.
    """
    one = with_pace((number, PaceMapping.CHIP_AUTHENTICATION, suite))
    info = (pace_info(number, PaceMapping.CHIP_AUTHENTICATION, suite),)
    key_ = static(number)
    right = (*info, write_chip_key(key_.group, public_of(key_), 1))
    file = write_card_security(right if listed is None else listed(info, key_), one.dsc, NOW - 100 * DAY)
    master = dict(one.chip.master) | {EF_CARD_SECURITY: file}
    chip = replace(one.chip, master=master, chip_keys={}, mapping_key=key_)
    return replace(one, groups=dict(one.groups) | {14: write_security_group(*info)}, chip=chip)


def pace_info(number: int, mapping: PaceMapping, suite: Suite) -> bytes:
    """One way of PACE."""
    return write_pace_info(agreement_of(STANDARD_GROUPS[number]), mapping, suite, number)
