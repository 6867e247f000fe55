package dedupe

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGuess(t *testing.T) {
	t.Parallel()
	many := func(format string) (list []string) {
		for i := range 200 {
			list = append(list, fmt.Sprintf(format, i))
		}
		return list
	}
	for _, c := range []struct {
		header string
		values []string
		want   Type
	}{
		{"e-mail", nil, 0},
		{"anything", []string{"a", "a", "", "a"}, 0},
		{"id", many("%d"), 0},
		{"first_name", many("n%d"), GivenName}, {"Surname", many("n%d"), Surname}, {"姓名", many("王%d"), FullName}, {"联系人姓名", many("王%d"), FullName},
		{"date_of_birth", many("1970010%d"), Date}, {"birth_place", many("town %d"), Text},
		{"x", []string{"1990-01-02", "1991-03-04", "", "1992/5/6"}, Date},
		{"x", many("p%d@example.com"), Email}, {"E-mail address", many("p%d"), Email},
		{"x", []string{"13800138000", "139 0013 8001", "010-62345678"}, Phone}, {"手机号码", many("%d"), Phone},
		{"Zip", many("6%04d"), Postcode}, {"street_number", many("%d"), Category}, {"Address", many("%d Main St"), Address},
		{"grade", append(slices.Repeat([]string{"A", "B"}, 150), "C"), Category},
		{"x", []string{"北京字节跳动科技有限公司", "上海晨光文具股份有限公司"}, Company}, {"x", []string{"王小明", "欧阳娜娜", "李芳"}, FullName},
		{"notes", many("this and that %d"), Text},
	} {
		require.Equal(t, c.want, Guess(c.header, c.values), "%s %.60v", c.header, c.values)
	}
}
