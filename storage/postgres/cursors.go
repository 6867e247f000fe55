package postgres

import "sync"

// cursors gives the cursors of the server numbers for their names: no two that
// are open have the same, because a transaction of the host may hold those of
// loops inside loops, and small ones come again and again, so that the server
// counts few different statements.
type cursors struct {
	mu    sync.Mutex
	taken map[int]bool
}

// take returns the least number that is free.
func (c *cursors) take() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.taken == nil {
		c.taken = map[int]bool{}
	}
	n := 1
	for c.taken[n] {
		n++
	}
	c.taken[n] = true
	return n
}

// give gives a number back.
func (c *cursors) give(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.taken, n)
}
