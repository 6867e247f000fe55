package quality

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/clientele-go/clientele/storage/criteria"
)

// Limits of what is read: a condition is written by a person.
const (
	maxCondition = 64 << 10 // bytes
	maxDepth     = 32       // of all, any and not
)

// A node is a part of a condition that was read and not held against a kind.
type node interface {
	// compile holds it against a kind.
	compile(k *kindView) (test, error)
}

type (
	allNode   struct{ of []node }
	anyNode   struct{ of []node }
	notNode   struct{ of node }
	pairNode  struct{ Field, Op, Other string }
	namedNode struct{ name string }
	// plainNode is a criterion that looks at nothing but the record.
	plainNode struct{ criterion criteria.Criterion }
	// relatedNode is a criterion on the records that point to the record.
	relatedNode struct{ criterion criteria.Criterion }
	// parentNode is a criterion on the record that a field points to.
	parentNode struct {
		field string
		where criteria.Criterion
		whole criteria.Criterion
	}
)

// parseCondition reads a whole condition, and refuses an empty one.
func parseCondition(data []byte) (node, error) {
	if len(data) > maxCondition {
		return nil, fmt.Errorf("a condition of %d bytes: at most %d are read", len(data), maxCondition)
	}
	if len(data) == 0 {
		return nil, errors.New("there is no condition")
	}
	return parseNode(data, 0)
}

// parseNode reads an object by the member that tells the forms apart.
func parseNode(data []byte, depth int) (node, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("more than %d levels: make it flatter", maxDepth)
	}
	members, err := object(data)
	if err != nil {
		return nil, err
	}
	if why, ok := members[refusedWord]; ok {
		return nil, fmt.Errorf("the criterion cannot be written as JSON: %s", why)
	}
	for _, form := range []string{"all", "any", "not", "predicate", "other", "related", "parent"} {
		member, ok := members[form]
		if !ok {
			continue
		}
		n, err := parseForm(form, member, members, data, depth)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", form, err)
		}
		return n, nil
	}
	c, err := criteria.Parse(data)
	return plainNode{c}, err
}

// parseForm reads one of the forms that this package knows itself. data is the
// whole object, for the forms that package criteria reads in the end.
func parseForm(form string, member json.RawMessage, members map[string]json.RawMessage, data []byte, depth int) (node, error) {
	if form == "other" {
		return parsePair(members)
	}
	if len(members) != 1 {
		return nil, errors.New("it stands alone in its object")
	}
	switch form {
	case "all":
		of, err := parseNodes(member, depth)
		return allNode{of}, err
	case "any":
		of, err := parseNodes(member, depth)
		return anyNode{of}, err
	case "not":
		of, err := parseNode(member, depth+1)
		return notNode{of}, err
	case "predicate":
		var name string
		err := json.Unmarshal(member, &name)
		return namedNode{name}, err
	case "parent":
		return parseParent(member, data)
	}
	c, err := criteria.Parse(data)
	return relatedNode{c}, err
}

// parseNodes reads the conditions below all or any.
func parseNodes(data []byte, depth int) ([]node, error) {
	var list []json.RawMessage
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, err
	}
	nodes := make([]node, len(list))
	for i, item := range list {
		var err error
		if nodes[i], err = parseNode(item, depth+1); err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return nodes, nil
}

// parsePair reads the comparison of two fields.
func parsePair(members map[string]json.RawMessage) (node, error) {
	if len(members) != 3 || members["field"] == nil || members["op"] == nil {
		return nil, errors.New(`comparing two fields takes {"field": ..., "op": ..., "other": ...}`)
	}
	var n pairNode
	for name, at := range map[string]*string{"field": &n.Field, "op": &n.Op, "other": &n.Other} {
		if err := json.Unmarshal(members[name], at); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if _, ok := operators[n.Op]; !ok {
		return nil, fmt.Errorf("op %q: use eq, ne, lt, le, gt or ge", n.Op)
	}
	return n, nil
}

// parseParent takes the parts of a parent criterion that package criteria has
// found to be right.
func parseParent(member, data []byte) (node, error) {
	whole, err := criteria.Parse(data)
	if err != nil {
		return nil, err
	}
	var parts struct {
		Field string          `json:"field"`
		Where criteria.Stored `json:"where"`
	}
	err = json.Unmarshal(member, &parts)
	return parentNode{parts.Field, parts.Where.Criterion, whole}, err
}

// object reads the members of a JSON object and refuses repeated names, of which
// json.Unmarshal would silently take the last.
func object(data []byte) (map[string]json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	if token, err := d.Token(); err != nil || token != json.Delim('{') {
		return nil, errors.New("it is no JSON object")
	}
	members := map[string]json.RawMessage{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, _ := token.(string)
		if _, twice := members[name]; twice {
			return nil, fmt.Errorf("%q stands there twice", name)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		members[name] = value
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more behind the JSON object")
	}
	return members, nil
}
