package intake_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/stretchr/testify/require"
)

// A type is taken from a name only where it cannot be a person's.
func TestBook_TypeOfNames(t *testing.T) {
	onEach(t, func(t *testing.T, b *intake.Book) {
		people := []string{
			"Maria Corpuz", "Anna Incze", "Juan de la Corporacion", "Ann Limitedova", "陈中心", "欧阳中心", "王大学", "Maria Co", "Inc", "Ltd",
			"李四（阿里公司）", "Bob Smith (Acme Inc)", "王丽 有限公司采购", "Eva Agren", "anna ag",
		}
		firms := []string{
			"Müller GmbH", "Müller GmbH & Co. KG", "Acme Inc.", "Smith, Inc.", "ABC Trading Co., Ltd.", "Muster AG", "Sociedad S.A.",
			"宁波示例有限公司", "宁波示例有限公司（北京）", "示例投资(有限合伙)", "健身中心", "北京大学", "宁波示例有限公司上海分公司",
		}
		for typ, names := range map[string][]string{customer.Person: people, customer.Organization: firms} {
			for _, name := range names {
				read(t, "姓名\n\""+name+"\"\n", intake.CustomerTargets(intake.Format{}), 0, b.Customers)
				c, err := customer.Kind.First(t.Context(), b.Tenant, storage.Query{Where: criteria.Eq("name", name)})
				require.NoError(t, err, name)
				require.Equal(t, typ, c.Type, name)
			}
		}
	})
}

// What a row states of a person or an organisation decides before its name, and what
// contradicts the type rejects the row: nothing is deleted.
func TestBook_TypeAndItsFields(t *testing.T) {
	onEach(t, func(t *testing.T, b *intake.Book) {
		targets := intake.CustomerTargets(intake.Format{})
		report := read(t, `编号,姓名,类型,性别,生日,规模,统一社会信用代码
1,张氏中心,,男,1990-05-04,,
2,健身中心,企业,女,,,
3,王丽,个人,,,51-200,
4,小店,,,,10,
5,街角店,,,,,91110000600037341L
6,Acme Inc,零售,,1990-05-04,,
7,健身中心,个人,女,,,
8,王丽,个人,女,,,
`, targets, 0, b.Customers)
		columns := map[int64]string{}
		for _, r := range report.Rejections {
			columns[r.Row] = r.Column
		}
		require.Equal(t, map[int64]string{3: "性别", 4: "规模"}, columns)
		for number, typ := range map[string]string{"1": "person", "4": "organization", "5": "organization", "6": "person", "7": "person"} {
			require.Equal(t, typ, byNumber(t, b, number).Type, number)
		}
		require.Equal(t, storage.Date{Year: 1990, Month: 5, Day: 4}, byNumber(t, b, "1").Birthday)
		require.Equal(t, "91110000600037341L", byNumber(t, b, "5").CreditCode)

		report = read(t, "编号,姓名,类型,备注\n8,王丽,企业,new\n4,小店,,new\n", targets, 0, b.Customers)
		require.EqualValues(t, 1, report.Rejected)
		require.Equal(t, "类型", report.Rejections[0].Column)
		require.Equal(t, []string{"女", ""}, []string{byNumber(t, b, "8").Gender, byNumber(t, b, "8").Notes})
		require.Equal(t, "new", byNumber(t, b, "4").Notes)
	})
}

func TestBook_PlainFields(t *testing.T) {
	onEach(t, func(t *testing.T, b *intake.Book) {
		report := read(t, `id,name,id card,district,address,language,lifecycle stage,industry,last contact
1,王丽,110105194912310021,西湖区,文三路1号,zh-CN,lead,retail,2025-03-01
2,Ann,,Soho,1 Dean St,en,,,
3,李雷,12345,,,,,,
4,赵五,,西湖区,,,,,
5,孙六,,西湖区,杭州市西湖区文三路,,,,
`, intake.CustomerTargets(intake.Format{}), 0, b.Customers)
		require.Empty(t, report.Unmapped)
		require.EqualValues(t, 1, report.Rejected)
		require.Equal(t, "id card", report.Rejections[0].Column)
		c := byNumber(t, b, "1")
		require.Equal(t, []string{"西湖区文三路1号", "zh-CN", "lead", "retail", "2025-03-01"},
			[]string{c.Address, c.Language, c.Stage, c.Industry, c.FollowedUp.Format("2006-01-02")})
		require.Equal(t, "110105194912310021", c.ResidentID, "a wrong check character is a warning")
		require.Equal(t, "1 Dean St, Soho", byNumber(t, b, "2").Address)
		require.Equal(t, "西湖区", byNumber(t, b, "4").Address)
		require.Equal(t, "杭州市西湖区文三路", byNumber(t, b, "5").Address)
	})
}

// Custom fields have targets, whose cells are read by the type of the field.
func TestBook_CustomFields(t *testing.T) {
	onEach(t, func(t *testing.T, b *intake.Book) {
		update(t, b, func(tx *storage.Tx) error {
			var defs []*storage.CustomField
			for name, typ := range map[string]string{"level": "text", "seats": "integer", "rate": "decimal", "vip": "bool", "renewed": "date", "likes": "texts", "met": "time", "guide": "ref", "note": "text", "old": "text"} {
				defs = append(defs, &storage.CustomField{Kind: "customer", Name: name, Type: typ, Archived: name == "old"})
			}
			for _, def := range defs {
				switch def.Name {
				case "level":
					def.Label, def.Options = "等级", []string{"金", "银"}
				case "note":
					def.Label = "备注" // taken by the field of the customer
				}
			}
			defs = append(defs, &storage.CustomField{Kind: "order", Name: "channel", Label: "渠道", Type: "text"})
			return storage.CustomFields.Put(t.Context(), tx, defs...)
		})
		f := intake.Format{}
		targets, err := intake.CustomTargets(t.Context(), b.Tenant, customer.Kind, intake.CustomerTargets(f), f)
		require.NoError(t, err)
		report := read(t, `编号,姓名,备注,等级,seats,rate,VIP,renewed,likes,met,guide,custom.note,old
1,王丽,n,金,"1,200",12.50,是,2025-01-02,茶；咖啡,2025-01-02 08:00,019b8bab-0680-7003-8e4c-610c68d37cce,c,x
2,李雷,,铜,,,,,,,,,
3,赵五,,,1.5,x,maybe,,,,z,,
`, targets, 0, b.Customers)
		require.Equal(t, []string{"old"}, report.Unmapped)
		require.EqualValues(t, 2, report.Rejected)
		var columns []string
		for _, r := range report.Rejections {
			columns = append(columns, r.Column)
		}
		require.ElementsMatch(t, []string{"等级", "seats", "rate", "VIP", "guide"}, columns)
		require.ErrorContains(t, report.Rejections[0], "金, 银")
		c := byNumber(t, b, "1")
		data, err := c.Custom.MarshalJSON()
		require.NoError(t, err)
		require.JSONEq(t, `{"guide":"019b8bab-0680-7003-8e4c-610c68d37cce","level":"金","likes":["咖啡","茶"],"met":"2025-01-02T08:00:00Z","note":"c","rate":"12.5","renewed":"2025-01-02","seats":1200,"vip":true}`, string(data))
		require.Equal(t, "n", c.Notes)
		read(t, "编号,姓名,等级\n1,王丽,银\n", targets, 0, b.Customers)
		c = byNumber(t, b, "1")
		require.Equal(t, "银", c.Custom.Text("level"))
		require.Equal(t, 9, c.Custom.Len(), "an empty cell leaves what is there")

		b.Currency = "CNY"
		targets, err = intake.CustomTargets(t.Context(), b.Tenant, customer.Orders, intake.OrderTargets(f), f)
		require.NoError(t, err)
		report = read(t, "订单号,客户编号,日期,金额,渠道\nA1,1,2025-01-02,5,天猫\n", targets, 0, b.Orders)
		require.Empty(t, report.Unmapped)
		o, err := customer.Orders.First(t.Context(), b.Tenant, storage.Query{})
		require.NoError(t, err)
		require.Equal(t, "天猫", o.Custom.Text("channel"))
	})
}

// Fill has the last word, but not about who the customer is.
func TestBook_Fill(t *testing.T) {
	onEach(t, func(t *testing.T, b *intake.Book) {
		stop := errors.New("is not known")
		b.Fill = func(c *customer.Customer, rec intake.Record) error {
			switch level := rec.Cell("等级"); level {
			case "?":
				return intake.Rejection{Column: "等级", Value: level, Err: stop}
			case "!":
				return stop
			case "店":
				c.Type = customer.Organization
			}
			c.Stage, c.ExternalID, c.Version = rec.Cell("等级"), "x", 9
			return nil
		}
		for range 2 {
			report := read(t, "编号,姓名,性别,等级\n1,王丽,,A\n2,李雷,,?\n3,赵五,,!\n4,孙六,女,店\n5,小,,店\n", intake.CustomerTargets(intake.Format{}), 0, b.Customers)
			columns := map[int64]string{}
			for _, r := range report.Rejections {
				columns[r.Row] = r.Column
			}
			require.Equal(t, map[int64]string{3: "等级", 4: "", 5: "性别"}, columns)
			require.ErrorIs(t, report.Rejections[0].Err, stop)
			require.Equal(t, "A", byNumber(t, b, "1").Stage)
			require.Equal(t, customer.Organization, byNumber(t, b, "5").Type)
			require.EqualValues(t, 2, count(t, b, customer.Kind))
		}
	})
}

// onTagged is onEach over a store that keeps assignments of tags.
func onTagged(t *testing.T, test func(t *testing.T, b *intake.Book)) {
	t.Helper()
	adapters.Each(t, append(customer.Kinds(), tag.Kinds()...), func(t *testing.T, acme *storage.Tenant) {
		store, err := acme.Store().Watched(tag.Watch(tag.Define))
		require.NoError(t, err)
		test(t, &intake.Book{Tenant: store.Tenant(acme.Name()), By: storage.By("user:ann", "load"), Source: "shop"})
	})
}

// Without assignments a file adds its tags; with ReplaceTags it replaces them.
func TestBook_TagsWithoutAssignments(t *testing.T) {
	onEach(t, func(t *testing.T, b *intake.Book) {
		tagged := func(tags string) []string {
			read(t, "编号,姓名,标签\n1,王丽,"+tags+"\n", intake.CustomerTargets(intake.Format{}), 0, b.Customers)
			return byNumber(t, b, "1").Tags
		}
		require.Equal(t, []string{"甲"}, tagged("甲"))
		require.Equal(t, []string{"乙", "甲"}, tagged("乙"))
		require.Equal(t, []string{"乙", "甲"}, tagged(""))
		b.ReplaceTags = true
		require.Equal(t, []string{"丙"}, tagged("丙"))
	})
}

// A file takes away the tags that its source gave, and neither those that people gave nor
// those of another source.
func TestBook_TagsOfTheSourceAlone(t *testing.T) {
	onTagged(t, func(t *testing.T, b *intake.Book) {
		ctx := t.Context()
		tagged := func(b *intake.Book, size int, rows ...string) []string {
			report := read(t, "编号,姓名,标签\n"+strings.Join(rows, "\n")+"\n", intake.CustomerTargets(intake.Format{}), size, b.Customers)
			require.Zero(t, report.Rejected)
			return byNumber(t, b, "1").Tags
		}
		require.Equal(t, []string{"甲"}, tagged(b, 0, "1,王丽,甲"))
		c := byNumber(t, b, "1")
		update(t, b, func(tx *storage.Tx) error {
			c.Tags = append(c.Tags, "手")
			return customer.Kind.Put(ctx, tx, c)
		})
		update(t, b, func(tx *storage.Tx) error {
			return customer.AddExternalIDs(ctx, tx, &customer.ExternalID{Customer: c.ID, Source: "erp", ExternalID: "1"})
		})
		erp := &intake.Book{Tenant: b.Tenant, By: b.By, Source: "erp"}
		require.Equal(t, []string{"企", "手", "甲"}, tagged(erp, 0, "1,王丽,企"))
		require.Equal(t, []string{"乙", "企", "手"}, tagged(b, 0, "1,王丽,乙"), "甲 was the file's")
		require.Equal(t, []string{"乙", "企", "手"}, tagged(b, 0, "1,王丽,乙；手"), "named too, and still the hand's")
		require.Equal(t, []string{"丙", "企", "手"}, tagged(b, 0, "1,王丽,丙"))
		require.Equal(t, []string{"丙", "企", "手"}, tagged(b, 0, "1,王丽,"), "an empty cell leaves what is there")
		for size := range 2 { // the later row counts, in one batch or two
			require.Equal(t, []string{"丁", "企", "手"}, tagged(b, size, "1,王丽,戊", "1,王丽,丁"))
			report := read(t, "编号,姓名,标签\n"+fmt.Sprint("N", size, ",李雷,戊\nN", size, ",李雷,丁\n"), intake.CustomerTargets(intake.Format{}), size, b.Customers)
			require.Zero(t, report.Rejected)
			require.Equal(t, []string{"丁"}, byNumber(t, b, fmt.Sprint("N", size)).Tags)
		}
		held, err := tag.Of(ctx, b.Tenant, c.ID)
		require.NoError(t, err)
		from := map[string]string{}
		for _, h := range held {
			from[h.Name] = h.Assignment.Source + " " + h.Assignment.Rule
		}
		require.Equal(t, map[string]string{"丁": "import shop", "企": "import erp", "手": "manual "}, from)
		b.ReplaceTags = true
		require.Equal(t, []string{"己"}, tagged(b, 0, "1,王丽,己"))
	})
}

// The tags of a customer with several numbers come from several rows, none of which
// takes away those of another.
func TestBook_TagsOfMergedCustomers(t *testing.T) {
	onTagged(t, func(t *testing.T, b *intake.Book) {
		targets := intake.CustomerTargets(intake.Format{})
		read(t, twins, targets, 0, b.Customers)
		absorb(t, b, "1", "2")
		var version int64
		for i := range 3 {
			read(t, twins, targets, i, b.Customers)
			c := byNumber(t, b, "1")
			require.Equal(t, []string{"乙", "甲"}, c.Tags)
			require.True(t, i == 0 || c.Version == version, "nothing changes back and forth")
			version = c.Version
		}
	})
}
