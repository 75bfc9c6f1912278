"""Whom an inspection trusts: the states' signing authorities (CSCA), their link certificates, their revocation lists.

An issuer is found by its key identifier, then by its name, and is believed only when its key made the signature: ninety
link certificates in one real list bear the same name as another key of the same state, and names are written in more
than one way (ICAO Doc 9303-12, 4.2 and 7.1).
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from consentry.document.certificates import Certificate, Name
from consentry.document.revocation import RevocationList

_KEY_CERT_SIGN = 5
_NUMBER = "2.5.4.5"
"""Attribute serialNumber of a name: states count their authorities with it (Doc 9303-12, 7.1.1)."""


@dataclass(frozen=True, slots=True, eq=False)
class TrustStore:
    """Trusted authorities and what they have revoked. Made by ``trust``; never changed."""

    authorities: tuple[Certificate, ...]
    """Trusted by themselves or through a chain of links."""
    sources: Mapping[str, str]
    """Where each came from, in words, by fingerprint."""
    lists: tuple[RevocationList, ...]
    """Revocation lists whose signature holds."""
    signers: tuple[Certificate, ...]
    """Document signers at hand, for objects that do not carry theirs. They are not trusted for being here."""
    _by_key: Mapping[bytes, tuple[Certificate, ...]] = field(repr=False)
    _by_name: Mapping[Name, tuple[Certificate, ...]] = field(repr=False)

    def issuers(self, certificate: Certificate) -> tuple[Certificate, ...]:
        """The trusted authorities whose key made a certificate's signature."""
        near = self._by_key.get(certificate.authority_key or b"", ()) + self._by_name.get(certificate.issuer, ())
        return tuple(one for one in dict.fromkeys(near) if may_sign(one) and certificate.signed_by(one))

    def revoked(self, certificate: Certificate, at: float) -> float | None:
        """Since when a certificate is revoked, as known at a moment, s UTC; None: no list of its issuer says so."""
        times = [
            one.revoked[certificate.serial]
            for one in self.lists
            if one.issuer == certificate.issuer and certificate.serial in one.revoked
        ]
        since = min(times, default=None)
        return since if since is not None and since <= at else None

    def speaks(self, certificate: Certificate, at: float) -> bool:
        """Whether a revocation list of its issuer is there that is current at a moment, s UTC."""
        return any(one.issuer == certificate.issuer and one.current(at) for one in self.lists)


@dataclass(frozen=True, slots=True)
class TrustReport:
    """What became of what was offered."""

    store: TrustStore
    refused: tuple[tuple[Certificate, str], ...]
    """Certificates that are not trusted, and why."""
    unsigned: int
    """Revocation lists that no trusted authority signed."""


def trust(
    anchors: Iterable[tuple[Certificate, str]],
    links: Iterable[tuple[Certificate, str]] = (),
    lists: Iterable[RevocationList] = (),
    signers: Iterable[Certificate] = (),
) -> TrustReport:
    """Make a store.

    Args:
        anchors: trusted because a person or a verified master list says so, each with where it came from.
        links: link certificates, trusted only if an authority of the same state that is trusted already signed them:
            no state vouches for another's authority.
        lists: revocation lists, taken only if a trusted authority signed them.
        signers: document signers, for objects that do not carry theirs.
    """
    # 1. Anchors that may sign certificates at all.
    sources: dict[str, str] = {}
    trusted: dict[Certificate, None] = {}
    refused = []
    for one, source in anchors:
        if may_sign(one):
            trusted.setdefault(one)
            sources.setdefault(one.fingerprint, source)
        else:
            refused.append((one, "it may not sign certificates"))
    # 2. Links, in whatever order they come, until no more is added; each may have fewer below it than who signed it.
    room = {one: _limit(one) for one in trusted}
    waiting: dict[Certificate, str] = dict(links)
    cramped: set[Certificate] = set()
    while added := _linked(waiting, room, cramped):
        for one, left in added.items():
            room[one] = left
            trusted.setdefault(one)
            sources.setdefault(one.fingerprint, waiting.pop(one))
    refused += [(one, _CRAMPED if one in cramped else _UNSIGNED) for one in waiting]
    # 3. Lists that one of them signed.
    offered = tuple(lists)
    signed = tuple(one for one in offered if any(one.signed_by(by) for by in trusted if by.subject == one.issuer))
    store = TrustStore(tuple(trusted), sources, signed, tuple(signers), _index_keys(trusted), _index_names(trusted))
    return TrustReport(store, tuple(refused), len(offered) - len(signed))


def may_sign(certificate: Certificate) -> bool:
    """Whether a certificate gives the right to sign others (Doc 9303-12, 7.1.1).

    Key usage decides where it is given: of 1,519 real authorities seven say keyCertSign there and leave the flag of the
    basic constraints out. Certificates of the first years that say nothing at all are taken at their issuer's word.
    """
    told = certificate.authority is not False if certificate.usage is None else _KEY_CERT_SIGN in certificate.usage
    return told and not certificate.unknown


_UNSIGNED = "no trusted authority of its state signed it"
_CRAMPED = "the authority that signed it may have none below it (RFC 5280, 4.2.1.9)"


def _linked(
    waiting: Iterable[Certificate], room: Mapping[Certificate, float], cramped: set[Certificate]
) -> dict[Certificate, float]:
    """Links that an authority of their state signed, and how many authorities may follow below each.

    Args:
        waiting: links that are not trusted yet.
        room: of each trusted authority, how many may follow below it.
        cramped: takes up those that are signed by an authority that may have none.
    """
    found = {}
    for one in filter(may_sign, waiting):
        signers = [by for by in _near(one, room) if by.country == one.country and one.signed_by(by)]
        left = max((room[by] - (not _same_authority(one, by)) for by in signers), default=-1.0)
        if left >= 0:
            found[one] = min(left, _limit(one))
        elif signers:
            cramped.add(one)
    return found


def _limit(certificate: Certificate) -> float:
    return math.inf if certificate.path is None else certificate.path


def _same_authority(link: Certificate, by: Certificate) -> bool:
    """Whether a link is its issuer's own next certificate, which counts for no path length (RFC 5280, 4.2.1.9).

    Nearly all authorities allow none below them, and still sign their successors: under the same name, under the same
    with another number, or under a new one that they say is theirs. Of 199 links of the German master list of 28 May
    2026 whose issuer is there too, that leaves 13 out.
    """
    before, after = ({pair for pair in one.subject if pair[0] != _NUMBER} for one in (by, link))
    return link.renamed or before == after


def _near(certificate: Certificate, trusted: Iterable[Certificate]) -> Iterator[Certificate]:
    for one in trusted:
        if certificate.authority_key in (None, one.subject_key) or certificate.issuer == one.subject:
            yield one


def _index_keys(trusted: Iterable[Certificate]) -> dict[bytes, tuple[Certificate, ...]]:
    index: dict[bytes, tuple[Certificate, ...]] = {}
    for one in trusted:
        if one.subject_key is not None:
            index[one.subject_key] = (*index.get(one.subject_key, ()), one)
    return index


def _index_names(trusted: Iterable[Certificate]) -> dict[Name, tuple[Certificate, ...]]:
    index: dict[Name, tuple[Certificate, ...]] = {}
    for one in trusted:
        index[one.subject] = (*index.get(one.subject, ()), one)
    return index
