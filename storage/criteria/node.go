package criteria

import (
	"time"

	"github.com/shopspring/decimal"
)

// A Node is a criterion that was checked against a kind: fields are resolved,
// constants have the Go type of their field (see Type), relative moments have
// become times. Compile turns it into Go closures; an adapter turns it into
// its own language by a type switch over the nodes of this file, which are all
// there are.
type Node interface{ node() }

// The nodes of a checked tree.
type (
	// And is true when every node is; an empty And is true.
	And struct{ Of []Node }
	// Or is true when at least one node is; an empty Or is false.
	Or struct{ Of []Node }
	// Negation is true when its node is false.
	Negation struct{ Of Node }
	// Comparison is true when the field is present and compares so. Value has
	// the Go type of Field.Type.
	Comparison struct {
		Field *Field
		Op    Op
		Value any
	}
	// Membership is true when the field is present and equals one of Values,
	// which are distinct and not empty.
	Membership struct {
		Field  *Field
		Values []any
	}
	// Holding is true when the set of texts holds every one (Every) or at
	// least one of Values, which are sorted, distinct and not empty.
	Holding struct {
		Field  *Field
		Every  bool
		Values []string
	}
	// Absence is true when the field is absent.
	Absence struct{ Field *Field }
	// Matching is true when the text field is present and holds Text in the
	// way of Mode. For SearchMode, Text went through Fold already.
	Matching struct {
		Field *Field
		Mode  MatchMode
		Text  string
	}
	// Annual is true when the field is present and its month and day, taken in
	// Zone for a time field, stand in Days as month*100 + day. Days are sorted
	// and distinct. Zone.String() is the IANA name.
	Annual struct {
		Field *Field
		Zone  *time.Location
		Days  []int
	}
	// RelatedTest looks at the live records of Kind whose Ref field Via is the
	// id of the record at hand and that Where matches (nil for all). Measure
	// says what of them is compared: Exists is true when there is one; Count
	// compares their number, Sum the sum of the field Of, with Value by Op.
	RelatedTest struct {
		Self    *Field // the id of the record at hand
		Kind    Kind
		Via     *Field
		Where   Node
		Measure Measure
		Of      *Field
		Op      Op
		Value   decimal.Decimal
	}
	// ParentTest is true when the Ref field points to a live record of Kind
	// that Where matches (nil for any).
	ParentTest struct {
		Field *Field
		Kind  Kind
		Where Node
	}
)

func (*And) node()         {}
func (*Or) node()          {}
func (*Negation) node()    {}
func (*Comparison) node()  {}
func (*Membership) node()  {}
func (*Holding) node()     {}
func (*Absence) node()     {}
func (*Matching) node()    {}
func (*Annual) node()      {}
func (*RelatedTest) node() {}
func (*ParentTest) node()  {}
