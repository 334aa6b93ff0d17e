//go:build unix

package vault

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// lockTime is how long a process that has just ended may take to let go, and
// lockPoll how often that is tried.
const (
	lockTime = time.Second
	lockPoll = 10 * time.Millisecond
)

// lockFile opens the file and locks it against other processes until it is
// closed or the process ends.
func lockFile(ctx context.Context, path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the operator's own data directory
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, lockTime)
	defer cancel()
	for {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			break
		}
		if pause(ctx, lockPoll) != nil {
			err = ErrJournalInUse
			break
		}
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// unlockFile lets go of the lock at once, also where a process that was just
// forked still has the file open.
func unlockFile(file *os.File) error {
	return errors.Join(syscall.Flock(int(file.Fd()), syscall.LOCK_UN), file.Close())
}
