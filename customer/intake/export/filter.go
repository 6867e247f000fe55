package export

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// filterOf returns a condition on a kind as its Record holds it: the JSON of the
// criterion with digests instead of the values of Personal fields, those of
// related records and of parents too. What nobody is known by stays readable.
func filterOf(ctx context.Context, tx *storage.Tx, kind *storage.Schema, where criteria.Criterion) (json.RawMessage, error) {
	if where == nil {
		return nil, nil
	}
	raw, err := json.Marshal(criteria.Stored{Criterion: where})
	if err != nil {
		return nil, err
	}
	fields, err := fieldsByKind(ctx, tx, kind)
	if err != nil {
		return nil, err
	}
	var tree any
	from := json.NewDecoder(bytes.NewReader(raw))
	from.UseNumber()
	if err := from.Decode(&tree); err != nil {
		return nil, err
	}
	fields.redact(kind.Name, tree)
	return json.Marshal(tree)
}

// vocabulary is the fields of each kind, by name.
type vocabulary map[string]map[string]*storage.Field

// fieldsByKind returns the fields of all kinds of the tenant, and of one more.
func fieldsByKind(ctx context.Context, tx *storage.Tx, one *storage.Schema) (vocabulary, error) {
	kinds, err := tx.Kinds(ctx)
	if err != nil {
		return nil, err
	}
	v := vocabulary{}
	for _, s := range append(kinds, one) {
		fields, err := tx.Fields(ctx, s)
		if err != nil {
			return nil, err
		}
		v[s.Name] = map[string]*storage.Field{}
		for _, f := range append(fields, s.MetaFields()...) {
			v[s.Name][f.Name] = f
		}
	}
	return v, nil
}

// redact goes through the JSON of a criterion on a kind, see package criteria.
func (v vocabulary) redact(kind string, node any) {
	switch node := node.(type) {
	case []any:
		for _, n := range node {
			v.redact(kind, n)
		}
	case map[string]any:
		for _, name := range []string{"all", "any", "not"} {
			v.redact(kind, node[name])
		}
		v.redactLeaf(kind, node)
	}
}

// redactLeaf redacts a node that looks at a field or at other records. A field that
// is not known counts as personal.
func (v vocabulary) redactLeaf(kind string, node map[string]any) {
	if of, ok := node["related"].(map[string]any); ok {
		name, _ := of["kind"].(string)
		v.redact(name, of["where"])
	}
	if of, ok := node["parent"].(map[string]any); ok {
		v.redact(v.target(kind, of["field"]), of["where"])
	}
	name, ok := node["field"].(string)
	if f := v[kind][name]; !ok || f != nil && !f.Personal {
		return
	}
	for _, name := range []string{"value", "values"} {
		if value, ok := node[name]; ok {
			node[name] = digest(value)
		}
	}
}

// target returns the kind that a field refers to, or "".
func (v vocabulary) target(kind string, field any) string {
	name, _ := field.(string)
	if f := v[kind][name]; f != nil {
		return f.Target
	}
	return ""
}

// digest returns what stands for a constant, or for each of a list: the beginning
// of its SHA-256, 24 bits, which many values share. A moment that is relative to
// now tells of nobody and stays.
func digest(value any) any {
	switch value := value.(type) {
	case map[string]any:
		return value
	case []any:
		for i, one := range value {
			value[i] = digest(one)
		}
		return value
	}
	sum := sha256.Sum256([]byte(fmt.Sprint(value)))
	return "sha256:" + hex.EncodeToString(sum[:3])
}
