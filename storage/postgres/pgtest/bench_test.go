package pgtest

import "testing"

// BenchmarkShared is what the first call of Shared takes in a process: to start
// the server from the template.
func BenchmarkShared(b *testing.B) {
	for b.Loop() {
		c, err := newCluster(quick...)
		if err != nil {
			giveUp(b, err)
		}
		b.StopTimer()
		if err := c.end(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// BenchmarkDatabase makes a database and drops it.
func BenchmarkDatabase(b *testing.B) {
	server := Shared(b)
	for b.Loop() {
		name, err := create(server)
		if err != nil {
			b.Fatal(err)
		}
		if err := drop(server, name); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkKillAndRestart includes the recovery.
func BenchmarkKillAndRestart(b *testing.B) {
	s := Start(b)
	for b.Loop() {
		s.Kill()
		s.Restart()
	}
}

// BenchmarkTemplate is what a machine pays once: initdb.
func BenchmarkTemplate(b *testing.B) {
	a, err := serverAccount()
	if err != nil {
		b.Fatal(err)
	}
	found, err := findBinaries(a)
	if err != nil {
		giveUp(b, err)
	}
	for b.Loop() {
		if err := (template{found, a}).make(); err != nil {
			b.Fatal(err)
		}
	}
}
