package review

import (
	"context"
	"fmt"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe"
	"github.com/clientele-go/clientele/dedupe/form"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A Reviewer is how a host looks for duplicates and what it does with them. The
// zero value compares the standard columns and merges nothing. It is not to be
// changed once it is used, and then safe for concurrent use. Other columns make other
// fingerprints: a key column that is added makes the decisions about customers stale
// that have a value in it.
type Reviewer struct {
	Persons       []Column // nil: Persons()
	Organizations []Column // nil: Organizations()
	// Merge makes one customer of several in the caller's transaction: others become
	// the survivor. nil: nothing is merged; what is sure is queued, and Same is noted.
	Merge func(ctx context.Context, tx *storage.Tx, survivor uuid.UUID, others []uuid.UUID) error
	// Survivor chooses who stays when customers are merged, among two or more, the
	// oldest first; nil: the oldest, whose id others are the likeliest to know.
	Survivor func(list []*customer.Customer) *customer.Customer
	// Placeholders are phone numbers and mail addresses that say nothing, here and in
	// package live; nil: form.DefaultPlaceholders.
	Placeholders *form.Placeholders
	// Score compares customers; nil: package dedupe does.
	Score func(ctx context.Context, w Work) ([]Scored, error)
}

// Work is customers of one type to be compared.
type Work struct {
	Fields  []dedupe.Field
	Records []dedupe.Record // their ids are those of the customers
	Least   float64         // pairs of less probability may be left out
	Apart   []Key           // who was said to be two, and may not be in one cluster
	Labels  []Label         // what else people have said
	// Placeholders are those of the reviewer.
	Placeholders *form.Placeholders
}

// score is Work done by package dedupe.
func score(ctx context.Context, w Work) ([]Scored, error) {
	matcher, err := dedupe.New(w.Fields, dedupe.Options{Apart: w.apart(), Reviewed: w.reviewed(), Placeholders: w.Placeholders})
	if err != nil {
		return nil, err
	}
	match, err := matcher.Match(ctx, w.Records)
	if err != nil {
		return nil, err
	}
	cluster := make(map[string]int, len(w.Records))
	for n, ids := range match.Clusters {
		for _, id := range ids {
			cluster[id] = n
		}
	}
	var list []Scored
	for _, p := range match.Pairs {
		if p.Probability() < w.Least {
			continue
		}
		s, err := scored(match, p)
		if err != nil {
			return nil, err
		}
		s.Together = cluster[p.A] == cluster[p.B]
		list = append(list, s)
	}
	return appendApart(list, match, w)
}

// appendApart adds the pairs that were said to be two, which are not among those of
// a match, as what speaks for them has it.
func appendApart(list []Scored, match *dedupe.Match, w Work) ([]Scored, error) {
	for _, key := range w.Apart {
		e, known := match.Explain(key[0].String(), key[1].String())
		if !known || e.Barred != dedupe.BarApart || e.Probability() < w.Least {
			continue
		}
		s, err := scored(match, dedupe.Pair{A: e.A, B: e.B, Weight: e.Weight})
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// apart is who was said to be two, as the matcher wants it.
func (w Work) apart() (list [][2]string) {
	for _, key := range w.Apart {
		list = append(list, [2]string{key[0].String(), key[1].String()})
	}
	return list
}

// reviewed is what else people said, as the matcher wants it.
func (w Work) reviewed() (list []dedupe.Decision) {
	for _, label := range w.Labels {
		list = append(list, dedupe.Decision{A: label.Key[0].String(), B: label.Key[1].String(), Same: label.Same})
	}
	return list
}

// scored is a pair of the matcher with its explanation.
func scored(match *dedupe.Match, p dedupe.Pair) (Scored, error) {
	s := Scored{Probability: p.Probability(), Weight: p.Weight, Pass: p.Pass}
	var err error
	if s.A, err = uuid.Parse(p.A); err == nil {
		s.B, err = uuid.Parse(p.B)
	}
	if err != nil {
		return s, fmt.Errorf("review: %w: the records of a match are known by the ids of customers: %w", storage.ErrInvalid, err)
	}
	e, _ := match.Explain(p.A, p.B)
	for _, part := range e.Parts {
		s.Reasons = append(s.Reasons, Reason(part))
	}
	return s, nil
}
