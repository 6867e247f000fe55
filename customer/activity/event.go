package activity

import (
	"errors"
	"fmt"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
)

// An Event is something that a channel reports: a call that was made, a mail
// that came, a page that was looked at.
type Event struct {
	// Interaction is what will be stored. Channel and OccurredAt are required.
	// Source and ExternalID name it for good: what was delivered before is not
	// stored again. Where Customer is set, nothing is matched. Parties gets the
	// addresses of With, and ReceivedAt the moment of the transaction if it is zero.
	customer.Interaction
	// With are the people on the other side: the caller, the sender, the attendees
	// of a meeting. Those of ours may stand among them as long as another is known
	// as a customer.
	With []Party
}

// A Party is one person or organisation by the addresses that a channel knows
// it under. A phone number or mail address that is none is passed over.
type Party struct {
	Phone string
	Email string
	// Channel, Scope and Account are an identity, such as customer.WeCom, the corp
	// id and an external_userid; see customer.Identity.
	Channel, Scope, Account string
}

// An EventError says which event of a batch was refused.
type EventError struct {
	Index      int // in the list that was given, from 0
	Source     string
	ExternalID string
	Err        error
}

func (e *EventError) Error() string {
	return fmt.Sprintf("number %d of the batch (%q of source %q): %v", e.Index, e.ExternalID, e.Source, e.Err)
}

// Unwrap returns the reason.
func (e *EventError) Unwrap() error { return e.Err }

var errNoSource = errors.New("it has an external id and no source: name the system that gave the id")

// check reports what is wrong with an interaction before anything is read.
func (r Recorder) check(i *customer.Interaction) error {
	if err := r.Channels.Check(i.Channel); err != nil {
		return err
	}
	if i.OccurredAt.IsZero() {
		return &storage.FieldError{Kind: "interaction", Field: "occurred_at", Reason: "state when it took place"}
	}
	if i.ExternalID != "" && i.Source == "" {
		return fmt.Errorf("%w: %w", storage.ErrInvalid, errNoSource)
	}
	return nil
}

// A pending is an event on its way: the interaction, and whom it may be with.
type pending struct {
	record  customer.Interaction
	parties []party
}

// prepare checks the events and works out the addresses to match. Of two with
// one external id the first stays.
func (r Recorder) prepare(list []Event) ([]pending, error) {
	out := make([]pending, 0, len(list))
	seen := make(map[origin]bool, len(list))
	for n, e := range list {
		if err := r.check(&e.Interaction); err != nil {
			return nil, &EventError{Index: n, Source: e.Source, ExternalID: e.ExternalID, Err: err}
		}
		from := originOf(&e.Interaction)
		if from.ok() && seen[from] {
			continue
		}
		seen[from] = true
		p := pending{record: e.Interaction}
		p.record.Meta = storage.Meta{Custom: e.Custom}
		p.record.Parties = slices.Clone(e.Parties)
		for _, w := range e.With {
			known := r.addresses(w)
			p.parties = append(p.parties, known)
			p.record.Parties = append(p.record.Parties, known.texts()...)
		}
		out = append(out, p)
	}
	return out, nil
}

// An origin is what an interaction is called where it came from.
type origin struct{ source, id string }

func originOf(i *customer.Interaction) origin { return origin{i.Source, i.ExternalID} }

// ok reports whether a repetition can be recognised.
func (o origin) ok() bool { return o.source != "" && o.id != "" }
