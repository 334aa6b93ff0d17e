//go:build !unix

package vault

import (
	"context"
	"os"
)

// lockFile opens the file. Elsewhere than on unix nothing keeps a second process
// away from the data directory.
func lockFile(_ context.Context, path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the operator's own data directory
}

// unlockFile closes the file.
func unlockFile(file *os.File) error { return file.Close() }
