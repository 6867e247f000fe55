package postgres

import "github.com/clientele-go/clientele/storage"

// rowLocks are the locks as the server knows them, at the end of a statement.
// They are its weakest for what each must hold off, so that writers who name one
// customer do not wait for each other, nor for whoever changes the customer. A
// database that knows only FOR UPDATE and FOR SHARE and reads these as such
// makes more of them wait, and no result differs.
var rowLocks = map[storage.Lock]string{
	storage.NoLock:     "",
	storage.Keep:       " FOR KEY SHARE",
	storage.ForUpdate:  " FOR NO KEY UPDATE",
	storage.SkipLocked: " FOR NO KEY UPDATE SKIP LOCKED",
	storage.ForDelete:  " FOR UPDATE",
}

// getText is the statement that reads records by one id or by an array of
// them. Locks are taken in the order of the ids.
func (t *table) getText(many bool, lock storage.Lock) string {
	key, n := t.keyed("t.")
	text := "SELECT " + t.columns + " FROM " + t.name + " AS t WHERE " + key + " AND t.id = " + placeholder(n)
	if many {
		text = "SELECT " + t.columns + " FROM " + t.name + " AS t WHERE " + key + " AND " + listed("t.id", n)
	}
	if many && lock != storage.NoLock {
		text += " ORDER BY t.id"
	}
	return text + rowLocks[lock]
}
