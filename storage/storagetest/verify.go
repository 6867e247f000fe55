package storagetest

import "github.com/clientele-go/clientele/storage"

// verified ends the case unless the change log of its tenant is as it was written.
func (t *trial) verified(known ...storage.Checkpoint) storage.Verdict {
	t.Helper()
	v, err := t.tenant.Log().Verify(t.ctx, known...)
	t.ok(err, "Verify")
	t.must(v.OK(), "Verify finds position %d bad: %s", v.Bad, v.Reason)
	return v
}

// bad ends the case unless Verify finds exactly this position bad.
func (t *trial) bad(position int64, known ...storage.Checkpoint) {
	t.Helper()
	v, err := t.tenant.Log().Verify(t.ctx, known...)
	t.ok(err, "Verify")
	t.must(v.Bad == position && v.Reason != "", "want position %d to be bad, with a reason, got %+v", position, v)
}
