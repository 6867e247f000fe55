package wording_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/lead"
	"github.com/clientele-go/clientele/customer/wording"
	"github.com/clientele-go/clientele/storage"
	"github.com/stretchr/testify/require"
)

func TestLanguage_Matching(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{
		"zh": "zh", "zh-CN": "zh", "zh-Hans": "zh", "zh-Hans-SG": "zh", "zh-TW": "zh", "zh-HK": "zh", "zh-Hant": "zh", "zh_CN": "zh", "ZH-cn": "zh",
		"en": "en", "en-US": "en", "en-GB": "en", "fr": "en", "de-DE": "en", "": "en", "no language at all": "en", "und": "en",
		"de-DE,zh;q=0.8,en;q=0.5": "zh", "en;q=0.2, zh-CN": "zh", "fr, *;q=0.5": "en",
	} {
		require.Equal(t, want, wording.Standard().Language(lang), "%q", lang)
	}
	require.Empty(t, wording.Wording{}.Language("zh"))
}

func TestWith_AddsALanguage(t *testing.T) {
	t.Parallel()
	base := wording.Standard()
	w, err := base.With("de", map[string]string{
		"customer": "Kunde", "*.owner": "Betreuer", "error.not_found": "{kind} gibt es nicht.",
	})
	require.NoError(t, err)
	require.Equal(t, "de", w.Language("de-AT"))
	require.Equal(t, "Kunde", w.Label("de-DE", "customer"))
	require.Equal(t, "Betreuer", w.Label("de", "deal.owner"))
	require.Equal(t, "Birthday", w.Label("de", "customer.birthday"), "what German lacks is said in English")
	require.Equal(t, "Kunde gibt es nicht.", w.Error("de", &storage.RecordError{Kind: "customer", Err: storage.ErrNotFound}).Text)
	require.Equal(t, map[string]string{"customer": "Kunde", "*.owner": "Betreuer", "error.not_found": "{kind} gibt es nicht."}, w.Texts("de"))
	require.Equal(t, "Customer", base.Label("de", "customer"), "the wording that With was called on is unchanged")
	require.Empty(t, base.Texts("de"))
}

func TestWith_ReplacesTexts(t *testing.T) {
	t.Parallel()
	w, err := wording.Standard().With("zh", map[string]string{"lead.state.pool": "线索池", "contract": "合同", "contract.number": "合同号"})
	require.NoError(t, err)
	require.Equal(t, "线索池", w.Value("zh-CN", "lead.state", lead.Pool))
	require.Equal(t, "In the pool", w.Value("en", "lead.state", lead.Pool))
	require.Equal(t, "合同号", w.Label("zh", "contract.number"))
	require.Equal(t, "客户", w.Label("zh", "customer"), "the others stay")

	w, err = w.With("zh-TW", map[string]string{"customer": "客戶"})
	require.NoError(t, err)
	require.Equal(t, "客戶", w.Label("zh-TW", "customer"))
	require.Equal(t, "客户", w.Label("zh-CN", "customer"))
	require.Equal(t, "线索池", w.Label("zh-TW", "lead.state.pool"), "what zh-TW lacks is said in zh")
}

func TestWith_Refuses(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"", "und", "no language", "é"} {
		w, err := wording.Standard().With(lang, map[string]string{"customer": "x"})
		require.ErrorIs(t, err, storage.ErrInvalid, "%q", lang)
		require.Equal(t, "Customer", w.Label(lang, "customer"))
	}
}

// What has no label is called by its own name.
func TestLabel_Fallback(t *testing.T) {
	t.Parallel()
	w := wording.Standard()
	require.Equal(t, "colour", w.Label("zh", "vehicle.colour"))
	require.Equal(t, "负责人", w.Label("zh", "vehicle.owner"), "a field of all kinds")
	require.Equal(t, "V.I.P.", w.Value("zh", "customer.stage", "V.I.P."))
	require.Equal(t, "", w.Value("zh", "customer.type", ""))
	require.Equal(t, "name", wording.Wording{}.Label("zh", "customer.name"))
	_, ok := w.Lookup("zh", "vehicle.colour")
	require.False(t, ok)
	_, ok = w.Lookup("zh", "error.name")
	require.False(t, ok, "labels of fields are no texts of errors")
}

func TestText_Placeholders(t *testing.T) {
	t.Parallel()
	w := wording.Standard()
	require.Equal(t, "内容过长。最多 200 字节，请缩短。", w.Text("zh", "error.too_long", "max", "200"))
	require.Equal(t, "it is too long. Use at most {max} bytes.", w.Text("en", "error.too_long", "max"), "a name without a value fills in nothing")
	require.Equal(t, "no.such.text", w.Text("en", "no.such.text"))
	require.Equal(t, "{kind}, x: y", w.Text("en", "error.at", "kind", "{kind}", "field", "x", "text", "y"), "what was filled in is no placeholder")
}

// A wording is shared by all requests of a host.
func TestWording_Concurrently(t *testing.T) {
	t.Parallel()
	w := wording.Standard()
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			own, err := w.With("de", map[string]string{"customer": fmt.Sprint(i)})
			if err != nil || own.Label("de", "customer") != fmt.Sprint(i) || w.Label("zh", "customer") != "客户" {
				t.Errorf("%d: %v", i, err)
			}
		})
	}
	all.Wait()
}

func ExampleWording_Error() {
	w := wording.Standard()
	err := fmt.Errorf("claiming: %w", &lead.StateError{State: lead.Owned, Op: "claim", Allowed: []string{"assign", "release"}})
	for _, lang := range []string{"zh-CN", "en-US"} {
		m := w.Error(lang, err)
		fmt.Println(m.Key, m.Text)
	}
	// Output:
	// error.lead.state 线索处于“跟进中”状态，不能执行：领取。可执行：分配、退回公海。
	// error.lead.state This is not possible while the lead is “Owned”: Claim. Possible: Assign, Release to the pool.
}

func ExampleWording_With() {
	w, err := wording.Standard().With("ja", map[string]string{"customer": "顧客", "customer.type.person": "個人"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(w.Label("ja-JP", "customer"), w.Value("ja-JP", "customer.type", customer.Person))
	fmt.Println(w.Label("ja-JP", "customer.birthday"))
	// Output:
	// 顧客 個人
	// Birthday
}
