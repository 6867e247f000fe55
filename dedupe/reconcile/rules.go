package reconcile

import (
	"errors"
	"fmt"
	"time"

	"github.com/clientele-go/clientele/customer"
)

// ErrNoKey: a row lacks what the rules match by.
var ErrNoKey = errors.New("lacks what the rules match by")

// A Row is one event as its system tells it.
type Row struct {
	// ID is what its system calls it. It need not be unique; rows that are equal in
	// everything stand for each other.
	ID string
	// Customer is what both systems call the customer; required. A phone number
	// is one after customer.NormalPhone alone.
	Customer string
	Amount   customer.Money // compared where Rules.Amount is set
	Ref      string         // compared byte for byte where Rules.Ref is set: a number of an invoice, of a contract
	Time     string         // as the system writes it
}

// Rules say which events of two systems may be the same one: those of one
// customer, as far apart as the window allows.
type Rules struct {
	// Before and After bound how long the right event may lie before and behind
	// the left one, both included; not negative. With both 0 the moments are equal.
	Before, After time.Duration
	// Amount asks for the same amount and currency, by value: 99.5 is 99.50.
	Amount bool
	// Ref asks for the same reference; a row without one is ErrNoKey then.
	Ref bool
}

func (r Rules) check() error {
	if r.Before < 0 || r.After < 0 {
		return fmt.Errorf("reconcile: %w: the window reaches from %v before to %v after: neither may be negative", ErrInvalid, r.Before, r.After)
	}
	return nil
}

// allow reports whether the right event may lie so long behind the left one.
func (r Rules) allow(apart time.Duration) bool { return -r.Before <= apart && apart <= r.After }

// A key is what two events that are matched have in common.
type key struct{ customer, amount, ref string }

func (r Rules) key(row *Row) (key, error) {
	k := key{customer: row.Customer}
	if row.Customer == "" {
		return k, fmt.Errorf("%w: it names no customer", ErrNoKey)
	}
	if r.Amount {
		k.amount = row.Amount.Amount.String() + " " + row.Amount.Currency
	}
	if r.Ref {
		if k.ref = row.Ref; k.ref == "" {
			return k, fmt.Errorf("%w: it has no reference", ErrNoKey)
		}
	}
	return k, nil
}
