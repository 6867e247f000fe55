package storagetest

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/clientele-go/clientele/storage"
)

// transferCases are exports and imports (STO-03).
func transferCases() []Case {
	return []Case{
		{"transfer/whole", "an import holds all that the export held: records of all kinds, deleted ones, ids, versions, custom fields, history, log and consumers", transferWhole},
		{"transfer/goes-on", "after an import work goes on: keys are taken, versions checked, the log continues and verifies", transferGoesOn},
		{"transfer/not-empty", "an import into a tenant that holds anything is ErrNotEmpty and changes nothing", transferNotEmpty},
		{"transfer/truncated", "a file cut off at any line or inside one is ErrBroken and nothing is written", transferTruncated},
		{"transfer/damaged", "a damaged or foreign file is refused and nothing is written", transferDamaged},
		{"transfer/progress", "Progress is told the number of records, and Import returns it", transferProgress},
		{"transfer/empty", "a tenant without records is exported and imported", transferEmpty},
	}
}

// filled gives the case's tenant records of all kinds and states, a log with
// an erased part, and a consumer.
func (t *trial) filled() {
	t.Helper()
	t.defineVehicles()
	t.define(uniqueField("vat"), setField("likes"))
	a, gone, purged := fullAccount(), &account{Name: "gone", Code: "x"}, &account{Name: "purged"}
	a.Custom.Set("vat", "DE1")
	a.Custom.Set("likes", []string{"tea", "milk"})
	put(t, accounts, a, gone, purged)
	for _, e := range extremes() {
		e.Note = strings.ReplaceAll(e.Note, "長長", "")
		put(t, accounts, e)
	}
	for _, text := range oddTexts {
		put(t, accounts, &account{Name: text, Tags: []string{text}})
	}
	remove(t, accounts, gone)
	t.write(func(tx *storage.Tx) error { return accounts.Purge(t.ctx, tx, purged) })
	put(t, orders, &order{Account: a.ID, Product: "p", Amount: ref(number("1.10"))})
	put(t, jobs, &job{Payload: "j", Due: start})
	put(t, vehicles, vehicle("B-1", a.ID, "10"))
	t.consume("reader", 3, func(*storage.Tx, []*storage.Change) error { return nil })
	t.write(func(tx *storage.Tx) error { _, err := accounts.EraseHistory(t.ctx, tx, gone.ID); return err })
	put(t, accounts, &account{Name: "not in order yet"})
}

// exported returns the export of a tenant.
func (t *trial) exported(tenant *storage.Tenant) string {
	t.Helper()
	var file bytes.Buffer
	t.ok(tenant.Export(t.ctx, &file, nil), "Export")
	return file.String()
}

// elsewhere returns an empty tenant of another database, or of this one if
// there is no other.
func (t *trial) elsewhere() *storage.Tenant {
	t.Helper()
	driver, err := t.another()
	t.ok(err, "a second database")
	return t.over(driver, t.clock).Tenant(freshName("import"))
}

// body returns an export without its header, which has the tenant and the time.
func body(file string) string { return file[strings.IndexByte(file, '\n')+1:] }

func transferWhole(t *trial) {
	t.filled()
	file := t.exported(t.tenant)
	there := t.elsewhere()
	n, err := there.Import(t.ctx, strings.NewReader(file), nil)
	t.ok(err, "Import")
	t.must(n == strings.Count(file, "\n")-2, "want %d records, got %d", strings.Count(file, "\n")-2, n)
	if again := t.exported(there); body(again) != body(file) {
		t.Fatalf("the export of the import differs: %s", firstDifference(body(file), body(again)))
	}
	for _, deleted := range []storage.Deleted{storage.LiveOnly, storage.DeletedOnly} {
		q := storage.Query{Deleted: deleted}
		got, err := collect(t.ctx, accounts, there, q)
		t.ok(err, "Find in the import")
		t.equal(find(t, accounts, q), got, "the accounts")
	}
	got, err := collect(t.ctx, storage.Entities("vehicle"), there, storage.Query{})
	t.ok(err, "Find in the import")
	t.equal(find(t, vehicles, storage.Query{}), got, "the vehicles")
}

// firstDifference shows the first line in which two texts differ.
func firstDifference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d: want %.600s, got %.600s", i+2, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines against %d", len(a), len(b))
}

func transferGoesOn(t *trial) {
	t.filled()
	before := changes(t)
	there := t.elsewhere()
	_, err := there.Import(t.ctx, strings.NewReader(t.exported(t.tenant)), nil)
	t.ok(err, "Import")
	here := t.tenant
	t.tenant, t.store = there, there.Store()
	defer func() { t.tenant = here }()
	v := t.verified(storage.Checkpoint{Position: int64(len(before)), Hash: before[len(before)-1].Hash})
	t.equal(int64(len(before)), v.Checked, "the changes checked")
	t.equal(before, changes(t), "the log")
	at, err := there.Log().Position(t.ctx, "reader")
	t.must(err == nil && at == 3, "want the consumer at position 3, got %d, %v", at, err)
	t.duplicate(tryPut(t, accounts, &account{Code: "C-1"}), "code")
	t.duplicate(tryPut(t, accounts, customAccount("b", "vat", "DE1")), "custom.vat")
	t.duplicate(tryPut(t, vehicles, vehicle("B-1", fullAccount().Boss, "1")), "custom.plate")
	a := find(t, accounts, storage.Query{})[0]
	a.Visits++
	put(t, accounts, a, &account{Name: "new"})
	t.equal(int64(len(before)+2), t.verified().Checked, "the changes after two more")
}

func transferNotEmpty(t *trial) {
	put(t, accounts, &account{Name: "a"})
	file := t.exported(t.tenant)
	there := t.elsewhere()
	t.ok(there.Update(t.ctx, by, func(tx *storage.Tx) error { return jobs.Put(t.ctx, tx, &job{Payload: "here first"}) }), "Put")
	_, err := there.Import(t.ctx, strings.NewReader(file), nil)
	t.is(err, storage.ErrNotEmpty, "Import")
	_, err = t.tenant.Import(t.ctx, strings.NewReader(file), nil)
	t.is(err, storage.ErrNotEmpty, "Import into the tenant of the export")
	for name, n := range t.seenBy(there, storage.Query{Deleted: storage.DeletedToo}) {
		t.must(n == 0, "%s shows %d records of the refused import", name, n)
	}
}

func transferTruncated(t *trial) {
	put(t, accounts, numberedAccounts(4)...)
	put(t, orders, &order{Product: "p"})
	changes(t)
	file := t.exported(t.tenant)
	cuts := []int{0, 1, len(file) - 1, len(file) - 2}
	for i, c := range file {
		if c == '\n' && i+1 < len(file) {
			cuts = append(cuts, i, i+1, i+9, i+len(file)/50)
		}
	}
	there := t.elsewhere()
	for _, cut := range cuts {
		n, err := there.Import(t.ctx, strings.NewReader(file[:min(cut, len(file)-1)]), nil)
		t.is(err, storage.ErrBroken, fmt.Sprintf("Import of the first %d of %d bytes", cut, len(file)))
		t.must(n == 0, "a broken import reports %d records", n)
	}
	_, err := there.Import(t.ctx, strings.NewReader(file), nil)
	t.ok(err, "Import of the whole file, which needs an empty tenant")
}

func transferDamaged(t *trial) {
	put(t, accounts, &account{Name: "a", Code: "x"})
	file := t.exported(t.tenant)
	there := t.elsewhere()
	for name, damage := range map[string]struct {
		old, new string
		want     error
	}{
		"an unknown kind":         {`{"kind":"kit_account","record"`, `{"kind":"nothing","record"`, storage.ErrUnknownKind},
		"an unknown field":        {`,"name":"a"`, `,"colour":"a"`, storage.ErrInvalid},
		"a bad value":             {`,"name":"a"`, `,"name":"\u0000"`, storage.ErrInvalid},
		"a record twice":          {"", "", storage.ErrDuplicate},
		"another number":          {`{"records":`, `{"records":1`, storage.ErrBroken},
		"another format":          {`"clientele_export":1`, `"clientele_export":2`, storage.ErrBroken},
		"a line that is no JSON":  {`{"kind":"change"`, `{"kind":`, storage.ErrBroken},
		"a record without fields": {`"record":{`, `"record":[`, storage.ErrBroken},
		"a number as a record":    {`{"kind":"kit_account","record":{`, `{"kind":"kit_account","record":5,"x":{`, storage.ErrBroken},
		"a record without id":     {`"kit_account","record":{"id":`, `"kit_account","record":{"boss":`, storage.ErrBroken},
	} {
		bad := strings.Replace(file, damage.old, damage.new, 1)
		if name == "a record twice" {
			bad = twice(file)
		}
		t.must(bad != file, "%s: nothing was damaged", name)
		_, err := there.Import(t.ctx, strings.NewReader(bad), nil)
		t.is(err, damage.want, name)
	}
	_, err := there.Import(t.ctx, strings.NewReader(file), nil)
	t.ok(err, "Import of the undamaged file, which needs an empty tenant")
}

// twice repeats the line of the first account and adds one to the footer.
func twice(file string) string {
	lines := strings.Split(strings.TrimSuffix(file, "\n"), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, `{"kind":"kit_account"`) {
			lines = append(lines[:i+1], lines[i:]...)
			break
		}
	}
	lines[len(lines)-1] = fmt.Sprintf(`{"records":%d}`, len(lines)-2)
	return strings.Join(lines, "\n") + "\n"
}

func transferProgress(t *trial) {
	list := numberedAccounts(1200)
	for _, a := range list {
		a.Code = ""
	}
	put(t, accounts, list...)
	var out, in []int
	var file bytes.Buffer
	t.ok(t.tenant.Export(t.ctx, &file, func(n int) { out = append(out, n) }), "Export")
	n, err := t.elsewhere().Import(t.ctx, &file, func(n int) { in = append(in, n) })
	t.ok(err, "Import")
	t.must(len(out) > 1 && out[len(out)-1] == n && in[len(in)-1] == n && n >= 1200, "progress %v and %v, %d records", out, in, n)
	for i := 1; i < len(in); i++ {
		t.must(in[i] >= in[i-1], "progress goes back: %v", in)
	}
}

func transferEmpty(t *trial) {
	there := t.elsewhere()
	n, err := there.Import(t.ctx, strings.NewReader(t.exported(t.tenant)), nil)
	t.must(err == nil && n == 0, "want no records, got %d, %v", n, err)
	err = there.Update(t.ctx, by, func(tx *storage.Tx) error { return accounts.Put(t.ctx, tx, &account{}) })
	t.ok(err, "Put after the import")
}
