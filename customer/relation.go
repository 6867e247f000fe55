package customer

import (
	"context"
	"fmt"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Relation is the part that a person plays at an organisation, both of them
// customers. There is one for each pair; a person may have them with several
// organisations.
type Relation struct {
	storage.Meta
	Person  uuid.UUID
	Company uuid.UUID    // a customer of type Organization
	Roles   []string     // in decisions, words of the host's: "技术决策者", "采购"
	Title   string       // the position held
	Since   storage.Date // zero: not known
	Until   storage.Date // the last day; zero: it goes on
}

const relationName = "relation"

// Relations is the kind of relations.
var Relations = storage.Define[Relation](relationName,
	storage.Ref("person", func(r *Relation) *uuid.UUID { return &r.Person }).To(kindName).Existing().Required().Indexed(),
	storage.Ref("company", func(r *Relation) *uuid.UUID { return &r.Company }).To(kindName).Existing().Required().Indexed(),
	storage.Texts("roles", func(r *Relation) *[]string { return &r.Roles }).Indexed().Personal(),
	storage.Text("title", func(r *Relation) *string { return &r.Title }).Personal(),
	storage.Day("since", func(r *Relation) *storage.Date { return &r.Since }),
	storage.Day("until", func(r *Relation) *storage.Date { return &r.Until }),
).Unique("person", "company").Valid((*Relation).check)

func (r *Relation) check() error {
	switch {
	case r.Person == r.Company:
		return &storage.FieldError{Kind: relationName, Field: "company", Reason: "nobody has a relation to themselves: name an organization", Key: "itself"}
	case !r.Until.IsZero() && r.Until.Compare(r.Since) < 0:
		return &storage.FieldError{Kind: relationName, Field: "until", Reason: fmt.Sprintf("%s lies before %s, when it began", r.Until, r.Since), Key: "before_start"}
	}
	return nil
}

// Relate stores relations and returns those that are stored, in step with the
// given ones, which are left as they are. One of a pair that has a relation
// already changes it: roles, title and dates become those that are given.
//
// A person that is an organisation, or an organisation that is a person, is
// storage.ErrInvalid, and so is one that is not there. Put does not look.
func Relate(ctx context.Context, tx *storage.Tx, relations ...*Relation) ([]*Relation, error) {
	person := func(r *Relation) uuid.UUID { return r.Person }
	company := func(r *Relation) uuid.UUID { return r.Company }
	type pair struct{ person, company uuid.UUID }
	key := func(r *Relation) pair { return pair{r.Person, r.Company} }
	take := func(rec, given *Relation) error {
		rec.Roles, rec.Title, rec.Since, rec.Until = given.Roles, given.Title, given.Since, given.Until
		return nil
	}
	err := checkType(ctx, tx, "person", Organization, among(storage.FieldID, relations, person))
	if err == nil {
		err = checkType(ctx, tx, "company", Person, among(storage.FieldID, relations, company))
	}
	if err != nil {
		return nil, err
	}
	return store(ctx, tx, Relations, among("person", relations, person), key, relations, take)
}

// checkType refuses customers of a type on one side of relations. Those that
// are not there are found out by Put.
func checkType(ctx context.Context, tx *storage.Tx, field, wrong string, these criteria.Criterion) error {
	q := storage.Query{Where: criteria.All(these, criteria.Eq("type", wrong)), Limit: 1}
	for c, err := range Kind.Find(ctx, tx, q) {
		if err != nil {
			return err
		}
		return &storage.FieldError{Kind: relationName, Field: field, Reason: fmt.Sprintf("customer %s is of type %q: a relation is that of a person to an organization", c.ID, c.Type), Key: "wrong_party"}
	}
	return nil
}

// HasRole matches customers who play one of some roles at an organisation today,
// by the calendar of a zone (an IANA name; empty: UTC); with no roles, those who
// have any relation to it. Conditions on the relation alone are simpler on Relations.
func HasRole(company uuid.UUID, zone string, roles ...string) criteria.Criterion {
	where := []criteria.Criterion{
		criteria.Eq("company", company),
		criteria.Any(criteria.Missing("since"), criteria.Le("since", criteria.Today(0, zone))),
		criteria.Any(criteria.Missing("until"), criteria.Ge("until", criteria.Today(0, zone))),
	}
	if len(roles) > 0 {
		where = append(where, criteria.HasAny("roles", roles...))
	}
	return criteria.Related(relationName, "person", criteria.All(where...))
}
