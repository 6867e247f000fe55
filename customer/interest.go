package customer

import (
	"context"
	"strings"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// An Interest is a topic that a customer asked about, with the interaction that
// shows it. A topic of several interactions is as many records.
type Interest struct {
	storage.Meta
	Customer    uuid.UUID
	Topic       string    // in the words of the host, at most 800 bytes
	Interaction uuid.UUID // its source
	NotedAt     time.Time // when it was recorded
}

// Interests is the kind of interests.
var Interests = storage.Define[Interest]("interest",
	storage.Ref("customer", func(i *Interest) *uuid.UUID { return &i.Customer }).To(kindName).Existing().Required().Indexed(),
	storage.Text("topic", func(i *Interest) *string { return &i.Topic }).Required().Indexed().Personal(),
	storage.Ref("interaction", func(i *Interest) *uuid.UUID { return &i.Interaction }).To("interaction").Existing().Required().Indexed(),
	storage.Time("noted_at", func(i *Interest) *time.Time { return &i.NotedAt }),
).Unique("customer", "topic", "interaction")

// AddInterests records what a customer asked about in an interaction, such as a
// consultation. Topics lose the spaces around them; those recorded before of
// the same interaction are not recorded again. An interaction that is not there
// is storage.ErrInvalid. That it is the customer's own is not checked: a parent
// may ask for a child.
func AddInterests(ctx context.Context, tx *storage.Tx, customer, interaction uuid.UUID, topics ...string) error {
	given := make([]*Interest, len(topics))
	for n, topic := range topics {
		given[n] = &Interest{Customer: customer, Interaction: interaction, Topic: strings.TrimSpace(topic), NotedAt: tx.Now()}
	}
	where := among("interaction", given, func(i *Interest) uuid.UUID { return i.Interaction })
	_, err := store(ctx, tx, Interests, where, interestKeyOf, given, func(*Interest, *Interest) error { return nil })
	return err
}

type interestKey struct {
	customer, interaction uuid.UUID
	topic                 string
}

func interestKeyOf(i *Interest) interestKey { return interestKey{i.Customer, i.Interaction, i.Topic} }

// A Topic is an interest of a customer with all its sources.
type Topic struct {
	Name    string
	Sources []uuid.UUID // interactions, in the order in which they were recorded
	Last    time.Time   // when the last of them was recorded
}

// InterestsOf returns the topics that a customer asked about, in the order of
// their names. A customer who is not there has none.
func InterestsOf(ctx context.Context, r storage.Reader, customer uuid.UUID) ([]Topic, error) {
	var list []Topic
	q := storage.Query{Where: criteria.Eq("customer", customer), Order: []storage.Order{{Field: "topic"}, {Field: storage.FieldCreatedAt}}}
	for i, err := range Interests.Find(ctx, r, q) {
		if err != nil {
			return nil, err
		}
		if len(list) == 0 || list[len(list)-1].Name != i.Topic {
			list = append(list, Topic{Name: i.Topic})
		}
		t := &list[len(list)-1]
		t.Sources = append(t.Sources, i.Interaction)
		if i.NotedAt.After(t.Last) {
			t.Last = i.NotedAt
		}
	}
	return list, nil
}
