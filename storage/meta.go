package storage

import (
	"time"

	"github.com/google/uuid"
)

// Meta is what every record has. A kind's struct embeds it:
//
//	type Vehicle struct {
//		storage.Meta
//		Plate string
//	}
//
// Put and its siblings set it; a host reads it, and may set ID before the
// first Put to choose the id itself.
type Meta struct {
	ID        uuid.UUID // a UUIDv7 unless the host chose one; never nil once stored
	Version   int64     // 1 after the first Put, one more with every change; 0: not stored yet
	CreatedAt time.Time // of the first Put
	UpdatedAt time.Time // of the last change; later than that of every earlier version
	DeletedAt time.Time // of the soft deletion; zero for a live record
	Custom    Custom    // the values of the tenant's custom fields
}

func (m *Meta) meta() *Meta { return m }

// A Record is a pointer to a struct that embeds Meta.
type Record interface{ meta() *Meta }

// MetaOf returns the Meta that is embedded in a record.
func MetaOf(r Record) *Meta { return r.meta() }

// Live reports whether the record is not soft deleted.
func (m *Meta) Live() bool { return m.DeletedAt.IsZero() }
