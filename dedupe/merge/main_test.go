package merge_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/activity"
	"github.com/clientele-go/clientele/customer/consent"
	"github.com/clientele-go/clientele/customer/deal"
	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/customer/intake/entry"
	"github.com/clientele-go/clientele/customer/lead"
	"github.com/clientele-go/clientele/customer/lifecycle"
	"github.com/clientele-go/clientele/customer/lineage"
	"github.com/clientele-go/clientele/customer/privacy"
	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/customer/search"
	"github.com/clientele-go/clientele/customer/service"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/customer/tree"
	"github.com/clientele-go/clientele/dedupe/merge"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// The database of the adapters stays open for all tests of the process.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener"))
}

var ctx = context.Background()

var ann = storage.By("user:ann", "merge").Because("same person")

// A member and a poolRow are kinds of a host, as packages segment and pool have them.
type member struct {
	storage.Meta
	Segment  string
	Customer uuid.UUID
}

var members = storage.Define[member]("segment_member",
	storage.Text("segment", func(m *member) *string { return &m.Segment }).Required(),
	storage.Ref("customer", func(m *member) *uuid.UUID { return &m.Customer }).To("customer").Existing().Required().Indexed(),
).Unique("segment", "customer")

type poolRow struct {
	storage.Meta
	Pool     string
	Customer uuid.UUID
	Since    time.Time
}

var poolRows = storage.Define[poolRow]("pool_row",
	storage.Text("pool", func(p *poolRow) *string { return &p.Pool }).Required(),
	storage.Ref("customer", func(p *poolRow) *uuid.UUID { return &p.Customer }).To("customer").Existing().Required().Unique(),
	storage.Time("since", func(p *poolRow) *time.Time { return &p.Since }),
)

// A referral relates two customers and is there for nothing else.
type referral struct {
	storage.Meta
	From, To uuid.UUID
}

var referrals = storage.Define[referral]("referral",
	storage.Ref("from", func(r *referral) *uuid.UUID { return &r.From }).To("customer").Existing().Required().Indexed(),
	storage.Ref("to", func(r *referral) *uuid.UUID { return &r.To }).To("customer").Existing().Required().Indexed(),
).Unique("from", "to")

// A badge hangs on a contact point.
type badge struct {
	storage.Meta
	Contact uuid.UUID
	Text    string
}

var badges = storage.Define[badge]("badge",
	storage.Ref("contact", func(b *badge) *uuid.UUID { return &b.Contact }).To("contact_point").Existing().Required().Indexed(),
	storage.Text("text", func(b *badge) *string { return &b.Text }),
)

func kinds() []storage.Described {
	return slices.Concat(
		[]storage.Described{members, poolRows, referrals, badges}, merge.Kinds(),
		customer.Kinds(), tag.Kinds(), lineage.Kinds(), activity.Kinds(), lead.Kinds(), deal.Kinds(), service.Kinds(), tree.Kinds(),
		lifecycle.Kinds(), quality.Kinds(), consent.Kinds(), privacy.Kinds(), search.Kinds(), intake.Kinds(), entry.Kinds(),
	)
}

// each runs a test on both adapters, with the watches that the root installs.
func each(t *testing.T, test func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock)) {
	eachWith(t, nil, test)
}

func eachWith(t *testing.T, policy *lifecycle.Policy, test func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock)) {
	t.Helper()
	adapters.EachAt(t, kinds(), func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		store, err := acme.Store().Watched(watches(t, policy)...)
		require.NoError(t, err)
		test(t, store.Tenant(acme.Name()), clock)
	})
}

func watches(t testing.TB, policy *lifecycle.Policy) []storage.Watch {
	whyTagged := func(a *tag.Assignment) (lineage.Derivation, bool) {
		return lineage.Derivation{Customer: a.Customer, Rule: a.Rule, RuleVersion: a.RuleVersion, Actor: a.By, At: a.At, Evidence: a.Evidence}, a.Rule != ""
	}
	list := slices.Concat(
		[]storage.Watch{tree.Watch(), tag.Watch(tag.Define), consent.Watch(), lineage.Watch(), lineage.Follow(tag.Assignments, whyTagged)},
		deal.Watches(), activity.Recorder{}.Watches(), []storage.Watch{(&quality.Inspector{}).Watch(), search.Finder{}.Watch()},
	)
	if policy != nil {
		moves, err := policy.Watches()
		require.NoError(t, err)
		list = append(list, moves...)
	}
	return list
}

func update(t require.TestingT, acme *storage.Tenant, fn func(tx *storage.Tx) error) {
	require.NoError(t, acme.Update(ctx, ann, fn))
}

// put stores records that must pass.
func put[T any](t require.TestingT, acme *storage.Tenant, kind *storage.Kind[T], list ...*T) {
	update(t, acme, func(tx *storage.Tx) error { return kind.Put(ctx, tx, list...) })
}

// find returns the records of a query.
func find[T any](t require.TestingT, r storage.Reader, kind *storage.Kind[T], q storage.Query) []*T {
	list, err := storage.Collect(kind.Find(ctx, r, q))
	require.NoError(t, err)
	return list
}

func person(t require.TestingT, acme *storage.Tenant, name string) *customer.Customer {
	c := &customer.Customer{Type: customer.Person, Name: name}
	put(t, acme, customer.Kind, c)
	return c
}

func get(t require.TestingT, acme *storage.Tenant, id uuid.UUID) *customer.Customer {
	c, err := customer.Kind.Get(ctx, acme, id)
	require.NoError(t, err)
	return c
}

func contact(t require.TestingT, acme *storage.Tenant, id uuid.UUID, typ string, values ...string) (stored []*customer.ContactPoint) {
	for _, value := range values {
		p, err := customer.NewContactPoint(id, typ, value)
		require.NoError(t, err)
		update(t, acme, func(tx *storage.Tx) error {
			list, err := customer.AddContactPoints(ctx, tx, p)
			stored = append(stored, list...)
			return err
		})
	}
	return stored
}

func order(id uuid.UUID, amount int64, at time.Time) *customer.Order {
	return &customer.Order{Customer: id, PlacedAt: at, Total: customer.Money{Amount: decimal.NewFromInt(amount), Currency: "CNY"}}
}

func merged(t require.TestingT, acme *storage.Tenant, survivor uuid.UUID, others ...uuid.UUID) *merge.Result {
	return mergedBy(t, acme, merge.Request{Survivor: survivor, Others: others})
}

func mergedBy(t require.TestingT, acme *storage.Tenant, q merge.Request) (r *merge.Result) {
	update(t, acme, func(tx *storage.Tx) (err error) {
		r, err = merge.Merge(ctx, tx, q)
		return err
	})
	return r
}

func unmerged(t require.TestingT, acme *storage.Tenant, id uuid.UUID, o merge.UnmergeOptions) (r *merge.Unmerged) {
	update(t, acme, func(tx *storage.Tx) (err error) {
		r, err = merge.Unmerge(ctx, tx, id, o)
		return err
	})
	return r
}

// ours are kinds that tell of merges, or count who wrote; made are those whose records
// are made anew.
var (
	ours = []string{"merge", "merged_customer", "merge_move", "merge_turn", "consent_turn", "lifecycle_turn", "customer_tree"}
	made = []string{"consent_state", "search_key", "search_hold"}
)

// snapshot returns all records of a tenant, deleted ones too, by kind and id, with every
// field but those of Meta that count and date changes, and how many there are of each
// kind. Of kinds that are made anew there is the content without ids.
func snapshot(t require.TestingT, acme *storage.Tenant) (records map[string]string, rows map[string]int) {
	records, rows = map[string]string{}, map[string]int{}
	require.NoError(t, acme.View(ctx, func(tx *storage.Tx) error {
		kinds, err := tx.Kinds(ctx)
		require.NoError(t, err)
		for _, kind := range kinds {
			if kind.Generic() || slices.Contains(ours, kind.Name) {
				continue
			}
			fields, err := tx.Fields(ctx, kind)
			require.NoError(t, err)
			for r, err := range storage.Any(kind).Find(ctx, tx, storage.Query{Deleted: storage.DeletedToo}) {
				require.NoError(t, err)
				key, text := content(kind, fields, r)
				records[key] = text
				rows[kind.Name]++
			}
		}
		return nil
	}))
	return records, rows
}

func content(kind *storage.Schema, fields []*storage.Field, r storage.Record) (key, text string) {
	m := storage.MetaOf(r)
	values := map[string]json.RawMessage{}
	for _, f := range fields {
		if !f.Absent(r) {
			values[f.Name] = f.AppendJSON(nil, r)
		}
	}
	id := m.ID.String() + " " + m.CreatedAt.String() + " " + m.DeletedAt.String()
	if slices.Contains(made, kind.Name) {
		id = string(values["customer"]) + string(values["channel"]) + string(values["purpose"]) + string(values["record"]) + string(values["slot"])
	}
	all, _ := json.Marshal(values)
	return kind.Name + " " + id, string(all)
}
