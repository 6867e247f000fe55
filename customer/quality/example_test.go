package quality_test

import (
	"context"
	"fmt"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
)

// openExample makes a store in memory whose writes an inspector watches.
func openExample(i *quality.Inspector) *storage.Tenant {
	now := func() time.Time { return time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC) }
	store, err := storage.New(memory.New(), now, append(customer.Kinds(), quality.Kinds()...)...)
	if err != nil {
		panic(err)
	}
	if store, err = store.Watched(i.Watch()); err != nil {
		panic(err)
	}
	return store.Tenant("acme")
}

// Sales may not leave out the industry; an import may, and is told of it later.
func Example() {
	ctx := context.Background()
	acme := openExample(&quality.Inspector{Roles: func(actor string) []string {
		return map[string][]string{"user:ann": {"sales"}}[actor]
	}})
	rule := quality.Required("I003", "customer", "industry", criteria.Eq("type", customer.Organization))
	rule.Mode, rule.On, rule.Roles = quality.Block, quality.OnCreate, []string{"sales"}
	rule.NameEN, rule.NameZH = "the industry is missing", "未填写所属行业"
	create := func(by storage.Origin) error {
		return acme.Update(ctx, by, func(tx *storage.Tx) error {
			return customer.Kind.Put(ctx, tx, &customer.Customer{Type: customer.Organization, Name: "华星"})
		})
	}
	err := acme.Update(ctx, storage.By("user:admin", "set up"), func(tx *storage.Tx) error { return quality.Rules.Put(ctx, tx, rule) })
	fmt.Println(err)
	fmt.Println(create(storage.By("user:ann", "create")))
	fmt.Println(create(storage.By("system:import", "import")))
	for issue, err := range quality.Issues.Find(ctx, acme, storage.Query{Where: criteria.Eq("state", quality.Open)}) {
		fmt.Println(issue.Rule, issue.Class, issue.Field, err)
	}
	// Output:
	// <nil>
	// quality: customer was not stored: I003: the industry is missing (industry)
	// <nil>
	// I003 incomplete industry <nil>
}

// A rule suggests a value; the dry run shows it before it is written.
func ExampleInspector_Apply() {
	ctx := context.Background()
	i := &quality.Inspector{}
	acme := openExample(i)
	err := acme.Update(ctx, storage.By("user:admin", "set up"), func(tx *storage.Tx) error {
		if err := quality.Rules.Put(ctx, tx, quality.SignedLastYear("L001", "new", "old")); err != nil {
			return err
		}
		signed := time.Date(2024, 12, 1, 0, 0, 0, 0, time.UTC)
		return customer.Kind.Put(ctx, tx, &customer.Customer{Type: customer.Organization, Name: "华星", Stage: "new", Since: signed})
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	proposals, _, err := i.Propose(ctx, acme, storage.Query{Where: criteria.Eq("rule", "L001")})
	for _, p := range proposals {
		fmt.Printf("%s: %s %s -> %s\n", p.Rule, p.Changes[0].Field, p.Changes[0].Old, p.Changes[0].New)
	}
	fmt.Println(err)
	report, err := i.Apply(ctx, acme, storage.By("user:ann", "clean up"), proposals)
	fmt.Println(len(report.Applied), "applied,", len(report.Skipped), "skipped,", err)
	// Output:
	// L001: stage "new" -> "old"
	// <nil>
	// 1 applied, 0 skipped, <nil>
}
