package live

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe"
	"github.com/clientele-go/clientele/dedupe/form"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A Mode says what becomes of a customer that may be there already.
type Mode string

// The modes.
const (
	Block Mode = "block" // the write is refused with a *PossibleDuplicateError
	Flag  Mode = "flag"  // it is stored, and the pair waits for a person in the queue of package review
	Off   Mode = "off"   // it is stored, and Sweep looks at it later: the cheapest way, for imports
)

// A Checker looks whether customers are there already while they are written. The
// zero value compares the columns of package review and blocks. It is used by its
// pointer, is not to be changed once it is used, and then safe for concurrent use.
type Checker struct {
	Reviewer *review.Reviewer // whose columns are compared; nil: the standard ones
	Mode     Mode             // "": Block. Use sets another one for some work.
	// Refuse is from which probability on a customer is refused, and Ask from which
	// on a pair is asked about; 0: 0.95 and 0.75.
	Refuse, Ask float64
	// Rules name values that no two customers should have in common, whatever the
	// probability; nil: Rules().
	Rules []Rule
	// Reveal reports whether a customer that the caller may not see is shown by its
	// id all the same; nil: none is.
	Reveal func(ctx context.Context, tx *storage.Tx, c *customer.Customer) bool

	cache cache
}

// A Rule takes customers of one type for possible duplicates that have a value in
// common. Values that more than 20 customers have are passed over: a switchboard, or
// what people type to get past a field.
type Rule struct {
	Name   string // unique among the rules
	Values func(*review.Subject) []string
}

// Rules are the rules unless a host has its own: phone numbers, mail addresses,
// resident ids and credit codes, and of organisations the name by its parts, so that
// X公司北京分公司 and Ｘ公司BJ分部 are one. Numbers and addresses that are placeholders are
// passed over: those of form.DefaultPlaceholders here, those of the reviewer where a
// checker has no rules of its own. Such a checker knows the aliases, too, that the
// reviewer has for names of organisations (dedupe.Field.Aliases).
func Rules() []Rule { return rules(nil, nil) }

func rules(ignored *form.Placeholders, aliases *form.Aliases) []Rule {
	one := func(name string, value func(*customer.Customer) string) Rule {
		return Rule{name, func(s *review.Subject) []string { return []string{value(s.Customer)} }}
	}
	contacts := func(typ string, placeholder func(string) bool) Rule {
		return Rule{typ, func(s *review.Subject) (list []string) {
			for _, p := range s.Contacts {
				if p.Type == typ && !placeholder(p.Match) {
					list = append(list, p.Match)
				}
			}
			return list
		}}
	}
	return []Rule{
		contacts(customer.Phone, ignored.Phone), contacts(customer.Email, ignored.Mail),
		one("resident_id", func(c *customer.Customer) string { return c.ResidentID }),
		one("credit_code", func(c *customer.Customer) string { return c.CreditCode }),
		one("name", func(c *customer.Customer) string {
			if c.Type != customer.Organization {
				return ""
			}
			return aliases.Company(c.Name).Key()
		}),
	}
}

func (c *Checker) rules() []Rule {
	if c.Rules != nil {
		return c.Rules
	}
	return rules(c.reviewer().Placeholders, c.aliases())
}

// aliases are those of the first column of organisations that has names of them.
func (c *Checker) aliases() *form.Aliases {
	for _, column := range c.columns(customer.Organization) {
		if column.Field.Type == dedupe.Company {
			return column.Field.Aliases
		}
	}
	return nil
}

func (c *Checker) reviewer() *review.Reviewer {
	if c.Reviewer != nil {
		return c.Reviewer
	}
	return &review.Reviewer{}
}

// columns are those of a type of customers.
func (c *Checker) columns(typ string) []review.Column {
	v := c.reviewer()
	switch {
	case typ == customer.Organization && v.Organizations != nil:
		return v.Organizations
	case typ == customer.Organization:
		return review.Organizations()
	case v.Persons != nil:
		return v.Persons
	}
	return review.Persons()
}

func (c *Checker) refuses() float64 { return cmp.Or(c.Refuse, 0.95) }
func (c *Checker) asks() float64    { return cmp.Or(c.Ask, 0.75) }

// Valid reports thresholds and modes that make no sense, and rules without a name of
// their own, as storage.ErrInvalid.
func (c *Checker) Valid() error {
	var names []string
	for _, r := range c.rules() {
		if r.Name == "" || r.Values == nil || slices.Contains(names, r.Name) {
			return fmt.Errorf("live: %w: rule %q: give each rule a name of its own and a function", storage.ErrInvalid, r.Name)
		}
		names = append(names, r.Name)
	}
	if !(c.refuses() > 0 && c.refuses() <= 1 && c.asks() > 0 && c.asks() <= c.refuses()) {
		return fmt.Errorf("live: %w: Refuse is %v and Ask %v: give probabilities, Ask not above Refuse", storage.ErrInvalid, c.refuses(), c.asks())
	}
	if !slices.Contains([]Mode{"", Block, Flag, Off}, c.Mode) {
		return fmt.Errorf("live: %w: mode %q: use Block, Flag or Off", storage.ErrInvalid, c.Mode)
	}
	return nil
}

// What a context carries.
type (
	modeKey  struct{}
	allowKey struct{}
)

// Use returns a context in which customers are written in another mode, as Flag or
// Off for an import. Merges and their undoing are Off by themselves.
func Use(ctx context.Context, m Mode) context.Context { return context.WithValue(ctx, modeKey{}, m) }

// Allow returns a context in which a customer is written although it may be one of
// these: what a person says who has seen the candidates and adds it all the same. refs
// are Candidate.Ref or ids of customers. That they are two is remembered, as
// review.Reviewer.KeepApart does, so that nobody is asked about it again.
func Allow(ctx context.Context, refs ...uuid.UUID) context.Context {
	known, _ := ctx.Value(allowKey{}).([]uuid.UUID)
	return context.WithValue(ctx, allowKey{}, slices.Concat(known, refs))
}

// mode is the one of a write. Who is merged, or put back, is no duplicate.
func (c *Checker) mode(ctx context.Context) Mode {
	if customer.Combines(ctx) {
		return Off
	}
	mode := cmp.Or(c.Mode, Block)
	if m, ok := ctx.Value(modeKey{}).(Mode); ok && m != "" {
		mode = m
	}
	if mode == Block && customer.TakesBack(ctx) {
		return Flag // what was there before is there again
	}
	return mode
}

// allowed reports whether somebody said that a candidate is another.
func allowed(ctx context.Context, e *near) bool {
	list, _ := ctx.Value(allowKey{}).([]uuid.UUID)
	return slices.Contains(list, e.ID) || slices.Contains(list, e.Customer)
}
