package storagetest_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/storagetest"
)

// The whole kit, in the test of an adapter.
func ExampleRun() {
	_ = func(t *testing.T) { // func TestConformance(t *testing.T)
		storagetest.Run(t, func(*testing.T) storage.Driver { return memory.New() })
	}
}

// What a driver states it cannot do is skipped, with the reason.
func ExampleOptions() {
	newDriver := func() (storage.Driver, error) { return memory.New(), nil }
	err := storagetest.Check(context.Background(), newDriver, storagetest.Options{
		Only:   []string{"leases", "records"},
		Cannot: map[string]string{"leases/workers": "the database of the example has one connection"},
	})
	fmt.Println(err)
	// Output: <nil>
}

// A round of random writes, outside of a test.
func ExampleRandomWrites() {
	source := rand.New(rand.NewPCG(1, 2))
	fmt.Println(storagetest.RandomWrites(context.Background(), memory.New(), source.IntN))
	// Output: <nil>
}
