package dedupe

// sameName are mail comparisons and the one of names: where two persons have one
// name, that their mail addresses are alike says nothing, for people make these of
// their names.
type sameName struct {
	name  int   // the comparison of names
	mails []int // those of mail addresses
}

// sameNames finds the comparisons; none where names are not compared.
func sameNames(comparisons []*comparison) sameName {
	s := sameName{name: -1}
	for n, c := range comparisons {
		switch {
		case c.names:
			s.name = n
		case c.mails:
			s.mails = append(s.mails, n)
		}
	}
	if s.name < 0 {
		s.mails = nil
	}
	return s
}

// of takes addresses that are alike for others where the names are the same.
func (s sameName) of(p pattern) pattern {
	for _, c := range s.mails {
		if l := p.level(c); (l == mailAlike || l == mailAlikeHere) && p.level(s.name) >= levelSwapped {
			p = p&^(15<<(4*c)) | mailAnother<<(4*c)
		}
	}
	return p
}
