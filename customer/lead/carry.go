package lead

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// The channels of interactions that come from leads, beside the built-in ones of
// package activity: a host that checks channels registers them.
const (
	NoteChannel = "note" // of a note without a channel of its own
	Channel     = "lead" // of the lead itself, which interests name as their source
)

// The sources of interactions that come from leads.
const (
	noteSource = "lead_note"
	leadSource = "lead"
)

// carryNotes copies the notes of the leads to the customers.
func (p *placing) carryNotes(ctx context.Context, tx *storage.Tx) error {
	to := make(map[uuid.UUID]uuid.UUID, len(p.changes))
	ids := make([]uuid.UUID, len(p.changes))
	for i, ch := range p.changes {
		to[ch.lead.ID], ids[i] = ch.customer.ID, ch.lead.ID
	}
	for some := range slices.Chunk(ids, chunk) {
		q := storage.Query{Where: criteria.In("lead", some...), Limit: chunk}
		for {
			page, err := Notes.Page(ctx, tx, q)
			if err != nil {
				return err
			}
			list := make([]*customer.Interaction, len(page.Items))
			for i, n := range page.Items {
				list[i] = n.interaction(to[n.Lead])
			}
			if err := customer.Interactions.Put(ctx, tx, list...); err != nil {
				return err
			}
			if q.After = page.Next; q.After == "" {
				break
			}
		}
	}
	return nil
}

// interaction returns the note as an interaction of a customer.
func (n *Note) interaction(of uuid.UUID) *customer.Interaction {
	return &customer.Interaction{
		Customer: of, Channel: first(n.Channel, NoteChannel), OccurredAt: n.At, ReceivedAt: n.CreatedAt, Author: n.Author,
		Text: n.Text, Effective: n.Effective, Source: noteSource, ExternalID: n.ID.String(),
	}
}

// carryPreferences notes the preferences of the leads as those of the customers.
func (p *placing) carryPreferences(ctx context.Context, tx *storage.Tx) error {
	var list []*customer.Preference
	for _, ch := range p.changes {
		m, err := texts(ch.lead.Preferences)
		if err != nil {
			return ch.lead.invalid("preferences", err.Error())
		}
		for _, key := range slices.Sorted(maps.Keys(m)) {
			list = append(list, &customer.Preference{Customer: ch.customer.ID, Key: key, Value: m[key], Source: ch.lead.Source, NotedAt: ch.lead.IngestedAt})
		}
	}
	_, err := customer.NotePreferences(ctx, tx, list...)
	return err
}

// carryInterests records the interests of the leads, with the arrival of the
// lead as the interaction that shows them.
func (p *placing) carryInterests(ctx context.Context, tx *storage.Tx) error {
	var arrivals []*customer.Interaction
	var leads []*Lead
	for _, ch := range p.changes {
		if l := ch.lead; len(l.Interests) > 0 {
			leads = append(leads, l)
			arrivals = append(arrivals, &customer.Interaction{
				Customer: ch.customer.ID, Channel: Channel, Direction: customer.Inbound, OccurredAt: l.IngestedAt, ReceivedAt: l.IngestedAt,
				Subject: strings.TrimSpace(l.Source + " " + l.SourceDetail), Topics: l.Interests, Source: leadSource, ExternalID: l.ID.String(),
			})
		}
	}
	if err := customer.Interactions.Put(ctx, tx, arrivals...); err != nil {
		return err
	}
	var list []*customer.Interest
	for i, l := range leads {
		for _, topic := range l.Interests {
			list = append(list, &customer.Interest{Customer: arrivals[i].Customer, Topic: topic, Interaction: arrivals[i].ID, NotedAt: l.IngestedAt})
		}
	}
	return customer.Interests.Put(ctx, tx, list...)
}

// setValues gives the customers the custom values of their leads: what was said
// last counts.
func (p *placing) setValues(ctx context.Context, tx *storage.Tx) error {
	var fields []*storage.Field
	for _, ch := range p.changes {
		m, err := texts(ch.lead.Values)
		if err != nil {
			return ch.lead.invalid("values", err.Error())
		}
		if len(m) > 0 && fields == nil {
			if fields, err = tx.Fields(ctx, customer.Kind.Schema()); err != nil {
				return err
			}
		}
		for name, text := range m {
			value, err := customValue(fields, name, text)
			if err != nil {
				return err
			}
			ch.customer.Custom.Set(name, value)
		}
	}
	return nil
}

// customValue reads a text as the value of a custom field of customers.
func customValue(fields []*storage.Field, name, text string) (any, error) {
	i := slices.IndexFunc(fields, func(f *storage.Field) bool { return f.Name == "custom."+name })
	if i < 0 {
		return nil, &storage.FieldError{Kind: customer.Kind.Name(), Field: "custom." + name, Reason: "there is no such field: define it as a custom field of customers first"}
	}
	value, err := parse(fields[i].Type, strings.TrimSpace(text))
	if err != nil {
		return nil, &storage.FieldError{Kind: customer.Kind.Name(), Field: "custom." + name, Reason: err.Error()}
	}
	return value, nil
}

// parse reads a text as a value of a type. An empty one is none.
func parse(typ criteria.Type, text string) (any, error) {
	if text == "" {
		return nil, nil
	}
	switch typ {
	case criteria.Integer:
		return strconv.ParseInt(text, 10, 64)
	case criteria.Decimal:
		return decimal.NewFromString(text)
	case criteria.Bool:
		return strconv.ParseBool(text)
	case criteria.Day:
		return criteria.ParseDate(text)
	case criteria.Time:
		return time.Parse(time.RFC3339, text)
	case criteria.Ref:
		return uuid.Parse(text)
	case criteria.Texts:
		return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;，；、", r) }), nil
	}
	return text, nil
}
