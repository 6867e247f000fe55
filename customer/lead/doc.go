// Package lead keeps leads: people and companies that may become customers, from
// the moment that a form, a fair, an agent or a survey names them until each is a
// customer, a duplicate, or turned down. None gets lost.
//
//	err := acme.Update(ctx, storage.By("system:site", "ingest"), func(tx *storage.Tx) error {
//		_, err := lead.Ingest(ctx, tx, &lead.Lead{Name: "Jan Maier", Email: "jan@maier.de",
//			Source: "website", SourceDetail: "/kontakt", Language: "de", Key: requestID})
//		return err
//	})
//	err = acme.Update(ctx, storage.By("user:ann", "claim"), func(tx *storage.Tx) error {
//		return lead.Claim(ctx, tx, ann, id)
//	})
//	result, err := lead.Convert(ctx, tx, id, lead.Conversion{Deal: &deal.Deal{...}})
//
// # States
//
// A lead is in exactly one state. This is what may be done in each and the state
// that follows (see Next):
//
//	         claim  assign  release  convert    close    reopen  merge   delete   restore
//	pool     owned  owned   -        converted  invalid  -       merged  deleted  -
//	owned    -      owned   pool     converted  invalid  -       merged  deleted  -
//	invalid  -      -       -        -          -        pool    merged  deleted  -
//	converted, merged: nothing; the lead stays as a record of where the customer came from
//	deleted  -      -       -        -          -        -       -       -        pool
//
// Notes are added in the pool, to owned and to invalid leads.
//
// A deleted lead is a soft-deleted record: it keeps its fields, and is found with
// storage.DeletedOnly. The states of a tenant's leads are counted by Counts.
//
// # Intake
//
// Ingest takes leads from anywhere and knows again one that was delivered
// before. Form reads what a web form posts; Admit makes customers of leads at once,
// as for a form that customers fill in themselves or the rows of a survey; Sign
// takes signed contracts.
//
// # Guarantees
//
//   - Every operation is a compare-and-set on the lead: of two that are done at
//     the same time one comes first, and the other sees it or is refused.
//   - A lead is converted once. Converting it again returns the same customer.
//   - Conversions and contracts that go on at the same time make one customer of
//     one phone number, mail address or company name, not several.
//   - Notes are carried to the customer with their authors and times. One that is
//     added while the lead is converted reaches the customer, or is refused.
//
// # Not guaranteed
//
// What is written with Leads.Put is checked for contradictions, not for the order
// of states. Customers that the caller's guard hides are not found, and may be
// made twice: convert through an elevated handle where that matters (see
// storage.Tenant.Elevate). Purge takes leads away for good; it is for erasure.
package lead

import (
	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
)

// Kinds are all kinds of this package, for storage.New. They refer to those of
// packages customer and deal.
func Kinds() []storage.Described {
	return []storage.Described{Leads, Notes, gates}
}

// gates are passed by every transaction that looks for a customer by a phone number, mail
// address or company name, or for a contract.
var gates = customer.DefineGates("lead_gate", 1024)
