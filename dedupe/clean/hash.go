package clean

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"github.com/clientele-go/clientele/storage/criteria"
)

// normal is a cell as it is compared: of normal width and lower case, with single
// spaces between its words and none around them.
func normal(cell string) string { return strings.Join(strings.Fields(criteria.Fold(cell)), " ") }

// A digest stands for cells.
type digest [16]byte

// A hasher makes digests in memory that it uses again.
type hasher struct{ buffer []byte }

// of returns the digest of a word and of the normal forms of some cells of a row,
// and whether any of them is filled.
func (h *hasher) of(word string, cells []string, at []int) (d digest, filled bool) {
	h.buffer = append(binary.AppendUvarint(h.buffer[:0], uint64(len(word))), word...)
	for _, i := range at {
		var cell string
		if i < len(cells) {
			cell = normal(cells[i])
		}
		filled = filled || cell != ""
		h.buffer = append(binary.AppendUvarint(h.buffer, uint64(len(cell))), cell...)
	}
	sum := sha256.Sum256(h.buffer)
	return digest(sum[:16]), filled
}
