package storagetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// randomConditions fills a world in two transactions and asks random questions
// inside the second and after it.
func randomConditions(t *trial, draw Draw) {
	now := start
	store, err := storage.New(t.driver, func() time.Time { return now }, Kinds()...)
	t.ok(err, "storage.New")
	t.tenant = store.Tenant(t.tenant.Name())
	w := &world{rows: map[string][]row{}, ids: append(several(draw, 1, 8, uuid.New), anID)}
	g := &generator{draw, w, now}
	put(t, storage.CustomFields, addedFields()...)
	t.write(func(tx *storage.Tx) error { t.populate(tx, g, 0, len(w.ids)/2); return nil })
	t.write(func(tx *storage.Tx) error {
		t.populate(tx, g, len(w.ids)/2, len(w.ids)-1)
		for range 2 + draw(4) {
			t.question(tx, g)
		}
		return nil
	})
	for range 6 + draw(10) {
		t.question(t.tenant, g)
	}
}

// populate stores the accounts from one index to another and some orders, and
// deletes a few.
func (t *trial) populate(tx *storage.Tx, g *generator, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		a, custom := randomAccount(g.draw, g.world.ids, i), randomCustom(g.draw, g.world.ids)
		for name, v := range custom {
			a.Custom.Set(strings.TrimPrefix(name, "custom."), v)
		}
		t.ok(accounts.Put(t.ctx, tx, a), "Put")
		if chance(g.draw, 5) {
			t.ok(accounts.Delete(t.ctx, tx, a), "Delete")
		}
		g.world.rows["kit_account"] = append(g.world.rows["kit_account"], merged(accountRow(a), custom))
		for range g.draw(4) {
			o := randomOrder(g.draw, g.world.ids)
			t.ok(orders.Put(t.ctx, tx, o), "Put")
			if chance(g.draw, 5) {
				t.ok(orders.Delete(t.ctx, tx, o), "Delete")
			}
			g.world.rows["kit_order"] = append(g.world.rows["kit_order"], orderRow(o))
		}
	}
}

// question asks one random question about one kind in every way.
func (t *trial) question(r storage.Reader, g *generator) {
	t.Helper()
	if chance(g.draw, 4) {
		ask(t, r, g, orders)
		return
	}
	ask(t, r, g, accounts)
}

// ask compares what the driver and the naive evaluator say.
func ask[T any](t *trial, r storage.Reader, g *generator, k *storage.Kind[T]) {
	t.Helper()
	of := g.where(k.Name(), 3)
	q := storage.Query{Where: of.is, Order: g.order(k.Name()), Deleted: storage.Deleted(g.draw(3))}
	want := rowIDs(g.world.answer(k.Name(), of, q))
	found, err := collect(t.ctx, k, r, q)
	t.ok(err, describe(q))
	t.same(want, idsOf(found), "Find "+describe(q))
	n, err := k.Count(t.ctx, r, q)
	t.must(err == nil && int(n) == len(want), "Count %s: want %d, got %d, %v", describe(q), len(want), n, err)
	q.Limit = 1 + g.draw(len(want)+2)
	found, err = collect(t.ctx, k, r, q)
	t.ok(err, describe(q))
	t.same(want[:min(q.Limit, len(want))], idsOf(found), "Find "+describe(q))
	t.same(want, pagedIDs(t, r, k, q), "Page "+describe(q))
	t.figuresAgree(r, g, k.Name(), of, q)
}

// same compares ids in order.
func (t *trial) same(want, got []uuid.UUID, what string) {
	t.Helper()
	t.must(slices.Equal(want, got), "%s: want %v, got %v", what, want, got)
}

func rowIDs(list []row) []uuid.UUID {
	ids := make([]uuid.UUID, len(list))
	for i, r := range list {
		ids[i] = r["id"].(uuid.UUID)
	}
	return ids
}

// pagedIDs reads all pages of a query.
func pagedIDs[T any](t *trial, r storage.Reader, k *storage.Kind[T], q storage.Query) []uuid.UUID {
	t.Helper()
	ids := []uuid.UUID{}
	for {
		page, err := k.Page(t.ctx, r, q)
		t.ok(err, "Page "+describe(q))
		ids = append(ids, idsOf(page.Items)...)
		if q.After = page.Next; q.After == "" || len(ids) > 1000 {
			return ids
		}
	}
}

// orderable are the fields of a kind to order and group by.
var orderable = map[string][]string{
	"kit_account": {"name", "region", "visits", "age", "balance", "credit", "active", "agreed", "seen", "born", "boss", "id", "version",
		"created_at", "deleted_at", "custom.c_text", "custom.c_integer", "custom.c_decimal", "custom.c_bool", "custom.c_time", "custom.c_date",
		"custom.c_ref"},
	"kit_order": {"account", "product", "amount", "pieces", "placed", "id"},
}

// summable and comparable are the fields of a kind to compute figures of.
var (
	summable   = map[string][]string{"kit_account": {"visits", "age", "balance", "credit", "custom.c_integer", "custom.c_decimal"}, "kit_order": {"amount", "pieces"}}
	comparable = map[string][]string{"kit_account": {"name", "age", "credit", "seen", "born", "boss", "note", "custom.c_text", "custom.c_integer", "custom.c_decimal",
		"custom.c_time", "custom.c_date", "custom.c_ref"},
		"kit_order": {"product", "amount", "pieces", "placed", "account"}}
)

func (g *generator) order(kind string) []storage.Order {
	var by []storage.Order
	for range g.draw(4) {
		field := pick(g.draw, orderable[kind])
		if !slices.ContainsFunc(by, func(o storage.Order) bool { return o.Field == field }) {
			by = append(by, storage.Order{Field: field, Desc: chance(g.draw, 2)})
		}
		if field == "id" {
			break
		}
	}
	return by
}

// figuresAgree compares groups, counts, sums, minima and maxima.
func (t *trial) figuresAgree(r storage.Reader, g *generator, kind string, of term, q storage.Query) {
	t.Helper()
	one := func(from map[string][]string) func() string {
		return func() string { return pick(g.draw, from[kind]) }
	}
	f := storage.Figures{By: several(g.draw, 0, 2, one(orderable)), Sum: several(g.draw, 0, 2, one(summable)),
		Min: several(g.draw, 0, 2, one(comparable)), Max: several(g.draw, 0, 1, one(comparable))}
	aggregate := accounts.Aggregate
	if kind == "kit_order" {
		aggregate = orders.Aggregate
	}
	rows, err := aggregate(t.ctx, r, q, f)
	t.ok(err, fmt.Sprintf("Aggregate %s of %+v", describe(q), f))
	var got []string
	for _, row := range rows {
		got = append(got, rowText(row, f))
	}
	want := figures(g.world.answer(kind, of, q), f)
	t.must(slices.Equal(want, got), "Aggregate %s of %+v: want %q, got %q", describe(q), f, want, got)
}

// rowText writes a row of figures as figureText does.
func rowText(r storage.Row, f storage.Figures) string {
	text := ""
	for _, v := range r.By {
		text += plainText(v) + " "
	}
	text += fmt.Sprint("count ", r.Count)
	i := 0
	for _, part := range []struct {
		op string
		n  int
	}{{" sum ", len(f.Sum)}, {" min ", len(f.Min)}, {" max ", len(f.Max)}} {
		for range part.n {
			text += part.op + plainText(r.Of[i])
			i++
		}
	}
	return text
}
