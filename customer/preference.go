package customer

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Preference is what a customer likes, needs or does, as a value under a key:
// a size, a colour, less sugar, an iced Americano every Wednesday. A customer may
// have several values under one key, and each once.
type Preference struct {
	storage.Meta
	Customer   uuid.UUID
	Key        string     // a word of the host's: "drink", "size"
	Value      string     // as people say it, at most 800 bytes
	Recurrence Recurrence // for a habit: when it comes round
	Source     string     // where it is known from: "till", "chat", a form
	NotedAt    time.Time  // when

	due []string // marks of the days of the recurrence
}

const preferenceName = "preference"

// Preferences is the kind of preferences.
var Preferences = storage.Define[Preference](preferenceName,
	storage.Ref("customer", func(p *Preference) *uuid.UUID { return &p.Customer }).To(kindName).Existing().Required().Indexed(),
	storage.Text("key", func(p *Preference) *string { return &p.Key }).Required(),
	storage.Text("value", func(p *Preference) *string { return &p.Value }).Required().Personal(),
	storage.Text("recurrence", func(p *Preference) *string { return (*string)(&p.Recurrence) }).Personal(),
	storage.Text("source", func(p *Preference) *string { return &p.Source }),
	storage.Time("noted_at", func(p *Preference) *time.Time { return &p.NotedAt }),
	storage.Texts("due_days", func(p *Preference) *[]string { return &p.due }).Indexed(),
).Index("key", "value").Unique("customer", "key", "value").Derive((*Preference).derive, "due_days").Valid((*Preference).check)

func (p *Preference) derive() {
	p.due = nil
	if c, err := parseCycle(string(p.Recurrence)); err == nil {
		p.due = c.marks()
	}
}

func (p *Preference) check() error {
	stored, err := ParseRecurrence(string(p.Recurrence))
	if err == nil && stored != p.Recurrence {
		err = ErrRecurrence
		return refuseField(preferenceName, "recurrence", "format", "it is stored as "+string(stored)+": put what ParseRecurrence returns", err)
	}
	if err != nil {
		return refuseField(preferenceName, "recurrence", "format", err.Error(), err)
	}
	return nil
}

// DueOn reports whether a habit comes round on a day; a preference without a
// recurrence never does.
func (p *Preference) DueOn(day storage.Date) bool { return p.Recurrence.DueOn(day) }

// NotePreferences stores preferences, of any customers, and returns those that
// are stored, in step with the given ones, which are left as they are. One whose
// customer, key and value are known already is changed: it gets the recurrence of
// the given one and, where that states them, its source and NotedAt. A new one
// without NotedAt gets the moment of the transaction.
func NotePreferences(ctx context.Context, tx *storage.Tx, preferences ...*Preference) ([]*Preference, error) {
	where := among("customer", preferences, func(p *Preference) uuid.UUID { return p.Customer })
	return store(ctx, tx, Preferences, where, preferenceKeyOf, preferences, func(rec, given *Preference) error {
		rec.Recurrence = given.Recurrence
		if given.Source != "" {
			rec.Source = given.Source
		}
		if !given.NotedAt.IsZero() {
			rec.NotedAt = given.NotedAt
		}
		if rec.NotedAt.IsZero() {
			rec.NotedAt = tx.Now()
		}
		return nil
	})
}

// A preferenceKey tells the preferences of customers apart.
type preferenceKey struct {
	customer   uuid.UUID
	key, value string
}

func preferenceKeyOf(p *Preference) preferenceKey { return preferenceKey{p.Customer, p.Key, p.Value} }

// DuePreferences returns the preferences that come round on a day, in the order
// of their ids: those that where chooses by the fields of a preference, such as
// criteria.Eq("customer", id), or those of all customers where it is nil.
// It is Find: see there for errors, and for stopping early.
func DuePreferences(ctx context.Context, r storage.Reader, day storage.Date, where criteria.Criterion) iter.Seq2[*Preference, error] {
	return func(yield func(*Preference, error) bool) {
		if !day.Valid() {
			yield(nil, fmt.Errorf("customer: %w: preferences due on %v, which is no date", storage.ErrInvalid, day))
			return
		}
		q := storage.Query{Where: criteria.All(criteria.HasAny("due_days", marksOf(day)...), where)}
		for p, err := range Preferences.Find(ctx, r, q) {
			if err == nil && !p.DueOn(day) {
				continue
			}
			if !yield(p, err) {
				return
			}
		}
	}
}
