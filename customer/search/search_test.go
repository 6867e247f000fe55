package search_test

import (
	"context"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/search"
	"github.com/clientele-go/clientele/storage"
	"github.com/stretchr/testify/require"
)

// One box finds everything that a customer is known by, and says why.
func TestSearch_EveryLook(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		zeng := person(t, acme, "曾小明", "138 0013 8000", "Ming.Zeng@Acme.com", "010-62345678-8001")
		person(t, acme, "单田芳", "139-1234-0000")
		bob := person(t, acme, "Bob O'Smith", "+1 650 253 0000", "bob@acme.com.cn")
		person(t, acme, "吕布", "13700001111")
		put(t, acme, customer.Kind,
			&customer.Customer{Type: customer.Organization, Name: "重庆华星贸易有限公司", CreditCode: "91350100M000100Y43", Source: "erp", ExternalID: "K-77"},
			&customer.Customer{Type: customer.Person, Name: "小明", Company: "ＡＣＭＥ 华星"})
		put(t, acme, customer.ExternalIDs, &customer.ExternalID{Customer: bob.ID, Source: "shop", ExternalID: "9007"},
			&customer.ExternalID{Customer: zeng.ID, Source: "unknown", ExternalID: "K-77"})

		for text, want := range map[string][]string{
			"8000":               {"曾小明 by phone_tail in contact_point.value 138 0013 [8000]"},
			"00138000":           {"曾小明 by phone_tail in contact_point.value 138 [0013 8000]"},
			"10138000":           {},
			"5678":               {"曾小明 by phone_tail in contact_point.value 010-6234[5678]-8001"},
			"0086 138-0013-8000": {"曾小明 by phone in contact_point.value [138 0013 8000]"},
			"（010）62345678转8001": {"曾小明 by phone in contact_point.value [010-62345678-8001]"},
			"0000": {
				"单田芳 by phone_tail in contact_point.value 139-1234-[0000]",
				"Bob O'Smith by phone_tail in contact_point.value +1 650 253 [0000]",
			},
			"000":                   {},
			"曾":                     {"曾小明 by name in customer.name [曾]小明"},
			"曾小":                    {"曾小明 by name in customer.name [曾小]明"},
			"小明":                    {"小明 by name in customer.name [小明]", "曾小明 by name_inside in customer.name 曾[小明]"},
			"明":                     {},
			"Zeng":                  {"曾小明 by spelling in customer.name [曾]小明"},
			"zeng xiao-m":           {"曾小明 by spelling in customer.name [曾小明]"},
			"zēng xiǎo":             {"曾小明 by spelling in customer.name [曾小]明"},
			"ZX":                    {"曾小明 by spelling in customer.name [曾小]明"},
			"shan":                  {"单田芳 by spelling in customer.name [单]田芳"},
			"lǚ":                    {"吕布 by spelling in customer.name [吕]布"},
			"lyubu":                 {"吕布 by spelling in customer.name [吕布]"},
			"bob":                   {"Bob O'Smith by spelling in customer.name [Bob] O'Smith"},
			"o'smi":                 {"Bob O'Smith by spelling in customer.name Bob [O'Smi]th"},
			"Bob":                   {"Bob O'Smith by name in customer.name [Bob] O'Smith"},
			"mit":                   {"Bob O'Smith by name_inside in customer.name Bob O'S[mit]h"},
			"ming.zeng@ACME.com":    {"曾小明 by email in contact_point.value [Ming.Zeng@Acme.com]"},
			"ming.z":                {"曾小明 by email_start in contact_point.value [Ming.Z]eng@Acme.com"},
			"bob@":                  {"Bob O'Smith by email_start in contact_point.value [bob]@acme.com.cn"},
			"@acme.com":             {"曾小明 by domain in contact_point.value Ming.Zeng@[Acme.com]", "Bob O'Smith by domain in contact_point.value bob@[acme.com].cn"},
			"acme.com.":             {"Bob O'Smith by domain in contact_point.value bob@[acme.com.]cn"},
			"华星":                    {"重庆华星贸易有限公司 by name_inside in customer.name 重庆[华星]贸易有限公司", "小明 by company in customer.company ＡＣＭＥ [华星]"},
			"acme":                  {"小明 by company in customer.company [ＡＣＭＥ] 华星"},
			"chongqing":             {"重庆华星贸易有限公司 by spelling in customer.name [重庆]华星贸易有限公司"},
			"9135 0100-m000100y43":  {"重庆华星贸易有限公司 by credit_code in customer.credit_code [91350100M000100Y43]"},
			"K-77":                  {"重庆华星贸易有限公司 by external_id in customer.external_id [K-77]"},
			"9007":                  {"Bob O'Smith by external_id in external_id.external_id [9007]"},
			" \t":                   {},
			"'":                     {},
			"nobody":                {},
			strings.Repeat("曾", 99): {},
		} {
			require.Equal(t, want, told(hits(t, acme, text, search.Options{})), "%q", text)
			require.Equal(t, want, told(hits(t, acme, text, search.Options{Limit: search.MaxLimit})), "%q", text)
		}
	})
}

// What is found is in step with the records, whatever is done to them.
func TestSearch_KeysFollow(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		names := func(text string) []string {
			var list []string
			for _, h := range hits(t, acme, text, search.Options{}) {
				list = append(list, h.Customer.Name)
			}
			return list
		}
		c := person(t, acme, "曾小明")
		p := contact(t, acme, c, "ming@acme.com")
		require.Equal(t, []string{"曾小明"}, names("zxm"))
		c.Name = "Ming Zeng"
		put(t, acme, customer.Kind, c)
		require.Empty(t, names("zxm"))
		require.Equal(t, []string{"Ming Zeng"}, names("mz"))
		require.Equal(t, []string{"Ming Zeng"}, names("ZENG"))

		other := person(t, acme, "李四")
		p, err := customer.ContactPoints.Get(ctx, acme, p.ID)
		require.NoError(t, err)
		p.Customer = other.ID
		put(t, acme, customer.ContactPoints, p)
		require.Equal(t, []string{"李四"}, names("@acme"))
		update(t, acme, func(ctx context.Context, tx *storage.Tx) error { return customer.ContactPoints.Delete(ctx, tx, p) })
		require.Empty(t, names("@acme"))
		update(t, acme, func(ctx context.Context, tx *storage.Tx) error { return customer.ContactPoints.Restore(ctx, tx, p) })
		require.Equal(t, []string{"李四"}, names("@acme"))
		p, err = customer.ContactPoints.Get(ctx, acme, p.ID)
		require.NoError(t, err)
		p.Value, p.Match = "ming@other.org", "ming@other.org"
		put(t, acme, customer.ContactPoints, p)
		require.Empty(t, names("@acme"))
		require.Equal(t, []string{"李四"}, names("other.o"))

		update(t, acme, func(ctx context.Context, tx *storage.Tx) error { return customer.Kind.Delete(ctx, tx, c, other) })
		require.Empty(t, names("mz"))
		require.Empty(t, names("other.o"), "a customer that is deleted is not found by its address")
		update(t, acme, func(ctx context.Context, tx *storage.Tx) error { return customer.Kind.Restore(ctx, tx, c, other) })
		require.Equal(t, []string{"Ming Zeng"}, names("mz"))
		require.Equal(t, []string{"李四"}, names("other.o"))

		update(t, acme, func(ctx context.Context, tx *storage.Tx) error {
			if err := customer.ContactPoints.Purge(ctx, tx, p); err != nil {
				return err
			}
			return customer.Kind.Purge(ctx, tx, c, other)
		})
		require.Zero(t, countKeys(t, acme), "no key outlives its record")
	})
}

// countKeys returns how many keys are stored.
func countKeys(t testing.TB, r storage.Reader) int64 {
	t.Helper()
	n, err := storage.Any(search.Kinds()[0]).Count(t.Context(), r, storage.Query{Deleted: storage.DeletedToo})
	require.NoError(t, err)
	return n
}

// A write that fails leaves the keys as they were.
func TestSearch_KeysAreOfTheTransaction(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		c := person(t, acme, "曾小明")
		err := acme.Update(t.Context(), ann, func(tx *storage.Tx) error {
			c.Name = "Bob"
			if err := customer.Kind.Put(t.Context(), tx, c); err != nil {
				return err
			}
			require.Equal(t, "Bob", hits(t, tx, "BOB", search.Options{})[0].Customer.Name, "it sees its own writes")
			require.Empty(t, hits(t, tx, "zxm", search.Options{}))
			return context.Canceled
		})
		require.ErrorIs(t, err, context.Canceled)
		require.Empty(t, hits(t, acme, "BOB", search.Options{}))
		require.Len(t, hits(t, acme, "zxm", search.Options{}), 1)
	})
}

func TestSearch_Tenants(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		person(t, acme, "曾小明", "13800138000", "ming@acme.com")
		other := acme.Store().Tenant(acme.Name() + " other")
		for _, text := range []string{"曾小", "小明", "zxm", "8000", "13800138000", "ming@acme.com", "ming@", "@acme.com"} {
			require.Len(t, hits(t, acme, text, search.Options{}), 1, text)
			require.Empty(t, hits(t, other, text, search.Options{}), text)
		}
	})
}

func TestSearch_Refusals(t *testing.T) {
	t.Parallel()
	acme := inMemory(t)
	for range 3 {
		person(t, acme, "王丽")
	}
	for name, o := range map[string]search.Options{"negative": {Limit: -1}, "too many": {Limit: search.MaxLimit + 1}, "look": {Looks: []search.Look{"smell"}}} {
		_, err := finder.Search(t.Context(), acme, "王", o)
		require.ErrorIs(t, err, storage.ErrInvalid, name)
	}
	for _, text := range []string{strings.Repeat("x", search.MaxText+1), "a\x00b", "\xff"} {
		_, err := finder.Search(t.Context(), acme, text, search.Options{})
		require.ErrorIs(t, err, storage.ErrInvalid, "%q", text)
	}
	page, err := finder.Search(t.Context(), acme, "王", search.Options{Limit: 1})
	require.NoError(t, err)
	require.NotEmpty(t, page.Next)
	for text, after := range map[string]storage.Cursor{
		"李": page.Next, "王": page.Next + "x", "wang": page.Next, "王 ": page.Next[:len(page.Next)-3], "王丽": "a.b.c",
	} {
		_, err := finder.Search(t.Context(), acme, text, search.Options{After: after})
		require.ErrorIs(t, err, storage.ErrCursor, "%q", text)
	}
	_, err = finder.Search(t.Context(), acme, "王", search.Options{After: page.Next, Looks: []search.Look{search.Name}})
	require.ErrorIs(t, err, storage.ErrCursor, "other looks are another search")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = finder.Search(ctx, acme, "王", search.Options{})
	require.ErrorIs(t, err, context.Canceled)
}

// The zero finder needs neither pinyin nor sources.
func TestSearch_ZeroFinder(t *testing.T) {
	t.Parallel()
	acme := inMemory(t)
	person(t, acme, "曾小明")
	person(t, acme, "Bob Smith")
	var plain search.Finder
	for text, n := range map[string]int{"zxm": 0, "曾": 1, "SMITH": 1} {
		page, err := plain.Search(t.Context(), acme, text, search.Options{})
		require.NoError(t, err)
		require.Len(t, page.Hits, n, text)
	}
}

func TestSearch_Looks(t *testing.T) {
	t.Parallel()
	acme := inMemory(t)
	person(t, acme, "13800138000 Ltd", "13800138000", "13800138000@qq.com")
	for _, l := range search.Looks() {
		page, err := finder.Search(t.Context(), acme, "13800138000", search.Options{Looks: []search.Look{l}})
		require.NoError(t, err)
		switch l {
		case search.Phone, search.Name, search.Spelling, search.PhoneTail, search.EmailStart:
			require.Len(t, page.Hits, 1, l)
			require.Equal(t, l, page.Hits[0].Look)
		default:
			require.Empty(t, page.Hits, l)
		}
	}
}
