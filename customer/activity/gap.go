package activity

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// A Gap is a run of messages of an archive that were not delivered, although
// later ones were. It is purged once they are.
type Gap struct {
	storage.Meta
	Source      string
	First, Last int64     // the numbers that are missing
	Before      time.Time // when the message in front of it was sent
	After       time.Time // when the message behind it was sent
}

// Gaps is the kind of gaps.
var Gaps = storage.Define[Gap]("chat_gap",
	storage.Text("source", func(g *Gap) *string { return &g.Source }).Required(),
	storage.Integer("first", func(g *Gap) *int64 { return &g.First }),
	storage.Integer("last", func(g *Gap) *int64 { return &g.Last }),
	storage.Time("before", func(g *Gap) *time.Time { return &g.Before }),
	storage.Time("after", func(g *Gap) *time.Time { return &g.After }),
).Unique("source", "first").Fixed()

// Lost reports whether an archive that keeps its messages for some time has
// thrown the missing ones away by now: WeCom keeps them for five days
// (5 * 24 * time.Hour). A gap is to be fetched before that.
func (g *Gap) Lost(now time.Time, keeps time.Duration) bool { return now.Sub(g.After) > keeps }

// Size returns how many messages are missing.
func (g *Gap) Size() int64 { return g.Last - g.First + 1 }

// A ledger is what is known of the numbers of an archive.
type ledger struct {
	archive *Archive
	gaps    []*Gap // sorted
	closed  []*Gap // of those that are stored
}

func openLedger(ctx context.Context, tx *storage.Tx, source string) (*ledger, error) {
	archive, err := archiveOf(ctx, tx, source)
	if err != nil {
		return nil, err
	}
	l := &ledger{archive: archive}
	query := storage.Query{Where: criteria.Eq("source", source), Order: []storage.Order{{Field: "first"}}}
	for g, err := range Gaps.Find(ctx, tx, query) {
		if err != nil {
			return nil, err
		}
		l.gaps = append(l.gaps, g)
	}
	return l, nil
}

// take enters a message that was delivered; 0 is none.
func (l *ledger) take(seq int64, at time.Time) {
	a := l.archive
	switch {
	case seq == 0:
	case a.Last == 0:
		a.First, a.FirstAt, a.Last, a.LastAt = seq, at, seq, at
	case seq > a.Last:
		if seq > a.Last+1 {
			l.gaps = append(l.gaps, &Gap{Source: a.Source, First: a.Last + 1, Last: seq - 1, Before: a.LastAt, After: at})
		}
		a.Last, a.LastAt = seq, at
	case seq < a.First:
		if seq < a.First-1 {
			l.gaps = slices.Insert(l.gaps, 0, &Gap{Source: a.Source, First: seq + 1, Last: a.First - 1, Before: at, After: a.FirstAt})
		}
		a.First, a.FirstAt = seq, at
	default:
		l.fill(seq, at)
	}
}

// fill takes a number out of the gap that it lies in, which is then shorter, two,
// or closed.
func (l *ledger) fill(seq int64, at time.Time) {
	n, _ := slices.BinarySearchFunc(l.gaps, seq, func(g *Gap, seq int64) int { return cmp.Compare(g.Last, seq) })
	if n == len(l.gaps) || l.gaps[n].First > seq {
		return
	}
	g := l.gaps[n]
	switch {
	case g.First == g.Last:
		if g.Version > 0 {
			l.closed = append(l.closed, g)
		}
		l.gaps = slices.Delete(l.gaps, n, n+1)
	case seq == g.First:
		g.First, g.Before = seq+1, at
	case seq == g.Last:
		g.Last, g.After = seq-1, at
	default:
		behind := &Gap{Source: g.Source, First: seq + 1, Last: g.Last, Before: at, After: g.After}
		g.Last, g.After = seq-1, at
		l.gaps = slices.Insert(l.gaps, n+1, behind)
	}
}

// store writes the cursor and the gaps. The cursor counts what is missing, so that
// it changes with every gap, and no two transactions change them at once.
func (l *ledger) store(ctx context.Context, tx *storage.Tx) error {
	l.archive.Missing = 0
	for _, g := range l.gaps {
		l.archive.Missing += g.Size()
	}
	if err := Archives.Put(ctx, tx, l.archive); err != nil {
		return err
	}
	if err := Gaps.Purge(ctx, tx, l.closed...); err != nil {
		return err
	}
	return Gaps.Put(ctx, tx, l.gaps...)
}
