package customer_test

import (
	"context"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// An owning guard shows the records of one kind that a criterion matches, and
// all of the others, and lets everything be written.
type owning struct {
	kind  string
	where criteria.Criterion
}

func (g owning) Read(_ context.Context, kind string) (storage.Access, error) {
	if kind == g.kind {
		return storage.Access{Where: g.where}, nil
	}
	return storage.Access{Where: criteria.All()}, nil
}

func (owning) Write(context.Context, storage.Attempt) error { return nil }

func (owning) Elevate(context.Context, string) error { return storage.ErrForbidden }
