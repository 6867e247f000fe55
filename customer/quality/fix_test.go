package quality_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/stretchr/testify/require"
)

// staleStage is a rule that nobody is in the stage "lead", which suggests "new"
// and no language.
func staleStage() *quality.Rule {
	return &quality.Rule{
		Code: "L002", Kind: "customer", Field: "stage", Class: quality.Inconsistent, Mode: quality.Flag, On: quality.OnWrite, Active: true,
		When: quality.Where(criteria.Eq("stage", "lead")), Suggest: json.RawMessage(`{"stage": "new", "language": null}`),
	}
}

// leads makes customers in that stage with open issues, and what is proposed.
func leads(t *testing.T, acme *storage.Tenant, n int) ([]*customer.Customer, []quality.Proposal) {
	t.Helper()
	require.NoError(t, put(t, acme, ann, quality.Rules, staleStage()))
	list := make([]*customer.Customer, n)
	for k := range list {
		list[k] = &customer.Customer{Type: customer.Person, Name: fmt.Sprint("P", k), Stage: "lead", Language: "zh-CN"}
	}
	require.NoError(t, put(t, acme, ann, customer.Kind, list...))
	i := &quality.Inspector{}
	_, err := i.Scan(t.Context(), acme, job, quality.ScanOptions{})
	require.NoError(t, err)
	proposals, _, err := i.Propose(t.Context(), acme, storage.Query{Limit: 1000})
	require.NoError(t, err)
	require.Len(t, proposals, n)
	return list, proposals
}

func TestApply_SkipsWhatHasChanged(t *testing.T) {
	onEach(t, &quality.Inspector{}, func(t *testing.T, acme *storage.Tenant) {
		ctx, i := t.Context(), &quality.Inspector{}
		list, proposals := leads(t, acme, 6)
		byRecord := map[string]*quality.Proposal{}
		for n := range proposals {
			byRecord[proposals[n].Record.String()] = &proposals[n]
		}
		list[0].Notes = "called" // another version
		list[1].Stage = "vip"    // good by now
		require.NoError(t, put(t, acme, ann, customer.Kind, list[0], list[1]))
		require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error { return customer.Kind.Delete(ctx, tx, list[2]) }))
		forged := byRecord[list[3].ID.String()]
		forged.Changes = []quality.FieldChange{{Field: "name", Old: json.RawMessage(`"P3"`), New: json.RawMessage(`"stolen"`)}}
		accepted := byRecord[list[4].ID.String()]
		require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error { return quality.Accept(ctx, tx, accepted.Issue, "so be it") }))

		report, err := i.Apply(ctx, acme, ann, proposals)
		require.NoError(t, err)
		require.Len(t, report.Applied, 1)
		require.Equal(t, list[5].ID, report.Applied[0].Record)
		require.Len(t, report.Skipped, 5)
		for _, s := range report.Skipped {
			require.ErrorIs(t, s.Err, quality.ErrChanged)
		}
		fixed := get(t, acme, customer.Kind, list[5].ID)
		require.Equal(t, "new", fixed.Stage)
		require.Empty(t, fixed.Language)
		require.Equal(t, "P3", get(t, acme, customer.Kind, list[3].ID).Name)

		again, err := i.Apply(ctx, acme, ann, proposals)
		require.NoError(t, err)
		require.Empty(t, again.Applied)
		require.Len(t, again.Skipped, 6)
	})
}

// A proposal goes to a screen and comes back, and the same one twice is applied
// once.
func TestApply_ProposalsSurviveJSON(t *testing.T) {
	onEach(t, &quality.Inspector{}, func(t *testing.T, acme *storage.Tenant) {
		_, proposals := leads(t, acme, 2)
		raw, err := json.MarshalIndent(append(proposals, proposals[0]), "", "\t")
		require.NoError(t, err)
		var back []quality.Proposal
		require.NoError(t, json.Unmarshal(raw, &back))
		report, err := (&quality.Inspector{}).Apply(t.Context(), acme, ann, back)
		require.NoError(t, err)
		require.Len(t, report.Applied, 2)
		require.Len(t, report.Skipped, 1)
	})
}

// What one record is refused for does not keep the others.
func TestApply_SkipsWhatIsRefused(t *testing.T) {
	onEach(t, &quality.Inspector{}, func(t *testing.T, acme *storage.Tenant) {
		list, _ := leads(t, acme, 3)
		list[1].City = "上海"
		require.NoError(t, put(t, acme, ann, customer.Kind, list[1]))
		blocked := &quality.Rule{
			Code: "B001", Kind: "customer", Class: "x", Mode: quality.Block, On: quality.OnWrite, Active: true,
			When: quality.Where(criteria.All(criteria.Eq("city", "上海"), criteria.Eq("stage", "new"))),
		}
		require.NoError(t, put(t, acme, ann, quality.Rules, blocked))
		i := &quality.Inspector{}
		proposals, _, err := i.Propose(t.Context(), acme, storage.Query{})
		require.NoError(t, err)
		report, err := i.Apply(t.Context(), acme, ann, proposals)
		require.NoError(t, err)
		require.Len(t, report.Applied, 2)
		require.Len(t, report.Skipped, 1)
		require.Equal(t, list[1].ID, report.Skipped[0].Proposal.Record)
		require.ErrorIs(t, report.Skipped[0].Err, quality.ErrValidation)
		require.Len(t, openIssues(t, acme), 1)
	})
}

// Without the watch the issues are closed all the same, in many batches too.
func TestApply_WithoutTheWatch(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		_, proposals := leads(t, acme, 450)
		report, err := (&quality.Inspector{}).Apply(t.Context(), acme, ann, proposals)
		require.NoError(t, err)
		require.Len(t, report.Applied, 450)
		require.Empty(t, openIssues(t, acme))
		_, err = (&quality.Inspector{}).Apply(t.Context(), acme, storage.By("user:ann", ""), proposals)
		require.ErrorIs(t, err, storage.ErrNoActor)
	})
}

func TestPropose_Pages(t *testing.T) {
	onEach(t, &quality.Inspector{}, func(t *testing.T, acme *storage.Tenant) {
		i := &quality.Inspector{}
		_, all := leads(t, acme, 7)
		var paged []quality.Proposal
		q := storage.Query{Where: criteria.Eq("rule", "L002"), Limit: 3}
		for {
			list, next, err := i.Propose(t.Context(), acme, q)
			require.NoError(t, err)
			paged = append(paged, list...)
			if q.After = next; next == "" {
				break
			}
		}
		require.Equal(t, all, paged)
		none, _, err := i.Propose(t.Context(), acme, storage.Query{Where: criteria.Eq("rule", "L009")})
		require.NoError(t, err)
		require.Empty(t, none)
	})
}
