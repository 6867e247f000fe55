// Package activity takes in what happens between a host and its customers: calls,
// mails, visits, messages, pages looked at. It finds the customers that it belongs
// to, stores it as customer.Interactions, each thing once however often it is
// delivered, and keeps Customer.FollowedUp.
//
//	rec := activity.Recorder{}
//	err := acme.Update(ctx, storage.By("system:pbx", "ingest"), func(tx *storage.Tx) error {
//		_, err := rec.Ingest(ctx, tx, []activity.Event{{
//			Interaction: customer.Interaction{
//				Channel: activity.ChannelCall, Direction: customer.Inbound,
//				OccurredAt: rung, Source: "pbx", ExternalID: "call-17",
//			},
//			With: []activity.Party{{Phone: "138 0013 8000"}},
//		}})
//		return err
//	})
//
// The parts:
//
//   - Record stores what users write down, Ingest what channels deliver in bulk.
//   - What is with nobody that is known waits in the Queue until Resolve says with
//     whom it is, or a contact point or identity appears that it fits.
//   - Identify says who a visitor of the web site is.
//   - Parse turns the transcripts of calls into values through the host's parser.
//   - SyncVisits takes visits and their tracks from devices that were offline.
//   - IngestArchive and Pull read chat archives, whose messages are numbered, and
//     tell which numbers are missing. SyncGroup and ChangeGroup keep who was in a
//     group chat when.
//   - Scans makes members of people who scan a code in a shop.
//
// A host installs Recorder.Watches in its store, so that channels are checked,
// FollowedUp is moved and the queue is tried again whoever writes.
//
// # Guarantees
//
//   - Of events, visits, points, messages and scans with one external id one is
//     stored, in any number of deliveries, at the same time too.
//   - Interactions keep the times that their sources give; attaching them later
//     changes nothing but their customer.
//   - Customer.FollowedUp is moved in the transaction that stores the interaction,
//     only forward, and not past its moment.
//   - A batch takes a number of queries that grows with each thousand of its
//     addresses, not with each event.
//   - What is given a transaction happens in it: all of it, or nothing. Parse and
//     Pull, which ask others in between, begin their own.
//
// # Not guaranteed
//
//   - An event that comes again with other contents changes nothing. One whose
//     interaction was deleted or purged meanwhile is stored again.
//   - When an effective interaction is deleted, FollowedUp stays.
//   - In a transaction of the host that is joined, a storage.ErrConflict with
//     another transaction is returned, and the host repeats its own.
//   - What an address means is what the contact points and identities say when the
//     event comes; a number that changes hands later changes nothing.
package activity

import "github.com/clientele-go/clientele/storage"

// Kinds are the kinds of this package, for storage.New, beside customer.Kinds.
func Kinds() []storage.Described {
	return []storage.Described{Queue, Visitors, Visits, Tracks, Archives, Gaps, Groups, Memberships}
}
