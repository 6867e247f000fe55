package intake_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
)

// A job is tried out, run and undone.
func ExampleImporter() {
	store, _ := storage.New(memory.New(), time.Now, append(customer.Kinds(), intake.Kinds()...)...)
	acme, ctx := store.Tenant("acme"), context.Background()
	const text = "客户编号,姓名,手机\nC1,王丽,13800138000/010-62345678\nC2,张三,1.38E+10\n"
	open := func() intake.Input { // in real life a file, opened anew for each run
		source, _ := intake.NewCSV(strings.NewReader(text), intake.TextOptions{})
		mapping, _ := intake.Map(source.Header(), intake.CustomerTargets(intake.Format{}), nil)
		digest, _ := intake.Digest(strings.NewReader(text))
		return intake.Input{Name: "people.csv", Digest: digest, Source: source, Mapping: mapping}
	}
	book := &intake.Book{Source: "shop"}
	by := storage.By("user:ann", "import").WithoutValues()
	importer := &intake.Importer{Tenant: acme, By: by, Store: book.StoreCustomers, Options: intake.Options{MaxRejectedShare: 0.5}}

	dry, err := importer.DryRun(ctx, open())
	fmt.Println(dry.Accepted, dry.Rejected, err)

	job, _ := importer.Begin(ctx, open())
	report, err := importer.Run(ctx, job.ID, open())
	fmt.Println(report.Accepted, report.Rejected, err)

	job, err = intake.Undo(ctx, acme, by, job.ID)
	fmt.Println(job.State, job.Removed, job.Kept, err)
	// Output:
	// 1 1 <nil>
	// 1 1 <nil>
	// undone 3 0 <nil>
}
