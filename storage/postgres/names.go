package postgres

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// maxName is the length in bytes at which PostgreSQL cuts identifiers.
const maxName = 63

// quote writes an identifier so that every character in it stands for itself.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// literal writes a text constant.
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// fit shortens a name that the server would cut, so that two long names that
// begin alike stay apart.
func fit(name string) string {
	if len(name) <= maxName {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	tail := "_" + hex.EncodeToString(sum[:4])
	return strings.ToValidUTF8(name[:maxName-len(tail)], "") + tail
}

// qualified returns the full name of a table or an index: search_path is never
// relied on.
func (c Config) qualified(name string) string {
	return quote(c.schema()) + "." + quote(fit(c.Prefix+name))
}
