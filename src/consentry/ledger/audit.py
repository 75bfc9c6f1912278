"""What an outsider does with a published log: read it whole, or hold it against what was seen before.

Files come by a function, from a folder or a web server; nothing is believed for coming from there.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf

from consentry.core.errors import ProofError
from consentry.ledger.entry import Entry
from consentry.ledger.merkle import EMPTY, check_consistency, consistency_proof, leaf_hash, node_hash
from consentry.ledger.note import Note
from consentry.ledger.policy import Policy, Seen
from consentry.ledger.tiles import HEIGHT, WIDTH, Fetch, Tile, fold, read_bundle, subtree_from_tiles, tile_at


@dataclass(frozen=True, slots=True)
class Audit:
    """A log that was read whole."""

    seen: Seen
    kinds: Mapping[str, int]
    """How many entries of each kind."""
    first: float | None
    """s UTC of the oldest entry; None: there is none."""
    last: float | None


def audit(note: Note, policy: Policy, fetch: Fetch) -> Audit:
    """Read every entry and every tile, and check that the entries make the tiles and the signed root.

    Args:
        note: the checkpoint.
        policy: whom one believes.
        fetch: of bundles and tiles.

    Raises:
        ProofError: the checkpoint is not to be believed, or the entries are not those that were signed.
        MalformedError: a file or an entry is not what it must be.
    """
    # 1. The head.
    seen = policy.accept(note)
    size, tree, kinds = seen.checkpoint.size, _Growing(seen.checkpoint.size, fetch), Counter[str]()
    first, last = inf, -inf
    # 2. Every entry.
    for number in range(-(-size // WIDTH)):
        tile = tile_at(None, number, size)
        contents = read_bundle(fetch(tile), tile.width)
        tree.grow([leaf_hash(content) for content in contents])
        told = [Entry.parse(content) for content in contents]
        kinds.update(entry.kind.value for entry in told)
        first, last = min(first, *(entry.at for entry in told)), max(last, *(entry.at for entry in told))
    # 3. The root.
    if tree.root() != seen.checkpoint.root:
        raise ProofError(f"{seen.checkpoint.origin}: the {size} entries are not those that were signed")
    return Audit(seen, dict(kinds), first if size else None, last if size else None)


def check_continues(old: Note, new: Note, policy: Policy, fetch: Fetch) -> tuple[Seen, Seen]:
    """Check that a log seen earlier was only added to, by its tiles alone.

    Args:
        old: the checkpoint kept from earlier.
        new: the checkpoint of now.
        policy: whom one believes.
        fetch: of tiles.

    Raises:
        ProofError: it was rewritten or cut, or one of the checkpoints is not to be believed.
    """
    before, after = policy.accept(old), policy.accept(new)
    one, other = before.checkpoint, after.checkpoint
    if one.origin != other.origin:
        raise ProofError(f"expected two checkpoints of one log, came {one.origin} and {other.origin}")
    if other.size < one.size:
        raise ProofError(f"{one.origin}: it had {one.size} entries and has {other.size}: some were removed")
    if one.size == 0:
        return before, after  # every log continues the empty one
    proof = consistency_proof(one.size, other.size, subtree_from_tiles(other.size, fetch))
    check_consistency(one.size, other.size, one.root, other.root, proof)
    return before, after


class _Growing:
    """The tree that entries make, each tile of hashes held against the published one on the way."""

    def __init__(self, size: int, fetch: Fetch) -> None:
        self._size, self._fetch = size, fetch
        self._rows: list[list[bytes]] = [[]]
        """Hashes of the tile that is being filled, by level of tiles."""
        self._full: list[int] = [0]
        """Full tiles so far, by level."""
        self._peaks: list[tuple[int, bytes]] = []
        """Level in the tree and hash of the complete subtrees that it consists of, largest first."""

    def grow(self, leaves: list[bytes]) -> None:
        """Add the leaves of one bundle."""
        for level, found in self._tiles(leaves):
            self._check(level, found)
        if len(leaves) == WIDTH:
            self._add(HEIGHT, fold(leaves))
        else:
            for leaf in leaves:
                self._add(0, leaf)

    def root(self) -> bytes:
        """Root of all leaves, once the tiles that are not full are checked too."""
        for level, row in enumerate(self._rows[1:], 1):
            if row:
                self._check(level, row)
        if not self._peaks:
            return EMPTY
        found = self._peaks[-1][1]
        for _, left in reversed(self._peaks[:-1]):
            found = node_hash(left, found)
        return found

    def _tiles(self, leaves: list[bytes]) -> Iterator[tuple[int, list[bytes]]]:
        """Tiles that these leaves fill, and the one that they begin at the lowest level."""
        level, row = 0, leaves
        yield 0, row
        while len(row) == WIDTH:
            level += 1
            if level == len(self._rows):
                self._rows.append([])
                self._full.append(0)
            self._rows[level].append(fold(row))
            self._full[level - 1] += 1
            row = self._rows[level]
            if len(row) == WIDTH:
                yield level, row
                self._rows[level] = []

    def _check(self, level: int, row: list[bytes]) -> None:
        tile = Tile(level, self._full[level], len(row))
        if self._fetch(tile) != b"".join(row):
            raise ProofError(f"{tile.path} is not made of the entries")

    def _add(self, level: int, found: bytes) -> None:
        while self._peaks and self._peaks[-1][0] == level:
            found = node_hash(self._peaks.pop()[1], found)
            level += 1
        self._peaks.append((level, found))
