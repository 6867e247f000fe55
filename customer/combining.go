package customer

import "context"

type combiningKey struct{}

// Combining returns a context in which what belongs to several customers comes to be
// of one, or goes back, on purpose: what package merge does. A watch that refuses
// customers for being like others, as that of package live, lets such writes pass.
func Combining(ctx context.Context) context.Context {
	return context.WithValue(ctx, combiningKey{}, true)
}

// IsCombining reports whether a context is one of Combining.
func IsCombining(ctx context.Context) bool {
	combining, _ := ctx.Value(combiningKey{}).(bool)
	return combining
}
