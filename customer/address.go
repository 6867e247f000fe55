package customer

import (
	"context"
	"fmt"
	"strings"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// An Address is a place where a customer lives, works or has things sent to.
//
// A customer with addresses has one primary one: AddAddresses,
// SetPrimaryAddress and RemoveAddresses see to that. A Put stores Primary as it
// is given and refuses a second primary one, as storage.ErrDuplicate.
type Address struct {
	storage.Meta
	Customer  uuid.UUID
	Label     string // "home", "公司"
	Country   string // ISO 3166-1, two capital letters; empty: China
	Province  string // or state
	City      string
	District  string
	Division  string // in China: the six digits of the administrative division (GB/T 2260), such as 330106; its form is checked
	Postcode  string // in China: six digits
	Street    string // with the number, the building and the room
	Recipient string // who is named on a parcel
	Phone     string // to call on delivery, as it was given
	Primary   bool   // the one to use first

	slot string // set if it is primary: only one may have it
	turn int64  // see rank
}

const addressName = "address"

// china is the country of addresses that name none.
const china = "CN"

// Addresses is the kind of addresses.
var Addresses = storage.Define[Address](addressName,
	storage.Ref("customer", func(a *Address) *uuid.UUID { return &a.Customer }).To(kindName).Existing().Required().Indexed(),
	storage.Text("label", func(a *Address) *string { return &a.Label }),
	storage.Text("country", func(a *Address) *string { return &a.Country }),
	storage.Text("province", func(a *Address) *string { return &a.Province }),
	storage.Text("city", func(a *Address) *string { return &a.City }),
	storage.Text("district", func(a *Address) *string { return &a.District }).Personal(),
	storage.Text("division", func(a *Address) *string { return &a.Division }).Indexed(),
	storage.Text("postcode", func(a *Address) *string { return &a.Postcode }).Personal(),
	storage.Text("street", func(a *Address) *string { return &a.Street }).Personal(),
	storage.Text("recipient", func(a *Address) *string { return &a.Recipient }).Personal(),
	storage.Text("phone", func(a *Address) *string { return &a.Phone }).Personal(),
	storage.Bool("primary", func(a *Address) *bool { return &a.Primary }),
	storage.Text("primary_slot", func(a *Address) *string { return &a.slot }),
	storage.Integer("turn", func(a *Address) *int64 { return &a.turn }),
).Unique("customer", "primary_slot").Derive((*Address).derive, "primary_slot").Valid((*Address).check)

func (a *Address) derive() {
	a.slot = ""
	if a.Primary {
		a.slot = "primary"
	}
}

func (a *Address) check() error {
	fail := func(field, key, format string, args ...any) error {
		return &storage.FieldError{Kind: addressName, Field: field, Reason: fmt.Sprintf(format, args...), Key: key}
	}
	domestic := a.Country == "" || a.Country == china
	switch {
	case a.Country != "" && !isCountry(a.Country):
		return fail("country", "country_code", "%q: use the two capital letters of ISO 3166-1, such as CN", a.Country)
	case a.Province+a.City+a.District+a.Division+a.Postcode+a.Street == "":
		return fail("street", "no_place", "the address names no place: give at least one of its parts")
	case a.Division != "" && !domestic:
		return fail("division", "china_only", "only addresses in China have one: leave it empty")
	case a.Division != "" && !isDivision(a.Division):
		return fail("division", "division_code", "%q: use the six digits of GB/T 2260, such as 330106", a.Division)
	case a.Postcode != "" && domestic && !isDigits(a.Postcode, 6):
		return fail("postcode", "postcode", "%q: postcodes of China have six digits", a.Postcode)
	}
	return nil
}

func isCountry(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

// isDivision reports whether a text has the form of a code of GB/T 2260: six
// digits, of which the first two are a province, and 00 for the county where
// they are 00 for the city.
func isDivision(s string) bool {
	return isDigits(s, 6) && isProvince(s[:2]) && (s[2:4] != "00" || s[4:] == "00")
}

func isDigits(s string, n int) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return len(s) == n
}

// String returns the address in one line, from the largest part to the
// smallest, as it is written in China.
func (a *Address) String() string {
	parts := []string{a.Country, a.Postcode, a.Province, a.City, a.District, a.Street, a.Recipient, a.Phone}
	var given []string
	for i, part := range parts {
		if part != "" && (i == 0 || part != parts[i-1]) { // 北京 is a city and its own province
			given = append(given, part)
		}
	}
	return strings.Join(given, " ")
}

func (a *Address) rank() rank { return rank{group{customer: a.Customer}, &a.Primary, &a.turn} }

func (a *Address) same(other *Address) bool { return a.String() == other.String() }

// AddAddresses stores new addresses, of any customers, and returns those that
// are stored, in step with the given ones, which are left as they are. One that
// the customer has already, in all parts but the label and the division, is not
// added again: the one that is there is returned.
//
// The first becomes the customer's primary one; a given one with Primary takes
// that place from another.
func AddAddresses(ctx context.Context, tx *storage.Tx, addresses ...*Address) ([]*Address, error) {
	return addRanked(ctx, tx, Addresses, addresses)
}

// SetPrimaryAddress makes an address the customer's primary one; the one that
// was is so no longer. It returns storage.ErrNotFound where there is none.
func SetPrimaryAddress(ctx context.Context, tx *storage.Tx, id uuid.UUID) error {
	return setPrimary[Address, *Address](ctx, tx, Addresses, id)
}

// RemoveAddresses deletes addresses. Where the primary one goes, the oldest that
// is left takes its place. All are deleted or, where one of them is
// storage.ErrNotFound, none. One that is restored later is not primary.
func RemoveAddresses(ctx context.Context, tx *storage.Tx, ids ...uuid.UUID) error {
	return removeRanked[Address, *Address](ctx, tx, Addresses, ids)
}
