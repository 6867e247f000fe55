package merge

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/clientele-go/clientele/customer/consent"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A ConsentChoice says what the survivor allows afterwards.
type ConsentChoice struct {
	Channel string   `json:"channel"`
	Purpose string   `json:"purpose"`
	States  []string `json:"states"` // of the survivor, then of the others; "" where nothing was stated
	Chosen  string   `json:"chosen"`
	Why     string   `json:"why"`
}

// A cell is what a statement is about.
type cell struct{ channel, purpose string }

// cells are the statements of one customer that count.
type cells map[cell]*consent.State

// strictness orders states: the stricter, the greater. Nothing stated is -1.
func strictness(state string) int {
	return slices.Index([]string{consent.Granted, consent.Pending, consent.Denied, consent.Withdrawn}, state)
}

// at returns what counts for a cell: what was stated about it; or else the stricter
// of what was stated about the whole channel and about the whole purpose; or else
// what was stated about everything. A grant that is over counts as none.
func (c cells) at(of cell, now time.Time) *consent.State {
	stated := func(of cell) *consent.State {
		s := c[of]
		if s == nil || strictness(s.State) < strictness(consent.Denied) && !s.Until.IsZero() && !s.Until.After(now) {
			return nil
		}
		return s
	}
	if s := stated(of); s != nil {
		return s
	}
	if s := stricter(stated(cell{of.channel, consent.Any}), stated(cell{consent.Any, of.purpose})); s != nil {
		return s
	}
	return stated(cell{consent.Any, consent.Any})
}

func stricter(a, b *consent.State) *consent.State {
	if a == nil || b != nil && strictness(b.State) > strictness(a.State) {
		return b
	}
	return a
}

// cellsOf returns the cells of some customers, the broadest first.
func cellsOf(list []cells) []cell {
	all := map[cell]bool{}
	for _, c := range list {
		for of := range c {
			all[of] = true
		}
	}
	width := func(c cell) (n int) {
		for _, part := range []string{c.channel, c.purpose} {
			if part == consent.Any {
				n++
			}
		}
		return n
	}
	return slices.SortedFunc(maps.Keys(all), func(a, b cell) int {
		return cmp.Or(width(b)-width(a), cmp.Compare(a.channel, b.channel), cmp.Compare(a.purpose, b.purpose))
	})
}

// chooseConsent returns what customers allow together, by a rule.
func chooseConsent(list []cells, rule Rule, now time.Time) []ConsentChoice {
	var choices []ConsentChoice
	for _, of := range cellsOf(list) {
		c := ConsentChoice{Channel: of.channel, Purpose: of.purpose, Why: "the strictest"}
		var chosen *consent.State
		for _, one := range list {
			s := one.at(of, now)
			state := ""
			if s != nil {
				state = s.State
			}
			c.States = append(c.States, state)
			if rule == Strictest {
				chosen = stricter(chosen, s)
			} else if s != nil && (chosen == nil || s.At.After(chosen.At) || s.At.Equal(chosen.At) && strictness(state) > strictness(chosen.State)) {
				chosen, c.Why = s, "stated last"
			}
		}
		if chosen != nil {
			c.Chosen = chosen.State
		}
		choices = append(choices, c)
	}
	slices.SortFunc(choices, func(a, b ConsentChoice) int {
		return cmp.Or(cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Purpose, b.Purpose))
	})
	return choices
}

// stated reads what counts of some customers.
func (m *mover) stated(ids ...uuid.UUID) ([]cells, error) {
	list := make([]cells, len(ids))
	for i := range list {
		list[i] = cells{}
	}
	for s, err := range consent.States.Find(m.ctx, m.tx, storage.Query{Where: criteria.In("customer", ids...)}) {
		if err != nil {
			return nil, err
		}
		list[slices.Index(ids, s.Customer)][cell{s.Channel, s.Purpose}] = s
	}
	return list, nil
}

func (w *work) planConsent() (err error) {
	if !w.survey.has(consent.Records) {
		return nil
	}
	w.before, err = w.stated(append([]uuid.UUID{w.Plan.Survivor}, w.Plan.Others...)...)
	w.Plan.Consents = chooseConsent(w.before, w.rules.consent(), w.tx.Now())
	return err
}

// settleConsent makes the states of the survivor what its records say, and adds
// statements where one customer was stricter than that.
func (w *work) settleConsent() error {
	if !w.survey.has(consent.Records) {
		return nil
	}
	if err := w.forgetStates(w.Plan.Others); err != nil {
		return err
	}
	if err := consent.Rebuild(w.ctx, w.tx, w.Plan.Survivor); err != nil || w.rules.consent() != Strictest {
		return err
	}
	for _, of := range cellsOf(w.before) { // a broad statement also ends narrow ones, so each is looked at behind it
		if err := w.tighten(of); err != nil {
			return err
		}
	}
	return nil
}

// forgetStates removes what follows from the records of customers, so that these can
// move, or go.
func (m *mover) forgetStates(ids []uuid.UUID) error {
	if !m.survey.has(consent.Records) {
		return nil
	}
	old, err := storage.Collect(consent.States.Find(m.ctx, m.tx, storage.Query{Where: criteria.In("customer", ids...)}))
	if err != nil {
		return err
	}
	return consent.States.Purge(m.ctx, m.tx, old...)
}

// tighten adds a statement about a cell if one of the customers was stricter there
// than the survivor is now.
func (w *work) tighten(of cell) error {
	now := w.tx.Now()
	var want *consent.State
	for _, c := range w.before {
		want = stricter(want, c.at(of, now))
	}
	after, err := w.stated(w.Plan.Survivor)
	if err != nil || want == nil {
		return err
	}
	if is := after[0].at(of, now); is != nil && strictness(is.State) >= strictness(want.State) {
		return nil
	}
	statement := &consent.Record{Customer: w.Plan.Survivor, Channel: of.channel, Purpose: of.purpose, State: want.State, Source: recordKind}
	if want.State == consent.Pending {
		statement.Until = want.Until
	}
	list, err := consent.Add(w.ctx, w.tx, statement)
	if err != nil {
		return err
	}
	return w.add(consent.Records.Schema(), list[0])
}
