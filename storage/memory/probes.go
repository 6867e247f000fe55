package memory

// probes find the places of keys in a list by hash: open addressing, nothing is
// ever taken out. The caller looks whether the place still holds the key. The
// zero value is empty.
type probes struct {
	slots []probe // their number is a power of two; at most half of them are used
	used  int
}

// A probe is a hash and, counted from 1, a place in the list; 0: unused.
type probe struct {
	hash uint32
	at   int32
}

// grow makes room for so many places in all.
func (p *probes) grow(total int) {
	size := 16
	for size < 2*total {
		size *= 2
	}
	if size <= len(p.slots) {
		return
	}
	old := p.slots
	p.slots = make([]probe, size)
	for _, s := range old {
		if s.at != 0 {
			p.put(s)
		}
	}
}

func (p *probes) add(hash uint32, at int) {
	p.grow(p.used + 1)
	p.put(probe{hash, int32(at) + 1})
	p.used++
}

func (p *probes) put(s probe) {
	i := p.home(s.hash)
	for p.slots[i].at != 0 {
		i = p.next(i)
	}
	p.slots[i] = s
}

func (p *probes) home(hash uint32) int { return int(hash) & (len(p.slots) - 1) }
func (p *probes) next(i int) int       { return (i + 1) & (len(p.slots) - 1) }

// find returns the first place of a hash that fits, or -1.
func (p *probes) find(hash uint32, fits func(at int) bool) int {
	if len(p.slots) == 0 {
		return -1
	}
	for i := p.home(hash); p.slots[i].at != 0; i = p.next(i) {
		if at := int(p.slots[i].at) - 1; p.slots[i].hash == hash && fits(at) {
			return at
		}
	}
	return -1
}
