package intake

import (
	"maps"
	"sync"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// A sighting is what the rows of a file have said of an order so far.
type sighting struct {
	row      int64                      // the last of them; 0: there was none
	fresh    bool                       // no purchase was stored before
	lined    bool                       // they name products
	counted  bool                       // of those that do, one counts
	refunded bool                       // or says that it was paid back
	stated   *decimal.Decimal           // the amount of the whole order
	back     map[string]decimal.Decimal // what was given back, by row
	lines    map[uuid.UUID]bool         // stored lines that they are about
}

// remembered is how many orders of a file a memory holds.
const remembered = 10_000

// A memory holds what the batches of a file have said of its last orders, so that
// rows of one order may stand in several of them. A batch may come again, since
// transactions are repeated: what is remembered of its rows does not count then.
type memory struct {
	mu     sync.Mutex
	orders map[string][]sighting // by number: behind the last batches
	ring   []string              // the numbers, the oldest at next
	next   int
}

// of returns what rows before the first one of a batch said of an order.
func (m *memory) of(number string, first int64) sighting {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := before(m.orders[number], first)
	if number == "" || len(list) == 0 {
		return sighting{}
	}
	s := list[len(list)-1]
	s.back = maps.Clone(s.back)
	return s
}

// before cuts off what rows from first on have said.
func before(list []sighting, first int64) []sighting {
	n := len(list)
	for n > 0 && list[n-1].row >= first {
		n--
	}
	return list[:n:n]
}

// keep remembers what was said of an order, by a batch that begins with first.
func (m *memory) keep(number string, s sighting, first int64) {
	if number == "" {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	list, known := m.orders[number]
	if !known {
		m.forgetOldest(number)
	}
	list = before(list, first)
	m.orders[number] = append(list[max(len(list)-1, 0):], s)
}

// forgetOldest makes room for a number.
func (m *memory) forgetOldest(number string) {
	if m.orders == nil {
		m.orders = map[string][]sighting{}
	}
	if len(m.ring) < remembered {
		m.ring = append(m.ring, number)
		return
	}
	delete(m.orders, m.ring[m.next])
	m.ring[m.next] = number
	m.next = (m.next + 1) % remembered
}
