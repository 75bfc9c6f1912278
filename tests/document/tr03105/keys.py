"""LDS_F, LDS_I, LDS_J, LDS_K: what a chip says of its keys and its commands."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from consentry.backends.simulated_chip import StaticKey
from consentry.document.issuing_certificates import write_number
from consentry.document.issuing_infos import (
    write_card_access,
    write_card_security,
    write_chip_info,
    write_chip_key,
    write_security_group,
)
from consentry.document.key_derivation import Suite
from consentry.document.lds import EF_CARD_ACCESS, EF_CARD_SECURITY
from consentry.document.oids import write_oid
from consentry.document.tlv import read_tlv, write_tlv
from document.pki import NOW
from document.tr03105.case import ACCEPTED, Case, Expected, Source, failed
from document.tr03105.changed import retagged, with_length
from document.tr03105.specimen import (
    Specimen,
    chip_infos,
    laid,
    public_of,
    static,
    with_active,
    with_bac,
    with_chip_mapping,
)

_EF_ATR_INFO = 0x2F01
_TERMINAL = write_tlv(0x30, write_oid("0.4.0.127.0.7.2.2.2"), write_number(1))
"""Terminal authentication, which only adds something to read."""


def _group_14(change: Callable[[bytes], bytes]) -> Specimen:
    one = with_bac()
    return replace(one, groups=dict(one.groups) | {14: change(one.groups[14])})


def _group_15(change: Callable[[bytes], bytes]) -> Specimen:
    one = with_active("rsa1024", "sha224")
    return replace(one, groups=dict(one.groups) | {15: change(one.groups[15])})


def _entries(info: bytes, key: bytes) -> Specimen:
    return _group_14(lambda _: write_security_group(info, key))


def _without_identifier(entry: bytes) -> bytes:
    """An entry whose first part, its object identifier, is left out."""
    return write_tlv(0x30, *(bytes(part.raw) for part in read_tlv(entry).children()[1:]))


def _with_identifier(entry: bytes, oid: bytes) -> bytes:
    return write_tlv(0x30, oid, *(bytes(part.raw) for part in read_tlv(entry).children()[1:]))


_INFO, _KEY = chip_infos()
_NO_KEY_KIND = write_tlv(0x06, bytes.fromhex("04007F000702020103"))


def _without_version() -> Specimen:
    (oid, *_) = read_tlv(_INFO).children()
    return _entries(write_tlv(0x30, bytes(oid.raw)), _KEY)


def _domain(number: int) -> bytes:
    """PACEDomainParameterInfo of a standard group."""
    how = write_tlv(0x30, write_oid("0.4.0.127.0.7.1.2"), write_number(number))
    return write_tlv(0x30, write_oid("0.4.0.127.0.7.2.2.4.2"), how)


def _other_domain() -> Specimen:
    """EF.CardAccess and data group 14 name one group, EF.CardSecurity another."""
    one = with_chip_mapping()
    master = dict(one.chip.master)
    access = [bytes(part.raw) for part in read_tlv(master[EF_CARD_ACCESS]).children()]
    key = static(13)
    secured = (*access, _domain(12), write_chip_key(key.group, public_of(key), 1))
    master[EF_CARD_ACCESS] = write_card_access(*access, _domain(13))
    master[EF_CARD_SECURITY] = write_card_security(secured, one.dsc, NOW)
    groups = dict(one.groups) | {14: write_security_group(*access, _domain(13))}
    return replace(one, groups=groups, chip=replace(one.chip, master=master))


def _secured(change: Callable[[tuple[bytes, ...], bytes], tuple[bytes, ...]]) -> Specimen:
    """EF.CardSecurity with other entries, made of EF.CardAccess's and the key."""

    def listed(infos: tuple[bytes, ...], key: StaticKey) -> tuple[bytes, ...]:
        return change(infos, write_chip_key(key.group, public_of(key), 1))

    return with_chip_mapping(listed=listed)


def _atr(file: str, largest: int = 256) -> Specimen:
    one = with_bac()
    master = dict(one.chip.master) | {_EF_ATR_INFO: bytes.fromhex(file)}
    return replace(one, chip=replace(one.chip, master=master, largest=largest))


_INFOS = failed("security_infos")
_ACTIVE, _ACCESS, _LENGTH = failed("active_authentication"), failed("card_access"), failed("extended_length")
_OTHER_VERSION = write_chip_info("ECDH", Suite.TRIPLE_DES, version=10)
Row = tuple[str, str, str, Callable[[], Specimen], Expected]
_ROWS: tuple[Row, ...] = (
    ("F_01", "data group 14: another tag", "6F for 6E", partial(_group_14, lambda file: retagged(file, 0x6F)), _INFOS),
    ("F_02", "data group 14: length too small", "length by one", partial(_group_14, lambda file: with_length(file, -1)),
     _INFOS),
    ("F_03", "data group 14: length too big", "length by one", partial(_group_14, lambda file: with_length(file, 1)),
     _INFOS),
    ("F_04", "a chip's key of a kind that there is not", "identifier",
     lambda: _entries(_INFO, _with_identifier(_KEY, _NO_KEY_KIND)), _INFOS),
    ("F_05", "chip authentication without identifier", "left out",
     lambda: _entries(_without_identifier(_INFO), _KEY), _INFOS),
    ("F_06", "version of chip authentication", "10 for 1", lambda: _entries(_OTHER_VERSION, _KEY), _INFOS),
    ("F_07", "chip authentication without version", "left out", _without_version, _INFOS),
    ("I_01", "data group 15: another tag", "70 for 6F", partial(_group_15, lambda file: retagged(file, 0x70)), _ACTIVE),
    ("I_02", "data group 15: length too small", "length by one", partial(_group_15, lambda file: with_length(file, -1)),
     _ACTIVE),
    ("I_03", "data group 15: length too big", "length by one", partial(_group_15, lambda file: with_length(file, 1)),
     _ACTIVE),
    ("J_01", "EF.CardSecurity says more than EF.CardAccess", "an entry more",
     lambda: _secured(lambda infos, key: (*infos, key, _TERMINAL)), ACCEPTED),
    ("J_02", "EF.CardSecurity says less than EF.CardAccess", "an entry less",
     lambda: _secured(lambda _, key: (key,)), _ACCESS),
    ("J_03", "EF.CardSecurity names another group than EF.CardAccess", "number of the group", _other_domain, _ACCESS),
    ("J_04", "the chip's key in EF.CardSecurity without identifier", "left out",
     lambda: _secured(lambda infos, key: (*infos, _without_identifier(key))), failed("pace_chip_authentication")),
    ("K_01", "lengths in two bytes", "EF.ATR/INFO", partial(_atr, "7F6608020207800202 0780", 0x780), ACCEPTED),
    ("K_02", "lengths in three bytes", "EF.ATR/INFO", partial(_atr, "7F660A02030100000203 010000", 0x10000), ACCEPTED),
    ("K_03", "one length alone", "EF.ATR/INFO", partial(_atr, "7F660402020780"), _LENGTH),
    ("K_04", "lengths under another tag", "7F65 for 7F66", partial(_atr, "7F650802020780 02020780"), _LENGTH),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """All of them."""
    for number, title, altered, make, expected in _ROWS:
        yield Case(f"LDS_{number}", title, altered, (laid(make),), expected, Source.TEXT)
