package live_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/live"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
)

func Example() {
	ctx := context.Background()
	store, _ := storage.New(memory.New(), func() time.Time { return adapters.Now }, kinds()...)
	store, _ = store.Watched((&live.Checker{}).Watch())
	acme := store.Tenant("acme")
	put := func(ctx context.Context, name string) error {
		return acme.Update(ctx, storage.By("user:ann", "add customer"), func(tx *storage.Tx) error {
			return customer.Kind.Put(ctx, tx, &customer.Customer{Type: customer.Organization, Name: name})
		})
	}
	fmt.Println(put(ctx, "X公司北京分公司"))
	err := put(ctx, "Ｘ公司BJ分部")
	var e *live.PossibleDuplicateError
	if errors.As(err, &e) {
		c := e.Candidates[0]
		fmt.Println(errors.Is(err, live.ErrPossibleDuplicate), c.Where, c.Rules)
		fmt.Println(put(live.Allow(ctx, c.Ref), "Ｘ公司BJ分部"))
	}
	// Output:
	// <nil>
	// true in_pool [name]
	// <nil>
}
