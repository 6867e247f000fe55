package storagetest

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// leaseCases are queues.
func leaseCases() []Case {
	return []Case{
		{"leases/order", "a lease takes what is due, the longest due first, at most Limit, and what its condition asks for", leaseOrder},
		{"leases/held", "what is held is not taken again until its time is over", leaseHeld},
		{"leases/fencing", "a worker that stalled writes its late result as ErrConflict, and it does no harm", leaseFencing},
		{"leases/done", "a record that its worker finished, moved on or deleted is not taken again before it is due", leaseDone},
		{"leases/workers", "many workers take each record exactly once", leaseWorkers},
		{"leases/claims", "a claim without time fields, limit or duration is ErrInvalid, one without actor ErrNoActor", leaseClaims},
		{"leases/log", "leases of an untracked kind leave nothing in the change log", leaseLog},
	}
}

// everyJob claims up to n jobs for a minute.
func everyJob(n int) storage.Claim {
	return storage.Claim{Due: "due", Until: "until", Limit: n, For: time.Minute}
}

// lease takes jobs and must succeed.
func (t *trial) lease(c storage.Claim) []*job {
	t.Helper()
	taken, err := jobs.Lease(t.ctx, t.tenant, by, c)
	t.ok(err, "Lease")
	return taken
}

// payloads joins the payloads of jobs.
func payloads(list []*job) string {
	text := ""
	for _, j := range list {
		text += j.Payload
	}
	return text
}

func leaseOrder(t *trial) {
	at := func(minutes int) time.Time { return start.Add(time.Duration(minutes) * time.Minute) }
	put(t, jobs, &job{Payload: "c", Due: at(-1)}, &job{Payload: "a", Due: at(-9)}, &job{Payload: "later", Due: at(60)},
		&job{Payload: "never"}, &job{Payload: "b", Due: at(-5)}, &job{Payload: "x", Due: at(-20), Done: true}, &job{Payload: "d", Due: start})
	open := everyJob(2)
	open.Where = criteria.Eq("done", false)
	t.equal("ab", payloads(t.lease(open)), "the first two")
	t.equal("cd", payloads(t.lease(open)), "the next two")
	t.equal("", payloads(t.lease(open)), "the rest")
	t.equal("x", payloads(t.lease(everyJob(5))), "without a condition")
	t.clock.advance(2 * time.Hour)
	t.equal(6, len(t.lease(everyJob(10))), "the jobs after two hours")
}

func leaseHeld(t *trial) {
	put(t, jobs, &job{Payload: "a", Due: start})
	first := t.lease(everyJob(1))
	t.must(len(first) == 1 && first[0].Version == 2 && first[0].Until.After(start), "want one job of version 2 that is held, got %+v", first)
	t.equal(first[0], get(t, jobs, first[0].ID), "the stored job")
	t.clock.advance(50 * time.Second)
	t.equal(0, len(t.lease(everyJob(1))), "the jobs after 50 seconds")
	t.clock.advance(15 * time.Second)
	t.equal(1, len(t.lease(everyJob(1))), "the jobs after 65 seconds")
}

func leaseFencing(t *trial) {
	put(t, jobs, &job{Payload: "a", Due: start})
	stalled := t.lease(everyJob(1))[0]
	t.clock.advance(2 * time.Minute)
	next := t.lease(everyJob(1))[0]
	stalled.Done, stalled.Until = true, time.Time{}
	t.is(tryPut(t, jobs, stalled), storage.ErrConflict, "the late result")
	err := t.update(func(tx *storage.Tx) error { return jobs.Delete(t.ctx, tx, stalled) })
	t.is(err, storage.ErrConflict, "the late deletion")
	next.Payload, next.Done, next.Until = "b", true, time.Time{}
	put(t, jobs, next)
	t.equal("b", get(t, jobs, next.ID).Payload, "the payload")
}

func leaseDone(t *trial) {
	put(t, jobs, &job{Payload: "a", Due: start}, &job{Payload: "b", Due: start}, &job{Payload: "c", Due: start})
	taken := t.lease(everyJob(3))
	t.must(len(taken) == 3, "want 3 jobs, got %d", len(taken))
	t.write(func(tx *storage.Tx) error {
		taken[0].Due, taken[0].Until = start.Add(time.Hour), time.Time{}
		t.ok(jobs.Put(t.ctx, tx, taken[0]), "Put")
		t.ok(jobs.Delete(t.ctx, tx, taken[1]), "Delete")
		return jobs.Purge(t.ctx, tx, taken[2])
	})
	t.clock.advance(30 * time.Minute)
	t.equal(0, len(t.lease(everyJob(3))), "the jobs after half an hour")
	t.clock.advance(31 * time.Minute)
	t.equal([]uuid.UUID{taken[0].ID}, idsOf(t.lease(everyJob(3))), "the jobs after an hour")
}

func leaseWorkers(t *trial) {
	n := t.times(60, 600)
	var queue []*job
	for i := range n {
		queue = append(queue, &job{Payload: fmt.Sprint(i), Due: start})
	}
	put(t, jobs, queue...)
	var mu sync.Mutex
	taken := map[uuid.UUID]int{}
	errs := together(6, func(worker int) error {
		for range n + 1 {
			list, err := jobs.Lease(t.ctx, t.tenant, by, everyJob(1+worker))
			if err != nil || len(list) == 0 {
				return err
			}
			mu.Lock()
			for _, j := range list {
				taken[j.ID]++
			}
			mu.Unlock()
		}
		return errors.New("the queue does not come to an end")
	})
	t.allOK(errs, "leasing at once")
	// A worker may have left because others held what was due just then.
	for _, j := range t.lease(everyJob(n)) {
		taken[j.ID]++
	}
	t.equal(n, len(taken), "the jobs taken")
	for id, times := range taken {
		t.must(times == 1, "job %v was taken %d times", id, times)
	}
}

func leaseClaims(t *trial) {
	put(t, jobs, &job{Due: start})
	good := everyJob(1)
	for name, change := range map[string]func(*storage.Claim){
		"no due":         func(c *storage.Claim) { c.Due = "" },
		"a text as due":  func(c *storage.Claim) { c.Due = "payload" },
		"unknown until":  func(c *storage.Claim) { c.Until = "nothing" },
		"the same field": func(c *storage.Claim) { c.Until = "due" },
		"no limit":       func(c *storage.Claim) { c.Limit = 0 },
		"no time":        func(c *storage.Claim) { c.For = 0 },
		"negative time":  func(c *storage.Claim) { c.For = -time.Hour },
	} {
		c := good
		change(&c)
		_, err := jobs.Lease(t.ctx, t.tenant, by, c)
		t.is(err, storage.ErrInvalid, name)
	}
	_, err := jobs.Lease(t.ctx, t.tenant, storage.Origin{}, good)
	t.is(err, storage.ErrNoActor, "without actor")
	t.equal(1, len(t.lease(good)), "the jobs that are left")
}

func leaseLog(t *trial) {
	put(t, jobs, &job{Due: start})
	t.lease(everyJob(1))
	t.equal(0, len(changes(t)), "the changes")
}
