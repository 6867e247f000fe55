package customer

import (
	"fmt"
	"strings"
)

// A CreditCode is a unified social credit code (GB 32100-2015), the number of
// a legal person or other organisation in China: 18 digits and capital letters,
// without spaces. Get one from ParseCreditCode; the methods of a string that is
// no credit code return nothing useful, and do not panic.
//
//	9 1 350100 M000100Y4 3
//	| | |      |         check character
//	| | |      organisation code (GB 11714)
//	| | division of the registration (GB/T 2260)
//	| category of the organisation
//	registration authority
type CreditCode string

// creditCodeLength counts the characters of a code.
const creditCodeLength = 18

// ParseCreditCode reads a credit code as people write it: in either case and
// width, with spaces and dashes anywhere. It checks the length, the characters
// (I, O, S, V and Z are none of them), the registration authority, and that
// category and division are digits. A text that fails is an *IdentifierError
// that is ErrCreditCode.
//
// A wrong check character is no error, because codes with one were issued and
// are in use: see Warning. A code in normal form is returned without an
// allocation.
func ParseCreditCode(text string) (CreditCode, error) {
	normal, err := identifierForm(ErrCreditCode, text, creditCodeLength, isCreditCharacter)
	if err != nil {
		return "", err
	}
	if authority := normal[0]; authorityCategories(authority) == "" {
		return "", refuse(ErrCreditCode, 1, fmt.Sprintf("%q is no registration authority: codes begin with 1 to 9, A, N or Y", authority))
	}
	for i := 1; i < 8; i++ {
		if !isDigit(normal[i]) {
			return "", refuse(ErrCreditCode, i+1, fmt.Sprintf("%q stands where a digit belongs: the second to eighth characters are the category and the division", normal[i]))
		}
	}
	return CreditCode(normal), nil
}

// isCreditCharacter reports whether the character has a value in these codes.
func isCreditCharacter(c byte) bool { return creditValue(c) >= 0 }

// creditValue returns the value of a character of a code, its place in
// 0123456789ABCDEFGHJKLMNPQRTUWXY, or -1.
func creditValue(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'H':
		return int(c-'A') + 10
	case c >= 'J' && c <= 'N':
		return int(c-'J') + 18
	case c >= 'P' && c <= 'R':
		return int(c-'P') + 23
	case c >= 'T' && c <= 'U':
		return int(c-'T') + 26
	case c >= 'W' && c <= 'Y':
		return int(c-'W') + 28
	}
	return -1
}

// Checked reports whether the check character fits the others: the sum of the
// values times 3^i, i from 0, and of the check character's own value is 0
// modulo 31 (GB 32100-2015, GB/T 17710). Every code in which one character was
// replaced is found; most other errors are.
func (c CreditCode) Checked() bool {
	if len(c) != creditCodeLength {
		return false
	}
	sum := 0
	for i := creditCodeLength - 2; i >= 0; i-- {
		value := creditValue(c[i])
		if value < 0 {
			return false
		}
		sum = sum*3 + value
	}
	return creditValue(c[creditCodeLength-1]) == (31-sum%31)%31
}

// Warning returns what is doubtful about a code that is well formed, as an
// *IdentifierError, or nil. It is a reason to ask and none to refuse:
//
//   - The check character is wrong (ErrCheckDigit). Mostly a slip of the pen, but
//     some early codes, such as those of a trial in Fujian, have wrong ones.
//   - The category is not among those that GB 32100 lists for the authority, or
//     the division lies in no province: amendments add to both lists.
func (c CreditCode) Warning() error {
	switch {
	case len(c) != creditCodeLength:
		return refuse(ErrCreditCode, 0, "it was not read by ParseCreditCode")
	case !c.Checked():
		return warn(ErrCreditCode, creditCodeLength, "the last character does not fit the others: compare it with the business licence")
	case !strings.Contains(authorityCategories(c[0]), c.Category()):
		return refuse(ErrCreditCode, 2, fmt.Sprintf("authority %s lists no category %s: compare it with the business licence", c.Authority(), c.Category()))
	case !isProvince(c.Division()[:2]) && c.Division()[:2] != "10": // 10: registered with the central government
		return refuse(ErrCreditCode, 3, fmt.Sprintf("no province has the code %s: compare it with the business licence", c.Division()[:2]))
	}
	return nil
}

// Authority returns the character of the registration authority, such as "9"
// for market regulation, or "".
func (c CreditCode) Authority() string { return c.part(0, 1) }

// Category returns the character of the kind of organisation, which only has a
// meaning together with the authority: "1" under authority 9 is an enterprise.
func (c CreditCode) Category() string { return c.part(1, 2) }

// Division returns the six digits of the administrative division (GB/T 2260)
// of the registration. That is where the organisation was registered first,
// not always where it is now; divisions are renamed and abolished.
func (c CreditCode) Division() string { return c.part(2, 8) }

// Organization returns the nine characters of the organisation code (GB
// 11714), by which registers from before 2015 know the organisation.
func (c CreditCode) Organization() string { return c.part(8, 17) }

// part cuts characters out of a code of the right length.
func (c CreditCode) part(from, to int) string {
	if len(c) != creditCodeLength {
		return ""
	}
	return string(c[from:to])
}

// authorityCategories returns the categories of organisations that an
// authority registers, or "" where there is no such authority. The list is that
// of GB 32100-2015, table 1, with its amendments.
func authorityCategories(authority byte) string {
	switch authority {
	case '1': // staffing of public bodies: government body, public institution, mass organisation, other
		return "1239"
	case '2', '4', '8': // foreign affairs, culture, trade unions
		return "19"
	case '3': // justice: law firm, notary, legal service, forensics, arbitration, other
		return "123459"
	case '5': // civil affairs: association, private non-enterprise unit, foundation, other
		return "1239"
	case '6', '7': // tourism, religion
		return "129"
	case '9': // market regulation: enterprise, individual business, farmers' cooperative
		return "1239"
	case 'A': // the military
		return "19"
	case 'N': // agriculture: collectives of a group, a village, a township, other
		return "1239"
	case 'Y': // all others
		return "1"
	}
	return ""
}
