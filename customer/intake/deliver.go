package intake

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// deliver hands the batch to the sink and settles the account.
func (j *job) deliver(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	batch := j.batch
	j.batch, j.seen = nil, 0 // the sink may keep its batch
	if len(batch) > 0 {
		if err := j.send(ctx, batch); err != nil {
			return err
		}
	}
	if j.opt.Progress != nil {
		j.report.Bytes = j.source.Bytes()
		j.opt.Progress(j.report.Counts)
	}
	return nil
}

// send gives the sink its batch and counts what it took and what it rejected.
func (j *job) send(ctx context.Context, batch []Record) error {
	var rejections []Rejection
	if j.sink != nil {
		var err error
		if rejections, err = j.sink(ctx, batch); err != nil {
			return fmt.Errorf("intake: rows %d to %d: %w", batch[0].Row, batch[len(batch)-1].Row, err)
		}
	}
	rows, err := byRow(rejections, batch)
	if err != nil {
		return err
	}
	accepted := int64(len(batch) - len(rows))
	j.report.Read += accepted
	j.report.Accepted += accepted
	for _, faults := range rows {
		if err := j.reject(faults); err != nil {
			return err
		}
	}
	return j.checkMax()
}

// byRow groups rejections by the record of the batch that they concern, in the
// order of the rows. It returns an error for one that concerns none.
func byRow(rejections []Rejection, batch []Record) ([][]Rejection, error) {
	sorted := slices.Clone(rejections)
	slices.SortStableFunc(sorted, func(a, b Rejection) int { return cmp.Compare(a.Row, b.Row) })
	var rows [][]Rejection
	for _, r := range sorted {
		at, found := slices.BinarySearchFunc(batch, r.Row, func(rec Record, row int64) int { return cmp.Compare(rec.Row, row) })
		if !found {
			return nil, fmt.Errorf("intake: the sink rejected row %d, which is not in the batch of rows %d to %d", r.Row, batch[0].Row, batch[len(batch)-1].Row)
		}
		r.Line = batch[at].Line
		if n := len(rows); n > 0 && rows[n-1][0].Row == r.Row {
			rows[n-1] = append(rows[n-1], r)
		} else {
			rows = append(rows, []Rejection{r})
		}
	}
	return rows, nil
}
