package merge_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/consent"
	"github.com/clientele-go/clientele/customer/deal"
	"github.com/clientele-go/clientele/customer/lead"
	"github.com/clientele-go/clientele/customer/lifecycle"
	"github.com/clientele-go/clientele/customer/profile"
	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/customer/service"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/dedupe/merge"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func TestDED08_ChatsAndMailsOfOneContact(t *testing.T) {
	each(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		r1 := &customer.Customer{Type: customer.Person, Name: "王丽", Source: "wecom", ExternalID: "wmA"}
		r2 := &customer.Customer{Type: customer.Person, Name: "Wang Li", Source: "mail", ExternalID: "wang@example.cn"}
		put(t, acme, customer.Kind, r1, r2)
		contact(t, acme, r1.ID, customer.Phone, "13800138000")
		contact(t, acme, r2.ID, customer.Phone, "138 0013 8000")
		put(t, acme, customer.Identities, &customer.Identity{Customer: r1.ID, Channel: customer.WeCom, Account: "wmA"},
			&customer.Identity{Customer: r2.ID, Channel: customer.Email, Account: "wang@example.cn"})
		var said []*customer.Interaction
		for i := range 55 {
			c, channel := r1, "chat"
			if i%4 == 1 && i < 60 { // 14 of 55
				c, channel = r2, "mail"
			}
			if i == 54 {
				c, channel = r2, "mail"
			}
			said = append(said, &customer.Interaction{Customer: c.ID, Channel: channel, OccurredAt: adapters.Now.Add(time.Duration(i) * time.Minute), Subject: fmt.Sprint(i)})
		}
		put(t, acme, customer.Interactions, said...)
		mails, err := customer.Interactions.Count(ctx, acme, storage.Query{Where: criteria.Eq("customer", r2.ID)})
		require.NoError(t, err)
		require.EqualValues(t, 15, mails)

		merged(t, acme, r1.ID, r2.ID)

		require.Len(t, find(t, acme, customer.Kind, storage.Query{}), 1, "one customer")
		page, err := profile.Standard().Timeline(ctx, acme, r1.ID, profile.Query{Limit: 100})
		require.NoError(t, err)
		var subjects []string
		for _, item := range page.Items {
			if item.Kind == "interaction" {
				subjects = append(subjects, item.Record.(*customer.Interaction).Subject)
			}
		}
		require.Len(t, subjects, 55)
		for i, subject := range subjects {
			require.Equal(t, fmt.Sprint(54-i), subject, "in the order of time, the newest first")
		}
		for _, account := range [][2]string{{customer.WeCom, "wmA"}, {customer.Email, "wang@example.cn"}} {
			c, err := customer.ResolveIdentity(ctx, acme, account[0], "", account[1])
			require.NoError(t, err)
			require.Equal(t, r1.ID, c.ID)
		}
		for _, source := range [][2]string{{"wecom", "wmA"}, {"mail", "wang@example.cn"}} {
			c, err := customer.FindByExternalID(ctx, acme, source[0], source[1])
			require.NoError(t, err)
			require.Equal(t, r1.ID, c.ID)
		}
		phones := find(t, acme, customer.ContactPoints, storage.Query{})
		require.Len(t, phones, 1, "the phone is there once")
		ids, err := merge.Resolve(ctx, acme, r2.ID, r1.ID)
		require.NoError(t, err)
		require.Equal(t, []uuid.UUID{r1.ID, r1.ID}, ids)
	})
}

func TestDED09_NothingIsLostAndUndoRestores(t *testing.T) {
	policy := lifecycle.Standard()
	eachWith(t, &policy, func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		defineTags(t, acme)
		put(t, acme, quality.Rules, quality.Required("no-company", "customer", "company", nil))
		r1, r2 := full(t, acme, "王丽", 1), full(t, acme, "Wang Li", 2)
		put(t, acme, referrals, &referral{From: r1, To: r2})
		issues := find(t, acme, quality.Issues, storage.Query{Order: []storage.Order{{Field: "record"}}})
		require.Len(t, issues, 2)
		update(t, acme, func(tx *storage.Tx) error { return quality.Accept(ctx, tx, issues[1].ID, "none") })
		before, rows := snapshot(t, acme)

		clock.Advance(time.Hour)
		done := mergedBy(t, acme, merge.Request{Survivor: r1, Others: []uuid.UUID{r2}, Retention: 24 * time.Hour})
		_, after := snapshot(t, acme)
		for kind, n := range rows {
			if slices.Contains(made, kind) {
				continue // follows from other records
			}
			require.GreaterOrEqual(t, after[kind], n, "no row of kind %s is lost", kind)
		}
		for _, kind := range []string{"interaction", "order", "deal", "quote", "ticket", "segment_member", "pool_row", "consent", "lead", "contact_point", "tag_assignment"} {
			require.EqualValues(t, rows[kind], after[kind]-int(done.Counts[kind].Added), "%s: none is lost", kind)
			require.Positive(t, done.Counts[kind].Moved+done.Counts[kind].Dropped, kind)
		}
		require.Equal(t, rows["external_id"]+1, after["external_id"], "what a source called the other")
		require.EqualValues(t, 1, done.Counts["consent"].Added, "what the other had withdrawn")

		clock.Advance(time.Hour)
		note := &customer.Interaction{Customer: r1, Channel: "chat", OccurredAt: adapters.Now, Text: "in between"}
		put(t, acme, customer.Interactions, note)
		undone := unmerged(t, acme, done.Merge, merge.UnmergeOptions{Lifecycle: &policy})
		require.Empty(t, undone.Kept)
		require.Empty(t, undone.Gone)
		stays, err := customer.Interactions.Get(ctx, acme, note.ID)
		require.NoError(t, err)
		require.Equal(t, r1, stays.Customer, "what was added in between stays with the survivor")
		update(t, acme, func(tx *storage.Tx) error { return customer.Interactions.Purge(ctx, tx, stays) })
		again, rows2 := snapshot(t, acme)
		require.Equal(t, rows, rows2)
		require.Equal(t, before, again)
		ids, err := merge.Resolve(ctx, acme, r2)
		require.NoError(t, err)
		require.Equal(t, []uuid.UUID{r2}, ids)
		verdict, err := acme.Log().Verify(ctx)
		require.NoError(t, err)
		require.True(t, verdict.OK())
	})
}

// defineTags defines an exclusive group of sizes, and an old tag that is archived later.
func defineTags(t *testing.T, acme *storage.Tenant) {
	sizes := &tag.Group{Name: "size", Exclusive: true}
	put(t, acme, tag.Groups, sizes)
	put(t, acme, tag.Definitions, &tag.Definition{Name: "S", Group: sizes.ID}, &tag.Definition{Name: "M", Group: sizes.ID}, &tag.Definition{Name: "vip"}, &tag.Definition{Name: "tea"}, &tag.Definition{Name: "coffee"})
}

// full stores a customer with records of every sort; n is 1 or 2 and tells two apart.
func full(t *testing.T, acme *storage.Tenant, name string, n int) uuid.UUID {
	c := &customer.Customer{
		Type: customer.Person, Name: name, Stage: lifecycle.Prospect, Source: fmt.Sprint("shop", n), ExternalID: "7",
		Notes: fmt.Sprint("note ", n), Tags: []string{"vip", []string{"S", "M"}[n-1], []string{"tea", "coffee"}[n-1]},
	}
	put(t, acme, customer.Kind, c)
	id, at := c.ID, adapters.Now.Add(time.Duration(n)*time.Minute)
	contact(t, acme, id, customer.Phone, "13800138000", fmt.Sprint("1380013800", n))
	contact(t, acme, id, customer.Email, fmt.Sprintf("%d@example.cn", n))
	pipe := &deal.Pipeline{Name: fmt.Sprint("sales", n)}
	stage := &deal.Stage{Key: "new", Outcome: deal.Open}
	update(t, acme, func(tx *storage.Tx) error {
		if _, err := customer.AddAddresses(ctx, tx, &customer.Address{Customer: id, Street: "人民路"}, &customer.Address{Customer: id, Street: fmt.Sprint(n)}); err != nil {
			return err
		}
		if _, err := consent.Add(ctx, tx, &consent.Record{Customer: id, Channel: "mail", Purpose: "news", State: []string{consent.Granted, consent.Withdrawn}[n-1], At: adapters.Now.Add(-time.Duration(n) * time.Hour)},
			&consent.Record{Customer: id, Channel: "sms", Purpose: consent.Any, State: consent.Granted, At: adapters.Now.Add(-time.Hour)}); err != nil {
			return err
		}
		if _, err := customer.NotePreferences(ctx, tx, &customer.Preference{Customer: id, Key: "drink", Value: "tea", Source: fmt.Sprint(n)}); err != nil {
			return err
		}
		return deal.Save(ctx, tx, pipe, stage)
	})
	d := &deal.Deal{Customer: id, Pipeline: pipe.ID, Stage: stage.ID, Name: "valves", Amount: customer.Money{Amount: decimal.NewFromInt(5), Currency: "CNY"}}
	update(t, acme, func(tx *storage.Tx) error { return deal.Add(ctx, tx, d) })
	q := &deal.Quote{Deal: d.ID, Number: fmt.Sprint("Q", n), Decimals: 2, Total: customer.Money{Currency: "CNY"}}
	five := decimal.NewFromInt(5)
	require.NoError(t, q.SetLines(deal.Line{Product: "valve", Quantity: decimal.NewFromInt(1), UnitPrice: five, Total: five}))
	update(t, acme, func(tx *storage.Tx) error {
		if err := deal.Draft(ctx, tx, q); err != nil {
			return err
		}
		_, err := deal.Send(ctx, tx, q.ID)
		return err
	})
	put(t, acme, customer.Interactions, &customer.Interaction{Customer: id, Channel: "chat", OccurredAt: at, Text: "hello", Effective: true})
	put(t, acme, customer.Orders, order(id, int64(n), at))
	put(t, acme, service.Tickets, &service.Ticket{Customer: id, Type: "fault", Kind: service.Repair, Phase: service.AfterSale, Subject: "where?", State: service.StateOpen, OpenedAt: at})
	put(t, acme, members, &member{Segment: "all", Customer: id}, &member{Segment: fmt.Sprint(n), Customer: id})
	put(t, acme, poolRows, &poolRow{Pool: "east", Customer: id, Since: at})
	put(t, acme, lead.Leads, &lead.Lead{Name: name, State: lead.Converted, StateSince: at, IngestedAt: at, Source: "fair", Customer: id, Contact: id})
	gone := &customer.Interaction{Customer: id, Channel: "chat", OccurredAt: at, Text: "deleted"}
	put(t, acme, customer.Interactions, gone)
	update(t, acme, func(tx *storage.Tx) error { return customer.Interactions.Delete(ctx, tx, gone) })
	return id
}

func TestDED11_SurvivorshipRules(t *testing.T) {
	each(t, func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		ownerA, ownerB := uuid.New(), uuid.New()
		r1 := &customer.Customer{Type: customer.Person, Name: "王立", Owner: ownerA, Stage: lifecycle.New, VerifiedAt: adapters.Now.Add(time.Minute)}
		r2 := &customer.Customer{Type: customer.Person, Name: "王丽", Owner: ownerB, Stage: lifecycle.Returning, VerifiedAt: adapters.Now.Add(2 * time.Minute)}
		put(t, acme, customer.Kind, r1, r2)
		clock.Advance(time.Hour)
		r1.Name = "王莉莉" // newer, and nobody confirmed it
		put(t, acme, customer.Kind, r1)
		contact(t, acme, r1.ID, customer.Phone, "13800138001", "13800138000")
		contact(t, acme, r2.ID, customer.Phone, "13800138002", "13800138000")
		update(t, acme, func(tx *storage.Tx) error {
			_, err := consent.Add(ctx, tx,
				&consent.Record{Customer: r2.ID, Channel: "mail", Purpose: "news", State: consent.Withdrawn, At: adapters.Now},
				&consent.Record{Customer: r1.ID, Channel: "mail", Purpose: "news", State: consent.Granted, At: adapters.Now.Add(time.Minute)},
				&consent.Record{Customer: r1.ID, Channel: "sms", Purpose: "news", State: consent.Granted})
			return err
		})
		q := merge.Request{Survivor: r1.ID, Others: []uuid.UUID{r2.ID}, Rules: merge.Rules{
			Fields: map[string]merge.Rule{
				"phone": merge.Union, "name": merge.MostRecentVerified, "stage": merge.MostAdvanced,
				"consent": merge.Strictest, "owner": merge.KeepSurvivor,
			},
			Stages: []string{lifecycle.Prospect, lifecycle.New, lifecycle.Returning},
		}}
		var plan *merge.Plan
		require.NoError(t, acme.View(ctx, func(tx *storage.Tx) (err error) {
			plan, err = merge.Preview(ctx, tx, q)
			return err
		}))
		require.Equal(t, "王莉莉", get(t, acme, r1.ID).Name, "the preview changes nothing")
		require.Equal(t, map[string]string{"name": `"王丽"`, "stage": `"returning"`, "owner": `"` + ownerA.String() + `"`}, chosen(plan, "name", "stage", "owner"))
		require.Equal(t, []string{"13800138002 demoted", "13800138000 dropped"}, joined(plan))
		require.Equal(t, []merge.ConsentChoice{
			{Channel: "mail", Purpose: "news", States: []string{consent.Granted, consent.Withdrawn}, Chosen: consent.Withdrawn, Why: "the strictest"},
			{Channel: "sms", Purpose: "news", States: []string{consent.Granted, ""}, Chosen: consent.Granted, Why: "the strictest"},
		}, plan.Consents)

		done := mergedBy(t, acme, q)
		require.Equal(t, plan.Fields, done.Plan.Fields)
		require.Equal(t, plan.Joined, done.Plan.Joined)
		c := get(t, acme, r1.ID)
		require.Equal(t, []any{"王丽", lifecycle.Returning, ownerA}, []any{c.Name, c.Stage, c.Owner})
		var phones []string
		for _, p := range find(t, acme, customer.ContactPoints, storage.Query{Where: criteria.Eq("customer", r1.ID)}) {
			phones = append(phones, fmt.Sprint(p.Value, p.Primary))
		}
		require.Equal(t, []string{"13800138001true", "13800138000false", "13800138002false"}, phones)
		clock.Advance(time.Second)
		for channel, allowed := range map[string]bool{"mail": false, "sms": true} {
			require.NoError(t, acme.View(ctx, func(tx *storage.Tx) error {
				d, err := consent.Policy{}.CanContact(ctx, tx, r1.ID, channel, "news", tx.Now())
				require.Equal(t, allowed, d.Allowed, "%s %s", channel, d.Reason)
				return err
			}))
		}
	})
}

func chosen(p *merge.Plan, fields ...string) map[string]string {
	found := map[string]string{}
	for _, c := range p.Fields {
		for _, f := range fields {
			if c.Field == f {
				found[f] = string(c.Chosen)
			}
		}
	}
	return found
}

func joined(p *merge.Plan) (list []string) {
	for _, j := range p.Joined {
		list = append(list, j.Text+" "+j.How)
	}
	return list
}
