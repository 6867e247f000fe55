package memory_test

import (
	"context"
	"fmt"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
)

type note struct {
	storage.Meta
	Text string
}

var notes = storage.Define[note]("note",
	storage.Text("text", func(n *note) *string { return &n.Text }),
)

// A View keeps its state while others write.
func Example() {
	ctx := context.Background()
	store, err := storage.New(memory.New(), time.Now, notes)
	if err != nil {
		fmt.Println(err)
		return
	}
	acme := store.Tenant("acme")
	add := func(text string) error {
		return acme.Update(ctx, storage.By("user:ann", "note"), func(tx *storage.Tx) error {
			return notes.Put(ctx, tx, &note{Text: text})
		})
	}
	if err := add("one"); err != nil {
		fmt.Println(err)
		return
	}
	err = acme.View(ctx, func(tx *storage.Tx) error {
		before, err := notes.Count(ctx, tx, storage.Query{})
		if err != nil {
			return err
		}
		if err := add("two"); err != nil {
			return err
		}
		inside, err := notes.Count(ctx, tx, storage.Query{})
		if err != nil {
			return err
		}
		outside, err := notes.Count(ctx, acme, storage.Query{})
		fmt.Println(before, inside, outside)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output: 1 1 2
}
