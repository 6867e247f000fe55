package review

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// An imprint stands for the values of a customer.
type imprint struct {
	all [16]byte // of all columns: what the matcher judged by
	key [16]byte // of those that a decision rests on
}

// imprintOf makes the imprint of a customer.
func (v *Reviewer) imprintOf(s *Subject) imprint {
	columns := v.columns(s.Customer.Type)
	return imprinted(columns, s.Record(columns).Values)
}

// imprinted makes the imprint of values in step with columns.
func imprinted(columns []Column, values []string) (p imprint) {
	var all, key strings.Builder
	for i, c := range columns {
		if values[i] == "" {
			continue
		}
		line := c.Field.Name + "\x00" + c.settled(values[i]) + "\x00"
		all.WriteString(line)
		if c.key() {
			key.WriteString(line)
		}
	}
	a, k := sha256.Sum256([]byte(all.String())), sha256.Sum256([]byte(key.String()))
	copy(p.all[:], a[:])
	copy(p.key[:], k[:])
	return p
}

// settled is a value in which case, width, spaces and the order of lines do not
// count.
func settled(value string) string {
	lines := strings.Split(criteria.Fold(value), "\n")
	for i, l := range lines {
		lines[i] = strings.Join(strings.Fields(l), " ")
	}
	slices.Sort(lines)
	return strings.Join(slices.Compact(lines), "\n")
}

// fingerprint is that of the key fields of two customers, in whatever order.
func fingerprint(a, b imprint) string {
	x, y := string(a.key[:]), string(b.key[:])
	sum := sha256.Sum256([]byte(min(x, y) + max(x, y)))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// columns returns those of a type of customers.
func (v *Reviewer) columns(typ string) []Column {
	switch {
	case typ == customer.Organization && v.Organizations != nil:
		return v.Organizations
	case typ == customer.Organization:
		return Organizations()
	case v.Persons != nil:
		return v.Persons
	}
	return Persons()
}

// imprints are those of customers by id.
type imprints map[uuid.UUID]imprint

// of returns the fingerprint of a pair, false where one of the two is not known.
func (p imprints) of(k Key) (string, bool) {
	a, known := p[k[0]]
	b, both := p[k[1]]
	return fingerprint(a, b), known && both
}
