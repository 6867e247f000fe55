package storage

import (
	"context"
	"fmt"
	"iter"
)

// Inside calls fn with a transaction in which all reads see one committed state: r
// itself if it is one, or else one of its own for reading.
func Inside(ctx context.Context, r Reader, fn func(*Tx) error) error {
	switch r := r.(type) {
	case *Tx:
		return fn(r)
	case *Tenant:
		return r.View(ctx, fn)
	}
	return fmt.Errorf("storage: %w: read through a tenant or a transaction", ErrInvalid)
}

// Collect returns what a sequence such as that of Kind.Find yields, or its error.
func Collect[T any](seq iter.Seq2[T, error]) ([]T, error) {
	var list []T
	for v, err := range seq {
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}
