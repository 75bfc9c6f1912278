"""Tiles: paths as the specification writes them, hashes found again, bundles read back, hostile ones refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.core.errors import MalformedError, ProofError
from consentry.ledger.checkpoint import Checkpoint
from consentry.ledger.merkle import check_inclusion, inclusion_proof, leaf_hash, root
from consentry.ledger.note import Note, VerifierKey
from consentry.ledger.tiles import (
    SIZE,
    Tile,
    fold,
    new_tiles,
    read_bundle,
    read_path,
    subtree_from_tiles,
    tile_at,
    write_bundle,
)
from ledger.trees import by_definition, entries

TESSERA = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
"""The key of Tessera's test log, as its build_log.sh says it."""
WORDS = "one two three four five six seven eit nain ten ileven twelf threeten fourten fivten"


def tiles_of(leaves: list[bytes]) -> dict[str, bytes]:
    """All tiles of a tree, by the definition."""
    levels = [[leaf_hash(leaf) for leaf in leaves]]
    while len(levels[-1]) >= 256:
        below = levels[-1]
        levels.append([fold(below[at : at + 256]) for at in range(0, len(below) - 255, 256)])
    made = {}
    for tile in new_tiles(0, len(leaves)):
        at = slice(tile.number * 256, tile.number * 256 + tile.width)
        made[tile.path] = write_bundle(leaves[at]) if tile.level is None else b"".join(levels[tile.level][at])
    return made


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(3, 999, 7), "tile/3/999.p/7"),
        (Tile(None, 1000), "tile/entries/x001/000"),
        (Tile(63, 5, 255), "tile/63/005.p/255"),
    ],
    ids=lambda one: str(getattr(one, "path", one)),
)
def test_paths_are_the_specifications(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert read_path(path) == tile


@pytest.mark.parametrize(
    "path",
    ["tile/0/0", "tile/00/000", "tile/0/x000/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01",
     "tile/0/../../checkpoint", "tile/entries/000/", "tile/-1/000", "/tile/0/000", "tile/0/001/000"],
)  # fmt: skip
def test_other_spellings_are_no_paths(path: str) -> None:
    if path == "tile/0/000.p/256":  # a full tile has one name
        with pytest.raises(MalformedError, match="another spelling"):
            read_path(path)
    else:
        with pytest.raises(MalformedError):
            read_path(path)


def test_the_tiles_of_a_tree_of_70_000() -> None:
    """ "273 full level 0 tiles, one partial level 0 tile of width 112, one full level 1 tile, ..." (tlog-tiles)."""
    made = [tile for tile in new_tiles(0, 70_000) if tile.level is not None]
    found = {(level, width): sum(t.level == level and t.width == width for t in made)
             for level, width in {(t.level, t.width) for t in made}}  # fmt: skip
    assert found == {(0, 256): 273, (0, 112): 1, (1, 256): 1, (1, 17): 1, (2, 1): 1}
    assert [t.path for t in new_tiles(0, 256) if t.level == 1] == ["tile/1/000.p/1"]


@given(st.integers(0, 600), st.integers(0, 600))
def test_nothing_that_a_larger_tree_needs_is_missing(one: int, other: int) -> None:
    old, new = sorted((one, other))
    before = {t.path for t in new_tiles(0, old)}
    added = {t.path for t in new_tiles(old, new)}
    full = {path for path in before if ".p/" not in path}
    assert {t.path for t in new_tiles(0, new)} <= full | added | before
    assert not added & full


@given(st.integers(1, 700), st.data())
def test_proofs_come_out_of_tiles(size: int, data: st.DataObject) -> None:
    leaves = entries(size)
    made = tiles_of(leaves)
    subtree = subtree_from_tiles(size, lambda tile: made[tile.path])
    index = data.draw(st.integers(0, size - 1))
    top = by_definition(leaves)
    assert root(size, subtree) == top
    check_inclusion(index, size, leaf_hash(leaves[index]), inclusion_proof(index, size, subtree), top)


def test_a_tile_that_is_cut_off_is_told() -> None:
    made = tiles_of(entries(300))
    subtree = subtree_from_tiles(300, lambda tile: made[tile.path][:-1])
    with pytest.raises(MalformedError, match=r"tile/1/000\.p/1: expected 32 bytes, came 31"):
        root(300, subtree)
    with pytest.raises(ProofError, match="has no tile"):
        tile_at(0, 2, 300)
    with pytest.raises(ProofError, match="no complete subtree"):
        subtree_from_tiles(300, lambda tile: made[tile.path])(6, 4)


@given(st.lists(st.binary(max_size=70), max_size=20))
def test_a_bundle_is_read_back_and_no_beginning_of_it(wanted: list[bytes]) -> None:
    content = write_bundle(wanted)
    assert read_bundle(content, len(wanted)) == wanted
    for end in range(len(content)):
        with pytest.raises(MalformedError):
            read_bundle(content[:end], len(wanted))


def test_an_entry_that_no_bundle_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 65535"):
        write_bundle([bytes(65_536)])


@pytest.mark.shared
def test_the_log_that_tessera_made_is_read(shared: Path) -> None:
    """Fifteen checkpoints of another implementation, signed, and every entry found in its tree."""
    log = shared / "data" / "documents" / "tlog" / "tessera-log" / "log"
    key = VerifierKey.parse(TESSERA)
    for size in range(1, 16):
        note = Note.parse((log / f"checkpoint.{size}").read_bytes())
        assert note.by(key)
        head = Checkpoint.parse(note.text)
        assert (head.origin, head.size) == ("example.com/log/testdata", size)
        subtree = subtree_from_tiles(size, lambda tile: (log / tile.path).read_bytes())
        assert root(size, subtree) == head.root
        told = read_bundle((log / tile_at(None, 0, size).path).read_bytes(), size)
        assert told == WORDS.encode().split()[:size]
        for index, entry in enumerate(told):
            check_inclusion(index, size, leaf_hash(entry), inclusion_proof(index, size, subtree), head.root)
    assert SIZE == 32
