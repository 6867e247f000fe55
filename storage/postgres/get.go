package postgres

// getText is the statement that reads records by one id or by an array of
// them. Locks are taken in the order of the ids.
func (t *table) getText(many, lock bool) string {
	key, n := t.keyed("t.")
	text := "SELECT " + t.columns + " FROM " + t.name + " AS t WHERE " + key + " AND t.id = " + placeholder(n)
	if many {
		text = "SELECT " + t.columns + " FROM " + t.name + " AS t WHERE " + key + " AND t.id = ANY(" + placeholder(n) + "::uuid[])"
	}
	if many && lock {
		text += " ORDER BY t.id"
	}
	if lock {
		text += " FOR UPDATE"
	}
	return text
}
