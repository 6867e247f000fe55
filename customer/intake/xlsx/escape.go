package xlsx

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strings"
)

// The format writes characters that XML does not have as _xHHHH_, and a text that
// looks so with _x005F_ in front. excelize replaces such characters, and loses some of
// such texts, so they are hidden from it between two characters that it leaves alone,
// and that nobody can mean: Unicode keeps them for such uses.
const (
	maskBegin = "\uFDD0"
	maskEnd   = "\uFDD1"
)

// mask returns a text in which what must be written as _xHHHH_ is hidden.
func mask(s string) string {
	var b strings.Builder
	for i, r := range s {
		escape := r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0xFDD0 && r <= 0xFDD1 || r == 0xFFFE || r == 0xFFFF
		if !escape && (r != '_' || !looksEscaped(s[i:])) {
			if b.Len() > 0 {
				b.WriteRune(r)
			}
			continue
		}
		if b.Len() == 0 {
			b.WriteString(s[:i])
		}
		fmt.Fprintf(&b, "%s%04X%s", maskBegin, r, maskEnd)
	}
	if b.Len() == 0 {
		return s
	}
	return b.String()
}

// looksEscaped reports whether s begins with _xHHHH_.
func looksEscaped(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	for _, c := range []byte(s[2:6]) {
		if strings.IndexByte("0123456789abcdefABCDEF", c) < 0 {
			return false
		}
	}
	return true
}

// An unmasker writes XML in which mask hid something as the format wants it.
type unmasker struct {
	out     io.Writer
	held    []byte // the beginning of a mask
	written int64
}

// Write implements io.Writer. The XML of a sheet ends with none of the masks.
func (u *unmasker) Write(p []byte) (int, error) {
	const piece = 64 << 10
	for at := 0; at < len(p); at += piece {
		if err := u.piece(p[at:min(at+piece, len(p))]); err != nil {
			return at, err
		}
	}
	return len(p), nil
}

// piece writes a few bytes.
func (u *unmasker) piece(p []byte) error {
	all := append(u.held, p...)
	whole := len(all)
	switch {
	case bytes.HasSuffix(all, []byte(maskBegin[:1])):
		whole--
	case bytes.HasSuffix(all, []byte(maskBegin[:2])):
		whole -= 2
	}
	text := all[:whole]
	if bytes.Contains(text, []byte(maskBegin)) || bytes.Contains(text, []byte(maskEnd)) {
		text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte(maskBegin), []byte("_x")), []byte(maskEnd), []byte("_"))
	}
	n, err := u.out.Write(text)
	u.held = append([]byte(nil), all[whole:]...)
	if u.written += int64(n); u.written > math.MaxUint32 {
		return fmt.Errorf("xlsx: %w: its XML exceeds 4 GiB; write CSV, or export less", ErrSheetFull)
	}
	return err
}
