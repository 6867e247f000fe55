//go:build !race

package dedupe

// underRace reports whether the race detector looks on.
const underRace = false
