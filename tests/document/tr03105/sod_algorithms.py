"""LDS_H, first half: everything that a state may sign with must be accepted."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from consentry.document.certificates import read_certificate
from consentry.document.issuing_certificates import Issued, write_hash, write_number
from consentry.document.oids import write_oid
from consentry.document.signatures import digest
from consentry.document.tlv import write_tlv
from document.pki import authority, signer
from document.tr03105.case import ACCEPTED, Case, Source
from document.tr03105.dsa_key import DsaSigningKey
from document.tr03105.specimen import Specimen, issued, laid, signing, with_bac

_RSA = write_tlv(0x30, write_oid("1.2.840.113549.1.1.1"), b"\x05\x00")
"""AlgorithmIdentifier that names the key and no hash."""
_DIGEST = "1.2.840.113549.1.9.4"
_WHOLE_CHAIN = {
    "01": ("rsa", "sha1"), "02": ("rsa-pss", "sha1"), "03": ("rsa-pss", "sha256"), "04": ("rsa", "sha224"),
    "05": ("rsa", "sha256"), "06": ("rsa", "sha384"), "07": ("rsa", "sha512"), "94": ("rsa-pss", "sha224"),
    "95": ("rsa-pss", "sha384"), "96": ("rsa-pss", "sha512"),
}  # fmt: skip
_DSA = {"08": "sha1", "97": "sha224", "98": "sha256"}
_KEY_NAMED = {"79": "sha1", "80": "sha224", "81": "sha256", "82": "sha384", "83": "sha512"}
_APART = {"15": ("rsa", "sha256", Source.TEXT), "16": ("ecdsa-plain", "sha224", Source.DELETED)}
_CURVES = {
    "09": ("ecdsa", "sha1", "secp256r1", "secp224r1"),
    "10": ("ecdsa-plain", "sha1", "brainpoolP256r1", "secp224r1"),
    "11": ("ecdsa-plain", "sha224", "brainpoolP256r1", "secp224r1"),
    "12": ("ecdsa-plain", "sha256", "brainpoolP256r1", "brainpoolP256r1"),
    "13": ("ecdsa-plain", "sha384", "brainpoolP384r1", "brainpoolP384r1"),
    "14": ("ecdsa-plain", "sha512", "brainpoolP512r1", "brainpoolP512r1"),
    "70": ("ecdsa", "sha224", "secp256r1", "secp224r1"),
    "71": ("ecdsa", "sha256", "secp256r1", "secp256r1"),
    "72": ("ecdsa", "sha384", "secp384r1", "secp384r1"),
    "73": ("ecdsa", "sha512", "brainpoolP512r1", "brainpoolP512r1"),
}
"""Scheme, hash, the authority's curve, the signer's."""


def by(csca: Issued, dsc: Issued, hashed: str) -> Specimen:
    """The default document, signed by others."""
    return replace(with_bac(), csca=csca, dsc=dsc, hashed=hashed)


def _rsa(scheme: str, hashed: str) -> Specimen:
    return by(*issued("rsa2048", scheme, hashed, "rsa3072"), hashed)


def _curve(scheme: str, hashed: str, top: str, below: str) -> Specimen:
    return by(*issued(below, scheme, hashed, top), hashed)


def _dsa(hashed: str) -> Specimen:
    csca = authority(DsaSigningKey(3072, hashed, "csca"))
    return by(csca, signer(DsaSigningKey(2048, hashed, "dsc"), csca), hashed)


def _key_named(hashed: str) -> Specimen:
    return replace(_rsa("rsa", hashed), parts={"signer_algorithm": _RSA})


def _apart(scheme: str, hashed: str) -> Specimen:
    one = _curve(scheme, hashed, "brainpoolP256r1", "secp224r1") if scheme == "ecdsa-plain" else _rsa(scheme, hashed)
    return replace(one, embedded=False, at_hand=(read_certificate(one.dsc.der),))


def _mixed(top: str, chain: tuple[str, str], own: tuple[str, str], hashed: str) -> Specimen:
    """An authority that signs one way, a signer that signs another, and a hash of content that may be a third."""
    csca = authority(signing(top, *chain, role="csca"))
    dsc = signer(signing("rsa2048", *own, role="dsc"), csca)
    one = by(csca, dsc, hashed)
    if hashed == own[1]:
        return one
    # The digest of the content by another hash than the signature's: both are named, each in its place.
    content = write_tlv(0x30, write_number(0), write_hash(hashed), one.hashes())
    told = write_tlv(0x30, write_oid(_DIGEST), write_tlv(0x31, write_tlv(0x04, digest(hashed, content))))
    return replace(one, parts={"signer_digest": write_hash(hashed), "message_digest": told, "digests": _set(hashed)})


def _set(*hashes: str) -> bytes:
    return write_tlv(0x31, *(write_hash(one) for one in hashes))


_MIXED = {
    "75": ("rsa3072", ("rsa-pss", "sha256"), ("rsa-pss", "sha256"), "sha224"),
    "76": ("secp256r1", ("ecdsa", "sha224"), ("rsa", "sha256"), "sha224"),
    "77": ("rsa3072", ("rsa-pss", "sha224"), ("rsa-pss", "sha256"), "sha256"),
    "78": ("rsa3072", ("rsa", "sha256"), ("rsa-pss", "sha256"), "sha256"),
}
"""The authority's key, how it signs, how the signer signs, hash of data groups and of the content."""


def cases() -> Iterator[Case]:
    """All of them."""
    for name, (scheme, hashed) in _WHOLE_CHAIN.items():
        yield _case(name, f"{scheme} with {hashed} in the whole chain", "how is signed", partial(_rsa, scheme, hashed))
    for name, hashed in _DSA.items():
        yield _case(name, f"dsa with {hashed} in the whole chain", "how is signed", partial(_dsa, hashed))
    for name, hashed in _KEY_NAMED.items():
        altered = "EF.SOD names the key's algorithm in the stead of the signature's"
        yield _case(name, f"rsa with {hashed}, named by the key alone", altered, partial(_key_named, hashed))
    for name, (scheme, hashed, top, below) in _CURVES.items():
        title = f"{scheme} with {hashed}, {top} and {below}"
        yield _case(name, title, "how is signed, and the curves", partial(_curve, scheme, hashed, top, below))
    for name, (scheme, hashed, source) in _APART.items():
        title = f"{scheme} with {hashed}, the signer's certificate comes by another way"
        yield _case(name, title, "EF.SOD holds no certificate", partial(_apart, scheme, hashed), source)
    for name, (top, chain, own, hashed) in _MIXED.items():
        title = f"chain {' with '.join(chain)} ({top}), EF.SOD {' with '.join(own)}, content {hashed}"
        yield _case(name, title, "each is signed in another way", partial(_mixed, top, chain, own, hashed))
    title = "data groups by sha224, the signature by sha256"
    yield _case("74", title, "the hash of data groups", lambda: replace(with_bac(), hashed="sha224"))


def _case(name: str, title: str, altered: str, make: Callable[[], Specimen], source: Source = Source.TEXT) -> Case:
    return Case(f"LDS_H_{name}", title, altered, (laid(make),), ACCEPTED, source)
