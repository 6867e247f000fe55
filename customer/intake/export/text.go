package export

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// Text returns a value of a field as a table shows it, and whether it is a
// number: decimals without exponent, dates as 2006-01-02, times in UTC as
// 2006-01-02 15:04:05Z with as many digits of a second as they have, bools as TRUE
// and FALSE, sets with ", " between, JSON as it is stored, nil as "". Package
// intake reads all of them.
func Text(value any) (text string, number bool) {
	switch v := value.(type) {
	case nil:
		return "", false
	case string:
		return v, false
	case int64:
		return strconv.FormatInt(v, 10), true
	case decimal.Decimal:
		return v.String(), true
	case bool:
		return strings.ToUpper(strconv.FormatBool(v)), false
	case time.Time:
		return v.UTC().Format("2006-01-02 15:04:05.999999Z"), false
	case []string:
		return strings.Join(v, ", "), false
	case json.RawMessage:
		return string(v), false
	case fmt.Stringer: // dates and ids
		return v.String(), false
	}
	return fmt.Sprint(value), false
}
