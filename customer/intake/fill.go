package intake

import (
	"errors"
	"strings"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// FillCustomer gives a customer what a record of CustomerTargets and CustomTargets
// says, but for its number and contact points. Empty cells leave what is there; tags are
// replaced. A type that the record does not state is that of the customer, or
// else follows from the record: a gender, a birthday or an identity number is a
// person's, a size or a credit code an organisation's, and a name that ends as those of
// companies do and cannot be a person's is an organisation's.
//
// What contradicts the type, such as the birthday of an organisation, is a
// Rejection; nothing is deleted to make it fit.
func FillCustomer(c *customer.Customer, rec Record) error {
	fillCustomer(c, rec)
	return contradiction(c, rec)
}

func fillCustomer(c *customer.Customer, rec Record) {
	if stated := statedType(rec.Text("kind")); stated != "" {
		c.Type = stated
	} else if c.Type == "" {
		c.Type = guessedType(rec)
	}
	for target, field := range map[string]*string{
		"name": &c.Name, "gender": &c.Gender, "company": &c.Company, "title": &c.Title,
		"province": &c.Region, "city": &c.City, "notes": &c.Notes, "source": &c.Channel,
		"industry": &c.Industry, "size": &c.Size, "credit_code": &c.CreditCode, "resident_id": &c.ResidentID,
		"language": &c.Language, "stage": &c.Stage,
	} {
		if text := rec.Text(target); text != "" {
			*field = text
		}
	}
	for target, field := range map[string]*time.Time{"registered_at": &c.Since, "followed_up": &c.FollowedUp, "verified_at": &c.VerifiedAt} {
		if at, ok := Get[time.Time](rec, target); ok {
			*field = at
		}
	}
	if day, ok := Get[time.Time](rec, "birthday"); ok {
		c.Birthday = criteria.DateOf(day)
	}
	if list, ok := Get[[]string](rec, "tags"); ok {
		c.Tags = list
	}
	fillAddress(c, rec.Text("district"), rec.Text("address"))
	fillCustom(&c.Meta, rec)
}

// fillAddress gives a customer an address, with the district in it. A district alone is
// not put in the place of a whole address.
func fillAddress(c *customer.Customer, district, address string) {
	switch {
	case district == "" && address == "":
	case address == "" && c.Address == "":
		c.Address = district
	case address == "":
	case strings.Contains(address, district):
		c.Address = address
	case han(district):
		c.Address = district + address
	default:
		c.Address = address + ", " + district
	}
}

// fillCustom gives a record the values of the custom targets.
func fillCustom(m *storage.Meta, rec Record) {
	for _, t := range rec.mapping.targets {
		if name, ok := strings.CutPrefix(t.Name, customPrefix); ok {
			if value := rec.Value(t.Name); value != nil {
				m.Custom.Set(name, value)
			}
		}
	}
}

var (
	errNotOrganizations = errors.New("is not an organisation's: correct it, or say in the column of the type that the customer is a person")
	errNotPersons       = errors.New("is not a person's: correct it, or say in the column of the type that the customer is an organisation")
)

// contradiction refuses a customer with what its type does not have, or returns nil.
func contradiction(c *customer.Customer, rec Record) error {
	if c.Type == customer.Person {
		return contradicting(rec, errNotPersons, "size", c.Size != "")
	}
	if err := contradicting(rec, errNotOrganizations, "gender", c.Gender != ""); err != nil {
		return err
	}
	if err := contradicting(rec, errNotOrganizations, "birthday", !c.Birthday.IsZero()); err != nil {
		return err
	}
	return contradicting(rec, errNotOrganizations, "resident_id", c.ResidentID != "")
}

// contradicting returns the rejection of a row for a target that the customer
// must not have. Where the row does not state it, it was there before, and the
// type is what contradicts it.
func contradicting(rec Record, err error, target string, has bool) error {
	switch {
	case !has:
		return nil
	case rec.Text(target) != "":
		return rec.fault(target, err)
	}
	return rec.fault("kind", errors.New("contradicts the "+target+" that the customer has: correct one of them"))
}
