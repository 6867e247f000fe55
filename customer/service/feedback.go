package service

import (
	"context"
	"errors"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Channels that feedback comes by. A host may have others.
const (
	ByPhone  = "call"
	ByMail   = "mail"
	BySurvey = "survey"
	BySocial = "social"
)

// States of feedback besides StateOpen and StateClosed.
const FeedbackTaken = "taken" // somebody works on it, such as in a ticket

// A Feedback is what a customer thinks of what was bought or done.
type Feedback struct {
	storage.Meta
	Customer   uuid.UUID
	Channel    string // ByPhone, ByMail, ...
	Score      *int64 // on the scale of its source, 0 to 100
	Text       string
	Topics     []string // what it is about: 物流
	Status     string   // StateOpen, FeedbackTaken or StateClosed
	Ticket     uuid.UUID
	ReceivedAt time.Time
	Source     string // the system that it came from
	ExternalID string // what it is called there; unique within the source
}

const feedbackKind = "feedback"

// Feedbacks is the kind of feedback.
var Feedbacks = storage.Define[Feedback](feedbackKind,
	storage.Ref("customer", func(f *Feedback) *uuid.UUID { return &f.Customer }).To("customer").Existing().Required(),
	storage.Text("channel", func(f *Feedback) *string { return &f.Channel }).Required(),
	storage.OptionalInteger("score", func(f *Feedback) **int64 { return &f.Score }),
	storage.Text("text", func(f *Feedback) *string { return &f.Text }).Searchable().Personal(),
	storage.Texts("topics", func(f *Feedback) *[]string { return &f.Topics }).Indexed(),
	storage.Text("status", func(f *Feedback) *string { return &f.Status }).Required(),
	storage.Ref("ticket", func(f *Feedback) *uuid.UUID { return &f.Ticket }).To(ticketKind).Existing().Indexed(),
	storage.Time("received_at", func(f *Feedback) *time.Time { return &f.ReceivedAt }).Required(),
	storage.Text("source", func(f *Feedback) *string { return &f.Source }),
	storage.Text("external_id", func(f *Feedback) *string { return &f.ExternalID }),
).Index("customer", "received_at").Index("status", "received_at").Unique("source", "external_id").Valid((*Feedback).check)

func (f *Feedback) check() error {
	switch {
	case f.Status != StateOpen && f.Status != FeedbackTaken && f.Status != StateClosed:
		return &storage.FieldError{Kind: feedbackKind, Field: "status", Reason: f.Status + ": use open, taken or closed"}
	case f.Score != nil && (*f.Score < 0 || *f.Score > 100):
		return &storage.FieldError{Kind: feedbackKind, Field: "score", Reason: "use 0 to 100"}
	case f.Score == nil && f.Text == "":
		return &storage.FieldError{Kind: feedbackKind, Field: "text", Reason: "give a text, a score or both"}
	}
	return nil
}

// Ingest stores new feedback as open, received now unless it says when. Feedback
// whose source and number are stored already is left out, so that a repeated
// delivery changes nothing; it returns how many were stored.
func Ingest(ctx context.Context, tx *storage.Tx, list ...*Feedback) (int, error) {
	// Another transaction may store one of them between the look and the write:
	// then it is there at the next look.
	for attempt := 1; ; attempt++ {
		known, err := delivered(ctx, tx, list)
		if err != nil {
			return 0, err
		}
		fresh := undelivered(list, known, tx.Now())
		err = Feedbacks.Put(ctx, tx, fresh...)
		if err == nil {
			return len(fresh), nil
		}
		if attempt == 3 || !errors.Is(err, storage.ErrDuplicate) {
			return 0, err
		}
	}
}

// undelivered returns the feedback that is not known, each once, as it is to be stored.
func undelivered(list []*Feedback, known map[delivery]bool, now time.Time) (fresh []*Feedback) {
	for _, f := range list {
		d := delivery{f.Source, f.ExternalID}
		if d.source != "" && d.number != "" {
			if known[d] {
				continue
			}
			known[d] = true
		}
		f.Status = StateOpen
		if f.ReceivedAt.IsZero() {
			f.ReceivedAt = now
		}
		fresh = append(fresh, f)
	}
	return fresh
}

// A delivery is what tells feedback that comes twice.
type delivery struct{ source, number string }

func delivered(ctx context.Context, tx *storage.Tx, list []*Feedback) (map[delivery]bool, error) {
	numbers := map[string][]string{} // by source
	for _, f := range list {
		if f.Source != "" && f.ExternalID != "" {
			numbers[f.Source] = append(numbers[f.Source], f.ExternalID)
		}
	}
	known := map[delivery]bool{}
	for source, some := range numbers {
		where := criteria.All(criteria.Eq("source", source), criteria.In("external_id", some...))
		for f, err := range Feedbacks.Each(ctx, tx, storage.Query{Where: where}) {
			if err != nil {
				return nil, err
			}
			known[delivery{f.Source, f.ExternalID}] = true
		}
	}
	return known, nil
}
