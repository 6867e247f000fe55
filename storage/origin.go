package storage

// An Origin says who writes and why: it stands in the change log with every
// change of the transaction.
type Origin struct {
	Actor  string // who: "user:ann", "system:reclaim"; required
	Action string // what for, as a verb of the application: "claim", "import"; required
	Reason string // free text, such as a ticket or the reason of an elevation
	// Brief leaves values out of the change log: each change then names the
	// fields that changed but not what they were. For bulk imports, whose values
	// are in the records and in the file.
	Brief bool
}

// By returns an origin. The actor and the action must not be empty.
func By(actor, action string) Origin { return Origin{Actor: actor, Action: action} }

// Because returns the origin with a reason.
func (o Origin) Because(reason string) Origin { o.Reason = reason; return o }

// WithoutValues returns the origin for a bulk write; see Brief.
func (o Origin) WithoutValues() Origin { o.Brief = true; return o }

func (o Origin) check() error {
	if o.Actor == "" || o.Action == "" {
		return fault(ErrNoActor, "a write says who does it and what for: storage.By(%q, %q)", "user:ann", "claim")
	}
	for _, s := range []string{o.Actor, o.Action, o.Reason} {
		if _, err := normalText(s); err != nil {
			return fault(ErrInvalid, "origin %q: %v", s, err)
		}
	}
	return nil
}
