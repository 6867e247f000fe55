package review_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/privacy"
	"github.com/clientele-go/clientele/dedupe"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// people stores n persons who have nothing in common.
func people(t *testing.T, acme *storage.Tenant, n int) []uuid.UUID {
	t.Helper()
	ids := make([]uuid.UUID, n)
	for i := range ids {
		ids[i] = person(t, acme, fmt.Sprintf("客户%d", i), fmt.Sprintf("138001380%02d", i))
	}
	return ids
}

// Without a merge function everything is asked about, what is sure too; a second scan
// changes nothing at all.
func TestScan_TwiceChangesNothing(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ids := people(t, acme, 5)
		v := &review.Reviewer{Score: scorer(said{&ids[0], &ids[1], 0.99}, said{&ids[1], &ids[2], 0.98}, said{&ids[3], &ids[4], 0.8})}
		require.Equal(t, review.Report{Customers: 5, Found: 3, Queued: 3}, scan(t, acme, v))
		before, err := acme.Log().Sequence(t.Context())
		require.NoError(t, err)
		require.Equal(t, review.Report{Customers: 5, Found: 3, Waiting: 3}, scan(t, acme, v))
		after, err := acme.Log().Sequence(t.Context())
		require.NoError(t, err)
		require.Equal(t, before, after, "nothing was written")
	})
}

func TestScan_ClosesWhatIsOver(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ids := people(t, acme, 6)
		v := &review.Reviewer{Score: scorer(said{&ids[0], &ids[1], 0.8}, said{&ids[2], &ids[3], 0.8}, said{&ids[4], &ids[5], 0.8})}
		require.Equal(t, 3, scan(t, acme, v).Queued)
		gone := pairOf(t, acme, ids[2], ids[3])
		require.NoError(t, update(t, acme, ann, func(tx *storage.Tx) error {
			c, err := customer.Kind.Get(t.Context(), tx, ids[2])
			if err != nil {
				return err
			}
			return customer.Kind.Delete(t.Context(), tx, c)
		}))
		require.Len(t, queue(t, acme), 2, "the queue does not wait for the scan")
		v.Score = scorer(said{&ids[0], &ids[1], 0.3}, said{&ids[2], &ids[3], 0.8}, said{&ids[4], &ids[5], 0.8})
		require.Equal(t, review.Report{Customers: 5, Found: 1, Waiting: 1, Closed: 2}, scan(t, acme, v))
		require.Equal(t, review.Closed, pairOf(t, acme, ids[2], ids[3]).State)

		var decided *review.DecidedError
		require.ErrorIs(t, decide(t, acme, ann, v, gone.ID, review.Same), storage.ErrNotFound, "a customer is gone")
		err := decide(t, acme, ann, v, pairOf(t, acme, ids[0], ids[1]).ID, review.Same)
		require.ErrorAs(t, err, &decided)
		require.ErrorContains(t, err, "closed")

		v.Score = scorer(said{&ids[0], &ids[1], 0.85})
		require.Equal(t, review.Report{Customers: 5, Found: 1, Queued: 1, Closed: 1}, scan(t, acme, v), "alike again")
	})
}

// A group is merged as its customers are then: one that was changed while the matcher
// was at work is left for the next scan, and so is a pair of the queue.
func TestScan_ChangedMeanwhile(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ids := people(t, acme, 8)
		m := &merger{}
		say := scorer(said{&ids[0], &ids[1], 0.99}, said{&ids[2], &ids[3], 0.8}, said{&ids[4], &ids[5], 0.99}, said{&ids[6], &ids[7], 0.8})
		v := &review.Reviewer{Merge: m.merge}
		v.Score = func(ctx context.Context, w review.Work) ([]review.Scored, error) {
			if len(w.Records) > 0 {
				changeCustomer(t, acme, ids[1], func(c *customer.Customer) { c.Name = "别人" })
				require.NoError(t, update(t, acme, ann, func(tx *storage.Tx) error { return addContacts(ctx, tx, ids[2], "13700137000") }))
			}
			return say(ctx, w)
		}
		r := scan(t, acme, v)
		require.Equal(t, 2, r.Changed)
		require.Equal(t, [][]uuid.UUID{{ids[4], ids[5]}}, m.done)
		require.Equal(t, 1, r.Queued)
		v.Score = say
		r = scan(t, acme, v)
		require.Equal(t, review.Report{Customers: 7, Found: 3, Groups: 1, Merged: 1, Queued: 1, Waiting: 1}, r)
	})
}

// Somebody says that two are two while a scan is at work that would merge them.
func TestScan_DecidedMeanwhile(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ids := people(t, acme, 3)
		m := &merger{}
		say := scorer(said{&ids[0], &ids[1], 0.99}, said{&ids[1], &ids[2], 0.99})
		v := &review.Reviewer{Merge: m.merge}
		v.Score = func(ctx context.Context, w review.Work) ([]review.Scored, error) {
			if len(w.Records) > 0 {
				require.NoError(t, update(t, acme, ann, func(tx *storage.Tx) error { return v.KeepApart(ctx, tx, "brothers", ids[0], ids[2]) }))
			}
			return say(ctx, w)
		}
		require.Equal(t, 1, scan(t, acme, v).Changed)
		require.Empty(t, m.done)
		v.Score = say
		require.Equal(t, review.Report{Customers: 3, Found: 2, Groups: 1, Merged: 1, Queued: 1, Reopened: 1}, scan(t, acme, v))
		require.Equal(t, [][]uuid.UUID{{ids[0], ids[1]}}, m.done)
		require.Equal(t, review.Open, pairOf(t, acme, ids[0], ids[2]).State, "the merge gave the one of them another phone")
	})
}

var errRefused = errors.New("two owners")

// A merge that is refused does not stop the scan: somebody is asked.
func TestScan_MergeRefused(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ids := people(t, acme, 4)
		m := &merger{err: errRefused}
		v := &review.Reviewer{Merge: m.merge, Score: scorer(said{&ids[0], &ids[1], 0.99}, said{&ids[2], &ids[3], 0.8})}
		r := scan(t, acme, v)
		require.Len(t, r.Refused, 1)
		require.ErrorIs(t, r.Refused[0].Err, errRefused)
		require.Equal(t, []uuid.UUID{ids[0], ids[1]}, r.Refused[0].Members)
		require.Equal(t, 2, r.Queued)
		require.Contains(t, r.Text("zh"), "two owners")
		require.ErrorIs(t, decide(t, acme, ann, v, pairOf(t, acme, ids[0], ids[1]).ID, review.Same), errRefused)
		require.Equal(t, review.Open, pairOf(t, acme, ids[0], ids[1]).State, "nothing happened")
		m.err = nil
		require.Equal(t, 1, scan(t, acme, v).Merged)
	})
}

// A merge that was undone is asked about, not done again; so is a pair that was said
// to be two before a key field changed, however sure the matcher is.
func TestScan_AsksRatherThanMerges(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ids := people(t, acme, 4)
		m := &merger{}
		v := &review.Reviewer{Merge: m.merge, Score: scorer(said{&ids[0], &ids[1], 0.99}, said{&ids[2], &ids[3], 0.99})}
		require.NoError(t, update(t, acme, ann, func(tx *storage.Tx) error { return v.KeepApart(t.Context(), tx, "", ids[2], ids[3]) }))
		require.Equal(t, 1, scan(t, acme, v).Merged)
		require.NoError(t, update(t, acme, ann, func(tx *storage.Tx) error {
			list, err := customer.Kind.Page(t.Context(), tx, storage.Query{Deleted: storage.DeletedOnly})
			if err != nil {
				return err
			}
			return customer.Kind.Restore(t.Context(), tx, list.Items...)
		}))
		changeCustomer(t, acme, ids[3], func(c *customer.Customer) { c.Name = "改名" })
		require.Equal(t, review.Report{Customers: 4, Found: 2, Queued: 2, Reopened: 2}, scan(t, acme, v))
		require.Equal(t, review.Report{Customers: 4, Found: 2, Waiting: 2}, scan(t, acme, v), "for as long as nobody answers")
		say := v.Score
		v.Score = scorer()
		require.Equal(t, 2, scan(t, acme, v).Closed, "not alike for a while")
		v.Score = say
		require.Equal(t, review.Report{Customers: 4, Found: 2, Queued: 2}, scan(t, acme, v))
		require.Len(t, m.done, 1)
		require.NoError(t, decide(t, acme, ann, v, pairOf(t, acme, ids[0], ids[1]).ID, review.Distinct))
		require.NoError(t, decide(t, acme, ann, v, pairOf(t, acme, ids[2], ids[3]).ID, review.Same))
		require.Equal(t, review.Report{Customers: 3, Found: 1, Apart: 1}, scan(t, acme, v))
	})
}

// What waits for somebody who was merged waits for the survivor.
func TestScan_QueuesTheSurvivor(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ids := people(t, acme, 4)
		m := &merger{}
		v := &review.Reviewer{Merge: m.merge, Score: scorer(said{&ids[0], &ids[1], 0.99}, said{&ids[1], &ids[2], 0.8}, said{&ids[0], &ids[2], 0.76}, said{&ids[2], &ids[3], 0.8})}
		v.Survivor = func(list []*customer.Customer) *customer.Customer { return list[len(list)-1] }
		require.Equal(t, review.Report{Customers: 4, Found: 4, Groups: 1, Merged: 1, Queued: 2}, scan(t, acme, v))
		require.Equal(t, [][]uuid.UUID{{ids[1], ids[0]}}, m.done)
		waiting := queue(t, acme)
		require.Equal(t, review.KeyOf(ids[1], ids[2]), review.KeyOf(waiting[0].A, waiting[0].B), "two records stand behind it")
		require.EqualValues(t, 400_000, waiting[0].Priority)
		require.EqualValues(t, 200_000, waiting[1].Priority)
		require.Equal(t, waiting[0].Cluster, waiting[1].Cluster)
		require.EqualValues(t, 3, waiting[0].Size)

		v.Survivor = func([]*customer.Customer) *customer.Customer { return &customer.Customer{} }
		require.ErrorIs(t, decide(t, acme, ann, v, waiting[0].ID, review.Same), storage.ErrInvalid)
		v.Survivor = func([]*customer.Customer) *customer.Customer { return nil }
		require.ErrorIs(t, decide(t, acme, ann, v, waiting[0].ID, review.Same), storage.ErrInvalid)
	})
}

// A pair that a merge moved means the same the other way round, and a pair of one
// customer with itself is closed.
func TestScan_MovedPairs(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ids := people(t, acme, 3)
		v := &review.Reviewer{Score: scorer(said{&ids[0], &ids[1], 0.8}, said{&ids[1], &ids[2], 0.8})}
		require.Equal(t, 2, scan(t, acme, v).Queued)
		first, second := pairOf(t, acme, ids[0], ids[1]), pairOf(t, acme, ids[1], ids[2])
		require.NoError(t, update(t, acme, ann, func(tx *storage.Tx) error {
			first.A, first.B = first.B, first.A
			second.A, second.B = ids[0], ids[0]
			return review.Pairs.Put(t.Context(), tx, first, second)
		}))
		require.Len(t, queue(t, acme), 1)
		r := scan(t, acme, v)
		require.Equal(t, 1, r.Waiting)
		require.Equal(t, 1, r.Queued)
		closed, err := review.Pairs.Get(t.Context(), acme, second.ID)
		require.NoError(t, err)
		require.Equal(t, review.Closed, closed.State)
	})
}

// Two pairs that a merge has made pairs of the same two are one in the queue.
func TestScan_Doubles(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ids := people(t, acme, 3)
		v := &review.Reviewer{Score: scorer(said{&ids[0], &ids[1], 0.8}, said{&ids[1], &ids[2], 0.8})}
		require.Equal(t, 2, scan(t, acme, v).Queued)
		moved := pairOf(t, acme, ids[1], ids[2])
		require.NoError(t, update(t, acme, ann, func(tx *storage.Tx) error {
			moved.B = ids[0]
			return review.Pairs.Put(t.Context(), tx, moved)
		}))
		v.Score = scorer(said{&ids[0], &ids[1], 0.8})
		require.Equal(t, review.Report{Customers: 3, Found: 1, Waiting: 1}, scan(t, acme, v))
		require.Len(t, queue(t, acme), 1)
		require.Equal(t, review.Report{Customers: 3, Found: 1, Waiting: 1}, scan(t, acme, v))
	})
}

// Two scans at once make one pair of each, and merge once.
func TestScan_AtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ids := people(t, acme, 8)
		m := &merger{}
		v := &review.Reviewer{Merge: m.merge, Score: scorer(said{&ids[0], &ids[1], 0.99}, said{&ids[2], &ids[3], 0.8}, said{&ids[4], &ids[5], 0.8}, said{&ids[6], &ids[7], 0.97})}
		var wg sync.WaitGroup
		for range 4 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				_, err := v.Scan(t.Context(), acme, scanner, review.Options{})
				if err != nil {
					t.Error(err)
				}
			}()
		}
		wg.Wait()
		left, err := customer.Kind.Count(t.Context(), acme, storage.Query{})
		require.NoError(t, err)
		require.EqualValues(t, 6, left)
		require.Len(t, queue(t, acme), 2)
		n, err := review.Pairs.Count(t.Context(), acme, storage.Query{})
		require.NoError(t, err)
		require.EqualValues(t, 4, n)
	})
}

func TestScan_Refuses(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		v := &review.Reviewer{}
		_, err := v.Scan(t.Context(), acme, scanner, review.Options{Thresholds: review.Thresholds{Auto: 0.6}})
		require.ErrorIs(t, err, storage.ErrInvalid)
		r, err := v.Scan(t.Context(), acme, scanner, review.Options{})
		require.NoError(t, err, "nobody is there")
		require.Zero(t, r)
		ids := people(t, acme, 2)
		_, err = v.Scan(t.Context(), acme.Guarded(desk{}), scanner, review.Options{})
		require.ErrorIs(t, err, storage.ErrForbidden)
		v.Score = scorer(said{&ids[0], &ids[1], 0.99})
		_, err = v.Scan(t.Context(), acme, storage.Origin{}, review.Options{})
		require.ErrorIs(t, err, storage.ErrNoActor)
		v.Merge = (&merger{}).merge
		_, err = v.Scan(t.Context(), acme, storage.Origin{}, review.Options{})
		require.ErrorIs(t, err, storage.ErrNoActor)
		ctx, cancel := context.WithCancel(t.Context())
		v.Score = func(context.Context, review.Work) ([]review.Scored, error) {
			cancel()
			return []review.Scored{scored(ids[0], ids[1], 0.99)}, nil
		}
		_, err = v.Scan(ctx, acme, scanner, review.Options{})
		require.ErrorIs(t, err, context.Canceled)
	})
}

// Organisations are compared with organisations, by their credit code among others;
// columns may be left out and added.
func TestScan_Columns(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		require.NoError(t, update(t, acme, ann, func(tx *storage.Tx) error {
			return storage.CustomFields.Put(t.Context(), tx,
				&storage.CustomField{Kind: "customer", Name: "card", Type: "text"}, &storage.CustomField{Kind: "customer", Name: "seat", Type: "integer"})
		}))
		member := &customer.Customer{Type: customer.Person, Name: "王丽", Region: "浙江", City: "杭州", Address: "文一路1号"}
		member.Custom.Set("card", "C1")
		member.Custom.Set("seat", 7)
		stored(t, acme, member, "13800138000", "wang@x.com")
		stored(t, acme, &customer.Customer{Type: customer.Organization, Name: "杭州一家有限公司", CreditCode: "91350100M000100Y43"}, "0571-88880000")
		stored(t, acme, &customer.Customer{Type: customer.Organization, Name: "杭州二家有限公司"})
		person(t, acme, "李强")
		require.NoError(t, update(t, acme, ann, func(tx *storage.Tx) error {
			_, err := customer.AddIdentities(t.Context(), tx, &customer.Identity{Customer: member.ID, Channel: customer.Phone, Account: "13900139000"})
			if err != nil {
				return err
			}
			_, err = customer.AddAddresses(t.Context(), tx, &customer.Address{Customer: member.ID, Province: "上海", Street: "南京路2号"})
			return err
		}))
		var seen []review.Work
		v := &review.Reviewer{Persons: append(review.Persons(), review.Custom("card", dedupe.Identifier), review.Custom("seat", dedupe.Identifier), review.Custom("none", dedupe.Text))}
		v.Score = func(_ context.Context, w review.Work) ([]review.Scored, error) {
			seen = append(seen, w)
			return nil, nil
		}
		scan(t, acme, v)
		require.Len(t, seen, 2)
		values := map[string]string{}
		for i, f := range seen[0].Fields {
			values[f.Name] = seen[0].Records[0].Values[i]
		}
		require.Equal(t, map[string]string{"name": "王丽", "resident_id": "", "birthday": "", "gender": "", "company": "",
			"phone": "+8613800138000\n+8613900139000", "mail": "wang@x.com", "address": "上海 南京路2号", "card": "C1", "seat": "7", "none": ""}, values)
		require.Len(t, seen[1].Records, 2)
		require.Equal(t, "91350100M000100Y43", seen[1].Records[0].Values[1])
		for _, w := range seen {
			_, err := dedupe.New(w.Fields, dedupe.Options{})
			require.NoError(t, err)
			require.InDelta(t, 0.75, w.Least, 0)
		}
	})
}

// What is written otherwise is the same value.
func TestScan_SpellingIsNoChange(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ids := []uuid.UUID{person(t, acme, "Anna  Smith", "13800138000", "13900139000"), person(t, acme, "Anna Smyth", "13700137000")}
		v := &review.Reviewer{Score: scorer(said{&ids[0], &ids[1], 0.8})}
		scan(t, acme, v)
		require.NoError(t, decide(t, acme, ann, v, queue(t, acme)[0].ID, review.Distinct))
		changeCustomer(t, acme, ids[0], func(c *customer.Customer) { c.Name = "ＡＮＮＡ Smith" })
		require.NoError(t, update(t, acme, ann, func(tx *storage.Tx) error {
			p, err := customer.ContactPoints.First(t.Context(), tx, storage.Query{Where: criteria.Eq("match", "+8613900139000")})
			if err != nil {
				return err
			}
			return customer.SetPrimaryContact(t.Context(), tx, p.ID)
		}))
		require.Equal(t, 1, scan(t, acme, v).Apart)
		require.Empty(t, queue(t, acme))
	})
}

// Pairs go with the customer whose data is erased: nothing of the reasons that people
// gave is left.
func TestErase(t *testing.T) {
	adapters.Each(t, slices.Concat(kinds(), privacy.Kinds()), func(t *testing.T, acme *storage.Tenant) {
		ids := people(t, acme, 2)
		v := &review.Reviewer{Score: scorer(said{&ids[0], &ids[1], 0.8})}
		scan(t, acme, v)
		require.NoError(t, decide(t, acme, ann, v, queue(t, acme)[0].ID, review.Distinct))
		_, err := privacy.Erase(t.Context(), acme, storage.By("user:dpo", "erase").Because("request 2026-17"), ids[0], privacy.Options{}, nil)
		require.NoError(t, err)
		for _, k := range review.Kinds() {
			n, err := storage.Any(k).Count(t.Context(), acme, storage.Query{Deleted: storage.DeletedToo})
			require.NoError(t, err)
			require.Zero(t, n)
		}
		require.Equal(t, review.Report{Customers: 1}, scan(t, acme, v))
	})
}

// A doubt outlives the pair: a merge may drop the pair of which it was said.
func TestScan_DoubtStays(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ids := people(t, acme, 2)
		m := &merger{}
		v := &review.Reviewer{Merge: m.merge, Score: scorer(said{&ids[0], &ids[1], 0.99})}
		require.NoError(t, update(t, acme, ann, func(tx *storage.Tx) error {
			if err := v.KeepApart(t.Context(), tx, "", ids...); err != nil {
				return err
			}
			p, err := review.Pairs.First(t.Context(), tx, storage.Query{})
			if err != nil {
				return err
			}
			return review.Pairs.Purge(t.Context(), tx, p)
		}))
		require.Equal(t, 1, scan(t, acme, v).Queued)
		require.Empty(t, m.done)
		require.NoError(t, decide(t, acme, ann, v, queue(t, acme)[0].ID, review.Same))
		require.Len(t, m.done, 1)
	})
}

// What would merge a great part of all customers is a mistake of the matcher, or
// meant: then it is said.
func TestScan_TooMany(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		var ids []uuid.UUID
		for id := range plant(t, acme, 110, 0) {
			ids = append(ids, id)
		}
		var list []said
		for i := range 51 {
			list = append(list, said{&ids[2*i], &ids[2*i+1], 0.99})
		}
		m := &merger{}
		v := &review.Reviewer{Merge: m.merge, Score: scorer(list...)}
		_, err := v.Scan(t.Context(), acme, scanner, review.Options{})
		require.ErrorIs(t, err, review.ErrTooMany)
		require.ErrorContains(t, err, "51 of 110")
		require.Empty(t, m.done)
		require.Empty(t, queue(t, acme))
		r, err := v.Scan(t.Context(), acme, scanner, review.Options{Share: 0.5})
		require.NoError(t, err)
		require.Equal(t, 51, r.Merged)
	})
}
