//go:build race

package postgres

// underRace reports whether the race detector looks on.
const underRace = true
