package clientele_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/clientele-go/clientele"

// floors says which packages may import which: a package imports only those of
// lower floors, or its own subpackages and what shares its first name. The root
// is "".
var floors = map[string]int{
	"storage/criteria": -2, "storage": -1,
	"storage/memory": 0, "storage/postgres": 0, "storage/storagetest": 0,
	"storage/storagetest/adapters": 1,
	"customer":                     0,
	"customer/phones":              1, "customer/pinyin": 1, "customer/tag": 1, "customer/consent": 1, "customer/lineage": 1,
	"customer/tree": 1, "customer/lifecycle": 1, "customer/value": 1,
	"customer/activity": 2, "customer/deal": 2, "customer/service": 2, "customer/quality": 2, "customer/search": 2,
	"customer/lead": 3, "customer/intake": 3, "customer/privacy": 3, "customer/profile": 4,
	"customer/intake/entry": 4, "customer/intake/xlsx": 4,
	"dedupe": 10, "dedupe/merge": 11, "dedupe/review": 12, "dedupe/reconcile": 12, "dedupe/live": 13, "dedupe/clean": 14,
	"segment": 10, "rbac": 10, "rbac/audit": 10,
	"pool":       20,
	"automation": 30, "automation/channel": 30, "segment/report": 30,
	"customer/wording": 35, // says the errors of all
	"":                 40,
	"examples":         50,
}

// A listed package is what go list tells of it.
type listed struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
	Deps         []string
}

// TestWalls holds the walls between packages: imports run down only, no
// domain package knows a database, no adapter knows the domain, and testify
// stays in tests.
func TestWalls(t *testing.T) {
	t.Parallel()
	packages := list(t)
	require.NotEmpty(t, packages)
	for _, p := range packages {
		name := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		t.Run("package_"+name, func(t *testing.T) {
			checkFloor(t, name, p)
			checkDrivers(t, name, p)
			checkTestify(t, name, p)
			checkHeavy(t, name, p)
		})
	}
}

func list(t *testing.T) []listed {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports,Deps", "./...").Output()
	require.NoError(t, err)
	var packages []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else {
			require.NoError(t, err)
		}
		packages = append(packages, p)
	}
}

// floorOf returns the floor of a package: its own, or that of the one it lies below.
func floorOf(t *testing.T, name string) int {
	for at := name; ; {
		if floor, ok := floors[at]; ok {
			return floor
		}
		slash := strings.LastIndexByte(at, '/')
		require.Positive(t, slash, "package %q stands on no floor: top-level packages are fixed", name)
		at = at[:slash]
	}
}

func checkFloor(t *testing.T, name string, p listed) {
	floor := floorOf(t, name)
	for _, path := range p.Imports {
		other, own := strings.CutPrefix(path, module)
		if !own {
			continue
		}
		other = strings.TrimPrefix(other, "/")
		if strings.HasPrefix(other, name+"/") && name != "" {
			continue
		}
		require.Less(t, floorOf(t, other), floor, "%q imports %q, which does not lie below it", name, other)
	}
}

// databases are what no package but an adapter may depend on, however far away.
// (database/sql/driver alone, which uuid and decimal import, knows no database.)
var databases = []string{"database/sql", "github.com/lib/pq", "github.com/Masterminds/squirrel", module + "/storage/memory", module + "/storage/postgres"}

func checkDrivers(t *testing.T, name string, p listed) {
	if name == "storage/storagetest/adapters" || strings.HasPrefix(name, "examples") || strings.HasPrefix(name, "storage/memory") || strings.HasPrefix(name, "storage/postgres") {
		return
	}
	for _, d := range databases {
		require.False(t, slices.Contains(p.Deps, d), "%q depends on %s", name, d)
	}
}

func checkTestify(t *testing.T, name string, p listed) {
	if name == "storage/storagetest" {
		return
	}
	for _, d := range p.Deps {
		require.False(t, strings.HasPrefix(d, "github.com/stretchr/testify"), "%q depends on testify outside its tests", name)
	}
}

// heavy are modules that cost a program megabytes and milliseconds at its start, and
// the package that alone may depend on each, so that a host can leave it out.
var heavy = map[string]string{
	"github.com/nyaruka/phonenumbers": "customer/phones",
	"github.com/mozillazg/go-pinyin":  "customer/pinyin",
	"github.com/xuri/excelize/v2":     "customer/intake/xlsx",
}

func checkHeavy(t *testing.T, name string, p listed) {
	for path, owner := range heavy {
		if name != owner && !strings.HasPrefix(name, "examples") {
			require.False(t, slices.Contains(p.Deps, path), "%q depends on %s, which is for %s alone", name, path, owner)
		}
	}
}
