//go:build !unix

package pgtest

import (
	"errors"
	"io/fs"
	"syscall"
	"time"
)

// Elsewhere than on a Unix, serverAccount refuses and nothing here is called.

const patience = time.Minute

func runAs(account) *syscall.SysProcAttr { return nil }
func ownedBy(fs.FileInfo, account) bool  { return false }
func interrupt(int) error                { return errors.ErrUnsupported }
func crash(int) error                    { return errors.ErrUnsupported }
func running(int) bool                   { return false }
