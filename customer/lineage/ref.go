package lineage

import (
	"strings"

	"github.com/google/uuid"
)

// MaxRef is the length of the longest ref, in bytes.
const MaxRef = 300

// Ref names a record: "interaction/0190…".
func Ref(kind string, id uuid.UUID) string { return kind + "/" + id.String() }

// FieldRef names a field of a record: "customer/0190…#score".
func FieldRef(kind string, id uuid.UUID, field string) string { return Ref(kind, id) + "#" + field }

// ParseRef takes a ref apart: the kind, what stands behind the first slash as the
// id, and what stands behind the # after it as the field, which may be empty. It
// reports whether kind and id are there.
func ParseRef(ref string) (kind, id, field string, ok bool) {
	record, field, _ := strings.Cut(ref, "#")
	kind, id, _ = strings.Cut(record, "/")
	return kind, id, field, kind != "" && id != ""
}

// recordOf returns the ref of the record that a ref names, or a field of.
func recordOf(ref string) string {
	record, _, _ := strings.Cut(ref, "#")
	return record
}

// covers reports whether the erasure of one ref takes another with it: the same
// place, or a field of the record.
func covers(erased, ref string) bool { return ref == erased || recordOf(ref) == erased }

// idOf returns the kind and id of the record that a ref names, if its id is one of
// the store's.
func idOf(ref string) (kind string, id uuid.UUID, ok bool) {
	kind, text, _, ok := ParseRef(ref)
	if !ok {
		return "", uuid.Nil, false
	}
	id, err := uuid.Parse(text)
	return kind, id, err == nil
}
