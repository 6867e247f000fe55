// Package customer holds the customer and what is recorded about it.
//
// The types are plain records (see package storage): a host reads and writes
// them through their kinds, and adds fields of its own at run time as custom
// fields, or kinds of its own beside them.
//
//	err := acme.Update(ctx, storage.By("user:ann", "sign up"), func(tx *storage.Tx) error {
//		c := &customer.Customer{Type: customer.Person, Name: "王丽"}
//		if err := customer.Kind.Put(ctx, tx, c); err != nil {
//			return err
//		}
//		p, err := customer.NewContactPoint(c.ID, customer.Phone, "138 0013 8000")
//		if err != nil {
//			return err
//		}
//		_, err = customer.AddContactPoints(ctx, tx, p)
//		return err
//	})
//	found, err := customer.FindByPhone(ctx, acme, "+86 138-0013-8000")
//
// # What is recorded
//
//	Customer      a person or an organisation                  Kind
//	ContactPoint  a phone, a mail address; one of each         ContactPoints, AddContactPoints, FindByPhone
//	              type is primary
//	Address       a place; one is primary                      Addresses, AddAddresses
//	Identity      the account on a channel such as WeCom,      Identities, AddIdentities, ResolveIdentity
//	              nobody else's
//	ExternalID    what another system calls the customer       ExternalIDs, AddExternalIDs, FindByExternalID
//	Preference    what it likes, and habits that recur         Preferences, NotePreferences, DuePreferences
//	Interest      what it asked about, and when                Interests, AddInterests, InterestsOf
//	Relation      a person's roles at an organisation          Relations, Relate, HasRole
//	Order         what it bought                               Orders, OrderLines
//	Interaction   a call, a visit, a message                   Interactions
//
// The functions that add records look first at what is there, so that a repeated
// delivery changes nothing; they return the records that are stored and leave
// the given ones as they are, so that Update may call them again. Put, of the kind,
// is for everything else. It cannot break what is promised of single records, nor
// what is a unique key; what else a function sees to, its comment says.
//
// # Several systems, several devices
//
// Upsert takes a record from another system, of this package's kinds or the
// host's, under its number there. ApplyEdit takes one from a device that was
// offline: where others were faster, it says what they changed, and
// EditConflict.Merge puts both sides together.
//
// # Values
//
// Amounts are exact decimals with a currency (Money); there are no floating
// point numbers in money. Contact points keep what was typed and, beside it,
// the form that is matched. Text is stored byte for byte, in any script.
// Identity numbers are checked for their form (ParseCreditCode, ParseResidentID);
// what is merely doubtful is told by Customer.Warnings and stored.
package customer

import "github.com/clientele-go/clientele/storage"

// Kinds are all kinds of this package, for storage.New.
func Kinds() []storage.Described {
	return []storage.Described{
		Kind, ContactPoints, Addresses, Identities, ExternalIDs,
		Preferences, Interests, Relations, Orders, OrderLines, Interactions,
	}
}
