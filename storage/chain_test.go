package storage

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// The hash covers every part of a change and where each ends.
func TestHashTellsChangesApart(t *testing.T) {
	t.Parallel()
	base := func() *Change {
		return &Change{Meta: Meta{ID: nameID("id"), CreatedAt: noon}, Position: 1, Tx: nameID("tx"), Actor: "a", Action: "b", Reason: "c", Kind: "k",
			Record: nameID("record"), RecordVersion: 1, Op: OpCreate, Fields: []string{"x", "y"}, Digest: "d"}
	}
	seen := map[string]string{base().hash(""): "the same"}
	for name, edit := range map[string]func(*Change){
		"id": func(c *Change) { c.ID = uuid.Nil }, "time": func(c *Change) { c.CreatedAt = c.CreatedAt.Add(1000) },
		"position": func(c *Change) { c.Position = 2 },
		"tx":       func(c *Change) { c.Tx = uuid.Nil }, "actor": func(c *Change) { c.Actor = "aa" }, "action": func(c *Change) { c.Action = "" },
		"reason":       func(c *Change) { c.Reason = "" },
		"shifted text": func(c *Change) { c.Actor, c.Action = "ab", "" }, "kind": func(c *Change) { c.Kind = "kk" },
		"op":     func(c *Change) { c.Op = OpPurge },
		"record": func(c *Change) { c.Record = uuid.Nil }, "version": func(c *Change) { c.RecordVersion = 2 }, "digest": func(c *Change) { c.Digest = "" },
		"fields": func(c *Change) { c.Fields = []string{"x"} }, "joined fields": func(c *Change) { c.Fields = []string{"xy"} },
	} {
		c := base()
		edit(c)
		require.Empty(t, seen[c.hash("")], "%s is not told apart", name)
		seen[c.hash("")] = name
	}
	require.NotEqual(t, base().hash(""), base().hash("before"))
}

// The same values have another digest each time, so that a digest does not
// give away a value that was erased.
func TestDigestIsSalted(t *testing.T) {
	t.Parallel()
	head := &logHead{}
	a, b := &Change{Values: []byte(`{"x":[1,2]}`)}, &Change{Values: []byte(`{"x":[1,2]}`)}
	head.chain(a)
	head.chain(b)
	require.NotEqual(t, a.Digest, b.Digest)
	require.EqualValues(t, 2, b.Position)
	require.Equal(t, b.Hash, b.hash(a.Hash))
	require.Len(t, a.Salt, 22, "16 bytes")
}
