package intake

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// deliver hands the batch to the sink and settles the account.
func (j *runner) deliver(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	batch, some := j.batch, j.seen > 0 && j.keep != nil
	j.batch, j.seen = nil, 0 // the sink may keep its batch
	if len(batch) > 0 || some {
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
func (j *runner) send(ctx context.Context, batch []Record) error {
	rejections, err := j.handOver(ctx, batch)
	if err != nil && len(batch) > 0 {
		err = fmt.Errorf("intake: rows %d to %d: %w", batch[0].Row, batch[len(batch)-1].Row, err)
	}
	if err != nil {
		return err
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

// handOver calls whoever takes the batch.
func (j *runner) handOver(ctx context.Context, batch []Record) ([]Rejection, error) {
	switch {
	case j.keep != nil:
		return j.keep(ctx, step{batch: batch, row: j.last, counts: j.report.Counts})
	case j.sink != nil:
		return j.sink(ctx, batch)
	}
	return nil, nil
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
