package live

import (
	"context"
	"encoding/json"
	"errors"
	"sync"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A profile is what was learnt of a tenant's customers. It is not changed: a new
// one takes its place.
type profile struct {
	storage.Meta
	Persons, Organizations json.RawMessage // each a dedupe.Profile
}

var profiles = storage.Define[profile]("match_profile",
	storage.JSON("persons", func(p *profile) *json.RawMessage { return &p.Persons }).Personal(),
	storage.JSON("organizations", func(p *profile) *json.RawMessage { return &p.Organizations }).Personal(),
).Untracked().Fixed()

// A judge is the profiles of both types of customers, read.
type judge map[string]*dedupe.Profile

// A cache holds the judges that were read last, for profiles do not change, and the way in
// which a checker that is used looks at customers.
type cache struct {
	mu    sync.Mutex
	known map[uuid.UUID]judge
	once  sync.Once
	way   way
}

// A way is what is compared of customers, by their type, and the rules.
type way struct {
	columns map[string][]review.Column
	rules   []Rule
}

// way is that of a checker that is used, and is not to be changed any more.
func (c *Checker) way() *way {
	c.cache.once.Do(func() {
		c.cache.way = way{map[string][]review.Column{}, c.rules()}
		for _, typ := range []string{customer.Person, customer.Organization} {
			c.cache.way.columns[typ] = c.columns(typ)
		}
	})
	return &c.cache.way
}

// cached is how many judges are held at most.
const cached = 64

func (c *cache) get(id uuid.UUID) judge {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.known[id]
}

func (c *cache) put(id uuid.UUID, j judge) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= cached {
		c.known = map[uuid.UUID]judge{}
	}
	c.known[id] = j
}

// judges are what the customers of a tenant are judged by.
type judges struct {
	state *state // nil: there is none
	now   judge
	next  judge // nil but while Rebuild makes other keys
}

// keeping is the profile by whose keys entries are made, and its id.
func (j *judges) keeping() (judge, uuid.UUID) {
	switch {
	case j.next != nil:
		return j.next, j.state.Next
	case j.state != nil:
		return j.now, j.state.Profile
	}
	return j.now, uuid.Nil
}

// keepingAlone are judges that make the same entries and know no other keys.
func (j *judges) keepingAlone() *judges {
	if j.next == nil {
		return j
	}
	return &judges{state: &state{Profile: j.state.Next}, now: j.next}
}

// judges reads what a tenant uses.
func (c *Checker) judges(ctx context.Context, r storage.Reader) (*judges, error) {
	s, err := statesByName.Look(ctx, r, stateName)
	if errors.Is(err, storage.ErrNotFound) {
		now, err := c.judge(ctx, r, uuid.Nil)
		return &judges{now: now}, err
	}
	if err != nil {
		return nil, err
	}
	return c.judgesOf(ctx, r, s)
}

// judgesOf reads what a state says.
func (c *Checker) judgesOf(ctx context.Context, r storage.Reader, s *state) (j *judges, err error) {
	j = &judges{state: s}
	if j.now, err = c.judge(ctx, r, s.Profile); err != nil || !s.Busy || s.Next == s.Profile {
		return j, err
	}
	j.next, err = c.judge(ctx, r, s.Next)
	return j, err
}

// judge returns the judge of a stored profile; uuid.Nil stands for the default one.
// One that was learnt with other columns is as good as none.
func (c *Checker) judge(ctx context.Context, r storage.Reader, id uuid.UUID) (judge, error) {
	if j := c.cache.get(id); j != nil {
		return j, nil
	}
	j := judge{}
	texts := map[string]json.RawMessage{}
	if id != uuid.Nil {
		p, err := profiles.Get(ctx, r, id)
		if err != nil {
			return nil, err
		}
		texts[customer.Person], texts[customer.Organization] = p.Persons, p.Organizations
	}
	for _, typ := range []string{customer.Person, customer.Organization} {
		p, err := c.read(typ, texts[typ])
		if err != nil {
			return nil, err
		}
		j[typ] = p
	}
	c.cache.put(id, j)
	return j, nil
}

// read returns the profile in a text, the default one where it does not fit.
func (c *Checker) read(typ string, text json.RawMessage) (*dedupe.Profile, error) {
	fields := review.Fields(c.columns(typ))
	if len(text) > 0 {
		if p, err := dedupe.ReadProfile(text, fields); err == nil {
			return p.Ignoring(c.reviewer().Placeholders), nil
		}
	}
	p, err := dedupe.DefaultProfile(fields)
	if err != nil {
		return nil, err
	}
	return p.Ignoring(c.reviewer().Placeholders), nil
}
