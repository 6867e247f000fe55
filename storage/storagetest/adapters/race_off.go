//go:build !race

package adapters

// underRace reports whether the race detector looks on, which takes ten times as long.
const underRace = false
