package storage

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
)

// chain gives a change its position, its digest and its hash.
func (h *logHead) chain(c *Change) {
	h.Position++
	c.Position = h.Position
	if len(c.Values) > 0 {
		var salt [16]byte
		_, _ = rand.Read(salt[:]) // never fails: see crypto/rand
		c.Salt = encode(salt[:])
	}
	c.Digest = c.digest()
	c.Hash = c.hash(h.Hash)
	h.Hash = c.Hash
}

func encode(b []byte) string { return base64.RawStdEncoding.EncodeToString(b) }

// digest is SHA-256 over the salt and the values, both with their lengths.
func (c *Change) digest() string {
	var b []byte
	b = appendSized(b, c.Salt)
	b = appendSized(b, string(c.Values))
	sum := sha256.Sum256(b)
	return encode(sum[:])
}

// hash is SHA-256 over the hash before and all that the chain protects: every
// part with its length, integers as 8 bytes, big endian.
func (c *Change) hash(before string) string {
	b := make([]byte, 0, 512)
	b = appendSized(b, "clientele change 1")
	b = appendSized(b, before)
	b = binary.BigEndian.AppendUint64(b, uint64(c.Position))
	b = append(b, c.ID[:]...)
	b = append(b, c.Tx[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(c.CreatedAt.UnixMicro()))
	for _, s := range []string{c.Actor, c.Action, c.Reason, c.Kind, c.Op, c.Digest} {
		b = appendSized(b, s)
	}
	b = append(b, c.Record[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(c.RecordVersion))
	for _, name := range c.Fields {
		b = appendSized(b, name)
	}
	sum := sha256.Sum256(b)
	return encode(sum[:])
}

func appendSized(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
}

// A Checkpoint is one link of the chain. Kept elsewhere, such as signed and
// sent to an auditor, it shows later that the log up to there is still the one
// that it was, and that no tail was cut off.
type Checkpoint struct {
	Position int64  `json:"position"`
	Hash     string `json:"hash"`
}

// Checkpoint returns the last link, after giving positions to all committed changes.
func (l *Log) Checkpoint(ctx context.Context) (Checkpoint, error) {
	if _, err := l.Sequence(ctx); err != nil {
		return Checkpoint{}, err
	}
	var c Checkpoint
	err := l.tenant.read(ctx, Single, func(tx *Tx) error {
		head, err := tx.head(ctx, NoLock)
		if err == nil {
			c = Checkpoint{head.Position, head.Hash}
		}
		return err
	})
	return c, err
}

// A Verdict is what Verify found.
type Verdict struct {
	Checked int64  // changes that were read
	Erased  int64  // of them, changes whose values are erased or were never recorded
	Bad     int64  // the first position that is not as it was written; 0: none
	Reason  string // what is wrong there
}

// OK reports whether nothing is wrong.
func (v Verdict) OK() bool { return v.Bad == 0 }

// Verify reads the whole log and checks the chain of hashes, the digests of
// the values that are still there, and that the chain passes through the
// checkpoints. It finds every edited, deleted, added or swapped change up to
// the last checkpoint given; a tail that was cut off behind it is found only if the
// head was not rewritten too. It cannot tell an erased value from one that was
// removed by force: compare Erased with the OpErase changes.
func (l *Log) Verify(ctx context.Context, known ...Checkpoint) (Verdict, error) {
	head, err := l.Checkpoint(ctx)
	if err != nil {
		return Verdict{}, err
	}
	v := &verifier{want: map[int64]string{head.Position: head.Hash}}
	for _, k := range known {
		if other, ok := v.want[k.Position]; ok && other != k.Hash && k.Position > 0 {
			return Verdict{Bad: k.Position, Reason: "the checkpoint has another hash"}, nil
		}
		v.want[k.Position] = k.Hash
	}
	for c, err := range l.All(ctx, 0) {
		if err != nil {
			return v.Verdict, err
		}
		if !v.next(c) {
			return v.Verdict, nil
		}
	}
	v.finish()
	return v.Verdict, nil
}

// A verifier follows the chain.
type verifier struct {
	Verdict
	hash string
	want map[int64]string // hashes by position
}

func (v *verifier) fail(position int64, format string, args ...any) bool {
	v.Bad, v.Reason = position, fmt.Sprintf(format, args...)
	return false
}

func (v *verifier) next(c *Change) bool {
	expected := v.Checked + 1
	switch {
	case c.Position != expected:
		return v.fail(expected, "the change is missing: the next one has position %d", c.Position)
	case c.Hash != c.hash(v.hash):
		return v.fail(expected, "the change, or the one before it, is not the one that was written")
	case len(c.Values) > 0 && c.Digest != c.digest():
		return v.fail(expected, "the values are not those that were written")
	}
	if want, ok := v.want[c.Position]; ok && want != c.Hash {
		return v.fail(expected, "the hash is not that of the checkpoint")
	}
	delete(v.want, c.Position)
	if len(c.Values) == 0 {
		v.Erased++
	}
	v.Checked, v.hash = expected, c.Hash
	return true
}

// finish reports checkpoints behind the end of the log.
func (v *verifier) finish() {
	delete(v.want, 0)
	for position := range v.want {
		if v.Bad == 0 || position < v.Bad {
			v.fail(v.Checked+1, "the log ends here, but there was a position %d", position)
		}
	}
}
