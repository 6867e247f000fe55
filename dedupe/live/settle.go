package live

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/clientele-go/clientele/dedupe"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A change is a customer whose entry is not what it should be.
type change struct {
	*sought
	was   *entry // nil: there was none
	entry *entry // as it is stored now
	found []*found
}

// A settling brings the entries of some customers in step, in one transaction that
// no guard binds.
type settling struct {
	*Checker
	ctx     context.Context
	tx      *storage.Tx
	judges  *judges
	mode    Mode
	checked map[uuid.UUID]bool // customers that may be refused
	again   bool               // entries that are in step are looked at too

	compared, asked int
}

// bunch is how many customers are looked at together.
const bunch = 500

// settle does what is to be done about customers that were written, or are gone.
func (s *settling) settle(ids []uuid.UUID) error {
	for some := range slices.Chunk(ids, bunch) {
		changes, gone, err := s.refresh(some)
		if err != nil {
			return err
		}
		if s.mode == Off {
			changes = nil
		}
		if err := s.look(changes); err != nil {
			return err
		}
		linked, err := s.link(changes, gone)
		if err != nil {
			return err
		}
		if err := s.recluster(linked); err != nil {
			return err
		}
	}
	return nil
}

// refresh writes the entries of customers, and removes those of who is gone. It returns
// what was changed, and what was removed. The entries are read before the customers, so
// that of two who do this at once one is repeated.
func (s *settling) refresh(ids []uuid.UUID) (changes []*change, gone []*entry, err error) {
	known, err := entriesOf(s.ctx, s.tx, ids)
	if err != nil {
		return nil, nil, err
	}
	for subject, err := range review.Subjects(s.ctx, s.tx, criteria.In(storage.FieldID, ids...)) {
		if err != nil {
			return nil, nil, err
		}
		id := subject.Customer.ID
		want, err := s.seek(s.judges, subject)
		if err != nil {
			return nil, nil, err
		}
		if want == nil {
			continue // a type of the host's own
		}
		if ch := s.changed(known[id], want); ch != nil {
			changes = append(changes, ch)
		}
		delete(known, id)
	}
	for _, id := range ids {
		if e := known[id]; e != nil {
			gone = append(gone, e)
			delete(known, id)
		}
	}
	if err := entries.Purge(s.ctx, s.tx, gone...); err != nil {
		return nil, nil, raced(err, storage.ErrNotFound)
	}
	writes := make([]*entry, len(changes))
	for i, ch := range changes {
		writes[i] = ch.entry
	}
	return changes, gone, raced(entries.Put(s.ctx, s.tx, writes...), storage.ErrDuplicate)
}

// changed returns what is to be written of a customer, or nil if it is in step.
func (s *settling) changed(was *entry, want *sought) *change {
	next := &entry{Customer: want.customer}
	if was != nil {
		same := was.Form == want.text && was.Profile == want.profile && was.Type == want.typ && slices.Equal(was.Keys, want.keys)
		if same && !s.again {
			return nil
		}
		copied := *was
		next = &copied
	}
	next.Type, next.Keys, next.Form, next.Profile = want.typ, want.keys, want.text, want.profile
	if next.Due = ""; s.mode == Off {
		next.Due = due
	}
	return &change{sought: want, was: was, entry: next}
}

// look finds what changed customers may be, refuses those that may not be, and asks
// about others.
func (s *settling) look(changes []*change) error {
	if len(changes) == 0 {
		return nil
	}
	var doors []string
	list := make([]*sought, len(changes))
	for i, ch := range changes {
		list[i] = ch.sought
		doors = append(doors, ch.doors()...)
	}
	if !s.again {
		if err := gates.Pass(s.ctx, s.tx, doors...); err != nil {
			return err
		}
	}
	all, err := s.find(s.ctx, s.tx, s.judges, list)
	if err != nil {
		return err
	}
	var ask []review.Scored
	for i, ch := range changes {
		ch.found = all[i]
		s.compared += len(ch.found)
		pairs, err := s.judge(ch)
		if err != nil {
			return err
		}
		ask = append(ask, pairs...)
	}
	n, err := s.reviewer().Ask(s.ctx, s.tx, ask...)
	s.asked += n
	return raced(err, storage.ErrDuplicate)
}

// doors are the keys of which two transactions at the same time must not both have
// one: values of rules, and the name.
func (s *sought) doors() []string {
	list := make([]string, 0, len(s.rules)+1)
	for key := range s.rules {
		list = append(list, key)
	}
	if values := s.form.Values(); len(values) > 0 && values[0] != "" {
		list = append(list, s.typ+values[0])
	}
	return list
}

// judge refuses a change, or returns the pairs to ask about. What was alike before
// the change is no reason for either.
func (s *settling) judge(ch *change) ([]review.Scored, error) {
	fresh, err := s.fresh(ch, likely(ch.found, s.asks()))
	if err != nil || len(fresh) == 0 {
		return nil, err
	}
	var refused []*found
	var pairs []review.Scored
	for _, f := range fresh {
		strong := s.strength(f.weight, len(f.rules) > 0) == enoughToRefuse
		switch {
		case allowed(s.ctx, f.near):
			if err := s.reviewer().KeepApart(s.ctx, s.tx, "added all the same", ch.customer, f.Customer); err != nil {
				return nil, raced(err, storage.ErrDuplicate)
			}
		case s.mode == Block && strong && s.checked[ch.customer]:
			refused = append(refused, f)
		default:
			pairs = append(pairs, s.scored(ch, f))
		}
	}
	if refused, err = s.undecided(ch, refused); err != nil || len(refused) == 0 {
		return pairs, err
	}
	list, err := s.tell(s.ctx, s.tx, &seen{s.judges, ch.sought}, refused)
	if err != nil {
		return nil, err
	}
	return nil, &PossibleDuplicateError{Customer: ch.customer, Candidates: list}
}

// How much speaks for two being one.
const (
	little = iota
	enoughToAsk
	enoughToRefuse
)

// strength is how much a weight says, or a rule.
func (c *Checker) strength(weight float64, ruled bool) int {
	p := dedupe.Pair{Weight: weight}.Probability()
	switch {
	case p >= c.refuses(), ruled:
		return enoughToRefuse
	case p >= c.asks():
		return enoughToAsk
	}
	return little
}

// fresh leaves out those for whom as much spoke before the change.
func (s *settling) fresh(ch *change, list []*found) ([]*found, error) {
	if ch.was == nil || s.again || len(list) == 0 {
		return list, nil
	}
	before := &dedupe.Prepared{}
	if err := before.Read(ch.was.Form); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(f *found) bool {
		ruled := slices.ContainsFunc(ch.was.Keys, func(key string) bool { return isRule(key) && slices.Contains(f.Ruled, key) })
		was := s.strength(s.judges.now[ch.typ].Weigh(before, f.form)[0], ruled)
		return s.strength(f.weight, len(f.rules) > 0) <= was
	}), nil
}

// undecided leaves out those whom somebody has said to be others.
func (s *settling) undecided(ch *change, list []*found) ([]*found, error) {
	if len(list) == 0 {
		return nil, nil
	}
	ids := make([]uuid.UUID, len(list))
	for i, f := range list {
		ids[i] = f.Customer
	}
	apart, err := s.apart(append(ids, ch.customer))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(f *found) bool { return apart[review.KeyOf(ch.customer, f.Customer)] }), nil
}

// apart returns the pairs among customers whom somebody has said to be two.
func (s *settling) apart(ids []uuid.UUID) (map[review.Key]bool, error) {
	apart := map[review.Key]bool{}
	where := criteria.All(criteria.In("a", ids...), criteria.In("b", ids...), criteria.Eq("state", review.Distinct))
	for p, err := range review.Pairs.Find(s.ctx, s.tx, storage.Query{Where: where}) {
		if err != nil {
			return nil, err
		}
		apart[review.KeyOf(p.A, p.B)] = true
	}
	return apart, nil
}

// scored is a pair for the queue, as likely as a candidate is told to be.
func (s *settling) scored(ch *change, f *found) review.Scored {
	v := &seen{s.judges, ch.sought}
	p := review.Scored{A: ch.customer, B: f.Customer, Probability: f.told(s.asks()), Weight: f.weight, Pass: "live", Reasons: v.reasons(f)}
	if compareIDs(p.A, p.B) > 0 {
		p.A, p.B = p.B, p.A
	}
	return p
}

// link notes, with each of two, who is likelier one with a changed customer than not,
// and returns everybody whose cluster may be another now. Nobody is linked to who is
// gone.
func (s *settling) link(changes []*change, gone []*entry) ([]uuid.UUID, error) {
	wanted := map[uuid.UUID]map[uuid.UUID]bool{}
	touched := map[uuid.UUID]bool{}
	for _, e := range gone {
		wanted[e.Customer] = nil
		for _, id := range parsed(e.Links) {
			touched[id] = true
		}
	}
	for _, ch := range changes {
		for _, id := range parsed(ch.entry.Links) {
			touched[id] = true
		}
		links := map[uuid.UUID]bool{}
		for _, f := range ch.found {
			if f.weight > 0 && !math.IsInf(f.weight, 0) {
				links[f.Customer], touched[f.Customer] = true, true
			}
		}
		wanted[ch.customer] = links
		if len(links) > 0 || len(ch.entry.Links) > 0 {
			touched[ch.customer] = true
		}
	}
	if len(touched) == 0 {
		return nil, nil
	}
	ids := make([]uuid.UUID, 0, len(touched))
	for id := range touched {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, compareIDs)
	known, err := entriesOf(s.ctx, s.tx, ids)
	if err != nil {
		return nil, err
	}
	var writes []*entry
	for _, id := range ids {
		if e := known[id]; e != nil && relink(e, wanted) {
			writes = append(writes, e)
		}
	}
	return ids, entries.Put(s.ctx, s.tx, writes...)
}

// relink gives an entry the links that follow from those of changed customers, and
// reports whether they are others.
func relink(e *entry, wanted map[uuid.UUID]map[uuid.UUID]bool) bool {
	links := map[uuid.UUID]bool{}
	for _, id := range parsed(e.Links) {
		links[id] = true
	}
	own, changed := wanted[e.Customer]
	if changed {
		for id := range links {
			if _, also := wanted[id]; !also {
				delete(links, id)
			}
		}
		for id := range own {
			links[id] = true
		}
	}
	for id, theirs := range wanted {
		if id == e.Customer {
			continue
		}
		switch {
		case theirs[e.Customer] || own[id]:
			links[id] = true
		default:
			delete(links, id)
		}
	}
	list := make([]string, 0, len(links))
	for id := range links {
		list = append(list, id.String())
	}
	slices.Sort(list)
	if slices.Equal(list, e.Links) {
		return false
	}
	e.Links = list
	return true
}

// parsed are the customers of links.
func parsed(links []string) []uuid.UUID {
	list := make([]uuid.UUID, 0, len(links))
	for _, text := range links {
		if id, err := uuid.Parse(text); err == nil {
			list = append(list, id)
		}
	}
	return list
}

// entriesOf returns the entries of customers.
func entriesOf(ctx context.Context, r storage.Reader, ids []uuid.UUID) (map[uuid.UUID]*entry, error) {
	known := make(map[uuid.UUID]*entry, len(ids))
	if len(ids) == 0 {
		return known, nil
	}
	for e, err := range entries.Find(ctx, r, storage.Query{Where: criteria.In("customer", ids...)}) {
		if err != nil {
			return nil, err
		}
		known[e.Customer] = e
	}
	return known, nil
}

// errRaced says that entries were not as they were read any more, upon which the
// transaction is repeated.
var errRaced = fmt.Errorf("live: %w: two look at one customer at the same time: try again", storage.ErrConflict)

// raced turns the errors of such a write into errRaced.
func raced(err error, signs ...error) error {
	for _, sign := range signs {
		if errors.Is(err, sign) {
			return errRaced
		}
	}
	return err
}
