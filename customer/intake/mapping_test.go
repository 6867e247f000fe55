package intake

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/currency"
	"pgregory.net/rapid"
)

func TestMap_CustomerHeaders(t *testing.T) {
	t.Parallel()
	cases := map[string][]string{
		"name":          {"姓名", "客户名称", "name", "Customer Name", "FULL NAME", "ＮＡＭＥ", "客户姓名（必填）", "客户 名称*"},
		"phone":         {"手机", "电话", "联系电话", "mobile", "Phone", "phone_number", "手 机 号"},
		"email":         {"邮箱", "email", "E-Mail", "e-mail address", "电子邮箱"},
		"company":       {"公司", "公司名称", "Company"},
		"gender":        {"性别", "gender"},
		"birthday":      {"生日", "出生日期", "birthday", "Date of Birth"},
		"external_id":   {"客户编号", "customer_id", "Customer ID", "CustomerID"},
		"tags":          {"标签", "tags"},
		"address":       {"地址", "address"},
		"city":          {"城市", "city"},
		"notes":         {"备注", "notes"},
		"source":        {"来源", "source"},
		"registered_at": {"注册时间", "created_at"},
	}
	for target, headers := range cases {
		for _, header := range headers {
			requireGuess(t, CustomerTargets(Format{}), target, header)
		}
	}
}

func TestMap_OrderHeaders(t *testing.T) {
	t.Parallel()
	cases := map[string][]string{
		"external_id": {"订单号", "order id", "Order No.", "ORDER_ID"},
		"customer":    {"客户编号", "customer_id", "customer id"},
		"placed_at":   {"下单时间", "日期", "order date", "date", "Order-Date"},
		"amount":      {"金额", "amount", "Total", "dollar_value", "金额（元）"},
		"currency":    {"币种", "currency"},
		"product":     {"商品", "SKU"},
	}
	for target, headers := range cases {
		for _, header := range headers {
			requireGuess(t, OrderTargets(Format{}), target, header)
		}
	}
}

// A quantity says nothing without the product: its column is unmapped then, and
// its cells can be read all the same.
func TestMap_TargetWithAnother(t *testing.T) {
	t.Parallel()
	for _, header := range []string{"数量", "number_of_cds"} {
		for product, unmapped := range map[string][]string{"商品": nil, "x": {header, "x"}} {
			m, err := Map([]string{"客户编号", "日期", "金额", header, product}, OrderTargets(Format{}), nil)
			require.NoError(t, err)
			column, ok := m.Column("quantity")
			require.True(t, ok)
			require.Equal(t, header, column)
			require.Equal(t, unmapped, m.Unmapped())
		}
	}
}

// requireGuess checks that the header is taken for the target, whatever else
// is missing.
func requireGuess(t *testing.T, targets []Target, target, header string) {
	t.Helper()
	for i := range targets {
		targets[i].Required = false
	}
	m, err := Map([]string{"zzz", header}, targets, nil)
	require.NoError(t, err)
	column, ok := m.Column(target)
	require.True(t, ok, "%q", header)
	require.Equal(t, header, column)
	require.Equal(t, []string{"zzz"}, m.Unmapped())
}

func TestMap_AmbiguousListsBothColumns(t *testing.T) {
	t.Parallel()
	_, err := Map([]string{"姓名", "手机", "联系电话"}, CustomerTargets(Format{}), nil)
	require.ErrorIs(t, err, ErrAmbiguousColumn)
	var at *MappingError
	require.ErrorAs(t, err, &at)
	require.Equal(t, "phone", at.Target)
	require.Equal(t, []string{"手机", "联系电话"}, at.Columns)
	require.ErrorContains(t, err, `"phone" could be "手机", "联系电话"`)
}

func TestMap_ExplicitOverrules(t *testing.T) {
	t.Parallel()
	header := []string{"姓名", "手机", "联系电话", "备注", "微信"}
	m, err := Map(header, CustomerTargets(Format{}), map[string]string{"联系电话": "phone", "备注": "", "微信": "source"})
	require.NoError(t, err)
	column, _ := m.Column("phone")
	require.Equal(t, "联系电话", column)
	column, _ = m.Column("source")
	require.Equal(t, "微信", column)
	_, ok := m.Column("notes")
	require.False(t, ok)
	_, ok = m.Column("no such target")
	require.False(t, ok)
	require.Equal(t, []string{"手机", "备注"}, m.Unmapped())
}

func TestMap_Refused(t *testing.T) {
	t.Parallel()
	targets := CustomerTargets(Format{})
	cases := map[string]struct {
		header   []string
		explicit map[string]string
		is       error
		says     string
	}{
		"required missing":      {[]string{"手机", "微信"}, nil, ErrMissingColumn, `"name"; the columns that are left are "微信"`},
		"unknown column":        {[]string{"姓名"}, map[string]string{"名": "name"}, ErrUnknownColumn, `"名" is mapped to "name"`},
		"unknown target":        {[]string{"姓名"}, map[string]string{"姓名": "nme"}, ErrUnknownColumn, `"姓名" is mapped to "nme"`},
		"explicit twice":        {[]string{"a", "b"}, map[string]string{"a": "name", "b": "name"}, ErrAmbiguousColumn, `"a", "b"`},
		"ignored, but required": {[]string{"姓名"}, map[string]string{"姓名": ""}, ErrMissingColumn, `"姓名"`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Map(c.header, targets, c.explicit)
			require.ErrorIs(t, err, c.is)
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestMap_AllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := Map([]string{"电话", "手机"}, CustomerTargets(Format{}), nil)
	require.ErrorIs(t, err, ErrAmbiguousColumn)
	require.ErrorIs(t, err, ErrMissingColumn)
}

func TestMap_TargetsThatContradictEachOther(t *testing.T) {
	t.Parallel()
	_, err := Map(nil, []Target{{Name: "a", Synonyms: []string{"E-Mail"}}, {Name: "email"}}, nil)
	require.ErrorContains(t, err, `"a" and "email" are both called "email"`)
	_, err = Map(nil, []Target{{}}, nil)
	require.ErrorContains(t, err, "no name")
}

func TestMap_HeaderOfPunctuationMeansNothing(t *testing.T) {
	t.Parallel()
	m, err := Map([]string{"#", "name"}, CustomerTargets(Format{}), nil)
	require.NoError(t, err)
	require.Equal(t, []string{"#"}, m.Unmapped())
}

// Every column is either one target's or unmapped, and no two targets share one.
func TestMap_Property_NoColumnIsLost(t *testing.T) {
	t.Parallel()
	words := []string{"姓名", "手机", "邮箱", "公司", "x", "y", "备注", "城市"}
	targets := CustomerTargets(Format{})
	rapid.Check(t, func(t *rapid.T) {
		header := rapid.SliceOfNDistinct(rapid.SampledFrom(words), 1, len(words), rapid.ID[string]).Draw(t, "header")
		m, err := Map(header, targets, nil)
		if err != nil {
			require.ErrorIs(t, err, ErrMissingColumn)
			require.NotContains(t, header, "姓名")
			return
		}
		all := m.Unmapped()
		for _, target := range targets {
			if column, ok := m.Column(target.Name); ok {
				all = append(all, column)
			}
		}
		require.ElementsMatch(t, header, all)
	})
}

func TestISO4217_IsKnownElsewhere(t *testing.T) {
	t.Parallel()
	newer := map[string]bool{"SLE": true, "VED": true, "ZWG": true, "VES": true, "MRU": true, "STN": true}
	for i := 1; i+4 <= len(iso4217); i += 4 {
		code := iso4217[i : i+3]
		require.Equal(t, byte(' '), iso4217[i+3])
		if _, err := currency.ParseISO(code); err != nil {
			require.True(t, newer[code], code)
		}
	}
	for _, codes := range symbols {
		for _, code := range codes {
			got, err := parseCurrency(code)
			require.NoError(t, err)
			require.Equal(t, code, got)
		}
	}
}
