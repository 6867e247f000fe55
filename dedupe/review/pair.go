package review

import (
	"encoding/json"
	"math"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// The states of a pair. Same and Distinct are what is decided, too.
const (
	Open     = "open"     // waits for somebody to decide
	Same     = "same"     // the two are one customer; they are merged if there is a merge function
	Distinct = "distinct" // they are two
	Closed   = "closed"   // there is nothing to decide any more: one is gone, or they are not alike now
)

// A Pair is two customers that may be one, and what became of it. There is one
// for any two that a scan ever asked about or merged.
type Pair struct {
	storage.Meta
	A, B        uuid.UUID // customers, A < B when the pair is made; a merge may move them
	Probability decimal.Decimal
	Weight      decimal.Decimal // log2 of the odds that they are one
	Reasons     json.RawMessage // a []Reason; see Pair.Why
	Pass        string          // what proposed to compare them
	Priority    int64           // what an answer is worth, in millionths of a pair; see Gain
	Cluster     string          // pairs that hang together have one, so that a screen can show them together
	Size        int64           // how many customers hang together so
	State       string          // Open, Same, Distinct or Closed
	DecidedBy   string          // the actor; of a scan too
	Automatic   bool            // a scan decided
	Merged      bool            // the decision merged the two: if both are there all the same, that was undone
	DecidedAt   time.Time
	Reason      string // why, where the reviewer said so
	Fingerprint string // of the key fields of both, as they were when the pair was last found
}

// Pairs is the kind of pairs. They are written by this package.
var Pairs = storage.Define[Pair]("duplicate_pair",
	storage.Ref("a", func(p *Pair) *uuid.UUID { return &p.A }).To("customer").Existing().Required().Indexed(),
	storage.Ref("b", func(p *Pair) *uuid.UUID { return &p.B }).To("customer").Existing().Required().Indexed(),
	storage.Decimal("probability", func(p *Pair) *decimal.Decimal { return &p.Probability }),
	storage.Decimal("weight", func(p *Pair) *decimal.Decimal { return &p.Weight }),
	storage.JSON("reasons", func(p *Pair) *json.RawMessage { return &p.Reasons }),
	storage.Text("pass", func(p *Pair) *string { return &p.Pass }),
	storage.Integer("priority", func(p *Pair) *int64 { return &p.Priority }),
	storage.Text("cluster", func(p *Pair) *string { return &p.Cluster }).Indexed(),
	storage.Integer("size", func(p *Pair) *int64 { return &p.Size }),
	storage.Text("state", func(p *Pair) *string { return &p.State }).Required(),
	storage.Text("decided_by", func(p *Pair) *string { return &p.DecidedBy }),
	storage.Bool("automatic", func(p *Pair) *bool { return &p.Automatic }),
	storage.Bool("merged", func(p *Pair) *bool { return &p.Merged }),
	storage.Time("decided_at", func(p *Pair) *time.Time { return &p.DecidedAt }),
	storage.Text("reason", func(p *Pair) *string { return &p.Reason }).Personal(),
	storage.Text("fingerprint", func(p *Pair) *string { return &p.Fingerprint }).Personal(),
).Fixed().Unique("a", "b").Index("state", "priority").Derive((*Pair).settle, "state")

// settle closes a pair whose two have become one: a merge moved its refs.
func (p *Pair) settle() {
	if p.State == Open && p.A == p.B {
		p.State = Closed
	}
}

// Kinds are the kinds of this package, for storage.New.
func Kinds() []storage.Described { return []storage.Described{Pairs, doubts} }

// A Reason is what one comparison says of a pair.
type Reason struct {
	Name   string  `json:"name"`   // the field, or the fields that are compared as one
	Level  string  `json:"level"`  // how the two agree, in English; see Entry.Text
	Weight float64 `json:"weight"` // the evidence in bits: positive if it speaks for one customer
}

// Why returns the reasons of a pair, what speaks for it first. It is empty where
// they cannot be read.
func (p *Pair) Why() []Reason {
	var list []Reason
	if json.Unmarshal(p.Reasons, &list) != nil {
		return nil
	}
	return list
}

// A Key names two customers, the lower id first.
type Key [2]uuid.UUID

// KeyOf returns the key of two customers, in whatever order.
func KeyOf(a, b uuid.UUID) Key {
	if compareIDs(a, b) > 0 {
		a, b = b, a
	}
	return Key{a, b}
}

func (p *Pair) key() Key { return KeyOf(p.A, p.B) }

// decide notes what somebody decided.
func (p *Pair) decide(tx *storage.Tx, state, reason string) {
	p.State, p.Reason, p.DecidedBy, p.DecidedAt = state, reason, tx.Origin().Actor, tx.Now()
	p.Automatic, p.Merged = false, false
}

// ask puts the pair into the queue.
func (p *Pair) ask() {
	p.State, p.Reason, p.DecidedBy, p.DecidedAt = Open, "", "", time.Time{}
	p.Automatic, p.Merged = false, false
}

// describe gives the pair what the matcher says of it now.
func (p *Pair) describe(s Scored, g grade, fingerprint string) {
	p.Probability, p.Weight = rounded(s.Probability, 4), rounded(s.Weight, 2)
	p.Reasons, p.Pass, p.Fingerprint = s.reasons(), s.Pass, fingerprint
	p.Priority, p.Cluster, p.Size = g.priority, g.cluster, g.size
}

// rounded is a number as it is stored; what is no number is 0.
func rounded(x float64, places int32) decimal.Decimal {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return decimal.Decimal{}
	}
	return decimal.NewFromFloat(x).Round(places)
}
