"""The hashes of a growing tree in memory: 64 bytes for each entry, so 64 MB for a million."""

from consentry.ledger.merkle import SIZE, node_hash
from consentry.ledger.merkle import root as root_of


class GrowingTree:
    """Every complete subtree's hash, level by level."""

    def __init__(self) -> None:
        self._levels: list[bytearray] = [bytearray()]

    @property
    def size(self) -> int:
        """Leaves."""
        return len(self._levels[0]) // SIZE

    def append(self, leaf: bytes) -> None:
        """Add a leaf by its hash, and every subtree that it completes."""
        level, found = 0, leaf
        while True:
            if level == len(self._levels):
                self._levels.append(bytearray())
            row = self._levels[level]
            row += found
            if len(row) // SIZE % 2:
                return
            found = node_hash(bytes(row[-2 * SIZE : -SIZE]), bytes(row[-SIZE:]))
            level += 1

    def subtree(self, level: int, number: int) -> bytes:
        """Hash of a complete subtree.

        Raises:
            IndexError: it is not complete.
        """
        row = self._levels[level]
        found = bytes(row[number * SIZE : (number + 1) * SIZE])
        if len(found) != SIZE:
            raise IndexError(f"no complete subtree {number} at level {level} of a tree of {self.size}")
        return found

    def hashes(self, level: int, first: int, count: int) -> bytes:
        """Hashes of neighbouring complete subtrees, one after another."""
        return bytes(self._levels[level][first * SIZE : (first + count) * SIZE])

    def root(self, size: int | None = None) -> bytes:
        """Root of the first leaves; None: of all."""
        return root_of(self.size if size is None else size, self.subtree)
