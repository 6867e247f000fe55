package value

import (
	"errors"
	"fmt"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// ErrNoRate: an amount cannot be converted, because there is no rate for its day.
var ErrNoRate = errors.New("no exchange rate")

// A RateError is an ErrNoRate: it names the rate that is missing.
type RateError struct {
	From, To string
	Day      storage.Date
	Newest   storage.Date // the day of the newest rate that is too old; zero: there is none at all
	MaxAge   int          // the greatest age in days that the options allow; 0: any
}

func (e *RateError) Error() string {
	text := fmt.Sprintf("value: %v from %s to %s for %s: put one of that day or earlier", ErrNoRate, e.From, e.To, e.Day)
	if !e.Newest.IsZero() {
		text += fmt.Sprintf("; the one of %s is older than %d days", e.Newest, e.MaxAge)
	}
	return text
}

// Is makes errors.Is(err, ErrNoRate) true.
func (e *RateError) Is(target error) bool { return target == ErrNoRate }

// Options say what is counted and in which currency.
type Options struct {
	// Currency is that of the result, such as CNY; required.
	Currency string
	// Zone is where the day of an order is read from its time; nil: UTC.
	Zone *time.Location
	// MaxAge is how many days a rate may be older than the order; 0: any age. A
	// table that was published until Friday serves a weekend with 3.
	MaxAge int
	// Via is the currency that rates between two others go through where they
	// are not stored: the base of the list that the host buys. Empty: none.
	Via string
	// Where chooses the orders that count, such as those that were not
	// cancelled; nil: all.
	Where criteria.Criterion
}

// check reports what is no currency, as customer.ErrCurrency, or a negative age.
func (o Options) check() error {
	if err := (customer.Money{Currency: o.Currency}).Check(); err != nil {
		return err
	}
	if o.MaxAge < 0 {
		return fmt.Errorf("value: %w: a MaxAge of %d days: use 0 for any age", storage.ErrInvalid, o.MaxAge)
	}
	if o.Via == "" {
		return nil
	}
	return customer.Money{Currency: o.Via}.Check()
}

// dayOf returns the day of a moment in the zone.
func (o Options) dayOf(at time.Time) storage.Date {
	if o.Zone == nil {
		return criteria.DateOf(at.UTC())
	}
	return criteria.DateOf(at.In(o.Zone))
}
