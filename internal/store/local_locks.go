package store

import (
	"context"
	"sync"
	"time"
)

// localLocks are the locks of one process. Fences follow the clock, so that
// they grow across a restart too.
type localLocks struct {
	mu    sync.Mutex
	held  map[string]heldLock
	fence uint64
}

type heldLock struct {
	owner string
	fence uint64
	until time.Time
}

// Lock implements Locks.
func (l *Local) Lock(ctx context.Context, name, owner string, ttl time.Duration) (uint64, error) {
	if err := checkLock(name, owner, ttl); err != nil {
		return 0, err
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	return l.locks.lock(name, owner, l.now(), ttl)
}

func (l *localLocks) lock(name, owner string, now time.Time, ttl time.Duration) (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	have, ok := l.held[name]
	if ok && now.Before(have.until) {
		if have.owner != owner {
			return 0, ErrLocked
		}
	} else {
		l.fence = max(l.fence+1, micros(now))
		have = heldLock{owner: owner, fence: l.fence}
		l.forget(now)
	}
	if l.held == nil {
		l.held = map[string]heldLock{}
	}
	have.until = now.Add(ttl)
	l.held[name] = have
	return have.fence, nil
}

// manyLocks is how many locks are kept without looking for those that ended.
const manyLocks = 1000

func (l *localLocks) forget(now time.Time) {
	if len(l.held) < manyLocks {
		return
	}
	for name, have := range l.held {
		if !now.Before(have.until) {
			delete(l.held, name)
		}
	}
}

// Unlock implements Locks.
func (l *Local) Unlock(ctx context.Context, name, owner string) error {
	if err := checkKey(name); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	l.locks.mu.Lock()
	defer l.locks.mu.Unlock()
	if l.locks.held[name].owner == owner {
		delete(l.locks.held, name)
	}
	return nil
}
