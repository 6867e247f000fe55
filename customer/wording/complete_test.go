package wording_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/activity"
	"github.com/clientele-go/clientele/customer/consent"
	"github.com/clientele-go/clientele/customer/deal"
	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/customer/intake/entry"
	"github.com/clientele-go/clientele/customer/intake/export"
	"github.com/clientele-go/clientele/customer/lead"
	"github.com/clientele-go/clientele/customer/lifecycle"
	"github.com/clientele-go/clientele/customer/lineage"
	"github.com/clientele-go/clientele/customer/privacy"
	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/customer/search"
	"github.com/clientele-go/clientele/customer/service"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/customer/tree"
	"github.com/clientele-go/clientele/customer/value"
	"github.com/clientele-go/clientele/customer/wording"
	"github.com/clientele-go/clientele/dedupe/clean"
	"github.com/clientele-go/clientele/dedupe/live"
	"github.com/clientele-go/clientele/dedupe/merge"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/stretchr/testify/require"
)

// kinds are those of every package of the library, by its folder.
var kinds = map[string][]storage.Described{
	"customer": customer.Kinds(), "customer/activity": activity.Kinds(), "customer/consent": consent.Kinds(), "customer/deal": deal.Kinds(),
	"customer/intake": intake.Kinds(), "customer/intake/entry": entry.Kinds(), "customer/intake/export": export.Kinds(), "customer/lead": lead.Kinds(),
	"customer/lifecycle": lifecycle.Kinds(), "customer/lineage": lineage.Kinds(), "customer/privacy": privacy.Kinds(), "customer/quality": quality.Kinds(),
	"customer/search": search.Kinds(), "customer/service": service.Kinds(), "customer/tag": tag.Kinds(), "customer/tree": tree.Kinds(), "customer/value": value.Kinds(),
	"dedupe/merge": merge.Kinds(), "dedupe/review": review.Kinds(), "dedupe/clean": clean.Kinds(), "dedupe/live": live.Kinds(),
	"(storage)": {storage.CustomFields, storage.CustomKinds, storage.Changes},
}

// Every kind and field has a name in both languages, its own or one of all kinds.
func TestLabels_EveryField(t *testing.T) {
	t.Parallel()
	w := wording.Standard()
	for _, lang := range []string{"en", "zh"} {
		own := w.Texts(lang)
		for folder, list := range kinds {
			for _, k := range list {
				s := k.Schema()
				require.NotEmpty(t, own[s.Name], "kind %s of %s in %s", s.Name, folder, lang)
				for _, f := range s.Fields {
					require.NotEmpty(t, own[s.Name+"."+f.Name]+own["*."+f.Name], "field %s.%s of %s in %s", s.Name, f.Name, folder, lang)
					require.NotContains(t, w.Label(lang, s.Name+"."+f.Name), "_")
				}
				for _, f := range []string{storage.FieldID, "version", "created_at", "updated_at", "deleted_at"} {
					require.NotEmpty(t, own[s.Name+"."+f]+own["*."+f])
				}
			}
		}
	}
}

// A package with kinds that is missing above would escape the test.
func TestLabels_EveryPackage(t *testing.T) {
	t.Parallel()
	found := 0
	eachSource(t, "../..", func(path, source string) {
		folder, err := filepath.Rel("../..", filepath.Dir(path))
		require.NoError(t, err)
		folder = filepath.ToSlash(folder)
		if folder == "." || folder == "storage/storagetest" || !strings.Contains(source, "\nfunc Kinds() []storage.Described") {
			return // the root has those of all
		}
		found++
		require.Contains(t, kinds, folder)
	})
	require.Equal(t, len(kinds)-1, found)
}

// The words that fields take in the library's own packages.
var words = map[string][]string{
	"customer.type":         {customer.Person, customer.Organization},
	"customer.gender":       {customer.Male, customer.Female},
	"customer.stage":        {lifecycle.Prospect, lifecycle.New, lifecycle.Returning, lifecycle.Lost},
	"contact_point.type":    {customer.Phone, customer.Email},
	"identity.channel":      {customer.Phone, customer.Email, customer.WeCom, customer.DingTalk, customer.OpenID, customer.UnionID},
	"interaction.direction": {customer.Inbound, customer.Outbound},
	"interaction.state":     {customer.Unparsed},
	"interaction.channel": {activity.ChannelCall, activity.ChannelMail, activity.ChannelSMS, activity.ChannelSocial, activity.ChannelEvent,
		activity.ChannelVisit, activity.ChannelChat, activity.ChannelWeb, activity.ChannelTicket, activity.ChannelOrder, lead.NoteChannel, lead.Channel},
	"lead.state":            {lead.Pool, lead.Owned, lead.Converted, lead.Merged, lead.Invalid, lead.Deleted},
	"deal.status":           {deal.Open, deal.Won, deal.Lost},
	"deal_stage.outcome":    {deal.Open, deal.Won, deal.Lost},
	"quote.status":          {deal.QuoteDraft, deal.QuoteSent, deal.QuoteAccepted, deal.QuoteDeclined, deal.QuoteSuperseded},
	"ticket.phase":          {service.PreSale, service.InSale, service.AfterSale},
	"ticket.kind":           {service.Consult, service.PurchaseHelp, service.Repair, service.Return, service.Exchange, service.Complaint},
	"ticket.state":          {service.StateOpen, service.StateClosed},
	"ticket_step.op":        {service.OpOpened, service.OpResponded, service.OpCompleted, service.OpSkipped, service.OpReopened},
	"feedback.channel":      {service.ByPhone, service.ByMail, service.BySurvey, service.BySocial},
	"feedback.status":       {service.StateOpen, service.FeedbackTaken, service.StateClosed},
	"import_job.state":      {intake.JobRunning, intake.JobDone, intake.JobFailed, intake.JobUndoing, intake.JobUndone},
	"quality_rule.mode":     {quality.Block, quality.Flag},
	"quality_rule.on":       {quality.OnCreate, quality.OnWrite, quality.OnScan},
	"quality_rule.class":    {quality.Incomplete, quality.Inconsistent, quality.Outdated},
	"quality_issue.class":   {quality.Incomplete, quality.Inconsistent, quality.Outdated},
	"quality_issue.state":   {quality.Open, quality.Accepted, quality.Closed},
	"review_task.state":     {quality.Open, quality.Closed},
	"consent.state":         {consent.Granted, consent.Pending, consent.Denied, consent.Withdrawn},
	"consent_state.state":   {consent.Granted, consent.Pending, consent.Denied, consent.Withdrawn, consent.Expired, consent.NoConsent, consent.ByPolicy, consent.Unknown},
	"tag_assignment.source": {tag.Manual, tag.Rule, tag.Import, tag.Chat},
	"tag_assignment.end":    {tag.Removed, tag.Replaced, tag.Expired, tag.Merged},
	"duplicate_pair.state":  {review.Open, review.Same, review.Distinct, review.Closed},
	"duplicate_claim.state": {live.Open, live.Granted, live.Refused},
	"merge.state":           {merge.Done, merge.Undone},
	"clean_sample.verdict":  {clean.Right, clean.Wrong},
	"erasure.state":         {privacy.Running, privacy.Done},
	"change.op":             {storage.OpCreate, storage.OpUpdate, storage.OpDelete, storage.OpRestore, storage.OpPurge, storage.OpErase},
}

func TestLabels_EveryWord(t *testing.T) {
	t.Parallel()
	w := wording.Standard()
	for _, lang := range []string{"en", "zh"} {
		own := w.Texts(lang)
		for field, list := range words {
			for _, word := range list {
				require.NotEmpty(t, own[field+"."+word], "%s %q in %s", field, word, lang)
			}
		}
	}
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

// Each text is there once, in both languages, with the same placeholders.
func TestTexts_BothLanguages(t *testing.T) {
	t.Parallel()
	en, zh := wording.Standard().Texts("en"), wording.Standard().Texts("zh")
	keys := wording.Keys()
	slices.Sort(keys)
	for i := 1; i < len(keys); i++ {
		require.NotEqual(t, keys[i-1], keys[i], "a key stands twice in the tables")
	}
	for _, key := range keys {
		require.NotEmpty(t, en[key], key)
		require.NotEmpty(t, zh[key], key)
		require.NotContains(t, strings.Map(han, en[key]), "汉", key)
		if !strings.HasPrefix(key, "list") && key != "error.quality.line" {
			require.Contains(t, strings.Map(han, zh[key]), "汉", key)
		}
		require.Equal(t, placeholders(en[key]), placeholders(zh[key]), key)
	}
}

func han(r rune) rune {
	if unicode.Is(unicode.Han, r) {
		return '汉'
	}
	return r
}

func placeholders(text string) []string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

// keyed are the places in the sources where a reason gets its key.
var keyed = []*regexp.Regexp{
	regexp.MustCompile(`because\("(\w+)"`),
	regexp.MustCompile(`FieldError\{.*, Key: "(\w+)"`),
	regexp.MustCompile(`fail\("\w+", "(\w+)", "`),
	regexp.MustCompile(`refuseField\(\w+, [^,]+, "(\w+)", `),
}

// Every key that the sources of storage and customer give to a reason has a text.
func TestTexts_EveryReason(t *testing.T) {
	t.Parallel()
	texts, used := wording.Standard().Texts("zh"), map[string]bool{}
	for _, root := range []string{"../../storage", ".."} {
		eachSource(t, root, func(path, source string) {
			for _, form := range keyed {
				for _, m := range form.FindAllStringSubmatch(source, -1) {
					used[m[1]] = true
					require.Contains(t, texts, "error."+m[1], path)
				}
			}
		})
	}
	for _, key := range []string{"required", "no_such_record", "too_long", "not_one_of", "archived", "postcode", "not_allowed", "negative"} {
		require.True(t, used[key], "%s: the sources are no longer written in the forms that this test reads", key)
	}
	require.Contains(t, texts, "error.wrong_type", "what storage gives to every other reason")
}

// The texts for single fields are for fields that there are.
func TestTexts_FieldsExist(t *testing.T) {
	t.Parallel()
	fields := map[string]bool{"derivation.limit": true, "lead.form": true, "review_task.interval": true} // arguments, not stored
	for _, list := range kinds {
		for _, k := range list {
			for _, f := range k.Schema().Fields {
				fields[k.Schema().Name+"."+f.Name] = true
			}
		}
	}
	for _, key := range wording.Keys() {
		if field, ok := strings.CutPrefix(key, "error.field."); ok {
			require.True(t, fields[field], key)
		}
	}
}

// eachSource reads the Go files below a folder that are no tests.
func eachSource(t *testing.T, root string, read func(path, source string)) {
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		if os.IsNotExist(err) {
			return nil // saved by its writer just now
		}
		read(path, string(source))
		return err
	}))
}
