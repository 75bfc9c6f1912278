"""A passport of Utopia with a face of one's own choice, laid on a simulated reader: for demonstrations and tests.

The state, its keys and the document are made anew for each, in memory, and are gone with the process. Nobody trusts
that state but whoever takes its authority from here, so nothing else can pass with such a document.
"""

import io
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime

from PIL import Image as Pictures

from consentry.backends.simulated_chip import Personalisation, StaticKey
from consentry.backends.simulated_chip_numbers import arithmetic_of
from consentry.backends.simulated_emrtd import SimulatedEmrtd
from consentry.core.frames import Image
from consentry.document.certificates import read_certificate
from consentry.document.issuing import write_com, write_mrz_group, write_portrait_group, write_security_object
from consentry.document.issuing_certificates import DAY, Issued, SigningKey, Wish, issue
from consentry.document.issuing_infos import (
    agreement_of,
    write_active_group,
    write_active_info,
    write_capabilities,
    write_card_access,
    write_chip_info,
    write_chip_key,
    write_pace_info,
    write_security_group,
)
from consentry.document.key_derivation import MrzKey, Suite
from consentry.document.lds import EF_COM, EF_SOD, file_of
from consentry.document.mrz import MrzFields, parse_mrz, write_mrz
from consentry.document.mrz_layout import TD3
from consentry.document.mrz_names import Names
from consentry.document.security_infos import STANDARD_GROUPS, Mapping
from consentry.document.trust import TrustStore, trust

_YEAR = 365.25 * DAY
_CURVE, _GROUP = "secp256r1", 12
"""NIST P-256, by its name and by its number in PACE (Doc 9303-11, 9.5.1)."""
_SIGNATURE = "0.4.0.127.0.7.1.1.4.1.3"
"""ecdsa-plain-SHA256 (BSI TR-03111), of active authentication."""
_SIZE = (413, 531)
"""px: 35 x 45 mm at 300 dpi, as Doc 9303-9 prints portraits."""
_CARD_ACCESS, _CAPABILITIES = 0x011C, 0x2F01
_LONGEST = 0xFFFF
"""bytes of an answer."""
_BORN = date(1990, 5, 17)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class SimulatedPassport:
    """A document, its print, and the one authority that stands behind it."""

    chip: SimulatedEmrtd
    mrz: tuple[str, ...]
    trusted: TrustStore
    """Of its own state alone."""
    password: MrzKey


def simulated_passport(portrait: Image, at: float, *, born: date = _BORN, expires: date | None = None,
                       altered: Image | None = None) -> SimulatedPassport:  # fmt: skip
    """Issue a passport and lay it on the reader.

    Args:
        portrait: of the holder, uint8, H x W x 3, blue green red; its middle is cut to the shape of a portrait.
        at: when, s UTC.
        born: date of birth.
        expires: date of expiry; None: in five years.
        altered: a forger's portrait, put into the chip after the state signed; None: nobody was at it.
    """
    last = expires or datetime.fromtimestamp(at + 5 * _YEAR, UTC).date()
    lines = write_mrz(_fields(born, last), TD3)
    authority, signer = _state(at)
    chip_key, active = _static(), SigningKey.make(_CURVE)
    pace = write_pace_info("ECDH", Mapping.GENERIC, Suite.AES_128, _GROUP)
    public = arithmetic_of(chip_key.group).public(chip_key.secret)
    infos = (
        pace,
        write_chip_info(agreement_of(chip_key.group), Suite.AES_128),
        write_chip_key(chip_key.group, public),
        write_active_info(_SIGNATURE),
    )
    groups = {
        1: write_mrz_group(lines),
        2: write_portrait_group(portrait_jpeg(portrait), *_SIZE),
        14: write_security_group(*infos),
        15: write_active_group(active.public),
    }
    signed = write_security_object(groups, signer, at - 100 * DAY)
    if altered is not None:
        groups[2] = write_portrait_group(portrait_jpeg(altered), *_SIZE)
    files = {file_of(number): file for number, file in groups.items()}
    password = MrzKey.of(parse_mrz("\n".join(lines), datetime.fromtimestamp(at, UTC).date()))
    made = Personalisation(
        files=files | {EF_COM: write_com(tuple(sorted(groups))), EF_SOD: signed},
        master={_CARD_ACCESS: write_card_access(pace), _CAPABILITIES: write_capabilities(_LONGEST, _LONGEST)},
        mrz=password,
        basic=False,
        active_key=active.private,
        chip_keys={None: chip_key},
        largest=_LONGEST,
    )
    store = trust([(read_certificate(authority.der), "the simulated state")]).store
    return SimulatedPassport(SimulatedEmrtd(made), lines, store, password)


def _fields(born: date, last: date) -> MrzFields:
    return MrzFields(
        code="P",
        issuer="UTO",
        names=Names("SPECIMEN", "SAMPLE"),
        number="U00000001",
        nationality="UTO",
        birth=f"{born:%y%m%d}",
        sex="<",
        expiry=f"{last:%y%m%d}",
    )


def _state(at: float) -> tuple[Issued, Issued]:
    """An authority, and a signer under it."""
    root = issue(Wish("UT", "Utopia CSCA", at - 5 * _YEAR, at + 15 * _YEAR, authority=True), SigningKey.make(_CURVE))
    return root, issue(Wish("UT", "Utopia DSC", at - _YEAR, at + 11 * _YEAR, serial=2), SigningKey.make(_CURVE), root)


def _static() -> StaticKey:
    return StaticKey(STANDARD_GROUPS[_GROUP], 1 + int.from_bytes(os.urandom(31), "big"))


def portrait_jpeg(portrait: Image) -> bytes:
    """The middle of a picture in the shape of a portrait."""
    picture = Pictures.fromarray(portrait[:, :, ::-1])
    shape = _SIZE[0] / _SIZE[1]
    wide, high = min(picture.width, picture.height * shape), min(picture.height, picture.width / shape)
    left, top = (picture.width - wide) / 2, (picture.height - high) / 2
    written = io.BytesIO()
    cut = picture.resize(_SIZE, Pictures.Resampling.LANCZOS, (left, top, left + wide, top + high))
    cut.save(written, "JPEG", quality=92)
    return written.getvalue()
