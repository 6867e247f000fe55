package export

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"strings"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Record says who exported what, when and by which filter.
type Record struct {
	storage.Meta
	Actor      string          // who, as in the change log
	At         time.Time       // when it was begun
	Kind       string          // what was exported
	Fields     []string        // the fields, sorted
	Filter     json.RawMessage // the criterion, see package criteria, with digests of personal values; absent: all
	Reason     string          // why, where the origin said so
	Canary     string          // the code in the canary row; empty: none
	Count      int64           // records that were written
	FinishedAt time.Time       // zero: the export was cut off, or still runs
}

// Records is the kind of records of exports.
var Records = storage.Define[Record]("export_record",
	storage.Text("actor", func(r *Record) *string { return &r.Actor }).Required().Indexed(),
	storage.Time("at", func(r *Record) *time.Time { return &r.At }).Required().Indexed(),
	storage.Text("kind", func(r *Record) *string { return &r.Kind }).Required(),
	storage.Texts("fields", func(r *Record) *[]string { return &r.Fields }),
	storage.JSON("filter", func(r *Record) *json.RawMessage { return &r.Filter }),
	storage.Text("reason", func(r *Record) *string { return &r.Reason }),
	storage.Text("canary", func(r *Record) *string { return &r.Canary }).Unique(),
	storage.Integer("records", func(r *Record) *int64 { return &r.Count }),
	storage.Time("finished_at", func(r *Record) *time.Time { return &r.FinishedAt }),
)

// Kinds are the kinds of this package, for storage.New.
func Kinds() []storage.Described { return []storage.Described{Records} }

// Watermark returns the text that stands above the table, or that a host shows
// on a screen: user, moment in UTC and the id of the record.
func (r *Record) Watermark() string {
	return "Export " + r.ID.String() + ", " + r.Actor + ", " + r.At.UTC().Format("2006-01-02 15:04:05Z")
}

// IsWatermark reports whether a text is what Watermark returns for some export.
func IsWatermark(text string) bool {
	rest, ok := strings.CutPrefix(text, "Export ")
	id, _, more := strings.Cut(rest, ", ")
	_, err := uuid.Parse(id)
	return ok && more && err == nil
}

// codeLength is that of a canary: 60 bits in base 32.
const codeLength = 12

// canaryOf returns the code of the canary of an export.
func canaryOf(id uuid.UUID) string {
	sum := sha256.Sum256(id[:])
	return base32.StdEncoding.EncodeToString(sum[:])[:codeLength]
}

// maxTrace bounds how many ids and codes of a text are looked up.
const maxTrace = 1000

// Trace returns the record of the export whose id or canary stands in a text: a
// watermark, a line of a leaked table or the whole of it, of which the first
// thousand candidates are tried. Case does not matter. storage.ErrNotFound means
// that none of them is of an export of this tenant, or that the caller may not see it.
func Trace(ctx context.Context, r storage.Reader, text string) (*Record, error) {
	var ids []uuid.UUID
	var codes []string
	for word := range strings.FieldsFuncSeq(strings.ToUpper(text), notOfCode) {
		if len(ids)+len(codes) >= maxTrace {
			break
		}
		if id, err := uuid.Parse(word); err == nil {
			ids = append(ids, id)
		} else if len(word) == codeLength {
			codes = append(codes, word)
		}
	}
	where := criteria.Any(criteria.In(storage.FieldID, ids...), criteria.In("canary", codes...))
	return Records.First(ctx, r, storage.Query{Where: where, Limit: 1})
}

// notOfCode reports whether a character is of neither an id nor a code.
func notOfCode(c rune) bool {
	return (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-'
}
