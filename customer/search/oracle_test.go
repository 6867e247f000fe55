package search_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/pinyin"
	"github.com/clientele-go/clientele/customer/search"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A folk is some customers and what they are known by, as plain lists.
type folk struct {
	people []*customer.Customer
	points []*customer.ContactPoint
	ids    []*customer.ExternalID
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, criteria.Fold(s))
}

// meant returns the first look by which a text means a customer, by a scan over
// everything; "" for none.
func (f *folk) meant(c *customer.Customer, text string) search.Look {
	for _, l := range search.Looks() {
		if f.fits(l, c, strings.TrimSpace(text)) {
			return l
		}
	}
	return ""
}

func (f *folk) contact(c *customer.Customer, typ string, fits func(match string) bool) bool {
	return slices.ContainsFunc(f.points, func(p *customer.ContactPoint) bool {
		return p.Customer == c.ID && p.Type == typ && fits(p.Match)
	})
}

func (f *folk) fits(l search.Look, c *customer.Customer, text string) bool {
	folded := criteria.Fold(text)
	mail := strings.Contains(folded, "@")
	number := strings.Trim(folded, "0123456789+-. /()") == ""
	han := strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	latin := strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Han, r) })
	inside := func(field string) bool {
		long := han && len([]rune(folded)) >= 2 || len([]rune(letters(text))) >= 3
		return !mail && !number && long && strings.Contains(criteria.Fold(field), folded)
	}
	switch l {
	case search.CreditCode:
		code, err := customer.ParseCreditCode(text)
		return err == nil && c.CreditCode == string(code)
	case search.ExternalID:
		own := !mail && c.Source == "erp" && c.ExternalID == text
		return own || !mail && slices.ContainsFunc(f.ids, func(x *customer.ExternalID) bool {
			return x.Customer == c.ID && x.Source == "shop" && x.ExternalID == text
		})
	case search.Phone:
		match, err := customer.NormalPhone(text)
		return err == nil && f.contact(c, customer.Phone, func(m string) bool { return m == match })
	case search.Email:
		match, err := customer.NormalEmail(text)
		return err == nil && f.contact(c, customer.Email, func(m string) bool { return m == match })
	case search.Name:
		return !mail && text != "" && strings.HasPrefix(c.Name, text)
	case search.Spelling:
		return !mail && (latin || !han) && f.spelled(c, text)
	case search.PhoneTail:
		digits := letters(text)
		return number && len(digits) >= 4 && len(digits) <= 15 && f.contact(c, customer.Phone, func(m string) bool {
			base, _, _ := strings.Cut(m, ";")
			return strings.HasSuffix(base, digits)
		})
	case search.EmailStart:
		return !han && !strings.Contains(text, " ") && len([]rune(folded)) >= 3 && folded[0] != '@' &&
			f.contact(c, customer.Email, func(m string) bool { return strings.HasPrefix(m, folded) })
	case search.Domain:
		asked := strings.HasPrefix(folded, "@") && len(folded) > 1 || !mail && !number && strings.Contains(folded, ".") && folded[0] != '.'
		return asked && !strings.Contains(text, " ") && f.contact(c, customer.Email, func(m string) bool {
			return strings.HasPrefix(m[strings.Index(m, "@")+1:], strings.TrimPrefix(folded, "@"))
		})
	case search.NameInside:
		return inside(c.Name)
	default:
		return inside(c.Company)
	}
}

func (f *folk) spelled(c *customer.Customer, text string) bool {
	for _, wanted := range []string{letters(text), pinyin.Query(text)} {
		if letters(text) == "" || wanted == "" {
			continue
		}
		for _, key := range pinyin.Keys(c.Name) {
			if strings.HasPrefix(key, wanted) {
				return true
			}
		}
		name := criteria.Fold(c.Name)
		for i := range name {
			if i > 0 && !strings.ContainsAny(name[i-1:i], " .") {
				continue
			}
			rest := name[i:]
			for _, form := range []string{rest, one.Replace(rest), two.Replace(rest)} {
				if strings.HasPrefix(letters(form), wanted) {
					return true
				}
			}
		}
	}
	return false
}

// The accents of the names that are drawn, left out and as two letters.
var (
	one = strings.NewReplacer("é", "e", "ü", "u")
	two = strings.NewReplacer("é", "e", "ü", "ue")
)

// draw makes customers from few words, so that they share much.
func draw(t *rapid.T) *folk {
	names := rapid.SliceOfN(rapid.SampledFrom([]string{"曾", "小", "明", "单", "重庆", "Bob", "bo", " ", "O'Neill", "José", "Müller", "１", "吕"}), 1, 5)
	mails := rapid.SampledFrom([]string{"bob@acme.com", "bo@acme.com.cn", "bob.n@acme.co", "Zeng@acme.com", "zxm@x.org", "1380@x.org"})
	phones := rapid.SampledFrom([]string{"13800138000", "13900138000", "010-62348000", "010-62348000转12", "+44 20 7946 8000", "13800131380", "13800018000"})
	f := &folk{}
	for range rapid.IntRange(1, 8).Draw(t, "people") {
		id, err := uuid.NewV7()
		require.NoError(t, err)
		c := &customer.Customer{Meta: storage.Meta{ID: id}, Type: customer.Person, Name: strings.Join(names.Draw(t, "name"), "")}
		if strings.TrimSpace(c.Name) == "" {
			c.Name = "曾"
		}
		if rapid.Bool().Draw(t, "works") {
			c.Company = strings.Join(names.Draw(t, "company"), "")
		}
		if rapid.Bool().Draw(t, "known") {
			c.Source, c.ExternalID = "erp", "8000"+strings.Repeat("0", len(f.people))
			f.ids = append(f.ids, &customer.ExternalID{Customer: id, Source: "shop", ExternalID: "bob" + strings.Repeat("b", len(f.people))},
				&customer.ExternalID{Customer: id, Source: "elsewhere", ExternalID: "zxm" + strings.Repeat("b", len(f.people))})
		}
		f.people = append(f.people, c)
		for _, value := range append(rapid.SliceOfNDistinct(mails, 0, 2, rapid.ID).Draw(t, "mails"), rapid.SliceOfNDistinct(phones, 0, 2, rapid.ID).Draw(t, "phones")...) {
			p, err := customer.NewContactPoint(id, customer.Phone, value)
			if err != nil {
				p, err = customer.NewContactPoint(id, customer.Email, value)
			}
			require.NoError(t, err)
			f.points = append(f.points, p)
		}
	}
	return f
}

// Search finds what a scan over all records finds, for the same reason, in the
// order of the reasons, on pages of any size.
func TestSearch_AgreesWithAScan(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		rapid.Check(t, adapters.Sparing(t, func(rt *rapid.T) {
			here := watched(t, acme.Store().Tenant(uuid.NewString()), finder)
			f := draw(rt)
			put(t, here, customer.Kind, f.people...)
			put(t, here, customer.ContactPoints, f.points...)
			put(t, here, customer.ExternalIDs, f.ids...)
			word := rapid.SampledFrom([]string{
				"曾", "小明", "单", "重庆", "bob", "Bob ", "BO", "O'N", "neill", "josé", "JOSE", "müll", "mull", "Muell", "lu", "1", "zeng", "zxm", "ceng", "shan", "chongq", "cq", "lv", "lǚ", "lyu",
				"@acme", "acme.com", "acme.c", "@x", "bob@", "zeng@ACME.com", "8000", "38000", "0138000", "13800138000", "138 0013 8000", "1380", "62348000", "转12", "+44", "80000", "bobb", "zxmb", "018000", ".", "'", " ",
			})
			for range 12 {
				text := strings.Join(rapid.SliceOfN(word, 1, 2).Draw(rt, "text"), "")
				f.agrees(t, rt, here, text, rapid.IntRange(1, 4).Draw(rt, "limit"))
			}
		}))
	})
}

func (f *folk) agrees(t *testing.T, rt *rapid.T, acme *storage.Tenant, text string, limit int) {
	want := map[uuid.UUID]search.Look{}
	for _, c := range f.people {
		if l := f.meant(c, text); l != "" {
			want[c.ID] = l
		}
	}
	got := map[uuid.UUID]search.Look{}
	last := -1
	page := hits(t, acme, text, search.Options{Limit: search.MaxLimit})
	all := []uuid.UUID{}
	for _, h := range page {
		got[h.Customer.ID] = h.Look
		all = append(all, h.Customer.ID)
		rank := slices.Index(search.Looks(), h.Look)
		require.GreaterOrEqual(rt, rank, last, "%q", text)
		last = rank
		for _, s := range h.Spans {
			require.True(rt, 0 <= s.From && s.From < s.To && s.To <= len(h.Text), "%q: %+v", text, h)
		}
	}
	require.Equal(rt, want, got, "%q among %v", text, f.describe())
	require.Equal(rt, all, walk(t, acme, text, search.Options{Limit: limit}), "%q by %d", text, limit)
}

func (f *folk) describe() (list []string) {
	for _, c := range f.people {
		line := c.Name + " / " + c.Company + " / " + c.ExternalID
		for _, p := range f.points {
			if p.Customer == c.ID {
				line += " / " + p.Match
			}
		}
		list = append(list, line)
	}
	return list
}
