package customer

import "context"

// takingBack marks the context of writes that TakingBack is said of.
type takingBack struct{}

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
