package storagetest

import (
	"context"
	"errors"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// accountWrites are the methods that change stored accounts, by name.
func accountWrites() map[string]func(context.Context, *storage.Tx, ...*account) error {
	return map[string]func(context.Context, *storage.Tx, ...*account) error{
		"Put": accounts.Put, "Delete": accounts.Delete, "Restore": accounts.Restore, "Purge": accounts.Purge,
	}
}

// conflict ends the case unless the error is a *ConflictError of these numbers.
func (t *trial) conflict(err error, id uuid.UUID, version, current int64) {
	t.Helper()
	var c *storage.ConflictError
	if !errors.As(err, &c) {
		t.Fatalf("want a *storage.ConflictError, got %v", err)
	}
	t.must(c.ID == id && c.Version == version && c.Current == current,
		"want a conflict of %v, version %d against %d, got %+v", id, version, current, *c)
}

// duplicate ends the case unless the error is a *DuplicateError over these fields.
func (t *trial) duplicate(err error, key ...string) {
	t.Helper()
	t.is(err, storage.ErrDuplicate, "a taken key")
	var d *storage.DuplicateError
	if !errors.As(err, &d) {
		t.Fatalf("want a *storage.DuplicateError, got %v", err)
	}
	t.equal(key, d.Key, "the fields of the duplicate")
}

// zone returns a time zone by its offset from UTC, so that the kit needs no
// data base of zones.
func zone(name string) *time.Location {
	hours := map[string]int{"UTC": 0, "US/Eastern": -5, "US/Pacific": -8, "Asia/Shanghai": 8, "Pacific/Kiritimati": 14}
	return time.FixedZone(name, hours[name]*3600)
}
