package live_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/privacy"
	"github.com/clientele-go/clientele/dedupe/live"
	"github.com/clientele-go/clientele/dedupe/merge"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A town makes people up, each with names as frequent as they are, a phone and a mail address.
type town struct {
	random *rand.Rand
	n      int
}

var (
	surnames = []string{"王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何", "高", "林", "罗", "郑", "梁", "谢", "宋", "唐", "许", "韩", "冯", "邓", "曹"}
	givens   = []string{"伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "涛", "明", "超", "霞", "平", "刚", "桂", "英", "华", "玉", "兰", "红", "鹏", "辉", "宇", "晨", "欣", "嘉", "佳", "思", "雨", "浩", "然", "文", "博", "志", "国"}
)

func (w *town) one() *customer.Customer {
	pick := func(list []string) string { return list[min(w.random.IntN(len(list)), w.random.IntN(len(list)))] }
	return &customer.Customer{
		Type: customer.Person, Name: pick(surnames) + pick(givens) + pick(givens),
		Birthday: storage.Date{Year: 1950 + w.random.IntN(55), Month: time.Month(1 + w.random.IntN(12)), Day: 1 + w.random.IntN(28)},
	}
}

func (w *town) contacts() (phone, mail string) {
	w.n++
	return fmt.Sprintf("13%09d", w.random.IntN(1_000_000_000)), fmt.Sprintf("u%d%c@mail%d.example.com", w.random.IntN(1_000_000_000), 'a'+w.random.IntN(26), w.n%50)
}

// A row is a customer of an import, with its contact points.
type row struct {
	*customer.Customer
	points []*customer.ContactPoint
}

func (w *town) row(t testing.TB, c *customer.Customer, phone, mail string) row {
	r := row{Customer: c}
	for typ, value := range map[string]string{customer.Phone: phone, customer.Email: mail} {
		if value == "" {
			continue
		}
		p, err := customer.NewContactPoint(uuid.Nil, typ, value)
		require.NoError(t, err)
		r.points = append(r.points, p)
	}
	return r
}

// put stores rows in batches, as an import does.
func put(t testing.TB, ctx context.Context, acme *storage.Tenant, rows []row) {
	for from := 0; from < len(rows); from += 1000 {
		require.NoError(t, acme.Update(ctx, job.WithoutValues(), func(tx *storage.Tx) error {
			var list []*customer.Customer
			var points []*customer.ContactPoint
			for _, r := range rows[from:min(from+1000, len(rows))] {
				c := *r.Customer
				list = append(list, &c)
			}
			if err := customer.Kind.Put(ctx, tx, list...); err != nil {
				return err
			}
			for i, c := range list {
				rows[from+i].ID = c.ID
				for _, p := range rows[from+i].points {
					p := *p
					p.Customer = c.ID
					points = append(points, &p)
				}
			}
			_, err := customer.AddContactPoints(ctx, tx, points...)
			return err
		}))
	}
}

// plant makes n customers of whom some are there twice, with a fault, and returns
// the pairs.
func plant(t testing.TB, n, twice int) (rows []row, doubles []int) {
	w := &town{random: rand.New(rand.NewPCG(7, 7))}
	for i := range n - twice {
		c := w.one()
		phone, mail := w.contacts()
		rows = append(rows, w.row(t, c, phone, mail))
		if i >= twice {
			continue
		}
		again := *c
		switch i % 4 {
		case 0:
			phone = "+86 " + phone[:3] + " " + phone[3:7] + " " + phone[7:]
			mail = ""
		case 1:
			phone = ""
			again.Birthday = storage.Date{}
		case 2:
			phone = phone[:9] + string(phone[10]) + string(phone[9])
		default:
			mail = ""
			again.Name = string([]rune(again.Name)[:2])
		}
		rows = append(rows, w.row(t, &again, phone, mail))
		doubles = append(doubles, len(rows)-1)
	}
	return rows, doubles
}

func TestDED07_PeriodicScan(t *testing.T) {
	adapters.WithoutDetector(t)
	n, twice := 1_000, 40
	if os.Getenv("CLIENTELE_SOAK") == "1" {
		n, twice = 100_000, 500
	}
	c := &live.Checker{Mode: live.Off}
	scan := func(t *testing.T, acme *storage.Tenant) {
		rows, doubles := plant(t, n, twice)
		put(t, t.Context(), acme, rows)
		require.NoError(t, c.Learn(t.Context(), acme, job, 20_000))
		require.NoError(t, c.Rebuild(t.Context(), acme, job, nil))
		r, err := c.Sweep(t.Context(), acme, job, nil)
		require.NoError(t, err)
		require.Equal(t, n, r.Looked)
		require.Less(t, r.Compared, 5_000_000)
		pairs := map[review.Key]bool{}
		for _, p := range waiting(t, acme) {
			pairs[review.KeyOf(p.A, p.B)] = true
		}
		found := 0
		for _, at := range doubles {
			if pairs[review.KeyOf(rows[at].ID, rows[at-1].ID)] {
				found++
			}
		}
		t.Logf("%d of %d pairs found, %d others asked about, %d comparisons", found, twice, len(pairs)-found, r.Compared)
		require.GreaterOrEqual(t, found, twice*95/100)

		// The second run has nothing to do, and the third looks at what was changed.
		r, err = c.Sweep(t.Context(), acme, job, nil)
		require.NoError(t, err)
		require.Zero(t, r)
		for _, at := range []int{0, 10, 20} {
			require.NoError(t, change(t, t.Context(), acme, rows[at].ID, func(c *customer.Customer) { c.Gender = "f" }))
		}
		require.NoError(t, change(t, t.Context(), acme, rows[30].ID, func(c *customer.Customer) { c.Stage = "vip" }))
		r, err = c.Sweep(t.Context(), acme, job, nil)
		require.NoError(t, err)
		require.Equal(t, 3, r.Looked)
	}
	if n > 1_000 {
		scan(t, inMemory(t, c))
		return
	}
	onEach(t, c, scan)
}

// An import in batches asks a number of queries that does not grow with its rows, and
// flags doubles within it.
func TestWatch_ImportWithinABatch(t *testing.T) {
	adapters.WithoutDetector(t)
	onEach(t, &live.Checker{Mode: live.Flag}, func(t *testing.T, acme *storage.Tenant) {
		rows, doubles := plant(t, 1_500, 20)
		put(t, t.Context(), acme, rows)
		pairs := map[review.Key]bool{}
		for _, p := range waiting(t, acme) {
			pairs[review.KeyOf(p.A, p.B)] = true
		}
		for _, at := range doubles {
			if at%4 != 1 {
				_, members, err := live.Together(t.Context(), acme, rows[at].ID)
				require.NoError(t, err)
				require.NotEmpty(t, members)
			}
		}
		require.GreaterOrEqual(t, len(pairs), 15)
	})
}

// Customers that were there before the watch get entries, and checks find them while
// Rebuild works with another profile.
func TestRebuild(t *testing.T) {
	adapters.WithoutDetector(t)
	c := &live.Checker{}
	adapters.Each(t, kinds(), func(t *testing.T, bare *storage.Tenant) {
		rows, _ := plant(t, 1_200, 0)
		put(t, t.Context(), bare, rows)
		acme := watched(t, bare, c)
		first := rows[0]
		typed := &review.Subject{Customer: first.Customer, Contacts: first.points}
		look := func() []live.Candidate {
			again := *typed
			other := *typed.Customer
			other.ID = uuid.Nil
			again.Customer = &other
			list, err := c.Candidates(t.Context(), acme, &again)
			require.NoError(t, err)
			return list
		}
		require.Empty(t, look())
		var told []int
		require.NoError(t, c.Rebuild(t.Context(), acme, job, func(n int) { told = append(told, n) }))
		require.Equal(t, []int{500, 1000, 1200}, told)
		require.Equal(t, first.ID, look()[0].Customer)

		require.NoError(t, c.Learn(t.Context(), acme, job, 0))
		require.Equal(t, first.ID, look()[0].Customer)
		ctx, stop := context.WithCancel(t.Context())
		err := c.Rebuild(ctx, acme, job, func(int) { stop() })
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, first.ID, look()[0].Customer)
		last := rows[len(rows)-1]
		_, err = add(t.Context(), acme, ann, person(last.Name), last.points[0].Value)
		require.Equal(t, last.ID, refused(t, err)[0].Customer)
		told = nil
		require.NoError(t, c.Rebuild(t.Context(), acme, job, func(n int) { told = append(told, n) }))
		require.Equal(t, []int{1000, 1200}, told)
		require.Equal(t, first.ID, look()[0].Customer)
		require.EqualValues(t, 1200, count(t, acme, entries))
		require.EqualValues(t, 1, count(t, acme, kindNamed("match_profile")))
		require.EqualValues(t, 0, count(t, acme, kindNamed("match_hold")))
	})
}

// Who is erased leaves no entry, and who is merged into another none either.
func TestErasedAndMerged(t *testing.T) {
	c := &live.Checker{}
	all := append(append(kinds(), privacy.Kinds()...), merge.Kinds()...)
	adapters.Each(t, all, func(t *testing.T, acme *storage.Tenant) {
		acme = watched(t, acme, c)
		a := added(t, acme, person("张伟"), "13810138000")
		ctx := live.Use(t.Context(), live.Off)
		b, err := add(ctx, acme, ann, person("张伟"), "13810138000", "wei@example.com")
		require.NoError(t, err)
		require.NoError(t, acme.Update(ctx, ann.Because("same"), func(tx *storage.Tx) error {
			_, err := merge.Merge(ctx, tx, merge.Request{Survivor: a, Others: []uuid.UUID{b}})
			return err
		}))
		require.EqualValues(t, 1, count(t, acme, entries))
		_, err = add(t.Context(), acme, ann, person("伟"), "wei@example.com")
		require.Equal(t, a, refused(t, err)[0].Customer)
		_, err = privacy.Erase(t.Context(), acme, ann.Because("asked for it"), a, privacy.Options{}, nil)
		require.NoError(t, err)
		require.Zero(t, count(t, acme, entries))
		added(t, acme, person("张伟"), "13810138000", "wei@example.com")
	})
}
