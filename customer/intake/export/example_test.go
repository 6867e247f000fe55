package export_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake/export"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
)

// An export is written, and traced by its first line.
func ExampleWrite() {
	store, _ := storage.New(memory.New(), time.Now, append(customer.Kinds(), export.Kinds()...)...)
	acme, ctx := store.Tenant("acme"), context.Background()
	ann := storage.By("user:ann", "export")
	_ = acme.Update(ctx, ann, func(tx *storage.Tx) error {
		return customer.Kind.Put(ctx, tx, &customer.Customer{Type: customer.Person, Name: "王丽", Notes: "=1+1"})
	})

	var file strings.Builder // in real life an *os.File
	table, _ := export.NewCSV(&file, export.UTF8)
	req := export.Request{Kind: customer.Kind, Fields: []string{"name", "notes"}, Mark: export.MarkAlways}
	done, err := export.Write(ctx, acme, ann, req, table)
	fmt.Println(done.Count, err)

	watermark, rows, _ := strings.Cut(file.String(), "\n")
	fmt.Print(rows)
	traced, err := export.Trace(ctx, acme, watermark)
	fmt.Println(traced.Actor, traced.ID == done.ID, err)
	// Output:
	// 1 <nil>
	// name,notes
	// 王丽,'=1+1
	// user:ann true <nil>
}
