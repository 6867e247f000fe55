package live

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A sought is a customer for which others are looked for that it may be.
type sought struct {
	customer uuid.UUID
	typ      string
	form     *dedupe.Prepared
	text     string            // form as it is stored
	keys     []string          // by which it is found
	look     []string          // by which others are found: keys, and those of the profile before
	rules    map[string]string // the names of rules, by key
	profile  uuid.UUID
}

// seek makes what is sought of a subject.
func (c *Checker) seek(j *judges, s *review.Subject) (*sought, error) {
	typ := s.Customer.Type
	keeping, id := j.keeping()
	p := keeping[typ]
	if p == nil {
		return nil, nil
	}
	out := &sought{customer: s.Customer.ID, typ: typ, profile: id, rules: map[string]string{}}
	var err error
	var keys []string
	way := c.way()
	if out.form, keys, err = p.Index(s.Record(way.columns[typ])); err != nil {
		return nil, err
	}
	out.text = out.form.Text()
	for _, r := range way.rules {
		for _, value := range r.Values(s) {
			if value != "" {
				out.rules[ruleKey(typ, r.Name, value)] = r.Name
			}
		}
	}
	out.keys = typed(typ, keys)
	for key := range out.rules {
		out.keys = append(out.keys, key)
	}
	slices.Sort(out.keys)
	out.keys = inOnePiece(out.keys)
	out.look = out.keys
	if j.next != nil {
		out.look = slices.Concat(out.keys, typed(typ, j.now[typ].Keys(out.form)))
		slices.Sort(out.look)
		out.look = slices.Compact(out.look)
	}
	return out, nil
}

// inOnePiece returns the same texts one behind the other in memory: whoever looks for
// keys reads all those of an entry.
func inOnePiece(texts []string) []string {
	all := strings.Join(texts, "")
	list := make([]string, len(texts))
	for i, t := range texts {
		list[i], all = all[:len(t)], all[len(t):]
	}
	return list
}

// typed puts the type in front of keys, so that persons and organisations do not
// meet.
func typed(typ string, keys []string) []string {
	list := make([]string, 0, 2*len(keys))
	for _, k := range keys {
		list = append(list, typ[:1], k)
	}
	all := strings.Join(list, "")
	for i, k := range keys {
		keys[i], all = all[:1+len(k)], all[1+len(k):]
	}
	return keys
}

// ruleKey is the key of a value of a rule. It is marked, so that no key of a
// profile is the same.
func ruleKey(typ, rule, value string) string {
	sum := sha256.Sum256([]byte(rule + "\x00" + value))
	return typ[:1] + "=" + base64.RawURLEncoding.EncodeToString(sum[:9])
}

func isRule(key string) bool { return len(key) > 1 && key[1] == '=' }

// The bounds of a search.
const (
	mostRows    = 60  // entries that may share a key; more, and it is passed over
	mostRuled   = 20  // and that of a rule
	mostWeighed = 16  // entries that are weighed for one customer, those that share most
	someKeys    = 250 // that one query looks for: its time grows with these times what it finds
)

// A found is an entry that may be what was sought.
type found struct {
	*near
	shared float64 // what the keys say that both have: those of which few have one say most
	weight float64
	rules  []string
	form   *dedupe.Prepared
}

func (f *found) probability() float64 { return dedupe.Pair{Weight: f.weight}.Probability() }

// told is how likely the two are by all that is known: who is named by a rule is as
// likely as what a person is asked about, at least.
func (f *found) told(asked float64) float64 {
	if len(f.rules) > 0 {
		return max(f.probability(), asked)
	}
	return f.probability()
}

// find returns, for each that is sought, the entries that share keys with it, with
// their weights, the likeliest first.
func (c *Checker) find(ctx context.Context, r storage.Reader, j *judges, list []*sought) ([][]*found, error) {
	p := min(c.asks(), 0.5) // who is less likely is neither told nor linked
	least := math.Log2(p / (1 - p))
	byKey, err := sharing(ctx, r, list)
	if err != nil {
		return nil, err
	}
	out := make([][]*found, len(list))
	for i, s := range list {
		out[i] = s.among(byKey, int32(i)+1)
		if err := s.weigh(j.now[s.typ], out[i], least); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// sharing returns the entries that have one of the keys that are looked for, by key:
// all of a key that no more than mostRows have, and more than mostRows of another, which
// is passed over.
func sharing(ctx context.Context, r storage.Reader, list []*sought) (map[string][]*near, error) {
	most := 0
	for _, s := range list {
		most += len(s.look)
	}
	g := &gathered{byKey: make(map[string][]*near, most)}
	keys := make([]string, 0, most) // those of one beside each other: many entries have several of them
	for _, s := range list {
		for _, k := range s.look {
			if _, known := g.byKey[k]; !known {
				g.byKey[k] = nil
				keys = append(keys, k)
			}
		}
	}
	g.seek(keys)
	for some := range slices.Chunk(keys, someKeys) {
		if err := g.read(ctx, r, slices.Clone(some)); err != nil {
			return nil, err
		}
	}
	g.settle()
	return g.byKey, nil
}

// among picks the entries that share most keys, those of which few have one
// first. turn tells whose turn it is from that of others.
func (s *sought) among(byKey map[string][]*near, turn int32) []*found {
	list := make([]found, 0, 2*mostWeighed)
	for _, key := range s.look {
		sharing, rule := byKey[key], s.rules[key]
		if len(sharing) > mostRows || rule != "" && len(sharing) > mostRuled {
			continue
		}
		for _, e := range sharing {
			if e.Customer == s.customer || e.Type != s.typ {
				continue
			}
			if e.turn != turn {
				e.turn, e.place = turn, int32(len(list))
				list = append(list, found{near: e})
			}
			f := &list[e.place]
			f.shared += 1 / float64(len(sharing))
			if rule != "" && !slices.Contains(f.rules, rule) {
				f.rules = append(f.rules, rule)
				f.shared++
			}
		}
	}
	out := make([]*found, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	slices.SortFunc(out, func(a, b *found) int {
		return cmp.Or(cmp.Compare(b.shared, a.shared), compareIDs(a.Customer, b.Customer))
	})
	return out[:min(len(out), mostWeighed)]
}

func compareIDs(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }

// weigh weighs entries and puts the likeliest first. Of those that are below least, and
// that no rule names, it tells no more than that.
func (s *sought) weigh(p *dedupe.Profile, list []*found, least float64) error {
	room, forms := make([]dedupe.Prepared, len(list)), make([]*dedupe.Prepared, len(list))
	for i, f := range list {
		forms[i], f.form = &room[i], &room[i]
		if err := f.form.Read(f.Form); err != nil {
			return err
		}
	}
	for i, w := range p.WeighFrom(least, s.form, forms...) {
		f := list[i]
		if f.weight = w; w < least && len(f.rules) > 0 {
			f.weight = p.Weigh(s.form, f.form)[0]
		}
	}
	slices.SortStableFunc(list, func(a, b *found) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), compareIDs(a.Customer, b.Customer))
	})
	return nil
}

// likely are those that are as probable as a threshold, or that a rule names. Two
// with different codes of one entity are not.
func likely(list []*found, least float64) []*found {
	return slices.DeleteFunc(slices.Clone(list), func(f *found) bool {
		return math.IsInf(f.weight, -1) || f.probability() < least && len(f.rules) == 0
	})
}

// Candidates returns the customers that a subject may be, the likeliest first,
// and writes nothing: for a form that asks while somebody types. The subject may be
// one that is stored, which is not found itself, or have a customer without id; a
// contact point may have its Value alone. One without a customer, or whose customer has no
// type, is storage.ErrInvalid.
//
// It must see everything, so a guarded reader is elevated, which its guard may
// refuse. What the caller may not see is told as Candidate says.
func (c *Checker) Candidates(ctx context.Context, r storage.Reader, s *review.Subject) (list []Candidate, err error) {
	if s, err = completed(s); err != nil {
		return nil, err
	}
	var likeliest []*found
	var own *seen
	look := func(r storage.Reader) (err error) {
		likeliest, own, err = c.look(ctx, r, s)
		return err
	}
	t, ok := r.(*storage.Tenant)
	if ok { // most find nobody, and that takes no transaction
		high, err := t.Elevate(ctx, reasonToLook)
		if err != nil {
			return nil, err
		}
		if err := look(high); err != nil || len(likeliest) == 0 {
			return nil, err
		}
	}
	err = storage.Inside(ctx, r, func(tx *storage.Tx) error {
		return tx.Elevate(ctx, reasonToLook, func(tx *storage.Tx) error {
			if !ok {
				if err := look(tx); err != nil || len(likeliest) == 0 {
					return err
				}
			}
			list, err = c.tell(ctx, tx, own, likeliest)
			return err
		})
	})
	return list, err
}

// completed returns a subject whose contact points have the form in which they are
// compared, as far as their values can be made out.
func completed(s *review.Subject) (*review.Subject, error) {
	switch {
	case s == nil || s.Customer == nil:
		return nil, fmt.Errorf("live: %w: a subject without a customer: give one, with its type and what is known of it", storage.ErrInvalid)
	case s.Customer.Type == "":
		return nil, fmt.Errorf("live: %w: a customer without a type: say whether it is a person or an organisation", storage.ErrInvalid)
	}
	out := *s
	out.Contacts = slices.Clone(s.Contacts)
	for i, p := range out.Contacts {
		if p == nil || p.Match != "" || p.Value == "" {
			continue
		}
		if known, err := customer.NewContactPoint(p.Customer, p.Type, p.Value); err == nil {
			out.Contacts[i] = known
		}
	}
	out.Contacts = slices.DeleteFunc(out.Contacts, func(p *customer.ContactPoint) bool { return p == nil })
	return &out, nil
}

const reasonToLook = "look for duplicates of a customer"

// look finds what a subject may be.
func (c *Checker) look(ctx context.Context, r storage.Reader, s *review.Subject) ([]*found, *seen, error) {
	j, err := c.judges(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	own, err := c.seek(j, s)
	if err != nil || own == nil {
		return nil, nil, err
	}
	all, err := c.find(ctx, r, j, []*sought{own})
	if err != nil {
		return nil, nil, err
	}
	return likely(all[0], c.asks()), &seen{j, own}, nil
}

// A seen is what is sought, and by what it is judged.
type seen struct {
	*judges
	*sought
}

// tell makes candidates of what was found, as far as the caller may know. The
// transaction is not bound by the caller's guard.
func (c *Checker) tell(ctx context.Context, tx *storage.Tx, s *seen, list []*found) ([]Candidate, error) {
	ids := make([]uuid.UUID, len(list))
	for i, f := range list {
		ids[i] = f.Customer
	}
	known := map[uuid.UUID]*customer.Customer{}
	for one, err := range customer.Kind.Find(ctx, tx, storage.Query{Where: criteria.In(storage.FieldID, ids...)}) {
		if err != nil {
			return nil, err
		}
		known[one.ID] = one
	}
	shown, err := tx.Shown(ctx, customer.Kind, ids...)
	if err != nil {
		return nil, err
	}
	var out []Candidate
	for _, f := range list {
		if one := known[f.Customer]; one != nil {
			visible := shown[one.ID] || c.Reveal != nil && c.Reveal(ctx, tx, one)
			out = append(out, s.candidate(f, one, visible, c.asks()))
		}
	}
	return out, nil
}

// candidate is what is told of one.
func (s *seen) candidate(f *found, one *customer.Customer, visible bool, asked float64) Candidate {
	out := Candidate{Ref: f.ID, Where: Owned, Probability: f.told(asked), Rules: f.rules}
	switch {
	case one.Owner == uuid.Nil:
		out.Where = InPool
	case !visible:
		out.Where = OwnedByAnother
	}
	if visible {
		out.Customer, out.Reasons = one.ID, s.reasons(f)
	}
	return out
}

func (s *seen) reasons(f *found) (list []review.Reason) {
	for _, part := range s.now[s.typ].Explain(s.form, f.form).Parts {
		list = append(list, review.Reason(part))
	}
	return list
}
