"""LDS_H, the certificate of the document signer: with one fault each, under an authority that is trusted."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from consentry.document.issuing_certificates import Issued, SigningKey, Wish, issue, write_number
from consentry.document.oids import write_oid
from consentry.document.tlv import write_tlv
from document.pki import NOW, YEAR, authority
from document.tr03105.case import Case, Expected, Source, failed, unsure
from document.tr03105.specimen import Specimen, default_chain, laid, signing, with_bac

_MD5_WITH_RSA = write_tlv(0x30, write_oid("1.2.840.113549.1.1.4"), b"\x05\x00")
_USAGE, _AUTHORITY_KEY = "2.5.29.15", "2.5.29.35"
_BEGIN, _END = NOW - YEAR, NOW + 11 * YEAR
Parts = Mapping[str, bytes]


def _keys() -> tuple[Issued, SigningKey]:
    csca, dsc = default_chain()
    return csca, dsc.key


def _with(parts: Callable[[Issued, SigningKey], Parts]) -> Callable[[], Specimen]:
    """The default document, its signer's certificate with pieces replaced."""

    def make() -> Specimen:
        csca, key = _keys()
        pieces = parts(csca, key)
        dsc = issue(Wish("UT", "Utopia DSC", _BEGIN, _END, serial=77, parts=pieces), key, csca)
        return replace(with_bac(), dsc=replace(dsc, issuer=pieces.get("issuer") or csca.subject))

    return make


def _named_without_country() -> Specimen:
    """An authority whose name has no country, and a signer under it."""
    common = write_tlv(0x30, write_oid("2.5.4.3"), write_tlv(0x0C, b"Utopia CSCA"))
    name = write_tlv(0x30, write_tlv(0x31, common))
    csca, key = _keys()
    parts = {"subject": name, "issuer": name}
    wish = Wish("UT", "Utopia CSCA", NOW - 5 * YEAR, NOW + 15 * YEAR, authority=True, parts=parts)
    above = replace(authority(csca.key, wish), subject=name)
    below = issue(Wish("UT", "Utopia DSC", _BEGIN, _END, serial=77), key, above)
    return replace(with_bac(), csca=above, dsc=replace(below, issuer=name))


def _another_authority(csca: Issued, key: SigningKey) -> Parts:
    """The name of an authority that is not the one that signs."""
    del csca
    return {"issuer": issue(Wish("UT", "Utopia Other", _BEGIN, _END, authority=True), key).subject}


def _weak_chain() -> Specimen:
    """MD5 wherever something is signed: the algorithm is what must be refused, whatever the number is."""
    one = _with(lambda *_: {"inner_algorithm": _MD5_WITH_RSA, "algorithm": _MD5_WITH_RSA})()
    return replace(one, parts={"signer_algorithm": _MD5_WITH_RSA})


def _key_of_another_kind(_: Issued, key: SigningKey) -> Parts:
    """The same number, said to be a key of RSA with MD5."""
    bits = key.public[key.public.rindex(b"\x03\x82") :]
    return {"key": write_tlv(0x30, _MD5_WITH_RSA, bits)}


def _extension(oid: str, value: bytes, *, critical: bool = False) -> bytes:
    return write_tlv(0x30, write_oid(oid), write_tlv(0x01, b"\xff") if critical else b"", write_tlv(0x04, value))


_SIGNATURE, _CHAIN = failed("sod_signature"), failed("signer_chain")
_TITLE, _TEXT = Source.TITLE, Source.TEXT
_LONG_TIMES = write_tlv(0x30, write_tlv(0x18, b"20251125000000Z"), write_tlv(0x18, b"20371125000000Z"))
_OTHER_WAY = signing("rsa2048", "rsa", "sha256", "dsc").algorithm
_NONE = b""


def _conformity(told: str) -> Expected:
    return unsure("sod_conformity", told)


Row = tuple[str, str, str, Callable[[], Specimen], Expected, Source]
_ROWS: tuple[Row, ...] = (
    ("48", "version", "2 for 3", _with(lambda *_: {"version": write_tlv(0xA0, write_number(1))}),
     _conformity("version of its certificate"), _TITLE),
    ("49", "no version", "left out, which says 1", _with(lambda *_: {"version": _NONE}),
     _conformity("version of its certificate"), _TITLE),
    ("50", "no serial number", "left out", _with(lambda *_: {"serial": _NONE}), _SIGNATURE, _TEXT),
    ("51", "two ways of signing, inside and outside", "the one inside",
     _with(lambda *_: {"inner_algorithm": _OTHER_WAY}), _SIGNATURE, _TEXT),
    ("52", "no way of signing inside", "left out", _with(lambda *_: {"inner_algorithm": _NONE}), _SIGNATURE, _TEXT),
    ("53", "an issuer without country", "the authority's name and the issuer's", _named_without_country,
     _CHAIN, _TITLE),
    ("54", "the name of another authority", "issuer", _with(_another_authority), _CHAIN, _TEXT),
    ("55", "no issuer", "left out", _with(lambda *_: {"issuer": _NONE}), _SIGNATURE, _TEXT),
    ("56", "times of validity in the long form before 2050", "validity", _with(lambda *_: {"validity": _LONG_TIMES}),
     _conformity("time"), _TEXT),
    ("57", "no validity", "left out", _with(lambda *_: {"validity": _NONE}), _SIGNATURE, _TEXT),
    ("58", "a key of RSA with MD5", "kind of the key", _with(_key_of_another_kind), _SIGNATURE, _TEXT),
    ("59", "no key", "left out", _with(lambda *_: {"key": _NONE}), _SIGNATURE, _TEXT),
    ("60", "an authority key identifier without key", "its content",
     _with(lambda *_: {"authority_key": _extension(_AUTHORITY_KEY, write_tlv(0x30, write_tlv(0x82, b"\x01")))}),
     _conformity("authority key identifier"), _TEXT),
    ("61", "no authority key identifier", "left out", _with(lambda *_: {"authority_key": _NONE}),
     _conformity("authority key identifier"), _TEXT),
    ("62", "key usage that is not critical", "its flag",
     _with(lambda *_: {"usage": _extension(_USAGE, write_tlv(0x03, b"\x07\x80"))}), _conformity("key usage"), _TEXT),
    ("63", "key usage without digital signature", "its bits",
     _with(lambda *_: {"usage": _extension(_USAGE, write_tlv(0x03, b"\x06\x40"), critical=True)}), _SIGNATURE, _TEXT),
    ("64", "no key usage", "left out", _with(lambda *_: {"usage": _NONE}), _conformity("key usage"), _TEXT),
    ("65", "MD5 in the whole chain", "every way of signing", _weak_chain, failed("sod_format"), _TEXT),
    ("66", "no way of signing outside", "left out", _with(lambda *_: {"algorithm": _NONE}), _SIGNATURE, _TEXT),
    ("67", "wrong signature", "another number", _with(lambda *_: {"signature": write_tlv(0x03, bytes(385))}),
     unsure("signer_chain"), _TITLE),
    ("68", "no signature", "left out", _with(lambda *_: {"signature": _NONE}), _SIGNATURE, _TITLE),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """All of them."""
    for number, title, altered, make, expected, source in _ROWS:
        yield Case(f"LDS_H_{number}", f"the signer's certificate: {title}", altered, (laid(make),), expected, source)
