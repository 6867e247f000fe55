package consent_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/consent"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestCUS59_ConsentPerChannel(t *testing.T) {
	adapters.EachAt(t, kinds(), func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		ctx, c := t.Context(), person(t, acme, "王丽")
		granted := clock.Now().AddDate(0, -2, 0)
		add(t, acme,
			&consent.Record{Customer: c.ID, Channel: "mail", Purpose: "marketing", State: consent.Granted, At: granted, Source: "checkout", TextVersion: "v1"},
			&consent.Record{Customer: c.ID, Channel: "sms", Purpose: "marketing", State: consent.Granted, At: granted, Source: "checkout", TextVersion: "v1"})
		withdrawn := time.Date(2026, 1, 5, 0, 30, 0, 0, time.UTC)
		add(t, acme, &consent.Record{Customer: c.ID, Channel: "sms", Purpose: "marketing", State: consent.Withdrawn, At: withdrawn, Source: "reply TD", TextVersion: "v2"})
		clock.Advance(time.Hour)

		var policy consent.Policy
		ask := func(channel string, at time.Time) consent.Decision {
			d, err := policy.CanContact(ctx, acme, c.ID, channel, "marketing", at)
			require.NoError(t, err)
			return d
		}
		d := ask("sms", clock.Now())
		require.False(t, d.Allowed)
		require.Equal(t, "withdrawn", d.Reason)
		require.Equal(t, withdrawn, d.Since)
		require.True(t, ask("mail", clock.Now()).Allowed)
		require.True(t, ask("sms", withdrawn.Add(-time.Second)).Allowed, "what was allowed before stays told")
		require.Equal(t, consent.NoConsent, ask("sms", granted.Add(-time.Second)).Reason)
		require.Equal(t, consent.Decision{Reason: consent.NoConsent}, ask("call", clock.Now()))

		history, err := consent.History(ctx, acme, c.ID)
		require.NoError(t, err)
		var sms []string
		for _, r := range history {
			require.Equal(t, "user:ann", r.Actor)
			if r.Channel == "sms" {
				sms = append(sms, r.State+" "+r.Source+" "+r.TextVersion)
			}
		}
		require.Equal(t, []string{"granted checkout v1", "withdrawn reply TD v2"}, sms)
		n, err := customer.Kind.Count(ctx, acme, storage.Query{Where: policy.Contactable("sms", "marketing")})
		require.NoError(t, err)
		require.Zero(t, n)
	})
}

// Each line is the statements of one customer, an hour apart, and what follows for mail and news.
func TestWildcards(t *testing.T) {
	type say struct{ channel, purpose, state string }
	for name, c := range map[string]struct {
		said []say
		want string
	}{
		"nothing":                       {nil, consent.NoConsent},
		"everything granted":            {[]say{{"*", "*", consent.Granted}}, consent.Granted},
		"everything withdrawn later":    {[]say{{"mail", "news", consent.Granted}, {"*", "*", consent.Withdrawn}}, consent.Withdrawn},
		"one granted again":             {[]say{{"*", "*", consent.Withdrawn}, {"mail", "news", consent.Granted}}, consent.Granted},
		"the channel is in the way":     {[]say{{"*", "news", consent.Granted}, {"mail", "*", consent.Denied}}, consent.Denied},
		"the purpose is in the way":     {[]say{{"*", "news", consent.Withdrawn}, {"mail", "*", consent.Granted}}, consent.Withdrawn},
		"another channel says nothing":  {[]say{{"sms", "*", consent.Granted}}, consent.NoConsent},
		"an unconfirmed one is not yes": {[]say{{"mail", "news", consent.Pending}}, consent.Pending},
	} {
		t.Run(name, func(t *testing.T) {
			adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
				id := person(t, acme, "王丽").ID
				for n, s := range c.said {
					at := adapters.Now.Add(time.Duration(n-10) * time.Hour)
					add(t, acme, &consent.Record{Customer: id, Channel: s.channel, Purpose: s.purpose, State: s.state, At: at})
				}
				agree(t, acme, nil, []uuid.UUID{id}, "mail", "news", func(d consent.Decision) { require.Equal(t, c.want, d.Reason) })
			})
		})
	}
}

// agree checks that CanContact and Contactable say the same of customers.
func agree(t require.TestingT, acme *storage.Tenant, p consent.Policy, ids []uuid.UUID, channel, purpose string, check func(consent.Decision)) {
	ctx := context.Background()
	decisions, err := p.CanContactAll(ctx, acme, ids, channel, purpose, adapters.Now)
	require.NoError(t, err)
	listed := map[uuid.UUID]bool{}
	for c, err := range customer.Kind.Find(ctx, acme, storage.Query{Where: p.Contactable(channel, purpose)}) {
		require.NoError(t, err)
		listed[c.ID] = true
	}
	require.Len(t, decisions, len(ids))
	for id, d := range decisions {
		require.Equal(t, listed[id], d.Allowed, "%+v", d)
		check(d)
	}
}

// naive works out an answer from all statements, whatever their order.
func naive(records []*consent.Record, channel, purpose string, now time.Time, p consent.Policy) bool {
	rank := map[string]int{consent.Pending: 0, consent.Granted: 1, consent.Denied: 2, consent.Withdrawn: 3}
	after := func(a, b *consent.Record) bool {
		return a.At.After(b.At) || a.At.Equal(b.At) && rank[a.State] > rank[b.State]
	}
	last := func(channel, purpose string, over ...*consent.Record) (found *consent.Record) {
		for _, r := range records {
			if r.Channel == channel && r.Purpose == purpose && !r.At.After(now) && (found == nil || after(r, found)) {
				found = r
			}
		}
		for _, o := range over {
			if found != nil && o != nil && !after(found, o) {
				return nil
			}
		}
		return found
	}
	yes := func(r *consent.Record) bool {
		return r.State == consent.Granted && (r.Until.IsZero() || r.Until.After(now))
	}
	everything := last("*", "*")
	byChannel, byPurpose := last(channel, "*", everything), last("*", purpose, everything)
	switch exact := last(channel, purpose, everything, byChannel, byPurpose); {
	case exact != nil:
		return yes(exact)
	case byChannel != nil || byPurpose != nil:
		return (byChannel == nil || yes(byChannel)) && (byPurpose == nil || yes(byPurpose))
	case everything != nil:
		return yes(everything)
	}
	for _, r := range p {
		if (r.Channel == "*" || r.Channel == channel) && (r.Purpose == "*" || r.Purpose == purpose) {
			return r.Allowed
		}
	}
	return false
}

// Statements in any order, in one or many transactions, give what a naive reading of all of them gives.
func TestRandomStatements(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		store, err := storage.New(memory.New(), func() time.Time { return adapters.Now }, kinds()...)
		require.NoError(t, err)
		acme, ctx := store.Tenant("acme"), context.Background()
		c := &customer.Customer{Type: customer.Person, Name: "王丽"}
		require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error { return customer.Kind.Put(ctx, tx, c) }))
		channels, purposes := rapid.SampledFrom([]string{"mail", "sms", "*"}), rapid.SampledFrom([]string{"news", "offers", "*"})
		states := rapid.SampledFrom([]string{consent.Granted, consent.Granted, consent.Pending, consent.Denied, consent.Withdrawn})
		var all []*consent.Record
		for range rapid.IntRange(0, 4).Draw(t, "transactions") {
			var list []*consent.Record
			for range rapid.IntRange(1, 4).Draw(t, "statements") {
				r := &consent.Record{Customer: c.ID, Channel: channels.Draw(t, "channel"), Purpose: purposes.Draw(t, "purpose"), State: states.Draw(t, "state")}
				r.At = adapters.Now.Add(-time.Duration(rapid.IntRange(0, 6).Draw(t, "hours")) * time.Hour)
				if rapid.Bool().Draw(t, "ends") {
					r.Until = r.At.Add(150 * time.Minute)
				}
				list = append(list, r)
			}
			require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error {
				stored, err := consent.Add(ctx, tx, list...)
				all = append(all, stored...)
				return err
			}))
		}
		p := consent.Policy{{Channel: "sms", Purpose: consent.Any, Allowed: true}}
		for _, channel := range []string{"mail", "sms", "call"} {
			for _, purpose := range []string{"news", "offers"} {
				want := naive(all, channel, purpose, adapters.Now, p)
				agree(t, acme, p, []uuid.UUID{c.ID}, channel, purpose, func(d consent.Decision) { require.Equal(t, want, d.Allowed, "%+v", d) })
				before := adapters.Now.Add(-150 * time.Minute)
				d, err := p.CanContact(ctx, acme, c.ID, channel, purpose, before)
				require.NoError(t, err)
				require.Equal(t, naive(all, channel, purpose, before, p), d.Allowed)
			}
		}
		left := inForce(t, acme)
		require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error { return consent.Rebuild(ctx, tx, c.ID) }))
		require.Equal(t, left, inForce(t, acme), "Rebuild finds what Add keeps")
	})
}

// inForce returns what counts, by what it is about.
func inForce(t require.TestingT, acme *storage.Tenant) map[string]string {
	found := map[string]string{}
	for s, err := range consent.States.Find(context.Background(), acme, storage.Query{}) {
		require.NoError(t, err)
		found[s.Channel+"/"+s.Purpose] = fmt.Sprint(s.State, s.At, s.Until, s.Record)
	}
	return found
}

func TestExpiryAndPolicy(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		a, b, gone := person(t, acme, "A"), person(t, acme, "B"), person(t, acme, "C")
		until := adapters.Now.Add(-time.Hour)
		add(t, acme, &consent.Record{Customer: a.ID, Channel: "mail", Purpose: "news", State: consent.Granted, At: until.Add(-time.Hour), Until: until})
		require.NoError(t, acme.Update(t.Context(), ann, func(tx *storage.Tx) error { return customer.Kind.Delete(t.Context(), tx, gone) }))
		policy := consent.Policy{{Channel: "mail", Purpose: "news", Allowed: true}}
		got, err := policy.CanContactAll(t.Context(), acme, []uuid.UUID{a.ID, b.ID, gone.ID}, "mail", "news", adapters.Now)
		require.NoError(t, err)
		require.Equal(t, consent.Expired, got[a.ID].Reason)
		require.Equal(t, until, got[a.ID].Since)
		require.Equal(t, consent.Decision{Allowed: true, Reason: consent.ByPolicy}, got[b.ID])
		require.Equal(t, consent.Decision{Reason: consent.Unknown}, got[gone.ID], "who is deleted is left in peace")
		agree(t, acme, policy, []uuid.UUID{a.ID, b.ID}, "mail", "news", func(consent.Decision) {})
		for _, bad := range [][2]string{{"", "news"}, {"*", "news"}, {"mail", ""}, {"mail", "*"}} {
			_, err := policy.CanContact(t.Context(), acme, a.ID, bad[0], bad[1], adapters.Now)
			require.ErrorIs(t, err, storage.ErrInvalid)
		}
		text, err := json.Marshal(policy)
		require.NoError(t, err)
		require.JSONEq(t, `[{"Channel":"mail","Purpose":"news","Allowed":true}]`, string(text))
	})
}

func TestDoubleOptIn(t *testing.T) {
	adapters.EachAt(t, kinds(), func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		id := person(t, acme, "王丽").ID
		ask := func() uuid.UUID {
			return add(t, acme, &consent.Record{Customer: id, Channel: "mail", Purpose: "news", State: consent.Pending, Until: clock.Now().Add(48 * time.Hour), TextVersion: "v1"})[0].ID
		}
		confirm := func(pending uuid.UUID) (r *consent.Record, err error) {
			err = acme.Update(t.Context(), ann, func(tx *storage.Tx) error {
				r, err = consent.Confirm(t.Context(), tx, pending, "click 17")
				return err
			})
			return r, err
		}
		first := ask()
		r, err := confirm(first)
		require.NoError(t, err)
		require.Equal(t, "v1", r.TextVersion)
		require.Equal(t, "click 17", r.Evidence)
		d, err := consent.Policy{}.CanContact(t.Context(), acme, id, "mail", "news", clock.Now())
		require.NoError(t, err)
		require.Equal(t, consent.Decision{Allowed: true, Reason: consent.Granted, Since: clock.Now(), Record: r.ID}, d)
		_, err = confirm(first)
		require.ErrorIs(t, err, consent.ErrNotPending, "a second click")
		clock.Advance(time.Hour)
		second := ask()
		clock.Advance(48 * time.Hour)
		_, err = confirm(second)
		require.ErrorIs(t, err, consent.ErrNotPending, "too late")
		_, err = confirm(uuid.New())
		require.ErrorIs(t, err, storage.ErrNotFound)
		third := ask()
		add(t, acme, &consent.Record{Customer: id, Channel: consent.Any, Purpose: consent.Any, State: consent.Withdrawn})
		_, err = confirm(third)
		require.ErrorIs(t, err, consent.ErrNotPending, "withdrawn meanwhile")
	})
}

func TestRefusalsAndRepetition(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		store, err := acme.Store().Watched(consent.Watch())
		require.NoError(t, err)
		acme = store.Tenant(acme.Name())
		id := person(t, acme, "王丽").ID
		given := consent.Record{Customer: id, Channel: "mail", Purpose: "news", State: consent.Granted, At: adapters.Now}
		first, again := add(t, acme, &given)[0], add(t, acme, &given, &given)
		require.Equal(t, first.ID, again[0].ID)
		require.Equal(t, first.ID, again[1].ID)
		require.Equal(t, uuid.Nil, given.ID, "what is given stays as it is")
		for name, change := range map[string]func(*consent.Record){
			"state":   func(r *consent.Record) { r.State = "maybe" },
			"at":      func(r *consent.Record) { r.At = adapters.Now.Add(time.Microsecond) },
			"until":   func(r *consent.Record) { r.At, r.Until = adapters.Now.Add(-time.Hour), adapters.Now.Add(-2*time.Hour) },
			"channel": func(r *consent.Record) { r.At, r.Channel = adapters.Now.Add(-time.Hour), "" },
		} {
			bad := given
			change(&bad)
			err := acme.Update(t.Context(), ann, func(tx *storage.Tx) error { _, err := consent.Add(t.Context(), tx, &bad); return err })
			var refused *storage.FieldError
			require.ErrorAs(t, err, &refused, name)
			require.Equal(t, name, refused.Field)
		}
		first.State = consent.Withdrawn
		err = acme.Update(t.Context(), ann, func(tx *storage.Tx) error { return consent.Records.Put(t.Context(), tx, first) })
		require.ErrorIs(t, err, storage.ErrForbidden)
		require.ErrorContains(t, err, "add a statement of its own")
		err = acme.Update(t.Context(), ann, func(tx *storage.Tx) error { return consent.Records.Delete(t.Context(), tx, first) })
		require.ErrorIs(t, err, storage.ErrForbidden)
		first.State, first.Evidence = consent.Granted, "letter 4"
		require.NoError(t, acme.Update(t.Context(), ann, func(tx *storage.Tx) error { return consent.Records.Put(t.Context(), tx, first) }))
	})
}

// A wide and a narrow statement at the same moment leave what both of them say.
func TestStatementsAtTheSameTime(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		for round := range 8 {
			id := person(t, acme, fmt.Sprint("C", round)).ID
			at := adapters.Now.Add(-time.Hour)
			var wg sync.WaitGroup
			for _, r := range []*consent.Record{
				{Customer: id, Channel: "*", Purpose: "*", State: consent.Withdrawn, At: at.Add(time.Minute)},
				{Customer: id, Channel: "mail", Purpose: "news", State: consent.Granted, At: at},
				{Customer: id, Channel: "mail", Purpose: "*", State: consent.Granted, At: at.Add(2 * time.Minute)},
			} {
				wg.Go(func() { add(t, acme, r) })
			}
			wg.Wait()
			n, err := consent.States.Count(t.Context(), acme, storage.Query{Where: criteria.Eq("customer", id)})
			require.NoError(t, err)
			require.EqualValues(t, 2, n, "everything, and later mail")
			agree(t, acme, nil, []uuid.UUID{id}, "sms", "news", func(consent.Decision) {})
		}
	})
}

func Example() {
	ctx := context.Background()
	clock := func() time.Time { return time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC) }
	store, _ := storage.New(memory.New(), clock, append(customer.Kinds(), consent.Kinds()...)...)
	err := store.Tenant("acme").Update(ctx, storage.By("shop", "checkout"), func(tx *storage.Tx) error {
		c := &customer.Customer{Type: customer.Person, Name: "王丽"}
		if err := customer.Kind.Put(ctx, tx, c); err != nil {
			return err
		}
		_, err := consent.Add(ctx, tx,
			&consent.Record{Customer: c.ID, Channel: "mail", Purpose: "news", State: consent.Granted, Source: "checkout", TextVersion: "2026-01"},
			&consent.Record{Customer: c.ID, Channel: "sms", Purpose: consent.Any, State: consent.Denied, Source: "checkout"})
		if err != nil {
			return err
		}
		policy := consent.Policy{{Channel: "call", Purpose: "service", Allowed: true}}
		for _, q := range [][2]string{{"mail", "news"}, {"mail", "offers"}, {"sms", "news"}, {"call", "service"}} {
			d, err := policy.CanContact(ctx, tx, c.ID, q[0], q[1], tx.Now())
			if err != nil {
				return err
			}
			fmt.Println(q[0], q[1], d.Allowed, d.Reason)
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// mail news true granted
	// mail offers false no_consent
	// sms news false denied
	// call service true policy
}
