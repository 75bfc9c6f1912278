"""Documents of the synthetic state of Utopia for benches: the same bytes in every run, so that a find stays one.

Its keys are no secrets: each is made out of its name.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from io import BytesIO
from itertools import count

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from PIL import Image

from consentry.backends.simulated_chip import Personalisation, StaticKey
from consentry.backends.simulated_chip_numbers import arithmetic_of
from consentry.document import issuing_infos as infos
from consentry.document.certificates import read_certificate
from consentry.document.curves import CURVES
from consentry.document.issuing import write_com, write_mrz_group, write_portrait_group, write_security_object
from consentry.document.issuing_certificates import (
    DAY,
    DEVIATION_LIST_SIGNER,
    MASTER_LIST_SIGNER,
    Issued,
    SigningKey,
    Wish,
    issue,
)
from consentry.document.key_agreement import Random
from consentry.document.key_derivation import CanKey, MrzKey, Suite
from consentry.document.lds import EF_CARD_ACCESS, EF_CARD_SECURITY, EF_COM, EF_SOD, file_of
from consentry.document.security_infos import STANDARD_GROUPS
from consentry.document.security_infos import Mapping as PaceMapping
from consentry.document.signatures import LIBRARY_HASHES
from consentry.document.trust import TrustStore, trust

NOW = 1_795_564_800.0
"""s UTC: 2026-11-25."""
YEAR = 365.25 * DAY
MRZ = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F3204153ZE184226B<<<<<16")
"""The example of Doc 9303-4, appendix B, with an expiry in 2032."""
PASSWORD = MrzKey("L898902C3", "740812", "320415")
"""Of that zone."""
CAN = CanKey("123456")
P_256 = 12
"""Number of a standard group."""


class SteadyKey(SigningKey):
    """Signs the same data alike each time."""

    __slots__ = ()

    def sign(self, data: bytes) -> bytes:
        """The signature over data: ECDSA by RFC 6979."""
        if self.scheme != "ecdsa" or not isinstance(self.private, ec.EllipticCurvePrivateKey):
            return super().sign(data)
        return self.private.sign(data, ec.ECDSA(LIBRARY_HASHES[self.hash](), deterministic_signing=True))


@cache
def steady_key(kind: str, role: str, hashed: str = "sha256", *, explicit: bool = False) -> SteadyKey:
    """The key of a role: ``rsa1024``, ``rsa2048`` or a curve of the library's."""
    if kind.startswith("rsa"):
        half = int(kind[3:]) // 2
        p, q = _prime(f"{role} p", half), _prime(f"{role} q", half)
        return SteadyKey(_rsa(p, q), "rsa", hashed)
    curve = next(one for one in CURVES if one.name == kind)
    assert curve.library is not None
    secret = 1 + int.from_bytes(steady(f"{kind} {role}")(curve.size + 8), "big") % (curve.order - 1)
    return SteadyKey(ec.derive_private_key(secret, curve.library()), "ecdsa", hashed, explicit)


def steady(name: str) -> Random:
    """A source of "random" bytes that gives the same in every run."""
    turns = count()
    return lambda size: hashlib.shake_256(f"{name} {next(turns)}".encode()).digest(size)


def _prime(name: str, bits: int) -> int:
    """The next prime with its two highest bits set, so that the product of two has all its bits."""
    number = int.from_bytes(steady(name)(bits // 8), "big") | 3 << bits - 2 | 1
    while not (all(number % small for small in _SMALL) and number % 65_537 != 1 and _probably_prime(number)):
        number += 2
    return number


_SMALL = tuple(one for one in range(3, 2000, 2) if all(one % other for other in range(3, one, 2)))
"""Primes by which most numbers are sorted out."""


def _probably_prime(number: int) -> bool:
    return all(pow(base, number - 1, number) == 1 for base in (2, 3, 5, 7))


def _rsa(p: int, q: int) -> rsa.RSAPrivateKey:
    private = pow(65_537, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPublicNumbers(65_537, p * q)
    parts = rsa.rsa_crt_dmp1(private, p), rsa.rsa_crt_dmq1(private, q), rsa.rsa_crt_iqmp(p, q)
    return rsa.RSAPrivateNumbers(p, q, private, *parts, numbers).private_key()


def authority(kind: str, *, explicit: bool = False) -> Issued:
    """An authority that signed itself."""
    wish = Wish("UT", "Utopia CSCA", NOW - 5 * YEAR, NOW + 15 * YEAR, authority=True)
    return issue(wish, steady_key(kind, "csca", explicit=explicit))


def signer(
    kind: str, by: Issued, serial: int = 77, purposes: tuple[str, ...] = (), *, explicit: bool = False
) -> Issued:
    """A signer of documents, or of lists where it has purposes."""
    wish = Wish("UT", "Utopia DSC", NOW - YEAR, NOW + 11 * YEAR, serial=serial, purposes=purposes)
    return issue(wish, steady_key(kind, f"signer {serial}", explicit=explicit), by)


@cache
def list_signer() -> Issued:
    """Signer of master lists, under the authority of the first passport."""
    return signer("secp256r1", passport().csca, 78, (MASTER_LIST_SIGNER,))


@cache
def deviation_signer() -> Issued:
    """Signer of deviation lists."""
    return signer("secp256r1", passport().csca, 79, (DEVIATION_LIST_SIGNER,))


@cache
def defect_signer() -> Issued:
    """Signer of defect lists."""
    return signer("secp256r1", passport().csca, 80, ("0.4.0.127.0.7.3.1.99",))


@cache
def picture(kind: str = "JPEG", width: int = 413, height: int = 531) -> bytes:
    """A picture of nobody: two gradients."""
    across = Image.linear_gradient("L").resize((width, height))
    image = Image.merge("RGB", [across, across.rotate(180), across])
    written = BytesIO()
    image.save(written, kind)
    return written.getvalue()


@dataclass(frozen=True, slots=True, eq=False)
class Passport:
    """A document of Utopia."""

    csca: Issued
    dsc: Issued
    groups: Mapping[int, bytes]
    more: Mapping[int, bytes] = field(default_factory=dict)
    """Files of the master file."""

    def files(self) -> dict[int, bytes]:
        """Of the application, by identifier."""
        sod = write_security_object(self.groups, self.dsc, NOW - 100 * DAY)
        named = {file_of(number): file for number, file in self.groups.items()}
        return named | {EF_COM: write_com(tuple(sorted(self.groups))), EF_SOD: sod}

    def store(self) -> TrustStore:
        """A store that trusts its authority."""
        return trust([(read_certificate(self.csca.der), "bench")]).store


@cache
def passport(
    kind: str = "secp256r1", *, explicit: bool = False, face: str = "JPEG", pace_group: int = P_256
) -> Passport:
    """A document with a key for active authentication and one for chip authentication, PACE announced."""
    csca = authority(kind, explicit=explicit)
    group = STANDARD_GROUPS[P_256]
    public = arithmetic_of(group).public(_chip_key().secret)
    told = (
        infos.write_pace_info("ECDH", PaceMapping.GENERIC, Suite.AES_128, pace_group),
        infos.write_chip_info("ECDH", Suite.AES_128, 1),
        infos.write_chip_key(group, public, 1),
        infos.write_active_info("0.4.0.127.0.7.1.1.4.1.3"),
    )
    groups = {
        1: write_mrz_group(MRZ),
        2: write_portrait_group(picture(face), 413, 531),
        14: infos.write_security_group(*told),
        15: infos.write_active_group(steady_key("secp256r1", "active").public),
    }
    dsc = signer(kind, csca, explicit=explicit)
    security = infos.write_card_security(told, dsc, NOW)
    master = {EF_CARD_ACCESS: infos.write_card_access(told[0]), EF_CARD_SECURITY: security}
    return Passport(csca, dsc, groups, master)


def _chip_key() -> StaticKey:
    return StaticKey(STANDARD_GROUPS[P_256], int.from_bytes(steady("chip key")(24), "big"))


def chip(opened: str, one: Passport | None = None) -> Personalisation:
    """What lies in a chip that is opened by ``PACE``, by ``BAC`` or by nothing (``open``)."""
    one = one or passport()
    made = Personalisation(
        files=one.files(),
        master=one.more if opened == "PACE" else {},
        mrz=PASSWORD,
        can=CAN,
        active_key=steady_key("secp256r1", "active").private,
        chip_keys={1: _chip_key()},
    )
    return made if opened != "open" else replace(made, mrz=None, can=None)
