package privacy_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/activity"
	"github.com/clientele-go/clientele/customer/consent"
	"github.com/clientele-go/clientele/customer/deal"
	"github.com/clientele-go/clientele/customer/lead"
	"github.com/clientele-go/clientele/customer/lifecycle"
	"github.com/clientele-go/clientele/customer/lineage"
	"github.com/clientele-go/clientele/customer/privacy"
	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/customer/service"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func TestErase_GoesOnWhereItStopped(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		ctx, s := t.Context(), settle(t, acme)
		boom, calls := errors.New("boom"), 0
		o := privacy.Options{Batch: 1, Erased: func(context.Context, *storage.Tx, string, []uuid.UUID) error {
			if calls++; calls == 12 {
				return boom
			}
			return nil
		}}
		var told []int
		e, err := privacy.Erase(ctx, acme, erase, s.ID, o, func(n int) { told = append(told, n) })
		require.ErrorIs(t, err, boom)
		require.Equal(t, privacy.Running, e.State)
		require.NotEmpty(t, told)
		require.Equal(t, told[len(told)-1], counted(e))
		err = acme.Update(ctx, ann, func(tx *storage.Tx) error {
			return customer.Addresses.Put(ctx, tx, &customer.Address{Customer: s.ID, Street: "new"})
		})
		require.ErrorIs(t, err, storage.ErrInvalid, "nothing new is recorded of it")
		done := erased(t, acme, s.ID, o)
		require.Equal(t, e.ID, done.ID)
		require.Greater(t, counted(done), counted(e))
		for _, text := range s.secret {
			require.Empty(t, everywhere(t, acme, text))
		}
		again, err := privacy.Erase(ctx, acme, erase, s.ID, o, nil)
		require.NoError(t, err)
		require.Equal(t, done, again, "a second request changes nothing")
	})
}

func counted(e *privacy.Erasure) (n int) {
	for _, c := range e.Counted() {
		n += int(c.Purged + c.Anonymised)
	}
	return n
}

func TestErase_Holds(t *testing.T) {
	adapters.EachAt(t, kinds(), func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		ctx, c := t.Context(), person(t, acme, "王丽")
		h := &privacy.Hold{Customer: c.ID, Reason: "case 4", Until: clock.Now().Add(24 * time.Hour)}
		update(t, acme, func(tx *storage.Tx) error { return privacy.PlaceHold(ctx, tx, h) })
		_, err := privacy.Erase(ctx, acme, erase, c.ID, privacy.Options{}, nil)
		var held *privacy.HeldError
		require.ErrorAs(t, err, &held)
		require.ErrorIs(t, err, privacy.ErrHeld)
		require.Equal(t, privacy.HeldError{Customer: c.ID, Hold: h.ID, Until: h.Until}, *held)
		require.ErrorContains(t, err, "2026-01-06")
		_, err = customer.Kind.Get(ctx, acme, c.ID)
		require.NoError(t, err, "nothing happened")

		update(t, acme, func(tx *storage.Tx) error {
			return privacy.PlaceHold(ctx, tx, &privacy.Hold{Customer: c.ID, Reason: "case 5"})
		})
		clock.Advance(24 * time.Hour)
		_, err = privacy.Erase(ctx, acme, erase, c.ID, privacy.Options{}, nil)
		require.ErrorIs(t, err, privacy.ErrHeld, "the other one has no end")
		open := find(t, acme, privacy.Holds, storage.Query{Where: criteria.Missing("until")})
		update(t, acme, func(tx *storage.Tx) error { return privacy.Holds.Delete(ctx, tx, open...) })
		require.EqualValues(t, 2, erased(t, acme, c.ID, privacy.Options{}).Counted()["privacy_hold"].Purged)
		err = acme.Update(ctx, ann, func(tx *storage.Tx) error {
			return privacy.PlaceHold(ctx, tx, &privacy.Hold{Customer: c.ID, Reason: "late"})
		})
		require.ErrorIs(t, err, storage.ErrInvalid)
	})
}

func TestErase_AndHoldAtTheSameTime(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		for round := range 6 {
			c := person(t, acme, fmt.Sprint("C", round))
			var placing, erasing error
			var wg sync.WaitGroup
			wg.Go(func() {
				placing = acme.Update(t.Context(), ann, func(tx *storage.Tx) error {
					return privacy.PlaceHold(t.Context(), tx, &privacy.Hold{Customer: c.ID, Reason: "case"})
				})
			})
			wg.Go(func() { _, erasing = privacy.Erase(t.Context(), acme, erase, c.ID, privacy.Options{}, nil) })
			wg.Wait()
			if placing == nil {
				require.ErrorIs(t, erasing, privacy.ErrHeld)
			} else {
				require.ErrorIs(t, placing, storage.ErrInvalid)
				require.NoError(t, erasing)
			}
		}
	})
}

// Records of others that mention the customer stay, without what may tell of it.
func TestErase_Mentions(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		ctx, li := t.Context(), person(t, acme, "王丽")
		firm := &customer.Customer{Type: customer.Organization, Name: "华星"}
		put(t, acme, customer.Kind, firm)
		branch := &customer.Customer{Type: customer.Organization, Name: "分公司", Notes: "theirs", Parent: li.ID}
		closed := &customer.Customer{Type: customer.Organization, Name: "旧公司", Parent: li.ID}
		put(t, acme, customer.Kind, branch, closed)
		update(t, acme, func(tx *storage.Tx) error { return customer.Kind.Delete(ctx, tx, closed) })
		l := &lead.Lead{Name: "王丽", Company: "华星", Phone: "13800138000", State: lead.Converted, StateSince: adapters.Now, IngestedAt: adapters.Now, Source: "fair", Customer: firm.ID, Contact: li.ID}
		put(t, acme, lead.Leads, l)
		pipe, stage := &deal.Pipeline{Name: "sales"}, &deal.Stage{Key: "new", Outcome: deal.Open}
		update(t, acme, func(tx *storage.Tx) error {
			if err := deal.Save(ctx, tx, pipe, stage); err != nil {
				return err
			}
			return deal.Add(ctx, tx, &deal.Deal{Customer: firm.ID, Contact: li.ID, Pipeline: pipe.ID, Stage: stage.ID, Name: "valves", Amount: customer.Money{Amount: decimal.NewFromInt(5), Currency: "CNY"}})
		})
		update(t, acme, func(tx *storage.Tx) error {
			_, err := customer.Relate(ctx, tx, &customer.Relation{Person: li.ID, Company: firm.ID, Title: "CTO"})
			return err
		})
		var copied bytes.Buffer
		require.NoError(t, privacy.Export(ctx, acme, li.ID, &copied))
		var shown struct {
			Records, Mentions map[string][]map[string]any
		}
		require.NoError(t, json.Unmarshal(copied.Bytes(), &shown))
		require.Equal(t, "CTO", shown.Records["relation"][0]["title"])
		require.Equal(t, "王丽", shown.Mentions["lead"][0]["name"])
		require.Equal(t, li.ID.String(), shown.Mentions["deal"][0]["contact"])
		require.NotContains(t, shown.Mentions["deal"][0], "amount", "what is the company's own stays there")
		require.NotContains(t, copied.String(), "分公司")

		erased(t, acme, li.ID, privacy.Options{})
		got, err := lead.Leads.Get(ctx, acme, l.ID)
		require.NoError(t, err)
		require.Equal(t, firm.ID, got.Customer)
		require.Empty(t, got.Name+got.Phone+got.PhoneMatch)
		require.Equal(t, uuid.Nil, got.Contact)
		d := find(t, acme, deal.Deals, storage.Query{})
		require.Equal(t, "valves", d[0].Name)
		require.Equal(t, uuid.Nil, d[0].Contact)
		require.Empty(t, find(t, acme, customer.Relations, storage.Query{Deleted: storage.DeletedToo}))
		kept, err := customer.Kind.Get(ctx, acme, branch.ID)
		require.NoError(t, err)
		require.Equal(t, "分公司 theirs", kept.Name+" "+kept.Notes)
		require.Equal(t, uuid.Nil, kept.Parent)
		old := find(t, acme, customer.Kind, storage.Query{Deleted: storage.DeletedOnly})
		require.Len(t, old, 1)
		require.Equal(t, uuid.Nil, old[0].Parent)
		require.Empty(t, everywhere(t, acme, "13800138000"))
	})
}

// A thing that changed hands keeps the records of its former owner.
func TestErase_WhatOthersName(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		ctx, before, now := t.Context(), person(t, acme, "王丽"), person(t, acme, "李明")
		car := &service.Asset{Customer: before.ID, Type: "vehicle", Plate: "沪A12345", Model: "X1", Since: adapters.Now.AddDate(-1, 0, 0)}
		update(t, acme, func(tx *storage.Tx) error { return service.Register(ctx, tx, car) })
		put(t, acme, service.ServiceRecords, &service.ServiceRecord{Asset: car.ID, Customer: before.ID, At: adapters.Now, Kind: "repair", Text: "hers"})
		update(t, acme, func(tx *storage.Tx) error { return service.Transfer(ctx, tx, car.ID, now.ID, adapters.Now) })
		done := erased(t, acme, now.ID, privacy.Options{})
		got, err := service.Assets.Get(ctx, acme, car.ID)
		require.NoError(t, err)
		require.Equal(t, "X1", got.Model+got.Plate)
		require.Equal(t, done.StandIn, got.Customer)
		records := find(t, acme, service.ServiceRecords, storage.Query{})
		require.Equal(t, "hers", records[0].Text)
		require.Equal(t, before.ID, records[0].Customer)

		got, err = service.Assets.Get(ctx, acme, car.ID)
		require.NoError(t, err)
		got.Serial = "VIN1"
		put(t, acme, service.Assets, got)
		update(t, acme, func(tx *storage.Tx) error { return service.Assets.Delete(ctx, tx, got) })
		twin := &service.Asset{Customer: before.ID, Type: "vehicle", Serial: "VIN1", Since: adapters.Now} // has its unique key now
		update(t, acme, func(tx *storage.Tx) error { return service.Register(ctx, tx, twin) })
		again := erased(t, acme, done.StandIn, privacy.Options{})
		deleted := find(t, acme, service.Assets, storage.Query{Deleted: storage.DeletedOnly})
		require.Len(t, deleted, 1, "a deleted one is anonymised and stays deleted")
		require.Equal(t, again.StandIn, deleted[0].Customer)
		require.Empty(t, deleted[0].Serial)
		require.Equal(t, before.ID, find(t, acme, service.ServiceRecords, storage.Query{})[0].Customer)
		_, err = customer.Kind.Get(ctx, acme, done.StandIn)
		require.ErrorIs(t, err, storage.ErrNotFound)
	})
}

func TestErase_DeletedAndPurgedBefore(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		ctx, s := t.Context(), settle(t, acme)
		gone := &customer.Address{Customer: s.ID, Street: s.say("old road")}
		put(t, acme, customer.Addresses, gone)
		update(t, acme, func(tx *storage.Tx) error { return customer.Addresses.Purge(ctx, tx, gone) })
		update(t, acme, func(tx *storage.Tx) error { return customer.Orders.Delete(ctx, tx, s.order) })
		c, err := customer.Kind.Get(ctx, acme, s.ID)
		require.NoError(t, err)
		update(t, acme, func(tx *storage.Tx) error { return customer.Kind.Delete(ctx, tx, c) })
		require.NotEmpty(t, everywhere(t, acme, s.secret[len(s.secret)-1]), "the log still has it")
		done := erased(t, acme, s.ID, privacy.Options{})
		for _, text := range s.secret {
			require.Empty(t, everywhere(t, acme, text), text)
		}
		require.Equal(t, uuid.Nil, done.StandIn, "nothing was kept")
		require.Empty(t, find(t, acme, customer.OrderLines, storage.Query{Deleted: storage.DeletedToo}), "the lines of a deleted order go with it")
	})
}

func TestErase_Policies(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		ctx, s := t.Context(), settle(t, acme)
		notes, err := json.Marshal(s.say("vegan"))
		require.NoError(t, err)
		g := &guest{Customer: s.ID, Badge: s.say("badge"), Age: 35, Rating: decimal.NewFromInt(4), Smoker: true, Notes: notes, Seen: adapters.Now,
			Born: storage.Date{Year: 1990, Month: 5, Day: 4}, Likes: []string{s.say("sea view")}, Room: "12"}
		put(t, acme, guests, g)
		stray := &lead.Lead{Name: s.say("王"), State: lead.Pool, StateSince: adapters.Now, IngestedAt: adapters.Now, Source: "fair"}
		put(t, acme, lead.Leads, stray)
		done := erased(t, acme, s.ID, privacy.Options{
			Policies: map[string]privacy.Policy{"guest": privacy.Anonymise, "consent": privacy.Anonymise, "order": privacy.Purge, "visit": privacy.Anonymise, "visit_track": privacy.Anonymise},
			Also:     map[string][]uuid.UUID{"lead": {stray.ID, uuid.New()}},
			Erased: func(ctx context.Context, tx *storage.Tx, kind string, ids []uuid.UUID) error {
				_, err := lineage.EvidenceErased(ctx, tx, kind, ids...)
				return err
			},
		})
		for _, text := range s.secret {
			require.Empty(t, everywhere(t, acme, text), text)
		}
		got, err := guests.Get(ctx, acme, g.ID)
		require.NoError(t, err)
		g.Meta, g.Customer, g.Badge, g.Age, g.Rating, g.Smoker = got.Meta, done.StandIn, "erased-"+got.ID.String(), 0, decimal.Zero, false
		g.Notes, g.Seen, g.Born, g.Likes = json.RawMessage(`{}`), time.Unix(0, 0).UTC(), storage.Date{Year: 1, Month: 1, Day: 1}, []string{"erased"}
		require.True(t, g.Rating.Equal(got.Rating))
		g.Rating = got.Rating
		require.Equal(t, g, got)
		require.Equal(t, done.StandIn, find(t, acme, consent.Records, storage.Query{})[0].Customer)
		require.Empty(t, find(t, acme, customer.Orders, storage.Query{Deleted: storage.DeletedToo}))
		require.Empty(t, find(t, acme, customer.OrderLines, storage.Query{Deleted: storage.DeletedToo}), "the lines go with the order")
	})
}

func TestErase_Refusals(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		ctx, id := t.Context(), person(t, acme, "王丽").ID
		try := func(acme *storage.Tenant, by storage.Origin, id uuid.UUID, o privacy.Options) error {
			_, err := privacy.Erase(ctx, acme, by, id, o, nil)
			return err
		}
		require.ErrorIs(t, try(acme, ann, id, privacy.Options{}), storage.ErrInvalid)
		require.ErrorIs(t, try(acme, storage.Origin{Reason: "request"}, id, privacy.Options{}), storage.ErrNoActor)
		require.ErrorIs(t, try(acme, erase, uuid.New(), privacy.Options{}), storage.ErrNotFound)
		require.ErrorContains(t, try(acme, erase, id, privacy.Options{Policies: map[string]privacy.Policy{"oder": privacy.Purge}}), `no kind "oder"`)
		require.ErrorContains(t, try(acme, erase, id, privacy.Options{Also: map[string][]uuid.UUID{"customer": {id}}}), `no kind "customer"`)
		require.ErrorIs(t, try(acme.Guarded(closed{}), erase, id, privacy.Options{}), storage.ErrForbidden)
		var copied bytes.Buffer
		require.ErrorIs(t, privacy.Export(ctx, acme.Guarded(closed{}), id, &copied), storage.ErrForbidden)
		require.ErrorIs(t, privacy.Export(ctx, acme, uuid.New(), &copied), storage.ErrNotFound)
		require.Zero(t, copied.Len())
		require.ErrorIs(t, privacy.Export(ctx, acme, id, failing{}), errFull)
		_, err := customer.Kind.Get(ctx, acme, id)
		require.NoError(t, err, "nothing happened")
	})
}

// What names a record without saying of which kind goes with it.
func TestErase_RefsWithoutATarget(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		s, other := person(t, acme, "王丽"), person(t, acme, "李明")
		issue := func(of uuid.UUID) *quality.Issue {
			return &quality.Issue{Rule: "name", Kind: "customer", Record: of, State: quality.Accepted, Reason: "it is her name", FirstSeen: adapters.Now}
		}
		put(t, acme, quality.Issues, issue(s.ID), issue(other.ID))
		erased(t, acme, s.ID, privacy.Options{})
		left := find(t, acme, quality.Issues, storage.Query{})
		require.Len(t, left, 1)
		require.Equal(t, other.ID, left[0].Record)
	})
}

// A closed guard lets nobody elevate.
type closed struct{}

func (closed) Read(context.Context, string) (storage.Access, error) {
	return storage.Access{Where: criteria.All()}, nil
}
func (closed) Write(context.Context, storage.Attempt) error { return nil }
func (closed) Elevate(context.Context, string) error        { return storage.ErrForbidden }

var errFull = errors.New("disk full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }

func Example() {
	ctx := context.Background()
	clock := func() time.Time { return time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC) }
	store, _ := storage.New(memory.New(), clock, append(customer.Kinds(), privacy.Kinds()...)...)
	acme := store.Tenant("acme")
	c := &customer.Customer{Type: customer.Person, Name: "王丽"}
	o := &customer.Order{PlacedAt: clock(), Total: customer.Money{Amount: decimal.NewFromInt(100), Currency: "CNY"}}
	err := acme.Update(ctx, storage.By("shop", "order"), func(tx *storage.Tx) error {
		if err := customer.Kind.Put(ctx, tx, c); err != nil {
			return err
		}
		o.Customer = c.ID
		return customer.Orders.Put(ctx, tx, o)
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	by := storage.By("user:ann", "erase").Because("request 2026-17")
	done, err := privacy.Erase(ctx, acme, by, c.ID, privacy.Options{}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = customer.Kind.Get(ctx, acme, c.ID)
	fmt.Println(errors.Is(err, storage.ErrNotFound))
	kept, _ := customer.Orders.Get(ctx, acme, o.ID)
	fmt.Println(kept.Total, kept.Customer == done.StandIn)
	fmt.Println(done.Counted()["customer"].Purged, done.Counted()["order"].Anonymised, done.Reason)
	// Output:
	// true
	// 100 CNY true
	// 1 1 request 2026-17
}

// The watches of the other packages neither stop an erasure nor bring data back.
func TestErase_InAWatchedStore(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		stages, err := lifecycle.Standard().Watches()
		require.NoError(t, err)
		inspector := &quality.Inspector{}
		watches := append(stages, lineage.Watch(), consent.Watch(), tag.Watch(tag.Define), inspector.Watch())
		watches = append(watches, activity.Recorder{}.Watches()...)
		store, err := acme.Store().Watched(append(watches, deal.Watches()...)...)
		require.NoError(t, err)
		acme = store.Tenant(acme.Name())
		s, other := settle(t, acme), person(t, acme, "李明")
		call := find(t, acme, customer.Interactions, storage.Query{Where: criteria.Eq("customer", s.ID)})[0]
		update(t, acme, func(tx *storage.Tx) error {
			return lineage.Record(t.Context(), tx, &lineage.Derivation{
				Customer: other.ID, Subject: lineage.FieldRef("customer", other.ID, "tags"), Rule: "R8", Evidence: []string{lineage.Ref("interaction", call.ID)},
			})
		})
		c, err := customer.Kind.Get(t.Context(), acme, s.ID)
		require.NoError(t, err)
		c.Tags = []string{"vip"}
		put(t, acme, customer.Kind, c)
		done := erased(t, acme, s.ID, privacy.Options{Policies: map[string]privacy.Policy{"consent": privacy.Anonymise}})
		for _, text := range s.secret {
			require.Empty(t, everywhere(t, acme, text), text)
		}
		require.EqualValues(t, 1, done.Counted()["tag_assignment"].Purged)
		unsupported := find(t, acme, lineage.Derivations, storage.Query{Where: criteria.Not(criteria.Missing("unsupported"))})
		require.Len(t, unsupported, 1, "what was concluded from it of others is marked")
		require.Equal(t, other.ID, unsupported[0].Customer)
	})
}
