package profile_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/lead"
	"github.com/clientele-go/clientele/customer/profile"
	"github.com/clientele-go/clientele/customer/service"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func call(id uuid.UUID, subject string, at time.Time) *customer.Interaction {
	return &customer.Interaction{Customer: id, Channel: "call", Subject: subject, OccurredAt: at}
}

func TestCUS07_OneTimeline(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		ctx, day := t.Context(), func(n int) time.Time { return adapters.Now.AddDate(0, 0, n-10) }
		l := &lead.Lead{Name: "王丽", Phone: "13800138000", Source: "fair", IngestedAt: day(1)}
		var converted *lead.Result
		update(t, acme, func(tx *storage.Tx) error {
			stored, err := lead.Ingest(ctx, tx, l)
			if err != nil {
				return err
			}
			if err := lead.Claim(ctx, tx, uuid.New(), stored[0].ID); err != nil {
				return err
			}
			converted, err = lead.Convert(ctx, tx, stored[0].ID, lead.Conversion{})
			return err
		})
		id := converted.Customer
		put(t, acme, customer.Interactions, call(id, "offer", day(3)), call(id, "price", day(4)))
		put(t, acme, service.Tickets, ticket(id, "broken", day(5)))
		read := func(r storage.Reader) (sources []string) {
			page, err := profile.Standard().Timeline(ctx, r, id, profile.Query{Limit: 10})
			require.NoError(t, err)
			require.Empty(t, page.Next)
			for _, i := range page.Items {
				sources = append(sources, i.Source+": "+i.Title)
			}
			return sources
		}
		want := []string{"ticket: ticket opened: repair broken", "interaction: call price", "interaction: call offer", "lead: lead from fair"}
		require.Equal(t, want, read(acme))
		for _, g := range []guard{{empty: "ticket"}, {refused: "ticket"}, {hidden: "ticket"}} {
			require.Equal(t, want[1:], read(acme.Guarded(g)), "%+v", g)
		}
		_, err := profile.Standard().Timeline(ctx, acme.Guarded(guard{empty: "customer"}), id, profile.Query{})
		require.ErrorIs(t, err, storage.ErrNotFound)
	})
}

func TestTimeline_Queries(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		ctx, id := t.Context(), person(t, acme, "王丽").ID
		at := func(h int) time.Time { return adapters.Now.Add(time.Duration(h-100) * time.Hour) }
		closed := ticket(id, "broken", at(1))
		closed.State, closed.ClosedAt = service.StateClosed, at(5)
		put(t, acme, service.Tickets, closed)
		put(t, acme, customer.Orders, order(id, "10", "CNY", at(2)), order(id, "-4", "CNY", at(4)))
		l := &lead.Lead{Name: "王丽", Source: "fair", IngestedAt: at(0), Customer: id, State: lead.Converted, StateSince: at(0)}
		put(t, acme, lead.Leads, l)
		put(t, acme, lead.Notes, &lead.Note{Lead: l.ID, At: at(3), Text: "met at the fair"})

		notes := profile.From(lead.Notes, "at", func(n *lead.Note) string { return n.Text })
		notes.Of = func(id uuid.UUID) criteria.Criterion { return criteria.Parent("lead", criteria.Eq("customer", id)) }
		vehicles := profile.Source{Kind: storage.Entities("vehicle"), Time: storage.FieldCreatedAt}
		sources := append(profile.Standard(), notes, vehicles)
		titles := func(q profile.Query) (list []string) {
			page, err := sources.Timeline(ctx, acme, id, q)
			require.NoError(t, err)
			for _, i := range page.Items {
				list = append(list, i.Title)
			}
			return list
		}
		all := []string{"ticket closed: repair broken", "refund of 4 CNY", "met at the fair", "order of 10 CNY", "ticket opened: repair broken", "lead from fair"}
		require.Equal(t, all, titles(profile.Query{}))
		require.Equal(t, all[1:4], titles(profile.Query{Since: at(2), Until: at(5)}))
		require.Equal(t, []string{all[0], all[3]}, append(titles(profile.Query{Sources: []string{"ticket_closed"}}), titles(profile.Query{Sources: []string{"order"}, Until: at(4)})...))

		page, err := sources.Timeline(ctx, acme, id, profile.Query{Limit: 2})
		require.NoError(t, err)
		text, err := json.Marshal(page)
		require.NoError(t, err)
		require.Contains(t, string(text), `"Title":"refund of 4 CNY"`)
		other := person(t, acme, "Bob").ID
		for name, q := range map[string]profile.Query{"another customer's": {After: page.Next}, "no cursor": {After: "e30"}, "no text": {After: "!"}} {
			_, err := sources.Timeline(ctx, acme, other, q)
			require.ErrorIs(t, err, storage.ErrCursor, name)
		}
		for name, bad := range map[string]profile.Sources{
			"twice":   append(profile.Standard(), profile.Standard()[0]),
			"no kind": {{Time: "at"}},
			"no time": {{Kind: customer.Orders}},
			"no such": {{Kind: customer.Orders, Time: "amount"}},
		} {
			_, err := bad.Timeline(ctx, acme, id, profile.Query{})
			require.ErrorIs(t, err, storage.ErrInvalid, name)
		}
		_, err = sources.Timeline(ctx, acme, id, profile.Query{Limit: -1})
		require.ErrorIs(t, err, storage.ErrInvalid)
	})
}

// Pages of any size show what was there throughout exactly once, in order, while
// records come and go between them.
func TestTimeline_Pages(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ctx := context.Background()
		store, err := storage.New(memory.New(), func() time.Time { return adapters.Now }, kinds()...)
		require.NoError(t, err)
		acme := store.Tenant("acme")
		hours := rapid.IntRange(0, 5)
		c := &customer.Customer{Type: customer.Person, Name: "王丽"}
		names := map[uuid.UUID]time.Time{} // what is there, by record
		write := func(n int) {
			require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error {
				if c.Version == 0 {
					if err := customer.Kind.Put(ctx, tx, c); err != nil {
						return err
					}
				}
				for range n {
					at := adapters.Now.Add(-time.Duration(hours.Draw(t, "hour")) * time.Hour)
					if rapid.Bool().Draw(t, "order") {
						o := order(c.ID, "1", "CNY", at)
						if err := customer.Orders.Put(ctx, tx, o); err != nil {
							return err
						}
						names[o.ID] = at
						continue
					}
					i := call(c.ID, "", at)
					if err := customer.Interactions.Put(ctx, tx, i); err != nil {
						return err
					}
					names[i.ID] = at
				}
				return nil
			}))
		}
		write(rapid.IntRange(0, 12).Draw(t, "records"))
		before := names
		names = map[uuid.UUID]time.Time{}
		gone := map[uuid.UUID]bool{}
		seen := map[uuid.UUID]bool{}
		var shown []profile.Item
		for q := (profile.Query{Limit: rapid.IntRange(1, 5).Draw(t, "limit")}); ; {
			page, err := profile.Standard().Timeline(ctx, acme, c.ID, q)
			require.NoError(t, err)
			require.LessOrEqual(t, len(page.Items), q.Limit)
			for _, i := range page.Items {
				require.False(t, seen[i.ID], "an item comes twice")
				seen[i.ID] = true
			}
			shown = append(shown, page.Items...)
			if page.Next == "" {
				break
			}
			q.After = page.Next
			write(rapid.IntRange(0, 2).Draw(t, "more"))
			if len(shown) > 0 && rapid.Bool().Draw(t, "delete") {
				remove(t, acme, shown[rapid.IntRange(0, len(shown)-1).Draw(t, "which")], gone)
			}
		}
		require.True(t, slices.IsSortedFunc(shown, func(a, b profile.Item) int { return -cmp.Compare(a.At.UnixNano(), b.At.UnixNano()) }))
		for id := range before {
			require.True(t, seen[id], "an item is missing")
		}
	})
}

// remove deletes the record of an item, unless that was done before.
func remove(t require.TestingT, acme *storage.Tenant, i profile.Item, gone map[uuid.UUID]bool) {
	if gone[i.ID] {
		return
	}
	gone[i.ID] = true
	ctx := context.Background()
	require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error {
		if o, ok := i.Record.(*customer.Order); ok {
			return customer.Orders.Delete(ctx, tx, o)
		}
		return customer.Interactions.Delete(ctx, tx, i.Record.(*customer.Interaction))
	}))
}

// Reading a cursor never panics, and gives nothing but a page or an error.
func FuzzTimelineCursor(f *testing.F) {
	store, err := storage.New(memory.New(), func() time.Time { return adapters.Now }, kinds()...)
	require.NoError(f, err)
	acme := store.Tenant("acme")
	id := person(f, acme, "王丽").ID
	put(f, acme, customer.Orders, order(id, "1", "CNY", adapters.Now), order(id, "2", "CNY", adapters.Now))
	page, err := profile.Standard().Timeline(f.Context(), acme, id, profile.Query{Limit: 1})
	require.NoError(f, err)
	f.Add(page.Next)
	f.Add("e30")
	f.Fuzz(func(t *testing.T, after string) {
		page, err := profile.Standard().Timeline(t.Context(), acme, id, profile.Query{After: after})
		if err != nil {
			require.ErrorIs(t, err, storage.ErrCursor)
			return
		}
		require.LessOrEqual(t, len(page.Items), 2)
	})
}

func Example() {
	ctx := context.Background()
	now := time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC)
	store, _ := storage.New(memory.New(), func() time.Time { return now }, customer.Kinds()...)
	acme := store.Tenant("acme")
	c := &customer.Customer{Type: customer.Person, Name: "王丽"}
	err := acme.Update(ctx, storage.By("user:ann", "sign up"), func(tx *storage.Tx) error {
		if err := customer.Kind.Put(ctx, tx, c); err != nil {
			return err
		}
		if err := customer.Orders.Put(ctx, tx, order(c.ID, "100", "CNY", now.Add(-time.Hour)), order(c.ID, "50", "CNY", now)); err != nil {
			return err
		}
		return customer.Interactions.Put(ctx, tx, &customer.Interaction{Customer: c.ID, Channel: "call", Direction: customer.Inbound, Subject: "delivery", OccurredAt: now.Add(-time.Minute)})
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	p, _ := profile.Get360(ctx, acme, c.ID, profile.Options{})
	fmt.Println(p.Customer.Name, p.Transactions.Orders, p.Transactions.Average("CNY"), p.Interactions.Count)
	page, _ := profile.Standard().Timeline(ctx, acme, c.ID, profile.Query{})
	for _, item := range page.Items {
		fmt.Println(item.At.Format(time.TimeOnly), item.Title)
	}
	// Output:
	// 王丽 2 75 CNY 1
	// 01:00:00 order of 50 CNY
	// 00:59:00 inbound call delivery
	// 00:00:00 order of 100 CNY
}
