package search_test

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/pinyin"
	"github.com/clientele-go/clientele/customer/search"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/postgres"
	"github.com/clientele-go/clientele/storage/postgres/pgtest"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/lib/pq"
	"github.com/stretchr/testify/require"
)

var records = flag.Int("records", 20_000, "how many customers BenchmarkSearch has")

// townSize is how many customers the tests at volume have.
func townSize() int {
	if os.Getenv("CLIENTELE_SOAK") == "1" {
		return 100_000
	}
	return 10_000
}

// A town is many customers with the names, numbers and addresses of people.
type town struct {
	random *rand.Rand
	people []*customer.Customer
	phones map[uuid.UUID]string // in E.164
	emails map[uuid.UUID]string
}

var (
	surnames = []rune("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤单")
	given    = []rune("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华文玉兰红建国志鹏飞宇浩然子轩梓涵思雨欣怡诗琪俊熙佳慧晓东海波斌鑫博雅婷雪梅倩颖晨阳春秋冬月星辰光辉永康健安宁福禄祥瑞云龙凤翔天成立新民生德仁义礼智信")
	firsts   = []string{"Bob", "Alice", "Maria", "José", "John", "Emma", "Oliver", "Sofia", "Liam", "Mia", "Noah", "Zoë", "Paul", "Anna", "Peter", "Laura"}
	lasts    = []string{"Smith", "O'Neill", "García", "Müller", "Jones", "Brown", "Taylor", "Wilson", "Davies", "Evans", "Walker", "Wright", "Hughes", "Green"}
	towns    = []string{"北京", "上海", "重庆", "厦门", "深圳", "杭州", "成都", "武汉"}
	trades   = []string{"贸易", "科技", "食品", "建材", "物流", "教育", "医疗", "餐饮"}
	mailers  = []string{"163.com", "qq.com", "gmail.com", "126.com", "sina.com"}
)

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func (w *town) name() (name, typ string) {
	r := w.random
	switch n := r.IntN(10); {
	case n < 6:
		name = string([]rune{pick(r, surnames), pick(r, given)})
		if n > 0 {
			name += string(pick(r, given))
		}
		return name, customer.Person
	case n < 8:
		return pick(r, firsts) + " " + pick(r, lasts), customer.Person
	default:
		return pick(r, towns) + string([]rune{pick(r, given), pick(r, given)}) + pick(r, trades) + "有限公司", customer.Organization
	}
}

// fill stores the customers in batches. after is called behind each.
func (w *town) fill(t testing.TB, acme *storage.Tenant, n int, after func(stored int)) {
	t.Helper()
	w.random = rand.New(rand.NewPCG(1, 2))
	w.phones, w.emails = map[uuid.UUID]string{}, map[uuid.UUID]string{}
	by := storage.By("job:town", "import").WithoutValues()
	for len(w.people) < n {
		require.NoError(t, acme.Update(t.Context(), by, func(tx *storage.Tx) error { return w.batch(t.Context(), tx, min(2000, n-len(w.people))) }))
		after(len(w.people))
	}
}

func (w *town) batch(ctx context.Context, tx *storage.Tx, n int) error {
	list := make([]*customer.Customer, n)
	for i := range list {
		number := len(w.people) + i
		name, typ := w.name()
		list[i] = &customer.Customer{Type: typ, Name: name, Source: "erp", ExternalID: fmt.Sprintf("K%06d", number)}
		if typ == customer.Person && number%3 == 0 {
			list[i].Company = pick(w.random, towns) + pick(w.random, trades) + "公司"
		}
		if typ == customer.Organization {
			list[i].CreditCode = creditCode(number)
		}
	}
	if err := customer.Kind.Put(ctx, tx, list...); err != nil {
		return err
	}
	var points []*customer.ContactPoint
	var ids []*customer.ExternalID
	for i, c := range list {
		number := len(w.people) + i
		w.phones[c.ID] = fmt.Sprintf("+861%d%d%08d", 3+w.random.IntN(7), number%10, w.random.IntN(100_000_000))
		w.emails[c.ID] = fmt.Sprintf("%s%d@%s", pinyin.Keys(c.Name)[0], number, w.domain(number))
		ids = append(ids, &customer.ExternalID{Customer: c.ID, Source: "shop", ExternalID: shopID(c)})
		points = append(points,
			&customer.ContactPoint{Customer: c.ID, Type: customer.Phone, Value: w.phones[c.ID][3:], Match: w.phones[c.ID]},
			&customer.ContactPoint{Customer: c.ID, Type: customer.Email, Value: w.emails[c.ID], Match: w.emails[c.ID]})
	}
	w.people = append(w.people, list...)
	if err := customer.ExternalIDs.Put(ctx, tx, ids...); err != nil {
		return err
	}
	return customer.ContactPoints.Put(ctx, tx, points...)
}

func (w *town) domain(number int) string {
	if number%2 == 0 {
		return pick(w.random, mailers)
	}
	return fmt.Sprintf("firm%d.com.cn", number/20)
}

// shopID is what the shop calls a customer whom the books call K000001.
func shopID(c *customer.Customer) string { return "S" + c.ExternalID[1:] }

// creditCode returns the i-th code, whose check character is not looked at.
func creditCode(i int) string { return fmt.Sprintf("91350100%09d0", i) }

// A query is a text by which a customer of the town is to be found.
type query struct {
	kind, text string
	want       uuid.UUID
}

// queries are the texts by which some customers are looked for, by kind.
func (w *town) queries(n int) []query {
	var list []query
	random := rand.New(rand.NewPCG(3, 4))
	for range n {
		c := pick(random, w.people)
		ask := func(kind, text string) { list = append(list, query{kind, text, c.ID}) }
		name, phone, mail := []rune(c.Name), w.phones[c.ID], w.emails[c.ID]
		ask("whole phone", "0086 "+phone[3:6]+" "+phone[6:])
		ask("last 4 digits", phone[len(phone)-4:])
		ask("last 6 digits", phone[len(phone)-6:])
		ask("mail", strings.ToUpper(mail))
		ask("beginning of mail", mail[:strings.Index(mail, "@")])
		ask("external id", c.ExternalID)
		ask("further external id", shopID(c))
		ask("name", c.Name)
		ask("beginning of name", string(name[:len(name)-1]))
		ask("pinyin", pinyin.Keys(c.Name)[0])
		if strings.HasPrefix(mail[strings.Index(mail, "@"):], "@firm") {
			ask("domain", mail[strings.Index(mail, "@"):])
		}
		if c.CreditCode != "" {
			ask("credit code", c.CreditCode)
		}
		if name[0] > 0x3000 && len(name) > 2 {
			ask("two characters", string(name[1:3]))
			ask("initials", pinyin.Keys(c.Name)[len(pinyin.Keys(c.Name))-1])
		}
	}
	return list
}

// A base is a town in PostgreSQL.
type base struct {
	town
	db    *sql.DB
	acme  *storage.Tenant
	plans []string // that the server sent as notices
}

func newBase(t testing.TB, n int) *base {
	t.Helper()
	b := &base{}
	connector, err := pq.NewConnector(pgtest.Database(t))
	require.NoError(t, err)
	b.db = sql.OpenDB(pq.ConnectorWithNoticeHandler(connector, func(n *pq.Error) { b.plans = append(b.plans, n.Message) }))
	t.Cleanup(func() { _ = b.db.Close() })
	pg, err := postgres.New(b.db, postgres.Config{})
	require.NoError(t, err)
	require.NoError(t, pg.Migrate(t.Context(), kinds()...))
	clock := &adapters.Clock{}
	clock.Set(adapters.Now)
	store, err := storage.New(pg, clock.Now, kinds()...)
	require.NoError(t, err)
	b.acme = watched(t, store.Tenant("acme"), finder)
	analyze := func() {
		_, err := b.db.ExecContext(t.Context(), "VACUUM ANALYZE")
		require.NoError(t, err)
	}
	b.fill(t, b.acme, n, func(stored int) {
		if slices.Contains([]int{2000, 10_000, 40_000}, stored) {
			analyze() // without statistics, the checks for taken keys read everything
		}
	})
	analyze()
	return b
}

// has reports whether a customer is found by a text, on whatever page.
func has(t testing.TB, r storage.Reader, q query) bool {
	t.Helper()
	return slices.Contains(walk(t, r, q.text, search.Options{Limit: search.MaxLimit}), q.want)
}
