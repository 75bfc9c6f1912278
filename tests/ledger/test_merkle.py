"""The Merkle tree against its definition, against RFC 9162's words, and against the vectors of transparency-dev."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.core.errors import ProofError
from consentry.ledger.merkle import (
    EMPTY,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
)
from ledger.trees import by_definition, entries, subtree_of

sizes = st.integers(1, 70)


def test_the_tree_without_leaves_has_the_hash_of_nothing() -> None:
    assert root(0, lambda _level, _number: b"") == EMPTY
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@given(sizes)
def test_a_root_is_what_the_definition_says(size: int) -> None:
    leaves = entries(size)
    assert root(size, subtree_of(leaves)) == by_definition(leaves)


@given(sizes, st.data())
def test_every_leaf_is_proved_and_no_other(size: int, data: st.DataObject) -> None:
    leaves = entries(size)
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    top, proof = by_definition(leaves), inclusion_proof(index, size, subtree_of(leaves))
    check_inclusion(index, size, leaf_hash(leaves[index]), proof, top)
    if other != index:
        with pytest.raises(ProofError):
            check_inclusion(index, size, leaf_hash(leaves[other]), proof, top)
        with pytest.raises(ProofError):
            check_inclusion(other, size, leaf_hash(leaves[index]), proof, top)


@given(sizes, st.data())
def test_every_beginning_is_proved_and_no_rewriting(new: int, data: st.DataObject) -> None:
    """ "... prove that any particular version of the tree is a superset of any particular previous version" (2.1.4)."""
    old = data.draw(st.integers(1, new))
    leaves = entries(new)
    rewritten = [*leaves]
    rewritten[data.draw(st.integers(0, old - 1))] = b"another"
    before, after = by_definition(leaves[:old]), by_definition(leaves)
    check_consistency(old, new, before, after, consistency_proof(old, new, subtree_of(leaves)))
    with pytest.raises(ProofError):
        check_consistency(
            old, new, before, by_definition(rewritten), consistency_proof(old, new, subtree_of(rewritten))
        )


@given(sizes, st.data())
def test_one_bit_changed_anywhere_is_seen(size: int, data: st.DataObject) -> None:
    leaves = entries(size)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, subtree_of(leaves))
    parts = [by_definition(leaves), leaf_hash(leaves[index]), *proof]
    which, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    changed = bytearray(parts[which])
    changed[bit // 8] ^= 1 << bit % 8
    parts[which] = bytes(changed)
    with pytest.raises(ProofError):
        check_inclusion(index, size, parts[1], parts[2:], parts[0])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_no_proof_is_made_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="expected a leaf"):
        inclusion_proof(index, size, subtree_of(entries(size)))


@pytest.mark.parametrize(("old", "new"), [(0, 5), (6, 5), (-1, 5)])
def test_no_proof_is_made_from_nothing_or_backwards(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="expected sizes"):
        consistency_proof(old, new, subtree_of(entries(5)))


def _hash(code: str | None) -> bytes:
    return base64.b64decode(code or "")


def _says(path: Path, kind: str) -> bool:
    """Whether the vector's proof holds here."""
    told = json.loads(path.read_text())
    proof = [_hash(one) for one in told["proof"] or []]
    try:
        if kind == "inclusion":
            check_inclusion(told["leafIdx"], told["treeSize"], _hash(told["leafHash"]), proof, _hash(told["root"]))
        else:
            check_consistency(told["size1"], told["size2"], _hash(told["root1"]), _hash(told["root2"]), proof)
    except ProofError:
        return False
    return True


@pytest.mark.shared
@pytest.mark.parametrize(("kind", "least"), [("inclusion", 90), ("consistency", 90)])
def test_the_vectors_of_transparency_dev(shared: Path, kind: str, least: int) -> None:
    """Every one as it says, but one whose roots are words of 12 bytes: no hash of this tree is."""
    paths = sorted((shared / "data" / "documents" / "tlog" / "merkle-testdata" / kind).rglob("*.json"))
    assert len(paths) >= least
    differ = {path.name for path in paths if _says(path, kind) is json.loads(path.read_text())["wantErr"]}
    assert differ <= {"sizes-are-equal-one-and-proof-is-empty.json"}
