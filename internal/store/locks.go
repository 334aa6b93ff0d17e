package store

import (
	"context"
	"errors"
	"time"
)

// ErrLocked means that another owner holds the lock.
var ErrLocked = errors.New("store: the lock is held by another owner")

// Locks lets one of several processes do a piece of work. A lock ends by itself,
// so its holder may have lost it without knowing; the fence tells the later
// holder from the earlier one. It is safe for concurrent use. Locks are named as
// keys in Documents.
type Locks interface {
	// Lock takes the lock for ttl, or prolongs it if owner holds it already,
	// and returns its fence, which grows with every new holder. It is ErrLocked
	// if another owner holds it.
	Lock(ctx context.Context, name, owner string, ttl time.Duration) (fence uint64, err error)
	// Unlock gives the lock up if owner holds it; otherwise it does nothing.
	Unlock(ctx context.Context, name, owner string) error
}
