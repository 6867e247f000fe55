package clean

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// LinkOptions of LinkByPhone.
type LinkOptions struct {
	// Merge makes one customer of several, in the transaction given: the others'
	// contact points, orders and all else become the survivor's, and the others are
	// deleted or merged away. Required. It should write the survivor too, so that
	// of two that merge the same customers at once one is repeated: it may be called
	// again with the same customers when another transaction came first. Where it
	// fails with storage.ErrNotFound, the group is looked at again, for another may
	// have merged one of them away.
	Merge func(ctx context.Context, tx *storage.Tx, survivor uuid.UUID, others []uuid.UUID) error
	// Survivor chooses the one that stays, by its place in the list; nil: the oldest.
	// The list is in the order of age, two at least.
	Survivor func(list []*customer.Customer) int
	// Agree decides whether a group is merged; nil: if all are persons or all are
	// organisations, for the one who answers an organisation's phone is not the
	// organisation. A host that knows families on one phone compares names here.
	Agree func(list []*customer.Customer) bool
	// Max is how many customers may share a number; one that more share joins
	// nobody. 0: 5; at least 2.
	Max int
	// Page is how many contact points are read at a time; 0: 500.
	Page int
	// Progress is called behind every page.
	Progress func(LinkReport)
}

// A LinkReport is the account of LinkByPhone.
type LinkReport struct {
	Numbers int64 `json:"numbers"` // different phone numbers that were looked at
	Groups  int64 `json:"groups"`  // groups of customers that were merged
	Merged  int64 `json:"merged"`  // customers that were merged into others: so many are fewer
	Generic int64 `json:"generic"` // numbers that too many customers share
	Refused int64 `json:"refused"` // numbers of groups that Agree refused
	Left    int64 `json:"left"`    // contact points with a number that is generic or refused
}

// Text says the report to people in one line.
func (r LinkReport) Text(l Language) string {
	return fmt.Sprintf(l.choose(
		"phone numbers: %d; groups merged: %d (customers merged into others: %d); generic numbers: %d; groups refused: %d; left: %d\n",
		"号码 %d 个；合并 %d 组（并入他人的客户 %d 个）；公用号码 %d 个；拒绝合并 %d 组；剩余 %d\n"),
		r.Numbers, r.Groups, r.Merged, r.Generic, r.Refused, r.Left)
}

// LinkByPhone merges customers who share a phone number, whatever form they gave
// it in (see customer.ContactPoint.Match), such as those who buy in the shop and
// online. Who shares a number with somebody who shares another one with a third
// becomes one with both.
//
// The numbers are taken in their order, page by page through an index, and each
// group is looked at and merged in a transaction of its own; an error ends the job
// and leaves what was merged before, and the report tells of it. Calling it again
// goes on, and merges nothing that is merged already.
//
// A number is generic if more than Max customers have it or once had it: deleted
// contact points count too, so that one that joined nobody does not join people in
// a later run because some of them were merged for another reason. That asks of
// Merge that it leaves the contact points that it deletes with those who had them.
//
// Through a guarded handle only what its guard shows is seen and counted.
func LinkByPhone(ctx context.Context, tenant *storage.Tenant, by storage.Origin, opt LinkOptions) (LinkReport, error) {
	opt.Max, opt.Page = cmp.Or(opt.Max, maxSharing), cmp.Or(opt.Page, chunk)
	switch {
	case opt.Merge == nil:
		return LinkReport{}, fmt.Errorf("clean: %w: Merge is missing: say how customers become one", ErrInvalid)
	case opt.Max < 2 || opt.Page < 1:
		return LinkReport{}, fmt.Errorf("clean: %w: Max is %d and Page %d: use at least 2 and 1", ErrInvalid, opt.Max, opt.Page)
	}
	j := &joining{tenant: tenant, by: by, opt: opt}
	err := j.run(ctx)
	return j.report, err
}

// A joining is LinkByPhone at work.
type joining struct {
	tenant *storage.Tenant
	by     storage.Origin
	opt    LinkOptions
	report LinkReport
	number string // that is being counted
	shared int64  // contact points with it so far
}

func (j *joining) run(ctx context.Context) error {
	q := storage.Query{Where: criteria.Eq("type", customer.Phone), Order: []storage.Order{{Field: "match"}}, Limit: j.opt.Page}
	for more := true; more; {
		page, err := customer.ContactPoints.Page(ctx, j.tenant, q)
		if err != nil {
			return err
		}
		for _, p := range page.Items {
			if err := j.look(ctx, p.Match); err != nil {
				return err
			}
		}
		if q.After, more = page.Next, page.Next != ""; !more {
			if err := j.look(ctx, ""); err != nil {
				return err
			}
		}
		if j.opt.Progress != nil {
			j.opt.Progress(j.report)
		}
	}
	return nil
}

// retries is how often a group is looked at again because one of its customers was
// gone when Merge came to it: another merged it away meanwhile.
const retries = 3

// look counts a contact point; where another number begins, it ends the one before.
// A customer has a number once, so that contact points count customers.
func (j *joining) look(ctx context.Context, number string) error {
	if number == j.number {
		j.shared++
		return nil
	}
	done, shared := j.number, j.shared
	j.number, j.shared = number, 1
	if done == "" {
		return nil
	}
	j.report.Numbers++
	if shared < 2 {
		return nil
	}
	told, err := j.join(ctx, done)
	for range retries {
		if !errors.Is(err, storage.ErrNotFound) {
			break
		}
		told, err = j.join(ctx, done)
	}
	if err != nil {
		return fmt.Errorf("clean: behind %d numbers, of which %d joined customers: %w", j.report.Numbers-1, j.report.Groups, err)
	}
	j.report.add(told, shared)
	return nil
}

// add adds what became of one number that so many share.
func (r *LinkReport) add(one LinkReport, shared int64) {
	r.Groups += one.Groups
	r.Merged += one.Merged
	r.Generic += one.Generic
	r.Refused += one.Refused
	r.Left += (one.Generic + one.Refused) * shared
}

// join merges those who share a number, and tells what became of it.
func (j *joining) join(ctx context.Context, number string) (told LinkReport, err error) {
	err = j.tenant.Update(ctx, j.by, func(tx *storage.Tx) error {
		told = LinkReport{}
		ids, err := j.sharing(ctx, tx, number)
		if err != nil {
			return err
		}
		if len(ids) > j.opt.Max {
			told.Generic = 1
			return nil
		}
		list, err := live(ctx, tx, number, ids)
		if err != nil || len(list) < 2 {
			return err
		}
		if !j.opt.agree(list) {
			told.Refused = 1
			return nil
		}
		survivor, others := j.part(list)
		told.Groups, told.Merged = 1, int64(len(others))
		return j.opt.Merge(ctx, tx, survivor, others)
	})
	return told, err
}

func (opt *LinkOptions) agree(list []*customer.Customer) bool {
	if opt.Agree != nil {
		return opt.Agree(list)
	}
	return !slices.ContainsFunc(list, func(c *customer.Customer) bool { return c.Type != list[0].Type })
}

// sharing returns the customers who have a number or once had it, and no more of
// them than are needed to call it generic.
func (j *joining) sharing(ctx context.Context, tx *storage.Tx, number string) (ids []uuid.UUID, err error) {
	for p, err := range customer.ContactPoints.Find(ctx, tx, storage.Query{Where: having(number), Deleted: storage.DeletedToo}) {
		if err != nil {
			return nil, err
		}
		if !slices.Contains(ids, p.Customer) {
			if ids = append(ids, p.Customer); len(ids) > j.opt.Max {
				break
			}
		}
	}
	return ids, nil
}

func having(number string) criteria.Criterion {
	return criteria.All(criteria.Eq("type", customer.Phone), criteria.Eq("match", number))
}

// live returns the customers among some who have the number now, the oldest first.
func live(ctx context.Context, tx *storage.Tx, number string, ids []uuid.UUID) (list []*customer.Customer, err error) {
	q := storage.Query{
		Where: criteria.All(criteria.In(storage.FieldID, ids...), criteria.Related(customer.ContactPoints.Name(), "customer", having(number))),
		Order: []storage.Order{{Field: storage.FieldCreatedAt}},
	}
	for c, err := range customer.Kind.Find(ctx, tx, q) {
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

// part parts the survivor from the others.
func (j *joining) part(list []*customer.Customer) (survivor uuid.UUID, others []uuid.UUID) {
	at := 0
	if j.opt.Survivor != nil {
		at = min(max(j.opt.Survivor(list), 0), len(list)-1)
	}
	for i, c := range list {
		if i != at {
			others = append(others, c.ID)
		}
	}
	return list[at].ID, others
}
