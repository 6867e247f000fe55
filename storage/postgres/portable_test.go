package postgres_test

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/postgres"
	"github.com/clientele-go/clientele/storage/postgres/pgtest"
	"github.com/clientele-go/clientele/storage/storagetest"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// The SQL of this package must run on the distributed engines that speak the
// PostgreSQL protocol. The rules below look at the text of statements, by its
// tokens; they know no types and do not see parameters. What they do not check:
// that the tenant compared with is the one at hand (the kit's tenants cases do),
// that functions outside the list are not volatile, and how an engine plans what
// it runs. A sub-select may depend on the row outside of it by other columns than
// the tenant, for both name the tenant by a parameter, so that a statement as a
// whole belongs to one part of a table. Two statements are not those of one tenant:
// Migrate reads the catalog, and when it makes terms anew it lists the tenants.

// A token is a word, a quoted name, a constant, a parameter or a sign.
func tokens(sql string) []string {
	var list []string
	for sql != "" {
		n := tokenLength(sql)
		if sql[0] > ' ' {
			list = append(list, sql[:n])
		}
		sql = sql[n:]
	}
	return list
}

// tokenLength returns the length of the token, or of the space, that a text
// begins with.
func tokenLength(sql string) int {
	switch c := sql[0]; {
	case c == '"' || c == '\'':
		return quotedLength(sql)
	case isWord(c) || c == '$':
		n := 1
		for n < len(sql) && isWord(sql[n]) {
			n++
		}
		return n
	}
	for _, sign := range []string{"->>", "::", "<=", ">=", "<>", "->", "@>", "&&", "||"} {
		if strings.HasPrefix(sql, sign) {
			return len(sign)
		}
	}
	return 1
}

func quotedLength(sql string) int {
	for n := 1; n < len(sql); n++ {
		if sql[n] != sql[0] {
			continue
		}
		if n+1 == len(sql) || sql[n+1] != sql[0] {
			return n + 1
		}
		n++
	}
	return len(sql)
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// A script is the tokens of one statement. Words are in lower case unless they
// are quoted.
type script []string

func scriptOf(sql string) script {
	list := script(tokens(sql))
	for i, t := range list {
		if t[0] != '"' && t[0] != '\'' {
			list[i] = strings.ToLower(t)
		}
	}
	return list
}

// at returns a token, "" outside.
func (s script) at(i int) string {
	if i < 0 || i >= len(s) {
		return ""
	}
	return s[i]
}

// follows reports whether words stand at a place.
func (s script) follows(i int, words ...string) bool {
	for n, w := range words {
		if s.at(i+n) != w {
			return false
		}
	}
	return true
}

// find returns the place of words, or -1.
func (s script) find(words ...string) int {
	for i := range s {
		if s.follows(i, words...) {
			return i
		}
	}
	return -1
}

// closing returns the place of the parenthesis that closes the one at i.
func (s script) closing(i int) int {
	depth := 0
	for n := i; n < len(s); n++ {
		switch s[n] {
		case "(":
			depth++
		case ")":
			if depth--; depth == 0 {
				return n
			}
		}
	}
	return len(s)
}

func isName(t string) bool {
	return t != "" && (t[0] == '"' || t[0] == '_' || t[0] >= 'a' && t[0] <= 'z')
}

// ours reports whether a name of two parts begins at i, and whether it is that
// of a table of records: not the catalog's and not the layout's.
func (s script) ours(i int) bool {
	return s.at(i+1) == "." && isName(s.at(i)) && isName(s.at(i+2)) && s[i] != "pg_catalog" && !strings.HasSuffix(s[i+2], `layout"`)
}

// noneOf is a rule that forbids words.
func noneOf(words ...string) func(script) string {
	return func(s script) string {
		for _, t := range s {
			if slices.Contains(words, t) {
				return "it has " + t
			}
		}
		return ""
	}
}

// noSavepoints allows that of COPY alone, which Config.WithoutCopy turns off.
func noSavepoints(s script) string {
	if s.at(len(s)-1) == "clientele_copy" {
		return ""
	}
	return noneOf("savepoint")(s)
}

// portableRules are the rules by name; each returns what is wrong, or "".
var portableRules = map[string]func(script) string{
	"tenant leads tables":       tenantLeadsTables,
	"tenant leads indexes":      tenantLeadsIndexes,
	"tenant is compared":        tenantIsCompared,
	"tenant is inserted":        tenantIsInserted,
	"tables are qualified":      tablesAreQualified,
	"no lists of tables":        noLists,
	"plain conflict targets":    plainConflictTargets,
	"texts are ordered by byte": textsByByte,
	"one statement":             noneOf(";"),
	"no search path":            noneOf("search_path", "'search_path'"),
	"no sequences":              noneOf("serial", "bigserial", "smallserial", "identity", "sequence", "nextval", "currval", "setval"),
	"no triggers":               noneOf("trigger", "rule"),
	"no procedures":             noneOf("function", "procedure", "plpgsql", "language", "call"),
	"no listening":              noneOf("listen", "notify", "unlisten", "pg_notify"),
	"no deferring":              noneOf("deferrable", "deferred", "initially"),
	"no such constraints":       noneOf("references", "foreign", "exclude", "generated", "inherits"),
	"no savepoints":             noSavepoints,
	"no temporary tables":       noneOf("temp", "temporary", "unlogged", "truncate"),
	"no table locks":            noTableLocks,
	"no advisory locks":         noAdvisoryLocks,
	"nothing volatile": noneOf("now", "random", "gen_random_uuid", "uuidv7", "uuid_generate_v4", "clock_timestamp", "statement_timestamp", "transaction_timestamp",
		"timeofday", "current_timestamp", "current_date", "current_time", "localtime", "localtimestamp", "pg_sleep", "txid_current", "pg_current_xact_id"),
}

func noTableLocks(s script) string {
	if s.at(0) == "lock" || s.find("lock", "table") >= 0 {
		return "it locks a table"
	}
	return ""
}

func noAdvisoryLocks(s script) string {
	for _, t := range s {
		if strings.HasPrefix(t, "pg_advisory") || strings.HasPrefix(t, "pg_try_advisory") {
			return "it has " + t
		}
	}
	return ""
}

// tenantLeadsTables: the tenant is the first column and leads the primary key.
func tenantLeadsTables(s script) string {
	i := s.find("create", "table")
	if i < 0 || s.find("partition", "of") >= 0 {
		return ""
	}
	open := slices.Index(s, "(")
	if open < 3 || strings.HasSuffix(s[open-1], `layout"`) {
		return ""
	}
	if s.at(open+1) != "tenant" {
		return "its first column is " + s.at(open+1)
	}
	key := s.find("primary", "key", "(")
	if key < 0 {
		return "it has no primary key"
	}
	if s.at(key+3) != "tenant" {
		return "its primary key begins with " + s.at(key+3)
	}
	for n := open; n < len(s); n++ {
		if s.follows(n, "unique") {
			return "a unique key is declared in the table"
		}
	}
	return ""
}

// tenantLeadsIndexes: the tenant leads every index over plain columns, but for
// the inverted one, whose terms are hashes of the tenant among others.
func tenantLeadsIndexes(s script) string {
	if s.at(0) != "create" || s.find("index") < 0 {
		return ""
	}
	open := slices.Index(s, "(")
	inside := s[open+1 : s.closing(open)]
	if s.find("using", "gin") >= 0 {
		if len(inside) == 1 && inside[0] == "_terms" && !slices.Contains(s, "unique") {
			return ""
		}
		return "an inverted index of something else than terms"
	}
	if inside.at(0) != "tenant" {
		return "it begins with " + inside.at(0)
	}
	for _, t := range inside {
		if !isName(t) && t != "," {
			return "it has an expression: " + t
		}
	}
	if rest := strings.Join(s[s.closing(open)+1:], " "); rest != "" && rest != "where deleted_at is null" {
		return "it is restricted by: " + rest
	}
	return ""
}

// tenantIsCompared: wherever rows of a table of records are read or changed, the
// tenant is compared with a parameter, and nothing makes that a matter of choice.
func tenantIsCompared(s script) string {
	listing := s.follows(0, "select", "distinct", "tenant", "from") && s.ours(4) && s.follows(7, "order", "by", "tenant") && len(s) == 10
	if s.at(0) == "create" || s.at(0) == "alter" || s.at(0) == "copy" || listing {
		return ""
	}
	for i := range s {
		reads := slices.Contains([]string{"from", "join", "update"}, s.at(i-1))
		if !reads || !s.ours(i) || s.extracts(i-1) {
			continue
		}
		alias := ""
		if s.at(i+3) == "as" {
			alias = s.at(i + 4)
		}
		if !s.bound(i, alias) {
			return "rows of " + s[i+2] + " are not bound to a tenant"
		}
	}
	return ""
}

// block returns the range of the select, update or delete that a place is in.
func (s script) block(i int) (from, to int) {
	depth := 0
	for n := i; n >= 0; n-- {
		switch s[n] {
		case ")":
			depth++
		case "(":
			if depth--; depth < 0 {
				if slices.Contains([]string{"select", "update", "delete"}, s.at(n+1)) {
					return n + 1, s.closing(n)
				}
				depth = 0
			}
		}
	}
	return 0, len(s)
}

// bound reports whether the block of a place has the condition "tenant = $n" of
// that alias in its WHERE or ON, joined to the rest by AND alone.
func (s script) bound(i int, alias string) bool {
	from, to := s.block(i)
	want := []string{"tenant", "="}
	if alias != "" {
		want = []string{alias, ".", "tenant", "="}
	}
	for n := from; n < to; n++ {
		if !s.follows(n, want...) || !strings.HasPrefix(s.at(n+len(want)), "$") || alias == "" && s.at(n-1) == "." {
			continue
		}
		if in, _ := s.block(n); in == from && s.conjunct(n, from, to) {
			return true
		}
	}
	return false
}

// conjunct reports whether a condition is joined by AND alone, all the way out
// to the WHERE or ON of the block.
func (s script) conjunct(n, from, to int) bool {
	for {
		left, right := n-1, n
		for depth := 0; left >= from && (depth > 0 || !slices.Contains([]string{"(", "where", "on"}, s[left])); left-- {
			depth += map[string]int{")": 1, "(": -1}[s[left]]
			if depth == 0 && s[left] == "or" {
				return false
			}
		}
		for depth := 0; right < to && (depth > 0 || s[right] != ")"); right++ {
			depth += map[string]int{"(": 1, ")": -1}[s[right]]
			if depth == 0 && s[right] == "or" {
				return false
			}
		}
		if left < from {
			return false
		}
		if s[left] != "(" {
			return true
		}
		if !slices.Contains([]string{"and", "where", "on", "("}, s.at(left-1)) {
			return false
		}
		n = left
	}
}

// tenantIsInserted: rows are given their tenant first, as a parameter, and no
// statement changes it.
func tenantIsInserted(s script) string {
	if i := s.find("set", "tenant"); i >= 0 {
		return "it changes the tenant"
	}
	for i := range s {
		if s.at(i-1) != "into" && s.at(i-1) != "copy" || !s.ours(i) {
			continue
		}
		if !s.follows(i+3, "(", "tenant") {
			return "the tenant is not the first column"
		}
		rest := s[s.closing(i+3)+1:]
		values := rest.follows(0, "values", "(") && strings.HasPrefix(rest.at(2), "$")
		selected := rest.at(0) == "select" && strings.HasPrefix(rest.at(1), "$")
		if !values && !selected && !rest.follows(0, "from", "stdin") {
			return "the tenant is not a parameter"
		}
	}
	return ""
}

// tablesAreQualified: every table has its schema in front.
func tablesAreQualified(s script) string {
	for i := 1; i < len(s); i++ {
		before, name := s[i-1], s[i]
		switch before {
		case "from":
			if name == "stdin" || name == "(" || name == "unnest" || s.at(i-2) == "distinct" || s.extracts(i-1) || s.at(0) == "fetch" {
				continue
			}
		case "join":
			if name == "(" || name == "unnest" || name == "lateral" {
				continue
			}
		case "update":
			if name == "set" || s.at(i-2) == "for" || s.at(i-2) == "do" || s.follows(i-4, "for", "no", "key") {
				continue
			}
		case "into", "copy":
		case "table", "exists":
			if s.at(0) != "create" && s.at(0) != "alter" || s.find("table") < 0 || name == "if" || slices.Contains(s, "column") {
				continue
			}
		case "on":
			if s.at(0) != "create" {
				continue
			}
		default:
			continue
		}
		if !isName(name) || s.at(i+1) != "." || !isName(s.at(i+2)) {
			return "a table without its schema after " + before + ": " + name
		}
	}
	return ""
}

// noLists: tables are joined in words, where the rules above find them.
func noLists(s script) string {
	for i := range s {
		if s.at(i-1) != "from" || s.extracts(i-1) || s.at(i-2) == "distinct" {
			continue
		}
		n := i + 1
		if s.at(n) == "." {
			n += 2
		}
		if s.at(n) == "as" {
			n += 2
		}
		if s.at(n) == "," {
			return "a list of tables"
		}
	}
	return ""
}

// extracts reports whether a FROM belongs to extract(field FROM time).
func (s script) extracts(from int) bool { return s.at(from-2) == "(" && s.at(from-3) == "extract" }

// plainConflictTargets: ON CONFLICT has no target or one of plain columns.
func plainConflictTargets(s script) string {
	i := s.find("on", "conflict")
	if i < 0 || s.follows(i+2, "do") {
		return ""
	}
	if s.at(i+2) != "(" {
		return "its target is a constraint"
	}
	end := s.closing(i + 2)
	for _, t := range s[i+3 : end] {
		if !isName(t) && t != "," {
			return "its target has an expression: " + t
		}
	}
	if s.at(end+1) != "do" {
		return "its target is restricted"
	}
	return ""
}

// textsByByte: columns of text compare by bytes.
func textsByByte(s script) string {
	if s.at(0) != "create" && s.at(0) != "alter" {
		return ""
	}
	for i, t := range s {
		if t != "text" || !isName(s.at(i-1)) || s.at(i-1) == "text" {
			continue
		}
		n := i + 1
		if s.follows(n, "[", "]") {
			n += 2
		}
		if !s.follows(n, "collate", `"C"`) {
			return "the column " + s.at(i-1) + " has the order of a language"
		}
	}
	return ""
}

// portable returns what is wrong with a statement, by rule.
func portable(sql string) map[string]string {
	wrong := map[string]string{}
	for name, rule := range portableRules {
		if text := rule(scriptOf(sql)); text != "" {
			wrong[name] = text
		}
	}
	return wrong
}

// TestPortableRules holds every rule against statements that break it, and
// against like ones that do not.
func TestPortableRules(t *testing.T) {
	t.Parallel()
	bad := map[string][]string{
		"tenant leads tables": {
			`CREATE TABLE "s"."a" (id uuid, tenant text COLLATE "C", PRIMARY KEY (tenant, id))`,
			`CREATE TABLE "s"."a" (tenant text COLLATE "C", id uuid, PRIMARY KEY (id, tenant))`,
			`CREATE TABLE "s"."a" (tenant text COLLATE "C", id uuid)`,
			`CREATE TABLE "s"."a" (tenant text COLLATE "C", id uuid, PRIMARY KEY (tenant, id), UNIQUE (id))`,
		},
		"tenant leads indexes": {
			`CREATE INDEX "i" ON "s"."a" (id)`, `CREATE UNIQUE INDEX "i" ON "s"."a" (code, tenant)`, `CREATE INDEX "i" ON "s"."a" (tenant, lower(code))`,
			`CREATE INDEX "i" ON "s"."a" USING gin (tags)`, `CREATE UNIQUE INDEX "i" ON "s"."a" (tenant, code) WHERE lower(code) <> ''`,
		},
		"tenant is compared": {
			`SELECT t.id FROM "s"."a" AS t`, `SELECT t.id FROM "s"."a" AS t WHERE t.id = $1`, `SELECT t.id FROM "s"."a" AS t WHERE t.tenant = 'x'`,
			`SELECT t.id FROM "s"."a" AS t WHERE (t.tenant = $1 OR t.id = $2)`, `SELECT t.id FROM "s"."a" AS t WHERE t.id = $2 AND (t.id = $3 OR (t.tenant = $1))`,
			`SELECT t.id FROM "s"."a" AS t WHERE NOT (t.tenant = $1)`, `SELECT t.id FROM "s"."a" AS t WHERE ((t.tenant = $1) IS NOT TRUE) OR TRUE`,
			`SELECT t.id FROM "s"."a" AS t WHERE t.tenant = $1 AND EXISTS (SELECT 1 FROM "s"."b" AS t1 WHERE t1.a = t.id)`,
			`SELECT t.id FROM "s"."a" AS t WHERE EXISTS (SELECT 1 FROM "s"."b" AS t1 WHERE t1.tenant = $1 AND t1.a = t.id)`,
			`SELECT t.id FROM "s"."a" AS t WHERE t.tenant = $1 AND t.id IN (SELECT t1.a FROM "s"."b" AS t1 WHERE t.tenant = $2)`,
			`SELECT u.id, t.id FROM unnest($2::uuid[]) AS u(id) JOIN "s"."a" AS t ON t.id = u.id WHERE t.id = $1`,
			`UPDATE "s"."a" AS t SET name = $2 WHERE t.id = $1`, `DELETE FROM "s"."a" WHERE id = $1`, `DELETE FROM "s"."a" WHERE t.tenant = $1`,
			`DECLARE c CURSOR FOR SELECT t.id FROM "s"."a" AS t`,
		},
		"tenant is inserted": {
			`INSERT INTO "s"."a" (id, tenant) VALUES ($1, $2)`, `INSERT INTO "s"."a" (tenant, id) VALUES ('x', $2)`, `INSERT INTO "s"."a" (tenant, id) SELECT u.tenant, u.id FROM unnest($1, $2) AS u(tenant, id)`,
			`COPY "s"."a" (id, tenant) FROM STDIN`, `UPDATE "s"."a" SET tenant = $2 WHERE tenant = $1`,
		},
		"tables are qualified": {
			`SELECT id FROM a WHERE tenant = $1`, `SELECT t.id FROM "s"."b" AS u JOIN a AS t ON TRUE WHERE t.tenant = $1 AND u.tenant = $1`, `INSERT INTO a (tenant) VALUES ($1)`,
			`UPDATE a SET x = 1 WHERE tenant = $1`, `DELETE FROM "a" WHERE tenant = $1`, `COPY a (tenant) FROM STDIN`, `CREATE TABLE IF NOT EXISTS a (tenant text)`,
			`CREATE TABLE a (tenant text)`, `CREATE INDEX i ON a (tenant)`, `ALTER TABLE a ENABLE ROW LEVEL SECURITY`,
		},
		"no lists of tables": {`SELECT 1 FROM "s"."a" AS t, "s"."b" AS u WHERE t.tenant = $1 AND u.tenant = $1`},
		"plain conflict targets": {
			`INSERT INTO "s"."a" (tenant) VALUES ($1) ON CONFLICT (tenant, lower(code)) DO NOTHING`, `INSERT INTO "s"."a" (tenant) VALUES ($1) ON CONFLICT ON CONSTRAINT k DO NOTHING`,
			`INSERT INTO "s"."a" (tenant) VALUES ($1) ON CONFLICT (tenant, code) WHERE deleted_at IS NULL DO NOTHING`,
		},
		"texts are ordered by byte": {`CREATE TABLE "s"."a" (tenant text NOT NULL, PRIMARY KEY (tenant))`, `ALTER TABLE "s"."a" ADD COLUMN "tags" text[]`},
		"one statement":             {`SELECT 1; SELECT 2`},
		"no search path":            {`SET search_path = s`, `SELECT set_config('search_path', $1, true)`},
		"no sequences":              {`CREATE TABLE "s"."a" (n bigserial)`, `CREATE TABLE "s"."a" (n bigint GENERATED ALWAYS AS IDENTITY)`, `SELECT nextval('s.n')`, `CREATE SEQUENCE "s"."n"`},
		"no triggers":               {`CREATE TRIGGER x AFTER INSERT ON "s"."a" EXECUTE FUNCTION f()`, `CREATE RULE r AS ON INSERT TO "s"."a" DO NOTHING`},
		"no procedures":             {`CREATE FUNCTION f() RETURNS int LANGUAGE sql AS ''`, `CALL p()`},
		"no listening":              {`LISTEN x`, `NOTIFY x`, `SELECT pg_notify($1, $2)`},
		"no deferring":              {`ALTER TABLE "s"."a" ADD CONSTRAINT k UNIQUE (tenant) DEFERRABLE`, `SET CONSTRAINTS ALL DEFERRED`},
		"no such constraints":       {`CREATE TABLE "s"."b" (a uuid REFERENCES "s"."a")`, `CREATE TABLE "s"."a" (n int GENERATED ALWAYS AS (1) STORED)`},
		"no savepoints":             {`SAVEPOINT a`, `ROLLBACK TO SAVEPOINT a`},
		"no temporary tables":       {`CREATE TEMP TABLE x (tenant text)`, `TRUNCATE "s"."a"`},
		"no table locks":            {`LOCK TABLE "s"."a"`, `LOCK "s"."a" IN SHARE MODE`},
		"no advisory locks":         {`SELECT pg_advisory_xact_lock($1)`, `SELECT pg_try_advisory_lock(1)`},
		"nothing volatile":          {`UPDATE "s"."a" SET at = now() WHERE tenant = $1`, `CREATE TABLE "s"."a" (id uuid DEFAULT gen_random_uuid())`, `SELECT clock_timestamp()`, `SELECT CURRENT_TIMESTAMP`, `SELECT random()`},
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(portableRules)), slices.Collect(maps.Keys(bad)), "every rule has statements that break it")
	for rule, list := range bad {
		for _, text := range list {
			require.NotEmpty(t, portable(text)[rule], "%s: %s", rule, text)
		}
	}
	for _, text := range []string{
		`SELECT DISTINCT tenant FROM "s"."a" ORDER BY tenant`,
		`SELECT t.id FROM "s"."a" AS t WHERE (t.tenant = $1 AND ((t.id = $2 OR t.id = $3)))`,
		`SELECT t.id FROM "s"."now" AS t WHERE t.tenant = $1 AND EXISTS (SELECT 1 FROM "s"."b" AS t1 WHERE t1.a = t.id AND (t1.tenant = $2 AND TRUE))`,
		`SELECT t."random", 'now()' FROM "s"."a" AS t WHERE t.tenant = $1 ORDER BY t.id LIMIT 5 FOR UPDATE SKIP LOCKED`,
		`SELECT t.id FROM "s"."a" AS t WHERE t.tenant = $1 AND t.id = $2 FOR NO KEY UPDATE SKIP LOCKED`,
		`SELECT t.id FROM "s"."a" AS t WHERE t.tenant = $1 AND t.id = ANY($2::uuid[]) ORDER BY t.id FOR KEY SHARE`,
		`INSERT INTO "s"."a" (tenant, id) SELECT $1::text, u.id FROM unnest($2::uuid[]) AS u(id) ON CONFLICT DO NOTHING RETURNING id`,
		`UPDATE "s"."a" AS t SET "x" = u."x" FROM unnest($2::uuid[], $3::text[]) AS u(id, "x") WHERE t.tenant = $1 AND t.id = u.id`,
		`CREATE UNIQUE INDEX IF NOT EXISTS "i" ON "s"."a" (tenant, "code") WHERE deleted_at IS NULL`,
		`SELECT sum(extract(month FROM t.at)) FROM "s"."a" AS t WHERE t.tenant = $1 AND t.x IS DISTINCT FROM $2`,
	} {
		require.Empty(t, portable(text), text)
	}
}

// A collector keeps the distinct statements that were sent.
type collector struct {
	mu   sync.Mutex
	seen map[string]string // names by text
}

func (c *collector) hook(ctx context.Context, s postgres.Statement) (context.Context, func(error)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen == nil {
		c.seen = map[string]string{}
	}
	c.seen[s.SQL] = s.Name
	return ctx, func(error) {}
}

// Looking at a statement takes time in the square of its length: of the long
// ones, whose conditions are many of the same forms, a few do.
const (
	longStatement = 6_000 // bytes
	fewLong       = 20
)

// check holds all statements against the rules, and the run against what it
// must have met at least.
func (c *collector) check(t *testing.T, must ...string) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	names := map[string]bool{}
	long := 0
	for text, name := range c.seen {
		verb, _, _ := strings.Cut(name, " ")
		names[verb] = true
		if len(text) > longStatement {
			if long++; long > fewLong {
				continue
			}
		}
		if wrong := portable(text); len(wrong) > 0 {
			t.Errorf("%s: %v\n%s", name, wrong, text)
		}
	}
	for _, name := range must {
		require.True(t, names[name], "no statement %q among %v", name, slices.Sorted(maps.Keys(names)))
	}
	t.Logf("%d statements, %d of them long", len(c.seen), long)
}

// TestPortableMigrations looks at the steps that make the tables, those that
// extend them, and what Migrate itself asks.
func TestPortableMigrations(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("postgres", pgtest.Database(t))
	require.NoError(t, err)
	defer db.Close()
	c := &collector{}
	pg, err := postgres.New(db, postgres.Config{Schema: "der Kunde", Prefix: "c_", Hook: c.hook})
	require.NoError(t, err)
	for _, step := range pg.Migrations(storagetest.Kinds()...) {
		c.hook(t.Context(), postgres.Statement{Name: "step", SQL: step.SQL})
	}
	less := storage.Define[specimenLess]("kit_order", storage.Text("product", func(s *specimenLess) *string { return &s.Product }))
	require.NoError(t, pg.Migrate(t.Context(), less))
	require.NoError(t, pg.Migrate(t.Context(), storagetest.Kinds()...))
	_, added := c.seen[`ALTER TABLE "der Kunde"."c_kit_order" ADD COLUMN IF NOT EXISTS "placed" timestamptz`]
	require.True(t, added, "the steps that extend a table are among them")
	c.check(t, "step", "migrate")
}

// A specimenLess is an order that lacks fields.
type specimenLess struct {
	storage.Meta
	Product string
}

// TestPortableJoined looks at what is sent inside a transaction of the host.
func TestPortableJoined(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("postgres", pgtest.Database(t))
	require.NoError(t, err)
	defer db.Close()
	crashTables(t, db)
	c := &collector{}
	pg, err := postgres.New(db, postgres.Config{Hook: c.hook})
	require.NoError(t, err)
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer tx.Rollback()
	store, err := storage.New(pg.InTx(tx), time.Now, crashKinds...)
	require.NoError(t, err)
	acme := store.Tenant("acme")
	for n := range int64(3) {
		w := &batchWriter{tenant: acme, worker: n + 1, sizes: []int{100, 300, 1}}
		for range 3 {
			_, err := w.write(t.Context())
			require.NoError(t, err)
		}
	}
	_, err = consume(t.Context(), acme, uuid.New())
	require.NoError(t, err)
	_, err = grains.Aggregate(t.Context(), acme, storage.Query{Where: criteria.Search("payload", "1 of")}, storage.Figures{By: []string{"batch"}, Max: []string{"touched"}})
	require.Error(t, err, "the field is not searchable")
	_, err = grains.Aggregate(t.Context(), acme, storage.Query{Where: criteria.Contains("payload", "1 of")}, storage.Figures{By: []string{"batch"}, Max: []string{"touched"}})
	require.NoError(t, err)
	require.NoError(t, tx.Commit())
	for text, name := range c.seen {
		require.NotContains(t, []string{"begin", "commit", "rollback"}, name, text)
	}
	c.check(t, "insert", "update", "delete", "find", "get", "aggregate")
}

// TestPortablePartitions runs the whole kit on tables that are split by a hash
// of the tenant, as a distributed engine does, and looks at every statement of the run.
func TestPortablePartitions(t *testing.T) {
	postgres.WithoutDetector(t)
	t.Parallel()
	db, err := sql.Open("postgres", pgtest.Database(t))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	db.SetMaxIdleConns(16)
	db.SetMaxOpenConns(60)
	c := &collector{}
	pg, err := postgres.New(db, postgres.Config{Hook: c.hook}.WithPartitions(4))
	require.NoError(t, err)
	require.NoError(t, pg.Migrate(t.Context(), storagetest.Kinds()...))
	pending, err := pg.Pending(t.Context(), storagetest.Kinds()...)
	require.NoError(t, err)
	require.Empty(t, pending)
	t.Run("kit", func(t *testing.T) {
		storagetest.Run(t, func(*testing.T) storage.Driver { return pg })
	})
	c.check(t, "insert", "copy", "update", "delete", "find", "get", "aggregate", "check", "claim", "declare", "fetch")
	require.Zero(t, db.Stats().InUse)
	var parts, rows int
	require.NoError(t, db.QueryRow("SELECT count(*) FROM pg_catalog.pg_inherits AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.inhparent AND c.relkind = 'p' AND c.relname = 'kit_account'").Scan(&parts))
	require.Equal(t, 4, parts)
	require.NoError(t, db.QueryRow("SELECT count(*) FROM (SELECT DISTINCT tableoid FROM kit_account) AS x").Scan(&rows))
	require.Equal(t, 4, rows, "every part has records")
}
