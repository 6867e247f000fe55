// Package lineage tells where a value comes from: which rule derived it, in
// which version, from which records, when and for whom; and who changed a field,
// from what to what.
//
// # Derived values
//
// Whoever derives a value records it in the same transaction (Record), or has a
// watch do so for records that state what they rest on (Follow). A place is named by
// a ref: Ref("interaction", id) is a record, FieldRef("customer", id, "score") one
// of its fields. Evidence outside the store may be named too, such as
// "wecom_message/M42".
//
//	err := lineage.Record(ctx, tx, &lineage.Derivation{
//		Customer: c.ID, Subject: lineage.FieldRef("customer", c.ID, "tags"), Value: "价格敏感",
//		Rule: "R7", RuleVersion: "3", Evidence: []string{lineage.Ref("interaction", message.ID)},
//	})
//
// Trace goes upstream from a value to all that it rests on, Dependents
// downstream from a record to all that rests on it.
//
// # Support
//
// When evidence is erased, EvidenceErased leaves a tombstone in its place. A
// derivation is supported as long as a way leads from it, through other
// derivations or none, to evidence that is there and not derived itself; one
// that states no evidence is supported. One that has lost the last such way is
// marked unsupported, with the moment; the value itself is left to its owner,
// who finds it with
//
//	lineage.Derivations.Find(ctx, acme, storage.Query{Where: criteria.Not(criteria.Missing("unsupported"))})
//
// or in the change log. It is supported again when Record states new evidence.
//
// # Changes of fields
//
// FieldHistory and ContactHistory read the change log: old and new value, actor,
// action, version and time, and with History.Current where the present value is from.
//
// # Not guaranteed
//
//   - Evidence that nobody reports as erased stays evidence: give Watch to
//     storage.Store.Watched, and every purge is reported. A soft deletion is no
//     erasure.
//   - A derivation that rests on two others may miss its mark when two
//     transactions take the support of one each at the very same time: each still
//     sees the other one supported. Recording it again, or the next erasure that
//     touches it, sets the mark; Trace shows the state of the evidence as it is.
//   - A ref is not checked for existence when it is recorded.
package lineage

import "github.com/clientele-go/clientele/storage"

// Kinds are all kinds of this package, for storage.New. They need those of
// package customer.
func Kinds() []storage.Described {
	return []storage.Described{Derivations, Tombstones}
}
