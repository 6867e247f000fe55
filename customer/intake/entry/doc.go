// Package entry is the one door through which scattered sources state what they
// know of customers: spreadsheets, mail, an ERP, a shop. However late and in
// whatever order they come, the customers are the same in the end.
//
//	rule := &entry.Rule{Authority: []string{"erp", "excel", "mail"}}
//	outcomes, err := rule.Enter(ctx, acme, by,
//		entry.Statement{Source: "erp", ExternalID: "7", At: exported, Customer: customer.Customer{Name: "王丽", City: "杭州"}, Phones: []string{"13800138000"}},
//		entry.Statement{Source: "mail", At: sent, Customer: customer.Customer{Name: "Wang Li"}, Phones: []string{"+86 138 0013 8000"}},
//	)
//
// # Who is who
//
// Statements are of one customer if they share a key: the number of the customer
// in its source, a telephone number or a mail address in normal form. A statement
// that shares keys with two customers shows that they are one: they are united,
// the older one stays, records that pointed to the other point to it, and the
// other is soft deleted. Rule.Unite does it in a way that can be undone. Sources in which several people share a telephone must
// not state it here.
//
// # Which value stays
//
// Each field is decided by itself: the value of the source with the highest
// authority for the field (Rule) stays; of equal ones that which its source dates
// latest (Statement.At, not when it arrived); of those the source with the
// smaller name, then the greater value. A source that says nothing of a field has
// no say in it. The winner is remembered with the customer (Claims), so that a
// weaker statement which comes later changes nothing. This order is total, and taking the
// greatest of it gives one result in whatever order and batches it is taken; that is why the
// order of arrival does not matter.
//
// A value that is found changed since, by a person or by other code, counts as a claim of the
// source Manual from the moment of the change. Contact points are added and never
// removed. Tags are one value. Owner, stage, parent and the like are not stated here.
//
// # What is not guaranteed
//
// Ids, versions, times of creation and the change log depend on the order. What a
// person changes between two statements is seen when the next one arrives. Values
// that a person clears come back. What the rule was when a claim was decided is
// not remembered: changing the rule changes later decisions alone. A customer that
// was there before the first statement is found by its contact points and its
// number if they are those of one customer only, and otherwise the statement is
// refused with ErrAmbiguous.
package entry
