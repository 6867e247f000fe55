package xlsx

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/clientele-go/clientele/customer/intake"
)

// A fault is what is wrong with a cell.
type fault uint8

const (
	sound fault = iota
	uncalculated
	spreadsheetError
	missingText
	lostDigits
	noNumber
	respelled // a number that excelize leaves in the spelling of the file, or gives an exponent
)

var (
	errNoValue   = errors.New("is a formula without a calculated value; open the file in a spreadsheet program and save it")
	errCellError = errors.New("is an error of the spreadsheet; correct the formula, or empty the cell")
	errShared    = errors.New("refers to a text that the file does not hold; ask for a complete copy of it")
	errNumber    = errors.New("is no number, although the file says that it is one; save the file in a spreadsheet program again")
)

// err returns why a cell with the fault is rejected; nil where it is not.
func (f fault) err() error {
	switch f {
	case uncalculated:
		return errNoValue
	case spreadsheetError:
		return errCellError
	case missingText:
		return errShared
	case lostDigits:
		return intake.ErrSpreadsheetNumber
	case noNumber:
		return errNumber
	}
	return nil
}

// judgeNumber returns what is wrong with a number as the file spells it, which
// had space around it or not.
func judgeNumber(value string, spaced bool) fault {
	if plainNumber(value) && !spaced {
		return sound
	}
	n, err := strconv.ParseFloat(value, 64)
	switch size := math.Abs(n); {
	case err != nil || math.IsInf(n, 0) || math.IsNaN(n) || strings.ContainsAny(value, "_xX"):
		return noNumber
	case size >= 1e15:
		return lostDigits
	case spaced || size < 1e-4:
		return respelled
	}
	return sound
}
