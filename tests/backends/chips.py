"""Simulated documents of Utopia with a chip of every kind, each made from a wish of a few words."""

import os
from dataclasses import dataclass
from functools import cache

from consentry.backends.simulated_chip import Personalisation, StaticKey
from consentry.backends.simulated_chip_numbers import arithmetic_of
from consentry.document.issuing_infos import (
    agreement_of,
    write_active_group,
    write_active_info,
    write_capabilities,
    write_card_access,
    write_card_security,
    write_chip_info,
    write_chip_key,
    write_pace_info,
    write_security_group,
)
from consentry.document.key_derivation import CanKey, MrzKey, Suite
from consentry.document.security_infos import STANDARD_GROUPS, Mapping
from document.pki import NOW, Passport, key, passport

ZONE = MrzKey("L898902C3", "740812", "320415")
"""Of ``pki.MRZ``."""
CAN = CanKey("123456")
PLAIN_ECDSA = {
    "sha1": "0.4.0.127.0.7.1.1.4.1.1",
    "sha224": "0.4.0.127.0.7.1.1.4.1.2",
    "sha256": "0.4.0.127.0.7.1.1.4.1.3",
    "sha384": "0.4.0.127.0.7.1.1.4.1.4",
    "sha512": "0.4.0.127.0.7.1.1.4.1.5",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a chip is to do."""

    pace: tuple[tuple[int, Mapping, Suite], ...] = ()
    """Group's number, mapping, cipher."""
    told: bool = True
    """Whether data group 14 repeats the ways of PACE, as it must."""
    chip: tuple[int, Suite] | None = None
    """Chip authentication: group's number, cipher."""
    chip_number: int | None = None
    copied: bool = False
    """Whether the chip is a copy: all files, and private keys of its own."""
    active: str | None = None
    """Active authentication: ``rsa1024`` or a curve."""
    active_hash: str = "sha256"
    short_trailer: bool = False
    basic: bool = True
    open: bool = False
    """Whether it gives its files to anybody."""
    largest: int = 256
    at_end: int = 0x9000
    short_identifiers: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A document, and what a state knows of it."""

    made: Personalisation
    passport: Passport


@cache
def document(wish: Wish) -> Document:
    """Make one; the same wish gives the same document."""
    infos: list[bytes] = []
    access = [
        write_pace_info(agreement_of(STANDARD_GROUPS[group]), mapping, suite, group)
        for group, mapping, suite in wish.pace
    ]
    infos += access if wish.told else []
    chip_keys = _chip(wish, infos)
    more: dict[int, bytes] = {}
    private = None
    if wish.active is not None:
        signing = key(wish.active, role="active")
        private = key(wish.active, role="copy").private if wish.copied else signing.private
        more[15] = write_active_group(signing.public)
        if not wish.active.startswith("rsa"):
            infos.append(write_active_info(PLAIN_ECDSA[wish.active_hash]))
    if infos:
        more[14] = write_security_group(*infos)
    base = passport()
    one = Passport(base.csca, base.dsc, more=more)
    master = {0x011C: write_card_access(*access)} if access else {}
    mapping_key = _mapping(wish, access, one, master)
    if wish.largest > 256:
        master[0x2F01] = write_capabilities(wish.largest, wish.largest)
    made = Personalisation(
        files=one.files(),
        master=master,
        mrz=None if wish.open else ZONE,
        can=None if wish.open else CAN,
        basic=wish.basic,
        active_key=private,
        active_hash=wish.active_hash,
        short_trailer=wish.short_trailer,
        chip_keys=chip_keys,
        mapping_key=mapping_key,
        largest=wish.largest,
        at_end=wish.at_end,
        short_identifiers=wish.short_identifiers,
    )
    return Document(made, one)


def _chip(wish: Wish, infos: list[bytes]) -> dict[int | None, StaticKey]:
    if wish.chip is None:
        return {}
    number, suite = wish.chip
    static = _static(number)
    public = arithmetic_of(static.group).public(static.secret)
    infos.append(write_chip_info(agreement_of(static.group), suite, wish.chip_number))
    infos.append(write_chip_key(static.group, public, wish.chip_number))
    return {wish.chip_number: StaticKey(static.group, static.secret + wish.copied)}


def _mapping(wish: Wish, access: list[bytes], one: Passport, master: dict[int, bytes]) -> StaticKey | None:
    groups = [group for group, mapping, _ in wish.pace if mapping is Mapping.CHIP_AUTHENTICATION]
    if not groups:
        return None
    static = _static(groups[0])
    listed = write_chip_key(static.group, arithmetic_of(static.group).public(static.secret), 1)
    master[0x011D] = write_card_security((*access, listed), one.dsc, NOW)
    return StaticKey(static.group, static.secret + wish.copied)


def _static(number: int) -> StaticKey:
    return StaticKey(STANDARD_GROUPS[number], 1 + int.from_bytes(os.urandom(16), "big"))
