package memory_test

import (
	"os"
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/storagetest"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The memory driver passes the whole kit; CLIENTELE_SOAK=1 makes it long.
func TestSTO02_Conformance(t *testing.T) {
	t.Parallel()
	soak := os.Getenv("CLIENTELE_SOAK") == "1"
	storagetest.Run(t, func(*testing.T) storage.Driver { return memory.New() }, storagetest.Options{Soak: soak})
}
