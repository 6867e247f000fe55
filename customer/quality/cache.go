package quality

import "sync"

// A parseCache remembers conditions that were read, by their JSON: reading one
// costs more than all else about holding a record against it. What it keeps
// depends on nothing but the JSON, so it is right for every tenant and never
// out of date.
type parseCache struct {
	mu    sync.Mutex
	nodes map[string]node
}

// maxCached bounds the conditions kept; when there are more, all are forgotten.
const maxCached = 1024

func (c *parseCache) parse(raw []byte) (node, error) {
	c.mu.Lock()
	n, ok := c.nodes[string(raw)]
	c.mu.Unlock()
	if ok {
		return n, nil
	}
	n, err := parseCondition(raw)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.nodes == nil || len(c.nodes) >= maxCached {
		c.nodes = map[string]node{}
	}
	c.nodes[string(raw)] = n
	return n, nil
}
