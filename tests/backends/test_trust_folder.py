"""A folder of trust on disk: what is taken, on whose word, and that nothing altered is ever loaded."""

import base64
import json
from pathlib import Path

import pytest

from consentry.backends.trust_files import read_root
from consentry.backends.trust_folder import Kind, TrustFolder, UntrustedError
from consentry.core.errors import MalformedError, StorageError
from consentry.document.certificates import read_certificate
from consentry.document.issuing import write_master_list
from consentry.document.issuing_certificates import DAY, Wish, issue, write_revocation_list
from document.fault_lists import PUBLISHER, REVOKED, defect, defect_list, deviation, deviation_list, named
from document.pki import NOW, YEAR, authority, key, list_signer, passport, signer

CSCA = authority(key("secp256r1", role="csca"))
LINK = authority(key("secp256r1", role="second"), Wish("UT", "Utopia CSCA", NOW, NOW + YEAR, authority=True), CSCA)
DSC = signer(key("secp256r1", role="dsc"), CSCA)
OTHER = issue(Wish("AA", "CSCA", NOW - YEAR, NOW + YEAR, authority=True), key("secp256r1", role="AA"))
LIST = write_master_list((CSCA.der, OTHER.der), list_signer(key("secp256r1", role="mls"), CSCA), NOW)


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.fixture
def trusted(tmp_path: Path) -> TrustFolder:
    return TrustFolder(tmp_path / "trust")


@pytest.mark.parametrize(
    ("der", "kind"),
    [(CSCA.der, Kind.AUTHORITY), (LINK.der, Kind.LINK), (DSC.der, Kind.SIGNER)],
    ids=["authority", "link", "signer"],
)
@pytest.mark.parametrize("pem", [False, True], ids=["DER", "PEM"])
def test_a_certificate_is_taken_as_what_it_is(
    der: bytes,
    kind: Kind,
    pem: bool,  # noqa: FBT001 - a case
    trusted: TrustFolder,
    tmp_path: Path,
) -> None:
    body = base64.encodebytes(der).replace(b"\n", b"\r\n")
    text = b"-----BEGIN CERTIFICATE-----\r\n" + body + b"-----END CERTIFICATE-----\r\n"
    entry, fresh = trusted.add(put(tmp_path, "one.cer", text if pem else der), (), NOW)
    assert (entry.kind, fresh, entry.sha256) == (kind, True, read_certificate(der).fingerprint)
    assert trusted.entries() == (entry,)
    assert trusted.add(put(tmp_path, "again.cer", der), (), NOW)[1] is False


def test_links_hold_by_the_authority_beside_them_and_by_nothing_else(trusted: TrustFolder, tmp_path: Path) -> None:
    trusted.add(put(tmp_path, "link.cer", LINK.der), (), NOW)
    assert not trusted.load().report.store.authorities
    trusted.add(put(tmp_path, "csca.cer", CSCA.der), (), NOW)
    assert len(trusted.load().report.store.authorities) == 2


def test_a_master_list_needs_a_root_that_somebody_named(trusted: TrustFolder, tmp_path: Path) -> None:
    path, root = put(tmp_path, "list.ml", LIST), read_certificate(CSCA.der)
    with pytest.raises(UntrustedError, match=root.fingerprint):
        trusted.add(path, (), NOW)
    assert trusted.entries() == ()
    entry, fresh = trusted.add(path, (root.fingerprint,), NOW)
    assert (entry.kind, fresh, entry.root) == (Kind.MASTER_LIST, True, root.fingerprint)
    assert {one.country for one in trusted.load().report.store.authorities} == {"UT", "AA"}
    # The publisher's next list needs no word again.
    later = write_master_list((OTHER.der,), list_signer(key("secp256r1", role="mls"), CSCA), NOW + DAY)
    assert trusted.add(put(tmp_path, "later.ml", later), (), NOW)[1] is True


def test_another_publishers_root_does_not_help(trusted: TrustFolder, tmp_path: Path) -> None:
    with pytest.raises(UntrustedError):
        trusted.add(put(tmp_path, "list.ml", LIST), (read_certificate(OTHER.der), "0" * 64), NOW)


def test_a_root_vouches_for_lists_and_not_for_documents(trusted: TrustFolder, tmp_path: Path) -> None:
    alone = write_master_list((OTHER.der,), list_signer(key("secp256r1", role="mls"), CSCA), NOW, (CSCA.der,))
    trusted.add(put(tmp_path, "list.ml", alone), (read_certificate(CSCA.der),), NOW)
    store = trusted.load().report.store
    assert [one.country for one in store.authorities] == ["AA"]
    assert not store.issuers(read_certificate(DSC.der))


def test_a_revocation_list_comes_after_its_authority(trusted: TrustFolder, tmp_path: Path) -> None:
    path = put(tmp_path, "one.crl", write_revocation_list(CSCA, NOW - DAY, NOW + DAY, {77: NOW - DAY}))
    with pytest.raises(UntrustedError, match="import its state's first"):
        trusted.add(path, (), NOW)
    trusted.add(put(tmp_path, "csca.cer", CSCA.der), (), NOW)
    entry, _ = trusted.add(path, (), NOW)
    assert entry.told == "revocation list of UT, 1 revoked"
    assert trusted.load().report.store.revoked(read_certificate(DSC.der), NOW) == NOW - DAY


def test_what_was_altered_on_disk_is_never_loaded(trusted: TrustFolder, tmp_path: Path) -> None:
    entry, _ = trusted.add(put(tmp_path, "csca.cer", CSCA.der), (), NOW)
    (trusted.folder / entry.name).write_bytes(OTHER.der)
    with pytest.raises(StorageError, match="altered"):
        trusted.load()


def test_what_was_put_beside_the_index_is_never_loaded(trusted: TrustFolder, tmp_path: Path) -> None:
    trusted.add(put(tmp_path, "csca.cer", CSCA.der), (), NOW)
    put(trusted.folder, f"{read_certificate(OTHER.der).fingerprint}.cer", OTHER.der)
    assert [one.country for one in trusted.load().report.store.authorities] == ["UT"]


def test_what_is_missing_is_named(trusted: TrustFolder, tmp_path: Path) -> None:
    entry, _ = trusted.add(put(tmp_path, "csca.cer", CSCA.der), (), NOW)
    (trusted.folder / entry.name).unlink()
    with pytest.raises(StorageError, match=r"import csca\.cer again"):
        trusted.load()


@pytest.mark.parametrize(
    "index", ["", "{}", '{"version": 9, "entries": []}', '{"version": 1, "entries": [{"kind": "king"}]}', "[1"]
)
def test_an_index_that_is_none_is_told(index: str, trusted: TrustFolder) -> None:
    trusted.folder.mkdir()
    (trusted.folder / "index.json").write_text(index)
    with pytest.raises(StorageError, match=r"index\.json"):
        trusted.load()


def test_an_empty_folder_trusts_nobody_and_says_what_to_do(trusted: TrustFolder) -> None:
    with pytest.raises(StorageError, match="consentry trust import"):
        trusted.load()


@pytest.mark.parametrize("data", [b"", b"hello", b"-----BEGIN X-----\n?\n-----END X-----", b"\x30\x03\x02\x01\x01"])
def test_what_is_nothing_of_the_kind_is_refused(data: bytes, trusted: TrustFolder, tmp_path: Path) -> None:
    with pytest.raises(MalformedError):
        trusted.add(put(tmp_path, "odd", data), (), NOW)
    assert trusted.entries() == ()


def test_a_root_is_named_by_fingerprint_or_file(tmp_path: Path) -> None:
    made = read_certificate(CSCA.der)
    spaced = ":".join(made.fingerprint[k : k + 2].upper() for k in range(0, 64, 2))
    assert read_root(spaced) == made.fingerprint
    assert read_root(str(put(tmp_path, "root.cer", CSCA.der))) == made
    with pytest.raises(StorageError, match="cannot be read"):
        read_root(str(tmp_path / "nowhere.cer"))


@pytest.mark.shared
def test_the_three_shared_lists_make_one_store(shared: Path, trusted: TrustFolder) -> None:
    """766 certificates, of which each is trusted; the ICAO list's root is named by its fingerprint."""
    lists = shared / "data" / "documents" / "masterlists"
    icao = "920693cd1283824ffdf48a3579fc35528122f3de46bab2ecdaef402db6d92e4e"
    roots = (read_root(str(lists / "DE_ROOT_CA_CSCA07.cer")), read_root(str(lists / "NL_ROOT_CA.cer")), icao)
    for path in sorted(lists.glob("*.ml")):
        assert trusted.add(path, roots, NOW)[1]
    report = trusted.load().report
    assert len(report.store.authorities) == 766
    assert not report.refused
    assert len({one.country for one in report.store.authorities}) == 130
    index = json.loads((trusted.folder / "index.json").read_text())
    assert [one["kind"] for one in index["entries"]].count("root") == 3


def test_a_deviation_list_comes_after_its_authority(trusted: TrustFolder, tmp_path: Path) -> None:
    path = put(tmp_path, "one.dvl", deviation_list(deviation()))
    with pytest.raises(MalformedError, match="expected a trusted authority"):
        trusted.add(path, (), NOW)
    trusted.add(put(tmp_path, "csca.cer", passport().csca.der), (), NOW)
    assert trusted.add(path, (), NOW)[0].told == "deviation list of UT, 1 deviations"
    assert [one.country for one in trusted.load().faults.deviations] == ["UT"]


def test_a_defect_list_is_taken_on_its_publisher_s_root(trusted: TrustFolder, tmp_path: Path) -> None:
    path = put(tmp_path, "one.dfl", defect_list(defect(named(DSC), REVOKED)))
    root = read_certificate(PUBLISHER.der)
    with pytest.raises(UntrustedError, match=f"over the defect list of XX holds.*{root.fingerprint}"):
        trusted.add(path, (), NOW)
    entry, fresh = trusted.add(path, [root.fingerprint], NOW)
    assert (entry.told, entry.kind, fresh) == ("defect list of XX, 1 defects", Kind.DEFECTS, True)
    (made,) = trusted.load().faults.defects
    assert made.concerning(read_certificate(DSC.der))
    assert not trusted.load().report.store.authorities  # it vouches for lists, not for documents


def test_a_list_whose_root_is_gone_is_not_loaded(trusted: TrustFolder, tmp_path: Path) -> None:
    trusted.add(put(tmp_path, "one.dfl", defect_list()), [read_certificate(PUBLISHER.der)], NOW)
    index = json.loads((trusted.folder / "index.json").read_text())
    index["entries"] = [one for one in index["entries"] if one["kind"] != "root"]
    (trusted.folder / "index.json").write_text(json.dumps(index))
    with pytest.raises(StorageError, match="the root of the defect list"):
        trusted.load()
