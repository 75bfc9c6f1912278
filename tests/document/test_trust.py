"""Whom to trust: anchors, chains of links, names that two keys share, revocation lists, master lists."""

import random

import pytest

from consentry.document.certificates import read_certificate
from consentry.document.issuing import write_master_list
from consentry.document.issuing_certificates import (
    DAY,
    MASTER_LIST_SIGNER,
    Issued,
    Wish,
    issue,
    write_number,
    write_revocation_list,
)
from consentry.document.master_list import read_master_list
from consentry.document.oids import write_oid
from consentry.document.revocation import read_revocation_list
from consentry.document.tlv import TlvError, read_tlv, write_tlv
from consentry.document.trust import may_sign, trust
from document.pki import NOW, YEAR, authority, key, list_signer, signer

OLD = Wish("UT", "Utopia CSCA", NOW - 9 * YEAR, NOW + YEAR, serial=1, authority=True)
LINK = Wish("UT", "Utopia CSCA", NOW - YEAR, NOW + 9 * YEAR, serial=2, authority=True)
LATER = Wish("UT", "Utopia CSCA", NOW, NOW + 12 * YEAR, serial=3, authority=True)


def chain() -> tuple[Issued, Issued, Issued]:
    """Three authorities of one name: the first signs itself, each next is signed by the one before it (a link)."""
    first = authority(key("secp256r1", role="first"), OLD)
    second = authority(key("secp256r1", role="second"), LINK, first)
    third = authority(key("rsa2048", role="third"), LATER, second)
    return first, second, third


@pytest.mark.parametrize("order", [0, 1, 2], ids=["in order", "backwards", "shuffled"])
def test_a_chain_of_links_is_followed_in_whatever_order_it_comes(order: int) -> None:
    first, second, third = chain()
    links = [(read_certificate(one.der), "link") for one in (second, third)]
    links = links[:: -1 if order == 1 else 1]
    random.Random(order).shuffle(links)
    report = trust([(read_certificate(first.der), "anchor")], links)
    assert len(report.store.authorities) == 3
    assert not report.refused
    document = read_certificate(signer(key("secp256r1", role="dsc"), third).der)
    (found,) = report.store.issuers(document)
    assert found.serial == 3


def test_names_alone_find_nobody() -> None:
    """Three keys under one name: only the one whose key signed is the issuer."""
    first, second, third = chain()
    store = trust([(read_certificate(one.der), "anchor") for one in (first, second, third)]).store
    for by in (first, second, third):
        bare = Wish("UT", "DSC", NOW, NOW + YEAR, parts={"authority_key": b""})
        (found,) = store.issuers(read_certificate(issue(bare, key("secp256r1", role="dsc"), by).der))
        assert found.der == by.der


def test_a_link_that_nobody_trusted_signed_is_refused() -> None:
    _first, second, third = chain()
    report = trust([], [(read_certificate(one.der), "link") for one in (second, third)])
    assert not report.store.authorities
    assert [why for _, why in report.refused] == ["no trusted authority of its state signed it"] * 2


def test_no_state_vouches_for_anothers_authority() -> None:
    """Who has broken into one state's authority must not become another state's."""
    mine = authority(key("secp256r1", role="mine"))
    theirs = issue(Wish("XX", "CSCA", NOW, NOW + YEAR, authority=True), key("secp256r1", role="theirs"), mine)
    report = trust([(read_certificate(mine.der), "anchor")], [(read_certificate(theirs.der), "link")])
    assert [one.country for one in report.store.authorities] == ["UT"]


def path(length: int) -> dict[str, bytes]:
    """Basic constraints of an authority that may have so many below it."""
    told = write_tlv(0x04, write_tlv(0x30, b"\x01\x01\xff", write_number(length)))
    return {"basic": write_tlv(0x30, write_oid("2.5.29.19"), b"\x01\x01\xff", told)}


NAME_CHANGE = write_tlv(0x30, write_oid("2.23.136.1.1.6.1"), write_tlv(0x04, b"\x05\x00"))
BELOW = {
    "another authority below one that may have none": (0, 9, {}, 1),
    "another authority below one that may have one": (1, 9, {}, 2),
    "two below one that may have one": (1, 0, {}, 2),
    "two below one that may have two": (2, 0, {}, 2),
    "two below one that may have two and sets no limit": (2, 9, {}, 3),
    "a change of name": (0, 0, {"more": NAME_CHANGE}, 3),
}


@pytest.mark.parametrize("case", BELOW)
def test_path_lengths_limit_who_may_follow_below(case: str) -> None:
    """RFC 5280, 4.2.1.9: the first authority, then two more of other names, each signed by the one before it."""
    first, second, more, count = BELOW[case]
    signing = [key("secp256r1", role=f"path {number}") for number in range(3)]
    chain = [authority(signing[0], Wish("UT", "A", NOW, NOW + YEAR, serial=1, authority=True, parts=path(first)))]
    for number, limit in ((1, second), (2, 9)):
        wish = Wish("UT", f"{number}", NOW, NOW + YEAR, serial=number, authority=True, parts=path(limit) | more)
        chain.append(issue(wish, signing[number], chain[-1]))
    anchor, *links = [read_certificate(one.der) for one in chain]
    report = trust([(anchor, "anchor")], [(one, "link") for one in links])
    assert len(report.store.authorities) == count
    if count < 3:
        assert any("may have none below it" in why for _, why in report.refused)


def test_an_authority_s_own_next_certificate_counts_for_no_path_length() -> None:
    """Chains of ``chain`` allow none below, as nearly all authorities of the world do."""
    first, second, third = (read_certificate(one.der) for one in chain())
    assert (first.path, second.path, third.path) == (0, 0, 0)
    assert len(trust([(first, "anchor")], [(second, "link"), (third, "link")]).store.authorities) == 3


@pytest.mark.parametrize("length", [write_number(-1), write_number(2**40), b"\x02\x00"], ids=["-1", "2^40", "empty"])
def test_a_path_length_that_is_none_is_refused(length: bytes) -> None:
    told = write_tlv(0x04, write_tlv(0x30, b"\x01\x01\xff", length))
    basic = {"basic": write_tlv(0x30, write_oid("2.5.29.19"), b"\x01\x01\xff", told)}
    with pytest.raises(TlvError, match="expected"):
        read_certificate(authority(key("secp256r1"), Wish("UT", "A", NOW, NOW + YEAR, authority=True, parts=basic)).der)


def test_a_document_signer_is_no_authority() -> None:
    csca = authority(key("secp256r1", role="csca"))
    dsc = read_certificate(signer(key("secp256r1", role="dsc"), csca).der)
    assert not may_sign(dsc)
    report = trust([(dsc, "anchor")])
    assert not report.store.authorities
    assert report.refused == ((dsc, "it may not sign certificates"),)


def test_a_critical_extension_that_nobody_knows_takes_the_right_away() -> None:
    odd = write_tlv(0x30, bytes.fromhex("06032A0304"), bytes.fromhex("0101FF"), write_tlv(0x04, b""))
    wish = Wish("UT", "CSCA", NOW, NOW + YEAR, authority=True, parts={"more": odd})
    assert not may_sign(read_certificate(authority(key("secp256r1"), wish).der))


# --- revocation -----------------------------------------------------------------------------------------------------


def test_a_revocation_counts_from_its_moment_on() -> None:
    csca = authority(key("secp256r1", role="csca"))
    one = read_certificate(signer(key("secp256r1", role="dsc"), csca).der)
    crl = read_revocation_list(write_revocation_list(csca, NOW - DAY, NOW + DAY, {one.serial: NOW, 5: NOW}))
    store = trust([(read_certificate(csca.der), "anchor")], lists=[crl]).store
    assert store.revoked(one, NOW - 1) is None
    assert store.revoked(one, NOW) == NOW
    assert store.speaks(one, NOW)
    assert not store.speaks(one, NOW + 2 * DAY)


def test_a_revocation_list_that_a_stranger_signed_is_not_taken() -> None:
    csca = authority(key("secp256r1", role="csca"))
    stranger = authority(key("secp256r1", role="stranger"))
    crl = read_revocation_list(write_revocation_list(stranger, NOW - DAY, NOW + DAY, {77: NOW}))
    report = trust([(read_certificate(csca.der), "anchor")], lists=[crl])
    assert report.unsigned == 1
    assert not report.store.lists


def test_a_revocation_list_altered_in_one_byte_is_not_taken() -> None:
    csca = authority(key("secp256r1", role="csca"))
    data = bytearray(write_revocation_list(csca, NOW - DAY, NOW + DAY, {77: NOW}))
    data[data.index(b"\x02\x01\x4d") + 2] = 78  # another serial number
    report = trust([(read_certificate(csca.der), "anchor")], lists=[read_revocation_list(bytes(data))])
    assert report.unsigned == 1


def test_a_document_signer_cannot_revoke() -> None:
    csca = authority(key("secp256r1", role="csca"))
    dsc = signer(key("secp256r1", role="dsc"), csca)
    crl = read_revocation_list(write_revocation_list(dsc, NOW - DAY, NOW + DAY, {77: NOW}))
    assert not crl.signed_by(read_certificate(dsc.der))


def test_a_list_that_is_only_a_part_is_refused() -> None:
    """A critical extension says so (delta lists, RFC 5280, 5.2.4): nobody may take the rest for not revoked."""
    csca = authority(key("secp256r1", role="csca"))
    body, algorithm, _ = read_tlv(write_revocation_list(csca, NOW - DAY, NOW + DAY, {})).parts(3)
    base = write_tlv(0x30, write_oid("2.5.29.27"), b"\x01\x01\xff", write_tlv(0x04, b"\x02\x01\x01"))
    fields = [bytes(one.raw) for one in body.children()][:-1]
    delta = write_tlv(0x30, *fields, write_tlv(0xA0, write_tlv(0x30, base)))
    signature = write_tlv(0x03, b"\0", csca.key.sign(delta))
    with pytest.raises(TlvError, match=r"expected a whole revocation list, came critical extension 2\.5\.29\.27"):
        read_revocation_list(write_tlv(0x30, delta, algorithm.raw, signature))


# --- master lists ---------------------------------------------------------------------------------------------------


def published() -> tuple[bytes, Issued, tuple[Issued, ...]]:
    """A master list of Utopia, its root, and what it lists."""
    root = authority(key("secp256r1", role="csca"))
    listed = (
        root,
        *(
            issue(Wish(one, "CSCA", NOW, NOW + YEAR, authority=True), key("secp256r1", role=one))
            for one in ("AA", "BB")
        ),
    )
    data = write_master_list(tuple(one.der for one in listed), list_signer(key("secp256r1", role="mls"), root), NOW)
    return data, root, listed


def test_a_master_list_is_read_with_its_root() -> None:
    data, root, listed = published()
    made = read_master_list(data, [read_certificate(root.der)])
    assert made.root_known
    assert (made.publisher, made.signed) == ("UT", NOW)
    assert {one.der for one in made.certificates} == {one.der for one in listed}


def test_a_master_list_that_vouches_for_itself_says_so() -> None:
    assert not read_master_list(published()[0]).root_known


def test_a_signer_of_documents_cannot_sign_a_master_list() -> None:
    _, root, listed = published()
    dsc = signer(key("secp256r1", role="dsc"), root)
    with pytest.raises(TlvError, match="expected a signer for master lists"):
        read_master_list(write_master_list(tuple(one.der for one in listed), dsc, NOW))


def test_a_master_list_with_one_certificate_exchanged_is_refused() -> None:
    data, _, listed = published()
    wish, forged = Wish("BB", "CSCA", NOW, NOW + YEAR, authority=True), key("secp256r1", role="forger")
    # Signatures differ in length by a byte or two; one of the same length is soon found.
    other = next(one for one in iter(lambda: issue(wish, forged).der, None) if len(one) == len(listed[2].der))
    with pytest.raises(TlvError, match="expected a signature that holds"):
        read_master_list(data.replace(listed[2].der, other))


def test_a_master_list_whose_root_is_nowhere_is_refused() -> None:
    _, _, listed = published()
    elsewhere = authority(key("secp256r1", role="elsewhere"), Wish("UT", "Elsewhere", NOW, NOW + YEAR, authority=True))
    stranger = list_signer(key("secp256r1", role="mls"), elsewhere)
    with pytest.raises(TlvError, match="expected an authority that signed the signer's certificate"):
        read_master_list(write_master_list(tuple(one.der for one in listed), stranger, NOW))


def test_a_root_that_only_comes_along_is_not_known() -> None:
    """Anybody can put a root of his own beside his signature."""
    own = authority(key("secp256r1", role="forger"), Wish("UT", "Utopia CSCA", NOW, NOW + YEAR, authority=True))
    forged = write_master_list((own.der,), list_signer(key("secp256r1", role="mls"), own), NOW, (own.der,))
    made = read_master_list(forged, [read_certificate(published()[1].der)])
    assert not made.root_known


def test_what_a_list_signer_needs_is_the_purpose() -> None:
    assert (
        MASTER_LIST_SIGNER in read_certificate(list_signer(key("secp256r1"), authority(key("secp256r1"))).der).purposes
    )
