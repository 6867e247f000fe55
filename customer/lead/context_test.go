package lead_test

import "context"

// contextOf returns the context of a test, or of a check of rapid.
func contextOf(t any) context.Context {
	if c, ok := t.(interface{ Context() context.Context }); ok {
		return c.Context()
	}
	return context.Background()
}
