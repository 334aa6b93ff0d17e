//go:build !unix

package vault

import "os"

// lockFile opens the file. Elsewhere than on unix nothing keeps a second process
// away from the data directory.
func lockFile(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
}
