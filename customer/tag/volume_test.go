package tag_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/postgres"
	"github.com/clientele-go/clientele/storage/postgres/pgtest"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/lib/pq"
	"github.com/stretchr/testify/require"
)

const (
	volumeTags      = 278
	volumeGroups    = 20
	volumeCustomers = 10_000
	volumeEach      = 30  // tags a customer
	volumePatterns  = 100 // sets of tags that customers share
)

// A crowd is the customers of the volume test and what they should be found by.
type crowd struct {
	*world
	names    []string
	patterns [][]string
	analyze  func()
	ids      []uuid.UUID // the customer i has the pattern i modulo volumePatterns
}

// fill makes everything that the acceptance asks for. The tags of the first
// pattern run out after a day.
func (c *crowd) fill() {
	var groups []uuid.UUID
	for g := range volumeGroups {
		groups = append(groups, c.group(tag.Group{Name: fmt.Sprintf("dimension %02d", g)}))
	}
	var defs []*tag.Definition
	for i := range volumeTags {
		c.names = append(c.names, fmt.Sprintf("标签%03d", i))
		defs = append(defs, &tag.Definition{Name: c.names[i], Group: groups[i%volumeGroups]})
	}
	c.define(defs...)
	c.ids = c.customers(volumeCustomers)
	random := rand.New(rand.NewPCG(1, 2))
	for p := range volumePatterns {
		var names []string
		for _, i := range random.Perm(40)[:volumeEach/2] { // half of them from the popular ones
			names = append(names, c.names[i])
		}
		for _, i := range random.Perm(volumeTags - 40)[:volumeEach/2] {
			names = append(names, c.names[40+i])
		}
		c.patterns = append(c.patterns, names)
		c.give(p)
		if slices.Contains([]int{0, 1, 5, 20, 50}, p) {
			c.analyze() // without statistics, the checks for taken keys read everything
		}
	}
	c.analyze()
}

func (c *crowd) give(p int) {
	var ids []uuid.UUID
	for i := p; i < len(c.ids); i += volumePatterns {
		ids = append(ids, c.ids[i])
	}
	g := tag.Given{Source: tag.Import}
	if p == 0 {
		g.ExpiresAt = t0.Add(day)
	}
	job := storage.By("job:J1", "import").WithoutValues()
	require.NoError(c, c.updateBy(job, func(ctx context.Context, tx *storage.Tx) error {
		list, err := tag.Add(ctx, tx, ids, c.patterns[p], g)
		require.Len(c, list, len(ids)*volumeEach)
		return err
	}))
}

// expected works out who has all of the tags.
func (c *crowd) expected(names []string, withFirst bool) map[uuid.UUID]bool {
	want := map[uuid.UUID]bool{}
	for i, id := range c.ids {
		p := i % volumePatterns
		has := !slices.ContainsFunc(names, func(n string) bool { return !slices.Contains(c.patterns[p], n) })
		if has && (p > 0 || withFirst) {
			want[id] = true
		}
	}
	return want
}

func TestCUS14_FindByTagsAtVolume(t *testing.T) {
	adapters.WithoutDetector(t)
	t.Parallel()
	if testing.Short() {
		t.Skip("writes 300,000 assignments")
	}
	var plans []string
	connector, err := pq.NewConnector(pgtest.Database(t))
	require.NoError(t, err)
	db := sql.OpenDB(pq.ConnectorWithNoticeHandler(connector, func(n *pq.Error) { plans = append(plans, n.Message) }))
	defer db.Close()
	pg, err := postgres.New(db, postgres.Config{})
	require.NoError(t, err)
	require.NoError(t, pg.Migrate(t.Context(), kinds()...))
	clock := &adapters.Clock{}
	clock.Set(t0)
	store, err := storage.New(pg, clock.Now, kinds()...)
	require.NoError(t, err)
	c := &crowd{world: &world{T: t, acme: store.Tenant("acme"), clock: clock}}
	c.analyze = func() {
		_, err := db.ExecContext(t.Context(), "ANALYZE")
		require.NoError(t, err)
	}
	c.fill()
	for _, names := range [][]string{c.patterns[0][:5], c.patterns[7][:5], c.patterns[9][3:8], c.patterns[3][13:18]} {
		want := c.expected(names, true)
		require.NotEmpty(t, want)
		require.Equal(t, want, c.find(tag.Match{All: names}))
	}
	clock.Advance(day)
	names := c.patterns[0][:5]
	require.Equal(t, c.expected(names, false), c.find(tag.Match{All: names}), "the tags of the first pattern have expired")

	found, plan := c.explained(db, &plans, tag.Match{All: names})
	require.Equal(t, c.expected(names, false), found)
	require.Contains(t, plan, "Bitmap Index Scan", plan)
	require.NotContains(t, plan, "Seq Scan", plan)
	c.addReadsLittle(db, &plans)
}

// explained finds customers and returns the plan of the search.
func (c *crowd) explained(db *sql.DB, plans *[]string, m tag.Match) (map[uuid.UUID]bool, string) {
	tx := c.explaining(db)
	defer tx.Rollback()
	found := map[uuid.UUID]bool{}
	for one, err := range tag.Find(c.Context(), c.joined(db, tx), m, storage.Query{}) {
		require.NoError(c, err)
		found[one.ID] = true
	}
	i := slices.IndexFunc(*plans, func(p string) bool { return strings.Contains(p, "@>") })
	require.GreaterOrEqual(c, i, 0, "no plan of a search among %q", *plans)
	return found, (*plans)[i]
}

// explaining begins a transaction in which the server sends the plan of each
// statement along as a notice.
func (c *crowd) explaining(db *sql.DB) *sql.Tx {
	tx, err := db.BeginTx(c.Context(), nil)
	require.NoError(c, err)
	for _, text := range []string{
		"LOAD 'auto_explain'", "SET LOCAL auto_explain.log_min_duration = 0", "SET LOCAL auto_explain.log_analyze = on",
		"SET LOCAL auto_explain.log_timing = off", "SET LOCAL client_min_messages = log",
	} {
		_, err := tx.ExecContext(c.Context(), text)
		require.NoError(c, err, text)
	}
	return tx
}

// joined is the tenant inside a transaction.
func (c *crowd) joined(db *sql.DB, tx *sql.Tx) *storage.Tenant {
	pg, err := postgres.New(db, postgres.Config{})
	require.NoError(c, err)
	return c.acme.With(pg.InTx(tx))
}

// addReadsLittle looks at how Add reads what 100 of the customers have: by
// their index, and nothing of the others.
func (c *crowd) addReadsLittle(db *sql.DB, plans *[]string) {
	tx := c.explaining(db)
	defer tx.Rollback()
	*plans = nil
	require.NoError(c, c.joined(db, tx).Update(c.Context(), ann, func(tx *storage.Tx) error {
		_, err := tag.Add(c.Context(), tx, c.ids[:100], c.names[:2], tag.Given{})
		return err
	}))
	i := slices.IndexFunc(*plans, func(p string) bool { return strings.Contains(p, `FROM "public"."tag_assignment" AS t WHERE`) })
	require.GreaterOrEqual(c, i, 0, "no plan of a read among %q", *plans)
	require.NotContains(c, (*plans)[i], "Seq Scan")
	require.NotContains(c, (*plans)[i], "Rows Removed by Filter", (*plans)[i])
}
