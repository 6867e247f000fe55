package clean

import (
	"context"
	"errors"
	"fmt"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// Why a review does not do what is asked.
var (
	// ErrClosed: the review was accepted, and its verdicts stand.
	ErrClosed = errors.New("the review is closed")
	// ErrUnjudged: rows wait for a verdict.
	ErrUnjudged = errors.New("rows are not judged yet")
	// ErrTooManyWrong: more of the sample is wrong than the limit allows.
	ErrTooManyWrong = errors.New("too many rows are wrong")
)

// A Judgement is what somebody says of a row.
type Judgement struct {
	Row   int64 // its number in the file
	Wrong bool
	Note  string // what is wrong, for others
}

// Judge records judgements in the name of the transaction's actor, and returns the
// review with its new numbers. A row that was judged before gets the new verdict;
// of two judgements of one row the later counts. A row that is not in the sample
// is storage.ErrNotFound, and a review that was accepted ErrClosed; then nothing
// is recorded.
//
// Several people may judge at once: the numbers of the review are those of the
// verdicts, because each of them writes it.
func Judge(ctx context.Context, tx *storage.Tx, review uuid.UUID, list ...Judgement) (*Review, error) {
	r, err := Reviews.Get(ctx, tx, review)
	if err != nil {
		return nil, err
	}
	if !r.ClosedAt.IsZero() {
		return nil, fmt.Errorf("clean: %w, by %s; open another one for another check", ErrClosed, r.ClosedBy)
	}
	rows, err := judgedRows(ctx, tx, review, list)
	if err != nil {
		return nil, err
	}
	var changed []*SampleRow
	once := make(map[int64]bool, len(rows))
	for _, j := range list {
		s := rows[j.Row]
		if s == nil {
			return nil, &storage.RecordError{Kind: Reviews.Name(), ID: review, Reason: fmt.Sprintf("row %d is not in its sample", j.Row), Err: storage.ErrNotFound}
		}
		r.count(s.Verdict, -1)
		s.Verdict, s.Note, s.JudgedBy, s.JudgedAt = j.verdict(), j.Note, tx.Origin().Actor, tx.Now()
		r.count(s.Verdict, 1)
		if !once[j.Row] {
			changed = append(changed, s)
		}
		once[j.Row] = true
	}
	if err := Reviews.Put(ctx, tx, r); err != nil {
		return nil, err
	}
	return r, SampleRows.Put(ctx, tx, changed...)
}

func (j Judgement) verdict() string {
	if j.Wrong {
		return Wrong
	}
	return Right
}

// count adds a verdict to the numbers, or takes one away.
func (r *Review) count(verdict string, n int64) {
	if verdict != "" {
		r.Judged += n
	}
	if verdict == Wrong {
		r.Wrong += n
	}
}

// judgedRows returns the rows that are judged by their numbers.
func judgedRows(ctx context.Context, tx *storage.Tx, review uuid.UUID, list []Judgement) (map[int64]*SampleRow, error) {
	found := make(map[int64]*SampleRow, len(list))
	for from := 0; from < len(list); from += chunk {
		var numbers []int64
		for _, j := range list[from:min(from+chunk, len(list))] {
			if found[j.Row] == nil {
				numbers = append(numbers, j.Row)
			}
		}
		where := criteria.All(criteria.Eq("review", review), criteria.In("row_number", numbers...))
		for s, err := range SampleRows.Find(ctx, tx, storage.Query{Where: where}) {
			if err != nil {
				return nil, err
			}
			found[s.Row] = s
		}
	}
	return found, nil
}

// An AcceptanceError says why data is not accepted.
type AcceptanceError struct {
	Size, Judged, Wrong int64
	Limit               decimal.Decimal
	Err                 error // ErrUnjudged or ErrTooManyWrong
}

// Error returns the numbers and what would make it pass.
func (e *AcceptanceError) Error() string {
	if errors.Is(e.Err, ErrUnjudged) {
		return fmt.Sprintf("clean: %v: %d of %d wait for a verdict", e.Err, e.Size-e.Judged, e.Size)
	}
	return fmt.Sprintf("clean: %v: %d of %d, and the limit of %s %% allows %s: correct the data, clean it again and open another review",
		e.Err, e.Wrong, e.Size, e.Limit.Shift(2), allowed(e.Limit, e.Size).Floor())
}

// Unwrap returns the sentinel.
func (e *AcceptanceError) Unwrap() error { return e.Err }

// allowed is how many rows may be wrong; exact, so that 0.29 of 100 are 29.
func allowed(limit decimal.Decimal, size int64) decimal.Decimal {
	return limit.Mul(decimal.New(size, 0))
}

// Acceptable decides whether the data may be accepted: every row is judged and the
// share of wrong ones is not above the limit. Otherwise it is an *AcceptanceError.
func (r *Review) Acceptable() error {
	e := &AcceptanceError{Size: r.Size, Judged: r.Judged, Wrong: r.Wrong, Limit: r.Limit}
	switch {
	case r.Judged < r.Size:
		e.Err = ErrUnjudged
	case decimal.New(r.Wrong, 0).GreaterThan(allowed(r.Limit, r.Size)):
		e.Err = ErrTooManyWrong
	default:
		return nil
	}
	return e
}

// Text says where the review stands to people in one line.
func (r *Review) Text(l Language) string {
	state := l.choose("open", "进行中")
	if !r.ClosedAt.IsZero() {
		state = l.choose("accepted by ", "已验收：") + r.ClosedBy
	}
	return fmt.Sprintf(l.choose(
		"%s: to be judged: %d, judged: %d, wrong: %d (limit %s %%); %s\n",
		"%s：应核对 %d 行，已核对 %d 行，错误 %d 行（上限 %s%%）；%s\n"), r.Name, r.Size, r.Judged, r.Wrong, r.Limit.Shift(2), state)
}

// CloseReview accepts the data in the name of the transaction's actor if it is
// Acceptable, and otherwise leaves the review open. One that is closed is returned
// as it is.
func CloseReview(ctx context.Context, tx *storage.Tx, review uuid.UUID) (*Review, error) {
	r, err := Reviews.Get(ctx, tx, review)
	if err != nil || !r.ClosedAt.IsZero() {
		return r, err
	}
	if err := r.Acceptable(); err != nil {
		return nil, err
	}
	r.ClosedAt, r.ClosedBy = tx.Now(), tx.Origin().Actor
	return r, Reviews.Put(ctx, tx, r)
}

// ForgetReview purges the rows of a review, with what is said in them of people,
// and erases it from their history, 500 rows a transaction; then, if the review was
// never accepted, it purges the review too. One that was accepted stays, with its
// numbers. It goes on where it was interrupted.
func ForgetReview(ctx context.Context, tenant *storage.Tenant, by storage.Origin, review uuid.UUID) error {
	for left := true; left; {
		err := tenant.Update(ctx, by, func(tx *storage.Tx) error {
			page, err := SampleRows.Page(ctx, tx, storage.Query{Where: criteria.Eq("review", review), Limit: chunk, Deleted: storage.DeletedToo})
			if err != nil {
				return err
			}
			if left = len(page.Items) > 0; left {
				return forget(ctx, tx, page.Items)
			}
			r, err := Reviews.Get(ctx, tx, review)
			if err != nil || !r.ClosedAt.IsZero() {
				return err
			}
			return Reviews.Purge(ctx, tx, r)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func forget(ctx context.Context, tx *storage.Tx, rows []*SampleRow) error {
	if err := SampleRows.Purge(ctx, tx, rows...); err != nil {
		return err
	}
	for _, r := range rows {
		if _, err := SampleRows.EraseHistory(ctx, tx, r.ID); err != nil {
			return err
		}
	}
	return nil
}
