"""X.509 certificates of the travel documents' PKI, read with tolerance where states have erred and nowhere else.

``cryptography.x509`` refuses a sixth of the real ones (curves written out) and a few that break a rule of DER. Here a
certificate is read field by field from bounded TLV (RFC 5280, 4.1; Doc 9303-12, 7), its key through the allow-list.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from consentry.document.oids import read_bits, read_integer, read_oid
from consentry.document.public_keys import PublicKey, read_public_key
from consentry.document.signatures import Algorithm, digest, read_signature_algorithm
from consentry.document.tlv import IndefiniteError, Tlv, TlvError, find, read_only, to_der

LONGEST = 16_384
"""bytes of a certificate: the longest of 1,519 real ones has less than 3,000."""
_COUNTRY = "2.5.4.6"
_AUTHORITY_KEY, _SUBJECT_KEY = "2.5.29.35", "2.5.29.14"
_BASIC, _USAGE, _EXTENDED = "2.5.29.19", "2.5.29.15", "2.5.29.37"
_RENAMED = "2.23.136.1.1.6.1"
"""Name change: an authority says that it goes on under another name (Doc 9303-12, 7.1.1)."""
_READ = frozenset({_AUTHORITY_KEY, _SUBJECT_KEY, _BASIC, _USAGE, _EXTENDED, _RENAMED})
_TOLERATED = frozenset({"2.5.29.16", "2.5.29.17", "2.5.29.18", "2.5.29.31", "2.5.29.32", "2.23.136.1.1.6.2"})
"""Private key usage period, alternative names, CRL distribution points, policies, document types: known, and no reason
to refuse where a state marks them critical."""

Name = tuple[tuple[str, str], ...]
"""Attributes in order: object identifier, and the text in small letters without double blanks (RFC 5280, 7.1)."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Certificate:
    """A certificate of a state or of a signer of its documents: about offices, not about travellers."""

    der: bytes
    """As it came, in definite form."""
    body: bytes
    """What was signed (TBSCertificate)."""
    serial: int
    issuer: Name
    subject: Name
    begin: float
    """s UTC."""
    end: float
    """s UTC."""
    key: PublicKey
    algorithm: Algorithm
    signature: bytes
    subject_key: bytes | None
    """Key identifier."""
    authority_key: bytes | None
    """Key identifier of the issuer."""
    authority: bool | None
    """May sign certificates; None: it does not say."""
    path: int | None
    """Authorities that may follow below it (RFC 5280, 4.2.1.9); None: it sets no limit."""
    renamed: bool
    """It is its issuer's own certificate under a new name, as it says."""
    usage: frozenset[int] | None
    """Numbers of key usage bits (RFC 5280, 4.2.1.3: 0 digitalSignature, 5 keyCertSign, 6 cRLSign); None: not said."""
    purposes: frozenset[str]
    """Extended key usage."""
    unknown: tuple[str, ...]
    """Critical extensions that are not understood: a reason to refuse."""

    @property
    def country(self) -> str:
        """The subject's country in capital letters, as it says; empty if it does not."""
        return next((text.upper() for oid, text in self.subject if oid == _COUNTRY), "")

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, hexadecimal."""
        return digest("sha256", self.der).hex()

    def valid(self, at: float) -> bool:
        """Whether a moment (s UTC) lies in its period; both ends count (RFC 5280, 4.1.2.5)."""
        return self.begin <= at <= self.end

    def signed_by(self, issuer: "Certificate") -> bool:
        """Whether the issuer's key made its signature. Says nothing about names, periods or rights."""
        return issuer.key.verify(self.signature, self.body, self.algorithm)

    def __repr__(self) -> str:
        """Country, serial number, fingerprint."""
        return f"Certificate({self.country or '??'}, serial={self.serial:x}, {self.fingerprint[:16]})"

    def __eq__(self, other: object) -> bool:
        """The same bytes."""
        return isinstance(other, Certificate) and self.der == other.der

    def __hash__(self) -> int:
        return hash(self.der)


def read_certificate(data: bytes | memoryview) -> Certificate:
    """Read a certificate in DER, or in BER that means the same.

    Raises:
        TlvError: it is none, or its key or algorithm is none that travel documents may use.
    """
    if len(data) > LONGEST:
        raise TlvError(f"expected a certificate of at most {LONGEST} bytes, came {len(data)}", 0)
    try:
        return _read(bytes(data))
    except IndefiniteError:
        return _read(to_der(data, longest=LONGEST))


def _read(der: bytes) -> Certificate:
    body, algorithm, signature = read_only(der, 0x30).parts(3)
    fields = [field for field in body.children(12) if field.tag != 0xA0]  # the version is told by what is there
    if len(fields) < 6:
        raise TlvError("expected serial, algorithm, issuer, period, subject and key", body.begin)
    serial, inner, issuer, period, subject, key, *rest = fields
    if bytes(inner.value) != bytes(algorithm.value):
        raise TlvError("expected the same algorithm inside and outside of what is signed", algorithm.begin)
    begin, end = (read_time(moment) for moment in period.parts(2))
    said = _extensions(find(tuple(rest), 0xA3))
    return Certificate(
        der=der,
        body=bytes(body.raw),
        serial=int.from_bytes(serial.value, "big", signed=True),
        issuer=read_name(issuer),
        subject=read_name(subject),
        begin=begin,
        end=end,
        key=read_public_key(key),
        algorithm=read_signature_algorithm(algorithm),
        signature=bytes(read_bits(signature)),
        subject_key=said.subject_key,
        authority_key=said.authority_key,
        authority=said.authority,
        path=said.path,
        renamed=said.renamed,
        usage=said.usage,
        purposes=said.purposes,
        unknown=said.unknown,
    )


def read_name(element: Tlv) -> Name:
    """A distinguished name, made comparable: states write the same name in different string types and cases.

    Raises:
        TlvError: it is none.
    """
    attributes = []
    for group in element.children(32):
        for pair in group.children(4):
            oid, text = pair.parts(2)
            attributes.append((read_oid(oid), " ".join(_text(text).casefold().split())))
    return tuple(attributes)


def _text(element: Tlv) -> str:
    how = {0x1E: "utf-16-be", 0x0C: "utf-8"}.get(element.tag, "latin-1")
    return bytes(element.value).decode(how, "replace")


def read_time(element: Tlv) -> float:
    """UTCTime or GeneralizedTime, s UTC (RFC 5280, 4.1.2.5). Seconds may be left out and offsets given, as some did.

    Raises:
        TlvError: it is none.
    """
    text = bytes(element.value).decode("latin-1")
    found = _TIME.fullmatch(text)
    if element.tag in _YEARS and found is not None and len(found["year"]) == _YEARS[element.tag]:
        year = int(found["year"])
        if element.tag == _UTC_TIME:
            year += 1900 if year >= 50 else 2000  # RFC 5280, 4.1.2.5.1
        month, day, hour, minute, second = (int(found[name] or 0) for name in _PARTS)
        try:
            moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
        except ValueError as error:
            raise TlvError(f"expected a time of the calendar: {error}", element.begin) from error
        offset = int(found["hours"] or 0) * 3600 + int(found["minutes"] or 0) * 60
        return moment - offset if found["sign"] == "+" else moment + offset
    raise TlvError(f"expected a time, came {len(text)} characters of tag {element.tag:X}", element.begin)


_PARTS = ("month", "day", "hour", "minute", "second")
_UTC_TIME = 0x17
_YEARS = {_UTC_TIME: 2, 0x18: 4}
"""Digits of a year by tag: UTCTime, GeneralizedTime."""
_TIME = re.compile(
    r"(?P<year>\d{2}|\d{4})(?P<month>\d\d)(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?"
    r"(Z|(?P<sign>[+-])(?P<hours>\d\d)(?P<minutes>\d\d))?",
    re.ASCII,
)


@dataclass(slots=True)
class _Said:
    """What a certificate's extensions say."""

    subject_key: bytes | None = None
    authority_key: bytes | None = None
    authority: bool | None = None
    path: int | None = None
    renamed: bool = False
    usage: frozenset[int] | None = None
    purposes: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()


def _extensions(element: Tlv | None) -> _Said:
    said = _Said()
    for extension in () if element is None else read_only(element.value, 0x30, element.begin).children(64):
        parts = extension.parts(2, 3)
        oid, critical = read_oid(parts[0]), len(parts) == 3 and bytes(parts[1].value) != b"\0"
        if oid in _READ:
            _note(said, oid, parts[-1].value, extension.begin)
        elif critical and oid not in _TOLERATED:
            said.unknown = (*said.unknown, oid)
    return said


def _path(element: Tlv) -> int:
    path = read_integer(element, 4)
    if path < 0:
        raise TlvError(f"expected a path length that is not negative, came {path}", element.begin)
    return path


def _note(said: _Said, oid: str, value: memoryview, begin: int) -> None:
    """Take down one extension (RFC 5280, 4.2.1)."""
    if oid == _SUBJECT_KEY:
        said.subject_key = bytes(read_only(value, 0x04, begin).value)
    elif oid == _AUTHORITY_KEY:
        identifier = find(read_only(value, 0x30, begin).children(3), 0x80)
        said.authority_key = None if identifier is None else bytes(identifier.value)
    elif oid == _BASIC:
        told = read_only(value, 0x30, begin).children(2)
        flag, length = find(told, 0x01), find(told, 0x02)
        said.authority = flag is not None and bytes(flag.value) != b"\0"
        said.path = None if length is None else _path(length)
    elif oid == _RENAMED:
        said.renamed = True
    elif oid == _USAGE:
        bits = read_only(value, 0x03, begin).value[1:]
        said.usage = frozenset(8 * k + n for k, byte in enumerate(bits) for n in range(8) if byte & 0x80 >> n)
    elif oid == _EXTENDED:
        said.purposes = frozenset(read_oid(purpose) for purpose in read_only(value, 0x30, begin).children(16))
