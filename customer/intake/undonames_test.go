package intake_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/clientele-go/clientele"
	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/storage"
	"github.com/stretchr/testify/require"
)

// What Undo knows by name is there under that name, and names what Undo takes it for.
func TestUndo_KindsByName(t *testing.T) {
	t.Parallel()
	kinds := map[string]*storage.Schema{}
	for _, k := range clientele.Kinds() {
		kinds[k.Schema().Name] = k.Schema()
	}
	names := func(kind, whole string) bool {
		return slices.ContainsFunc(kinds[kind].Fields, func(f *storage.Field) bool { return f.Existing && f.Target == whole })
	}
	for kind, which := range intake.Derived {
		require.Contains(t, kinds, kind)
		require.True(t, names(kind, customer.Kind.Name()), "%s names a customer", kind)
		require.Contains(t, intake.Parts, kind, "what follows from a customer stays with one that is kept")
		if which != nil {
			for _, field := range []string{"state", "automatic"} {
				require.NotNil(t, kinds[kind].Field(field), "%s.%s", kind, field)
			}
		}
	}
	for kind, whole := range intake.Parts {
		require.Contains(t, kinds, kind)
		require.True(t, names(kind, whole), "%s names a %s", kind, whole)
	}
	for kind := range maps.Keys(intake.Renamed) {
		require.Contains(t, kinds, kind)
		for field := range intake.Renamed[kind] {
			require.NotNil(t, kinds[kind].Field(field), "%s.%s", kind, field)
		}
	}
}
