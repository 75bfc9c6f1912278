// An independent check of a published log, by Go's own library for signed notes and Merkle trees.
//
// usage: check_log DIRECTORY VKEY; prints "OK origin size signatures", or why not, with exit 1.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// files reads tiles from a directory; Go's paths have the tile's height in them, those of C2SP do not.
type files struct{ root string }

func (f files) Height() int { return 8 }

func (f files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		content, err := os.ReadFile(filepath.Join(f.root, place(tile)))
		if err != nil {
			return nil, err
		}
		all = append(all, content)
	}
	return all, nil
}

func (f files) SaveTiles([]tlog.Tile, [][]byte) {}

func place(tile tlog.Tile) string {
	path := strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)
	return strings.Replace(path, "tile/8/", "tile/", 1)
}

func must(err error) {
	if err != nil {
		fmt.Println("FAIL", err)
		os.Exit(1)
	}
}

func main() {
	root, vkey := os.Args[1], os.Args[2]
	verifier, err := note.NewVerifier(vkey)
	must(err)
	content, err := os.ReadFile(filepath.Join(root, "checkpoint"))
	must(err)
	head, err := note.Open(content, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(head.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	sum, err := base64.StdEncoding.DecodeString(lines[2])
	must(err)
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], sum)
	hashes := tlog.TileHashReader(tree, files{root})
	checkEntries(root, size, hashes)
	checkProofs(size, tree, hashes)
	fmt.Println("OK", lines[0], size, len(head.Sigs))
}

// checkEntries hashes every entry of every bundle and compares it with the tree's leaf.
func checkEntries(root string, size int64, hashes tlog.HashReader) {
	for first := int64(0); first < size; first += 256 {
		width := size - first
		if width > 256 {
			width = 256
		}
		bundle, err := os.ReadFile(filepath.Join(root, place(tlog.Tile{H: 8, L: -1, N: first / 256, W: int(width)})))
		must(err)
		for i := int64(0); i < width; i++ {
			length := int(binary.BigEndian.Uint16(bundle))
			want, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, first+i)})
			must(err)
			if tlog.RecordHash(bundle[2:2+length]) != want[0] {
				must(fmt.Errorf("entry %d is not the one that was signed", first+i))
			}
			bundle = bundle[2+length:]
		}
		if len(bundle) != 0 {
			must(fmt.Errorf("bundle %d has more than its entries", first/256))
		}
	}
}

// checkProofs proves entries and older trees, and checks the proofs.
func checkProofs(size int64, tree tlog.Tree, hashes tlog.HashReader) {
	for _, index := range []int64{0, size / 3, size - 1} {
		proof, err := tlog.ProveRecord(size, index, hashes)
		must(err)
		leaf, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
		must(err)
		must(tlog.CheckRecord(proof, size, tree.Hash, index, leaf[0]))
	}
	old := size/2 + 1
	proof, err := tlog.ProveTree(size, old, hashes)
	must(err)
	older, err := tlog.TreeHash(old, hashes)
	must(err)
	must(tlog.CheckTree(proof, size, tree.Hash, old, older))
}
