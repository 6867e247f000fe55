//go:build race

package xlsx_test

// underRace: the race detector is on, which needs memory of its own.
const underRace = true
