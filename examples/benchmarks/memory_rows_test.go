package benchmarks

import (
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// workers is how many goroutines the parallel rows use.
const workers = 8

// batchSize is how many records the bulk rows insert in a transaction.
const batchSize = 1000

// A row is one line of the comparison: operations on a store that holds the
// whole dataset.
type row struct {
	name   string
	run    func(s store, d *dataset, ops int) error
	part   int  // the report runs n/part operations at n records
	copies bool // this library returns copies here, not the stored records
}

// rows are the lines of the comparison, in the order in which they run.
func rows() []row {
	return []row{
		{name: "get by id", run: getByID, part: 1},
		{name: "get by id, copies", run: getByID, part: 1, copies: true},
		{name: "get by id, 8 goroutines", run: parallel(getByID), part: 1},
		{name: "get by phone", run: getByPhone, part: 2},
		{name: "get by phone, copies", run: getByPhone, part: 2, copies: true},
		{name: "owner+stage+tag query", run: queryGroups, part: 100},
		{name: "owner+stage+tag query, copies", run: queryGroups, part: 100, copies: true},
		{name: "snapshot scan, a row", run: scanRows, part: 1},
		{name: "snapshot scan, a row that nobody reads", run: walkRows, part: 1},
		{name: "snapshot scan, a row, copies", run: scanRows, part: 1, copies: true},
		{name: "update that moves an index entry", run: moveSome, part: 10},
		{name: "mixed 90:10, 8 goroutines", run: parallel(mixed), part: 4},
	}
}

// as returns the store in the manner of the row.
func (r row) as(s store) store {
	if o, ok := s.(*ours); ok {
		return &ours{kind: o.kind, phones: o.phones, tenant: o.tenant, copies: r.copies}
	}
	return s
}

// random makes a source of random numbers.
func random() *rand.Rand { return rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())) }

func getByID(s store, d *dataset, ops int) error {
	rng := random()
	for range ops {
		i := rng.IntN(len(d.ids))
		if got, err := s.Get(d.ids[i]); err != nil || got.ID != d.ids[i] {
			return errors.Join(errWrong, err)
		}
	}
	return nil
}

// errWrong is that a store returned something else than was put in.
var errWrong = errors.New("the store returned the wrong record")

func getByPhone(s store, d *dataset, ops int) error {
	rng := random()
	for range ops {
		i := rng.IntN(len(d.ids))
		if got, err := s.ByPhone(d.phones[i]); err != nil || got.ID != d.ids[i] {
			return errors.Join(errWrong, err)
		}
	}
	return nil
}

func queryGroups(s store, d *dataset, ops int) error {
	rng := random()
	for range ops {
		owner, stage := d.group(rng.IntN(len(d.owners) * len(stages)))
		if f := s.Query(owner, stage, labels[rng.IntN(len(labels))]); f.err != nil {
			return f.err
		}
	}
	return nil
}

// scanRows scans everything until it has passed so many rows, at least once.
func scanRows(s store, d *dataset, ops int) error {
	for ; ops > 0; ops -= len(d.ids) {
		if f := s.Scan(); f.err != nil || f.rows != len(d.ids) {
			return errors.Join(errWrong, f.err)
		}
	}
	return nil
}

// walkRows is scanRows without a look into the records: what the store itself takes.
func walkRows(s store, d *dataset, ops int) error {
	for ; ops > 0; ops -= len(d.ids) {
		if n, err := s.Walk(); err != nil || n != len(d.ids) {
			return errors.Join(errWrong, err)
		}
	}
	return nil
}

func moveSome(s store, d *dataset, ops int) error {
	rng := random()
	for range ops {
		if err := moveOne(s, d, rng); err != nil {
			return err
		}
	}
	return nil
}

func moveOne(s store, d *dataset, rng *rand.Rand) error {
	return s.Move(d.ids[rng.IntN(len(d.ids))], stages[rng.IntN(len(stages))])
}

func mixed(s store, d *dataset, ops int) error {
	rng := random()
	for i := range ops {
		if i%10 == 9 {
			if err := moveOne(s, d, rng); err != nil {
				return err
			}
		} else if _, err := s.Get(d.ids[rng.IntN(len(d.ids))]); err != nil {
			return err
		}
	}
	return nil
}

// parallel shares the operations out among workers.
func parallel(run func(store, *dataset, int) error) func(store, *dataset, int) error {
	return func(s store, d *dataset, ops int) error {
		var wg sync.WaitGroup
		errs := make([]error, workers)
		for w := range errs {
			wg.Go(func() { errs[w] = run(s, d, (ops+workers-1)/workers) })
		}
		wg.Wait()
		return errors.Join(errs...)
	}
}

// besideScans runs updates while another goroutine scans snapshots without
// end, and returns the longest that an update took.
func besideScans(s store, d *dataset, ops int) (worst time.Duration, err error) {
	var stop atomic.Bool
	var scanning sync.WaitGroup
	var scanned error
	scanning.Go(func() {
		for !stop.Load() && scanned == nil {
			scanned = scanRows(s, d, 1)
		}
	})
	rng := random()
	for range ops {
		start := time.Now()
		if err = moveOne(s, d, rng); err != nil {
			break
		}
		worst = max(worst, time.Since(start))
	}
	stop.Store(true)
	scanning.Wait()
	return worst, errors.Join(err, scanned)
}

// A filling inserts a dataset into an empty store, chunk by chunk: pause and
// resume are called around the making of the records.
type filling struct {
	batch         int // records in a transaction
	pause, resume func()
}

// chunk is how many records lie ready for insertion at a time.
const chunk = 10_000

func (f filling) run(s store, d *dataset, from, to int) error {
	for from < to {
		f.pause()
		list := make([]*shopper, 0, chunk)
		for ; from < to && len(list) < chunk; from++ {
			list = append(list, d.shopper(from))
		}
		f.resume()
		for len(list) > 0 {
			n := min(f.batch, len(list))
			if err := s.Insert(list[:n]); err != nil {
				return err
			}
			list = list[n:]
		}
	}
	return nil
}
