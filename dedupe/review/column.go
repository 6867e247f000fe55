package review

import (
	"slices"
	"strings"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe"
	"github.com/shopspring/decimal"
)

// A Column is one field that customers are compared by.
type Column struct {
	Field dedupe.Field
	// Value returns the value of a customer, empty where absent. A Phone, Email,
	// Identifier or Set may have several, on lines of their own. It must depend on
	// nothing but the subject.
	Value func(*Subject) string
}

// Persons are the columns that persons are compared by. Leave some out or add
// others, such as Custom, and give them to a Reviewer.
//
// The accounts of channels are not among them, but for phone numbers and mail
// addresses: no two customers have the same account (see customer.Identities), so
// they could only speak against.
func Persons() []Column {
	return append([]Column{
		{dedupe.Field{Name: "name", Type: dedupe.FullName}, func(s *Subject) string { return s.Customer.Name }},
		{dedupe.Field{Name: "resident_id", Type: dedupe.Identifier}, func(s *Subject) string { return s.Customer.ResidentID }},
		{dedupe.Field{Name: "birthday", Type: dedupe.Date}, func(s *Subject) string { return s.Customer.Birthday.String() }},
		{dedupe.Field{Name: "gender", Type: dedupe.Category}, func(s *Subject) string { return s.Customer.Gender }},
		{dedupe.Field{Name: "company", Type: dedupe.Company}, func(s *Subject) string { return s.Customer.Company }},
	}, reachable()...)
}

// Organizations are the columns that organisations are compared by.
func Organizations() []Column {
	return append([]Column{
		{dedupe.Field{Name: "name", Type: dedupe.Company}, func(s *Subject) string { return s.Customer.Name }},
		{dedupe.Field{Name: "credit_code", Type: dedupe.Identifier}, func(s *Subject) string { return s.Customer.CreditCode }},
	}, reachable()...)
}

// reachable are the columns of where a customer is and how to reach it.
func reachable() []Column {
	return []Column{
		{dedupe.Field{Name: "phone", Type: dedupe.Phone}, func(s *Subject) string { return s.reached(customer.Phone) }},
		{dedupe.Field{Name: "mail", Type: dedupe.Email}, func(s *Subject) string { return s.reached(customer.Email) }},
		{dedupe.Field{Name: "address", Type: dedupe.Address}, (*Subject).address},
	}
}

// Custom is a column of a custom field of customers: a text, an integer, a date or
// a set of texts. One of the type ByHost needs Column.Field.Compare, too.
func Custom(name string, typ dedupe.Type) Column {
	return Column{dedupe.Field{Name: name, Type: typ}, func(s *Subject) string {
		c := s.Customer.Custom
		if n, ok := c.Integer(name); ok {
			return decimal.NewFromInt(n).String()
		}
		if list := c.Texts(name); len(list) > 0 {
			return strings.Join(list, "\n")
		}
		return c.Text(name)
	}}
}

// key reports whether a change of the column makes a decision stale.
func (c Column) key() bool {
	switch c.Field.Type {
	case dedupe.GivenName, dedupe.Surname, dedupe.FullName, dedupe.Company, dedupe.Phone, dedupe.Email, dedupe.Identifier:
		return true
	case dedupe.ByHost:
		return c.Field.Compare != nil && c.Field.Compare.Own
	}
	return false
}

// settled is a value in the form in which a change counts.
func (c Column) settled(value string) string {
	if c.Field.Compare != nil {
		return c.Field.Compare.Form(value)
	}
	return settled(value)
}

// Fields are the fields of columns, as a matcher wants them.
func Fields(columns []Column) []dedupe.Field {
	list := make([]dedupe.Field, len(columns))
	for i, c := range columns {
		list[i] = c.Field
	}
	return list
}

// A Subject is a customer with what is compared besides its own fields.
type Subject struct {
	Customer   *customer.Customer
	Contacts   []*customer.ContactPoint // the primary ones first, then by age
	Identities []*customer.Identity
	Addresses  []*customer.Address // the primary one first, then by age
}

// Record is the customer as the matcher gets it.
func (s *Subject) Record(columns []Column) dedupe.Record {
	values := make([]string, len(columns))
	for i, c := range columns {
		values[i] = c.Value(s)
	}
	return dedupe.Record{ID: s.Customer.ID.String(), List: s.Customer.Type, Values: values}
}

// reached lists the phone numbers or mail addresses in their matching form.
func (s *Subject) reached(typ string) string {
	var list []string
	add := func(value string) {
		if !slices.Contains(list, value) {
			list = append(list, value)
		}
	}
	for _, p := range s.Contacts {
		if p.Type == typ {
			add(p.Match)
		}
	}
	for _, i := range s.Identities {
		if i.Channel == typ {
			add(i.Account)
		}
	}
	return strings.Join(list, "\n")
}

// address is the primary address, or what stands in the customer itself.
func (s *Subject) address() string {
	parts := []string{s.Customer.Region, s.Customer.City, s.Customer.Address}
	if len(s.Addresses) > 0 {
		a := s.Addresses[0]
		parts = []string{a.Province, a.City, a.District, a.Street}
	}
	parts = slices.DeleteFunc(parts, func(p string) bool { return p == "" })
	return strings.Join(parts, " ")
}
