package benchmarks

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// A shopper is the record of the memory benchmarks: 13 columns, about 500
// bytes with what it points to.
type shopper struct {
	storage.Meta
	Name     string
	Phone    string
	Email    string
	Owner    uuid.UUID
	Stage    string
	Tags     []string
	City     string
	Source   string
	Note     string
	Spent    decimal.Decimal
	Orders   int64
	Joined   time.Time
	LastSeen time.Time
}

// shoppers describes the record with the three indexes of the comparison: the
// id, which every kind has, the phone, and owner and stage.
func shoppers() *storage.Kind[shopper] {
	return storage.Define[shopper]("shopper",
		storage.Text("name", func(s *shopper) *string { return &s.Name }),
		storage.Text("phone", func(s *shopper) *string { return &s.Phone }).Unique(),
		storage.Text("email", func(s *shopper) *string { return &s.Email }),
		storage.Ref("owner", func(s *shopper) *uuid.UUID { return &s.Owner }),
		storage.Text("stage", func(s *shopper) *string { return &s.Stage }),
		storage.Texts("tags", func(s *shopper) *[]string { return &s.Tags }),
		storage.Text("city", func(s *shopper) *string { return &s.City }),
		storage.Text("source", func(s *shopper) *string { return &s.Source }),
		storage.Text("note", func(s *shopper) *string { return &s.Note }),
		storage.Decimal("spent", func(s *shopper) *decimal.Decimal { return &s.Spent }),
		storage.Integer("orders", func(s *shopper) *int64 { return &s.Orders }),
		storage.Time("joined", func(s *shopper) *time.Time { return &s.Joined }),
		storage.Time("last_seen", func(s *shopper) *time.Time { return &s.LastSeen }),
	).Index("owner", "stage", "joined").Fixed()
}

// perGroup is how many shoppers have the same owner and stage, at any size.
const perGroup = 625

var (
	stages  = []string{"lead", "contacted", "visited", "quoted", "won", "active", "dormant", "lost"}
	cities  = []string{"Beijing", "Shanghai", "Guangzhou", "Shenzhen", "Hangzhou", "Chengdu", "Wuhan", "Xi'an"}
	sources = []string{"shop", "fair", "wechat", "referral", "import"}
	labels  = makeLabels(300)
)

func makeLabels(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("label-%03d", i)
	}
	return list
}

// A dataset makes the same n shoppers again and again, so that they need not
// lie in memory while a store is measured.
type dataset struct {
	ids    []uuid.UUID
	phones []string
	owners []uuid.UUID
}

// newDataset makes ids in the order of time (UUIDv7), or random ones (UUIDv4).
func newDataset(n int, random bool) *dataset {
	d := &dataset{ids: make([]uuid.UUID, n), phones: make([]string, n)}
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range d.ids {
		d.ids[i] = makeID(rng, i, random)
		d.phones[i] = fmt.Sprintf("+8613%09d", (i*7919+12345)%1_000_000_000)
	}
	for range max(1, n/(perGroup*len(stages))) {
		d.owners = append(d.owners, makeID(rng, 0, true))
	}
	return d
}

func makeID(rng *rand.Rand, i int, random bool) (id uuid.UUID) {
	binary.BigEndian.PutUint64(id[:8], rng.Uint64())
	binary.BigEndian.PutUint64(id[8:], rng.Uint64())
	version := byte(0x40)
	if !random {
		binary.BigEndian.PutUint64(id[:8], uint64(1_750_000_000_000+i)<<16)
		version = 0x70
	}
	id[6] = version | id[6]&0x0f
	id[8] = 0x80 | id[8]&0x3f
	return id
}

// epoch is when the first shopper joined.
var epoch = time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC)

// shopper makes the i-th shopper anew, with memory of its own. Its texts are
// parts of one line, as a reader of CSV files returns them.
func (d *dataset) shopper(i int) *shopper {
	rng := rand.New(rand.NewPCG(uint64(i), 7))
	owner, stage := d.group(rng.IntN(len(d.owners) * len(stages)))
	line := fmt.Sprintf("Customer %07d|%s|customer.%07d@mail.example|asked for the catalogue on %02d May", i, d.phones[i], i, 1+i%31)
	texts := strings.Split(line, "|")
	s := &shopper{
		Meta:  storage.Meta{ID: d.ids[i]},
		Name:  texts[0],
		Phone: texts[1],
		Email: texts[2],
		Owner: owner, Stage: stage,
		City: cities[rng.IntN(len(cities))], Source: sources[rng.IntN(len(sources))],
		Note:     texts[3],
		Spent:    decimal.New(int64(rng.IntN(5_000_000)), -2),
		Orders:   int64(rng.IntN(40)),
		Joined:   epoch.Add(time.Duration(i) * time.Second),
		LastSeen: epoch.Add(time.Duration(i+rng.IntN(1_000_000)) * time.Second),
	}
	first := rng.IntN(len(labels))
	for k := range 2 + rng.IntN(2) {
		s.Tags = append(s.Tags, labels[(first+k*37)%len(labels)])
	}
	return s
}

// group returns the g-th pair of owner and stage.
func (d *dataset) group(g int) (owner uuid.UUID, stage string) {
	return d.owners[g/len(stages)%len(d.owners)], stages[g%len(stages)]
}
