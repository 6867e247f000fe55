package activity

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)

// id returns the n-th id.
func id(n int) uuid.UUID { return uuid.UUID{15: byte(n)} }

// The gaps of an archive are the numbers that did not come, whatever the order and
// the overlap of what came.
func TestLedger_AgainstASet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := &ledger{archive: &Archive{Source: "s"}}
		came := map[int64]bool{}
		for _, seq := range rapid.SliceOf(rapid.Int64Range(0, 30)).Draw(t, "seqs") {
			l.take(seq, noon.Add(time.Duration(seq)*time.Second))
			if seq > 0 {
				came[seq] = true
			}
			checkLedger(t, l, came)
		}
	})
}

func checkLedger(t *rapid.T, l *ledger, came map[int64]bool) {
	var first, last int64
	for seq := range came {
		if first == 0 || seq < first {
			first = seq
		}
		last = max(last, seq)
	}
	require.Equal(t, []int64{first, last}, []int64{l.archive.First, l.archive.Last})
	var want, got []int64
	for seq := first; seq < last; seq++ {
		if !came[seq] && first > 0 {
			want = append(want, seq)
		}
	}
	for _, g := range l.gaps {
		for seq := g.First; seq <= g.Last; seq++ {
			got = append(got, seq)
		}
		require.True(t, came[g.First-1] && came[g.Last+1], "a gap is as long as it can be")
		require.Equal(t, noon.Add(time.Duration(g.First-1)*time.Second), g.Before)
		require.Equal(t, noon.Add(time.Duration(g.Last+1)*time.Second), g.After)
	}
	require.Equal(t, want, got)
}

func TestGap_Lost(t *testing.T) {
	t.Parallel()
	g := &Gap{First: 5, Last: 9, After: noon}
	require.Equal(t, int64(5), g.Size())
	require.False(t, g.Lost(noon.Add(5*24*time.Hour), 5*24*time.Hour), "the message behind it can still be fetched")
	require.True(t, g.Lost(noon.Add(5*24*time.Hour+time.Second), 5*24*time.Hour))
}

// A party is whom its addresses have in common, and otherwise one of all of them.
func TestMatch_AgainstTheDefinition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		known := owners{}
		names := []string{"a", "b", "c", "d"}
		for _, name := range names {
			ids := rapid.SliceOfNDistinct(rapid.IntRange(1, 4), 0, 3, rapid.ID[int]).Draw(t, name)
			slices.Sort(ids)
			for _, n := range ids {
				known.add(address{Channel: "x", Account: name}, id(n))
			}
		}
		var p party
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 4, rapid.ID[string]).Draw(t, "party") {
			p = append(p, address{Channel: "x", Account: name})
		}
		want := naiveCandidates(known, p)
		got := slices.Clone(known.candidates(p))
		require.Equal(t, want, distinct(got))

		v := known.match([]party{p})
		require.Equal(t, len(want) > 1, v.ambiguous)
		if len(want) == 1 {
			require.Equal(t, want, v.customers)
		} else {
			require.Empty(t, v.customers)
		}
	})
}

// naiveCandidates counts for each customer how many addresses of the party lead to it.
func naiveCandidates(known owners, p party) []uuid.UUID {
	counts, owned := map[uuid.UUID]int{}, 0
	for _, a := range p {
		for _, who := range known[a] {
			counts[who]++
		}
		if len(known[a]) > 0 {
			owned++
		}
	}
	var all, some []uuid.UUID
	for who, n := range counts {
		some = append(some, who)
		if n == owned {
			all = append(all, who)
		}
	}
	if len(all) > 0 {
		return distinct(all)
	}
	return distinct(some)
}

func TestMatch_SeveralParties(t *testing.T) {
	t.Parallel()
	at := func(name string) party { return party{{Channel: "x", Account: name}} }
	known := owners{at("a")[0]: {id(1)}, at("b")[0]: {id(2)}, at("shared")[0]: {id(1), id(2)}}
	for name, c := range map[string]struct {
		with []party
		want verdict
	}{
		"nobody":                   {nil, verdict{}},
		"a stranger":               {[]party{at("z")}, verdict{}},
		"ours and one":             {[]party{at("z"), at("b")}, verdict{customers: []uuid.UUID{id(2)}}},
		"two, in their order":      {[]party{at("b"), at("a"), at("b")}, verdict{customers: []uuid.UUID{id(2), id(1)}}},
		"one of two":               {[]party{at("shared")}, verdict{ambiguous: true}},
		"one of two, and one":      {[]party{at("shared"), at("a")}, verdict{customers: []uuid.UUID{id(1)}, ambiguous: true}},
		"shared, but also its own": {[]party{{at("shared")[0], at("b")[0]}}, verdict{customers: []uuid.UUID{id(2)}}},
		"two people's addresses":   {[]party{{at("a")[0], at("b")[0]}}, verdict{ambiguous: true}},
		"no address that can be":   {[]party{{}}, verdict{}},
	} {
		require.Equal(t, c.want, known.match(c.with), name)
	}
}

func TestLatestContact(t *testing.T) {
	t.Parallel()
	contact := func(who int, at time.Time, effective bool) *customer.Interaction {
		return &customer.Interaction{Customer: uuid.UUID{15: byte(who)}, OccurredAt: at, Effective: effective}
	}
	latest := latestContact([]*customer.Interaction{
		contact(1, noon.Add(-time.Hour), true), contact(1, noon.Add(-2*time.Hour), true), contact(1, noon, false),
		contact(2, noon.Add(365*24*time.Hour), true), contact(0, noon, true), contact(3, noon, false),
	}, noon)
	require.Equal(t, map[uuid.UUID]time.Time{id(1): noon.Add(-time.Hour), id(2): noon}, latest, "a clock that runs ahead does not reach past now")
}

// Points are stored once by their id and in the order of their times, in whatever
// batches and order they come.
func TestTrack_AnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		stored := map[time.Time]*TrackPart{}
		want := map[string]Point{}
		for range rapid.IntRange(1, 4).Draw(t, "batches") {
			tr := &track{known: map[string]bool{}, parts: map[time.Time]*TrackPart{}, more: map[time.Time][]Point{}}
			for _, p := range stored {
				require.NoError(t, tr.read(p))
			}
			var batch []Point
			for _, n := range rapid.SliceOfN(rapid.IntRange(0, 20), 0, 10).Draw(t, "points") {
				minute := time.Duration(rapid.IntRange(0, 300).Draw(t, "minute"))
				p := Point{ID: fmt.Sprint(n), CapturedAt: noon.Add(minute * time.Minute), Latitude: float64(n) / 7, Longitude: -float64(n) / 3, Accuracy: 1.5}
				batch = append(batch, p)
				if _, there := want[p.ID]; !there {
					p.ReceivedAt = noon
					want[p.ID] = p
				}
			}
			tr.add(batch, noon)
			parts, err := tr.changed(id(1))
			require.NoError(t, err)
			for _, p := range parts {
				stored[p.Hour] = p
			}
		}
		checkTrack(t, stored, want)
	})
}

func checkTrack(t *rapid.T, stored map[time.Time]*TrackPart, want map[string]Point) {
	seen := 0
	for hour, part := range stored {
		points, err := unpack(part)
		require.NoError(t, err)
		for n, p := range points {
			require.Equal(t, want[p.ID], p)
			require.Equal(t, hour, p.CapturedAt.Truncate(time.Hour))
			require.False(t, n > 0 && p.CapturedAt.Before(points[n-1].CapturedAt))
		}
		seen += len(points)
	}
	require.Equal(t, len(want), seen)
}

// FuzzUnpack: what lies in the database does not make the reader fall over, and
// what can be read is written the same.
func FuzzUnpack(f *testing.F) {
	f.Add([]byte(`[{"i":"p1","t":1767603600000000,"r":1767603600000000,"a":31.2,"o":121.5,"m":8}]`))
	f.Add([]byte(`[{"i":1}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		points, err := unpack(&TrackPart{Points: data})
		if err != nil {
			return
		}
		text, err := pack(points)
		require.NoError(t, err)
		again, err := unpack(&TrackPart{Points: text})
		require.NoError(t, err)
		require.Equal(t, points, again)
	})
}

// Stays do not overlap, whatever joins and leaves and lists come, and after a list
// those are there who stand on it.
func TestRoster_StaysAreApart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ro := &roster{stays: map[string][]*Membership{}, addresses: map[string]address{}}
		names := rapid.SampledFrom([]string{"x:a", "x:b"})
		for n := range rapid.IntRange(1, 12).Draw(t, "steps") {
			at := noon.Add(time.Duration(rapid.IntRange(0, 40).Draw(t, "at")) * 10 * time.Minute)
			switch rapid.IntRange(0, 2).Draw(t, "step") {
			case 0:
				ro.join(names.Draw(t, "name"), uuid.Nil, at)
			case 1:
				ro.leave(names.Draw(t, "name"), at)
			case 2:
				checkSync(t, ro, names, noon.Add(time.Duration(1000+n)*time.Hour))
			}
			checkStays(t, ro)
		}
	})
}

// checkSync brings a roster up to a list that is later than all else.
func checkSync(t *rapid.T, ro *roster, names *rapid.Generator[string], at time.Time) {
	there := rapid.SliceOfDistinct(names, rapid.ID[string]).Draw(t, "members")
	var members []GroupMember
	for _, name := range there {
		members = append(members, GroupMember{Party: Party{Channel: "x", Account: name[2:]}})
	}
	require.NoError(t, ro.sync(Recorder{}, at, members))
	for _, name := range []string{"x:a", "x:b"} {
		last := ro.last(name)
		require.Equal(t, slices.Contains(there, name), last != nil && last.LeftAt.IsZero())
	}
}

func checkStays(t *rapid.T, ro *roster) {
	for _, stays := range ro.stays {
		for n, m := range stays {
			require.False(t, !m.LeftAt.IsZero() && m.LeftAt.Before(m.JoinedAt))
			if n > 0 {
				before := stays[n-1]
				require.False(t, before.LeftAt.IsZero(), "only the last stay is open")
				require.False(t, m.JoinedAt.Before(before.LeftAt))
			}
		}
	}
}
