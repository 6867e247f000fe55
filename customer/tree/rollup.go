package tree

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// Figuring says how the orders of a tree are added up. The zero value counts all
// orders and keeps currencies apart.
type Figuring struct {
	// Where chooses the orders that count, such as those that were not
	// cancelled; nil: all.
	Where criteria.Criterion
	// Convert turns the amount of an order into one currency at the rate of its
	// time, as (*value.Table).Convert does; nil: currencies are kept apart. With
	// it every order is read, without it the database adds up.
	Convert func(m customer.Money, at time.Time) (customer.Money, error)
}

// Figures are the orders of some customers.
type Figures struct {
	Customers int64            // how many customers
	Orders    int64            // their purchases: orders whose amount is not negative
	Refunds   int64            // orders whose amount is negative
	Amounts   []customer.Money // purchases less refunds, one for each currency, by its code
}

// Amount returns what the figures have in a currency, zero if nothing.
func (f Figures) Amount(currency string) customer.Money {
	for _, m := range f.Amounts {
		if m.Currency == currency {
			return m
		}
	}
	return customer.Money{Currency: currency}
}

// A Branch is a child of the root with all that stand below it.
type Branch struct {
	Customer uuid.UUID
	Name     string
	Owner    uuid.UUID // of the child; those below it may have others
	Figures
}

// A Rollup is a tree added up: Own is the root alone, and Total is Own and all
// Branches together. There are as many branches as the root has children.
type Rollup struct {
	Own      Figures
	Branches []Branch // in the order of their customers' ids
	Total    Figures
}

// RollUp adds up the orders of a customer and of all that stand below it, from one
// committed state. Each level costs a query for each thousand customers above it,
// and two more for their orders. A root that is not there is storage.ErrNotFound.
// Orders that a guard hides do not count; a reader who may not see amounts is
// refused with storage.ErrForbidden.
func RollUp(ctx context.Context, r storage.Reader, root uuid.UUID, f Figuring) (Rollup, error) {
	var sums Rollup
	err := storage.Inside(ctx, r, func(tx *storage.Tx) error {
		if _, err := customer.Kind.Get(ctx, tx, root); err != nil {
			return err
		}
		u := &roller{Figuring: f, tx: tx}
		if err := u.roll(ctx, root); err != nil {
			return err
		}
		sums = u.result()
		return nil
	})
	return sums, err
}

// own is the place of the root's own figures in roller.sums.
const own = 0

// A roller adds up a tree, level by level.
type roller struct {
	Figuring
	tx          *storage.Tx
	branches    []Branch
	sums        []*tally          // the root's own, then of each branch
	level       int               // at hand
	above, here map[uuid.UUID]int // the places in sums of the customers of the level above and of the one at hand
	pending     map[uuid.UUID]int // those whose orders are not counted yet
}

func (u *roller) roll(ctx context.Context, root uuid.UUID) error {
	u.sums, u.pending = []*tally{newTally()}, map[uuid.UUID]int{root: own}
	u.sums[own].customers++
	var failed error
	err := descend(ctx, u.tx, root, 0, func(n Node, _ error) bool {
		u.enter(n)
		if len(u.pending) >= chunk {
			failed = u.count(ctx)
		}
		return failed == nil
	})
	if failed != nil || err != nil {
		return cmp.Or(failed, err)
	}
	return u.count(ctx)
}

// enter takes a customer into its branch.
func (u *roller) enter(n Node) {
	if n.Level != u.level {
		u.level, u.above, u.here = n.Level, u.here, map[uuid.UUID]int{}
	}
	place := u.above[n.Parent]
	if n.Level == 1 {
		u.branches = append(u.branches, Branch{Customer: n.ID, Name: n.Name, Owner: n.Owner})
		u.sums = append(u.sums, newTally())
		place = len(u.branches)
	}
	u.sums[place].customers++
	u.here[n.ID], u.pending[n.ID] = place, place
}

// count adds the orders of the pending customers.
func (u *roller) count(ctx context.Context) error {
	theirs := criteria.All(criteria.In("customer", slices.Collect(maps.Keys(u.pending))...), u.Where)
	var err error
	if u.Convert == nil {
		err = u.aggregate(ctx, theirs)
	} else {
		err = u.convert(ctx, theirs)
	}
	clear(u.pending)
	return err
}

// aggregate lets the database add up, purchases and refunds apart.
func (u *roller) aggregate(ctx context.Context, theirs criteria.Criterion) error {
	by := storage.Figures{By: []string{"customer", "currency"}, Sum: []string{"amount"}}
	for _, refunds := range []bool{false, true} {
		kind := criteria.Ge("amount", 0)
		if refunds {
			kind = criteria.Lt("amount", 0)
		}
		rows, err := customer.Orders.Aggregate(ctx, u.tx, storage.Query{Where: criteria.All(theirs, kind)}, by)
		if err != nil {
			return err
		}
		for _, row := range rows {
			sum := customer.Money{Amount: row.Decimal(0), Currency: row.By[1].(string)}
			u.sums[u.pending[row.By[0].(uuid.UUID)]].add(sum, row.Count, refunds)
		}
	}
	return nil
}

// convert adds up order by order in one currency.
func (u *roller) convert(ctx context.Context, theirs criteria.Criterion) error {
	// A caller who may not see the amounts is refused here, before they read as nothing.
	if _, err := customer.Orders.Aggregate(ctx, u.tx, storage.Query{Where: criteria.Never()}, storage.Figures{By: []string{"currency"}, Sum: []string{"amount"}}); err != nil {
		return err
	}
	for o, err := range customer.Orders.Each(ctx, u.tx, storage.Query{Where: theirs}) {
		if err != nil {
			return err
		}
		m, err := u.Convert(o.Total, o.PlacedAt)
		if err != nil {
			return fmt.Errorf("order %s: %w", o.ID, err)
		}
		u.sums[u.pending[o.Customer]].add(m, 1, o.Refund())
	}
	return nil
}

func (u *roller) result() Rollup {
	total := newTally()
	for _, s := range u.sums {
		total.join(s)
	}
	for i := range u.branches {
		u.branches[i].Figures = u.sums[i+1].figures()
	}
	return Rollup{Own: u.sums[own].figures(), Branches: u.branches, Total: total.figures()}
}

// A tally is Figures being added up.
type tally struct {
	customers, orders, refunds int64
	amounts                    map[string]decimal.Decimal // by currency
}

func newTally() *tally { return &tally{amounts: map[string]decimal.Decimal{}} }

func (t *tally) add(sum customer.Money, orders int64, refunds bool) {
	t.amounts[sum.Currency] = t.amounts[sum.Currency].Add(sum.Amount)
	if refunds {
		t.refunds += orders
	} else {
		t.orders += orders
	}
}

func (t *tally) join(other *tally) {
	t.customers, t.orders, t.refunds = t.customers+other.customers, t.orders+other.orders, t.refunds+other.refunds
	for currency, amount := range other.amounts {
		t.amounts[currency] = t.amounts[currency].Add(amount)
	}
}

func (t *tally) figures() Figures {
	f := Figures{Customers: t.customers, Orders: t.orders, Refunds: t.refunds}
	for _, currency := range slices.Sorted(maps.Keys(t.amounts)) {
		f.Amounts = append(f.Amounts, customer.Money{Amount: t.amounts[currency], Currency: currency})
	}
	return f
}
