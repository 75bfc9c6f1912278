"""The vault on disk: acknowledged is durable, destroyed stays destroyed whenever it is killed, a dump is noise."""

import os
import subprocess
import sys
import time
from itertools import product
from pathlib import Path

import pytest

from consent.receipts import RECEIPT, signed
from consentry.backends.vault import VaultFolder, Withdrawn, rotate
from consentry.backends.vault_held import HeldFolder
from consentry.backends.vault_key import read_vault_key, write_vault_key
from consentry.consent.erasure import LoggedReceipt, seal, unseal, unwrap
from consentry.consent.retention import HeldItem, Hold
from consentry.core.errors import ConsentryError, MalformedError, ProofError, StorageError

ABOVE, OTHER = bytes(range(32)), bytes(range(1, 33))
A, B = "a" * 32, "b" * 32
WRITER = Path(__file__).resolve().parents[1] / "servers" / "vault_writer.py"


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_key_is_there_until_it_is_destroyed(tmp_path: Path) -> None:
    vault = VaultFolder(tmp_path, ABOVE)
    key = vault.create(A)
    assert vault.key(A) == key
    assert vault.key(B) is None
    assert VaultFolder(tmp_path, ABOVE).key(A) == key
    assert vault.receipts() == (A,)
    with pytest.raises(StorageError, match="already"):
        vault.create(A)
    assert vault.destroy(A) is True
    assert vault.destroy(A) is False
    assert vault.key(A) is None
    assert vault.receipts() == ()
    vault.close()
    vault.close()


def test_a_key_is_nowhere_in_clear_and_a_destroyed_one_not_even_wrapped(tmp_path: Path) -> None:
    vault = VaultFolder(tmp_path, ABOVE)
    key = vault.create(A)
    (path,) = [path for path in files(tmp_path) if path.name == A]
    wrapped = path.read_bytes()
    assert unwrap(ABOVE, wrapped) == key
    before = os.open(path, os.O_RDONLY)  # whoever has the file open sees it overwritten, not only unlinked
    vault.destroy(A)
    assert os.pread(before, 100, 0) == bytes(40)
    os.close(before)
    for content in files(tmp_path).values():
        assert key not in content
        assert wrapped not in content
        assert ABOVE not in content


@pytest.mark.parametrize("name", ["", "../x", "A" * 32, "a" * 31, "a" * 33, "current"])
def test_only_ids_are_names(tmp_path: Path, name: str) -> None:
    vault = VaultFolder(tmp_path, ABOVE)
    for deed in (vault.create, vault.key, vault.destroy):
        with pytest.raises(StorageError, match="id of 32"):
            deed(name)


def test_another_key_encryption_key_opens_no_vault(tmp_path: Path) -> None:
    VaultFolder(tmp_path, ABOVE).create(A)
    with pytest.raises(StorageError, match="not that of the vault"):
        VaultFolder(tmp_path, OTHER)
    (tmp_path / "current").unlink()
    with pytest.raises(StorageError, match="current is missing"):
        VaultFolder(tmp_path, ABOVE)


def test_a_changed_key_is_an_error_and_no_withdrawal(tmp_path: Path) -> None:
    vault = VaultFolder(tmp_path, ABOVE)
    vault.create(A)
    path = tmp_path / "keys-1" / A
    path.write_bytes(b"\xff" + path.read_bytes()[1:])
    with pytest.raises(StorageError, match="changed on disk"):
        vault.key(A)


def test_destroying_that_the_power_broke_off_is_ended_when_opened(tmp_path: Path) -> None:
    vault = VaultFolder(tmp_path, ABOVE)
    vault.create(A)
    path = tmp_path / "keys-1" / A
    path.write_bytes(bytes(40))  # overwritten, not yet unlinked
    assert vault.key(A) is None
    VaultFolder(tmp_path, ABOVE)
    assert not path.exists()


def test_who_has_no_key_was_withdrawn(tmp_path: Path) -> None:
    vault = VaultFolder(tmp_path, ABOVE)
    vault.create(A)
    withdrawn = Withdrawn(vault)
    assert A not in withdrawn
    assert B in withdrawn
    assert None in withdrawn
    vault.destroy(A)
    assert A in withdrawn


def held(folder: Path) -> tuple[VaultFolder, HeldFolder, bytes]:
    """A vault with one receipt and two items."""
    vault, store = VaultFolder(folder, ABOVE), HeldFolder(folder)
    key = vault.create(RECEIPT.id)
    store.keep(LoggedReceipt(signed(), bytes(32)).sealed(key, RECEIPT.id, RECEIPT.passages_until))
    store.keep(seal(key, RECEIPT.id, "passages", RECEIPT.passages_until, b"lounge at noon"))
    return vault, store, key


def test_a_dump_of_every_file_opens_nothing_without_the_key_encryption_key(tmp_path: Path) -> None:
    """All that lies in the folder is tried as a key, wrapped or plain, on all that lies in it."""
    vault, store, key = held(tmp_path)
    dump = files(tmp_path)
    everything = b"".join(dump.values())
    for secret in (key, ABOVE, RECEIPT.holder.encode(), RECEIPT.journey.encode(), b"lounge", b"boarding", b"Airport"):
        assert secret not in everything
        assert secret.hex().encode() not in everything
    candidates = {content[at : at + 32] for content in dump.values() for at in range(max(1, len(content) - 31))}
    candidates |= {bytes.fromhex(A), bytes(32), b"\xff" * 32}
    wrapped = [content for path, content in dump.items() if path.parent.name.startswith("keys-")]
    items = store.held(RECEIPT.id)
    assert len(wrapped) == 1
    assert len(items) == 2
    tried = [one for one in candidates if len(one) == 32]
    assert len(tried) > 500
    for candidate, item in product(tried, items):
        with pytest.raises(ProofError):
            unseal(candidate, item)
    for candidate in tried:
        with pytest.raises(ProofError):
            unwrap(candidate, wrapped[0])
    assert vault.key(RECEIPT.id) == key  # and with it they open
    assert [unseal(key, item)[:6] for item in items] == [b"lounge", b'{"rece']


def test_after_destroying_nothing_opens_even_with_the_key_encryption_key(tmp_path: Path) -> None:
    vault, store, _ = held(tmp_path)
    items = store.held(RECEIPT.id)
    vault.destroy(RECEIPT.id)
    assert vault.key(RECEIPT.id) is None
    for content in files(tmp_path).values():
        for at in range(max(1, len(content) - 39)):
            with pytest.raises(ProofError):
                unseal(unwrap(ABOVE, content[at : at + 40]), items[0])


def test_a_vault_wrapped_anew_opens_for_the_new_key_and_remains_of_the_old_for_nobody(tmp_path: Path) -> None:
    vault, _, key = held(tmp_path)
    gone = vault.create(B)
    remains = (tmp_path / "keys-1" / B).read_bytes()  # what an SSD may keep of a destroyed key
    vault.destroy(B)
    with pytest.raises(StorageError, match="open in another process"):
        rotate(tmp_path, ABOVE, OTHER)
    vault.close()
    assert rotate(tmp_path, ABOVE, OTHER) == 1
    assert not (tmp_path / "keys-1").exists()
    assert VaultFolder(tmp_path, OTHER).key(RECEIPT.id) == key
    with pytest.raises(StorageError, match="not that of the vault"):
        VaultFolder(tmp_path, ABOVE)
    with pytest.raises(ProofError):
        unwrap(OTHER, remains)
    assert unwrap(ABOVE, remains) == gone  # hence: the old key's file is to be destroyed


def test_rotation_that_was_broken_off_leaves_the_old_key_in_force(tmp_path: Path) -> None:
    held(tmp_path)[0].close()
    (tmp_path / "keys-2").mkdir()
    (tmp_path / "keys-2" / RECEIPT.id).write_bytes(b"half")
    with VaultFolder(tmp_path, ABOVE) as vault:
        assert vault.key(RECEIPT.id) is not None
    assert not (tmp_path / "keys-2").exists()
    (tmp_path / "keys-2").mkdir()
    (tmp_path / "keys-2" / RECEIPT.id).write_bytes(b"half")
    assert rotate(tmp_path, ABOVE, OTHER) == 1
    with VaultFolder(tmp_path, OTHER) as vault:
        assert vault.key(RECEIPT.id) is not None


def test_rotation_that_was_broken_off_once_it_counted_is_ended_when_opened(tmp_path: Path) -> None:
    held(tmp_path)[0].close()
    old = (tmp_path / "keys-1" / RECEIPT.id).read_bytes()
    rotate(tmp_path, ABOVE, OTHER)
    (tmp_path / "keys-1").mkdir()
    (tmp_path / "keys-1" / RECEIPT.id).write_bytes(old)
    VaultFolder(tmp_path, OTHER).close()
    assert not (tmp_path / "keys-1").exists()


@pytest.mark.parametrize("seed", range(6))
def test_killed_at_any_moment_it_loses_no_key_and_brings_none_back(tmp_path: Path, seed: int) -> None:
    """kill -9 while keys are made and destroyed: what was acknowledged holds, in the same folder again and again."""
    made: dict[str, str] = {}
    gone, going = set[str](), set[str]()
    for turn in range(2):
        command = [sys.executable, str(WRITER), str(tmp_path), ABOVE.hex(), str(100 * seed + turn)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            lines = [writer.stdout.readline() for _ in range(5 + 3 * seed)]
            time.sleep(0.0007 * seed)
            writer.kill()
            lines += writer.stdout.readlines()
        for line in lines:
            words = line.split()
            if line.endswith("\n") and words:
                {"made": lambda w: made.update({w[1]: w[2]}), "destroyed": lambda w: gone.add(w[1]),
                 "destroying": lambda w: going.add(w[1])}[words[0]](words)  # fmt: skip
        vault, store = VaultFolder(tmp_path, ABOVE), HeldFolder(tmp_path)
        assert len(made) > 2
        for receipt, key in made.items():
            (item,) = store.held(receipt)
            if receipt in gone:
                assert vault.key(receipt) is None
                assert not any(key in content.hex() for content in files(tmp_path).values())
            elif receipt not in going:
                assert vault.key(receipt) == bytes.fromhex(key)
                assert unseal(bytes.fromhex(key), item) == receipt.encode()
            else:  # it was told to go and had not answered: either way, and for good
                assert vault.key(receipt) in {None, bytes.fromhex(key)}
        vault.close()


def test_held_items_come_back_and_go(tmp_path: Path) -> None:
    store = HeldFolder(tmp_path)
    one, two = seal(ABOVE, A, "passages", 5, b"1"), seal(ABOVE, A, "passages", 5, b"2")
    for item in (one, two, seal(ABOVE, A, "journey", 4, b"3"), seal(ABOVE, B, "journey", 4, b"4")):
        store.keep(item)
    assert {item.number for item in store.held(A)} >= {one.number, two.number}
    assert unseal(ABOVE, next(item for item in store.held(A) if item.number == one.number)) == b"1"
    assert len(store.everything()) == 4
    assert all(item.sealed == b"" for item in store.everything())
    assert store.drop(A, "passages", one.number) == 1
    assert store.drop(A, "passages", one.number) == 0
    assert store.drop(A) == 2
    assert [item.receipt_id for item in store.everything()] == [B]
    with pytest.raises(StorageError, match="expected an item"):
        store.keep(HeldItem("../../x", "journey", "0" * 16, 5, b""))


def test_a_file_renamed_to_last_longer_does_not_open(tmp_path: Path) -> None:
    store = HeldFolder(tmp_path)
    store.keep(seal(ABOVE, A, "passages", 5, b"1"))
    (path,) = (tmp_path / "held" / "aa").iterdir()
    path.rename(path.with_name(path.name.replace(".5.", ".500000.")))
    (item,) = store.held(A)
    assert item.until == 500_000
    with pytest.raises(ProofError):
        unseal(ABOVE, item)


def test_holds_come_back_and_go_and_a_broken_one_is_not_passed_over(tmp_path: Path) -> None:
    store = HeldFolder(tmp_path)
    hold = Hold(A, "court order 4 C 12/26 법원", ("A. Kim", "B. Lee"), 50)
    store.hold(hold)
    assert HeldFolder(tmp_path).holds() == (hold,)
    assert store.lift(A) is True
    assert store.lift(A) is False
    assert store.holds() == ()
    (tmp_path / "holds" / B).write_text('{"reason":"x","confirmed_by":["A"],"since":5}')
    with pytest.raises(StorageError, match="expected a legal hold"):
        store.holds()


def test_torn_writes_are_no_items(tmp_path: Path) -> None:
    store = HeldFolder(tmp_path)
    store.keep(seal(ABOVE, A, "journey", 5, b"1"))
    store.drop(A)
    (tmp_path / "held" / "aa" / f"{A}.journey.5.{'0' * 16}.1234.partial").write_bytes(b"half")
    assert store.everything() == ()
    store.clear_torn()
    assert list((tmp_path / "held" / "aa").iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux")
def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be used"):
        VaultFolder(tmp_path / "file", ABOVE)
    with pytest.raises(StorageError, match="cannot be used"):
        HeldFolder(tmp_path / "file")


def test_a_key_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    write_vault_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(read_vault_key(path)) == 32
    with pytest.raises(StorageError, match="never written over"):
        write_vault_key(path)
    path.chmod(0o640)
    with pytest.raises(StorageError, match="can be read by others"):
        read_vault_key(path)
    with pytest.raises(StorageError, match="consentry vault keygen"):
        read_vault_key(tmp_path / "none")


@pytest.mark.parametrize("text", ["", "CONSENTRY+VAULT+KEY+", "CONSENTRY+VAULT+KEY+zz", "ab" * 32, "\xff"])
def test_what_is_no_key_is_refused_and_not_shown(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(MalformedError, match="expected a key of a vault") as refused:
        read_vault_key(path)
    assert isinstance(refused.value, ConsentryError)
    assert not text or text not in str(refused.value) or text == "CONSENTRY+VAULT+KEY+"
