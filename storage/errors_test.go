package storage_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// An error says what was refused, why, and what would make it pass.
func TestErrorTexts(t *testing.T) {
	t.Parallel()
	id := uuid.MustParse("018f0000-0000-7000-8000-000000000001")
	for want, err := range map[string]error{
		"van ID has version 3, not 2: read it again and repeat the change":                          &storage.ConflictError{Kind: "van", ID: id, Version: 2, Current: 3},
		"van ID was changed since version 2 was read: read it again and repeat the change":          &storage.ConflictError{Kind: "van", ID: id, Version: 2},
		"another live van has the same a and b: change the value, or change that record instead":    &storage.DuplicateError{Kind: "van", Key: []string{"a", "b"}},
		"another live van has the same plate (ID): change the value, or change that record instead": &storage.DuplicateError{Kind: "van", Key: []string{"plate"}, Existing: id},
		"van.plate: is required: give it a value":                                                   &storage.FieldError{Kind: "van", Field: "plate", Reason: "is required: give it a value"},
		"van ID: not found":                &storage.RecordError{Kind: "van", ID: id, Err: storage.ErrNotFound},
		"van ID: invalid: twice in a call": &storage.RecordError{Kind: "van", ID: id, Err: storage.ErrInvalid, Reason: "twice in a call"},
	} {
		require.EqualError(t, err, "storage: "+strings.ReplaceAll(want, "ID", id.String()))
	}
}

func TestErrorsMatchTheirSentinels(t *testing.T) {
	t.Parallel()
	all := []error{storage.ErrNotFound, storage.ErrConflict, storage.ErrDuplicate, storage.ErrInvalid, storage.ErrForbidden}
	for _, pair := range []struct{ err, is error }{
		{&storage.ConflictError{}, storage.ErrConflict}, {&storage.DuplicateError{}, storage.ErrDuplicate}, {&storage.FieldError{}, storage.ErrInvalid},
		{&storage.RecordError{Err: storage.ErrNotFound}, storage.ErrNotFound}, {&storage.RecordError{Err: storage.ErrInvalid}, storage.ErrInvalid},
	} {
		for _, target := range all {
			require.Equal(t, target == pair.is, errors.Is(fmt.Errorf("wrapped: %w", pair.err), target), "%T and %v", pair.err, target)
		}
	}
}

func TestErrorsCarryTheRecord(t *testing.T) {
	t.Parallel()
	acme := open(t)
	a := &van{Plate: "B-1"}
	require.NoError(t, put(t, acme, a))
	var dup *storage.DuplicateError
	require.ErrorAs(t, put(t, acme, &van{Plate: "B-1"}), &dup)
	require.Equal(t, []string{"plate"}, dup.Key)
	require.Equal(t, a.ID, dup.Existing)
	var field *storage.FieldError
	require.ErrorAs(t, put(t, acme, &van{}), &field)
	require.Equal(t, "plate", field.Field)
	missing := uuid.New()
	_, err := vans.Get(t.Context(), acme, missing)
	var rec *storage.RecordError
	require.ErrorAs(t, err, &rec)
	require.Equal(t, missing, rec.ID)
}
