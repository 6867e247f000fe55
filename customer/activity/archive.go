package activity

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// An Archive says how far a source that numbers its messages has been read: the
// cursor, stored in the transactions that store the messages.
type Archive struct {
	storage.Meta
	Source  string
	First   int64     // the lowest number that was delivered
	FirstAt time.Time // when that message was sent
	Last    int64     // the highest number that was delivered
	LastAt  time.Time
	Missing int64 // how many numbers between them were not: see Gap
}

// Archives is the kind of cursors.
var Archives = storage.Define[Archive]("chat_archive",
	storage.Text("source", func(a *Archive) *string { return &a.Source }).Required().Unique(),
	storage.Integer("first", func(a *Archive) *int64 { return &a.First }),
	storage.Time("first_at", func(a *Archive) *time.Time { return &a.FirstAt }),
	storage.Integer("last", func(a *Archive) *int64 { return &a.Last }),
	storage.Time("last_at", func(a *Archive) *time.Time { return &a.LastAt }),
	storage.Integer("missing", func(a *Archive) *int64 { return &a.Missing }),
).Fixed().Untracked()

// A Delivery says what became of a delivery of an archive.
type Delivery struct {
	Stored    int // interactions that are new
	Known     int // events that had been delivered before
	Unmatched int // events that now stand in the queue
	// Last is the highest number delivered so far: where to go on.
	Last int64
	// Gaps are the numbers of the archive that are missing now, in their order. A
	// later delivery may still bring them; see Gap.Lost.
	Gaps []*Gap
}

// IngestArchive is Ingest for messages that their source has numbered, such as
// those of a chat archive: Seq of each is its number, from 1 on, of one sequence
// for the whole source. An event without an external id gets "seq:" and the number
// as one. An event without a number, such as a like, is ingested with the others and
// needs an external id.
//
// Deliveries may overlap and come in any order. Numbers that are left out between
// those that were delivered are recorded as a Gap until they come, so the numbers
// of a source should have no holes of their own. What lies before the lowest number is not
// missing: an archive may begin anywhere.
//
// The messages, the cursor and the gaps are written in one transaction. Messages
// of one conversation are found by criteria.Eq("conversation", ...) in the order of
// "seq". Errors are those of Ingest.
func (r Recorder) IngestArchive(ctx context.Context, tx *storage.Tx, source string, events []Event) (Delivery, error) {
	numbered, err := number(source, events)
	if err != nil {
		return Delivery{}, err
	}
	stored, err := r.Ingest(ctx, tx, numbered)
	if err != nil {
		return Delivery{}, err
	}
	d := Delivery{Stored: len(stored.Stored), Known: stored.Known, Unmatched: stored.Unmatched}
	err = again(func() error {
		l, err := openLedger(ctx, tx, source)
		if err != nil {
			return err
		}
		for _, e := range numbered {
			l.take(e.Seq, storage.NormalTime(e.OccurredAt))
		}
		d.Last, d.Gaps = l.archive.Last, l.gaps
		return l.store(ctx, tx)
	})
	return d, err
}

var (
	errNoSeq    = errors.New("it has neither a number nor an external id: a repetition could not be known")
	errNegative = errors.New("its number is negative")
	errNoName   = errors.New("name the source of the archive")
)

// number returns the events in the order of their numbers, with their source and
// external ids. Those without a number come first.
func number(source string, events []Event) ([]Event, error) {
	if source == "" {
		return nil, fmt.Errorf("%w: %w", storage.ErrInvalid, errNoName)
	}
	list := slices.Clone(events)
	for n := range list {
		e := &list[n]
		e.Source = source
		var fault error
		switch {
		case e.Seq < 0:
			fault = errNegative
		case e.Seq == 0 && e.ExternalID == "":
			fault = errNoSeq
		case e.ExternalID == "":
			e.ExternalID = "seq:" + strconv.FormatInt(e.Seq, 10)
		}
		if fault != nil {
			return nil, &EventError{Index: n, Source: source, ExternalID: e.ExternalID, Err: fmt.Errorf("%w: %w", storage.ErrInvalid, fault)}
		}
	}
	slices.SortStableFunc(list, func(a, b Event) int { return cmp.Compare(a.Seq, b.Seq) })
	return list, nil
}

// archiveOf returns the cursor of a source, a new one if there is none.
func archiveOf(ctx context.Context, from storage.Reader, source string) (*Archive, error) {
	a, err := Archives.First(ctx, from, storage.Query{Where: criteria.Eq("source", source)})
	if errors.Is(err, storage.ErrNotFound) {
		return &Archive{Source: source}, nil
	}
	return a, err
}

// A Fetch returns messages of an archive with numbers above after, in their
// order and at most limit of them, and none when there are no more: the host's
// port to a chat archive.
type Fetch func(ctx context.Context, after int64, limit int) ([]Event, error)

// Pull fetches what an archive has behind the cursor of the source and stores it,
// up to limit messages a transaction, until nothing new comes. The archive
// is asked outside of transactions. Two that pull one source at once store nothing
// twice.
//
// If it fails, the deliveries before are stored, and the next Pull goes on behind
// them. The Delivery sums up what was stored.
func (r Recorder) Pull(ctx context.Context, acme *storage.Tenant, by storage.Origin, source string, fetch Fetch, limit int) (Delivery, error) {
	var sum Delivery
	cursor, err := archiveOf(ctx, acme, source)
	if err != nil {
		return sum, err
	}
	for sum.Last = cursor.Last; ; {
		events, err := fetch(ctx, sum.Last, limit)
		if err != nil || len(events) == 0 {
			return sum, err
		}
		var d Delivery
		err = acme.Update(ctx, by, func(tx *storage.Tx) (err error) {
			d, err = r.IngestArchive(ctx, tx, source, events)
			return err
		})
		if err != nil {
			return sum, err
		}
		stuck := d.Last == sum.Last
		sum.add(d)
		if stuck {
			return sum, nil
		}
	}
}

func (d *Delivery) add(more Delivery) {
	d.Stored += more.Stored
	d.Known += more.Known
	d.Unmatched += more.Unmatched
	d.Last, d.Gaps = more.Last, more.Gaps
}
