package storage

import (
	"fmt"
	"time"
)

// A Store is a database of records: the portable half, over a Driver. It is
// safe for concurrent use, starts no goroutines and keeps nothing that is not
// derived from committed records.
type Store struct {
	driver       Driver
	traits       Traits
	clock        func() time.Time
	base         *vocabulary
	vocabularies *vocabularies
	ids          *idSource
	watches      []*Watch
}

// New makes a store over a driver. clock tells the time of every write and the
// moment that relative criteria refer to: time.Now in a program, a fake in a
// test. kinds are all kinds that will be used; the package's own (custom fields,
// the change log) need not be named.
//
// It returns ErrInvalid when a description is mistaken or two kinds have one name.
func New(driver Driver, clock func() time.Time, kinds ...Described) (*Store, error) {
	if driver == nil || clock == nil {
		return nil, fault(ErrInvalid, "New needs a driver and a clock")
	}
	base := &vocabulary{kinds: map[string]*Schema{}}
	for _, k := range append(OwnKinds(), kinds...) {
		s := k.Schema()
		if err := s.check(); err != nil {
			return nil, err
		}
		if other := base.kinds[s.Name]; other != nil && other != s {
			return nil, fmt.Errorf("storage: %w: two kinds are named %q", ErrInvalid, s.Name)
		}
		base.kinds[s.Name] = s
	}
	if err := base.checkTargets(); err != nil {
		return nil, err
	}
	return &Store{
		driver: driver, traits: driver.Traits(), clock: clock, base: base,
		vocabularies: &vocabularies{last: map[string]markedVocabulary{}}, ids: &idSource{},
	}, nil
}

// OwnKinds are the kinds that this package keeps for itself, which every store
// has: an adapter that makes tables makes theirs too.
func OwnKinds() []Described {
	return []Described{
		CustomFields, CustomKinds, entities, Changes,
		uniqueKeys, vocabularyMarks, logHeads, logCursors,
	}
}

// With returns a store with the same kinds and clock over another driver: the
// way to join a transaction of the host. Both may be used side by side.
func (s *Store) With(driver Driver) *Store {
	c := *s
	c.driver, c.traits = driver, driver.Traits()
	return &c
}

// Kinds returns the schemas of the store by name.
func (s *Store) Kinds() map[string]*Schema {
	kinds := make(map[string]*Schema, len(s.base.kinds))
	for name, schema := range s.base.kinds {
		kinds[name] = schema
	}
	return kinds
}

// Tenant returns the handle through which one tenant's records are read and
// written. Tenants need no registration. The name is the host's own: 1 to 200
// bytes of valid UTF-8 without NUL; another is ErrInvalid at the first use.
func (s *Store) Tenant(name string) *Tenant {
	t := &Tenant{store: s, name: name}
	t.lookup = t.findLookup()
	return t
}

// now returns the time as it is stored.
func (s *Store) now() time.Time { return NormalTime(s.clock()) }

// A Tenant is a handle to the records of one tenant. It is safe for concurrent
// use. Handles are cheap and need no closing.
type Tenant struct {
	store    *Store
	name     string
	guard    Guard
	elevated string
	lookup   Lookup // nil where the driver is no Looker
}

// Name returns the name of the tenant.
func (t *Tenant) Name() string { return t.name }

// Store returns the store that the handle belongs to.
func (t *Tenant) Store() *Store { return t.store }

// With returns the same handle over another driver; see Store.With.
func (t *Tenant) With(driver Driver) *Tenant {
	c := *t
	c.store = t.store.With(driver)
	c.lookup = c.findLookup()
	return &c
}

func (t *Tenant) check() error {
	if n, err := normalText(t.name); err != nil || n == "" || len(n) > 200 {
		return fault(ErrInvalid, "tenant name %q: use 1 to 200 bytes of valid UTF-8 without NUL", t.name)
	}
	return nil
}
