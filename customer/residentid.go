package customer

import (
	"fmt"
	"strings"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// A ResidentID is a citizen's identity number of China (GB 11643-1999): 17
// digits and a check character, a digit or X. Get one from ParseResidentID; the
// methods of a string that is no such number return zero values, and do not panic.
//
//	110105 19491231 002 X
//	|      |        |   check character
//	|      |        sequence, odd for men and even for women
//	|      birthday
//	division of the first registration (GB/T 2260)
//
// It is personal data under the strictest rules: hosts that need no more than
// age, gender or region do better not to store it.
type ResidentID string

// The lengths of the present numbers and of those issued before 1999.
const (
	residentLength    = 18
	oldResidentLength = 15
)

// The values that ResidentID.Gender returns.
const (
	Male   = "male"
	Female = "female"
)

// ParseResidentID reads an identity number as people write it: in either case
// and width, with spaces and dashes anywhere. The form of 15 digits from before
// 1999 is turned into the present one. It checks the characters, the province,
// that the birthday exists, is not before 1800 and not after the day of now
// in now's location, and the check character; a zero now leaves the future open. A text
// that fails is an *IdentifierError that is ErrResidentID, and ErrCheckDigit too
// where only the check character is wrong.
//
// It does not prove that the number was issued. A number in normal form is
// returned without an allocation.
func ParseResidentID(text string, now time.Time) (ResidentID, error) {
	normal, err := residentForm(text)
	if err != nil {
		return "", err
	}
	id := ResidentID(normal)
	if province := normal[:2]; !isProvince(province) {
		return "", refuse(ErrResidentID, 1, fmt.Sprintf("no province has the code %s", province))
	}
	if err := id.checkBirthday(now); err != nil {
		return "", err
	}
	if normal[residentLength-1] != residentCheck(normal) {
		return "", warn(ErrResidentID, residentLength, "the last character does not fit the others: compare it with the card")
	}
	return id, nil
}

// residentForm returns the 18 characters of a number, checked for no more than
// being digits in front of a digit or X.
func residentForm(text string) (string, error) {
	if isNormalIdentifier(text, residentLength, isResidentCharacter) {
		return checkX(text)
	}
	if identifierLength(text) == oldResidentLength {
		old, err := identifierForm(ErrResidentID, text, oldResidentLength, isDigit)
		if err != nil {
			return "", err
		}
		return fromOldResident(old), nil
	}
	normal, err := identifierForm(ErrResidentID, text, residentLength, isResidentCharacter)
	if err != nil {
		return "", err
	}
	return checkX(normal)
}

// checkX refuses a number that has an X anywhere but at its end.
func checkX(normal string) (string, error) {
	if at := strings.IndexByte(normal, 'X'); at >= 0 && at < residentLength-1 {
		return "", refuse(ErrResidentID, at+1, "X can only be the last character")
	}
	return normal, nil
}

func isResidentCharacter(c byte) bool { return isDigit(c) || c == 'X' }

// identifierLength counts the characters that are no separators.
func identifierLength(text string) int {
	n := 0
	for _, r := range text {
		if !isSeparator(r) {
			n++
		}
	}
	return n
}

// fromOldResident gives an old number its century and check character. The
// sequences 996 to 999 were kept for people born before 1900.
func fromOldResident(old string) string {
	century := "19"
	if old[12:] >= "996" {
		century = "18"
	}
	long := old[:6] + century + old[6:]
	return long + string(residentCheck(long))
}

// residentCheck returns the check character of the first 17 digits: that of
// the sum of the digits times 2^(17-i), modulo 11 (ISO 7064, MOD 11-2).
func residentCheck(digits string) byte {
	sum := 0
	for i := range residentLength - 1 {
		sum = sum*2 + int(digits[i]-'0')
	}
	return "10X98765432"[sum*2%11]
}

// checkBirthday refuses a birthday that does not exist or lies ahead.
func (id ResidentID) checkBirthday(now time.Time) error {
	born := id.Birthday()
	if !born.Valid() || born.Year < 1800 {
		return refuse(ErrResidentID, 7, "the seventh to fourteenth digits are no birthday that exists (year, month, day)")
	}
	if !now.IsZero() && born.Compare(criteria.DateOf(now)) > 0 {
		return refuse(ErrResidentID, 7, fmt.Sprintf("the birthday in it lies after %s", criteria.DateOf(now)))
	}
	return nil
}

// Birthday returns the day of birth.
func (id ResidentID) Birthday() storage.Date {
	if !id.wellFormed() {
		return storage.Date{}
	}
	return storage.Date{Year: number(id[6:10]), Month: time.Month(number(id[10:12])), Day: number(id[12:14])}
}

// Gender returns Male or Female, as registered.
func (id ResidentID) Gender() string {
	switch {
	case !id.wellFormed():
		return ""
	case id[16]%2 == 1:
		return Male
	}
	return Female
}

// Division returns the six digits of the administrative division (GB/T 2260)
// where the person was first registered. Later moves do not change it, and the
// division may have been abolished since.
func (id ResidentID) Division() string {
	if !id.wellFormed() {
		return ""
	}
	return string(id[:6])
}

// wellFormed reports whether the number has 17 digits and a last character.
func (id ResidentID) wellFormed() bool {
	if len(id) != residentLength {
		return false
	}
	for i := range residentLength - 1 {
		if !isDigit(id[i]) {
			return false
		}
	}
	return isResidentCharacter(id[residentLength-1])
}

// number returns the value of a few ASCII digits.
func number(digits ResidentID) int {
	n := 0
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}
