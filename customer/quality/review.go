package quality

import (
	"context"
	"errors"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A ReviewTask asks somebody to look at a customer and confirm that what is
// known of it is right. A customer has at most one that is open.
type ReviewTask struct {
	storage.Meta
	Customer uuid.UUID
	Owner    uuid.UUID // who looked after the customer when the task was made; uuid.Nil: nobody
	State    string    // Open or Closed
	OpenKey  string    // follows from the others: the customer while the task is open
	ClosedAt time.Time
	ClosedBy string // the actor
}

// ReviewTasks is the kind of review tasks. They are written by this package.
var ReviewTasks = storage.Define[ReviewTask]("review_task",
	storage.Ref("customer", func(t *ReviewTask) *uuid.UUID { return &t.Customer }).To("customer").Existing().Required().Indexed(),
	storage.Ref("owner", func(t *ReviewTask) *uuid.UUID { return &t.Owner }),
	storage.Text("state", func(t *ReviewTask) *string { return &t.State }).Required().Indexed(),
	storage.Text("open_key", func(t *ReviewTask) *string { return &t.OpenKey }).Unique(),
	storage.Time("closed_at", func(t *ReviewTask) *time.Time { return &t.ClosedAt }),
	storage.Text("closed_by", func(t *ReviewTask) *string { return &t.ClosedBy }),
).Fixed().Index("owner", "state").Derive((*ReviewTask).fill, "open_key")

// fill keeps the key that makes an open task the only one of its customer.
func (t *ReviewTask) fill() {
	if t.OpenKey = ""; t.State == Open {
		t.OpenKey = t.Customer.String()
	}
}

// A ReviewReport says what Review did.
type ReviewReport struct {
	Created int64 // tasks for customers that are due
	Closed  int64 // tasks of customers that were confirmed otherwise, or are gone
}

// Review makes a task for every live customer whose VerifiedAt lies back more
// than interval, or that was never verified and was created before that, and has
// no open task; 90 days of 24 hours is a quarter. It closes the open tasks of
// customers that are not due any more. It works in transactions of 500 customers
// with by as their origin, and running it again, or twice at once, adds nothing.
//
// A guarded handle sees, and makes tasks for, the customers of its caller. An
// interval that is not positive is storage.ErrInvalid. An error ends the work
// and leaves what was committed; progress, which may be nil, is told after each
// transaction.
//
// Cost: VerifiedAt has no index of its own, so every customer is read once.
func Review(ctx context.Context, t *storage.Tenant, by storage.Origin, interval time.Duration, progress func(ReviewReport)) (ReviewReport, error) {
	var report ReviewReport
	if interval <= 0 {
		return report, &storage.FieldError{Kind: ReviewTasks.Name(), Field: "interval", Reason: "it must be positive: 90*24*time.Hour is a quarter"}
	}
	for _, part := range []reviewPart{createTasks, closeTasks} {
		var after storage.Cursor
		for more := true; more; more = after != "" {
			n, next, err := part.run(ctx, t, by, interval, after, report)
			if err != nil {
				return report, err
			}
			if report, after = n, next; progress != nil {
				progress(report)
			}
		}
	}
	return report, nil
}

// due matches customers to be reviewed.
func due(interval time.Duration) criteria.Criterion {
	return criteria.Any(
		criteria.Lt("verified_at", criteria.Ago(interval)),
		criteria.All(criteria.Missing("verified_at"), criteria.Lt(storage.FieldCreatedAt, criteria.Ago(interval))),
	)
}

// A reviewPart does one batch and returns where the next one begins.
type reviewPart func(ctx context.Context, tx *storage.Tx, interval time.Duration, after storage.Cursor, r *ReviewReport) (storage.Cursor, error)

// run does a batch in a transaction, again when another run made one of its tasks.
func (do reviewPart) run(ctx context.Context, t *storage.Tenant, by storage.Origin, interval time.Duration, after storage.Cursor, was ReviewReport) (ReviewReport, storage.Cursor, error) {
	for try := 1; ; try++ {
		var now ReviewReport
		var next storage.Cursor
		err := t.Update(ctx, by, func(tx *storage.Tx) (err error) {
			now = was
			next, err = do(ctx, tx, interval, after, &now)
			return err
		})
		if try == settleTries || !errors.Is(err, storage.ErrDuplicate) {
			return now, next, err
		}
	}
}

// createTasks makes tasks for the next customers that are due and have none.
func createTasks(ctx context.Context, tx *storage.Tx, interval time.Duration, after storage.Cursor, r *ReviewReport) (storage.Cursor, error) {
	open := criteria.Related(ReviewTasks.Name(), "customer", criteria.Eq("state", Open))
	where := criteria.All(due(interval), criteria.Not(open))
	page, err := customer.Kind.Page(ctx, tx, storage.Query{Where: where, Limit: defaultBatch, After: after})
	if err != nil {
		return "", err
	}
	tasks := make([]*ReviewTask, len(page.Items))
	for n, c := range page.Items {
		tasks[n] = &ReviewTask{Customer: c.ID, Owner: c.Owner, State: Open}
	}
	r.Created += int64(len(tasks))
	return page.Next, ReviewTasks.Put(ctx, tx, tasks...)
}

// closeTasks closes the next open tasks of customers that are not due, or gone.
func closeTasks(ctx context.Context, tx *storage.Tx, interval time.Duration, after storage.Cursor, r *ReviewReport) (storage.Cursor, error) {
	where := criteria.All(criteria.Eq("state", Open), criteria.Not(criteria.Parent("customer", due(interval))))
	page, err := ReviewTasks.Page(ctx, tx, storage.Query{Where: where, Limit: defaultBatch, After: after})
	if err != nil {
		return "", err
	}
	r.Closed += int64(len(page.Items))
	return page.Next, closeAll(ctx, tx, page.Items)
}

// closeAll closes tasks in the name of the writer.
func closeAll(ctx context.Context, tx *storage.Tx, tasks []*ReviewTask) error {
	for _, t := range tasks {
		t.State, t.ClosedAt, t.ClosedBy = Closed, tx.Now(), tx.Origin().Actor
	}
	return ReviewTasks.Put(ctx, tx, tasks...)
}

// Confirm notes that somebody has looked at a customer and found the record
// right: it sets VerifiedAt to the moment of the transaction, nothing else, and
// closes the open review task. A customer that is not there is
// storage.ErrNotFound.
func Confirm(ctx context.Context, tx *storage.Tx, id uuid.UUID) error {
	c, err := customer.Kind.Get(ctx, tx, id)
	if err != nil {
		return err
	}
	c.VerifiedAt = tx.Now()
	if err := customer.Kind.Put(ctx, tx, c); err != nil {
		return err
	}
	open, err := storage.Collect(ReviewTasks.Find(ctx, tx, storage.Query{Where: criteria.Eq("open_key", id.String())}))
	if err != nil {
		return err
	}
	return closeAll(ctx, tx, open)
}
