package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/store"
)

// documents is a store that can be closed.
type documents interface {
	store.Documents
	Close() error
}

// openStore opens Redis where it is configured, else the data directory. With
// neither, nothing is worth keeping and the store is a directory that goes away
// at the end: a configuration with a credential that rotates was refused before.
func openStore(ctx context.Context, c *config.Config) (documents, error) {
	switch {
	case c.RedisURL.IsSet():
		return openRedis(ctx, c.RedisURL.Reveal())
	case c.DataDir != "":
		return store.OpenBolt(c.DataDir, store.BoltOptions{})
	}
	dir, err := os.MkdirTemp("", "hitotsu-")
	if err != nil {
		return nil, fmt.Errorf("app: no place for temporary data: %w", err)
	}
	b, err := store.OpenBolt(dir, store.BoltOptions{})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return &temporary{Bolt: b, dir: dir}, nil
}

// pingTimeout is how long Redis may take to answer at start.
const pingTimeout = 5 * time.Second

func openRedis(ctx context.Context, url string) (documents, error) {
	r, err := store.OpenRedis(url, store.RedisOptions{})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	if err := r.Ping(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("app: Redis does not answer; check HITOTSU_REDIS_URL: %w", err), r.Close())
	}
	return r, nil
}

// temporary is a store that leaves nothing behind.
type temporary struct {
	*store.Bolt
	dir string
}

// Close closes the store and removes its directory.
func (t *temporary) Close() error { return errors.Join(t.Bolt.Close(), os.RemoveAll(t.dir)) }
