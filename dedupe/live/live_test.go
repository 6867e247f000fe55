package live_test

import (
	"context"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/form"
	"github.com/clientele-go/clientele/dedupe/live"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestDED06_SecondCreateIsRefused(t *testing.T) {
	onEach(t, &live.Checker{}, func(t *testing.T, acme *storage.Tenant) {
		first := added(t, acme, firm("X公司北京分公司"))
		_, err := add(t.Context(), acme, bob, firm("Ｘ公司BJ分部"))
		list := refused(t, err)
		require.Len(t, list, 1)
		require.Equal(t, first, list[0].Customer)
		require.Equal(t, []string{"name"}, list[0].Rules)
		require.EqualValues(t, 1, count(t, acme, customer.Kind))
		require.EqualValues(t, 1, count(t, acme, entries))
		added(t, acme, firm("X公司上海分公司"))
	})
}

// A seller sees its own customers.
type seller struct {
	owner  uuid.UUID
	closed bool
}

func (s seller) Read(_ context.Context, kind string) (storage.Access, error) {
	a := storage.Access{Where: criteria.All()}
	switch kind {
	case customer.Kind.Name():
		a.Where = criteria.Eq("owner", s.owner)
	case "match_entry", "match_state", "match_profile", review.Pairs.Name(), live.Claims.Name():
		a.Where = nil
	}
	return a, nil
}

func (seller) Write(context.Context, storage.Attempt) error { return nil }

func (s seller) Elevate(context.Context, string) error {
	if s.closed {
		return storage.ErrForbidden
	}
	return nil
}

func TestDED12_AcrossPoolAndOtherPeople(t *testing.T) {
	onEach(t, &live.Checker{}, func(t *testing.T, acme *storage.Tenant) {
		annID, bobID := uuid.New(), uuid.New()
		bobs, pool := person("王小明"), person("陈大文")
		bobs.Owner = bobID
		owned := added(t, acme, bobs, "138 1013 8000")
		pooled := added(t, acme, pool, "139 0013 9000")
		desk := acme.Guarded(seller{owner: annID})
		mine := person("小明")
		mine.Owner = annID

		_, err := add(t.Context(), desk, ann, mine, "+86 13810138000")
		list := refused(t, err)
		require.Len(t, list, 1)
		require.Equal(t, live.OwnedByAnother, list[0].Where)
		require.Equal(t, []string{customer.Phone}, list[0].Rules)
		require.Equal(t, uuid.Nil, list[0].Customer)
		require.Empty(t, list[0].Reasons)
		require.NotContains(t, err.Error(), owned.String())
		require.NotContains(t, err.Error(), bobID.String())
		require.NotContains(t, err.Error(), "王小明")
		require.NotContains(t, err.Error(), "13810138000")
		require.Contains(t, err.Error(), "owned by another")
		n, err := customer.Kind.Count(t.Context(), desk, storage.Query{})
		require.NoError(t, err)
		require.Zero(t, n)

		_, err = add(t.Context(), desk, ann, mine, "139-0013-9000")
		inPool := refused(t, err)
		require.Equal(t, live.InPool, inPool[0].Where)
		require.Equal(t, uuid.Nil, inPool[0].Customer)
		require.NotContains(t, err.Error(), pooled.String())

		// The caller may file a claim, once.
		var claim, again uuid.UUID
		for _, id := range []*uuid.UUID{&claim, &again} {
			require.NoError(t, desk.Update(t.Context(), ann, func(tx *storage.Tx) (err error) {
				*id, err = live.FileClaim(t.Context(), tx, list[0].Ref, "he called me")
				return err
			}))
		}
		require.Equal(t, claim, again)
		stored, err := live.Claims.Get(t.Context(), acme, claim)
		require.NoError(t, err)
		require.Equal(t, owned, stored.Customer)
		require.Equal(t, "user:ann", stored.By)
		require.Equal(t, live.Open, stored.State)
		decide := func(by storage.Origin, grant bool) error {
			return acme.Update(t.Context(), by, func(tx *storage.Tx) error {
				_, err := live.DecideClaim(t.Context(), tx, claim, grant, "take him")
				return err
			})
		}
		require.NoError(t, decide(bob, true))
		require.ErrorIs(t, decide(bob, false), live.ErrDecided)

		// Who sees the customer gets its id.
		bobsDesk := acme.Guarded(seller{owner: bobID})
		_, err = add(t.Context(), bobsDesk, bob, mine, "13810138000")
		list = refused(t, err)
		require.Equal(t, owned, list[0].Customer)
		require.Equal(t, live.Owned, list[0].Where)
		require.NotEmpty(t, list[0].Reasons)
	})
}

// A host may show customers of others.
func TestReveal(t *testing.T) {
	c := &live.Checker{Reveal: func(_ context.Context, _ *storage.Tx, c *customer.Customer) bool { return c.Owner == uuid.Nil }}
	onEach(t, c, func(t *testing.T, acme *storage.Tenant) {
		pooled := added(t, acme, person("陈大文"), "13900139000")
		desk := acme.Guarded(seller{owner: uuid.New()})
		_, err := add(t.Context(), desk, ann, person("陈"), "13900139000")
		list := refused(t, err)
		require.Equal(t, pooled, list[0].Customer)
		require.Equal(t, live.InPool, list[0].Where)
	})
}

// A form asks while somebody types, and nothing is written.
func TestCandidates(t *testing.T) {
	c := &live.Checker{}
	onEach(t, c, func(t *testing.T, acme *storage.Tenant) {
		bobs := person("王小明")
		bobs.Owner = uuid.New()
		id := added(t, acme, bobs, "13810138000", "ming@example.com")
		typed := &review.Subject{Customer: person("王晓明")}
		list, err := c.Candidates(t.Context(), acme, typed)
		require.NoError(t, err)
		require.Empty(t, list)
		p, err := customer.NewContactPoint(uuid.Nil, customer.Email, "Ming@example.com")
		require.NoError(t, err)
		typed.Contacts = append(typed.Contacts, p)
		list, err = c.Candidates(t.Context(), acme, typed)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, id, list[0].Customer)
		require.Contains(t, list[0].Rules, customer.Email)

		desk := acme.Guarded(seller{owner: uuid.New()})
		list, err = c.Candidates(t.Context(), desk, typed)
		require.NoError(t, err)
		require.Equal(t, uuid.Nil, list[0].Customer)
		require.Equal(t, live.OwnedByAnother, list[0].Where)
		_, err = c.Candidates(t.Context(), acme.Guarded(seller{closed: true}), typed)
		require.ErrorIs(t, err, storage.ErrForbidden)
		require.NoError(t, acme.View(t.Context(), func(tx *storage.Tx) error {
			list, err = c.Candidates(t.Context(), tx, typed)
			return err
		}))
		require.Len(t, list, 1)
	})
}

// Who has seen the candidates adds the customer all the same, and nobody is asked
// again.
func TestAllow(t *testing.T) {
	c := &live.Checker{}
	onEach(t, c, func(t *testing.T, acme *storage.Tenant) {
		father := added(t, acme, person("王大明"), "13810138000")
		_, err := add(t.Context(), acme, ann, person("王大明"), "13810138000")
		list := refused(t, err)
		son, err := add(live.Allow(t.Context(), list[0].Ref), acme, ann, person("王大明"), "13810138000")
		require.NoError(t, err)
		pair, err := review.Pairs.First(t.Context(), acme, storage.Query{Where: criteria.Eq("state", review.Distinct)})
		require.NoError(t, err)
		require.Equal(t, review.KeyOf(father, son), review.KeyOf(pair.A, pair.B))
		require.Equal(t, "user:ann", pair.DecidedBy)
		apart, err := (&review.Reviewer{}).Apart(t.Context(), acme)
		require.NoError(t, err)
		require.Equal(t, []review.Key{review.KeyOf(father, son)}, apart)
		require.Empty(t, waiting(t, acme))
		_, members, err := live.Together(t.Context(), acme, son)
		require.NoError(t, err)
		require.Equal(t, []uuid.UUID{son}, members)

		// They were alike before; another change is none of that.
		require.NoError(t, change(t, t.Context(), acme, son, func(c *customer.Customer) { c.Title = "manager" }))
		require.NoError(t, change(t, t.Context(), acme, son, func(c *customer.Customer) { c.Birthday = storage.Date{Year: 1999, Month: 5, Day: 1} }))
		// A third is refused.
		_, err = add(t.Context(), acme, ann, person("王大明"), "13810138000")
		require.Len(t, refused(t, err), 2)
	})
}

// A number that comes later makes a duplicate of a customer as well, and what stands
// before it in the transaction is undone.
func TestWatch_ChangeThatMakesADuplicate(t *testing.T) {
	onEach(t, &live.Checker{}, func(t *testing.T, acme *storage.Tenant) {
		first := added(t, acme, person("张伟"), "13810138000")
		other := added(t, acme, person("李娜"))
		err := acme.Update(t.Context(), ann, func(tx *storage.Tx) error { return contact(t.Context(), tx, other, "13810138000") })
		list := refused(t, err)
		require.Equal(t, first, list[0].Customer)
		require.EqualValues(t, 1, count(t, acme, customer.ContactPoints))
		ctx := live.Use(t.Context(), live.Off)
		require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error { return contact(ctx, tx, other, "13810138000") }))
	})
}

// In the mode Flag the pair waits for a person.
func TestFlag(t *testing.T) {
	onEach(t, &live.Checker{Mode: live.Flag}, func(t *testing.T, acme *storage.Tenant) {
		a := added(t, acme, person("张伟"), "13810138000", "wei@example.com")
		b := added(t, acme, person("张伟"), "13810138000", "wei@example.com")
		list := waiting(t, acme)
		require.Len(t, list, 1)
		require.Equal(t, review.KeyOf(a, b), review.KeyOf(list[0].A, list[0].B))
		require.NotEmpty(t, list[0].Why())
		id, members, err := live.Together(t.Context(), acme, b)
		require.NoError(t, err)
		require.Equal(t, []uuid.UUID{a, b}, members)
		same, _, err := live.Together(t.Context(), acme, a)
		require.NoError(t, err)
		require.Equal(t, id, same)

		// Somebody says that they are two: they are in one cluster no more.
		require.NoError(t, acme.Update(t.Context(), ann, func(tx *storage.Tx) error {
			return (&review.Reviewer{}).Decide(t.Context(), tx, list[0].ID, review.Distinct, "twins")
		}))
		_, members, err = live.Together(t.Context(), acme, b)
		require.NoError(t, err)
		require.Equal(t, []uuid.UUID{b}, members)
	})
}

// A pair that a rule names waits with the probability that a candidate is told with, and
// with the weight of all that is compared.
func TestFlag_ProbabilityOfARule(t *testing.T) {
	onEach(t, &live.Checker{Mode: live.Flag}, func(t *testing.T, acme *storage.Tenant) {
		added(t, acme, person("王小明"), "13800138001")
		added(t, acme, person("李大江"), "138-0013-8001")
		list := waiting(t, acme)
		require.Len(t, list, 1)
		require.Equal(t, "0.75", list[0].Probability.String())
		require.True(t, list[0].Weight.IsNegative())
	})
}

// The rule for names knows the aliases that a host compares them with.
func TestRules_Aliases(t *testing.T) {
	columns := review.Organizations()
	columns[0].Field.Aliases = form.NewAliases(map[string]string{"企鹅": "腾讯"})
	for name, reviewer := range map[string]*review.Reviewer{"aliases": {Organizations: columns}, "none": nil} {
		t.Run(name, func(t *testing.T) {
			onEach(t, &live.Checker{Reviewer: reviewer}, func(t *testing.T, acme *storage.Tenant) {
				first := added(t, acme, firm("深圳市腾讯计算机系统有限公司"))
				_, err := add(t.Context(), acme, bob, firm("深圳企鹅计算机系统有限公司"))
				if reviewer == nil {
					require.NoError(t, err)
					return
				}
				list := refused(t, err)
				require.Equal(t, first, list[0].Customer)
				require.Equal(t, []string{"name"}, list[0].Rules)
			})
		})
	}
}

// Entries live and die with their customers.
func TestWatch_DeletedRestoredPurged(t *testing.T) {
	onEach(t, &live.Checker{}, func(t *testing.T, acme *storage.Tenant) {
		id := added(t, acme, person("张伟"), "13810138000")
		write := func(do func(tx *storage.Tx, c *customer.Customer) error) {
			require.NoError(t, acme.Update(t.Context(), ann, func(tx *storage.Tx) error {
				c, err := customer.Kind.First(t.Context(), tx, storage.Query{Where: criteria.Eq(storage.FieldID, id), Deleted: storage.DeletedToo})
				if err != nil {
					return err
				}
				return do(tx, c)
			}))
		}
		write(func(tx *storage.Tx, c *customer.Customer) error { return customer.Kind.Delete(t.Context(), tx, c) })
		require.Zero(t, count(t, acme, entries))
		second := added(t, acme, person("张伟"), "13810138000")
		write(func(tx *storage.Tx, c *customer.Customer) error { return customer.Kind.Restore(t.Context(), tx, c) })
		require.EqualValues(t, 2, count(t, acme, entries))
		require.Len(t, waiting(t, acme), 1)
		_, members, err := live.Together(t.Context(), acme, second)
		require.NoError(t, err)
		require.Len(t, members, 2)
		require.NoError(t, acme.Update(t.Context(), ann, func(tx *storage.Tx) error {
			pairs, err := storage.Collect(review.Pairs.Find(t.Context(), tx, storage.Query{}))
			if err != nil {
				return err
			}
			return review.Pairs.Purge(t.Context(), tx, pairs...)
		}))
		write(func(tx *storage.Tx, c *customer.Customer) error { return customer.Kind.Delete(t.Context(), tx, c) })
		write(func(tx *storage.Tx, c *customer.Customer) error {
			q := storage.Query{Where: criteria.Eq("customer", c.ID), Deleted: storage.DeletedToo}
			points, err := storage.Collect(customer.ContactPoints.Find(t.Context(), tx, q))
			if err != nil {
				return err
			}
			if err := customer.ContactPoints.Purge(t.Context(), tx, points...); err != nil {
				return err
			}
			return customer.Kind.Purge(t.Context(), tx, c)
		})
		require.EqualValues(t, 1, count(t, acme, entries))
		_, members, err = live.Together(t.Context(), acme, second)
		require.NoError(t, err)
		require.Equal(t, []uuid.UUID{second}, members)
	})
}

// Two at once: one of them sees the other.
func TestConcurrentCreations(t *testing.T) {
	onEach(t, &live.Checker{}, func(t *testing.T, acme *storage.Tenant) {
		const n = 6
		errs := make(chan error, n)
		for range n {
			go func() {
				_, err := add(t.Context(), acme, ann, person("张伟"), "13810138000")
				errs <- err
			}()
		}
		stored := 0
		for range n {
			if err := <-errs; err == nil {
				stored++
			} else {
				require.ErrorIs(t, err, live.ErrPossibleDuplicate)
			}
		}
		require.Equal(t, 1, stored)
		require.EqualValues(t, 1, count(t, acme, customer.Kind))
		require.EqualValues(t, 1, count(t, acme, entries))
	})
}

// Checkers that make no sense are refused.
func TestValid(t *testing.T) {
	t.Parallel()
	for _, c := range []*live.Checker{
		{Refuse: 1.5}, {Refuse: .5, Ask: .6}, {Mode: "on"}, {Rules: []live.Rule{{Name: "x"}}}, {Rules: append(live.Rules(), live.Rules()...)},
	} {
		require.ErrorIs(t, c.Valid(), storage.ErrInvalid)
	}
	require.NoError(t, (&live.Checker{}).Valid())
}

// What a rule names is told with a probability that goes with the refusal, and is none
// the less ordered by what else there is.
func TestCandidate_ProbabilityOfARule(t *testing.T) {
	onEach(t, &live.Checker{}, func(t *testing.T, acme *storage.Tenant) {
		first := added(t, acme, firm("深圳市腾讯计算机系统有限公司"))
		for _, name := range []string{"深圳市腾讯计算机系统有限责任公司", "深圳市腾讯计算机系统有限公司", "腾讯（深圳）计算机系统有限公司"} {
			_, err := add(t.Context(), acme, bob, firm(name))
			list := refused(t, err)
			require.Len(t, list, 1)
			require.Equal(t, first, list[0].Customer)
			require.Equal(t, []string{"name"}, list[0].Rules)
			require.GreaterOrEqual(t, list[0].Probability, .75)
		}
		added(t, acme, person("王小明"), "13800138001")
		_, err := add(t.Context(), acme, bob, person("李大江"), "138-0013-8001")
		require.GreaterOrEqual(t, refused(t, err)[0].Probability, .75)

		// A branch is another customer, and so is the next one.
		added(t, acme, firm("深圳市腾讯计算机系统有限公司北京分公司"))
		added(t, acme, firm("深圳市腾讯计算机系统有限公司上海分公司"))
		_, err = add(t.Context(), acme, bob, firm("深圳市腾讯计算机系统有限公司SH分部"))
		require.Len(t, refused(t, err), 1)
	})
}

var heroes = []string{"赵云", "钱学", "孙武", "李白", "周瑜"}

// What people type to get past a field refuses nobody.
func TestPlaceholders(t *testing.T) {
	onEach(t, &live.Checker{}, func(t *testing.T, acme *storage.Tenant) {
		for _, name := range heroes {
			added(t, acme, person(name), "13800138000", "test@test.com")
		}
		added(t, acme, person("吴用"), "13900139000")
		_, err := add(t.Context(), acme, ann, person("郑和"), "13900139000")
		refused(t, err)
	})
}

// A host may have a list of its own.
func TestPlaceholders_OfAHost(t *testing.T) {
	own := &review.Reviewer{Placeholders: form.NewPlaceholders("13900139000")}
	onEach(t, &live.Checker{Reviewer: own}, func(t *testing.T, acme *storage.Tenant) {
		for _, name := range heroes {
			added(t, acme, person(name), "13900139000")
		}
		added(t, acme, person("吴用"), "13800138000")
		_, err := add(t.Context(), acme, ann, person("郑和"), "13800138000")
		refused(t, err)
	})
}
