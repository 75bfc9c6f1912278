"""Whether EF.SOD and its signer's certificate are formed as Doc 9303 lays down, beyond what proves who signed what.

A version that does not fit, or a key usage that is not marked, forges nothing: the signature holds or it does not. But
a state's own software does not make such slips by itself, conformity tests refuse them (BSI TR-03105-5.1, LDS_H), and
where a state has made them once it says so in its deviation list (ICAO Doc 9303-3, clause 8). So they are told as
undetermined, and an officer looks.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from consentry.document.checks import Check, Outcome
from consentry.document.passive import PassiveAuthentication
from consentry.document.sod import LONGEST
from consentry.document.tlv import Tlv, TlvError, find, read_only, read_tlv, to_der

NAME = "sod_conformity"
_CLAUSE = "ICAO Doc 9303-10, 4.6.2; 9303-12, 7.1"
_SIGNED_DATA = b"\x03"
"""RFC 5652, 5.1: version 3 for every content but plain data; Doc 9303-10 asks for it by name."""
_BY_SERIAL, _BY_KEY = b"\x01", b"\x03"
"""RFC 5652, 5.3: version of a signer by how it is named."""
_CERTIFICATE = b"\x02"
"""X.509 version 3, counted from 0."""
_FIRST_SAID = "0108"
"""Version of the data structure from which EF.SOD says it (Doc 9303-10, 4.6.2.1)."""
_USAGE = bytes.fromhex("551D0F")
_LONG_FORM_FROM = datetime(2050, 1, 1, tzinfo=UTC).timestamp()
"""RFC 5280, 4.1.2.5."""


def conformity(sod: bytes | None, passive: PassiveAuthentication) -> Check:
    """One check over all deviations.

    Args:
        sod: EF.SOD as it lies in the chip; None: it could not be read.
        passive: what came of passive authentication.
    """
    if sod is None or passive.object is None:
        return Check(NAME, Outcome.UNDETERMINED, "not looked at: EF.SOD could not be read", _CLAUSE)
    try:
        deviations = [*_signed_data(sod), *_certificate(passive)]
    except TlvError as error:
        return Check(NAME, Outcome.UNDETERMINED, f"EF.SOD is not what it should be: {error}", _CLAUSE)
    if passive.object.lds_version is not None and passive.object.lds_version < _FIRST_SAID:
        deviations.append("it says a version of the data structure that is older than the saying of it")
    if deviations:
        return Check(NAME, Outcome.UNDETERMINED, f"other than Doc 9303 says: {'; '.join(deviations)}", _CLAUSE)
    return Check(NAME, Outcome.SUCCESSFUL, "formed as Doc 9303 says", _CLAUSE)


def _signed_data(sod: bytes) -> Iterator[str]:
    file = read_tlv(to_der(sod, longest=LONGEST))
    _kind, wrapped = read_only(file.value, 0x30, file.begin).parts(2)
    parts = read_only(wrapped.value, 0x30, wrapped.begin).children(8)
    version = find(parts[:1], 0x02)
    if version is None or bytes(version.value) != _SIGNED_DATA:
        yield "version of signed data"
    hashes, signers = (part for part in parts if part.tag == 0x31)
    named = {bytes(one.parts(1, 2)[0].raw) for one in hashes.children(16)}
    for signer in signers.children(8):
        said, name, hashed = signer.children(8)[:3]
        if bytes(hashed.parts(1, 2)[0].raw) not in named:
            yield "hash functions listed without the signer's"
        if bytes(said.value) != (_BY_KEY if name.tag == 0x80 else _BY_SERIAL):
            yield "version of the signer"


def _certificate(passive: PassiveAuthentication) -> Iterator[str]:
    """Of the document signer; nothing where it is not known: then no signature holds, and that is told elsewhere."""
    if passive.signer is None:
        return
    body = read_tlv(passive.signer.body)
    parts = body.children(12)
    version, extensions = find(parts, 0xA0), find(parts, 0xA3)
    if version is None or bytes(read_only(version.value, 0x02).value) != _CERTIFICATE:
        yield "version of its certificate"
    period = [part for part in parts if part.tag != 0xA0][3]
    for element, at in zip(period.parts(2), (passive.signer.begin, passive.signer.end), strict=True):
        if element.tag != (0x17 if at < _LONG_FORM_FROM else 0x18):
            yield "form of a time of its certificate"
    if passive.signer.authority_key is None:
        yield "no key in its authority key identifier"
    if passive.signer.usage is None:
        yield "no key usage"
    elif not _critical(extensions, _USAGE):
        yield "key usage that is not critical"


def _critical(extensions: Tlv | None, oid: bytes) -> bool:
    for extension in () if extensions is None else read_only(extensions.value, 0x30).children(64):
        parts = extension.parts(2, 3)
        if bytes(parts[0].value) == oid:
            return len(parts) == 3 and bytes(parts[1].value) != b"\0"
    return False
