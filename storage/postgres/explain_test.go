package postgres

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clientele-go/clientele"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/postgres/pgtest"
	"github.com/clientele-go/clientele/storage/storagetest"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// A specimen has an indexed field of every type that takes an index, unique
// keys over one and over several fields, indexed sets and searchable text.
type specimen struct {
	storage.Meta
	Name, Code, Region, City string
	Number                   int64
	Age                      *int64
	Price                    decimal.Decimal
	Rebate                   *decimal.Decimal
	Flag                     bool
	Choice                   *bool
	Seen                     time.Time
	Born                     storage.Date
	Parent                   uuid.UUID
	Tags, Labels             []string
}

var specimens = storage.Define[specimen]("specimen",
	storage.Text("name", func(s *specimen) *string { return &s.Name }).Indexed().Searchable(),
	storage.Text("code", func(s *specimen) *string { return &s.Code }).Unique(),
	storage.Text("region", func(s *specimen) *string { return &s.Region }),
	storage.Text("city", func(s *specimen) *string { return &s.City }).Indexed(),
	storage.Integer("number", func(s *specimen) *int64 { return &s.Number }).Indexed(),
	storage.OptionalInteger("age", func(s *specimen) **int64 { return &s.Age }).Indexed(),
	storage.Decimal("price", func(s *specimen) *decimal.Decimal { return &s.Price }).Indexed(),
	storage.OptionalDecimal("rebate", func(s *specimen) **decimal.Decimal { return &s.Rebate }).Indexed(),
	storage.Bool("flag", func(s *specimen) *bool { return &s.Flag }).Indexed(),
	storage.OptionalBool("choice", func(s *specimen) **bool { return &s.Choice }).Indexed(),
	storage.Time("seen", func(s *specimen) *time.Time { return &s.Seen }).Indexed(),
	storage.Day("born", func(s *specimen) *storage.Date { return &s.Born }).Indexed(),
	storage.Ref("parent", func(s *specimen) *uuid.UUID { return &s.Parent }).To("specimen").Indexed(),
	storage.Texts("tags", func(s *specimen) *[]string { return &s.Tags }).Indexed(),
	storage.Texts("labels", func(s *specimen) *[]string { return &s.Labels }).Indexed(),
).Unique("region", "city", "number").Index("region", "seen").Index("region", "age").Index("city", "born", "price")

const (
	explainTenant = "acme"
	explainPage   = 200 // records of a page
	perValue      = 40  // records that share a value
	mostRows      = 20 * explainPage
)

// explainRows is how many records each table has. With CLIENTELE_SOAK=1 they are
// 100,000, which take too long to write for every run: there are 80 tables.
func explainRows() int {
	if os.Getenv("CLIENTELE_SOAK") == "1" {
		return 100_000
	}
	return 10_000
}

// TestIndexesServeTheirQueries fills the table of every kind and looks at the
// plans of the queries for which its indexes are declared: each must read about
// as many rows as it returns, and sort no more than a page.
func TestIndexesServeTheirQueries(t *testing.T) {
	WithoutDetector(t)
	t.Parallel()
	kinds := append(storagetest.Kinds(), specimens)
	explainKinds(t, kinds, storage.Changes, storage.CustomFields, storage.Entities("thing"))
}

// TestIndexesOfTheLibraryServeTheirQueries does the same for the kinds that the
// library itself brings.
func TestIndexesOfTheLibraryServeTheirQueries(t *testing.T) {
	WithoutDetector(t)
	t.Parallel()
	explainKinds(t, clientele.Kinds())
}

// explainKinds migrates the kinds and looks at the plans of all of them and of the
// storage's own.
func explainKinds(t *testing.T, kinds []storage.Described, own ...storage.Described) {
	db, err := sql.Open("postgres", pgtest.Database(t))
	require.NoError(t, err)
	defer db.Close()
	pg, err := New(db, Config{})
	require.NoError(t, err)
	require.NoError(t, pg.Migrate(t.Context(), kinds...))
	kinds = append(kinds, own...)
	for _, k := range kinds {
		t.Run(k.Schema().Name, func(t *testing.T) {
			e := &explainer{t: t, db: pg, schema: k.Schema(), table: pg.table(k.Schema()), rows: explainRows()}
			e.fill()
			e.begin()
			e.everyIndex()
			e.keys()
			t.Logf("%d statements", e.serial)
		})
	}
}

// An explainer looks at the plans of one kind.
type explainer struct {
	t      *testing.T
	db     *DB
	schema *storage.Schema
	table  *table
	rows   int
	conn   *sql.Tx
	serial int
}

// fill inserts records whose values spread evenly. The first of them are
// analyzed before the others come: without statistics the check for taken
// unique keys reads the whole tenant for each key, so that one transaction that
// brought all would take minutes.
func (e *explainer) fill() {
	first := e.rows / 20
	e.insert(0, first)
	e.insert(first, e.rows)
}

func (e *explainer) insert(from, to int) {
	tx, err := e.db.Begin(e.t.Context(), explainTenant, storage.Write)
	require.NoError(e.t, err)
	defer tx.Rollback()
	for ; from < to; from += 5000 {
		list := make([]storage.Record, min(5000, to-from))
		for i := range list {
			list[i] = e.record(from + i)
		}
		require.NoError(e.t, tx.Insert(e.t.Context(), e.schema, list))
	}
	require.NoError(e.t, tx.Commit(e.t.Context()))
	_, err = e.db.db.ExecContext(e.t.Context(), "VACUUM ANALYZE "+e.table.name)
	require.NoError(e.t, err)
}

var explainStart = time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)

// record makes the i-th record: one of twenty is deleted, one of ten values is absent.
func (e *explainer) record(i int) storage.Record {
	r := e.schema.New()
	m := storage.MetaOf(r)
	m.ID, m.Version = numberedID(i), 1
	m.CreatedAt = explainStart.Add(time.Duration(i) * time.Second)
	m.UpdatedAt = m.CreatedAt
	if i%20 == 19 {
		m.DeletedAt = m.CreatedAt
	}
	for n, f := range e.schema.Fields {
		if v := e.value(f, i, n); v != nil {
			require.NoError(e.t, f.Set(r, v))
		}
	}
	if e.table.custom {
		m.Custom.Set("color", fmt.Sprintf("color %d", i%(e.rows/perValue)))
		m.Custom.Set("size", int64(i%(e.rows/perValue)))
		m.Custom.Set("marks", []string{fmt.Sprintf("mark %d", i%(e.rows/perValue)), "all"})
	}
	return r
}

func numberedID(i int) (id uuid.UUID) {
	binary.BigEndian.PutUint64(id[:], 0x018f_0000_0000_7000+uint64(i)<<16)
	id[8] = 0x80
	return id
}

// value is that of a field in the i-th record. In unique keys the first of
// the fields has few values, and the last one tells all records apart.
func (e *explainer) value(f *storage.Field, i, salt int) any {
	key := slices.IndexFunc(e.schema.Indexes, func(x storage.Index) bool { return x.Unique && x.Fields[len(x.Fields)-1] == f })
	k := (i*7919 + salt*104729) % (e.rows / perValue)
	if key >= 0 {
		k = i
	} else if nullable := f.Optional || f.Type != criteria.Integer && f.Type != criteria.Decimal && f.Type != criteria.Bool; nullable && i%10 == 3 {
		return nil
	}
	return valueOf(f, k)
}

// valueOf returns the k-th value of a field's type.
func valueOf(f *storage.Field, k int) any {
	switch f.Type {
	case criteria.Text:
		if f.Searchable {
			return string([]rune{han(k), han(k / 7), han(k / 3), han(k * 13)}) + fmt.Sprint(k)
		}
		return fmt.Sprintf("value %06d", k)
	case criteria.Integer:
		return int64(k)
	case criteria.Decimal:
		return decimal.New(int64(k), -2)
	case criteria.Bool:
		return k%2 == 0
	case criteria.Time:
		return explainStart.Add(time.Duration(k) * time.Hour)
	case criteria.Day:
		return criteria.DateOf(explainStart.AddDate(0, 0, -k))
	case criteria.Ref:
		return numberedID(k)
	case criteria.Texts:
		return []string{fmt.Sprintf("tag %06d", k), fmt.Sprintf("tag %06d", k+1), "everybody"}
	}
	return nil
}

// han is one of 400 characters.
func han(k int) rune { return '一' + rune(k%400) }

// begin opens the transaction in which everything is explained. Nothing of it stays.
func (e *explainer) begin() {
	tx, err := e.db.db.BeginTx(context.Background(), nil)
	require.NoError(e.t, err)
	e.t.Cleanup(func() { _ = tx.Rollback() })
	e.conn = tx
}

// everyIndex asks what each index of the kind is there for.
func (e *explainer) everyIndex() {
	require.Equal(e.t, len(e.table.indexes(e.db.config)) > 0, len(e.schema.Indexes) > 0 || e.table.terms)
	for _, i := range e.schema.Indexes {
		switch {
		case inverted(i):
			e.set(i.Fields[0])
		case i.Unique:
			e.uniqueKey(i)
		default:
			e.ordered(i)
		}
	}
	for _, f := range e.schema.Fields {
		if f.Searchable {
			full := f.Value(e.record(40)).(string)
			e.query("search "+f.Name, &criteria.Matching{Field: &f.Field, Mode: criteria.SearchMode, Text: criteria.Fold(string([]rune(full)[:2]))}, nil, nil)
			e.query("search more of "+f.Name, &criteria.Matching{Field: &f.Field, Mode: criteria.SearchMode, Text: criteria.Fold(string([]rune(full)[1:]))}, nil, nil)
		}
	}
	if e.table.custom {
		e.customFields()
	}
}

func (e *explainer) set(f *storage.Field) {
	one := f.Value(e.record(40)).([]string)[0]
	other := f.Value(e.record(80)).([]string)[0]
	both := slices.Sorted(slices.Values([]string{one, other}))
	e.query("has "+f.Name, &criteria.Holding{Field: &f.Field, Every: true, Values: []string{one}}, nil, nil)
	e.query("has any "+f.Name, &criteria.Holding{Field: &f.Field, Values: both}, nil, nil)
	many := slices.Clone(both)
	for i := range 1000 {
		many = append(many, fmt.Sprint("nobody has ", i))
	}
	slices.Sort(many)
	e.query("has any of many "+f.Name, &criteria.Holding{Field: &f.Field, Values: many}, nil, nil)
	e.query("page of has any of many "+f.Name, &criteria.Holding{Field: &f.Field, Values: many}, nil, e.record(41))
	e.query("has all "+f.Name, &criteria.Holding{Field: &f.Field, Every: true, Values: []string{"everybody", one}}, nil, nil)
}

// uniqueKey asks for one record by its key, and for those that share the first part of it.
func (e *explainer) uniqueKey(i storage.Index) {
	r := e.record(40)
	e.query("key "+i.Name(), allOf(equals(i.Fields, r)...), nil, nil)
	last := i.Fields[len(i.Fields)-1]
	values := []any{last.Value(r), last.Value(e.record(80)), last.Value(e.record(120))}
	e.query("keys "+i.Name(), allOf(append(equals(i.Fields[:len(i.Fields)-1], r), &criteria.Membership{Field: &last.Field, Values: values})...), nil, nil)
	if len(i.Fields) > 1 {
		e.query("part of key "+i.Name(), allOf(equals(i.Fields[:1], r)...), nil, nil)
	}
	e.taken("taken "+i.Name(), i)
}

// taken looks for the keys of 50 records, none of which is stored.
func (e *explainer) taken(name string, i storage.Index) {
	list := make([]storage.Record, 50)
	for n := range list {
		list[n] = e.record(e.rows + 4*n)
	}
	data := append(e.table.dataOf(i.Fields), e.table.data[0])
	e.statement(name, e.table.takenText(i), append(e.table.ownerArgs(explainTenant), arrays(data, explainTenant, list)...))
}

func equals(fields []*storage.Field, r storage.Record) []criteria.Node {
	var list []criteria.Node
	for _, f := range fields {
		list = append(list, &criteria.Comparison{Field: &f.Field, Op: criteria.Equal, Value: f.Value(r)})
	}
	return list
}

func allOf(list ...criteria.Node) criteria.Node { return &criteria.And{Of: list} }

// ordered asks for values, ranges and pages.
func (e *explainer) ordered(i storage.Index) {
	r, name := e.record(40), i.Name()
	for n := range i.Fields {
		first := equals(i.Fields[:n], r)
		f := i.Fields[n]
		order := orderOf(i.Fields[n:], false)
		e.query(fmt.Sprint("equal ", name, n), allOf(append(first, equals(i.Fields[n:n+1], r)...)...), nil, nil)
		if f.Optional || !slices.Contains([]criteria.Type{criteria.Integer, criteria.Decimal, criteria.Bool}, f.Type) {
			e.query(fmt.Sprint("missing ", name, n), allOf(append(first, &criteria.Absence{Field: &f.Field})...), nil, nil)
		}
		e.pages(fmt.Sprint("order ", name, n), allOf(first...), i.Fields[n:])
		if f.Type == criteria.Bool {
			continue
		}
		low, high := valueOf(f, 200), valueOf(f, 203)
		if f.Searchable {
			high = low.(string) + "~"
		}
		if f.Type == criteria.Day {
			low, high = high, low
		}
		between := []criteria.Node{&criteria.Comparison{Field: &f.Field, Op: criteria.GreaterEqual, Value: low}, &criteria.Comparison{Field: &f.Field, Op: criteria.Less, Value: high}}
		e.query(fmt.Sprint("range ", name, n), allOf(append(first, between...)...), nil, nil)
		e.query(fmt.Sprint("range in order ", name, n), allOf(append(first, between...)...), order, nil)
		e.query(fmt.Sprint("open range in order ", name, n), allOf(append(first, between[0])...), order, nil)
		e.query(fmt.Sprint("in ", name, n), allOf(append(first, &criteria.Membership{Field: &f.Field, Values: []any{valueOf(f, 7), valueOf(f, 70), valueOf(f, 170)}})...), nil, nil)
		if f.Type == criteria.Text {
			e.query(fmt.Sprint("prefix ", name, n), allOf(append(first, &criteria.Matching{Field: &f.Field, Mode: criteria.PrefixMode, Text: low.(string)})...), nil, nil)
		}
	}
}

// orderOf is an order by all of the fields, which an index serves, in one direction.
func orderOf(fields []*storage.Field, desc bool) []storage.OrderKey {
	order := make([]storage.OrderKey, len(fields))
	for n, f := range fields {
		order[n] = storage.OrderKey{Field: f, Desc: desc}
	}
	return order
}

// pages asks for the first page in an order and for one in the middle, in both
// directions, from values and from absent ones.
func (e *explainer) pages(name string, where criteria.Node, fields []*storage.Field) {
	for _, desc := range []bool{false, true} {
		order := orderOf(fields, desc)
		e.query(fmt.Sprint(name, " first page, desc ", desc), where, order, nil)
		for _, i := range []int{e.rows/2 + 1, e.rows/2 + 3} { // the second has no value where it may
			e.query(fmt.Sprint(name, " page after ", i, ", desc ", desc), where, order, e.record(i))
		}
	}
	if f := fields[0]; f.Type == criteria.Time && len(fields) == 1 {
		due := &criteria.Comparison{Field: &f.Field, Op: criteria.LessEqual, Value: explainStart.Add(500 * time.Hour)}
		p := e.plan(allOf(where, due), orderOf(fields, false), nil)
		p.Lock = storage.SkipLocked
		e.explainPlan(name+" lease", p)
	}
}

func (e *explainer) customFields() {
	color, size := &criteria.Field{Name: "custom.color", Type: criteria.Text}, &criteria.Field{Name: "custom.size", Type: criteria.Integer}
	marks := &criteria.Field{Name: "custom.marks", Type: criteria.Texts}
	e.query("custom text", &criteria.Comparison{Field: color, Op: criteria.Equal, Value: "color 7"}, nil, nil)
	e.query("custom texts", &criteria.Membership{Field: color, Values: []any{"color 7", "color 8"}}, nil, nil)
	e.query("custom integer", &criteria.Comparison{Field: size, Op: criteria.Equal, Value: int64(7)}, nil, nil)
	e.query("custom set", &criteria.Holding{Field: marks, Every: true, Values: []string{"all", "mark 7"}}, nil, nil)
}

func (e *explainer) plan(where criteria.Node, order []storage.OrderKey, after storage.Record) *storage.Plan {
	desc := len(order) > 0 && order[len(order)-1].Desc
	if n := len(order); n == 0 || order[n-1].Field.Name != storage.FieldID {
		order = append(slices.Clone(order), storage.OrderKey{Field: e.schema.Field(storage.FieldID), Desc: desc})
	}
	return &storage.Plan{Schema: e.schema, Where: where, Order: order, After: after, Limit: explainPage}
}

func (e *explainer) query(name string, where criteria.Node, order []storage.OrderKey, after storage.Record) {
	e.explainPlan(name, e.plan(where, order, after))
}

// explainPlan explains each statement of a plan as Find would run it.
func (e *explainer) explainPlan(name string, p *storage.Plan) {
	tx := &transaction{db: e.db, tenant: explainTenant}
	parts, err := tx.parts(p)
	require.NoError(e.t, err)
	for n, part := range parts {
		text, args, err := tx.selectText(p, part, p.Limit)
		require.NoError(e.t, err)
		e.statement(fmt.Sprint(name, ", part ", n), text, args)
	}
}

// keys looks at the statements that find rows by their ids.
func (e *explainer) keys() {
	ids := make([]uuid.UUID, 15)
	list := make([]storage.Record, len(ids))
	for i := range ids {
		list[i] = e.record(i * 100)
		ids[i] = storage.MetaOf(list[i]).ID
	}
	owner := func(args ...any) []any { return append(e.table.ownerArgs(explainTenant), args...) }
	for lock := range rowLocks {
		e.statement(fmt.Sprint("get one, lock ", lock), e.table.getTexts[false][lock], owner(parameter(ids[7])))
		e.statement(fmt.Sprint("get many, lock ", lock), e.table.getTexts[true][lock], owner(idArray(ids)))
	}
	e.statement("ids", e.table.idsText, owner(idArray(ids)))
	e.statement("update one", e.table.updateOne, owner(single(e.table.data, explainTenant, list[7])...))
	e.statement("update many", e.table.updateMany, owner(arrays(e.table.data, explainTenant, list)...))
	if len(e.table.unique) > 0 {
		e.statement("park", e.table.parkText, owner(idArray(ids), parameter(explainStart)))
		e.statement("unpark", e.table.unparkText, owner(idArray(ids)))
	}
	e.statement("delete", e.table.deleteText, owner(idArray(ids)))
}

// statement explains one as the server plans it for a statement that it has
// prepared: for the first time, and when it has come often enough for a plan
// without its parameters.
func (e *explainer) statement(name, text string, args []any) {
	e.serial++
	prepared := fmt.Sprintf("explained_%d", e.serial)
	e.exec("SAVEPOINT s")
	e.exec("PREPARE " + prepared + " AS " + text)
	literals := make([]string, len(args))
	for i, a := range args {
		literals[i] = "NULL"
		if a != nil {
			literals[i] = literal(fmt.Sprint(a))
		}
	}
	run := "EXECUTE " + prepared + "(" + strings.Join(literals, ", ") + ")"
	for turn := range 7 {
		if turn > 0 && turn < 6 {
			e.exec("EXPLAIN " + run) // is planned, and so counts
			continue
		}
		var answer []byte
		err := e.conn.QueryRowContext(e.t.Context(), "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "+run).Scan(&answer)
		require.NoError(e.t, err, "%s\n%s", name, text)
		e.check(fmt.Sprintf("%s, turn %d", name, turn), text, answer)
	}
	e.exec("ROLLBACK TO SAVEPOINT s")
	e.exec("DEALLOCATE " + prepared)
}

func (e *explainer) exec(text string) {
	_, err := e.conn.ExecContext(e.t.Context(), text)
	require.NoError(e.t, err, text)
}

// A planNode is a part of a plan that has run.
type planNode struct {
	Type     string     `json:"Node Type"`
	Relation string     `json:"Relation Name"`
	Index    string     `json:"Index Name"`
	Rows     float64    `json:"Actual Rows"`
	Loops    float64    `json:"Actual Loops"`
	Filtered float64    `json:"Rows Removed by Filter"`
	Recheck  float64    `json:"Rows Removed by Index Recheck"`
	Plans    []planNode `json:"Plans"`
}

// faults returns what is wrong with a plan.
func (n planNode) faults(table string) []string {
	var list []string
	if n.Type == "Seq Scan" && n.Relation == table {
		list = append(list, "it reads the whole table")
	}
	if n.Type == "Sort" && n.Plans[0].Rows*n.Plans[0].Loops > explainPage {
		list = append(list, fmt.Sprintf("it sorts %.0f rows", n.Plans[0].Rows))
	}
	if touched := (n.Rows + n.Filtered + n.Recheck) * max(1, n.Loops); strings.Contains(n.Type, "Scan") && touched > mostRows {
		list = append(list, fmt.Sprintf("%s reads %.0f rows", n.Type, touched))
	}
	for _, below := range n.Plans {
		list = append(list, below.faults(table)...)
	}
	return list
}

func (e *explainer) check(name, text string, answer []byte) {
	var top []struct{ Plan planNode }
	require.NoError(e.t, json.Unmarshal(answer, &top))
	if faults := top[0].Plan.faults(e.table.plain); len(faults) > 0 {
		e.t.Errorf("%s: %s\n%s\n%s", name, strings.Join(faults, ", "), text, outline(top[0].Plan, "  "))
	}
}

// outline shows a plan in a few lines.
func outline(n planNode, indent string) string {
	text := fmt.Sprintf("%s%s %s %s: %.0f rows, %.0f filtered, %.0f loops\n", indent, n.Type, n.Relation, n.Index, n.Rows, n.Filtered+n.Recheck, n.Loops)
	for _, below := range n.Plans {
		text += outline(below, indent+"  ")
	}
	return text
}

// TestPlanFaults holds the test's own judgement against plans that are bad.
func TestPlanFaults(t *testing.T) {
	t.Parallel()
	require.Empty(t, planNode{Type: "Limit", Plans: []planNode{{Type: "Index Scan", Relation: "x", Rows: 200, Loops: 1}}}.faults("x"))
	require.NotEmpty(t, planNode{Type: "Limit", Plans: []planNode{{Type: "Seq Scan", Relation: "x", Rows: 2, Loops: 1}}}.faults("x"))
	require.NotEmpty(t, planNode{Type: "Sort", Plans: []planNode{{Type: "Index Scan", Relation: "x", Rows: 201, Loops: 1}}}.faults("x"))
	require.NotEmpty(t, planNode{Type: "Index Scan", Relation: "x", Rows: 1, Filtered: 5000, Loops: 1}.faults("x"))
}
