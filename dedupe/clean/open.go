package clean

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// ErrOtherFile: the rows that were drawn are not in the file that a review is
// opened with, or say something else there.
var ErrOtherFile = errors.New("not the file that the sample was drawn from")

// NewReview describes a review to be opened.
type NewReview struct {
	Name   string
	Report *Report         // with the finding of a Draw
	Limit  decimal.Decimal // see Review; from 0 to below 1
}

// OpenReview stores the rows that were drawn as a review. The file is read again,
// from its start and to its end, for the rows themselves, of which the report
// holds only numbers. A source can be read only once, so a function for
// storage.Tenant.Update, which may be called again, opens the file itself.
//
// A report without a sample, or with an empty one, and a limit out of range are
// ErrInvalid. A file that lacks one of the rows, or has another key in it, is
// ErrOtherFile. The transaction holds as many records as the sample.
func OpenReview(ctx context.Context, tx *storage.Tx, n NewReview, file intake.Source) (*Review, error) {
	sample, err := n.check()
	if err != nil {
		return nil, err
	}
	report, err := json.Marshal(n.Report)
	if err != nil {
		return nil, fmt.Errorf("clean: the report cannot be stored: %w", err)
	}
	r := &Review{Name: n.Name, Report: report, Limit: n.Limit, Size: int64(len(sample.Rows))}
	if err := Reviews.Put(ctx, tx, r); err != nil {
		return nil, err
	}
	return r, storeSample(ctx, tx, r.ID, sample, file)
}

func (n NewReview) check() (*Sample, error) {
	if n.Report == nil {
		return nil, fmt.Errorf("clean: %w: no report: give that of Clean", ErrInvalid)
	}
	sample, ok := Found[*Sample](n.Report)
	switch {
	case !ok || len(sample.Rows) == 0:
		return nil, fmt.Errorf("clean: %w: no row was drawn: clean with the step Draw", ErrInvalid)
	case n.Limit.IsNegative() || !n.Limit.LessThan(decimal.New(1, 0)):
		return nil, fmt.Errorf("clean: %w: Limit is %s: use a share from 0 to below 1, such as 0.02", ErrInvalid, n.Limit)
	}
	return sample, nil
}

// chunk is how many records are put, fetched or purged at a time.
const chunk = 500

// storeSample stores the rows of a sample.
func storeSample(ctx context.Context, tx *storage.Tx, review uuid.UUID, sample *Sample, file intake.Source) error {
	at, err := places(file.Header(), sample.Key)
	if err != nil {
		return fmt.Errorf("clean: %w: %w", ErrOtherFile, err)
	}
	var h hasher
	var pending []*SampleRow
	left := sample.Rows
	for row, err := range file.Rows() {
		if err != nil && !isRejection(err) {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err != nil || len(left) == 0 || row.Number != left[0].Row {
			continue
		}
		if markText(h.mark(sample.Seed, row.Cells, at)) != left[0].Mark {
			return fmt.Errorf("clean: %w: row %d has another key", ErrOtherFile, row.Number)
		}
		left = left[1:]
		pending = append(pending, sampleRow(review, file.Header(), row))
		if len(pending) == chunk {
			if err := SampleRows.Put(ctx, tx, pending...); err != nil {
				return err
			}
			pending = pending[:0]
		}
	}
	if len(left) > 0 {
		return fmt.Errorf("clean: %w: there is no row %d; %d of %d rows are missing", ErrOtherFile, left[0].Row, len(left), len(sample.Rows))
	}
	return SampleRows.Put(ctx, tx, pending...)
}

func sampleRow(review uuid.UUID, columns []string, row intake.Row) *SampleRow {
	cells := map[string]string{}
	for i, cell := range row.Cells {
		if i < len(columns) {
			cells[columns[i]] = cell
		}
	}
	text, _ := json.Marshal(cells) // texts alone, which never fail
	return &SampleRow{Review: review, Row: row.Number, Cells: text}
}
