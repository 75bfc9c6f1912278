"""A tree in memory, by the definition of RFC 6962, 2.1, for tests."""

from consentry.ledger.merkle import EMPTY, Subtree, leaf_hash, node_hash


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH(D[n]) as the RFC writes it."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(by_definition(leaves[:k]), by_definition(leaves[k:]))


def subtree_of(leaves: list[bytes]) -> Subtree:
    return lambda level, number: by_definition(leaves[number << level : (number + 1) << level])


def entries(count: int) -> list[bytes]:
    return [f"entry {number}".encode() for number in range(count)]
