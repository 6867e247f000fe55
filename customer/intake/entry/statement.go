package entry

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

var (
	// ErrNobody: a statement has neither a number nor a contact point, so that
	// nobody can tell whom it is about; or it has no source.
	ErrNobody = errors.New("the statement names nobody")
	// ErrAmbiguous: a key of the statement is that of several customers who were
	// there before. Merge them, or take the key from all but one.
	ErrAmbiguous = errors.New("the key of several customers")
)

// A Statement is what one source says of one customer at one time.
type Statement struct {
	Source     string    // "erp", "excel", "mail"; required
	ExternalID string    // what the customer is called there; may be empty
	At         time.Time // when the source held it true, such as the moment of an export; not the time of arrival
	// Customer holds the values; absent ones are not stated. Of Meta, Custom counts alone.
	Customer customer.Customer
	Phones   []string
	Emails   []string
}

// FromRecord returns the statement that a row of intake.CustomerTargets makes.
// A telephone cell is split as intake.SplitPhones does. An error is that of
// intake.FillCustomer.
func (r *Rule) FromRecord(rec intake.Record, source string, at time.Time) (Statement, error) {
	s := Statement{Source: source, ExternalID: rec.Text("external_id"), At: at}
	if err := intake.FillCustomer(&s.Customer, rec); err != nil {
		return s, err
	}
	s.Phones = intake.SplitPhones(rec.Text(customer.Phone), r.Phones)
	if mail := rec.Text(customer.Email); mail != "" {
		s.Emails = []string{mail}
	}
	return s, nil
}

// An Outcome says what became of a statement.
type Outcome struct {
	Customer uuid.UUID   // whom it is about; nil with Err
	Created  bool        // the customer is new
	United   []uuid.UUID // customers that turned out to be this one, and are deleted
	Err      error       // ErrNobody, ErrAmbiguous or customer.ErrContact: the statement was left out
}

// A read is a statement whose keys are worked out.
type read struct {
	Statement
	keys   []string
	points []point
	words  map[string]Word
}

// A point is a contact point in normal form.
type point struct{ typ, match string }

func (p point) key() string { return p.typ + ":" + p.match }

// numberKey returns the key that a customer's number in a source is. The length
// keeps "a:b" of c and b of "a" apart.
func numberKey(source, id string) string { return fmt.Sprintf("id:%d:%s:%s", len(source), source, id) }

// read works out the keys and words of a statement.
func (r *Rule) read(s Statement, fields []*storage.Field) (*read, error) {
	d := &read{Statement: s, words: map[string]Word{}}
	if s.Source != "" && s.ExternalID != "" {
		d.keys = append(d.keys, numberKey(s.Source, s.ExternalID))
	}
	for typ, values := range map[string][]string{customer.Phone: s.Phones, customer.Email: s.Emails} {
		for _, value := range values {
			match, err := r.Phones.MatchForm(typ, value)
			if err != nil {
				return nil, fmt.Errorf("entry: %w", err)
			}
			if p := (point{typ, match}); !slices.Contains(d.points, p) {
				d.points = append(d.points, p)
			}
		}
	}
	slices.SortFunc(d.points, func(a, b point) int { return strings.Compare(a.key(), b.key()) })
	for _, p := range d.points {
		d.keys = append(d.keys, p.key())
	}
	if len(d.keys) == 0 || s.Source == "" {
		return nil, fmt.Errorf("entry: %w; give it a source, and a number, a telephone or a mail address", ErrNobody)
	}
	d.say(fields)
	return d, nil
}

// normalise gives a value the form in which it comes back from the storage, so
// that it is not taken for one that was changed since.
func normalise(f *storage.Field, c *customer.Customer) {
	var form any
	switch v := f.Value(c).(type) {
	case []string:
		form = slices.Compact(slices.Sorted(slices.Values(v)))
	case time.Time:
		form = storage.NormalTime(v)
	default:
		return
	}
	_ = f.Set(c, form) // of the type that Value returned
}

// say puts what the statement says into words.
func (d *read) say(fields []*storage.Field) {
	for _, f := range fields {
		if normalise(f, &d.Customer); !f.Absent(&d.Customer) {
			d.words[f.Name] = Word{d.Source, storage.NormalTime(d.At), string(f.AppendJSON(nil, &d.Customer))}
		}
	}
	stopgap := func(field string, value any) {
		if _, said := d.words[field]; !said {
			raw, _ := json.Marshal(value) // strings and lists of them
			d.words[field] = Word{Value: string(raw)}
		}
	}
	if d.ExternalID != "" {
		raw, _ := json.Marshal([2]string{d.Source, d.ExternalID})
		d.words[numberField] = Word{d.Source, storage.NormalTime(d.At), string(raw)}
	}
	stopgap(numberField, [2]string{d.Source, ""})
	stopgap("type", customer.Person)
	name := d.ExternalID
	if len(d.points) > 0 {
		name = d.points[0].match
	}
	stopgap("name", name)
}
