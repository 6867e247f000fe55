package storagetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// linearCases check histories of concurrent calls.
func linearCases() []Case {
	return []Case{
		{"linear/registers", "reads, compare-and-set writes and deletions of single records take effect at one moment between call and return", linearRegisters},
	}
}

// A step is one call on one record: a read, a write that replaces a version,
// a soft deletion of a version, or its restoration. A write of version 0 makes
// a new record. Nothing is purged: the versions of a record that is made again
// under its id begin anew, and a late writer could not tell.
type step struct {
	key     int
	op      string // "get", "put", "delete", "restore"
	version int64
	value   int64
}

// A result is what a step returned.
type result struct {
	outcome string // "ok", "conflict", "absent", "invalid"
	version int64  // of a record that was read
	value   int64
}

// A register is the model of one record. Version 0: there was none yet.
type register struct {
	version, value int64
	deleted        bool
}

// apply returns the state after a step and what the step must return.
func (r register) apply(s step) (register, result) {
	there := r.version > 0 && !r.deleted
	switch {
	case s.op == "get" && there:
		return r, result{"ok", r.version, r.value}
	case s.op == "get":
		return r, result{outcome: "absent"}
	case s.version == 0 && r.version == 0:
		return register{version: 1, value: s.value}, result{outcome: "ok"}
	case r.version == 0:
		return r, result{outcome: "absent"}
	case r.version != s.version:
		return r, result{outcome: "conflict"} // or the id is taken
	case s.op == "restore" && there:
		return r, result{outcome: "invalid"}
	case s.op != "restore" && !there:
		return r, result{outcome: "absent"}
	case s.op == "put":
		return register{version: r.version + 1, value: s.value}, result{outcome: "ok"}
	default:
		return register{version: r.version + 1, value: r.value, deleted: s.op == "delete"}, result{outcome: "ok"}
	}
}

// registers is the model of many records, each on its own.
var registers = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		keys := map[int][]porcupine.Operation{}
		for _, op := range history {
			key := op.Input.(step).key
			keys[key] = append(keys[key], op)
		}
		var parts [][]porcupine.Operation
		for _, part := range keys {
			parts = append(parts, part)
		}
		return parts
	},
	Init: func() any { return register{} },
	Step: func(state, input, output any) (bool, any) {
		after, want := state.(register).apply(input.(step))
		return want == output.(result), after
	},
}

// linearizable reports whether a history has an order in which every call
// returned what it must. An undecided one, after a minute, passes.
func linearizable(history []porcupine.Operation) bool {
	return porcupine.CheckOperationsTimeout(registers, history, time.Minute) != porcupine.Illegal
}

// A chronicle records calls with moments that only count up: what returned
// before another was called has the lesser moment.
type chronicle struct {
	moments atomic.Int64
	mu      sync.Mutex
	history []porcupine.Operation
}

func (c *chronicle) record(worker int, s step, call func() (result, error)) (result, error) {
	began := c.moments.Add(1)
	r, err := call()
	ended := c.moments.Add(1)
	if err != nil {
		return r, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.history = append(c.history, porcupine.Operation{ClientId: worker, Input: s, Call: began, Output: r, Return: ended})
	return r, nil
}

func linearRegisters(t *trial) {
	keys := make([]uuid.UUID, 4)
	for round := range t.times(5, 100) {
		for i := range keys {
			keys[i] = uuid.New()
		}
		c := &chronicle{}
		errs := together(5, func(worker int) error {
			random := rand.New(rand.NewPCG(uint64(round), uint64(worker)))
			return t.work(c, worker, keys, random, 40)
		})
		t.allOK(errs, "working at once")
		t.must(linearizable(c.history), "round %d: no order of the %d calls explains what they returned", round, len(c.history))
	}
}

// work makes n random calls, each on what the worker knows of the record.
func (t *trial) work(c *chronicle, worker int, keys []uuid.UUID, random *rand.Rand, n int) error {
	known := make([]int64, len(keys))
	for i := range n {
		s := step{key: random.IntN(len(keys)), op: []string{"get", "get", "put", "put", "delete", "restore"}[random.IntN(6)]}
		if s.op == "get" || known[s.key] == 0 && s.op != "put" {
			s.op = "get"
		} else {
			s.version = known[s.key]
		}
		if s.op == "put" {
			s.value = int64(worker*1000 + i)
		}
		r, err := c.record(worker, s, func() (result, error) { return t.perform(keys[s.key], s) })
		if err != nil {
			return err
		}
		known[s.key] = learned(s, r, known[s.key])
	}
	return nil
}

// learned returns the version that a worker knows after a step.
func learned(s step, r result, known int64) int64 {
	switch {
	case r.outcome != "ok":
		return known
	case s.op == "get":
		return r.version
	default:
		return s.version + 1
	}
}

// perform carries a step out.
func (t *trial) perform(id uuid.UUID, s step) (result, error) {
	if s.op == "get" {
		a, err := accounts.Get(t.ctx, t.tenant, id)
		if err != nil {
			return outcome(err)
		}
		return result{"ok", a.Version, a.Visits}, nil
	}
	a := &account{Meta: storage.Meta{ID: id, Version: s.version}, Visits: s.value}
	return outcome(t.update(func(tx *storage.Tx) error {
		switch s.op {
		case "delete":
			return accounts.Delete(t.ctx, tx, a)
		case "restore":
			return accounts.Restore(t.ctx, tx, a)
		default:
			return accounts.Put(t.ctx, tx, a)
		}
	}))
}

// outcome names what an error says, and returns one that the model does not know.
func outcome(err error) (result, error) {
	switch {
	case err == nil:
		return result{outcome: "ok"}, nil
	case errors.Is(err, storage.ErrConflict), errors.Is(err, storage.ErrDuplicate):
		return result{outcome: "conflict"}, nil
	case errors.Is(err, storage.ErrNotFound):
		return result{outcome: "absent"}, nil
	case errors.Is(err, storage.ErrInvalid):
		return result{outcome: "invalid"}, nil
	default:
		return result{}, fmt.Errorf("a call failed: %w", err)
	}
}
