package wording

// Keys returns the keys of all tables as they stand there.
func Keys() []string {
	var keys []string
	for _, table := range tables() {
		for _, t := range table {
			keys = append(keys, t.key)
		}
	}
	return keys
}

// Known returns the sentinels that have texts, and their keys.
func Known() map[error]string {
	list := map[error]string{}
	for _, s := range sentinels {
		list[s.err] = s.key
	}
	return list
}
