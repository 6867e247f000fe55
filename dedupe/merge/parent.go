package merge

import (
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/tree"
	"github.com/google/uuid"
)

// placeParent decides where the survivor stands in the tree of customers: below its
// own parent, or that of the first of the others that has one; but never below what
// comes to stand below it. Where one of the merged stands below another, the place is
// that of the upper one.
func (w *work) placeParent() error {
	choice := Choice{Field: "parent", Rule: KeepSurvivor, Chosen: null, Why: "nobody has one"}
	f := w.field("parent")
	at, below := -1, false
	for i, c := range w.list {
		choice.Values = append(choice.Values, Value{Customer: c.ID, Value: jsonOf(f, c), Source: c.Source})
		if c.Parent == uuid.Nil {
			continue
		}
		chain, err := tree.Ancestors(w.ctx, w.tx, c.ID)
		if err != nil {
			return err
		}
		inside := slices.ContainsFunc(chain, func(a *customer.Customer) bool { return slices.Contains(w.merged, a.ID) })
		below = below || inside
		if at < 0 && !inside {
			at = i
		}
	}
	w.result.Parent = uuid.Nil
	if at >= 0 {
		w.result.Parent, choice.Why = w.list[at].Parent, "the survivor's, or that of the first who has one"
	}
	if below {
		choice.Why += "; one of them stood below another"
	}
	choice.Chosen, choice.Conflict = jsonOf(f, w.result), differ(choice.Values)
	w.Plan.Fields = append(w.Plan.Fields, choice)
	return nil
}

// moveUp puts the survivor in its place before others come to stand below it.
func (w *work) moveUp() error {
	if w.result.Parent == w.list[0].Parent {
		return nil
	}
	c, err := customer.Kind.Get(w.ctx, w.tx, w.list[0].ID)
	if err != nil {
		return err
	}
	c.Parent = w.result.Parent
	return customer.Kind.Put(w.ctx, w.tx, c)
}
