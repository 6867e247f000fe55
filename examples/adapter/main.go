// Command adapter shows how to put Clientele over a database of your own: it is
// a complete storage.Driver, small enough to be read in one sitting, and a
// program that works over it.
//
//	go run ./examples/adapter
//
// The "database" is a few Go maps, so that nothing stands between the reader
// and the contract. The contract is the documentation of storage.Driver,
// storage.Transaction and storage.Plan; the files show one part of it each, best
// read in this order:
//
//   - driver.go: the tenants, and how a transaction begins
//   - state.go: what is committed
//   - transaction.go: reading, and how a transaction sees its own writes
//   - find.go, aggregate.go: queries and figures
//   - write.go, unique.go: inserting, replacing, removing, unique keys
//   - commit.go: how a transaction finds out that another one came first
//
// Permissions, validation, history, versions, cursors, custom fields and the
// repetition of what lost a race are no business of an adapter: storage.Store
// does them once, above all adapters alike.
//
// Whether an adapter keeps the contract is for package storagetest to say: its
// kit of cases is one call in a test, as in adapter_test.go. Write that test
// first, and the adapter until it passes.
//
// This one is slow where a database has indexes: a query looks at every record
// of the kind, and a commit copies the kinds that it writes. For records in
// memory use package storage/memory.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/clientele-go/clientele"
	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "adapter:", err)
		os.Exit(1)
	}
}

// run puts two customers into a database over the driver and finds one again.
func run(ctx context.Context, out io.Writer) error {
	db, err := clientele.Open(newDriver())
	if err != nil {
		return err
	}
	desk := db.Tenant("acme").As(clientele.System("example"))
	err = desk.Update(ctx, "sign up", func(tx *storage.Tx) error {
		return customer.Kind.Put(ctx, tx,
			&customer.Customer{Type: customer.Person, Name: "王丽", City: "上海", Tags: []string{"VIP"}},
			&customer.Customer{Type: customer.Organization, Name: "Müller GmbH", City: "Bremen"},
		)
	})
	if err != nil {
		return err
	}
	found, err := customer.Kind.First(ctx, desk.Records(), storage.Query{Where: criteria.HasAny("tags", "VIP")})
	if err != nil {
		return err
	}
	history, err := customer.Kind.History(ctx, desk.Records(), found.ID)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s, %s: version %d, %s by %s (%s)\n",
		found.Name, found.City, found.Version, history[0].Op, history[0].Actor, history[0].Action)
	return err
}
