"""A synthetic state, Utopia: authorities, signers, documents, and what goes wrong with them, ready for tables of cases.

Keys are made once for each kind and kept, since RSA keys take long to find; a certificate is made for each wish.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from io import BytesIO

from PIL import Image

from consentry.document.certificates import read_certificate
from consentry.document.issuing import (
    write_com,
    write_mrz_group,
    write_portrait_group,
    write_security_object,
)
from consentry.document.issuing_certificates import (
    DAY,
    MASTER_LIST_SIGNER,
    Issued,
    SigningKey,
    Wish,
    issue,
)
from consentry.document.lds import EF_COM, EF_SOD, file_of
from consentry.document.trust import TrustStore, trust

NOW = 1_795_564_800.0
"""s UTC: 2026-11-25."""
YEAR = 365.25 * DAY
MRZ = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F3204153ZE184226B<<<<<16")
"""The example of Doc 9303-4, appendix B, with an expiry in 2032."""


@cache
def key(
    kind: str, scheme: str | None = None, hashed: str = "sha256", role: str = "", *, explicit: bool = False
) -> SigningKey:
    """The key of a kind and a role, always the same within a run."""
    del role
    return SigningKey.make(kind, scheme, hashed, explicit=explicit)


def authority(signing: SigningKey, wish: Wish | None = None, by: Issued | None = None) -> Issued:
    """An authority of Utopia, self-signed or a link."""
    standard = Wish("UT", "Utopia CSCA", NOW - 5 * YEAR, NOW + 15 * YEAR, authority=True)
    return issue(wish or standard, signing, by)


def signer(signing: SigningKey, by: Issued, wish: Wish | None = None) -> Issued:
    """A document signer of Utopia."""
    standard = Wish("UT", "Utopia DSC", NOW - YEAR, NOW + 11 * YEAR, serial=77)
    return issue(wish or standard, signing, by)


def list_signer(signing: SigningKey, by: Issued) -> Issued:
    """Signer of master lists."""
    wish = Wish("UT", "Utopia MLS", NOW - YEAR, NOW + YEAR, serial=78, purposes=(MASTER_LIST_SIGNER,))
    return issue(wish, signing, by)


@cache
def picture(kind: str = "JPEG", width: int = 413, height: int = 531) -> bytes:
    """A picture of nobody: two gradients."""
    image = Image.merge("RGB", [Image.linear_gradient("L").resize((width, height)) for _ in range(3)])
    written = BytesIO()
    image.save(written, kind)
    return written.getvalue()


@dataclass(frozen=True, slots=True)
class Passport:
    """A synthetic passport before it is signed."""

    csca: Issued
    dsc: Issued
    mrz: tuple[str, ...] = MRZ
    face: bytes = field(default_factory=picture)
    more: Mapping[int, bytes] = field(default_factory=dict)
    """Further data groups."""
    hashed: str = "sha256"
    signed: float = NOW - 100 * DAY
    embedded: bool = True
    parts: Mapping[str, bytes] = field(default_factory=dict)
    """Faults of EF.SOD."""

    def groups(self) -> dict[int, bytes]:
        """Files of the data groups by number."""
        return {1: write_mrz_group(self.mrz), 2: write_portrait_group(self.face, 413, 531)} | dict(self.more)

    def files(self) -> dict[int, bytes]:
        """All files of the application, by identifier."""
        groups = self.groups()
        sod = write_security_object(
            groups, self.dsc, self.signed, hashed=self.hashed, embedded=self.embedded, parts=self.parts
        )
        named = {file_of(number): file for number, file in groups.items()}
        return named | {EF_COM: write_com(tuple(sorted(groups))), EF_SOD: sod}

    def store(self) -> TrustStore:
        """A store that trusts its authority."""
        return trust([(read_certificate(self.csca.der), "test")]).store


def passport(
    kind: str = "secp256r1", scheme: str | None = None, hashed: str = "sha256", *, explicit: bool = False
) -> Passport:
    """A passport as it should be, its keys all of one kind."""
    csca = authority(key(kind, scheme, hashed, "csca", explicit=explicit))
    dsc = signer(key(kind, scheme, hashed, "dsc", explicit=explicit), csca)
    return Passport(csca, dsc, hashed=hashed)


def with_faults(one: Passport, **parts: bytes) -> Passport:
    """The same passport with pieces of EF.SOD replaced."""
    return replace(one, parts=parts)
