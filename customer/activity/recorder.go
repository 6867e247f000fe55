package activity

import (
	"context"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
)

// A Recorder takes interactions in. It holds what a host decides once; the zero
// Recorder works with the built-in channels, customer.NormalPhone and the policy
// Effective. It is safe for concurrent use and is not changed while in use.
type Recorder struct {
	// Channels are those beside the built-in ones.
	Channels Channels
	// Phones reads the phone numbers of parties, and must be the parser that the
	// contact points were made with.
	Phones customer.PhoneParser
	// Effective decides which interactions count as follow-ups. It sees each
	// one before it is stored first and must not change it; nil is Effective.
	// A policy that needs to see later ones, such as an answer within a day, sets
	// Interaction.Effective afterwards and calls FollowUp.
	Effective func(*customer.Interaction) bool
	// Transcripts marks every call that comes with a text and without values
	// as customer.Unparsed, for Parse.
	Transcripts bool
}

// Record stores interactions that a user or the host writes: new ones, or
// changed ones. A new one is marked as effective where the policy says so, and
// gets the moment of the transaction as its ReceivedAt if it has none. Effective
// ones move Customer.FollowedUp; see FollowUp.
//
// Errors are those of storage.Kind.Put, and ErrUnknownChannel. Nothing is written
// then. Interactions that a channel delivers, perhaps twice, are for Ingest.
func (r Recorder) Record(ctx context.Context, tx *storage.Tx, list ...*customer.Interaction) error {
	for _, i := range list {
		if err := r.check(i); err != nil {
			return err
		}
	}
	for _, i := range list {
		if i.Version == 0 {
			r.complete(i, tx)
		}
	}
	return store(ctx, tx, list)
}

// complete gives a new interaction what follows from it.
func (r Recorder) complete(i *customer.Interaction, tx *storage.Tx) {
	if i.ReceivedAt.IsZero() {
		i.ReceivedAt = tx.Now()
	}
	effective := r.Effective
	if effective == nil {
		effective = Effective
	}
	i.Effective = effective(i)
	if r.Transcripts && i.Channel == ChannelCall && i.Text != "" && len(i.Values) == 0 {
		i.State = customer.Unparsed
	}
}

// store writes interactions and moves FollowedUp.
func store(ctx context.Context, tx *storage.Tx, list []*customer.Interaction) error {
	if err := customer.Interactions.Put(ctx, tx, list...); err != nil {
		return err
	}
	return FollowUp(ctx, tx, list...)
}
