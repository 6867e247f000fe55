package customer

import "context"

// What a context says about the writes that are made with it.
type (
	combining  struct{}
	takingBack struct{}
)

// Combining returns a context for writes that make what belongs to several customers
// that of one, or part it again: what package merge does. A watch that refuses
// customers for being like others, as that of package live, lets such writes pass. A
// watch of a host's own may ask Combines.
func Combining(ctx context.Context) context.Context {
	return context.WithValue(ctx, combining{}, true)
}

// Combines reports whether writes of a context make one customer of several, or part
// them again.
func Combines(ctx context.Context) bool { return ctx.Value(combining{}) != nil }

// TakingBack returns a context for writes that give records the values back that they
// had before, as the undoing of an import does. Watches that keep something in step do
// it as ever; those of this library that refuse or record what happens let such
// writes pass: no stage or rule stands in the way of what was there already, and
// going back is no event. A watch of a host's own may ask TakesBack.
func TakingBack(ctx context.Context) context.Context {
	return context.WithValue(ctx, takingBack{}, true)
}

// TakesBack reports whether writes of a context give back what was there before.
func TakesBack(ctx context.Context) bool { return ctx.Value(takingBack{}) != nil }
