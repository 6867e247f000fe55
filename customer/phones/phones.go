package phones

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/clientele-go/clientele/customer"
	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/width"
)

// ErrRegion: a text is not the code of a region that has a numbering plan.
var ErrRegion = errors.New("not a region with a numbering plan")

// In returns the parser of numbers that are written as people of a region
// write them, for contact points and match forms. The region is a code of ISO
// 3166-1 with two letters, such as "GB"; another text is ErrRegion.
func In(region string) (customer.PhoneParser, error) {
	region, err := regionCode(region)
	if err != nil {
		return nil, err
	}
	return func(value string) (string, error) { return normal(value, region) }, nil
}

// Normal returns a phone number in E.164 with an extension behind it, the form
// of customer.NormalPhone: +442079460958;ext=7. It reads national numbers of the
// region, numbers with their country code of every region, and, for the region
// CN, all that customer.NormalPhone reads.
//
// A number passes when the plans know it to be given out; with + and its
// country code it also passes when customer.NormalPhone takes it, because plans grow.
// Numbers of China are left to customer.NormalPhone and cost about what they cost there;
// others take fifty to a hundred times as long (measured).
//
// A text that is no number is a *customer.PhoneError that is
// customer.ErrContact, and customer.ErrSpreadsheetNumber for 1.38E+10. An
// unknown region is ErrRegion. The normal form of a normal form is itself, in
// every region.
//
// Non-guarantees: a number that passes need not be in service. The plans are
// those of the version of the library: a later one may know more numbers.
func Normal(value, region string) (string, error) {
	region, err := regionCode(region)
	if err != nil {
		return "", err
	}
	return normal(value, region)
}

// regionCode returns a region in capital letters.
func regionCode(region string) (string, error) {
	code := strings.ToUpper(strings.TrimSpace(region))
	if phonenumbers.GetCountryCodeForRegion(code) == 0 {
		return "", fmt.Errorf("phones: %q is %w: use two letters of ISO 3166-1, such as CN or GB", region, ErrRegion)
	}
	return code, nil
}

// normal is Normal for a region that is known.
func normal(value, region string) (string, error) {
	base, baseErr := customer.NormalPhone(value)
	plus := strings.ContainsAny(value, "+＋")
	switch {
	case errors.Is(baseErr, customer.ErrSpreadsheetNumber):
		return "", baseErr
	case baseErr == nil && (region == "CN" || plus) && isGreaterChina(base):
		return base, nil
	}
	if number, err := byPlan(value, region); err == nil {
		return number, nil
	} else if baseErr == nil && (region == "CN" || plus) {
		return base, nil
	} else {
		return "", &customer.PhoneError{Value: value, Err: customer.ErrContact, Reason: err.Error()}
	}
}

// isGreaterChina reports whether customer.NormalPhone knows the plan of the
// country of a number.
func isGreaterChina(number string) bool {
	for _, code := range []string{"+86", "+852", "+853", "+886"} {
		if strings.HasPrefix(number, code) {
			return true
		}
	}
	return false
}

// byPlan reads a number by the numbering plans.
func byPlan(value, region string) (string, error) {
	text := withLatinMarks(strings.TrimSpace(width.Fold.String(value)))
	if err := checkText(text); err != nil {
		return "", err
	}
	number, err := phonenumbers.Parse(text, region)
	if err != nil {
		return "", fmt.Errorf("%w; write it as it is dialled in %s, or with + and its country code", err, region)
	}
	if !phonenumbers.IsValidNumber(number) {
		return "", fmt.Errorf("no such number is given out in %s; compare it digit by digit, or write + and its country code first", region)
	}
	form := phonenumbers.Format(number, phonenumbers.E164)
	if extension := number.GetExtension(); extension != "" {
		form += ";ext=" + extension
	}
	return form, nil
}

// checkText refuses what the library would take a number out of: a text with
// other words in it.
func checkText(text string) error {
	for i, r := range text {
		switch {
		case i == 0 && r != '+' && r != '(' && !unicode.IsDigit(r) && !strings.HasPrefix(text, "tel:"):
			return fmt.Errorf("it begins with %q; write the number alone", r)
		case r >= 0x80 && unicode.IsLetter(r):
			return fmt.Errorf("it holds %q; write the number alone", r)
		}
	}
	return nil
}

// withLatinMarks writes the Chinese marks of an extension as the library knows them.
func withLatinMarks(text string) string {
	for _, mark := range []string{"转分机", "转接", "转", "轉", "分机号", "分机", "分機", "内线", "內線"} {
		if strings.Contains(text, mark) {
			return strings.Replace(text, mark, " ext. ", 1)
		}
	}
	return text
}
