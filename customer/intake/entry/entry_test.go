package entry_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/customer/intake/entry"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var (
	t0   = adapters.Now
	job  = storage.By("system:entry", "enter")
	rule = &entry.Rule{Authority: []string{"erp", "excel", "mail"}, Fields: map[string][]string{"city": {"mail"}}}
)

func kinds() []storage.Described { return append(customer.Kinds(), entry.Kinds()...) }

func onEach(t *testing.T, test func(t *testing.T, acme *storage.Tenant)) {
	t.Helper()
	adapters.Each(t, kinds(), test)
}

func enter(t require.TestingT, acme *storage.Tenant, list ...entry.Statement) []entry.Outcome {
	outcomes, err := rule.Enter(context.Background(), acme, job, list...)
	require.NoError(t, err)
	return outcomes
}

// final is everything that is known of live customers, without ids and times of ours.
func final(t require.TestingT, acme *storage.Tenant) []string {
	ctx := context.Background()
	extra := map[uuid.UUID][]string{}
	for p, err := range customer.ContactPoints.Find(ctx, acme, storage.Query{}) {
		require.NoError(t, err)
		extra[p.Customer] = append(extra[p.Customer], fmt.Sprint(p.Type, p.Value, p.Match, p.Primary))
	}
	for c, err := range entry.Claims.Find(ctx, acme, storage.Query{}) {
		require.NoError(t, err)
		extra[c.Customer] = append(extra[c.Customer], fmt.Sprint(c.Field, c.Source, c.At, string(c.Value)))
	}
	for k, err := range entry.Keys.Find(ctx, acme, storage.Query{}) {
		require.NoError(t, err)
		extra[k.Customer] = append(extra[k.Customer], k.Key)
	}
	var list []string
	for c, err := range customer.Kind.Find(ctx, acme, storage.Query{}) {
		require.NoError(t, err)
		more := extra[c.ID]
		delete(extra, c.ID)
		slices.Sort(more)
		c.Meta = storage.Meta{Custom: c.Custom}
		list = append(list, fmt.Sprintf("%+v %s", *c, strings.Join(more, "; ")))
	}
	require.Empty(t, extra, "nothing points to a customer that is gone")
	slices.Sort(list)
	return list
}

func date(day int) time.Time { return time.Date(2025, 12, day, 0, 0, 0, 0, time.UTC) }

// excelRow is the statement of a row of a spreadsheet.
func excelRow(t *testing.T) entry.Statement {
	file, err := intake.NewCSV(strings.NewReader("客户名称,手机,邮箱,城市,职位,标签\n王 丽,138-0013-8000,,宁波,经理,VIP，老客\n"), intake.TextOptions{})
	require.NoError(t, err)
	m, err := intake.Map(file.Header(), intake.CustomerTargets(intake.Format{}), nil)
	require.NoError(t, err)
	var s entry.Statement
	_, err = intake.Run(t.Context(), file, m, intake.Options{}, func(_ context.Context, batch []intake.Record) ([]intake.Rejection, error) {
		s, err = rule.FromRecord(batch[0], "excel", date(5))
		return nil, err
	})
	require.NoError(t, err)
	return s
}

// The same person through excel, mail and ERP in any of the six orders: excel and
// ERP share a telephone, ERP and mail an address, and excel and mail share nothing.
func TestDED17_AnyOrderOneCustomer(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		sources := []entry.Statement{
			excelRow(t),
			{Source: "mail", At: date(20), Emails: []string{"WangLi@example.cn"}, Customer: customer.Customer{Name: "Wang Li", City: "上海", Notes: "asked for a price", Language: "en"}},
			{Source: "erp", ExternalID: "7", At: date(1), Phones: []string{"+86 13800138000"}, Emails: []string{"wangli@example.cn"},
				Customer: customer.Customer{Type: customer.Person, Name: "王丽", City: "杭州", Gender: "F", Since: date(1)}},
		}
		var want []string
		for i, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
			tenant := acme.Store().Tenant(fmt.Sprint(acme.Name(), i))
			for range 2 { // and again: nothing changes
				for _, at := range order {
					outcome := enter(t, tenant, sources[at])[0]
					require.NoError(t, outcome.Err)
				}
			}
			got := final(t, tenant)
			require.Len(t, got, 1)
			if want == nil {
				want = got
			}
			require.Equal(t, want, got, "order %v", order)
			c, err := customer.Kind.First(t.Context(), tenant, storage.Query{})
			require.NoError(t, err)
			require.Equal(t, "王丽", c.Name, "the ERP has authority")
			require.Equal(t, "上海", c.City, "but mail for the city")
			require.Equal(t, []string{"VIP", "老客"}, c.Tags)
			require.Equal(t, [2]string{"erp", "7"}, [2]string{c.Source, c.ExternalID})
			require.Equal(t, [3]string{"F", "经理", "en"}, [3]string{c.Gender, c.Title, c.Language})
		}
	})
}

// Whatever is stated of whomever, order and batches do not matter, and neither do repetitions.
func TestDED17_Property_OrderAndBatches(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		statement := rapid.Custom(func(t *rapid.T) entry.Statement {
			pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
			s := entry.Statement{Source: pick("source", "erp", "excel", "mail", "shop", "form"), ExternalID: pick("number", "", "", "1", "2"), At: date(rapid.IntRange(1, 3).Draw(t, "day"))}
			if p := pick("phone", "", "13800138000", "138 0013 8001", "+8613800138002", "13800138003"); p != "" {
				s.Phones = []string{p}
			}
			if m := pick("mail", "", "A@example.cn", "b@example.cn", "c@example.cn"); m != "" {
				s.Emails = []string{m}
			}
			s.Customer = customer.Customer{Type: pick("type", "", customer.Person, customer.Organization), Name: pick("name", "", "王丽", "Wang Li"), City: pick("city", "", "杭州", "上海"),
				Gender: pick("gender", "", "F"), Size: pick("size", "", "1-10")}
			if pick("tags", "", "x") != "" {
				s.Customer.Tags = []string{"b", "a", "b"}
			}
			return s
		})
		list := rapid.SliceOfN(statement, 1, 9).Draw(t, "statements")
		shuffled := rapid.Permutation(append(slices.Clone(list), list[0])).Draw(t, "order")
		store, err := storage.New(memory.New(), func() time.Time { return t0 }, kinds()...)
		require.NoError(t, err)
		one, two := store.Tenant("one"), store.Tenant("two")
		enter(t, one, list...)
		for len(shuffled) > 0 {
			n := rapid.IntRange(1, len(shuffled)).Draw(t, "batch")
			enter(t, two, shuffled[:n]...)
			shuffled = shuffled[n:]
		}
		require.Equal(t, final(t, one), final(t, two))
	})
}

// The strength of words is a total order: antisymmetric and transitive.
func TestRule_Property_TotalOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.Custom(func(t *rapid.T) entry.Word {
			return entry.Word{Source: rapid.SampledFrom([]string{"", "erp", "mail", "shop", "form", entry.Manual}).Draw(t, "source"),
				At: date(rapid.IntRange(1, 2).Draw(t, "day")), Value: rapid.SampledFrom([]string{`"a"`, `"b"`}).Draw(t, "value")}
		})
		a, b, c := word.Draw(t, "a"), word.Draw(t, "b"), word.Draw(t, "c")
		field := rapid.SampledFrom([]string{"name", "city"}).Draw(t, "field")
		require.Equal(t, a != b, rule.Stronger(field, a, b) != rule.Stronger(field, b, a))
		if rule.Stronger(field, a, b) && rule.Stronger(field, b, c) {
			require.True(t, rule.Stronger(field, a, c))
		}
	})
}

// Records that pointed to a customer that was united point to the one that stays.
func TestEnter_UnitesAndRepoints(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		a := enter(t, acme, entry.Statement{Source: "shop", ExternalID: "1", Phones: []string{"13800138000"}})[0]
		b := enter(t, acme, entry.Statement{Source: "mail", Emails: []string{"a@b.cn"}})[0]
		require.True(t, a.Created && b.Created)
		require.NoError(t, acme.Update(t.Context(), job, func(tx *storage.Tx) error {
			child := &customer.Customer{Type: customer.Person, Name: "child", Parent: b.Customer}
			if err := customer.Kind.Put(t.Context(), tx, child); err != nil {
				return err
			}
			return customer.Orders.Put(t.Context(), tx, &customer.Order{Customer: b.Customer, PlacedAt: t0, Total: customer.Money{Currency: "CNY"}})
		}))
		c := enter(t, acme, entry.Statement{Source: "erp", Phones: []string{"13800138000"}, Emails: []string{"A@b.cn"}})[0]
		require.Equal(t, a.Customer, c.Customer)
		require.Equal(t, []uuid.UUID{b.Customer}, c.United)
		require.False(t, c.Created)
		for _, kind := range []storage.Described{customer.Orders, customer.ContactPoints, entry.Keys} {
			n, err := storage.Any(kind).Count(t.Context(), acme, storage.Query{Where: criteria.Eq("customer", b.Customer)})
			require.NoError(t, err)
			require.Zero(t, n)
		}
		child, err := customer.Kind.First(t.Context(), acme, storage.Query{Where: criteria.Eq("name", "child")})
		require.NoError(t, err)
		require.Equal(t, a.Customer, child.Parent)
		_, err = customer.Kind.Get(t.Context(), acme, b.Customer)
		require.ErrorIs(t, err, storage.ErrNotFound)
	})
}

// What a person writes stands against all sources, unless the rule says otherwise.
func TestEnter_HandEditsStand(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		s := entry.Statement{Source: "erp", ExternalID: "7", At: date(1), Customer: customer.Customer{Name: "王丽", Address: "old"}}
		id := enter(t, acme, s)[0].Customer
		edit := func(change func(*customer.Customer)) {
			require.NoError(t, acme.Update(t.Context(), storage.By("user:ann", "edit"), func(tx *storage.Tx) error {
				c, err := customer.Kind.Get(t.Context(), tx, id)
				if err != nil {
					return err
				}
				change(c)
				return customer.Kind.Put(t.Context(), tx, c)
			}))
		}
		edit(func(c *customer.Customer) { c.Address = "by hand" })
		s.At, s.Customer.Address, s.Customer.Title = date(9), "newer", "CEO"
		enter(t, acme, s)
		c, err := customer.Kind.Get(t.Context(), acme, id)
		require.NoError(t, err)
		require.Equal(t, [2]string{"by hand", "CEO"}, [2]string{c.Address, c.Title})
		claim, err := entry.Claims.First(t.Context(), acme, storage.Query{Where: criteria.All(criteria.Eq("customer", id), criteria.Eq("field", "address"))})
		require.NoError(t, err)
		require.Equal(t, entry.Manual, claim.Source)
	})
}

// Customers that were there before are found; a key of two of them is refused.
func TestEnter_CustomersThatWereThere(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		a := &customer.Customer{Type: customer.Person, Name: "A", Source: "shop", ExternalID: "1"}
		b := &customer.Customer{Type: customer.Person, Name: "B"}
		require.NoError(t, acme.Update(t.Context(), job, func(tx *storage.Tx) error {
			if err := customer.Kind.Put(t.Context(), tx, a, b); err != nil {
				return err
			}
			return customer.ContactPoints.Put(t.Context(), tx,
				&customer.ContactPoint{Customer: a.ID, Type: customer.Phone, Value: "1", Match: "+8613800138000"},
				&customer.ContactPoint{Customer: b.ID, Type: customer.Phone, Value: "1", Match: "+8613800138000"},
				&customer.ContactPoint{Customer: b.ID, Type: customer.Email, Value: "b@b.cn", Match: "b@b.cn"})
		}))
		out := enter(t, acme,
			entry.Statement{Source: "shop", ExternalID: "1", Customer: customer.Customer{City: "杭州"}},
			entry.Statement{Source: "mail", Emails: []string{"B@b.cn"}, Customer: customer.Customer{Name: "Bee"}},
			entry.Statement{Source: "excel", Phones: []string{"13800138000"}},
			entry.Statement{Source: "excel", Phones: []string{"1.38E+10"}},
			entry.Statement{Source: "excel"},
			entry.Statement{Phones: []string{"13900139000"}},
		)
		require.Equal(t, a.ID, out[0].Customer)
		require.Equal(t, b.ID, out[1].Customer)
		require.ErrorIs(t, out[2].Err, entry.ErrAmbiguous)
		require.ErrorIs(t, out[3].Err, customer.ErrSpreadsheetNumber)
		require.ErrorIs(t, out[4].Err, entry.ErrNobody)
		require.ErrorIs(t, out[5].Err, entry.ErrNobody)
		got, err := customer.Kind.Get(t.Context(), acme, b.ID)
		require.NoError(t, err)
		require.Equal(t, "B", got.Name, "it was written by hand")
	})
}

// A customer that was deleted gives its keys up.
func TestEnter_KeysOfDeletedCustomers(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		s := entry.Statement{Source: "erp", ExternalID: "7", Phones: []string{"13800138000"}}
		first := enter(t, acme, s)[0]
		require.NoError(t, acme.Update(t.Context(), job, func(tx *storage.Tx) error {
			c, err := customer.Kind.Get(t.Context(), tx, first.Customer)
			if err != nil {
				return err
			}
			return customer.Kind.Delete(t.Context(), tx, c)
		}))
		second := enter(t, acme, s)[0]
		require.True(t, second.Created)
		require.NotEqual(t, first.Customer, second.Customer)
		require.Equal(t, second.Customer, enter(t, acme, s)[0].Customer)
	})
}

// The same person, stated by many at once, is one customer.
func TestEnter_AtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		var wg sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			wg.Go(func() {
				s := entry.Statement{Source: fmt.Sprint("s", i%3), At: date(i + 1), Phones: []string{"13800138000"}, Customer: customer.Customer{Name: fmt.Sprint("n", i)}}
				_, errs[i] = rule.Enter(t.Context(), acme, job, s)
			})
		}
		wg.Wait()
		for _, err := range errs {
			require.NoError(t, err)
		}
		require.Len(t, final(t, acme), 1)
		c, err := customer.Kind.First(t.Context(), acme, storage.Query{})
		require.NoError(t, err)
		require.Equal(t, "n7", c.Name)
	})
}
