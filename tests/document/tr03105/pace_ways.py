"""ISO7816_G, first part: the ways of PACE that a chip may offer, and the one that the reader takes."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from consentry.document.issuing_certificates import write_number
from consentry.document.issuing_infos import write_card_security, write_chip_key, write_pace_info, write_security_group
from consentry.document.key_derivation import Suite
from consentry.document.lds import EF_CARD_SECURITY
from consentry.document.oids import write_oid
from consentry.document.security_infos import Mapping
from consentry.document.tlv import read_all, write_tlv
from document.pki import NOW
from document.tr03105.case import ACCEPTED, Case, Expected, Source, Trial, refused
from document.tr03105.odd_chips import sent
from document.tr03105.specimen import (
    BRAINPOOL_256,
    CAN,
    P_256,
    Specimen,
    chip_infos,
    laid,
    pace_info,
    public_of,
    static,
    with_chip_mapping,
    with_pace,
)

_GENERIC, _INTEGRATED, _CHIP = Mapping.GENERIC, Mapping.INTEGRATED, Mapping.CHIP_AUTHENTICATION
_DES, _AES = Suite.TRIPLE_DES, Suite.AES_128
_SUITES = (_DES, _AES, Suite.AES_192, Suite.AES_256)
_NUMBERS, _POINTS = (0, 1, 2), tuple(range(8, 19))
"""Numbers of the standard groups (Doc 9303-11, table 6)."""
_ALL = (*_NUMBERS, *_POINTS)
_INTO = tuple(number for number in _ALL if number != 10)
"""Without P-224, which the standard leaves out of integrated mapping."""
_DH_CHIP = "0.4.0.127.0.7.2.2.4.5.2"
"""Where chip authentication mapping with numbers would stand, if there were any."""
_LOCATOR = write_tlv(0x30, write_oid("0.4.0.127.0.7.2.2.6"), write_tlv(0x16, b"https://example.org"))
_TERMINAL = write_tlv(0x30, write_oid("0.4.0.127.0.7.2.2.2"), write_number(1))
_NOBODYS = write_tlv(0x30, write_oid("1.3.6.1.4.1.99999.1"), write_number(7), write_tlv(0x04, bytes(5)))


def _extended(one: Specimen) -> Specimen:
    """For groups whose numbers need commands of extended length."""
    return replace(one, chip=replace(one.chip, largest=1024))


def _way(number: int, mapping: Mapping, suite: Suite) -> Specimen:
    return _extended(with_pace((number, mapping, suite)))


def _by_can() -> Specimen:
    return replace(with_pace(), passwords=(CAN,))


def _domain(number: int) -> bytes:
    """PACEDomainParameterInfo of a standard group."""
    how = write_tlv(0x30, write_oid("0.4.0.127.0.7.1.2"), write_number(number))
    return write_tlv(0x30, write_oid("0.4.0.127.0.7.2.2.4.2"), how)


_TWO = ((BRAINPOOL_256, _GENERIC, _DES), (P_256, _GENERIC, _AES))


def _no_such_mapping() -> Specimen:
    """Generic mapping beside an identifier that stands for nothing, in all three files."""
    infos = (pace_info(BRAINPOOL_256, _GENERIC, _DES), write_pace_info("ECDH", _GENERIC, _AES, 2, oid=_DH_CHIP))
    one = with_pace(access=infos)
    key = static(BRAINPOOL_256)
    secured = write_card_security((*infos, write_chip_key(key.group, public_of(key), 1)), one.dsc, NOW)
    master = dict(one.chip.master) | {EF_CARD_SECURITY: secured}
    groups = dict(one.groups) | {14: write_security_group(*infos, *chip_infos())}
    return replace(one, groups=groups, chip=replace(one.chip, master=master))


def _mapping_without_aes() -> Specimen:
    """Chip authentication mapping with 3DES, for which there is no identifier."""
    return with_pace(access=(pace_info(BRAINPOOL_256, _CHIP, _DES),))


def _selected(make: Callable[[], Specimen]) -> dict[int, bytes]:
    """The objects of the command that selects PACE."""
    data = next(one.data for one in sent(make().trial()) if one.ins == 0x22 and one.p1 == 0xC1)
    return {one.tag: bytes(one.value) for one in read_all(data)}


def _selects(make: Callable[[], Specimen], oid: str, group: int | None) -> str:
    """Whether the command names a protocol that is offered, the password, and the group where there are several."""
    objects = _selected(make)
    wanted = {0x80: write_oid(oid)[2:], 0x83: b"\1"} | ({} if group is None else {0x84: bytes([group])})
    return "" if objects == wanted else f"expected objects {wanted}, the reader sent {objects}"


_ECDH_DES = "0.4.0.127.0.7.2.2.4.2.1"
Makers = tuple[Callable[[], Trial], ...]


def _each(*makes: Callable[[], Specimen]) -> Makers:
    return tuple(map(laid, makes))


Row = tuple[str, str, str, Makers, Expected, Source, Callable[[], str] | None]
_TITLE = Source.TITLE
_ROWS: tuple[Row, ...] = (
    ("01", "PACE by the zone, and by the access number", "nothing", _each(with_pace, _by_can), ACCEPTED, _TITLE, None),
    ("02", "generic mapping in every standard group", "group",
     _each(*(partial(_way, number, _GENERIC, _AES) for number in _ALL)), ACCEPTED, _TITLE, None),
    ("03", "integrated mapping in every standard group", "group",
     _each(*(partial(_way, number, _INTEGRATED, _AES) for number in _INTO)), ACCEPTED, _TITLE, None),
    ("04", "every cipher with every mapping", "cipher, mapping",
     _each(*(partial(_way, number, mapping, suite)
             for number, mapping in ((0, _GENERIC), (P_256, _GENERIC), (0, _INTEGRATED), (P_256, _INTEGRATED))
             for suite in _SUITES),
           *(partial(with_chip_mapping, P_256, suite) for suite in _SUITES[1:])), ACCEPTED, _TITLE, None),
    ("05", "entries of other protocols beside PACE's", "EF.CardAccess and data group 14",
     _each(partial(with_pace, more=(_LOCATOR, _TERMINAL, _NOBODYS))), ACCEPTED, _TITLE, None),
    ("06", "two ways in two groups: the command names the group", "EF.CardAccess and data group 14",
     _each(partial(with_pace, *_TWO)), ACCEPTED, _TITLE,
     lambda: _selects(partial(with_pace, *_TWO), _ECDH_DES, BRAINPOOL_256)),
    ("07", "two ways and parameters written beside them", "EF.CardAccess and data group 14",
     _each(partial(with_pace, *_TWO, more=(_domain(BRAINPOOL_256),))), ACCEPTED, _TITLE, None),
    ("28", "a number of a group that there is not", "31, and 5",
     _each(*(partial(with_pace, access=(write_pace_info("ECDH", _GENERIC, _AES, number),)) for number in (31, 5))),
     refused("pace"), _TITLE, None),
    ("34", "chip authentication mapping, and passive authentication over its key", "nothing",
     _each(with_chip_mapping), ACCEPTED, _TITLE, None),
    ("36", "an identifier that stands for nothing beside one that does", "EF.CardAccess, both signed files",
     _each(_no_such_mapping), ACCEPTED, Source.TEXT, lambda: _selects(_no_such_mapping, _ECDH_DES, None)),
    ("37", "chip authentication mapping with a cipher that it does not have", "EF.CardAccess, data group 14",
     _each(_mapping_without_aes), refused("pace"), Source.DELETED, None),
    ("41", "chip authentication mapping in every group of points", "group",
     _each(*(partial(with_chip_mapping, number) for number in _POINTS)), ACCEPTED, _TITLE, None),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """All of them."""
    for number, title, altered, makers, expected, source, also in _ROWS:
        yield Case(f"ISO7816_G_{number}", title, altered, makers, expected, source, also)
