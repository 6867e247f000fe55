package quality_test

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// sized is a rule that organisations have a size.
func sized(mode, on string) *quality.Rule {
	r := quality.Required("I002", "customer", "size", criteria.Eq("type", customer.Organization))
	r.Mode, r.On = mode, on
	return r
}

// A record from before the rule can be changed as long as the change does not
// touch what the rule looks at.
func TestWatch_OldRecordsDoNotGetStuck(t *testing.T) {
	onEach(t, &quality.Inspector{}, func(t *testing.T, acme *storage.Tenant) {
		c := &customer.Customer{Type: customer.Organization, Name: "华星"}
		good := &customer.Customer{Type: customer.Organization, Name: "金桥", Size: "1-50"}
		require.NoError(t, put(t, acme, ann, customer.Kind, c, good))
		require.NoError(t, put(t, acme, ann, quality.Rules, sized(quality.Block, quality.OnWrite)))
		c.Owner = uuid.New()
		require.NoError(t, put(t, acme, ann, customer.Kind, c))
		require.Len(t, openIssues(t, acme), 1, "it passes, and is flagged")
		good.Size = ""
		require.ErrorIs(t, put(t, acme, ann, customer.Kind, good), quality.ErrFieldRequired)
		c.Size = "51-200"
		require.NoError(t, put(t, acme, ann, customer.Kind, c))
		require.Empty(t, openIssues(t, acme))
	})
}

func TestWatch_OnCreateLetsChangesPass(t *testing.T) {
	onEach(t, &quality.Inspector{}, func(t *testing.T, acme *storage.Tenant) {
		require.NoError(t, put(t, acme, ann, quality.Rules, sized(quality.Block, quality.OnCreate)))
		c := &customer.Customer{Type: customer.Organization, Name: "华星", Size: "1-50"}
		require.NoError(t, put(t, acme, ann, customer.Kind, c))
		c.Size = ""
		require.NoError(t, put(t, acme, ann, customer.Kind, c))
		require.Len(t, openIssues(t, acme), 1)
		require.ErrorIs(t, put(t, acme, ann, customer.Kind, &customer.Customer{Type: customer.Organization, Name: "新"}), quality.ErrFieldRequired)
	})
}

// After a refusal the transaction can go on.
func TestWatch_ARefusalLeavesTheTransaction(t *testing.T) {
	onEach(t, &quality.Inspector{}, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		require.NoError(t, put(t, acme, ann, quality.Rules, sized(quality.Block, quality.OnWrite)))
		c := &customer.Customer{Type: customer.Organization, Name: "华星"}
		require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error {
			require.ErrorIs(t, customer.Kind.Put(ctx, tx, c), quality.ErrValidation)
			c.Size = "1-50"
			return customer.Kind.Put(ctx, tx, c)
		}))
		require.EqualValues(t, 1, get(t, acme, customer.Kind, c.ID).Version)
	})
}

func TestWatch_ListsAllViolationsMostSevereFirst(t *testing.T) {
	onEach(t, &quality.Inspector{}, func(t *testing.T, acme *storage.Tenant) {
		industry := quality.Required("I003", "customer", "industry", nil)
		industry.Mode, industry.Severity, industry.NameZH = quality.Block, 5, "未填写所属行业"
		inactive := quality.Required("I009", "customer", "city", nil)
		inactive.Mode, inactive.Active = quality.Block, false
		require.NoError(t, put(t, acme, ann, quality.Rules, sized(quality.Block, quality.OnWrite), industry, inactive))
		a := &customer.Customer{Meta: storage.Meta{ID: uuid.New()}, Type: customer.Organization, Name: "A"}
		b := &customer.Customer{Meta: storage.Meta{ID: uuid.New()}, Type: customer.Organization, Name: "B", Size: "1-50"}
		err := put(t, acme, ann, customer.Kind, a, b)
		var refused *quality.ValidationError
		require.ErrorAs(t, err, &refused)
		var list []string
		for _, v := range refused.Violations {
			list = append(list, v.Rule.Code+" "+v.Record.String())
		}
		slices.Sort(list[:2]) // of one rule, in the order of the call
		want := []string{"I003 " + a.ID.String(), "I003 " + b.ID.String()}
		slices.Sort(want)
		require.Equal(t, append(want, "I002 "+a.ID.String()), list)
		require.Equal(t, "I003: 未填写所属行业 (industry)\nI003: 未填写所属行业 (industry)\nI002: 缺少 size (size)", refused.Text("zh"))
		require.EqualError(t, err, "quality: customer was not stored: I003: 未填写所属行业 (industry); I003: 未填写所属行业 (industry); I002: size is missing (size)")
	})
}

func TestWatch_IssuesFollowTheRecord(t *testing.T) {
	atEach(t, &quality.Inspector{}, func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		require.NoError(t, put(t, acme, ann, quality.Rules, sized(quality.Flag, quality.OnWrite)))
		c := &customer.Customer{Type: customer.Organization, Name: "华星"}
		one := func(state string) *quality.Issue {
			list := issues(t, acme)
			require.Len(t, list, 1)
			require.Equal(t, state, list[0].State)
			return list[0]
		}
		write := func(change func()) {
			clock.Advance(time.Hour)
			change()
			require.NoError(t, put(t, acme, ann, customer.Kind, c))
		}
		write(func() {})
		first := one(quality.Open)
		write(func() { c.Name = "华星集团" })
		require.Equal(t, first, one(quality.Open), "nothing new about it")
		write(func() { c.Size = "1-50" })
		require.Equal(t, clock.Now(), one(quality.Closed).ClosedAt)
		write(func() { c.Size = "" })
		again := one(quality.Open)
		require.EqualValues(t, 1, again.Reopened)
		require.Zero(t, again.ClosedAt)
		require.Equal(t, first.FirstSeen, again.FirstSeen)
		require.Equal(t, clock.Now(), again.LastSeen)
		write(func() { c.Owner = uuid.New() })
		require.Equal(t, c.Owner, one(quality.Open).Owner)
	})
}

func TestWatch_DeletedRecordsHaveNoOpenIssues(t *testing.T) {
	onEach(t, &quality.Inspector{}, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		require.NoError(t, put(t, acme, ann, quality.Rules, sized(quality.Flag, quality.OnWrite)))
		c := &customer.Customer{Type: customer.Organization, Name: "华星"}
		require.NoError(t, put(t, acme, ann, customer.Kind, c))
		require.Len(t, openIssues(t, acme), 1)
		do := func(fn func(tx *storage.Tx) error) { require.NoError(t, acme.Update(ctx, ann, fn)) }
		do(func(tx *storage.Tx) error { return customer.Kind.Delete(ctx, tx, c) })
		require.Empty(t, openIssues(t, acme))
		do(func(tx *storage.Tx) error { return customer.Kind.Restore(ctx, tx, c) })
		require.Len(t, openIssues(t, acme), 1)
		do(func(tx *storage.Tx) error { return customer.Kind.Purge(ctx, tx, c) })
		require.Empty(t, openIssues(t, acme))
	})
}

func TestAccept(t *testing.T) {
	onEach(t, &quality.Inspector{}, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		require.NoError(t, put(t, acme, ann, quality.Rules, sized(quality.Flag, quality.OnWrite)))
		c := &customer.Customer{Type: customer.Organization, Name: "华星"}
		require.NoError(t, put(t, acme, ann, customer.Kind, c))
		issue := openIssues(t, acme)[0]
		accept := func(reason string) error {
			return acme.Update(ctx, ann, func(tx *storage.Tx) error { return quality.Accept(ctx, tx, issue.ID, reason) })
		}
		require.ErrorIs(t, accept(""), storage.ErrInvalid)
		require.NoError(t, accept("a foundation has no size"))
		c.Name = "华星基金会"
		require.NoError(t, put(t, acme, ann, customer.Kind, c))
		report, err := (&quality.Inspector{}).Scan(ctx, acme, ann, quality.ScanOptions{})
		require.NoError(t, err)
		require.EqualValues(t, 1, report.Bad)
		require.Zero(t, report.Opened+report.Reopened+report.Closed)
		stored := get(t, acme, quality.Issues, issue.ID)
		require.Equal(t, quality.Accepted, stored.State)
		require.Equal(t, "a foundation has no size", stored.Reason)
		c.Size = "1-50"
		require.NoError(t, put(t, acme, ann, customer.Kind, c))
		require.Equal(t, quality.Closed, get(t, acme, quality.Issues, issue.ID).State)
		require.ErrorIs(t, accept("late"), storage.ErrInvalid)
		c.Size = ""
		require.NoError(t, put(t, acme, ann, customer.Kind, c))
		require.Equal(t, quality.Open, get(t, acme, quality.Issues, issue.ID).State)
	})
}

// Conditions look at other records, those of new ones included, in refusals too.
func TestWatch_ConditionsOnOtherRecords(t *testing.T) {
	onEach(t, &quality.Inspector{}, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		vip := &customer.Customer{Type: customer.Person, Name: "王丽", Stage: "vip"}
		plain := &customer.Customer{Type: customer.Person, Name: "Bob"}
		require.NoError(t, put(t, acme, ann, customer.Kind, vip, plain))
		noCall := criteria.RelatedCount("interaction", "customer", nil, criteria.Equal, 0)
		called := &quality.Rule{
			Code: "V001", Kind: "customer", Class: "x", Mode: quality.Block, On: quality.OnWrite, Active: true,
			When: quality.All(quality.Where(criteria.Eq("stage", "vip")), quality.Where(noCall)),
		}
		ofVIP := &quality.Rule{
			Code: "V002", Kind: "quality_contract", Class: "x", Mode: quality.Block, On: quality.OnWrite, Active: true,
			When: quality.Not(quality.Where(criteria.Parent("customer", criteria.Eq("stage", "vip")))),
		}
		require.NoError(t, put(t, acme, ann, quality.Rules, called, ofVIP))
		require.NoError(t, put(t, acme, ann, contracts, &Contract{Customer: vip.ID}))
		require.ErrorIs(t, put(t, acme, ann, contracts, &Contract{Customer: vip.ID}, &Contract{Customer: plain.ID}), quality.ErrValidation)
		require.ErrorIs(t, put(t, acme, ann, contracts, &Contract{}), quality.ErrValidation)

		require.ErrorIs(t, put(t, acme, ann, customer.Kind, &customer.Customer{Type: customer.Person, Name: "N", Stage: "vip"}), quality.ErrValidation)
		plain.Stage = "vip"
		require.ErrorIs(t, put(t, acme, ann, customer.Kind, plain), quality.ErrValidation)
		call := &customer.Interaction{Customer: plain.ID, Channel: "call", OccurredAt: adapters.Now}
		require.NoError(t, put(t, acme, ann, customer.Interactions, call))
		require.NoError(t, put(t, acme, ann, customer.Kind, plain))
		require.Empty(t, openIssues(t, acme))
		_, err := (&quality.Inspector{}).Scan(ctx, acme, ann, quality.ScanOptions{})
		require.NoError(t, err)
		require.Equal(t, vip.ID, openIssues(t, acme)[0].Record)
	})
}

func TestWatch_Predicates(t *testing.T) {
	shouts := func(r storage.Record) bool {
		name := r.(*customer.Customer).Name
		return name != strings.ToLower(name) && name == strings.ToUpper(name)
	}
	i := &quality.Inspector{Predicates: map[string]quality.Predicate{"shouts": shouts}, Kinds: []string{"customer"}}
	onEach(t, i, func(t *testing.T, acme *storage.Tenant) {
		rule := &quality.Rule{
			Code: "C002", Kind: "customer", Field: "name", Class: "x", Mode: quality.Block, On: quality.OnWrite, Active: true,
			When: quality.Holds("shouts"),
		}
		require.NoError(t, put(t, acme, ann, quality.Rules, rule))
		c := &customer.Customer{Type: customer.Organization, Name: "ACME"}
		require.ErrorIs(t, put(t, acme, ann, customer.Kind, c), quality.ErrValidation)
		c.Name = "Acme"
		require.NoError(t, put(t, acme, ann, customer.Kind, c))
		unknown := *rule
		unknown.Code, unknown.Meta, unknown.When = "C003", storage.Meta{}, quality.Holds("nobody")
		require.ErrorContains(t, put(t, acme, ann, quality.Rules, &unknown), `no predicate "nobody"`)
	})
}

func TestWatch_TenantsAreApart(t *testing.T) {
	onEach(t, &quality.Inspector{}, func(t *testing.T, acme *storage.Tenant) {
		require.NoError(t, put(t, acme, ann, quality.Rules, sized(quality.Block, quality.OnWrite)))
		other := acme.Store().Tenant(uuid.NewString())
		require.NoError(t, put(t, other, ann, customer.Kind, &customer.Customer{Type: customer.Organization, Name: "华星"}))
		require.Empty(t, issues(t, other))
	})
}

// Kinds that a tenant defines at run time have rules like others.
func TestWatch_CustomKinds(t *testing.T) {
	onEach(t, &quality.Inspector{}, func(t *testing.T, acme *storage.Tenant) {
		require.NoError(t, put(t, acme, ann, storage.CustomKinds, &storage.CustomKind{Name: "vehicle"}))
		require.NoError(t, put(t, acme, ann, storage.CustomFields,
			&storage.CustomField{Kind: "vehicle", Name: "built", Type: "date"}, &storage.CustomField{Kind: "vehicle", Name: "scrapped", Type: "date"}))
		require.NoError(t, put(t, acme, ann, quality.Rules, quality.EndBeforeStart("K001", "vehicle", "custom.built", "custom.scrapped")))
		vehicles := storage.Entities("vehicle")
		car := &storage.Entity{}
		car.Custom.Set("built", date("2020-01-01"))
		car.Custom.Set("scrapped", date("2019-01-01"))
		require.NoError(t, put(t, acme, ann, vehicles, car))
		require.Len(t, openIssues(t, acme), 1)
		car.Custom.Set("scrapped", date("2021-01-01"))
		require.NoError(t, put(t, acme, ann, vehicles, car))
		require.Empty(t, openIssues(t, acme))
	})
}

// A call of Put costs the same number of queries however many records it has.
func TestWatch_QueriesDoNotGrowWithRecords(t *testing.T) {
	t.Parallel()
	count := func(records int) int64 {
		driver := &countingDriver{Driver: memory.New()}
		store, err := storage.New(driver, func() time.Time { return adapters.Now }, kinds()...)
		require.NoError(t, err)
		acme := watched(t, store.Tenant("acme"), &quality.Inspector{})
		require.NoError(t, put(t, acme, ann, quality.Rules, append(quality.Presets(), sizedAs("X1", quality.Block))...))
		list := organizations(records, uuid.New(), func(n int) bool { return false })
		driver.finds.Store(0)
		require.NoError(t, put(t, acme, ann, customer.Kind, list...))
		return driver.finds.Load()
	}
	few := count(1)
	require.Equal(t, few, count(300))
	require.LessOrEqual(t, few, int64(5))
}

func sizedAs(code, mode string) *quality.Rule {
	r := sized(mode, quality.OnWrite)
	r.Code = code
	return r
}

// A countingDriver counts queries.
type countingDriver struct {
	storage.Driver
	finds atomic.Int64
}

func (d *countingDriver) Begin(ctx context.Context, tenant string, mode storage.Mode) (storage.Transaction, error) {
	tx, err := d.Driver.Begin(ctx, tenant, mode)
	return &countingTx{tx, &d.finds}, err
}

type countingTx struct {
	storage.Transaction
	finds *atomic.Int64
}

func (t *countingTx) Find(ctx context.Context, p *storage.Plan) ([]storage.Record, error) {
	t.finds.Add(1)
	return t.Transaction.Find(ctx, p)
}
