package clientele

import (
	"slices"

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
	"github.com/clientele-go/clientele/dedupe/clean"
	"github.com/clientele-go/clientele/dedupe/live"
	"github.com/clientele-go/clientele/dedupe/merge"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
)

// Kinds are the kinds of all packages of the library: what an adapter needs to
// make its tables.
func Kinds() []storage.Described {
	return slices.Concat(
		customer.Kinds(), tag.Kinds(), lineage.Kinds(), activity.Kinds(), lead.Kinds(), deal.Kinds(), service.Kinds(),
		tree.Kinds(), lifecycle.Kinds(), value.Kinds(), quality.Kinds(), consent.Kinds(), privacy.Kinds(), search.Kinds(),
		intake.Kinds(), entry.Kinds(), export.Kinds(), merge.Kinds(), review.Kinds(), live.Kinds(), clean.Kinds(),
	)
}

// WithInteractions says how interactions are taken in: the channels beside the
// built-in ones, how phone numbers are read, what counts as a follow-up. Unless
// set it is an activity.Recorder with the channels of leads and their notes.
func WithInteractions(r activity.Recorder) Option { return func(o *options) { o.recorder = r } }

// WithTags says what becomes of a tag that is not defined when it is written into
// Customer.Tags: tag.Define, unless set, or tag.Refuse.
func WithTags(undefined tag.Undefined) Option { return func(o *options) { o.undefined = undefined } }

// WithLifecycle holds customers to a life cycle: which stages follow each other,
// and which orders move a customer on. Without it the stage of a customer is any
// word. A policy that contradicts itself is an error of Open.
func WithLifecycle(p lifecycle.Policy) Option { return func(o *options) { o.lifecycle = &p } }

// WithQuality sets the inspector that holds writes against the rules of quality
// of each tenant; unless set it is one that knows no roles, so that rules which
// block those of some roles block nobody.
func WithQuality(i *quality.Inspector) Option { return func(o *options) { o.inspector = i } }

// WithSearch keeps the keys of a finder in step, so that its Search finds by
// spelling and by the domain of a mail address. Names by pinyin need the tables of
// package pinyin, which a host may do without:
//
//	finder := search.Finder{Romanize: pinyin.Keys, Spell: pinyin.Query, Version: pinyin.Version}
//	db, err := clientele.Open(driver, clientele.WithSearch(finder))
//
// Records that were there before get their keys from Finder.Rebuild.
func WithSearch(f search.Finder) Option { return func(o *options) { o.finder = &f } }

// WithDuplicates looks whether customers are there already while they are written,
// whoever writes them: by the checker's mode they are refused with a
// live.PossibleDuplicateError, or wait in the queue of package review. An import says
// live.Use(ctx, live.Flag); merges are not refused. Customers that were there
// before are found once live.Checker.Rebuild has run.
func WithDuplicates(c *live.Checker) Option { return func(o *options) { o.checker = c } }

// WithWatches adds watches of the host's own behind the library's.
func WithWatches(watches ...storage.Watch) Option {
	return func(o *options) { o.watches = append(o.watches, watches...) }
}

// watch returns the store with all watches: what the packages need to keep their
// records in step, whoever writes them.
func (o *options) watch(store *storage.Store) (*storage.Store, error) {
	watches := slices.Concat(
		[]storage.Watch{tree.Watch(), tag.Watch(o.undefined), consent.Watch(), merge.Watch(), lineage.Watch(), lineage.Follow(tag.Assignments, whyTagged)},
		deal.Watches(), o.recorder.Watches(), []storage.Watch{o.inspector.Watch()},
	)
	if o.lifecycle != nil {
		moves, err := o.lifecycle.Watches()
		if err != nil {
			return nil, err
		}
		watches = append(watches, moves...)
	}
	if o.finder != nil {
		watches = append(watches, o.finder.Watch())
	}
	if o.checker != nil {
		if err := o.checker.Valid(); err != nil {
			return nil, err
		}
		watches = append(watches, o.checker.Watch())
	}
	return store.Watched(append(watches, o.watches...)...)
}

// whyTagged tells what a tag that a rule gave rests on.
func whyTagged(a *tag.Assignment) (lineage.Derivation, bool) {
	return lineage.Derivation{
		Customer: a.Customer, Rule: a.Rule, RuleVersion: a.RuleVersion, Actor: a.By, At: a.At, Evidence: a.Evidence,
	}, a.Rule != ""
}
