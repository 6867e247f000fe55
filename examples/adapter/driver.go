package main

import (
	"context"
	"sync"

	"github.com/clientele-go/clientele/storage"
)

// A driver is a storage.Driver over maps. Store may call it from many
// goroutines at once, so it guards what they share: here by one mutex, held for
// moments and never while a transaction is merely open. A transaction may begin
// inside another one on the same goroutine: a driver that made the inner one
// wait for the outer would lock up.
type driver struct {
	mu      sync.Mutex
	tenants map[string]state // what is committed, by the name of the tenant
}

func newDriver() *driver { return &driver{tenants: map[string]state{}} }

// Traits implements storage.Driver. Shared: reads return the very records that
// are stored, and Store copies what it hands out. An adapter that makes new
// records with each read, as from the rows of a query, leaves it false.
func (d *driver) Traits() storage.Traits { return storage.Traits{Shared: true} }

// Begin implements storage.Driver. Every method that is given a context looks
// at it first: once it has ended, nothing is done.
//
// Tenants are not registered: the first mention of a name makes one. That the
// records of each are in a state of its own keeps them apart.
func (d *driver) Begin(ctx context.Context, tenant string, mode storage.Mode) (storage.Transaction, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	tx := &transaction{driver: d, tenant: tenant, mode: mode, writes: map[string]*writes{}}
	if mode != storage.Write {
		tx.fixed = d.committed(tenant)
	}
	return tx, nil
}

// committed returns what is committed in a tenant at this moment.
func (d *driver) committed(tenant string) state {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.tenants[tenant]
}
