package clean_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/clientele-go/clientele/dedupe/clean"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

const small = "id,name\n1,a\n2,b\n3,c\n4,d\n"

// all draws every row of a file.
func all(t *testing.T, text string) *clean.Report {
	report, err := clean.Clean(t.Context(), open(t, text), clean.Options{}, clean.Draw{Share: decimal.New(1, 0), Key: []string{"id"}})
	require.NoError(t, err)
	return report
}

var checker = storage.By("user:ann", "check")

func openReview(t *testing.T, acme *storage.Tenant, n clean.NewReview, text string) (r *clean.Review, err error) {
	err = acme.Update(t.Context(), checker, func(tx *storage.Tx) error {
		r, err = clean.OpenReview(t.Context(), tx, n, open(t, text))
		return err
	})
	return r, err
}

func judge(t *testing.T, acme *storage.Tenant, review uuid.UUID, list ...clean.Judgement) (r *clean.Review, err error) {
	err = acme.Update(t.Context(), checker, func(tx *storage.Tx) error {
		r, err = clean.Judge(t.Context(), tx, review, list...)
		return err
	})
	return r, err
}

func TestOpenReview_Refuses(t *testing.T) {
	adapters.Each(t, clean.Kinds(), func(t *testing.T, acme *storage.Tenant) {
		report, limit := all(t, small), decimal.RequireFromString("0.02")
		without, err := clean.Clean(t.Context(), open(t, small), clean.Options{})
		require.NoError(t, err)
		for _, n := range []clean.NewReview{{}, {Report: without}, {Report: all(t, "id\n")}, {Report: report, Limit: decimal.New(1, 0)}, {Report: report, Limit: decimal.New(-1, 0)}} {
			_, err := openReview(t, acme, n, small)
			require.ErrorIs(t, err, clean.ErrInvalid)
		}
		for _, other := range []string{"id,name\n1,a\n2,b\n3,c\n", "id,name\n1,a\n2,b\n9,c\n4,d\n", "name\na\nb\nc\nd\n"} {
			_, err := openReview(t, acme, clean.NewReview{Report: report, Limit: limit}, other)
			require.ErrorIs(t, err, clean.ErrOtherFile)
		}
		n, err := clean.Reviews.Count(t.Context(), acme, storage.Query{})
		require.NoError(t, err)
		require.Zero(t, n)
	})
}

func TestJudge_VerdictsAndClose(t *testing.T) {
	adapters.Each(t, clean.Kinds(), func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		review, err := openReview(t, acme, clean.NewReview{Name: "small.csv", Report: all(t, small)}, small)
		require.NoError(t, err)
		require.True(t, json.Valid(review.Report))
		s, err := clean.SampleRows.First(ctx, acme, storage.Query{Where: criteria.Eq("row_number", 3)})
		require.NoError(t, err)
		require.JSONEq(t, `{"id":"2","name":"b"}`, string(s.Cells))

		r, err := judge(t, acme, review.ID, clean.Judgement{Row: 2, Wrong: true}, clean.Judgement{Row: 2}, clean.Judgement{Row: 3, Wrong: true, Note: "not b"})
		require.NoError(t, err)
		require.Equal(t, []int64{4, 2, 1}, []int64{r.Size, r.Judged, r.Wrong})
		_, err = judge(t, acme, review.ID, clean.Judgement{Row: 4}, clean.Judgement{Row: 99})
		require.ErrorIs(t, err, storage.ErrNotFound)
		_, err = judge(t, acme, uuid.New(), clean.Judgement{Row: 4})
		require.ErrorIs(t, err, storage.ErrNotFound)
		r, err = judge(t, acme, review.ID, clean.Judgement{Row: 4}, clean.Judgement{Row: 5}, clean.Judgement{Row: 3})
		require.NoError(t, err)
		require.Equal(t, []int64{4, 4, 0}, []int64{r.Size, r.Judged, r.Wrong})
		for range 2 {
			require.NoError(t, acme.Update(ctx, checker, func(tx *storage.Tx) error { r, err = clean.CloseReview(ctx, tx, review.ID); return err }))
		}
		require.Equal(t, adapters.Now, r.ClosedAt)
		require.Equal(t, "small.csv: to be judged: 4, judged: 4, wrong: 0 (limit 0 %); accepted by user:ann\n", r.Text(clean.English))
		require.Equal(t, "small.csv：应核对 4 行，已核对 4 行，错误 0 行（上限 0%）；已验收：user:ann\n", r.Text(clean.Chinese))
		_, err = judge(t, acme, review.ID, clean.Judgement{Row: 3, Wrong: true})
		require.ErrorIs(t, err, clean.ErrClosed)
		require.NoError(t, acme.View(ctx, func(tx *storage.Tx) error { r, err = clean.Reviews.Get(ctx, tx, review.ID); return err }))
		require.Zero(t, r.Wrong)
	})
}

// Several people judge at once, and no verdict is lost from the numbers.
func TestJudge_AtOnce(t *testing.T) {
	adapters.Each(t, clean.Kinds(), func(t *testing.T, acme *storage.Tenant) {
		var b strings.Builder
		b.WriteString("id\n" + strings.Repeat("x\n", 12))
		review, err := openReview(t, acme, clean.NewReview{Report: all(t, b.String())}, b.String())
		require.NoError(t, err)
		var group sync.WaitGroup
		errs := make([]error, 4)
		for person := range errs {
			group.Go(func() {
				for i := range 3 {
					if _, err := judge(t, acme, review.ID, clean.Judgement{Row: int64(2 + 3*person + i), Wrong: i == 0}); err != nil {
						errs[person] = err
					}
				}
			})
		}
		group.Wait()
		for _, err := range errs {
			require.NoError(t, err)
		}
		r, err := clean.Reviews.Get(t.Context(), acme, review.ID)
		require.NoError(t, err)
		require.Equal(t, []int64{12, 12, 4}, []int64{r.Size, r.Judged, r.Wrong})
	})
}

// The limit is exact: 29 of 100 are not above 29 %, whatever binary fractions say.
func TestReview_Acceptable(t *testing.T) {
	t.Parallel()
	r := clean.Review{Limit: decimal.RequireFromString("0.29"), Size: 100, Judged: 100, Wrong: 29}
	require.NoError(t, r.Acceptable())
	r.Wrong = 30
	require.ErrorIs(t, r.Acceptable(), clean.ErrTooManyWrong)
	r.Judged = 99
	require.ErrorIs(t, r.Acceptable(), clean.ErrUnjudged)
	require.EqualError(t, r.Acceptable(), "clean: rows are not judged yet: 1 of 100 wait for a verdict")
}

func TestForgetReview(t *testing.T) {
	adapters.Each(t, clean.Kinds(), func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		for _, accepted := range []bool{true, false} {
			text := "id\n" + strings.Repeat("x\n", 600)
			review, err := openReview(t, acme, clean.NewReview{Report: all(t, text)}, text)
			require.NoError(t, err)
			if accepted {
				var list []clean.Judgement
				for i := range 600 {
					list = append(list, clean.Judgement{Row: int64(2 + i)})
				}
				_, err = judge(t, acme, review.ID, list...)
				require.NoError(t, err)
				require.NoError(t, acme.Update(ctx, checker, func(tx *storage.Tx) error { _, err := clean.CloseReview(ctx, tx, review.ID); return err }))
			}
			s, err := clean.SampleRows.First(ctx, acme, storage.Query{})
			require.NoError(t, err)
			require.NoError(t, clean.ForgetReview(ctx, acme, checker, review.ID))
			history, err := clean.SampleRows.History(ctx, acme, s.ID)
			require.NoError(t, err)
			require.NotEmpty(t, history)
			for _, change := range history {
				require.Empty(t, change.Values)
			}
			n, err := clean.SampleRows.Count(ctx, acme, storage.Query{Deleted: storage.DeletedToo})
			require.NoError(t, err)
			require.Zero(t, n)
			_, err = clean.Reviews.Get(ctx, acme, review.ID)
			require.Equal(t, accepted, err == nil)
		}
	})
}
