"""ISO7816_D and F: chip authentication and active authentication."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from consentry.backends.simulated_chip_faults import Fault, Part, Step, instead
from consentry.document.issuing_certificates import write_explicit, write_number
from consentry.document.issuing_infos import write_chip_info, write_chip_key, write_security_group
from consentry.document.key_agreement import EcGroup
from consentry.document.key_derivation import Suite
from consentry.document.oids import write_oid
from consentry.document.security_infos import STANDARD_GROUPS
from consentry.document.tlv import find, read_all, write_tlv
from document.tr03105.case import ACCEPTED, Case, Expected, Source, Trial, failed
from document.tr03105.odd_chips import OldKeysChip, PssChip, sent
from document.tr03105.specimen import (
    BRAINPOOL_256,
    P_256,
    Specimen,
    chip_infos,
    laid,
    public_of,
    static,
    with_active,
    with_bac,
)

_DH_SHORT, _DH_LONG = 0, 2
"""Numbers of the groups of 1,024 and 2,048 bits (Doc 9303-11, table 6): the longer needs long commands."""
_DES = Suite.TRIPLE_DES
_LENGTHS = {0x2F01: bytes.fromhex("7F66080202040002020400")}
"""EF.ATR/INFO of a chip that takes 1,024 bytes."""


def _chip(number: int, suite: Suite, reference: int | None = None, *, extended: bool = False) -> Specimen:
    """Chip authentication in a group by a cipher."""
    return _chips(((number, suite, reference),), extended=extended)


def _chips(ways: tuple[tuple[int, Suite, int | None], ...], *, extended: bool = False) -> Specimen:
    one = with_bac()
    infos = tuple(info for number, suite, reference in ways for info in chip_infos(number, suite, reference))
    keys = {reference: static(number) for number, _, reference in ways}
    long = {"largest": 1024, "master": _LENGTHS} if extended else {}
    chip = replace(one.chip, chip_keys=keys, **long)  # type: ignore[arg-type] - fields by name
    return replace(one, groups=dict(one.groups) | {14: write_security_group(*infos)}, chip=chip)


def _said(*infos: bytes, number: int = P_256, reference: int | None = None) -> Specimen:
    """What data group 14 says of a chip that has a key in a group."""
    one = _chip(number, _DES, reference)
    return replace(one, groups=dict(one.groups) | {14: write_security_group(*infos)})


def _info(number: int, reference: int | None = None) -> bytes:
    return chip_infos(number, _DES, reference)[0]


def _other_key(number: int) -> Specimen:
    """A public key of the same group that is not the chip's."""
    group = STANDARD_GROUPS[number]
    other = public_of(replace(static(number), secret=static(number).secret + 1))
    return _said(_info(number), write_chip_key(group, other), number=number)


def _no_number_of_the_group() -> Specimen:
    """A number that is outside of the subgroup: its last bit is another."""
    public = bytearray(public_of(static(_DH_SHORT)))
    public[-1] ^= 1
    return _said(_info(_DH_SHORT), write_chip_key(STANDARD_GROUPS[_DH_SHORT], bytes(public)), number=_DH_SHORT)


def _off_the_curve() -> Specimen:
    public = bytearray(public_of(static(P_256)))
    public[-1] ^= 1
    return _said(_info(P_256), write_chip_key(STANDARD_GROUPS[P_256], bytes(public)))


def _dh_of_an_even_prime() -> Specimen:
    """Parameters of Diffie-Hellman whose prime is none."""
    numbers = write_tlv(0x30, write_number(1 << 1023), write_number(2), write_number(160))
    kind = write_tlv(0x30, write_oid("1.2.840.113549.1.3.1"), numbers)
    key = write_tlv(0x30, kind, write_tlv(0x03, b"\0", write_number(5)))
    entry = write_tlv(0x30, write_oid("0.4.0.127.0.7.2.2.1.1"), key)
    return _said(_info(_DH_SHORT), entry, number=_DH_SHORT)


def _curve_with_another_generator() -> Specimen:
    """A curve written out, its generator chosen by somebody."""
    group = STANDARD_GROUPS[P_256]
    assert isinstance(group, EcGroup)
    twice = group.curve.multiply(2, group.curve.generator)
    kind = write_tlv(0x30, write_oid("1.2.840.10045.2.1"), write_explicit(group.curve, twice))
    key = write_tlv(0x30, kind, write_tlv(0x03, b"\0", public_of(static(P_256))))
    return _said(_info(P_256), write_tlv(0x30, write_oid("0.4.0.127.0.7.2.2.1.2"), key))


def _numbers_apart() -> Specimen:
    """The protocol names key 1, the key says that it is key 2."""
    key = write_chip_key(STANDARD_GROUPS[P_256], public_of(static(P_256)), 2)
    return _said(write_chip_info("ECDH", _DES, 1), key, reference=1)


def _unknown_number() -> Specimen:
    """Protocol and key agree on a number that the chip does not have."""
    return _said(*chip_infos(P_256, _DES, 9), reference=1)


def _odd(make: Callable[[], Specimen], chip: type) -> Callable[[], Trial]:
    return lambda: replace(make().trial(), chip=chip)


def _ephemeral_keys() -> set[bytes]:
    """The reader's public keys of chip authentication in two sessions with one chip."""
    trial = with_bac().trial()
    commands = [*sent(trial), *sent(trial)]
    keys = [find(tuple(read_all(one.data)), 0x91) for one in commands if one.ins == 0x22]
    return {bytes(one.value) for one in keys if one is not None}


def _fresh_keys() -> str:
    return "" if len(_ephemeral_keys()) == 2 else "expected another ephemeral key in each session, came the same"


_CHIP, _ACTIVE = failed("chip_authentication"), failed("active_authentication")
_AES = (Suite.AES_128, Suite.AES_192, Suite.AES_256)
_REFUSALS = ("6A88", "6A80", "6300", "6982", "6985", "6A86")
Makers = tuple[Callable[[], Trial], ...]


def _each(*makes: Callable[[], Specimen]) -> Makers:
    return tuple(map(laid, makes))


def _refusing() -> Makers:
    return tuple(laid(with_bac, Fault(Step.CHIP_SELECT, Part.STATUS, instead(status))) for status in _REFUSALS)


_THREE = ((BRAINPOOL_256, Suite.AES_128, 1), (P_256, Suite.AES_256, 2), (_DH_SHORT, _DES, 3))
Row = tuple[str, str, str, Makers, Expected]
_CHIP_ROWS: tuple[Row, ...] = (
    ("D_01", "chip authentication with numbers", "group, cipher",
     _each(partial(_chip, _DH_SHORT, _DES), *(partial(_chip, _DH_SHORT, one) for one in _AES)), ACCEPTED),
    ("D_02", "chip authentication with points", "group, cipher",
     _each(partial(_chip, BRAINPOOL_256, _DES), *(partial(_chip, P_256, one) for one in _AES)), ACCEPTED),
    ("D_03", "one numbered key", "data group 14", _each(partial(_chips, _THREE[1:2])), ACCEPTED),
    ("D_04", "two numbered keys", "data group 14", _each(partial(_chips, _THREE[:2])), ACCEPTED),
    ("D_05", "three numbered keys", "data group 14", _each(partial(_chips, _THREE)), ACCEPTED),
    ("D_06", "a number that the chip does not have", "data group 14", _each(_unknown_number), _CHIP),
    ("D_07", "a public number that is not the chip's, or of no group", "data group 14",
     _each(partial(_other_key, _DH_SHORT), _no_number_of_the_group), _CHIP),
    ("D_08", "a public point that is not the chip's, or of no curve", "data group 14",
     _each(partial(_other_key, P_256), _off_the_curve), _CHIP),
    ("D_09", "the chip goes on with the keys from before", "its keys", (_odd(with_bac, OldKeysChip),), _CHIP),
    ("D_10", "each session has an ephemeral key of its own", "nothing: what the reader sends is looked at",
     _each(with_bac), ACCEPTED),
    ("D_11", "parameters of numbers that are none", "data group 14", _each(_dh_of_an_even_prime), _CHIP),
    ("D_12", "parameters of a curve that are nobody's", "data group 14", _each(_curve_with_another_generator), _CHIP),
    ("D_13", "protocol and key have different numbers", "data group 14", _each(_numbers_apart), _CHIP),
    ("D_14", "commands of extended length", "a group of 2,048 bits",
     _each(partial(_chip, _DH_LONG, _DES, extended=True), partial(_chip, _DH_LONG, Suite.AES_128, extended=True)),
     ACCEPTED),
    ("D_15", "the chip refuses the key", f"status {', '.join(_REFUSALS)}", _refusing(), _CHIP),
)  # fmt: skip
_NO_SIGNATURE = "1.2.840.113549.1.1.11"
"""RSA with SHA-256: no way to sign by a curve."""
_TRAILER = Fault(Step.ACTIVE, Part.MESSAGE, lambda block: block[:-2] + b"\x31\xcc")
_ACTIVE_ROWS: tuple[Row, ...] = (
    ("F_01", "RSA with SHA-1", "both ways to end the block",
     _each(partial(with_active, "rsa1024", "sha1", short=True), partial(with_active, "rsa1024", "sha1")), ACCEPTED),
    ("F_02", "ECDSA", "curve, hash",
     _each(*(partial(with_active, curve, hashed) for curve, hashed in (
         ("secp256r1", "sha256"), ("brainpoolP256r1", "sha1"), ("secp224r1", "sha224"),
         ("brainpoolP384r1", "sha384"), ("secp521r1", "sha512")))), ACCEPTED),
    ("F_03", "RSA-PSS, which hides no message and has no place in Doc 9303-11", "how the chip signs",
     (_odd(partial(with_active, "rsa1024"), PssChip),), _ACTIVE),
    ("F_04", "RSA with SHA-224", "hash", _each(partial(with_active, "rsa1024", "sha224")), ACCEPTED),
    ("F_05", "RSA with SHA-256", "hash", _each(partial(with_active, "rsa1024", "sha256")), ACCEPTED),
    ("F_06", "RSA with SHA-384", "hash", _each(partial(with_active, "rsa1024", "sha384")), ACCEPTED),
    ("F_07", "RSA with SHA-512", "hash", _each(partial(with_active, "rsa1024", "sha512")),
     ACCEPTED),
    ("F_08", "a trailer that names no hash", "31 CC", (laid(partial(with_active, "rsa1024", "sha256"), _TRAILER),),
     _ACTIVE),
    ("F_09", "a way to sign that there is not for the key", "data group 14",
     _each(partial(with_active, "secp256r1", "sha256", named=_NO_SIGNATURE)), _ACTIVE),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """All of them."""
    for name, title, altered, makers, expected in (*_CHIP_ROWS, *_ACTIVE_ROWS):
        source = Source.DELETED if name == "F_03" else Source.TITLE
        also = _fresh_keys if name == "D_10" else None
        yield Case(f"ISO7816_{name}", title, altered, makers, expected, source, also)
