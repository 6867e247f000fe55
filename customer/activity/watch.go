package activity

import (
	"context"
	"maps"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
)

// Watches keep in step with interactions and contact points however they are
// written, for storage.Store.Watched:
//
//   - an interaction on an unknown channel is refused with ErrUnknownChannel;
//   - an effective interaction moves Customer.FollowedUp, also when the guard of
//     its writer would not let him;
//   - a contact point or identity that appears fetches the interactions that wait
//     for it out of the queue, and says who a member of a group is.
//
// The records must be of the kinds of this package and of package customer, which
// the store must have.
func (r Recorder) Watches() []storage.Watch {
	return []storage.Watch{{
		Name: "activity", Kinds: []string{customer.Interactions.Name()},
		Before: r.checkChannels, After: followUpWritten,
	}, {
		Name: "activity.match", Kinds: []string{customer.ContactPoints.Name(), customer.Identities.Name()},
		After: rematchWritten,
	}}
}

func (r Recorder) checkChannels(_ context.Context, _ *storage.Tx, writes []storage.Attempt) error {
	for _, w := range writes {
		i, ok := w.After.(*customer.Interaction)
		if !ok || w.Before != nil && !slices.Contains(w.Fields, "channel") {
			continue
		}
		if err := r.Channels.Check(i.Channel); err != nil {
			return err
		}
	}
	return nil
}

func followUpWritten(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
	var list []*customer.Interaction
	for _, w := range writes {
		if i, ok := w.After.(*customer.Interaction); ok && i.Live() {
			list = append(list, i)
		}
	}
	return FollowUp(ctx, tx, list...)
}

func rematchWritten(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
	written := map[string]address{}
	for _, w := range writes {
		if a, ok := addressIn(w.After); ok {
			written[a.String()] = a
		}
	}
	if len(written) == 0 {
		return nil
	}
	if _, err := Rematch(ctx, tx, slices.Sorted(maps.Keys(written))...); err != nil {
		return err
	}
	return nameMembers(ctx, tx, written)
}

// addressIn returns the address of a live contact point or identity.
func addressIn(r storage.Record) (address, bool) {
	switch r := r.(type) {
	case *customer.ContactPoint:
		a := address{Channel: r.Type, Account: r.Match}
		return a, a.contact() && r.Live()
	case *customer.Identity:
		return address{r.Channel, r.Scope, r.Account}, r.Live()
	}
	return address{}, false
}
