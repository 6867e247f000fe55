package review_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// Given thresholds auto >= 0.95, review 0.75-0.95; when pairs score 0.97, 0.80,
// 0.60; then merged, queued, ignored; "not a duplicate" is remembered and never
// asked again unless a key field changes.
func TestDED10_ReviewQueue(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		var id [6]uuid.UUID
		for i := range id {
			id[i] = person(t, acme, fmt.Sprintf("客户%d", i), fmt.Sprintf("1380013800%d", i))
		}
		m := &merger{}
		v := &review.Reviewer{Merge: m.merge, Score: scorer(said{&id[0], &id[1], 0.97}, said{&id[2], &id[3], 0.80}, said{&id[4], &id[5], 0.60})}

		r, err := v.Scan(t.Context(), acme, scanner, review.Options{Thresholds: review.Thresholds{Auto: 0.95, Review: 0.75}})
		require.NoError(t, err)
		require.Equal(t, review.Report{Customers: 6, Found: 2, Groups: 1, Merged: 1, Queued: 1}, r)
		require.Equal(t, [][]uuid.UUID{{id[0], id[1]}}, m.done, "0.97 is merged, the oldest survives")
		require.Equal(t, review.Same, pairOf(t, acme, id[0], id[1]).State)
		waiting := queue(t, acme)
		require.Len(t, waiting, 1, "0.80 waits, 0.60 does not")
		require.Equal(t, review.KeyOf(id[2], id[3]), review.KeyOf(waiting[0].A, waiting[0].B))
		n, err := review.Pairs.Count(t.Context(), acme, storage.Query{})
		require.NoError(t, err)
		require.EqualValues(t, 2, n, "0.60 left no trace")

		require.NoError(t, decide(t, acme, ann, v, waiting[0].ID, review.Distinct))
		for range 3 {
			require.Equal(t, review.Report{Customers: 5, Found: 1, Apart: 1}, scan(t, acme, v))
			require.Empty(t, queue(t, acme))
		}
		changeCustomer(t, acme, id[2], func(c *customer.Customer) { c.Notes, c.Birthday = "a note", storage.Date{Year: 1990, Month: 1, Day: 2} })
		require.Equal(t, 1, scan(t, acme, v).Apart, "neither is a key field")
		require.Empty(t, queue(t, acme))

		require.NoError(t, update(t, acme, ann, func(tx *storage.Tx) error { return addContacts(t.Context(), tx, id[3], "13900139000") }))
		require.Equal(t, review.Report{Customers: 5, Found: 1, Queued: 1, Reopened: 1}, scan(t, acme, v))
		require.Len(t, queue(t, acme), 1)
		require.Equal(t, review.Report{Customers: 5, Found: 1, Waiting: 1}, scan(t, acme, v))
	})
}

// Given R1 {张三, 138..1, a@x.com} and R2 {张三, 139..2, a@x.com}; when the scan
// runs; then one pair with reasons mail exact, name exact, and a score; merging gives
// one customer with both phones.
func TestDED02_OneCustomerWithSeveralRecords(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		r1 := person(t, acme, "张三", "13800138001", "a@x.com")
		r2 := person(t, acme, "张三", "13900139002", "a@x.com")
		m := &merger{}
		v := &review.Reviewer{Merge: m.merge}
		r, err := v.Scan(t.Context(), acme, scanner, review.Options{Thresholds: review.Thresholds{Auto: 1}})
		require.NoError(t, err)
		require.Equal(t, 1, r.Queued, "%s", r)

		waiting := queue(t, acme)
		require.Len(t, waiting, 1)
		levels := map[string]string{}
		for _, why := range waiting[0].Why() {
			levels[why.Name] = why.Level
		}
		require.Equal(t, "the same", levels["mail"])
		require.Equal(t, "both the same", levels["name"])
		require.True(t, waiting[0].Probability.IsPositive())

		require.NoError(t, decide(t, acme, ann, v, waiting[0].ID, review.Same))
		require.Equal(t, [][]uuid.UUID{{r1, r2}}, m.done)
		left, err := customer.Kind.Count(t.Context(), acme, storage.Query{})
		require.NoError(t, err)
		require.EqualValues(t, 1, left)
		var phones []string
		q := storage.Query{Where: criteria.All(criteria.Eq("customer", r1), criteria.Eq("type", customer.Phone))}
		for p, err := range customer.ContactPoints.Find(t.Context(), acme, q) {
			require.NoError(t, err)
			phones = append(phones, p.Value)
		}
		require.ElementsMatch(t, []string{"13800138001", "13900139002"}, phones)
	})
}

// A scan finds duplicates that were planted and corrects those that are sure; the
// next one has nothing left to do.
func TestDED07_FindAndCorrect(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		const people, planted = 300, 40
		ids := plant(t, acme, people, planted)
		m := &merger{}
		v := &review.Reviewer{Merge: m.merge}
		var steps int
		r, err := v.Scan(t.Context(), acme, scanner, review.Options{Progress: func(review.Report) { steps++ }})
		require.NoError(t, err)
		t.Logf("\n%s", r.Text("zh"))
		require.Equal(t, people+planted, r.Customers)
		require.Greater(t, steps, 30, "each group is a step")
		right := 0
		for _, group := range m.done {
			for _, other := range group[1:] {
				if ids[group[0]] != ids[other] {
					t.Errorf("merged %s with %s, who are two", group[0], other)
				}
				right++
			}
		}
		for _, e := range queue(t, acme) {
			if ids[e.A] == ids[e.B] {
				right++
			}
		}
		require.GreaterOrEqual(t, right, planted*95/100)
		left, err := customer.Kind.Count(t.Context(), acme, storage.Query{})
		require.NoError(t, err)
		require.EqualValues(t, people+planted-r.Merged, left)

		again := scan(t, acme, v)
		require.Zero(t, again.Merged, "%s", again)
		require.LessOrEqual(t, again.Queued, r.Queued)
	})
}

// plant stores people of whom some are there twice, with a second phone or a name
// written otherwise. It returns who is who.
func plant(t *testing.T, acme *storage.Tenant, people, planted int) map[uuid.UUID]int {
	surnames := []rune("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗")
	given := []rune("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红健俊")
	ids := map[uuid.UUID]int{}
	var all []*customer.Customer
	var contacts [][]string
	add := func(n, copy int) {
		s, g := surnames[n*7%len(surnames)], []rune{given[n*11%len(given)], given[n*13%17]}
		c := &customer.Customer{Type: customer.Person, Name: string(s) + string(g), Birthday: storage.Date{Year: 1950 + n%50, Month: 3, Day: 1 + n%28}}
		c.ID = uuid.New()
		points := []string{fmt.Sprintf("138%08d", n*7919), fmt.Sprintf("user%d@mail%d.example", n*31, n%5)}
		switch {
		case copy == 1 && n%2 == 0:
			points = append(points[1:], fmt.Sprintf("139%08d", n*104729%99999999))
		case copy == 1:
			points = []string{fmt.Sprintf("+86 138 %04d-%04d", n*7919/10000, n*7919%10000)}
			c.Birthday = storage.Date{}
		}
		ids[c.ID] = n
		all, contacts = append(all, c), append(contacts, points)
	}
	for n := range people {
		add(n, 0)
	}
	for n := range planted {
		add(n, 1)
	}
	require.NoError(t, update(t, acme, ann, func(tx *storage.Tx) error {
		var points []*customer.ContactPoint
		if err := customer.Kind.Put(t.Context(), tx, clones(all)...); err != nil {
			return err
		}
		for i, c := range all {
			for _, text := range contacts[i] {
				typ := customer.Phone
				if slices.Contains([]byte(text), '@') {
					typ = customer.Email
				}
				p, err := customer.NewContactPoint(c.ID, typ, text)
				if err != nil {
					return err
				}
				points = append(points, p)
			}
		}
		_, err := customer.AddContactPoints(t.Context(), tx, points...)
		return err
	}))
	return ids
}

func clones(list []*customer.Customer) []*customer.Customer {
	out := make([]*customer.Customer, len(list))
	for i, c := range list {
		copied := *c
		out[i] = &copied
	}
	return out
}
