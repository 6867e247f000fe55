package storage_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// A Contract is a kind of record of the host's own.
type Contract struct {
	storage.Meta
	Number   string
	Customer uuid.UUID
	Value    decimal.Decimal
	Ends     storage.Date
	Tags     []string
}

var Contracts = storage.Define[Contract]("contract",
	storage.Text("number", func(c *Contract) *string { return &c.Number }).Required().Unique(),
	storage.Ref("customer", func(c *Contract) *uuid.UUID { return &c.Customer }).Indexed(),
	storage.Decimal("value", func(c *Contract) *decimal.Decimal { return &c.Value }),
	storage.Day("ends", func(c *Contract) *storage.Date { return &c.Ends }).Indexed(),
	storage.Texts("tags", func(c *Contract) *[]string { return &c.Tags }),
)

// A Task waits to be done.
type Task struct {
	storage.Meta
	What       string
	Due, Until time.Time
}

var Tasks = storage.Define[Task]("task",
	storage.Text("what", func(t *Task) *string { return &t.What }),
	storage.Time("due", func(t *Task) *time.Time { return &t.Due }).Indexed(),
	storage.Time("until", func(t *Task) *time.Time { return &t.Until }),
).Untracked().Fixed()

// monday is the clock of the examples; a program gives time.Now.
func monday() time.Time { return time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC) }

// contracts returns a tenant with three contracts.
func contracts(ctx context.Context) *storage.Tenant {
	store, err := storage.New(memory.New(), monday, Contracts, Tasks)
	if err != nil {
		panic(err)
	}
	acme := store.Tenant("acme")
	err = acme.Update(ctx, storage.By("user:ann", "import"), func(tx *storage.Tx) error {
		return Contracts.Put(ctx, tx,
			&Contract{Number: "C-1", Value: decimal.RequireFromString("1200.50"), Ends: storage.Date{Year: 2026, Month: 1, Day: 31}, Tags: []string{"gold"}},
			&Contract{Number: "C-2", Value: decimal.RequireFromString("80"), Ends: storage.Date{Year: 2026, Month: 6, Day: 30}},
			&Contract{Number: "C-3", Value: decimal.RequireFromString("300"), Ends: storage.Date{Year: 2026, Month: 2, Day: 15}, Tags: []string{"gold"}})
	})
	if err != nil {
		panic(err)
	}
	return acme
}

func Example() {
	ctx := context.Background()
	acme := contracts(ctx)
	soon := criteria.Le("ends", criteria.Today(60, "Asia/Shanghai"))
	for c, err := range Contracts.Find(ctx, acme, storage.Query{Where: soon, Order: []storage.Order{{Field: "ends"}}}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(c.Number, c.Ends)
	}
	// Output:
	// C-1 2026-01-31
	// C-3 2026-02-15
}

// Two people change one contract: the second is told and reads again.
func ExampleKind_Put() {
	ctx := context.Background()
	acme := contracts(ctx)
	byNumber := storage.Query{Where: criteria.Eq("number", "C-1")}
	anns, _ := Contracts.First(ctx, acme, byNumber)
	bobs, _ := Contracts.First(ctx, acme, byNumber)
	save := func(who string, c *Contract) error {
		return acme.Update(ctx, storage.By(who, "edit"), func(tx *storage.Tx) error { return Contracts.Put(ctx, tx, c) })
	}
	anns.Tags = append(anns.Tags, "renewed")
	fmt.Println(save("user:ann", anns), anns.Version)
	bobs.Number = "C-1b"
	err := save("user:bob", bobs)
	var conflict *storage.ConflictError
	fmt.Println(errors.As(err, &conflict), conflict.Version, conflict.Current)
	// Output:
	// <nil> 2
	// true 1 2
}

// A change that depends on what is stored is made inside Update, which runs
// the function again when another writer was faster.
func ExampleTenant_Update() {
	ctx := context.Background()
	acme := contracts(ctx)
	err := acme.Update(ctx, storage.By("system:pricing", "raise").Because("index 2026"), func(tx *storage.Tx) error {
		for c, err := range Contracts.Find(ctx, tx, storage.Query{Where: criteria.HasAny("tags", "gold")}) {
			if err != nil {
				return err
			}
			c.Value = c.Value.Mul(decimal.RequireFromString("1.02")).Round(2)
			if err := Contracts.Put(ctx, tx, c); err != nil {
				return err
			}
		}
		return nil
	})
	c, _ := Contracts.First(ctx, acme, storage.Query{Where: criteria.Eq("number", "C-1")})
	fmt.Println(err, c.Value)
	// Output: <nil> 1224.51
}

func ExampleKind_Page() {
	ctx := context.Background()
	acme := contracts(ctx)
	q := storage.Query{Order: []storage.Order{{Field: "value", Desc: true}}, Limit: 2}
	for {
		page, err := Contracts.Page(ctx, acme, q)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, c := range page.Items {
			fmt.Print(c.Number, " ")
		}
		fmt.Println("more:", page.Next != "")
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	// Output:
	// C-1 C-3 more: true
	// C-2 more: false
}

func ExampleKind_Aggregate() {
	ctx := context.Background()
	acme := contracts(ctx)
	gold := storage.Query{Where: criteria.HasAny("tags", "gold")}
	rows, err := Contracts.Aggregate(ctx, acme, gold, storage.Figures{Sum: []string{"value"}, Max: []string{"ends"}})
	fmt.Println(err, rows[0].Count, rows[0].Decimal(0), rows[0].Of[1])
	// Output: <nil> 2 1500.5 2026-02-15
}

func ExampleKind_History() {
	ctx := context.Background()
	acme := contracts(ctx)
	c, _ := Contracts.First(ctx, acme, storage.Query{Where: criteria.Eq("number", "C-2")})
	c.Value = decimal.RequireFromString("95")
	_ = acme.Update(ctx, storage.By("user:bob", "negotiate"), func(tx *storage.Tx) error { return Contracts.Put(ctx, tx, c) })
	history, err := Contracts.History(ctx, acme, c.ID)
	for _, change := range history {
		before, after, _ := change.Value("value")
		fmt.Println(change.Actor, change.Op, string(before), string(after))
	}
	fmt.Println(err)
	// Output:
	// user:ann create  "80"
	// user:bob update "80" "95"
	// <nil>
}

// A queue: many workers may lease at once, and each task goes to one of them.
func ExampleKind_Lease() {
	ctx := context.Background()
	acme := contracts(ctx)
	worker := storage.By("system:worker-1", "remind")
	_ = acme.Update(ctx, worker, func(tx *storage.Tx) error {
		return Tasks.Put(ctx, tx, &Task{What: "call C-1", Due: monday().Add(-time.Hour)}, &Task{What: "call C-3", Due: monday().Add(time.Hour)})
	})
	claim := storage.Claim{Due: "due", Until: "until", Limit: 10, For: time.Minute}
	tasks, err := Tasks.Lease(ctx, acme, worker, claim)
	for _, t := range tasks {
		fmt.Println(t.What)
	}
	again, _ := Tasks.Lease(ctx, acme, worker, claim)
	fmt.Println(err, "left:", len(again))
	// The worker ends its work: Put, Delete or Purge of what it leased.
	err = acme.Update(ctx, worker, func(tx *storage.Tx) error { return Tasks.Purge(ctx, tx, tasks...) })
	fmt.Println(err)
	// Output:
	// call C-1
	// <nil> left: 0
	// <nil>
}

// A consumer gets each change once, and what it writes is part of the same
// transaction as its place in the log.
func ExampleLog_Consume() {
	ctx := context.Background()
	acme := contracts(ctx)
	for {
		n, err := acme.Log().Consume(ctx, "search-index", 2, storage.By("system:index", "update"), func(tx *storage.Tx, changes []*storage.Change) error {
			for _, c := range changes {
				fmt.Println(c.Position, c.Op, c.Kind)
			}
			return nil
		})
		if err != nil || n == 0 {
			break
		}
	}
	position, err := acme.Log().Position(ctx, "search-index")
	fmt.Println(position, err)
	// Output:
	// 1 create contract
	// 2 create contract
	// 3 create contract
	// 3 <nil>
}

// A tenant adds a field while the program runs.
func ExampleCustomField() {
	ctx := context.Background()
	acme := contracts(ctx)
	by := storage.By("user:admin", "configure")
	err := acme.Update(ctx, by, func(tx *storage.Tx) error {
		return storage.CustomFields.Put(ctx, tx, &storage.CustomField{Kind: "contract", Name: "region", Type: "text", Options: []string{"north", "south"}})
	})
	fmt.Println(err)
	c, _ := Contracts.First(ctx, acme, storage.Query{})
	for _, region := range []string{"west", "south"} {
		c.Custom.Set("region", region)
		fmt.Println(acme.Update(ctx, by, func(tx *storage.Tx) error { return Contracts.Put(ctx, tx, c) }))
	}
	n, _ := Contracts.Count(ctx, acme, storage.Query{Where: criteria.Eq("custom.region", "south")})
	fmt.Println(n)
	// Output:
	// <nil>
	// storage: contract.custom.region: "west" is not one of north, south
	// <nil>
	// 1
}

// A tenant adds a kind of record while the program runs.
func ExampleEntities() {
	ctx := context.Background()
	acme := contracts(ctx)
	trucks := storage.Entities("truck")
	err := acme.Update(ctx, storage.By("user:admin", "configure"), func(tx *storage.Tx) error {
		if err := storage.CustomKinds.Put(ctx, tx, &storage.CustomKind{Name: "truck"}); err != nil {
			return err
		}
		if err := storage.CustomFields.Put(ctx, tx, &storage.CustomField{Kind: "truck", Name: "plate", Type: "text", Unique: true}); err != nil {
			return err
		}
		t := &storage.Entity{}
		t.Custom.Set("plate", "B-7")
		return trucks.Put(ctx, tx, t)
	})
	t, _ := trucks.First(ctx, acme, storage.Query{Where: criteria.Prefix("custom.plate", "B")})
	fmt.Println(err, t.Custom.Text("plate"))
	// Output: <nil> B-7
}

// goldOnly lets its caller see gold contracts, without their value.
type goldOnly struct{}

func (goldOnly) Read(context.Context, string) (storage.Access, error) {
	return storage.Access{Where: criteria.HasAny("tags", "gold"), Fields: map[string]storage.FieldAccess{"value": storage.FieldHidden}}, nil
}

func (goldOnly) Write(context.Context, storage.Attempt) error {
	return fmt.Errorf("you may only look: %w", storage.ErrForbidden)
}

func (goldOnly) Elevate(context.Context, string) error { return nil }

func ExampleTenant_Guarded() {
	ctx := context.Background()
	desk := contracts(ctx).Guarded(goldOnly{})
	n, _ := Contracts.Count(ctx, desk, storage.Query{})
	c, _ := Contracts.First(ctx, desk, storage.Query{})
	fmt.Println(n, c.Number, c.Value)
	_, err := Contracts.Count(ctx, desk, storage.Query{Where: criteria.Gt("value", 1000)})
	fmt.Println(err)
	err = desk.Update(ctx, storage.By("user:bob", "edit"), func(tx *storage.Tx) error {
		c.Number = "X"
		return Contracts.Put(ctx, tx, c)
	})
	fmt.Println(err)
	// Output:
	// 2 C-1 0
	// storage: forbidden: contract.value is hidden from you: leave it out of the condition, order or figure
	// you may only look: forbidden
}

// An export is the backup of a tenant; it may be imported over another adapter.
func ExampleTenant_Export() {
	ctx := context.Background()
	acme := contracts(ctx)
	var file bytes.Buffer
	fmt.Println(acme.Export(ctx, &file, nil))
	store, _ := storage.New(memory.New(), monday, Contracts, Tasks)
	restored := store.Tenant("acme")
	_, err := restored.Import(ctx, &file, nil)
	n, _ := Contracts.Count(ctx, restored, storage.Query{})
	verdict, _ := restored.Log().Verify(ctx)
	fmt.Println(err, n, verdict.OK())
	// Output:
	// <nil>
	// <nil> 3 true
}

func ExampleLog_Verify() {
	ctx := context.Background()
	acme := contracts(ctx)
	checkpoint, _ := acme.Log().Checkpoint(ctx) // to be kept elsewhere
	verdict, err := acme.Log().Verify(ctx, checkpoint)
	fmt.Println(err, verdict.OK(), verdict.Checked)
	// Output: <nil> true 3
}
