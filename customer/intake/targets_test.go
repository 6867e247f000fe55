package intake

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// firstRecord imports a file of one row.
func firstRecord(t *testing.T, targets []Target, header, cells []string) Record {
	t.Helper()
	f := openCSV(t, writeCSV(t, header, cells))
	var got []Record
	_, err := Run(t.Context(), f, mapped(t, f, targets), Options{}, collect(&got))
	require.NoError(t, err)
	require.Len(t, got, 1)
	return got[0]
}

func TestCustomerTargets_Values(t *testing.T) {
	t.Parallel()
	rec := firstRecord(t, CustomerTargets(Format{Location: zone(t, "Asia/Shanghai")}),
		[]string{"客户编号", "姓名", "客户类型", "手机", "邮箱", "公司", "职位", "性别", "生日", "标签", "地址", "城市", "省份", "来源", "注册时间", "备注",
			"区县", "最近跟进时间", "核实时间", "统一社会信用代码", "身份证号", "所属行业", "规模", "客户阶段", "语言"},
		[]string{"C1", " 王丽 ", "个人", "１３８ 0013 8000", "Wl@Example.cn", "示例", "经理", "女", "1990/5/1", "VIP，新客", "文三路", "杭州", "浙江", "网站", "2025-01-02 08:00", "",
			"西湖区", "2025-03-01", "2025-04-01", "91110000600037341l", "11010519491231002x", "零售", "51-200", "意向", "zh-CN"})
	want := map[string]any{
		"external_id": "C1", "name": "王丽", "kind": "个人", "phone": "138 0013 8000", "email": "Wl@Example.cn", "company": "示例",
		"title": "经理", "gender": "女", "birthday": time.Date(1990, 5, 1, 0, 0, 0, 0, time.UTC), "tags": []string{"VIP", "新客"},
		"address": "文三路", "city": "杭州", "province": "浙江", "source": "网站", "notes": nil,
		"district": "西湖区", "credit_code": "91110000600037341L", "resident_id": "11010519491231002X", "industry": "零售", "size": "51-200", "stage": "意向", "language": "zh-CN",
	}
	for target, value := range want {
		require.Equal(t, value, rec.Value(target), target)
	}
	registered, _ := Get[time.Time](rec, "registered_at")
	require.Equal(t, "2025-01-02T00:00:00Z", registered.UTC().Format(time.RFC3339))
	for target, day := range map[string]string{"followed_up": "2025-03-01", "verified_at": "2025-04-01"} {
		at, _ := Get[time.Time](rec, target)
		require.Equal(t, day, at.In(zone(t, "Asia/Shanghai")).Format(time.DateOnly))
	}
	require.Equal(t, "１３８ 0013 8000", rec.Text("phone"), "the text is that of the file")
	require.Len(t, CustomerTargets(Format{}), len(want)+3, "every target is covered here")
}

func TestOrderTargets_Values(t *testing.T) {
	t.Parallel()
	rec := firstRecord(t, OrderTargets(Format{}),
		[]string{"order id", "customer_id", "order date", "total", "currency", "status", "qty", "sku", "品类"},
		[]string{"O1", "C1", "2025-01-02", "$1,200.50", "hkd", "paid", "3", "S-1", "茶"})
	amount, _ := Get[Amount](rec, "amount")
	require.True(t, amount.Value.Equal(decimal.RequireFromString("1200.5")))
	quantity, _ := Get[int64](rec, "quantity")
	require.EqualValues(t, 3, quantity)
	for target, value := range map[string]string{"external_id": "O1", "customer": "C1", "currency": "HKD", "status": "paid", "product": "S-1", "category": "茶"} {
		got, _ := Get[string](rec, target)
		require.Equal(t, value, got, target)
	}
}

func TestTargets_DoNotContradictThemselves(t *testing.T) {
	t.Parallel()
	for _, targets := range [][]Target{CustomerTargets(Format{}), OrderTargets(Format{})} {
		_, err := newVocabulary(targets)
		require.NoError(t, err)
	}
}
