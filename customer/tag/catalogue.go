package tag

import (
	"fmt"
	"strings"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

const (
	groupKind      = "tag_group"
	definitionKind = "tag"
)

// MaxName is the length of the longest name of a tag or group, in bytes of UTF-8.
const MaxName = 200

// A Group is a dimension of tags, such as "intent" or "age of the child".
type Group struct {
	storage.Meta
	Name  string // unique among the tenant's groups
	Label string // for people
	// Exclusive: a customer has one tag of the group at most; the next one
	// takes the place of the last.
	Exclusive bool
	// Open: Add and Set define a tag that nobody has defined, in this group,
	// instead of refusing it. A tenant has one open group at most.
	Open bool

	opened string // "open" for the open group, which makes it the only one
}

// Groups is the kind of groups.
var Groups = storage.Define[Group](groupKind,
	storage.Text("name", func(g *Group) *string { return &g.Name }).Required().Unique(),
	storage.Text("label", func(g *Group) *string { return &g.Label }),
	storage.Bool("exclusive", func(g *Group) *bool { return &g.Exclusive }),
	storage.Bool("open", func(g *Group) *bool { return &g.Open }),
	storage.Text("opened", func(g *Group) *string { return &g.opened }).Unique(),
).Derive(fillOpened, "opened").Valid(func(g *Group) error { return checkName(groupKind, g.Name) })

func fillOpened(g *Group) {
	g.opened = ""
	if g.Open {
		g.opened = "open"
	}
}

// A Definition is a tag that customers may have.
type Definition struct {
	storage.Meta
	Name     string        // as it stands in Customer.Tags; change it with Rename
	Group    uuid.UUID     // the group it belongs to; uuid.Nil: none
	Label    string        // for people, where the name is not meant for them
	Color    string        // a word of the host's
	TTL      time.Duration // how long a customer has it once it was given; 0: for good. Stored in nanoseconds
	Archived bool          // customers keep it, none gets it

	folded string // the name as criteria.Fold has it
}

// Definitions is the kind of definitions. Two tags whose names differ in nothing
// but case and width are storage.ErrDuplicate, for people would take them for one.
//
// A tag that is defined with Put may be relabelled, archived and moved to another
// group with Put as well. The watch refuses a Put that changes its name and a
// deletion while customers have it: see Rename and Merge.
var Definitions = storage.Define[Definition](definitionKind,
	storage.Text("name", func(d *Definition) *string { return &d.Name }).Required().Unique(),
	storage.Ref("group", func(d *Definition) *uuid.UUID { return &d.Group }).To(groupKind).Existing().Indexed(),
	storage.Text("label", func(d *Definition) *string { return &d.Label }),
	storage.Text("color", func(d *Definition) *string { return &d.Color }),
	storage.Integer("ttl", func(d *Definition) *int64 { return (*int64)(&d.TTL) }),
	storage.Bool("archived", func(d *Definition) *bool { return &d.Archived }),
	storage.Text("folded", func(d *Definition) *string { return &d.folded }).Unique(),
).Derive(func(d *Definition) { d.folded = criteria.Fold(d.Name) }, "folded").Valid((*Definition).check)

func (d *Definition) check() error {
	if d.TTL < 0 {
		return &storage.FieldError{Kind: definitionKind, Field: "ttl", Reason: fmt.Sprintf("%v: use 0 for a tag that stays, or a positive time", d.TTL)}
	}
	return checkName(definitionKind, d.Name)
}

func checkName(kind, name string) error {
	reason := ""
	switch {
	case strings.TrimSpace(name) != name:
		reason = fmt.Sprintf("%q: leave out the spaces around it", name)
	case len(name) > MaxName:
		reason = fmt.Sprintf("%d bytes: use at most %d", len(name), MaxName)
	default:
		return nil
	}
	return &storage.FieldError{Kind: kind, Field: "name", Reason: reason}
}
