package review

import (
	"context"
	"errors"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// batchSize is how many pairs a transaction writes.
const batchSize = 500

// tries bounds how often a batch is done again because somebody else has made one
// of its pairs.
const tries = 4

// standing puts those who survived in the place of those who were merged, and
// leaves out pairs that are left for the next scan.
func (s *scan) standing(queue []Scored) []Scored {
	list := slices.DeleteFunc(queue, func(p Scored) bool { return s.skipped[p.key()] })
	for i := range list {
		for _, id := range []*uuid.UUID{&list[i].A, &list[i].B} {
			if survivor, merged := s.survivor[*id]; merged {
				*id = survivor
			}
		}
	}
	return inOrder(list)
}

// A graded pair is one of the queue.
type graded struct {
	Scored
	grade
}

// queue writes the pairs to ask about.
func (s *scan) queue(ctx context.Context, queue []Scored) error {
	list := make([]graded, len(queue))
	for i, g := range grades(queue, s.groups) {
		list[i] = graded{queue[i], g}
	}
	for batch := range slices.Chunk(list, batchSize) {
		err := s.repeated(ctx, func(tx *storage.Tx, r *Report) error { return s.queueBatch(ctx, tx, batch, r) })
		if err != nil {
			return err
		}
	}
	return nil
}

// repeated is step, again when another scan has made the same pair.
func (s *scan) repeated(ctx context.Context, do func(tx *storage.Tx, r *Report) error) error {
	for try := 1; ; try++ {
		err := s.step(ctx, do)
		if try == tries || !errors.Is(err, storage.ErrDuplicate) {
			return err
		}
	}
}

// queueBatch writes some pairs of the queue.
func (s *scan) queueBatch(ctx context.Context, tx *storage.Tx, batch []graded, r *Report) error {
	ids := idsOf(batch)
	subjects, err := subjectsOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	stored, doubles, err := storedAmong(ctx, tx, ids)
	if err != nil {
		return err
	}
	now := s.imprintsOf(subjects)
	var writes []*Pair
	var undone []Key
	for _, p := range batch {
		if !s.unchanged(subjects, p.A, p.B) {
			s.skipped[p.key()] = true
			r.Changed++
			continue
		}
		mark, _ := now.of(p.key())
		writes = append(writes, closed(tx, doubles[p.key()])...)
		if old := stored[p.key()]; old != nil && old.Merged {
			undone = append(undone, p.key())
		}
		if next := asked(stored[p.key()], p, mark, r); next != nil {
			writes = append(writes, next)
		}
	}
	if err := Pairs.Put(ctx, tx, writes...); err != nil {
		return err
	}
	return cast(ctx, tx, undone...)
}

// asked returns the pair to write so that somebody is asked, or nil if nothing is
// to be written. There may be none stored.
func asked(old *Pair, p graded, mark string, r *Report) *Pair {
	next := &Pair{A: p.A, B: p.B}
	if old != nil {
		copied := *old
		next = &copied
	}
	next.describe(p.Scored, p.grade, mark)
	switch {
	case old == nil, old.State == Closed:
		r.Queued++
	case old.State == Open:
		r.Waiting++
		if old.says(next) {
			return nil
		}
	case old.State == Distinct && old.Fingerprint != mark, old.State == Same && old.Merged:
		r.Queued, r.Reopened = r.Queued+1, r.Reopened+1
	case old.State == Distinct:
		r.Apart++
		return nil
	default:
		return nil
	}
	next.ask()
	return next
}

// says reports whether two descriptions of a pair are the same.
func (p *Pair) says(next *Pair) bool {
	return p.Probability.Equal(next.Probability) && p.Weight.Equal(next.Weight) && string(p.Reasons) == string(next.Reasons) && p.Pass == next.Pass &&
		p.Priority == next.Priority && p.Cluster == next.Cluster && p.Size == next.Size && p.Fingerprint == next.Fingerprint
}

// idsOf returns the customers of pairs, each once.
func idsOf(batch []graded) []uuid.UUID {
	ids := make([]uuid.UUID, 0, 2*len(batch))
	for _, p := range batch {
		ids = append(ids, p.A, p.B)
	}
	return slices.Compact(sortedIDs(ids))
}

// close closes the pairs that waited before the scan and are not in the queue now,
// unless somebody has written them since.
func (s *scan) close(ctx context.Context, queue []Scored) error {
	waits := make(map[Key]bool, len(queue))
	for _, p := range queue {
		waits[p.key()] = true
	}
	over := slices.DeleteFunc(slices.Clone(s.stored), func(p *Pair) bool {
		return p.State != Open || waits[p.key()] || s.skipped[p.key()]
	})
	for batch := range slices.Chunk(over, batchSize) {
		if err := s.step(ctx, func(tx *storage.Tx, r *Report) error { return closeBatch(ctx, tx, batch, r) }); err != nil {
			return err
		}
	}
	return nil
}

// closeBatch closes the pairs that still have the version that they had.
func closeBatch(ctx context.Context, tx *storage.Tx, batch []*Pair, r *Report) error {
	ids, versions := make([]uuid.UUID, len(batch)), make(map[uuid.UUID]int64, len(batch))
	for i, p := range batch {
		ids[i], versions[p.ID] = p.ID, p.Version
	}
	list, err := storage.Collect(Pairs.Find(ctx, tx, storage.Query{Where: criteria.In(storage.FieldID, ids...)}))
	if err != nil {
		return err
	}
	list = closed(tx, slices.DeleteFunc(list, func(p *Pair) bool { return p.State != Open || p.Version != versions[p.ID] }))
	r.Closed += len(list)
	return Pairs.Put(ctx, tx, list...)
}

// closed closes pairs, but for those that are, and returns them.
func closed(tx *storage.Tx, list []*Pair) []*Pair {
	list = slices.DeleteFunc(list, func(p *Pair) bool { return p.State == Closed })
	for _, p := range list {
		p.decide(tx, Closed, "")
		p.Automatic = true
	}
	return list
}
