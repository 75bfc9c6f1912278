"""The Merkle tree of a log: hashes, proofs, and checking them (RFC 6962, 2.1; RFC 9162, 2.1).

A tree is described by a function that gives the hash of any complete subtree: ``subtree(level, number)`` stands for
the ``2 ** level`` leaves from ``number * 2 ** level`` on. Where those hashes lie (memory, tiles, a web server) is no
concern here.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator

from consentry.core.errors import ProofError

SIZE = 32
"""Bytes of a hash (SHA-256)."""
EMPTY = hashlib.sha256(b"").digest()
"""Root of the tree without leaves."""

Subtree = Callable[[int, int], bytes]
"""Level and number of a complete subtree to its hash."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash of an entry; the leading 0 keeps leaves and nodes apart (RFC 6962, 2.1).

    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(size: int, subtree: Subtree) -> bytes:
    """Root of the tree of the first ``size`` leaves."""
    return _span(0, size, subtree) if size else EMPTY


def inclusion_proof(index: int, size: int, subtree: Subtree) -> tuple[bytes, ...]:
    """What takes the leaf's hash to the root: siblings from the leaf upwards (RFC 6962, 2.1.1).

    Args:
        index: of the leaf, from 0.
        size: of the tree.
        subtree: its hashes.

    Raises:
        ValueError: the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"expected a leaf of a tree of {size}, came {index}")
    path: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(_span(middle, end, subtree))
            end = middle
        else:
            path.append(_span(begin, middle, subtree))
            begin = middle
    return tuple(reversed(path))


def consistency_proof(old: int, new: int, subtree: Subtree) -> tuple[bytes, ...]:
    """What shows that the tree of ``old`` leaves is the beginning of the one of ``new`` (RFC 6962, 2.1.2).

    Raises:
        ValueError: not 0 < old <= new.
    """
    if not 0 < old <= new:
        raise ValueError(f"expected sizes 0 < old <= new, came {old} and {new}")
    path: list[bytes] = []
    begin, end = 0, new
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            path.append(_span(middle, end, subtree))
            end = middle
        else:
            path.append(_span(begin, middle, subtree))
            begin = middle
    if begin:  # the old tree's own root is known to who asks
        path.append(_span(begin, end, subtree))
    return tuple(reversed(path))


def check_inclusion(index: int, size: int, leaf: bytes, proof: Iterable[bytes], known_root: bytes) -> None:
    """Check that a leaf is in a tree (RFC 9162, 2.1.3.2).

    Args:
        index: of the leaf.
        size: of the tree.
        leaf: hash of the leaf.
        proof: siblings from the leaf upwards.
        known_root: of the tree.

    Raises:
        ProofError: it does not show it.
    """
    if not 0 <= index < size:
        raise ProofError(f"expected a leaf of a tree of {size}, came {index}")
    _sized(leaf, known_root)
    found = leaf
    for left, sibling in _climb(index, size - 1, proof, f"that leaf {index} is in a tree of {size}"):
        found = node_hash(sibling, found) if left else node_hash(found, sibling)
    if found != known_root:
        raise ProofError(f"the proof does not lead from leaf {index} to the root of the tree of {size}")


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Iterable[bytes]) -> None:
    """Check that a tree is the continuation of an older one (RFC 9162, 2.1.4.2).

    Raises:
        ProofError: it does not show it; also from size 0, where every tree is a continuation and nothing is shown.
    """
    path = list(proof)
    _sized(old_root, new_root)
    if not 0 < old <= new:
        raise ProofError(f"expected sizes 0 < old <= new, came {old} and {new}")
    if old == new:
        if path or old_root != new_root:
            raise ProofError(f"two trees of {old} leaves differ, or the proof is not empty")
        return
    if old & (old - 1) == 0:  # a complete tree stands for itself
        path.insert(0, old_root)
    if not path:
        raise ProofError(f"the proof from {old} to {new} is empty")
    number, last = old - 1, new - 1
    while number & 1:  # up to the largest complete subtree at the old tree's end
        number, last = number >> 1, last >> 1
    _sized(path[0])
    first = second = path[0]
    for left, sibling in _climb(number, last, path[1:], f"from {old} to {new}"):
        first = node_hash(sibling, first) if left else first
        second = node_hash(sibling, second) if left else node_hash(second, sibling)
    if first != old_root or second != new_root:
        raise ProofError(f"the tree of {new} does not continue the tree of {old}: the log was rewritten")


def _climb(number: int, last: int, proof: Iterable[bytes], shows: str) -> Iterator[tuple[bool, bytes]]:
    """Siblings on the way to the root, and whether each stands at the left.

    Args:
        number: of the node from which it goes up, within its level.
        last: number of the level's last node.
        proof: the siblings.
        shows: what the proof is to show, for errors.

    Raises:
        ProofError: there are too many or too few, or one is no hash.
    """
    for sibling in proof:
        _sized(sibling)
        if last == 0:
            raise ProofError(f"the proof {shows} is too long")
        left = bool(number & 1) or number == last
        if left:  # levels at which the node has no sibling are passed over
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        yield left, sibling
        number, last = number >> 1, last >> 1
    if last:
        raise ProofError(f"the proof {shows} is too short")


def _split(count: int) -> int:
    """The largest power of two smaller than ``count``, which is at least 2."""
    return 1 << ((count - 1).bit_length() - 1)


def _span(begin: int, end: int, subtree: Subtree) -> bytes:
    """Hash of the leaves from ``begin`` to before ``end``, a span that occurs in a tree."""
    count = end - begin
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return subtree(level, begin >> level)
    middle = begin + _split(count)
    return node_hash(_span(begin, middle, subtree), _span(middle, end, subtree))


def _sized(*hashes: bytes) -> None:
    for one in hashes:
        if len(one) != SIZE:
            raise ProofError(f"expected hashes of {SIZE} bytes, came {len(one)}")
