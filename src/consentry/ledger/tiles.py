"""The log as plain files that any web server can serve: tiles of hashes, bundles of entries (C2SP tlog-tiles v0.1)."""

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from consentry.core.errors import MalformedError, ProofError
from consentry.ledger.merkle import SIZE, Subtree, node_hash

WIDTH = 256
"""Hashes in a full tile."""
HEIGHT = 8
"""Levels of the tree that a tile spans."""
LONGEST_ENTRY = 65_535
"""bytes: a bundle gives an entry's length in two."""
_KEPT = 512
"""Tiles kept in memory while a proof is made: 4 MiB, far more than the eight levels of any proof."""


@dataclass(frozen=True, slots=True)
class Tile:
    """Which tile: hashes of ``256 ** level`` leaves each, or a bundle of entries."""

    level: int | None
    """From 0; None: a bundle of entries."""
    number: int
    """From 0, within the level."""
    width: int = WIDTH
    """1-256."""

    @property
    def path(self) -> str:
        """Where it lies below the log's prefix.

        >>> Tile(0, 1234067).path, Tile(None, 5, 17).path
        ('tile/0/x001/x234/067', 'tile/entries/005.p/17')
        """
        parts = [f"{self.number % 1000:03d}"]
        rest = self.number // 1000
        while rest:
            parts.append(f"x{rest % 1000:03d}")
            rest //= 1000
        kind = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{kind}/{'/'.join(reversed(parts))}{partial}"


Fetch = Callable[[Tile], bytes]
"""Gets a tile's bytes; raises what its world raises."""


def tile_at(level: int | None, number: int, size: int) -> Tile:
    """The tile as wide as it is in a tree of ``size`` leaves.

    Raises:
        ProofError: such a tree has no such tile.
    """
    count = size >> (HEIGHT * (level or 0))
    width = min(WIDTH, count - number * WIDTH)
    if width < 1:
        raise ProofError(f"a tree of {size} has no tile {number} at level {level}")
    return Tile(level, number, width)


def new_tiles(old: int, new: int) -> Iterator[Tile]:
    """Tiles of a tree of ``new`` leaves that one of ``old`` did not have, bundles among them, lowest level first.

    >>> [tile.path for tile in new_tiles(255, 257)]
    ['tile/entries/000', 'tile/entries/001.p/1', 'tile/0/000', 'tile/0/001.p/1', 'tile/1/000.p/1']
    """
    levels: list[int | None] = [None, *range(max(0, (new.bit_length() + HEIGHT - 1) // HEIGHT))]
    for level in levels:
        before, after = old >> (HEIGHT * (level or 0)), new >> (HEIGHT * (level or 0))
        if after > before:
            for number in range(before // WIDTH, (after - 1) // WIDTH + 1):
                yield tile_at(level, number, new)


def subtree_from_tiles(size: int, fetch: Fetch) -> Subtree:
    """Hashes of complete subtrees of a tree of ``size`` leaves, from its tiles.

    Nothing is trusted for coming from a tile: who checks a proof made of them ends at a signed root.
    """

    @lru_cache(_KEPT)
    def hashes(level: int, number: int) -> bytes:
        tile = tile_at(level, number, size)
        content = fetch(tile)
        if len(content) != tile.width * SIZE:
            raise MalformedError(f"{tile.path}: expected {tile.width * SIZE} bytes, came {len(content)}")
        return content

    def subtree(level: int, number: int) -> bytes:
        lowest, above = divmod(level, HEIGHT)
        first = number << above
        tile, place = divmod(first, WIDTH)
        content = hashes(lowest, tile)
        if (place + (1 << above)) * SIZE > len(content):
            raise ProofError(f"a tree of {size} has no complete subtree {number} at level {level}")
        return fold([content[at * SIZE : (at + 1) * SIZE] for at in range(place, place + (1 << above))])

    return subtree


def fold(hashes: list[bytes]) -> bytes:
    """Root of a complete tree over as many hashes as a power of two has."""
    while len(hashes) > 1:
        hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def write_bundle(entries: list[bytes]) -> bytes:
    """Entries one after another, each after its length in two bytes.

    Raises:
        ValueError: an entry is too long for a bundle.
    """
    if any(len(entry) > LONGEST_ENTRY for entry in entries):
        raise ValueError(f"expected entries of at most {LONGEST_ENTRY} bytes")
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def read_bundle(content: bytes, width: int) -> list[bytes]:
    """The entries of a bundle.

    Args:
        content: of the file.
        width: how many there must be.

    Raises:
        MalformedError: it ends early, or there are more or fewer.
    """
    entries, at = [], 0
    while at < len(content):
        if at + 2 > len(content):
            raise MalformedError(f"at byte {at}: expected a length of two bytes, the bundle ends")
        (length,) = struct.unpack_from(">H", content, at)
        at += 2
        if at + length > len(content):
            raise MalformedError(f"at byte {at}: expected an entry of {length} bytes, the bundle ends")
        entries.append(content[at : at + length])
        at += length
    if len(entries) != width:
        raise MalformedError(f"expected {width} entries, came {len(entries)}")
    return entries


_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<number>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


def read_path(path: str) -> Tile:
    """The tile that a path asks for, as a server must understand it.

    Raises:
        MalformedError: it is no path of a tile.

    >>> read_path("tile/0/x001/x234/067.p/12")
    Tile(level=0, number=1234067, width=12)
    """
    match = _PATH.fullmatch(path)
    if match is None or not 1 <= int(match["width"] or WIDTH) <= WIDTH:
        raise MalformedError("expected the path of a tile, such as tile/0/x001/x234/067.p/12")
    level = None if match["level"] == "entries" else int(match["level"])
    number = int(match["number"].replace("x", "").replace("/", ""))
    tile = Tile(level, number, int(match["width"] or WIDTH))
    if tile.path != path:  # more leading groups than the number needs
        raise MalformedError(f"expected {tile.path}, came another spelling of it")
    return tile
