package benchmarks

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/google/uuid"
	"github.com/hashicorp/go-memdb"
)

// A store is what is compared: the operations of a customer base.
type store interface {
	Insert(list []*shopper) error                   // in one transaction
	Get(id uuid.UUID) (*shopper, error)             //
	ByPhone(phone string) (*shopper, error)         //
	Query(owner uuid.UUID, stage, tag string) found // of one owner and stage, those with a tag
	Scan() found                                    // of one snapshot, everything
	Walk() (rows int, err error)                    // the same, without a look into the records
	Move(id uuid.UUID, stage string) error          // read, change the stage, write
}

// found sums up what a query returned, so that both stores can be held
// against each other and neither gets away without touching the records.
type found struct {
	rows   int
	orders int64
	err    error
}

func (f *found) add(s *shopper) { f.rows, f.orders = f.rows+1, f.orders+s.Orders }

// ours is this library over its memory adapter.
type ours struct {
	kind   *storage.Kind[shopper]
	phones *storage.Key[shopper]
	tenant *storage.Tenant
	copies bool // reads return copies; else they lend records, as go-memdb does
}

// newOurs makes an empty store. A tracked one writes the change log too, which
// go-memdb has not.
func newOurs(tracked bool) (*ours, error) {
	kind := shoppers()
	if !tracked {
		kind.Untracked()
	}
	s, err := storage.New(memory.New(), time.Now, kind)
	if err != nil {
		return nil, err
	}
	return &ours{kind: kind, phones: kind.Key("phone"), tenant: s.Tenant("shop")}, nil
}

var (
	ctx    = context.Background()
	origin = storage.By("user:ann", "benchmark")
)

func (o *ours) Insert(list []*shopper) error {
	return o.tenant.Update(ctx, origin, func(tx *storage.Tx) error { return o.kind.Put(ctx, tx, list...) })
}

func (o *ours) Get(id uuid.UUID) (*shopper, error) {
	if o.copies {
		return o.kind.Get(ctx, o.tenant, id)
	}
	return o.kind.Look(ctx, o.tenant, id)
}

func (o *ours) ByPhone(phone string) (*shopper, error) {
	if o.copies {
		return o.phones.Get(ctx, o.tenant, phone)
	}
	return o.phones.Look(ctx, o.tenant, phone)
}

func (o *ours) Query(owner uuid.UUID, stage, tag string) found {
	return o.all(storage.Query{
		Where: criteria.All(criteria.Eq("owner", owner), criteria.Eq("stage", stage), criteria.HasAll("tags", tag)),
		Order: []storage.Order{{Field: "joined"}},
	})
}

func (o *ours) Scan() found { return o.all(storage.Query{}) }

func (o *ours) Walk() (rows int, err error) {
	for _, err := range o.kind.Each(ctx, o.tenant, storage.Query{}) {
		if err != nil {
			return rows, err
		}
		rows++
	}
	return rows, nil
}

func (o *ours) all(q storage.Query) (f found) {
	read := o.kind.Each
	if o.copies {
		read = o.kind.Find
	}
	for s, err := range read(ctx, o.tenant, q) {
		if err != nil {
			f.err = err
			break
		}
		f.add(s)
	}
	return f
}

func (o *ours) Move(id uuid.UUID, stage string) error {
	return o.tenant.Update(ctx, origin, func(tx *storage.Tx) error {
		s, err := o.kind.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		s.Stage = stage
		return o.kind.Put(ctx, tx, s)
	})
}

// theirs is hashicorp/go-memdb with the same indexes.
type theirs struct{ db *memdb.MemDB }

// newTheirs makes an empty store with the indexers that come with go-memdb,
// which has none for ids of type [16]byte, or a tuned one, whose indexers are
// all written by hand and do without reflection.
func newTheirs(tuned bool) (*theirs, error) {
	var phone, owner memdb.Indexer = phoneIndexer{}, ownerIndexer{}
	if !tuned {
		stage := &memdb.StringFieldIndex{Field: "Stage"}
		phone = &memdb.StringFieldIndex{Field: "Phone"}
		owner = &memdb.CompoundIndex{Indexes: []memdb.Indexer{ownerIDIndexer{}, stage}}
	}
	table := &memdb.TableSchema{Name: "shopper", Indexes: map[string]*memdb.IndexSchema{
		"id":    {Name: "id", Unique: true, Indexer: idIndexer{}},
		"phone": {Name: "phone", Unique: true, Indexer: phone},
		"owner": {Name: "owner", Indexer: owner},
	}}
	db, err := memdb.NewMemDB(&memdb.DBSchema{Tables: map[string]*memdb.TableSchema{"shopper": table}})
	return &theirs{db}, err
}

type (
	idIndexer      struct{}
	ownerIDIndexer struct{}
	phoneIndexer   struct{}
	ownerIndexer   struct{}
)

func (ownerIDIndexer) FromArgs(args ...any) ([]byte, error) { return idIndexer{}.FromArgs(args...) }

func (ownerIDIndexer) FromObject(raw any) (bool, []byte, error) {
	return true, raw.(*shopper).Owner[:], nil
}

func (idIndexer) FromArgs(args ...any) ([]byte, error) {
	id := args[0].(uuid.UUID)
	return id[:], nil
}

func (idIndexer) FromObject(raw any) (bool, []byte, error) {
	return true, raw.(*shopper).ID[:], nil
}

func (phoneIndexer) FromArgs(args ...any) ([]byte, error) {
	return append([]byte(args[0].(string)), 0), nil
}

func (phoneIndexer) FromObject(raw any) (bool, []byte, error) {
	return true, append([]byte(raw.(*shopper).Phone), 0), nil
}

func (ownerIndexer) FromArgs(args ...any) ([]byte, error) {
	return ownerKey(args[0].(uuid.UUID), args[1].(string)), nil
}

func (ownerIndexer) FromObject(raw any) (bool, []byte, error) {
	s := raw.(*shopper)
	return true, ownerKey(s.Owner, s.Stage), nil
}

func ownerKey(owner uuid.UUID, stage string) []byte {
	key := make([]byte, 0, len(owner)+len(stage)+1)
	return append(append(append(key, owner[:]...), stage...), 0)
}

func (t *theirs) Insert(list []*shopper) error {
	txn := t.db.Txn(true)
	defer txn.Abort()
	for _, s := range list {
		if err := txn.Insert("shopper", s); err != nil {
			return err
		}
	}
	txn.Commit()
	return nil
}

func (t *theirs) Get(id uuid.UUID) (*shopper, error) { return t.first("id", id) }

func (t *theirs) ByPhone(phone string) (*shopper, error) { return t.first("phone", phone) }

func (t *theirs) first(index string, key any) (*shopper, error) {
	raw, err := t.db.Txn(false).First("shopper", index, key)
	if err == nil && raw == nil {
		err = fmt.Errorf("no shopper with %s %v", index, key)
	}
	if err != nil {
		return nil, err
	}
	return raw.(*shopper), nil
}

func (t *theirs) Query(owner uuid.UUID, stage, tag string) (f found) {
	it, err := t.db.Txn(false).Get("shopper", "owner", owner, stage)
	if err != nil {
		return found{err: err}
	}
	for raw := it.Next(); raw != nil; raw = it.Next() {
		if s := raw.(*shopper); slices.Contains(s.Tags, tag) {
			f.add(s)
		}
	}
	return f
}

func (t *theirs) Scan() (f found) {
	it, err := t.db.Txn(false).Get("shopper", "id")
	if err != nil {
		return found{err: err}
	}
	for raw := it.Next(); raw != nil; raw = it.Next() {
		f.add(raw.(*shopper))
	}
	return f
}

func (t *theirs) Walk() (rows int, err error) {
	it, err := t.db.Txn(false).Get("shopper", "id")
	if err != nil {
		return 0, err
	}
	for raw := it.Next(); raw != nil; raw = it.Next() {
		rows++
	}
	return rows, nil
}

func (t *theirs) Move(id uuid.UUID, stage string) error {
	txn := t.db.Txn(true)
	defer txn.Abort()
	raw, err := txn.First("shopper", "id", id)
	if err != nil || raw == nil {
		return fmt.Errorf("no shopper %s: %v", id, err)
	}
	changed := *raw.(*shopper)
	changed.Stage = stage
	if err := txn.Insert("shopper", &changed); err != nil {
		return err
	}
	txn.Commit()
	return nil
}
