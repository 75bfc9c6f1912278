"""Master lists: a state's word on which signing authorities there are in the world (ICAO Doc 9303-12, clause 8)."""

from collections.abc import Iterable
from dataclasses import dataclass

from consentry.document.certificates import Certificate, read_certificate
from consentry.document.cms import read_signed_data
from consentry.document.signed_list import MASTER_LISTS, authority_behind, list_signer
from consentry.document.tlv import TlvError, read_only

LONGEST = 16_000_000
"""bytes: the longest of today has less than 1 MB."""
_CONTENT = "2.23.136.1.1.2"
_MOST = 20_000
"""Certificates: about 200 states with a few each are some 600 today."""


@dataclass(frozen=True, slots=True)
class MasterList:
    """A master list whose signature holds."""

    publisher: str
    """Country of the signer."""
    signed: float | None
    """When, as the signature says, s UTC."""
    certificates: tuple[Certificate, ...]
    unread: tuple[str, ...]
    """Why certificates in it could not be read, one reason each."""
    root: Certificate
    """The authority behind the signer."""
    root_known: bool
    """Whether that authority was known beforehand, and not only from the list itself."""


def read_master_list(data: bytes | memoryview, roots: Iterable[Certificate] = ()) -> MasterList:
    """Read a master list and check its signature, the signer's right to it, and the authority behind the signer.

    Args:
        data: as published, signed data in DER or BER.
        roots: authorities of publishers that are trusted beforehand. Without the publisher's among them the list
            vouches for itself, which ``root_known`` says: somebody must compare the root's fingerprint in another way.

    Raises:
        TlvError: it is no master list, or its signature or its signer does not hold.
    """
    # 1. Content that is a list.
    signed = read_signed_data(data, longest=LONGEST)
    if signed.content_type != _CONTENT:
        raise TlvError(f"expected a master list ({_CONTENT}), came content of type {signed.content_type}", 0)
    _version, listed = read_only(signed.content, 0x30).parts(2)
    certificates, unread = [], []
    for one in listed.children(_MOST):
        try:
            certificates.append(read_certificate(one.raw))
        except TlvError as error:
            unread.append(str(error))
    # 2. A signature by somebody who may.
    signer, when = list_signer(signed, MASTER_LISTS, "master lists")
    # 3. An authority behind the signer.
    known = authority_behind(signer, roots)
    root = known or authority_behind(signer, (*signed.certificates, *certificates))
    if root is None:
        raise TlvError(f"expected an authority that signed the signer's certificate {signer!r}, none is known", 0)
    return MasterList(signer.country, when, tuple(certificates), tuple(unread), root, known is not None)
