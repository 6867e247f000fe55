package customer

import (
	"fmt"
)

// A phoneNumber is a number whose country is known.
type phoneNumber struct {
	country   string // its calling code, or "" where it stands in front of national
	national  []byte
	extension []byte
}

// resolve finds the country of a number and its form there. A last group
// behind a dash is an extension where the number is only one of China without it.
func (d *dialed) resolve() (phoneNumber, error) {
	whole, extension := d.digits[:d.n], d.extension[:d.extended]
	number, problem := resolveDigits(whole, d.plus)
	if problem == nil && (!d.soft || number.country == "86") {
		number.extension = extension
		return number, nil
	}
	if tail := d.n - d.dash; d.extended == 0 && d.dash > 0 && tail >= 1 && tail <= 6 {
		if short, err := resolveDigits(whole[:d.dash], d.plus); err == nil && short.country == "86" {
			short.extension = whole[d.dash:]
			return short, nil
		}
	}
	if problem == nil {
		problem = phoneProblem("write ext before its extension")
	}
	if d.slash && d.n >= 2*7 {
		problem = d.tooLong()
	}
	return phoneNumber{}, problem
}

// resolveDigits finds the country of a number without its extension.
func resolveDigits(digits []byte, plus bool) (phoneNumber, error) {
	if !plus && hasPrefix(digits, "00") {
		return international(digits[2:])
	}
	if plus {
		return international(digits)
	}
	if national := chineseNational(digits); national != nil {
		return phoneNumber{country: "86", national: national}, nil
	}
	if isGreaterChina(digits) {
		return international(digits)
	}
	return phoneNumber{}, nationalProblem(digits)
}

// isGreaterChina reports whether a number without + is certainly one with 86,
// 852, 853 or 886 in front: no number that is dialled inside China is as long and begins so.
func isGreaterChina(digits []byte) bool {
	switch {
	case hasPrefix(digits, "86"):
		return len(digits) >= 11 && abroadNational(digits[2:]) != nil
	case hasPrefix(digits, "852"), hasPrefix(digits, "853"):
		return len(digits) == 11
	case hasPrefix(digits, "886"):
		return len(digits) == 12 || len(digits) == 13 && digits[3] == '0'
	}
	return false
}

// international reads a number with its country code in front, without + or 00.
func international(digits []byte) (phoneNumber, error) {
	switch {
	case hasPrefix(digits, "86"):
		if national := abroadNational(digits[2:]); national != nil {
			return phoneNumber{country: "86", national: national}, nil
		}
		return phoneNumber{}, phoneProblem("behind 86 belongs a mobile number of 11 digits (13 to 19 first), an area code and a land line, or a number with 400 or 800")
	case hasPrefix(digits, "8860"):
		return taiwan(digits[4:])
	case hasPrefix(digits, "886"):
		return taiwan(digits[3:])
	}
	code := countryCodeLength(digits)
	switch {
	case code == 0:
		return phoneNumber{}, fmt.Errorf("%q is no country code; write + and the country code first", string(digits[:min(3, len(digits))]))
	case len(digits) < 7 || len(digits) > maxE164 || !plausible(digits[:code], digits[code:]):
		return phoneNumber{}, fmt.Errorf("numbers with the country code %s do not have %d digits behind it, or do not begin so; compare it digit by digit", string(digits[:code]), len(digits)-code)
	case digits[code] == '0' && !startsWithZero(digits[:code]):
		return phoneNumber{}, fmt.Errorf("leave out the 0 behind the country code %s", string(digits[:code]))
	}
	return phoneNumber{national: digits}, nil
}

// taiwan: 8 to 10 digits behind 886, whose first is not 0.
func taiwan(national []byte) (phoneNumber, error) {
	if len(national) < 8 || len(national) > 10 || national[0] == '0' {
		return phoneNumber{}, fmt.Errorf("numbers of Taiwan have 8 to 10 digits behind 886, not %d; compare it digit by digit", len(national))
	}
	return phoneNumber{country: "886", national: national}, nil
}

// nationalProblem says what a number without a country code lacks.
func nationalProblem(digits []byte) error {
	switch n := len(digits); {
	case n == 0:
		return phoneProblem("it has no digits")
	case n < 7:
		return phoneProblem("it is a short number, which only works inside one country or company; enter a number that can be called from everywhere")
	case n <= 8 && digits[0] != '0':
		return phoneProblem("a land line needs its area code: 010-62345678")
	case n == 11 && digits[0] == '1':
		return phoneProblem("mobile numbers of China begin with 13 to 19; write one of another country with + and its country code")
	case n == 10 && digits[0] == '1':
		return phoneProblem("a mobile number of China has 11 digits, this has 10")
	case n == 12 && digits[0] == '1':
		return phoneProblem("a mobile number of China has 11 digits, this has 12")
	}
	return phoneProblem("write one of another country with + and its country code, and a land line of China with its area code")
}

// hasPrefix is bytes.HasPrefix for a text.
func hasPrefix(digits []byte, prefix string) bool {
	return len(digits) >= len(prefix) && string(digits[:len(prefix)]) == prefix
}
