package intake

// What Undo knows of other packages by name, for a test of all kinds.
var (
	Derived = derived
	Parts   = parts
	Renamed = renamed
)
