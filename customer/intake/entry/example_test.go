package entry_test

import (
	"context"
	"fmt"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake/entry"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
)

// A mail and an ERP speak of one person. The order in which they are heard does
// not matter.
func ExampleRule() {
	store, _ := storage.New(memory.New(), time.Now, append(customer.Kinds(), entry.Kinds()...)...)
	acme, ctx := store.Tenant("acme"), context.Background()
	rule := &entry.Rule{Authority: []string{"erp", "mail"}, Fields: map[string][]string{"city": {"mail", "erp"}}}
	outcomes, err := rule.Enter(ctx, acme, storage.By("system:entry", "enter"),
		entry.Statement{Source: "erp", ExternalID: "7", Phones: []string{"13800138000"}, Customer: customer.Customer{Name: "王丽", City: "杭州"}},
		entry.Statement{Source: "mail", Phones: []string{"+86 138-0013-8000"}, Customer: customer.Customer{Name: "Wang Li", City: "上海"}},
	)
	fmt.Println(outcomes[0].Customer == outcomes[1].Customer, err)
	c, err := customer.Kind.Get(ctx, acme, outcomes[0].Customer)
	fmt.Println(c.Name, c.City, err)
	// Output:
	// true <nil>
	// 王丽 上海 <nil>
}
