package lineage

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

const (
	derivationKind = "derivation"
	tombstoneKind  = "erased_evidence"
)

// MaxEvidence is how many refs a derivation may rest on.
const MaxEvidence = 1000

// A Derivation says where a value comes from. One subject, value and rule have one
// derivation: recording it again replaces what it rests on, and the change log
// keeps what it was.
type Derivation struct {
	storage.Meta
	Customer    uuid.UUID // whom the value is about; uuid.Nil: no customer
	Subject     string    // the ref of what was derived: a record, or a field
	Value       string    // the value, where a field may have several, such as a tag
	Rule        string    // the rule, model or program that derived it
	RuleVersion string
	Actor       string    // who ran it; Record fills it from the transaction where it is empty
	At          time.Time // when; Record fills it likewise
	Evidence    []string  // refs of what it rests on and is not erased
	Lost        []string  // refs of what it rested on and was erased
	Unsupported time.Time // since when nothing supports it; zero: it is supported. Record and EvidenceErased set it

	records []string // the records of Evidence
	key     string   // of subject, value and rule
}

// Derivations is the kind of derivations. Write them with Record.
var Derivations = storage.Define[Derivation](derivationKind,
	storage.Ref("customer", func(d *Derivation) *uuid.UUID { return &d.Customer }).To("customer").Existing().Indexed(),
	storage.Text("subject", func(d *Derivation) *string { return &d.Subject }).Required().Indexed(),
	storage.Text("value", func(d *Derivation) *string { return &d.Value }).Personal(),
	storage.Text("rule", func(d *Derivation) *string { return &d.Rule }).Required(),
	storage.Text("rule_version", func(d *Derivation) *string { return &d.RuleVersion }),
	storage.Text("actor", func(d *Derivation) *string { return &d.Actor }).Required(),
	storage.Time("at", func(d *Derivation) *time.Time { return &d.At }).Required(),
	storage.Texts("evidence", func(d *Derivation) *[]string { return &d.Evidence }),
	storage.Texts("lost", func(d *Derivation) *[]string { return &d.Lost }),
	storage.Time("unsupported", func(d *Derivation) *time.Time { return &d.Unsupported }).Indexed(),
	storage.Texts("records", func(d *Derivation) *[]string { return &d.records }).Indexed(),
	storage.Text("key", func(d *Derivation) *string { return &d.key }).Unique(),
).Derive((*Derivation).fill, "records", "key").Valid((*Derivation).check).Fixed()

func (d *Derivation) fill() {
	d.key = keyOf(d.Subject, d.Value, d.Rule)
	d.records = make([]string, len(d.Evidence))
	for i, ref := range d.Evidence {
		d.records[i] = recordOf(ref)
	}
	slices.Sort(d.records)
	d.records = slices.Compact(d.records)
}

// keyOf is short whatever the value is. NUL, which no text holds, keeps the parts apart.
func keyOf(subject, value, rule string) string {
	sum := sha256.Sum256([]byte(subject + "\x00" + value + "\x00" + rule))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func (d *Derivation) check() error {
	if err := checkRef("subject", d.Subject); err != nil {
		return err
	}
	if n := len(d.Evidence) + len(d.Lost); n > MaxEvidence {
		return &storage.FieldError{Kind: derivationKind, Field: "evidence", Reason: fmt.Sprintf("%d refs: use at most %d, such as one record that sums them up", n, MaxEvidence)}
	}
	for _, ref := range d.Evidence {
		if err := checkRef("evidence", ref); err != nil {
			return err
		}
	}
	return nil
}

func checkRef(field, ref string) error {
	if _, _, _, ok := ParseRef(ref); ok && len(ref) <= MaxRef {
		return nil
	}
	return &storage.FieldError{Kind: derivationKind, Field: field, Reason: fmt.Sprintf("%q: use the form kind/id or kind/id#field, up to %d bytes", shortened(ref), MaxRef)}
}

func shortened(s string) string {
	if len(s) <= 80 {
		return s
	}
	return strings.ToValidUTF8(s[:80], "") + "…"
}

// rule names the rule and its version for people.
func (d *Derivation) rule() string {
	if d.RuleVersion == "" {
		return d.Rule
	}
	return d.Rule + " (version " + d.RuleVersion + ")"
}

// A Tombstone stands where evidence was erased that something rested on. It holds
// nothing of the evidence but its name.
type Tombstone struct {
	storage.Meta
	Ref    string
	Kind   string // of the record
	At     time.Time
	Actor  string // who erased it
	Action string // and what for
}

// Tombstones is the kind of tombstones.
var Tombstones = storage.Define[Tombstone](tombstoneKind,
	storage.Text("ref", func(t *Tombstone) *string { return &t.Ref }).Required().Unique(),
	storage.Text("kind", func(t *Tombstone) *string { return &t.Kind }).Required(),
	storage.Time("at", func(t *Tombstone) *time.Time { return &t.At }).Required(),
	storage.Text("actor", func(t *Tombstone) *string { return &t.Actor }),
	storage.Text("action", func(t *Tombstone) *string { return &t.Action }),
).Fixed()
